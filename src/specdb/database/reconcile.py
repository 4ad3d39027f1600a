"""Rows as they are to be against the rows that there are: only what differs is written, as part of one changeset."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from specdb.database.journal import last_spec
from specdb.database.repository import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.database.journal import Edit, NameIndex, Rows

    Row = dict[str, Any]

_NAMED = ("category", "attribute", "rule", "source", "product")
_OWNERS = {
    "alias": ("category_id", "attribute_id", "product_id"),
    "category_attribute": ("category_id",),
    "relation": ("attribute_id",),
}
"""The tables whose rows belong to rows of others, with the columns that say to which."""

_SAME = {
    "spec": (
        *("product_id", "attribute_id", "qualifiers", "kind", "modifier", "number", "unit", "text", "target_id"),
        *("printed", "source_id", "locator", "as_of", "rank"),
    ),
    "claim": ("product_id", "expression", "relation", "value", "why", "printed", "source_id", "locator"),
    "rate": ("day", "base", "quote", "rate", "source"),
}
"""What makes two statements the same: all that a person writes; the rest is derived."""


def write(edit: Edit, rows: Rows, known: NameIndex) -> Rows:
    """Brings the database to where it holds `rows`, each category, attribute and product among them with all of its own.

    Specs, claims, aliases and members that it has and that are not among the rows are retracted or taken away. `known` is
    what was known when the rows were made: it tells those that are new. The specs, claims and rates that were added.
    InTheWay where specs that stay do not fit what their attribute becomes.
    """
    old = {table: {row["id"]: row for row in rows.get(table, []) if known.stood(table, row["id"])} for table in _NAMED}
    added = {table: _statements(edit, table, rows.get(table, []), set(old["product"])) for table in _SAME}
    fresh = {table: [row for row in rows.get(table, []) if row["id"] not in old[table]] for table in _NAMED}
    changed: list[tuple[str, Row, Row]] = []
    for table in _OWNERS:
        fresh[table], kept, gone = _owned(edit, table, rows.get(table, []), old)
        changed += [(table, key, row) for key, row in kept]
        for key in gone:
            edit.change(table, key, None)
    kinds = {row["kind"] for row in found(edit, "source_kind", {row["kind"] for row in rows.get("source_kind", [])}, "kind")}
    fresh["source_kind"] = [row for row in rows.get("source_kind", []) if row["kind"] not in kinds]
    changed += [("source_kind", {"kind": row["kind"]}, row) for row in rows.get("source_kind", []) if row["kind"] in kinds]
    edit.add({**fresh, "unit": rows.get("unit", [])})
    for table in _NAMED:
        for row in found(edit, table, old[table]):
            wanted = old[table][row["id"]]
            if table == "source" and wanted["date"] != row["date"]:
                added["spec"] += _dated(edit, row, wanted["date"], set(old["product"]))
            back = {"removed_id": None} if "removed_id" in row else {}
            changed.append((table, {"id": row["id"]}, {**wanted, **back}))
    for table, key, row in changed:
        edit.change(table, key, row)
    add_specs(edit, added["spec"])
    edit.add({"claim": added["claim"], "rate": added["rate"]})
    return added


def add_specs(edit: Edit, specs: Iterable[Row]) -> None:
    """Adds these specs with the ids that come next, each the latest; how they are shown is settled later."""
    derived = {"shown": False, "retracted_id": None, "restores_id": None}
    edit.add({"spec": [{**row, "id": id, **derived} for id, row in enumerate(specs, last_spec(edit.connection) + 1)]})


def retract_specs(edit: Edit, specs: Iterable[Row]) -> None:
    """Retracts current specs, given as rows."""
    edit.withdraw([(row["product_id"], row["id"]) for row in specs])


def table_of(name: str) -> Any:
    """The table of this name."""
    return SQLModel.metadata.tables[name]


def found(edit: Edit, table: str, keys: Iterable[Any], column: str = "id", *tests: Any) -> list[Row]:
    """The rows of a table whose `column` is among `keys`, and which pass the tests, of specs the earlier first."""
    wanted = table_of(table)
    query = select(wanted).where(*tests)
    if table == "spec":
        query = query.order_by(func.coalesce(wanted.c.restores_id, wanted.c.id))
    return [
        dict(row)
        for part in chunks(sorted(keys))
        for row in edit.connection.execute(query.where(wanted.c[column].in_(part))).mappings()
    ]


def same(table: str, row: Row) -> tuple[Any, ...]:
    """What two specs, claims or rates share that say the same."""
    return tuple(row[name] for name in _SAME[table])


def _statements(edit: Edit, table: str, wanted: list[Row], products: set[int]) -> list[Row]:
    """Retracts what these products have and is not wanted; what is wanted and not there. A rate stands for its day."""
    current = table_of(table).c.retracted_id.is_(None)
    if table == "rate":
        pairs = {pair(row) for row in wanted}
        rows = [row for row in found(edit, table, {row["day"] for row in wanted}, "day", current) if pair(row) in pairs]
    else:  # a claim may be about a product that the file does not have
        about = products | ({row["product_id"] for row in wanted} if table == "claim" else set())
        rows = found(edit, table, about, "product_id", current)
    there: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        there[same(table, row)].append(row)
    added = []
    for row in wanted:
        if alike := there.get(same(table, row)):
            alike.pop(0)
        else:
            added.append(row)
    left = [row for alike in there.values() for row in alike]
    gone = [row for row in left if table == "rate" or row["product_id"] in products]
    if table == "spec":
        retract_specs(edit, gone)
    else:
        edit.retract(table, [row["id"] for row in gone])
    return added


def pair(rate: Row) -> tuple[str, frozenset[str]]:
    """The day and the two currencies that a rate is for, of which there is one rate at a time."""
    return rate["day"], frozenset((rate["base"], rate["quote"]))


def _owned(
    edit: Edit, table: str, wanted: list[Row], old: dict[str, dict[int, Row]]
) -> tuple[list[Row], list[tuple[Row, Row]], list[Row]]:
    """Of the rows that belong to others: the new ones, those kept (key and row), and the keys of those that go."""
    names = [column.name for column in table_of(table).primary_key]
    there: dict[tuple[Any, ...], Row] = {}
    for column in _OWNERS[table]:
        for row in found(edit, table, old[column.removesuffix("_id")], column):
            there[tuple(row[name] for name in names)] = row
    new: list[Row] = []
    kept: list[tuple[Row, Row]] = []
    for row in wanted:
        before = there.pop(tuple(row[name] for name in names), None)
        if before is None:
            new.append(row)
        elif before != {**before, **row}:
            kept.append(({name: row[name] for name in names}, row))
    return new, kept, [dict(zip(names, key, strict=True)) for key in there]


def _dated(edit: Edit, source: Row, date: str, products: set[int]) -> Iterator[Row]:
    """Retracts specs that had their source's date, but for those of `products`; copies of them with its new date."""
    spec = table_of("spec")
    tests = spec.c.retracted_id.is_(None), spec.c.as_of == source["date"], spec.c.product_id.not_in(sorted(products))
    rows = found(edit, "spec", [source["id"]], "source_id", *tests)
    retract_specs(edit, rows)
    return ({**row, "as_of": date} for row in rows)
