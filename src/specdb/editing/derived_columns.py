"""What follows from other columns, of specs and of units: recomputed as when it is loaded, compared, and set right."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from specdb.bundles import resolve, values
from specdb.database import digest, maintenance, transaction
from specdb.database.models import SpecRow, UnitRow
from specdb.errors import SpecdbError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.connection import Connection
    from specdb.database.location import Location

_NONE = {"value_unit": "", "lo": None, "nominal": None, "hi": None}
_MEASURED = ("quantity", "date", "flag")


class StaleValue(NamedTuple):
    """A spec whose columns of `stored` should be as in `right`; `stored` is empty where nothing can be derived (`why`)."""

    product_id: int
    id: int
    name: str
    stored: dict[str, Any]
    right: dict[str, Any]
    why: str = ""


def stale_values(connection: Connection) -> Iterator[StaleValue]:
    """The specs whose ends do not follow from their number, unit and modifier, or their text, or have some and should not."""
    targets = {
        id: values.ValueTarget(key, kind, unit, bool(signed), values.parse_choices(choices, key), {}, expression)
        for id, key, kind, unit, signed, choices, expression in connection.execute(
            "SELECT id, key, kind, unit, signed, choices, expression FROM attribute"
        ).fetchall()
    }
    slugs = dict(connection.execute("SELECT id, slug FROM product").fetchall())
    table: Any = SpecRow.__table__  # type: ignore[attr-defined]
    for row in digest.records(connection, table):
        target = targets.get(row["attribute_id"])
        if target and (row["kind"] == target.kind or row["kind"] not in _MEASURED):
            name = f"{slugs.get(row['product_id'])} {target.key}, spec {row['id']}"
            yield from _compared(row, target, name)


def _compared(row: dict[str, Any], target: values.ValueTarget, name: str) -> Iterator[StaleValue]:
    try:
        derived = values.value_columns(values.canonical_text(row, {}), target) if row["kind"] in _MEASURED else {}
    except (SpecdbError, ArithmeticError, ValueError) as error:
        if row["retracted_id"] is None:  # one of the past need not fit what its attribute has become
            yield StaleValue(row["product_id"], row["id"], name, {}, {}, str(error).splitlines()[0])
        return
    right = {column: derived.get(column, none) for column, none in _NONE.items()}
    stored = {column: row[column] for column in right if row[column] != right[column]}
    if stored:
        yield StaleValue(row["product_id"], row["id"], name, stored, {column: right[column] for column in stored})


def _units(connection: Connection) -> Iterator[maintenance.IntegrityIssue]:
    """The units that are not what their name means, and the names of units that do not mean them."""
    table: Any = UnitRow.__table__  # type: ignore[attr-defined]
    for row in digest.records(connection, table):
        right = _meant(row["name"])
        if right is None:
            yield maintenance.IntegrityIssue("derived", f"unit {row['name']}", "is none that specdb knows")
            continue
        for column, value in row.items():
            if value != right[column]:
                yield maintenance.IntegrityIssue(
                    "derived", f"unit {row['name']}", f"{column} is {value} and should be {right[column]}"
                )
    count: Counter[str] = Counter()
    sql = "SELECT unit, name, position FROM alias WHERE scope = 'unit' ORDER BY unit, position"
    for unit, name, position in connection.execute(sql).fetchall():
        if (_meant(name) or {}).get("name") != unit:
            yield maintenance.IntegrityIssue("derived", f"unit {unit}", f"is not called {name}")
        if position != count[unit]:
            yield maintenance.IntegrityIssue("derived", f"alias {name}", f"position is {position} and should be {count[unit]}")
        count[unit] += 1


def _meant(name: str) -> dict[str, Any] | None:
    """The columns of the unit that is written so."""
    try:
        return resolve.unit_row(unit_registry.find_unit(name))
    except SpecdbError:
        return None


def database_issues(connection: Connection, place: Location) -> list[maintenance.IntegrityIssue]:
    """All that is wrong with a database: `upkeep.issues`, and in a whole file what does not follow from other columns."""
    found = list(maintenance.stored_row_issues(connection, place))
    if any(issue.check == "integrity" for issue in found):
        return found
    for one in stale_values(connection):
        if one.why:
            found.append(maintenance.IntegrityIssue("derived", one.name, one.why))
        found += [
            maintenance.IntegrityIssue("derived", one.name, f"{column} is {value} and should be {one.right[column]}")
            for column, value in one.stored.items()
        ]
    return found + list(_units(connection))


def rebuild_derived_columns(place: Location) -> int:
    """Derives all such columns anew, and the statistics: how many specs were put right. Whole or not at all."""
    with transaction.write_transaction(place) as connection:
        reading = transaction.driver_connection(connection)
        changes: dict[tuple[int, int], dict[str, Any]] = {}
        for one in stale_values(reading):
            changes.setdefault((one.product_id, one.id), {}).update(one.right)
        for product, id, *_, category in reading.execute(maintenance.WRONG_CATEGORY).fetchall():
            changes.setdefault((product, id), {})["category_id"] = category
        for product, id, *_, shown in reading.execute(maintenance.WRONG_SHOWN).fetchall():
            changes.setdefault((product, id), {})["shown"] = not shown
        for (product, id), columns in changes.items():
            if columns:
                setting = ", ".join(f"{column} = :{column}" for column in columns)
                sql = f"UPDATE spec SET {setting} WHERE product_id = :product AND id = :spec"
                connection.execute(text(sql), {**columns, "product": product, "spec": id})
        transaction.update_statistics(connection)
        return sum(bool(columns) for columns in changes.values())
