"""Maintain a database: describe it, check it, repair specs and reclaim space."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.database.precedence import RANKED
from specdb.database.record import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy

    from specdb.database.location import Location
    from specdb.database.protocols import Connection


class IntegrityIssue(NamedTuple):
    """Something wrong in a database.

    Attributes:
        check: The kind of check that found it.
        place: Where it is.
        problem: What is wrong.
    """

    check: str
    place: str
    problem: str


class WrongColumn(NamedTuple):
    """A derived column of a spec that should have another value."""

    product_id: int
    id: int
    product: str
    attribute: str
    stored: Any
    expected: Any


_COUNTED_TABLES = ("product", "category", "attribute", "source", "unit", "claim", "rate", "changeset")
_POSTGRES_SIZE = """
SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0) FROM pg_class
WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind = 'r'
"""
_JOINS = "JOIN product p ON p.id = s.product_id JOIN attribute a ON a.id = s.attribute_id"
_DUPLICATES = f"""
SELECT p.slug, a.key, s.qualifiers, o.slug, s.locator, COUNT(*) FROM spec s {_JOINS} JOIN source o ON o.id = s.source_id
WHERE s.retracted_id IS NULL
GROUP BY p.slug, a.key, s.qualifiers, o.slug, s.locator, s.kind, s.modifier, s.number, s.unit, s.text, s.target_id, s.nominal,
         s.as_of, s.rank, s.printed
HAVING COUNT(*) > 1 ORDER BY p.slug, a.key, s.qualifiers
"""
_WRONG_CATEGORY = f"""
SELECT s.product_id, s.id, p.slug, a.key, s.category_id, p.category_id FROM spec s {_JOINS}
WHERE s.category_id <> p.category_id ORDER BY s.product_id, s.id
"""
_WRONGLY_SHOWN = f"""
SELECT s.product_id, s.id, p.slug, a.key, s.shown, best.id IS NOT NULL FROM spec s {_JOINS}
LEFT JOIN ({RANKED}) best ON best.product_id = s.product_id AND best.id = s.id AND (best.position = 1 OR best.many)
WHERE s.shown <> (best.id IS NOT NULL) ORDER BY s.product_id, s.id
"""


def database_info(connection: Connection, location: Location) -> dict[str, Any]:
    """Describe a database: engine, schema, size in bytes, row counts, last change and the newest packaged seed."""
    info: dict[str, Any] = {"database": str(location), "kind": _engine_version(connection, location), "schema": SCHEMA_VERSION}
    info["size"] = size(connection, location)
    for table in _COUNTED_TABLES:
        plural = "categories" if table == "category" else f"{table}s"
        ((info[plural],),) = connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchall()
    sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN retracted_id IS NULL THEN 1 ELSE 0 END), 0) FROM spec"
    ((info["specs"], info["current_specs"]),) = connection.execute(sql).fetchall()
    last = connection.execute("SELECT at FROM changeset ORDER BY id DESC LIMIT 1").fetchone()
    seed = connection.execute(
        "SELECT tool, at, digest FROM changeset WHERE origin = 'seed' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    info["last_change"] = last[0] if last else None
    info["bundle"], info["bundle_date"], info["bundle_digest"] = seed or (None, None, None)
    return info


def size(connection: Connection, location: Location) -> int:
    """Return the size of a database in bytes; for a file, with its write-ahead log."""
    if not isinstance(location, Path):
        return int(connection.execute(_POSTGRES_SIZE).fetchone()[0])
    log = Path(f"{location}-wal")
    return location.stat().st_size + (log.stat().st_size if log.exists() else 0)


def stored_row_issues(connection: Connection, location: Location) -> Iterator[IntegrityIssue]:
    """Check the file, foreign keys, checksums, orphans, duplicates and which specs are shown.

    If the file is damaged, nothing else is checked.
    """
    issues = list(file_damage(connection, location))
    yield from issues
    if any(issue.check == "integrity" for issue in issues):
        return
    from specdb.database import integrity

    yield from (IntegrityIssue("written", place, problem) for place, problem in integrity.damaged_rows(connection))
    yield from _orphans(connection)
    for product, attribute, qualifiers, source, locator, count in connection.execute(_DUPLICATES).fetchall():
        label = f"{product} {attribute}{f' ({qualifiers})' if qualifiers else ''}"
        where = ", ".join(filter(None, (source, locator)))
        yield IntegrityIssue("overlapping", label, f"stated {count} times by {where}")
    for spec in specs_with_wrong_category(connection):
        yield IntegrityIssue("derived", _label(spec), f"category_id is {spec.stored}, expected {spec.expected}")
    for spec in specs_wrongly_shown(connection):
        yield IntegrityIssue("derived", _label(spec), f"shown is {bool(spec.stored)}, expected {bool(spec.expected)}")


def file_damage(connection: Connection, location: Location) -> Iterator[IntegrityIssue]:
    """Find damage to a SQLite file, and rows that refer to missing rows."""
    from specdb.database.digest import all_tables  # loads all models, which describing a database does not need

    damage = _sqlite_damage(connection) if isinstance(location, Path) else []
    if damage:
        yield from (IntegrityIssue("integrity", str(location), message) for message in damage)
        return
    for table in all_tables():
        keys = " || '/' || ".join(f'CAST(t."{column.name}" AS TEXT)' for column in table.primary_key)
        for foreign in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            column, other = foreign.parent.name, foreign.column
            joined = f'LEFT JOIN "{other.table.name}" o ON o."{other.name}" = t."{column}"'
            missing = f't."{column}" IS NOT NULL AND o."{other.name}" IS NULL'
            sql = f'SELECT {keys}, t."{column}" FROM "{table.name}" t {joined} WHERE {missing} ORDER BY 1'
            for key, value in connection.execute(sql).fetchall():
                problem = f"{column} is {value}, which is not a row of {other.table.name}"
                yield IntegrityIssue("foreign keys", f"{table.name} {key}", problem)


def specs_with_wrong_category(connection: Connection) -> Iterator[WrongColumn]:
    """Iterate over the specs whose category_id is not their product's."""
    return map(WrongColumn._make, connection.execute(_WRONG_CATEGORY).fetchall())


def specs_wrongly_shown(connection: Connection) -> Iterator[WrongColumn]:
    """Iterate over the specs that are shown and should not be, or the other way round."""
    return map(WrongColumn._make, connection.execute(_WRONGLY_SHOWN).fetchall())


def attribute_rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of all attributes, with removed ones."""
    return records(connection, "SELECT id, key, kind, unit, signed, choices, expression FROM attribute")


def unit_aliases(connection: Connection) -> list[tuple[str, str, int]]:
    """Return unit, alias and position of all aliases of units, in order."""
    sql = "SELECT unit, name, position FROM alias WHERE scope = 'unit' ORDER BY unit, position"
    return connection.execute(sql).fetchall()


def update_spec(connection: sqlalchemy.Connection, product_id: int, spec_id: int, columns: dict[str, Any]) -> None:
    """Set derived columns of a spec, which no changeset records."""
    from sqlalchemy import text

    assignments = ", ".join(f"{column} = :{column}" for column in columns)
    sql = f"UPDATE spec SET {assignments} WHERE product_id = :product AND id = :spec"
    values = {name: bool(value) if name == "shown" else value for name, value in columns.items()}
    connection.execute(text(sql), {**values, "product": product_id, "spec": spec_id})


def vacuum(location: Location) -> None:
    """Reclaim the space of deleted rows, and update the statistics."""
    from specdb.database.digest import all_tables

    connection = connect(location, write=True)
    try:
        if isinstance(location, Path):
            for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.execute(statement).fetchall()
        else:
            connection.execute(f"VACUUM (ANALYZE) {', '.join(table.name for table in all_tables())}")
    finally:
        connection.close()


def _engine_version(connection: Connection, location: Location) -> str:
    if isinstance(location, Path):
        return f"SQLite {connection.execute('SELECT sqlite_version()').fetchone()[0]}"
    return f"PostgreSQL {connection.execute('SHOW server_version').fetchone()[0].split()[0]}"


def _label(spec: WrongColumn) -> str:
    return f"{spec.product} {spec.attribute}, spec {spec.id}"


def _sqlite_damage(connection: Connection) -> list[str]:
    """Return the messages of SQLite's integrity check."""
    try:
        rows = connection.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:  # too damaged to be checked
        return [str(error)]
    return [message for (message,) in rows if message != "ok"]


def _orphans(connection: Connection) -> Iterator[IntegrityIssue]:
    """Find current statements about removed entities, and rows retracted before they were added."""
    for table, entity in (("spec", "product"), ("spec", "attribute"), ("claim", "product")):
        name_column = "slug" if entity == "product" else "key"
        sql = f"""
        SELECT t.id, o.{name_column} FROM {table} t JOIN {entity} o ON o.id = t.{entity}_id
        WHERE t.retracted_id IS NULL AND o.removed_id IS NOT NULL ORDER BY t.id
        """
        for row_id, name in connection.execute(sql).fetchall():
            yield IntegrityIssue("orphans", f"{table} {row_id}", f"is current, but its {entity} {name} was removed")
    for table in ("spec", "claim", "rate"):
        sql = f"SELECT id FROM {table} WHERE retracted_id < added_id ORDER BY id"
        for (row_id,) in connection.execute(sql).fetchall():
            yield IntegrityIssue(
                "orphans", f"{table} {row_id}", "was retracted by an earlier changeset than the one that added it"
            )
