"""Databases with older schemas and data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
from alembic import command
from alembic.config import Config

from specdb import resources
from specdb.database import transaction

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.server import Server


def at_revision(revision: str, source: Path, path: Path) -> None:
    """Makes a database of this revision at `path`, with all rows of `source` that its tables and columns can hold."""
    _migrated(revision, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("ATTACH ? AS newer", (str(source),))
        old.execute("BEGIN")
        for (table,) in old.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if table not in ("alembic_version", "sqlite_stat1", "sqlite_stat4"):
                columns = ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA main.table_info({table})"))
                old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
        old.execute("COMMIT")
        old.execute("PRAGMA journal_mode = WAL")


def server_at_revision(revision: str, source: Server, place: Server) -> None:
    """The same in an empty database of a server."""
    _migrated(revision, place)
    with psycopg.connect(source.url) as newer, psycopg.connect(place.url) as old:
        old.execute("SET session_replication_role = replica")  # rows in any order
        sql = """
        SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version' GROUP BY table_name
        """
        for table, columns in old.execute(sql).fetchall():
            rows = newer.execute(f"SELECT {columns} FROM {table}".encode()).fetchall()
            if rows:
                bound = ", ".join(["%s"] * len(rows[0]))
                old.cursor().executemany(f"INSERT INTO {table} ({columns}) VALUES ({bound})".encode(), rows)


def _migrated(revision: str, place: Location) -> None:
    """Makes an empty database of this revision."""
    made = transaction.engine(place)
    with made.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(resources.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    made.dispose()
