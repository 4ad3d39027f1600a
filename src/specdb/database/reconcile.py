"""Reconcile stored rows with wanted rows: only differences are written, as part of one changeset."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from specdb.database.changeset_writer import ChangesetWriter
from specdb.database.name_index import last_spec_id
from specdb.database.repository import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from specdb.database.changeset_writer import Rows
    from specdb.database.name_index import NameIndex

    Row = dict[str, Any]

_ENTITIES = ("category", "attribute", "rule", "source", "product")
_OWNER_COLUMNS = {
    "alias": ("category_id", "attribute_id", "product_id"),
    "category_attribute": ("category_id",),
    "relation": ("attribute_id",),
}
"""The tables whose rows belong to an entity, with the columns that refer to it."""

_IDENTITY = {
    "spec": (
        *("product_id", "attribute_id", "qualifiers", "kind", "modifier", "number", "unit", "text", "target_id"),
        *("printed", "source_id", "locator", "as_of", "rank"),
    ),
    "claim": ("product_id", "expression", "relation", "value", "why", "printed", "source_id", "locator"),
    "rate": ("day", "base", "quote", "rate", "source"),
}
"""The columns that identify a statement: all that a person writes; the others are derived from them."""


def reconcile(changeset: ChangesetWriter, rows: Rows, index: NameIndex) -> Rows:
    """Change the database so that it contains `rows`.

    Each category, attribute and product among them is complete: its specs, claims, aliases and members that are not in
    `rows` are retracted or deleted.

    Args:
        changeset: The changeset to write to.
        rows: The wanted rows, by table.
        index: The index with which the rows were resolved; it knows which ids are new.

    Returns:
        The specs, claims and rates that were added.

    Raises:
        ConflictError: Current specs do not fit the new unit or kind of their attribute.
    """
    stored = {
        table: {row["id"]: row for row in rows.get(table, []) if index.is_stored(table, row["id"])} for table in _ENTITIES
    }
    added = {table: _reconcile_statements(changeset, table, rows.get(table, []), set(stored["product"])) for table in _IDENTITY}
    new = {table: [row for row in rows.get(table, []) if row["id"] not in stored[table]] for table in _ENTITIES}
    changed: list[tuple[str, Row, Row]] = []
    for table in _OWNER_COLUMNS:
        new[table], kept, deleted = _compare_owned_rows(changeset, table, rows.get(table, []), stored)
        changed += [(table, key, row) for key, row in kept]
        for key in deleted:
            changeset.change(table, key, None)
    source_kinds = rows.get("source_kind", [])
    kinds = {row["kind"] for row in select_rows(changeset, "source_kind", {row["kind"] for row in source_kinds}, "kind")}
    new["source_kind"] = [row for row in source_kinds if row["kind"] not in kinds]
    changed += [("source_kind", {"kind": row["kind"]}, row) for row in source_kinds if row["kind"] in kinds]
    changeset.add({**new, "unit": rows.get("unit", [])})
    for table in _ENTITIES:
        for row in select_rows(changeset, table, stored[table]):
            wanted = stored[table][row["id"]]
            if table == "source" and wanted["date"] != row["date"]:
                added["spec"] += _redate_specs(changeset, row, wanted["date"], set(stored["product"]))
            restored = {"removed_id": None} if "removed_id" in row else {}
            changed.append((table, {"id": row["id"]}, {**wanted, **restored}))
    for table, key, row in changed:
        changeset.change(table, key, row)
    add_specs(changeset, added["spec"])
    changeset.add({"claim": added["claim"], "rate": added["rate"]})
    return added


def add_specs(changeset: ChangesetWriter, specs: Iterable[Row]) -> None:
    """Add specs with new ids, in this order; `ChangesetWriter.finish` chooses the shown ones."""
    derived = {"shown": False, "retracted_id": None, "restores_id": None}
    first = last_spec_id(changeset.connection) + 1
    changeset.add({"spec": [{**row, "id": spec_id, **derived} for spec_id, row in enumerate(specs, first)]})


def retract_specs(changeset: ChangesetWriter, specs: Iterable[Row]) -> None:
    """Retract current specs, given as rows."""
    changeset.retract_specs([(row["product_id"], row["id"]) for row in specs])


def replace_rate(connection: Connection, row: Row, *, author: str, reason: str) -> None:
    """Add an exchange rate as a changeset; retract the one for the same day and pair, in either direction."""
    changeset = ChangesetWriter(connection, author=author, reason=reason)
    current = table_named("rate").c.retracted_id.is_(None)
    rates = select_rows(changeset, "rate", [row["day"]], "day", current)
    changeset.retract("rate", [rate["id"] for rate in rates if rate_key(rate) == rate_key(row)])
    changeset.add({"rate": [row]})
    changeset.finish()


def table_named(name: str) -> Any:
    """Return the SQLAlchemy table of this name."""
    return SQLModel.metadata.tables[name]


def select_rows(changeset: ChangesetWriter, table: str, keys: Iterable[Any], column: str = "id", *conditions: Any) -> list[Row]:
    """Return the rows of a table whose `column` is one of `keys`; specs in the order in which they were first added."""
    target = table_named(table)
    query = select(target).where(*conditions)
    if table == "spec":
        query = query.order_by(func.coalesce(target.c.restores_id, target.c.id))
    return [
        dict(row)
        for part in chunks(sorted(keys))
        for row in changeset.connection.execute(query.where(target.c[column].in_(part))).mappings()
    ]


def select_all(changeset: ChangesetWriter, table: str, *conditions: Any) -> list[Row]:
    """Return all rows of a table that match the conditions, by primary key."""
    target = table_named(table)
    query = select(target).where(*conditions).order_by(*target.primary_key.columns)
    return [dict(row) for row in changeset.connection.execute(query).mappings()]


def statement_identity(table: str, row: Row) -> tuple[Any, ...]:
    """Return the values that are equal in two specs, claims or rates that state the same."""
    return tuple(row[name] for name in _IDENTITY[table])


def rate_key(rate: Row) -> tuple[str, frozenset[str]]:
    """Return the day and the two currencies of a rate, for which there is one current rate."""
    return rate["day"], frozenset((rate["base"], rate["quote"]))


def _reconcile_statements(changeset: ChangesetWriter, table: str, wanted: list[Row], products: set[int]) -> list[Row]:
    """Retract statements of `products` that are not wanted; return the wanted ones that are missing.

    A wanted rate replaces the rate for its day and pair.
    """
    current = table_named(table).c.retracted_id.is_(None)
    if table == "rate":
        keys = {rate_key(row) for row in wanted}
        rows = select_rows(changeset, table, {row["day"] for row in wanted}, "day", current)
        rows = [row for row in rows if rate_key(row) in keys]
    else:  # a claim may be about a product that the file does not contain
        owners = products | ({row["product_id"] for row in wanted} if table == "claim" else set())
        rows = select_rows(changeset, table, owners, "product_id", current)
    stored: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        stored[statement_identity(table, row)].append(row)
    missing = []
    for row in wanted:
        if equal := stored.get(statement_identity(table, row)):
            equal.pop(0)
        else:
            missing.append(row)
    unwanted = [row for equal in stored.values() for row in equal if table == "rate" or row["product_id"] in products]
    if table == "spec":
        retract_specs(changeset, unwanted)
    else:
        changeset.retract(table, [row["id"] for row in unwanted])
    return missing


def _compare_owned_rows(
    changeset: ChangesetWriter, table: str, wanted: list[Row], stored: dict[str, dict[int, Row]]
) -> tuple[list[Row], list[tuple[Row, Row]], list[Row]]:
    """Return the new rows, the changed rows (key and row) and the keys of the deleted rows of entities' own tables."""
    names = [column.name for column in table_named(table).primary_key]
    existing: dict[tuple[Any, ...], Row] = {}
    for column in _OWNER_COLUMNS[table]:
        for row in select_rows(changeset, table, stored[column.removesuffix("_id")], column):
            existing[tuple(row[name] for name in names)] = row
    new: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    for row in wanted:
        before = existing.pop(tuple(row[name] for name in names), None)
        if before is None:
            new.append(row)
        elif before != {**before, **row}:
            changed.append(({name: row[name] for name in names}, row))
    return new, changed, [dict(zip(names, key, strict=True)) for key in existing]


def _redate_specs(changeset: ChangesetWriter, source: Row, date: str, products: set[int]) -> Iterator[Row]:
    """Retract specs with their source's date, except of `products`; return copies with its new date."""
    spec = table_named("spec")
    conditions = spec.c.retracted_id.is_(None), spec.c.as_of == source["date"], spec.c.product_id.not_in(sorted(products))
    rows = select_rows(changeset, "spec", [source["id"]], "source_id", *conditions)
    retract_specs(changeset, rows)
    return ({**row, "as_of": date} for row in rows)
