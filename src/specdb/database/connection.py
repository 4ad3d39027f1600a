"""Connections for reading and writing SQL text: one interface, in the shape of sqlite3's, for every engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

from specdb.database.dialects import sqlite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from specdb.database.location import Location


class Cursor(Protocol):
    """The rows of a statement."""

    @property
    def description(self) -> Any:
        """A sequence for each column, each beginning with the column's name."""

    def fetchone(self) -> Any:
        """Return the next row, or None after the last."""

    def fetchall(self) -> list[Any]:
        """Return all remaining rows."""

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the remaining rows."""


class Connection(Protocol):
    """An open database. Statements are in SQLite's SQL, with ? for each bound value."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Execute one statement."""

    def commit(self) -> None:
        """Commit the transaction that BEGIN started."""

    def rollback(self) -> None:
        """Roll back the transaction that BEGIN started."""

    def close(self) -> None:
        """Close the connection."""


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
