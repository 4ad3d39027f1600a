"""SQLite: checked connections, write transactions that queue, and errors translated to specdb's."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specdb.database.constants import APPLICATION_ID, BUSY_TIMEOUT, SCHEMA_VERSION
from specdb.errors import DatabaseError, DatabaseNotFoundError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from specdb.database.location import Location


def connect(path: Path, *, write: bool, older: bool) -> sqlite3.Connection:
    """Open a specdb file; see `specdb.database.connection.connect`."""
    if path.is_dir():
        raise DatabaseError(f"{path} is a directory", "specify a database file")
    if not path.exists():
        raise DatabaseNotFoundError(f"there is no database at {path}", "specify another database with --db")
    connection: sqlite3.Connection | None = None
    try:
        connection = _open(path, write=write)
        _check(connection, path, older=older)
        connection.create_function("LOWER", 1, _lower, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON" if write else "PRAGMA query_only = ON")
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise translate_error(error, path) from error
    except DatabaseError:
        if connection:
            connection.close()
        raise
    return connection


def create_engine(path: Path) -> Engine:
    """Create a SQLAlchemy engine whose transactions queue from their start, include DDL and commit durably."""
    import sqlalchemy
    from sqlalchemy import URL, event
    from sqlalchemy.pool import NullPool

    url = URL.create("sqlite", database=str(path))  # formatted as text, a path with a ? in it would be cut off
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # otherwise Python commits before DDL
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        _begin_immediate(driver)

    return engine


def translate_error(error: sqlite3.Error, path: Location | str) -> DatabaseError:
    """Return the DatabaseError for an error of SQLite."""
    message = str(error)
    if "not a database" in message:
        return DatabaseError(f"{path} is not a SQLite database", "specify another database with --db")
    if "locked" in message or "busy" in message:
        return DatabaseError(f"another program is writing to {path}", "try again when it has finished")
    if "readonly" in message or "read-only" in message or ("unable to open" in message and _is_read_only(Path(str(path)))):
        return DatabaseError(
            f"cannot write to {path}: it is read-only", "make it writable, or specify another database with --db"
        )
    if "unable to open" in message:
        return DatabaseError(f"cannot open {path}", "check the permissions of the file and its directory")
    if "full" in message:
        return DatabaseError(f"the disk of {path} is full; nothing was changed", "free some space and try again")
    if "I/O" in message:
        hint = "check the disk and try again; if the database is damaged, restore it from a backup"
        return DatabaseError(f"cannot read or write {path}: {message}; nothing was changed", hint)
    return DatabaseError(f"cannot read {path}: {message}", "restore it from a backup")


def _open(path: Path, *, write: bool) -> sqlite3.Connection:
    """Connect; read-only media without a pending write-ahead log get a connection that creates no files."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if write or not _is_read_only(path):
            raise
        if Path(f"{path}-wal").exists():
            problem = f"cannot read {path} on read-only media: its latest changes are still in {path.name}-wal"
            raise DatabaseError(problem, "copy both files to a writable directory and read them there") from None
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return connection


def _is_read_only(path: Path) -> bool:
    """Return whether this file can be read but no file can be created in its directory."""
    return os.access(path, os.R_OK) and not os.access(path.parent, os.W_OK)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _check(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Raise DatabaseError for a foreign file, a newer schema, and an older schema unless `older`."""
    ((application_id,),) = connection.execute("PRAGMA application_id")
    ((version,),) = connection.execute("PRAGMA user_version")
    if application_id != APPLICATION_ID:
        raise DatabaseError(f"{path} is not a specdb database", "specify another database with --db")
    if version < SCHEMA_VERSION and not older:
        raise DatabaseError(
            f"{path} has schema version {version}; this specdb needs version {SCHEMA_VERSION}", "run specdb db upgrade"
        )
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} has schema version {version}; this specdb supports versions up to {SCHEMA_VERSION}",
            "upgrade specdb: pip install --upgrade product-specdb",
        )


def _begin_immediate(connection: sqlite3.Connection) -> None:
    """Begin a write transaction. SQLite's own waiting sleeps longer each time and can starve one of many writers."""
    from random import uniform  # needed only while another process writes; reads do not import it

    deadline = time.monotonic() + BUSY_TIMEOUT
    connection.execute("PRAGMA busy_timeout = 0")
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(uniform(0.001, 0.01))  # noqa: S311 - not a secret
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000:.0f}")
