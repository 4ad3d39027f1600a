"""The record of all writes: who changed what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import changesets
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UsageError

if TYPE_CHECKING:
    from specdb.database.changesets import ChangesetEntry, ChangeSummary
    from specdb.database.view import View

_FEW = 3
"""So many products are named; more are counted."""

_PLURALS = {
    "category": "categories",
    "category_attribute": "members of categories",
    "relation": "inverse names",
    "alias": "aliases",
    "source_kind": "kinds of sources",
    "rejected": "figures rejected",
}
_SINGULARS = {
    "category_attribute": "member of a category",
    "relation": "inverse name",
    "source_kind": "kind of sources",
    "rejected": "figure rejected",
}


def log(view: View, product: str = "", limit: int | None = None, *, brief: bool = False) -> Table:
    """The changesets, newest first: all, or those that concern a product, and then what they did to it.

    A `brief` table is for people: it has no columns that a sentence says as well.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"--limit {limit}", "write a number that is not negative")
    about = changesets.any_product(view, product) if product else None
    found = changesets.changesets(view, changesets.of_product(view, about.id) if about else None, limit)
    done = changesets.change_summaries(view, [one.id for one in found], about.id if about else None)
    if about:
        done = {id: one._replace(products=[]) for id, one in done.items()}  # it is the same in each line
    make = _brief if brief else _full
    columns = [Column(key, key, key in _NUMERIC) for key in (_BRIEF if brief else _FULL)]
    return Table(columns, [Row(tuple(make(one, done[one.id]))) for one in found], title=about.name if about and brief else "")


_BRIEF = ("changeset", "when", "who", "why", "what")
_NUMERIC = ("added", "retracted", "changed")
_FULL = ("changeset", "at", "author", "origin", "reason", "what", *_NUMERIC, "undoes", "tool", "digest")


def headline(view: View, id: int) -> str:
    """A changeset in one line: its number, who, when and why."""
    (one,) = changesets.changesets(view, {id})
    return f"@{one.id}, {changesets.moment(one.at)}, {one.author}: {one.reason}"


def what(done: ChangeSummary) -> str:
    """How much a changeset did, in words: "1 spec added, 1 retracted: a1-pro"."""
    parts = []
    for table in changesets.STATEMENTS:
        counts = (("added", done.added.get(table, 0)), ("retracted", done.retracted.get(table, 0)))
        said = [f"{count:,} {verb}" for verb, count in counts if count]
        if said:
            number, verb = said[0].split()
            said[0] = f"{number} {table if number == '1' else table + 's'} {verb}"
            parts.append(", ".join(said))
    parts += [_count(table, count) for table, count in done.changed.items()]
    if not done.products:
        return "; ".join(parts)
    named = ", ".join(done.products) if len(done.products) <= _FEW else f"{len(done.products):,} products"
    return f"{named}: {'; '.join(parts)}"


def _count(table: str, count: int) -> str:
    return f"1 {_SINGULARS.get(table, table)}" if count == 1 else f"{count:,} {_PLURALS.get(table, table + 's')}"


def _brief(one: ChangesetEntry, done: ChangeSummary) -> list[Cell]:
    return [Cell(text, text) for text in (f"@{one.id}", changesets.moment(one.at), one.author, one.reason, what(done))]


def _full(one: ChangesetEntry, done: ChangeSummary) -> list[Cell]:
    counts = (done.added.get("spec", 0), done.retracted.get("spec", 0))
    claims = sum(of.get(table, 0) for of in (done.added, done.retracted) for table in ("claim", "rate"))
    values = (one.at, one.author, one.origin, one.reason, what(done), *counts, sum(done.changed.values()) + claims)
    undoes = Cell(f"@{one.undoes}" if one.undoes else "", one.undoes)
    rest = (Cell(str(value), value) for value in values)
    return [Cell(f"@{one.id}", one.id), *rest, undoes, Cell(one.tool, one.tool), Cell(one.digest, one.digest or None)]
