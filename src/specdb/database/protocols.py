"""The interface of an open database, in the shape of sqlite3's, which every engine provides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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
