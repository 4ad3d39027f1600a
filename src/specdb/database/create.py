"""Create a database, and upgrade its schema with Alembic's migrations; each whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from math import inf
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from specdb import resources
from specdb.database import integrity
from specdb.database.connection import connect
from specdb.database.transaction import driver_connection, engine, translated_errors, update_statistics, write_transaction
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from specdb.database.location import Location
    from specdb.database.server import Server

ABANDONED_AFTER = 3600
"""Seconds after which a temporary file beside a database is taken to be left by a killed process."""


def create(location: Location, fill: Callable[[Connection], None], revision: str = "head") -> bool:
    """Create a database.

    A file is built beside its final path and linked there when it is complete; on a server, everything happens in one
    transaction. No other process ever sees an incomplete database.

    Args:
        location: A file, or an empty database on a server.
        fill: Writes the contents, in the open transaction.
        revision: The revision of the schema; only a file can have an earlier one.

    Returns:
        False if there is a database by now: another process was faster.

    Raises:
        DatabaseError: The file or its directory cannot be written, or the server's database is not suitable.
    """
    if not isinstance(location, Path):
        return _create_on_server(location, fill)
    try:
        location.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove_temporary(location, f".{location.name}.", ABANDONED_AFTER)
        handle, name = mkstemp(".new", f".{location.name}.", location.parent)
        os.close(handle)
        temporary = location.parent / name
        try:
            with translated_errors(location):
                _build(temporary, fill, revision)
            return _link(temporary, location)
        finally:
            _remove_temporary(location, temporary.name)
    except OSError as error:
        raise DatabaseError(
            f"cannot create a database at {location}: {error.strerror or error}", "specify another location with --db"
        ) from error


def upgrade(location: Location) -> None:
    """Upgrade the database at `location` to the current schema, in one transaction.

    Raises:
        DatabaseError: It is not a specdb database, has a newer schema, or cannot be written.
    """
    connect(location, write=True, older=True).close()
    with write_transaction(location) as connection:
        migrate(connection)
        integrity.add_missing_checksums(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the missing migrations up to `revision`, in the open transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _create_on_server(server: Server, fill: Callable[[Connection], None]) -> bool:
    """Create the tables in an empty database on a server; return False if they exist."""
    from specdb.database.dialects.postgres import schema_version

    with write_transaction(server) as connection:
        session = driver_connection(connection)
        if schema_version(session, server) is not None:
            return False
        ((encoding,),) = session.execute("SHOW server_encoding").fetchall()
        if encoding != "UTF8":
            raise DatabaseError(
                f"{server} has the encoding {encoding}, which cannot store every character",
                "create a database with ENCODING 'UTF8'",
            )
        migrate(connection)
        fill(connection)
        update_statistics(connection)
    return True


def _build(path: Path, fill: Callable[[Connection], None], revision: str) -> None:
    """Write the contents in one transaction, then collect statistics, then switch the file to WAL for good."""
    with engine(path).begin() as connection:
        migrate(connection, revision)
        fill(connection)
    with closing(sqlite3.connect(path, isolation_level=None)) as finished:
        finished.execute("ANALYZE")
        finished.execute("PRAGMA journal_mode = WAL")


def _link(temporary: Path, path: Path) -> bool:
    """Give the complete file its final path; return False if that is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    return True


def _remove_temporary(path: Path, prefix: str, age: float = -inf) -> None:
    """Remove temporary files of `path` that start with `prefix` and are older than `age` seconds."""
    for file in path.parent.iterdir():
        with suppress(OSError):
            if file.name.startswith(prefix) and ".new" in file.name and file.lstat().st_mtime < time.time() - age:
                file.unlink()
