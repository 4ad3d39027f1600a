"""Find and repair derived columns of specs and units, which are recalculated as when the rows were added."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import resolve, values
from specdb.database import digest, dump, maintenance
from specdb.database.maintenance import IntegrityIssue
from specdb.database.models import SpecRow, UnitRow
from specdb.database.transaction import driver_connection, update_statistics, write_transaction
from specdb.errors import SpecdbError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location
    from specdb.database.protocols import Connection

_EMPTY_COLUMNS = {"value_unit": "", "lo": None, "nominal": None, "hi": None}
_NUMERIC_KINDS = ("quantity", "date", "flag")


class StaleValue(NamedTuple):
    """A spec with wrong derived columns.

    Attributes:
        product_id: The id of its product.
        id: Its own id.
        name: What it is, for people.
        stored: The wrong columns as they are stored; empty if they cannot be recalculated.
        right: The same columns, recalculated.
        why: Why they cannot be recalculated.
    """

    product_id: int
    id: int
    name: str
    stored: dict[str, Any]
    right: dict[str, Any]
    why: str = ""


def stale_values(connection: Connection) -> Iterator[StaleValue]:
    """Iterate over the specs whose interval does not follow from their number, unit and modifier, or from their text."""
    targets = {
        row["id"]: values.ValueTarget(
            row["key"],
            row["kind"],
            row["unit"],
            bool(row["signed"]),
            values.parse_choices(row["choices"], row["key"]),
            {},
            row["expression"],
        )
        for row in maintenance.attribute_rows(connection)
    }
    slugs = dump.slugs(connection, "product")
    table: Any = SpecRow.__table__  # type: ignore[attr-defined]
    for row in digest.records(connection, table):
        target = targets.get(row["attribute_id"])
        if target and (row["kind"] == target.kind or row["kind"] not in _NUMERIC_KINDS):
            name = f"{slugs.get(row['product_id'])} {target.key}, spec {row['id']}"
            yield from _compare(row, target, name)


def database_issues(connection: Connection, location: Location) -> list[IntegrityIssue]:
    """Return everything that is wrong with a database: its file, its rows and their derived columns."""
    issues = list(maintenance.stored_row_issues(connection, location))
    if any(issue.check == "integrity" for issue in issues):
        return issues
    for stale in stale_values(connection):
        if stale.why:
            issues.append(IntegrityIssue("derived", stale.name, stale.why))
        issues += [
            IntegrityIssue("derived", stale.name, f"{column} is {value}, expected {stale.right[column]}")
            for column, value in stale.stored.items()
        ]
    return issues + list(_unit_issues(connection))


def rebuild_derived_columns(location: Location) -> int:
    """Recalculate the derived columns of all specs, and the statistics; return how many specs were repaired."""
    with write_transaction(location) as connection:
        read = driver_connection(connection)
        changes: dict[tuple[int, int], dict[str, Any]] = {}
        for stale in stale_values(read):
            changes.setdefault((stale.product_id, stale.id), {}).update(stale.right)
        for spec in maintenance.specs_with_wrong_category(read):
            changes.setdefault((spec.product_id, spec.id), {})["category_id"] = spec.expected
        for spec in maintenance.specs_wrongly_shown(read):
            changes.setdefault((spec.product_id, spec.id), {})["shown"] = spec.expected
        for (product_id, spec_id), columns in changes.items():
            if columns:
                maintenance.update_spec(connection, product_id, spec_id, columns)
        update_statistics(connection)
        return sum(bool(columns) for columns in changes.values())


def _compare(row: dict[str, Any], target: values.ValueTarget, name: str) -> Iterator[StaleValue]:
    try:
        derived = values.value_columns(values.canonical_text(row, {}), target) if row["kind"] in _NUMERIC_KINDS else {}
    except (SpecdbError, ArithmeticError, ValueError) as error:
        if row["retracted_id"] is None:  # a retracted spec need not fit what its attribute is now
            yield StaleValue(row["product_id"], row["id"], name, {}, {}, str(error).splitlines()[0])
        return
    right = {column: derived.get(column, empty) for column, empty in _EMPTY_COLUMNS.items()}
    stored = {column: row[column] for column in right if row[column] != right[column]}
    if stored:
        yield StaleValue(row["product_id"], row["id"], name, stored, {column: right[column] for column in stored})


def _unit_issues(connection: Connection) -> Iterator[IntegrityIssue]:
    """Find units and aliases of units that do not agree with specdb's list."""
    table: Any = UnitRow.__table__  # type: ignore[attr-defined]
    for row in digest.records(connection, table):
        right = _known_unit_row(row["name"])
        if right is None:
            yield IntegrityIssue("derived", f"unit {row['name']}", "is not a unit that specdb knows")
            continue
        for column, value in row.items():
            if value != right[column]:
                yield IntegrityIssue("derived", f"unit {row['name']}", f"{column} is {value}, expected {right[column]}")
    positions: Counter[str] = Counter()
    aliases = {unit.name: names for unit, names in unit_registry.unit_definitions()}
    for unit, name, position in maintenance.unit_aliases(connection):
        if name not in aliases.get(unit, ()):  # exactly: looking a unit up ignores case
            yield IntegrityIssue("derived", f"unit {unit}", f"{name} is not an alias of it")
        if position != positions[unit]:
            yield IntegrityIssue("derived", f"alias {name}", f"position is {position}, expected {positions[unit]}")
        positions[unit] += 1


def _known_unit_row(name: str) -> dict[str, Any] | None:
    """Return the columns of a unit by name or alias, or None if it is unknown."""
    try:
        return resolve.unit_row(unit_registry.find_unit(name))
    except SpecdbError:
        return None
