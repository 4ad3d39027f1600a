"""What reads need of an open database: the shape of sqlite3's connection, for type checks only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Cursor(Protocol):
    """The rows of a statement."""

    @property
    def description(self) -> Any:
        """A sequence a column, each beginning with its name."""

    def fetchone(self) -> Any:
        """The next row, None where there is none."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """An open database. Statements are in SQLite's SQL, with ? for each bound value."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Runs one statement."""

    def commit(self) -> None:
        """Ends a transaction that BEGIN has begun."""

    def rollback(self) -> None:
        """Ends it without what it did."""

    def close(self) -> None:
        """Closes the connection."""
