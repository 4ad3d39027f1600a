"""Looking after a database: what it holds, whether it is sound, and the room it takes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.database.precedence import RANKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.connection import Connection
    from specdb.database.location import Location


class IntegrityIssue(NamedTuple):
    """Something that is wrong: what kind of thing, where, and what about it."""

    check: str
    place: str
    problem: str


_COUNTED = ("product", "category", "attribute", "source", "unit", "claim", "rate", "changeset")
_SIZE = """
SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0) FROM pg_class
WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind = 'r'
"""
_WHERE = "JOIN product p ON p.id = s.product_id JOIN attribute a ON a.id = s.attribute_id"
_TWICE = f"""
SELECT p.slug, a.key, s.qualifiers, o.slug, s.locator, COUNT(*) FROM spec s {_WHERE} JOIN source o ON o.id = s.source_id
WHERE s.retracted_id IS NULL
GROUP BY p.slug, a.key, s.qualifiers, o.slug, s.locator, s.kind, s.modifier, s.number, s.unit, s.text, s.target_id, s.nominal,
         s.as_of, s.rank, s.printed
HAVING COUNT(*) > 1 ORDER BY p.slug, a.key, s.qualifiers
"""
WRONG_CATEGORY = f"""
SELECT s.product_id, s.id, p.slug, a.key, s.category_id, p.category_id FROM spec s {_WHERE}
WHERE s.category_id <> p.category_id ORDER BY s.product_id, s.id
"""
"""Specs whose category_id is not their product's: product and spec, slug, key, the category it is and the one it should be."""

WRONG_SHOWN = f"""
SELECT s.product_id, s.id, p.slug, a.key, s.shown FROM spec s {_WHERE}
LEFT JOIN ({RANKED}) best ON best.product_id = s.product_id AND best.id = s.id AND (best.place = 1 OR best.many)
WHERE s.shown <> (best.id IS NOT NULL) ORDER BY s.product_id, s.id
"""
"""Specs that are shown and should not be, or the other way round: product and spec, slug, key, whether it is shown."""


def database_info(connection: Connection, place: Location) -> dict[str, Any]:
    """What the database is and holds. The size is in bytes; `bundle` is the newest seed, by the tool that brought it."""
    found: dict[str, Any] = {"database": str(place), "kind": _kind(connection, place), "schema": SCHEMA_VERSION}
    found["size"] = size(connection, place)
    for name in _COUNTED:
        ((found[_plural(name)],),) = connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchall()
    sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN retracted_id IS NULL THEN 1 ELSE 0 END), 0) FROM spec"
    ((found["specs"], found["current_specs"]),) = connection.execute(sql).fetchall()
    last = connection.execute("SELECT at FROM changeset ORDER BY id DESC LIMIT 1").fetchone()
    seed = connection.execute(
        "SELECT tool, at, digest FROM changeset WHERE origin = 'seed' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    found["last_change"] = last[0] if last else None
    found["bundle"], found["bundle_date"], found["bundle_digest"] = seed or (None, None, None)
    return found


def _plural(name: str) -> str:
    return "categories" if name == "category" else f"{name}s"


def _kind(connection: Connection, place: Location) -> str:
    """The kind and version of the database."""
    if isinstance(place, Path):
        return f"SQLite {connection.execute('SELECT sqlite_version()').fetchone()[0]}"
    return f"PostgreSQL {connection.execute('SHOW server_version').fetchone()[0].split()[0]}"


def size(connection: Connection, place: Location) -> int:
    """The room that the database takes, in bytes; that of a file with the journal beside it."""
    if not isinstance(place, Path):
        return int(connection.execute(_SIZE).fetchone()[0])
    journal = Path(f"{place}-wal")
    return place.stat().st_size + (journal.stat().st_size if journal.exists() else 0)


def stored_row_issues(connection: Connection, place: Location) -> Iterator[IntegrityIssue]:
    """What is wrong with the rows as such: the file, foreign keys, orphans, what is said twice, which specs are shown.

    Where the file is damaged, nothing else is looked at.
    """
    found = list(file_damage(connection, place))
    yield from found
    if any(issue.check == "integrity" for issue in found):
        return
    from specdb.database import integrity

    yield from (IntegrityIssue("written", place, problem) for place, problem in integrity.damaged_rows(connection))
    yield from _orphans(connection)
    for product, key, bound, source, locator, count in connection.execute(_TWICE).fetchall():
        where = ", ".join(filter(None, (source, locator)))
        yield IntegrityIssue(
            "overlapping", f"{product} {key}{f' ({bound})' if bound else ''}", f"stated {count} times over by {where}"
        )
    for _, id, product, key, is_, should in connection.execute(WRONG_CATEGORY).fetchall():
        yield IntegrityIssue("derived", f"{product} {key}, spec {id}", f"category_id is {is_} and should be {should}")
    for _, id, product, key, shown in connection.execute(WRONG_SHOWN).fetchall():
        yield IntegrityIssue(
            "derived", f"{product} {key}, spec {id}", f"is {'shown and should not be' if shown else 'not shown and should be'}"
        )


def file_damage(connection: Connection, place: Location) -> Iterator[IntegrityIssue]:
    """Damage to the file, and rows that refer to rows which are not there."""
    from specdb.database.digest import all_tables  # with all models, which what a database holds is told without

    damage = _damage(connection) if isinstance(place, Path) else []
    if damage:
        yield from (IntegrityIssue("integrity", str(place), said) for said in damage)
        return
    for table in all_tables():
        keys = " || '/' || ".join(f'CAST(t."{column.name}" AS TEXT)' for column in table.primary_key)
        for foreign in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            column, other = foreign.parent.name, foreign.column
            joined = f'LEFT JOIN "{other.table.name}" o ON o."{other.name}" = t."{column}"'
            missing = f't."{column}" IS NOT NULL AND o."{other.name}" IS NULL'
            sql = f'SELECT {keys}, t."{column}" FROM "{table.name}" t {joined} WHERE {missing} ORDER BY 1'
            for key, value in connection.execute(sql).fetchall():
                yield IntegrityIssue(
                    "foreign keys", f"{table.name} {key}", f"{column} is {value}, and there is no such {other.table.name}"
                )


def _damage(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its file."""
    try:
        return [said for (said,) in connection.execute("PRAGMA integrity_check").fetchall() if said != "ok"]
    except sqlite3.DatabaseError as error:  # it could not even look
        return [str(error)]


def _orphans(connection: Connection) -> Iterator[IntegrityIssue]:
    """Current specs and claims of what was removed, and rows retracted before they were added."""
    for table, of in (("spec", "product"), ("spec", "attribute"), ("claim", "product")):
        name = "slug" if of == "product" else "key"
        sql = f"""
        SELECT t.id, o.{name} FROM {table} t JOIN {of} o ON o.id = t.{of}_id
        WHERE t.retracted_id IS NULL AND o.removed_id IS NOT NULL ORDER BY t.id
        """
        for id, slug in connection.execute(sql).fetchall():
            yield IntegrityIssue("orphans", f"{table} {id}", f"is current, but its {of} {slug} was removed")
    for table in ("spec", "claim", "rate"):
        for (id,) in connection.execute(f"SELECT id FROM {table} WHERE retracted_id < added_id ORDER BY id").fetchall():
            yield IntegrityIssue("orphans", f"{table} {id}", "is retracted by an earlier changeset than the one that added it")


def vacuum(place: Location) -> None:
    """Gives back the room of what was deleted, and gathers statistics."""
    from specdb.database.digest import all_tables

    connection = connect(place, write=True)
    try:
        if isinstance(place, Path):
            for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.execute(statement).fetchall()
        else:
            connection.execute(f"VACUUM (ANALYZE) {', '.join(table.name for table in all_tables())}")
    finally:
        connection.close()
