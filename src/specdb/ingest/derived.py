"""Columns of specs that follow from others: recomputed as they are when a spec is loaded, compared, and set right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from specdb.errors import SpecdbError
from specdb.ingest import values
from specdb.store import canonical, create, upkeep
from specdb.store.models import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.store.connection import Connection
    from specdb.store.engine import Place

_COLUMNS = ("value_unit", "lo", "nominal", "hi")


class Wrong(NamedTuple):
    """A spec whose columns of `stored` should be as in `right`; `stored` is empty where nothing can be derived (`why`)."""

    product_id: int
    id: int
    name: str
    stored: dict[str, Any]
    right: dict[str, Any]
    why: str = ""


def wrong(connection: Connection) -> Iterator[Wrong]:
    """The quantities and dates whose ends do not follow from their number, unit and modifier, or their text."""
    targets = {
        id: values.Target(key, kind, unit, bool(signed), values.listed(choices, key), {})
        for id, key, kind, unit, signed, choices in connection.execute(
            "SELECT id, key, kind, unit, signed, choices FROM attribute"
        ).fetchall()
    }
    slugs = dict(connection.execute("SELECT id, slug FROM product").fetchall())
    table: Any = Spec.__table__  # type: ignore[attr-defined]
    names = table.columns.keys()
    for portion in canonical.rows(connection, table):
        for values_ in portion:
            row = dict(zip(names, values_, strict=True))
            target = targets.get(row["attribute_id"])
            if target and row["kind"] in ("quantity", "date") and row["kind"] == target.kind:
                name = f"{slugs.get(row['product_id'])} {target.key}, spec {row['id']}"
                yield from _compared(row, target, name)


def _compared(row: dict[str, Any], target: values.Target, name: str) -> Iterator[Wrong]:
    try:
        derived = values.columns(values.canonical(row, {}), target)
    except (SpecdbError, ArithmeticError, ValueError) as error:
        yield Wrong(row["product_id"], row["id"], name, {}, {}, str(error).splitlines()[0])
        return
    right = {column: derived.get(column, "") for column in _COLUMNS}
    stored = {column: row[column] for column in _COLUMNS if row[column] != right[column]}
    if stored:
        yield Wrong(row["product_id"], row["id"], name, stored, {column: right[column] for column in stored})


def faults(connection: Connection, place: Place) -> list[upkeep.Fault]:
    """All that is wrong with a database: `upkeep.faults`, and what does not follow from what it is derived from."""
    found = list(upkeep.faults(connection, place))
    for one in wrong(connection):
        if one.why:
            found.append(upkeep.Fault("derived", one.name, one.why))
        found += [
            upkeep.Fault("derived", one.name, f"{column} is {value} and should be {one.right[column]}")
            for column, value in one.stored.items()
        ]
    return found


def rebuild(place: Place) -> int:
    """Derives all such columns anew, and the statistics: how many specs were put right. Whole or not at all."""
    with create.writing(place) as connection:
        reading = create.reading(connection, place)
        changes: dict[tuple[int, int], dict[str, Any]] = {}
        for one in wrong(reading):
            changes.setdefault((one.product_id, one.id), {}).update(one.right)
        for product, id, *_, category in reading.execute(upkeep.MISPLACED).fetchall():
            changes.setdefault((product, id), {})["category_id"] = category
        for product, id, *_, shown in reading.execute(upkeep.MISSHOWN).fetchall():
            changes.setdefault((product, id), {})["shown"] = not shown
        for (product, id), columns in changes.items():
            if columns:
                setting = ", ".join(f"{column} = :{column}" for column in columns)
                sql = f"UPDATE spec SET {setting} WHERE product_id = :product AND id = :spec"
                connection.execute(text(sql), {**columns, "product": product, "spec": id})
        create.analyze(connection)
        return sum(bool(columns) for columns in changes.values())
