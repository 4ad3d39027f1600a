"""Databases of older schemas, with data in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from specdb import resources
from specdb.store import create

if TYPE_CHECKING:
    from pathlib import Path


def at_revision(revision: str, source: Path, path: Path) -> None:
    """Makes a database of this revision at `path`, with all rows of `source` that its tables and columns can hold."""
    made = create.engine(path)
    with made.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(resources.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    made.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("ATTACH ? AS newer", (str(source),))
        old.execute("BEGIN")
        for (table,) in old.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if table not in ("alembic_version", "sqlite_stat1", "sqlite_stat4"):
                columns = ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA main.table_info({table})"))
                old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
        old.execute("COMMIT")
        old.execute("PRAGMA journal_mode = WAL")
