"""Connections to the database: where it is, whether it is ours and of this schema, and how reads and writes open it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, overload

from specdb.errors import DatabaseError, DatabaseNotFoundError

if TYPE_CHECKING:
    from specdb.database.connection import Connection
    from specdb.database.dialects.postgres import Server

    Place = Path | Server
    """Where a database is: a file of SQLite's, or on a PostgreSQL server."""

APPLICATION_ID = 0x73706462
"""Marks a file as ours in SQLite's header: "spdb". The first migration writes it."""

SCHEMA = 5
"""The number of the newest migration, kept in user_version."""

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another writer."""


def locate(given: str | None = None) -> Place:
    """Where the database is: `given` (--db), else SPECDB_URL, else specdb.db in the user's data directory."""
    url = given or os.environ.get("SPECDB_URL")
    if not url:
        from platformdirs import user_data_path

        return user_data_path("specdb") / "specdb.db"
    if url.startswith(("postgresql:", "postgres:")):
        from specdb.database.dialects.postgres import Server

        return Server(url)
    scheme, mark, rest = url.partition("://")
    if not mark:
        return _path(url)
    if scheme != "sqlite" or not rest.startswith("/"):
        raise DatabaseError(f"{scheme}:// names no database that specdb can open", "write a path, or sqlite:///PATH")
    return _path(rest[1:])


def _path(text: str) -> Path:
    if "\0" in text or not text:
        raise DatabaseError(f"{text!r} is not a path", "name a database file")
    path = Path(text)
    try:
        with suppress(RuntimeError):  # ~nobody/ of an unknown user is a directory's name
            path = path.expanduser()
        path.exists()
    except OSError as error:
        hint = "look at the permissions of its directory, or name another file"
        raise DatabaseError(f"{path} cannot be looked at: {error.strerror}", hint) from error
    return path


@overload
def connect(path: Path, *, write: bool = False, older: bool = False) -> sqlite3.Connection: ...
@overload
def connect(path: Place, *, write: bool = False, older: bool = False) -> Connection: ...
def connect(path: Place, *, write: bool = False, older: bool = False) -> Connection:
    """An open connection to the database at `path`, of this schema; NoDatabase where there is none, else StoreError.

    With `older` it may also be of an older one. A reading connection cannot write. A writing one must begin with BEGIN
    IMMEDIATE and commits durably. LOWER is Python's: SQLite's own knows the letters of ASCII only.
    """
    if not isinstance(path, Path):
        from specdb.database.dialects import postgres

        return postgres.connect(path, SCHEMA, write=write, older=older)
    if path.is_dir():
        raise DatabaseError(f"{path} is a directory", "name a database file")
    if not path.exists():
        raise DatabaseNotFoundError(f"there is no database at {path}", "name another one with --db")
    connection: sqlite3.Connection | None = None
    try:
        connection = _open(path, write=write)
        _check(connection, path, older=older)
        connection.create_function("LOWER", 1, _lower, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON" if write else "PRAGMA query_only = ON")
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise translated(error, path) from error
    except DatabaseError:
        if connection:
            connection.close()
        raise
    return connection


def translated(error: sqlite3.Error, path: Place | str) -> DatabaseError:
    """The StoreError for what SQLite says: the one border at which its errors are put in our words."""
    said = str(error)
    if "not a database" in said:
        return DatabaseError(f"{path} is not a SQLite database", "name another one with --db")
    if "locked" in said or "busy" in said:
        return DatabaseError(f"{path} is being written by another program", "try again when it has finished")
    if "readonly" in said or "read-only" in said or ("unable to open" in said and _only_read(Path(str(path)))):
        return DatabaseError(f"{path} cannot be written: it is read-only", "make it writable, or name another one with --db")
    if "unable to open" in said:
        return DatabaseError(f"{path} cannot be opened", "look at the permissions of the file and its directory")
    if "full" in said:
        return DatabaseError(f"the disk of {path} is full; nothing was changed", "make room and try again")
    if "I/O" in said:
        hint = "look at the disk and try again; restore it from a backup if it is damaged"
        return DatabaseError(f"{path} cannot be read or written: {said}; nothing was changed", hint)
    return DatabaseError(f"{path} cannot be read: {said}", "restore it from a backup")


def _open(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection; where only reading is possible and nobody can be writing, one that needs no files beside the database."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if write or not _only_read(path):
            raise
        if Path(f"{path}-wal").exists():
            problem = f"{path} cannot be read where nothing may be written: its last changes are still in {path.name}-wal"
            raise DatabaseError(problem, "copy both files to where you may write, and read them there") from None
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return connection


def _only_read(path: Path) -> bool:
    """Whether we may read this file, and write nothing beside it, as on a disk that is mounted so."""
    return os.access(path, os.R_OK) and not os.access(path.parent, os.W_OK)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _check(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Refuses a file that is not ours, a schema newer than this program's, and one older unless that is let pass."""
    ((ours,),) = connection.execute("PRAGMA application_id")
    ((version,),) = connection.execute("PRAGMA user_version")
    if ours != APPLICATION_ID:
        raise DatabaseError(f"{path} is not a specdb database", "name another one with --db")
    if version < SCHEMA and not older:
        raise DatabaseError(f"{path} has the older schema {version}; this specdb needs {SCHEMA}", "run specdb db upgrade")
    if version > SCHEMA:
        raise DatabaseError(
            f"{path} has the newer schema {version}; this specdb knows {SCHEMA}",
            "upgrade specdb: pip install --upgrade specdb",
        )
