"""The log of changesets: who changed what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import changesets
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UsageError

if TYPE_CHECKING:
    from specdb.database.changesets import ChangesetEntry, ChangeSummary
    from specdb.database.view import View

_MAX_NAMED_PRODUCTS = 3
"""If a changeset concerns more products, they are counted instead of named."""

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
_BRIEF_KEYS = ("changeset", "when", "who", "why", "what")
_COUNT_KEYS = ("added", "retracted", "changed")
_KEYS = ("changeset", "at", "author", "origin", "reason", "what", *_COUNT_KEYS, "undoes", "tool", "digest")


def log(view: View, product: str = "", limit: int | None = None, *, brief: bool = False) -> Table:
    """Return the changesets, newest first.

    Args:
        view: The view to read from.
        product: Name of a product, which may be removed: only its changesets, and only what they did to it. '' for all.
        limit: Maximum number of changesets, None for all.
        brief: Whether the table is for people, with counts only in a sentence.

    Raises:
        UsageError: If the limit is negative.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"negative --limit {limit}", "specify 0 or more")
    about = changesets.any_product(view, product) if product else None
    found = changesets.changesets(view, changesets.of_product(view, about.id) if about else None, limit)
    summaries = changesets.change_summaries(view, [changeset.id for changeset in found], about.id if about else None)
    if about:  # do not repeat the product in each row
        summaries = {changeset_id: summary._replace(products=[]) for changeset_id, summary in summaries.items()}
    cells = _brief_cells if brief else _full_cells
    columns = [Column(key, key, key in _COUNT_KEYS) for key in (_BRIEF_KEYS if brief else _KEYS)]
    rows = [Row(tuple(cells(changeset, summaries[changeset.id]))) for changeset in found]
    return Table(columns, rows, title=about.name if about and brief else "")


def format_headline(view: View, changeset_id: int) -> str:
    """Return a changeset in one line: its number, moment, author and reason."""
    (changeset,) = changesets.changesets(view, {changeset_id})
    return f"@{changeset.id}, {changesets.moment(changeset.at)}, {changeset.author}: {changeset.reason}"


def summarize_change(summary: ChangeSummary) -> str:
    """Return the counts of a changeset in words: "a1-pro: 1 spec added, 1 retracted"."""
    parts = []
    for table in changesets.STATEMENTS:
        counts = (("added", summary.added.get(table, 0)), ("retracted", summary.retracted.get(table, 0)))
        texts = [f"{count:,} {verb}" for verb, count in counts if count]
        if texts:
            number, verb = texts[0].split()
            texts[0] = f"{number} {table if number == '1' else table + 's'} {verb}"
            parts.append(", ".join(texts))
    parts += [_count_rows(table, count) for table, count in summary.changed.items()]
    if not summary.products:
        return "; ".join(parts)
    few = len(summary.products) <= _MAX_NAMED_PRODUCTS
    named = ", ".join(summary.products) if few else f"{len(summary.products):,} products"
    return f"{named}: {'; '.join(parts)}"


def _count_rows(table: str, count: int) -> str:
    return f"1 {_SINGULARS.get(table, table)}" if count == 1 else f"{count:,} {_PLURALS.get(table, table + 's')}"


def _brief_cells(changeset: ChangesetEntry, summary: ChangeSummary) -> list[Cell]:
    when, what = changesets.moment(changeset.at), summarize_change(summary)
    return [Cell(text, text) for text in (f"@{changeset.id}", when, changeset.author, changeset.reason, what)]


def _full_cells(changeset: ChangesetEntry, summary: ChangeSummary) -> list[Cell]:
    added, retracted = summary.added.get("spec", 0), summary.retracted.get("spec", 0)
    other = sum(counts.get(table, 0) for counts in (summary.added, summary.retracted) for table in ("claim", "rate"))
    texts = (changeset.at, changeset.author, changeset.origin, changeset.reason, summarize_change(summary))
    values = (*texts, added, retracted, sum(summary.changed.values()) + other)
    return [
        Cell(f"@{changeset.id}", changeset.id),
        *(Cell(str(value), value) for value in values),
        Cell(f"@{changeset.undoes}" if changeset.undoes else "", changeset.undoes),
        Cell(changeset.tool, changeset.tool),
        Cell(changeset.digest, changeset.digest or None),
    ]
