"""Connections whose n-th statement fails: SQLite's by the disk, PostgreSQL's by the server."""

from __future__ import annotations

import os
import resource
import socket
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from specdb.database import transaction
from specdb.database.dialects.postgres import WRITE_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location


class Fault:
    """The statement that fails, by its number, and whether the transaction is gone with it; what came, and over what."""

    def __init__(self, number: int, *, gone: bool) -> None:
        self.number = number
        self.gone = gone
        self.seen: list[str] = []
        self.connections: list[Any] = []

    def falls(self, connection: Any, statement: object) -> bool:
        """Whether it is this one that fails."""
        if connection not in self.connections:
            self.connections.append(connection)
        self.seen.append(str(statement))
        return len(self.seen) == self.number


@contextmanager
def failing_statement(place: Location, number: int, *, gone: bool = False) -> Iterator[Fault]:
    """Lets the `number`-th statement on any connection that is opened meanwhile fail; COMMIT is one, too.

    A program that overlooks it could go on in the same transaction, but where that is `gone`.
    """
    fault = Fault(number, gone=gone)
    transaction.engine_at.cache_clear()  # a fresh one asks for more, in any try as in a new process
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(place, Path):
            _files(fault, patch)
            yield fault
        else:
            with psycopg.connect(place.url, autocommit=True) as other:
                _server(fault, patch, other)
                yield fault


def _break_disk(fault: Fault, connection: sqlite3.Connection, sql: str) -> None:
    """Raise SQLite's error of a broken disk if this is the statement that fails."""
    if not fault.falls(connection, sql):
        return
    if fault.gone:  # after some errors SQLite ends the transaction by itself
        connection.rollback()
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
    raise error


@contextmanager
def _full_disk() -> Iterator[None]:
    """Let no file grow by a byte meanwhile."""
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))


def _files(fault: Fault, patch: pytest.MonkeyPatch) -> None:
    """A statement fails as on a broken disk; at COMMIT, which alone must write, there is really no room for a byte."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *bound: Any) -> Cursor:
            _break_disk(fault, self.connection, sql)
            return super().execute(sql, *bound)

        def executemany(self, sql: str, *bound: Any) -> Cursor:
            _break_disk(fault, self.connection, sql)
            return super().executemany(sql, *bound)

    class Connection(sqlite3.Connection):
        def cursor(self, *_factory: Any) -> Cursor:  # type: ignore[override]
            return super().cursor(Cursor)

        def execute(self, sql: str, *bound: Any) -> Cursor:
            return self.cursor().execute(sql, *bound)

        def executemany(self, sql: str, *bound: Any) -> Cursor:
            return self.cursor().executemany(sql, *bound)

        def commit(self) -> None:
            if not self.in_transaction or not fault.falls(self, "COMMIT"):
                super().commit()
                return
            with _full_disk():
                super().commit()

    connect = sqlite3.connect

    def opened(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return connect(*arguments, factory=Connection, **named)

    patch.setattr(sqlite3, "connect", opened)
    patch.setattr(sqlite3.dbapi2, "connect", opened)  # SQLAlchemy's


def _server(fault: Fault, patch: pytest.MonkeyPatch, other: psycopg.Connection[Any]) -> None:
    """Just before a statement the server has no room, or ends its process of this connection, or the line to it is cut."""
    execute, executemany, commit = psycopg.Cursor.execute, psycopg.Cursor.executemany, psycopg.Connection.commit

    def falls(connection: psycopg.Connection[Any], sql: object) -> None:
        if connection is other or not fault.falls(connection, sql):
            return
        if not fault.gone:
            execute(connection.cursor(), "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$")
        pid = connection.info.backend_pid
        if fault.number % 2:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        else:
            with socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchall():
            time.sleep(0.001)

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


def may_write(place: Location) -> bool:
    """Whether a writer need not wait for another."""
    if isinstance(place, Path):
        connection = sqlite3.connect(place, timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            connection.close()
        return True
    with psycopg.connect(place.url) as connected:
        return connected.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITE_LOCK]).fetchone() == (True,)
