"""Connections of which one statement fails, the n-th of a write: SQLite's by the disk, PostgreSQL's by the server's hand."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from specdb.store.postgres import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.store.engine import Place


class Fault:
    """The statement that fails, by its number; what statements came, and over which connections."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen: list[str] = []
        self.connections: list[Any] = []

    def falls(self, connection: Any, statement: object) -> bool:
        """Whether it is this one that fails."""
        if connection not in self.connections:
            self.connections.append(connection)
        self.seen.append(str(statement))
        return len(self.seen) == self.number


@contextmanager
def failing(place: Place, number: int) -> Iterator[Fault]:
    """Lets the `number`-th statement on any connection that is opened meanwhile fail; COMMIT is one, too."""
    fault = Fault(number)
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(place, Path):
            _files(fault, patch)
            yield fault
        else:
            with psycopg.connect(place.url, autocommit=True) as other:
                _server(fault, patch, other)
                yield fault


def _files(fault: Fault, patch: pytest.MonkeyPatch) -> None:
    """A statement fails as on a broken disk; at COMMIT, which alone must write, there is really no room for a byte."""

    def falls(connection: sqlite3.Connection, sql: str) -> None:
        if fault.falls(connection, sql):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
            raise error

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *bound: Any) -> Cursor:
            falls(self.connection, sql)
            return super().execute(sql, *bound)

        def executemany(self, sql: str, *bound: Any) -> Cursor:
            falls(self.connection, sql)
            return super().executemany(sql, *bound)

    class Connection(sqlite3.Connection):
        def cursor(self, *_factory: Any) -> Cursor:
            return super().cursor(Cursor)

        def execute(self, sql: str, *bound: Any) -> Cursor:
            return self.cursor().execute(sql, *bound)

        def executemany(self, sql: str, *bound: Any) -> Cursor:
            return self.cursor().executemany(sql, *bound)

        def commit(self) -> None:
            if not self.in_transaction or not fault.falls(self, "COMMIT"):
                super().commit()
                return
            most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
            try:
                super().commit()
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))

    connect = sqlite3.connect

    def opened(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return connect(*arguments, factory=Connection, **named)

    patch.setattr(sqlite3, "connect", opened)
    patch.setattr(sqlite3.dbapi2, "connect", opened)  # SQLAlchemy's


def _server(fault: Fault, patch: pytest.MonkeyPatch, other: psycopg.Connection[Any]) -> None:
    """Just before a statement, another connection ends the server's process of this one."""

    def falls(connection: psycopg.Connection[Any], sql: object) -> None:
        if connection is not other and fault.falls(connection, sql):
            found = other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
            assert found.fetchone() == (True,)

    execute, executemany, commit = psycopg.Cursor.execute, psycopg.Cursor.executemany, psycopg.Connection.commit

    def executed(self: psycopg.Cursor[Any], query: Any, *bound: Any, **named: Any) -> Any:
        falls(self.connection, query)
        return execute(self, query, *bound, **named)

    def many(self: psycopg.Cursor[Any], query: Any, *bound: Any, **named: Any) -> None:
        falls(self.connection, query)
        executemany(self, query, *bound, **named)

    def committed(self: psycopg.Connection[Any]) -> None:
        if self.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            falls(self, "COMMIT")
        commit(self)

    patch.setattr(psycopg.Cursor, "execute", executed)
    patch.setattr(psycopg.Cursor, "executemany", many)
    patch.setattr(psycopg.Connection, "commit", committed)


def is_closed(connection: Any) -> bool:
    """Whether a connection is closed, and with it any transaction."""
    if not isinstance(connection, sqlite3.Connection):
        return bool(connection.closed)
    try:
        connection.total_changes  # noqa: B018
    except sqlite3.ProgrammingError:
        return True
    return False


def may_write(place: Place) -> bool:
    """Whether a writer need not wait for another."""
    if isinstance(place, Path):
        connection = sqlite3.connect(place, timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            connection.close()
        return True
    with psycopg.connect(place.url) as connected:
        return connected.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK]).fetchone() == (True,)
