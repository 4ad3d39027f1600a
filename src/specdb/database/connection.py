"""Open a connection for reading and writing SQL text, by the engine of a location."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, overload

from specdb.database.dialects import sqlite

if TYPE_CHECKING:
    import sqlite3

    from specdb.database.location import Location
    from specdb.database.protocols import Connection


@overload
def connect(location: Path, *, write: bool = False, older: bool = False) -> sqlite3.Connection: ...
@overload
def connect(location: Location, *, write: bool = False, older: bool = False) -> Connection: ...
def connect(location: Location, *, write: bool = False, older: bool = False) -> Connection:
    """Open an existing specdb database.

    LOWER in its SQL follows Unicode, as Python's `str.lower`: SQLite's own covers ASCII only.

    Args:
        location: A file or a database on a server.
        write: Open for writing; start each write with BEGIN IMMEDIATE. A connection for reading cannot write.
        older: Accept a database with an older schema.

    Raises:
        DatabaseNotFoundError: There is no database at `location`.
        DatabaseError: It cannot be opened, is not a specdb database, or has another schema.
    """
    if isinstance(location, Path):
        return sqlite.connect(location, write=write, older=older)
    from specdb.database.dialects import postgres

    return postgres.connect(location, write=write, older=older)
