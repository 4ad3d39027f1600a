"""Making a database, and bringing its schema up to date: Alembic's migrations, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from math import inf
from pathlib import Path
from random import uniform
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from specdb import resources
from specdb.database.engine import BUSY_TIMEOUT, connect, translated
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from specdb.database import connection as reads
    from specdb.database.dialects.postgres import Server
    from specdb.database.engine import Place

ABANDONED = 3600
"""After so many seconds, what was being made beside a database's place is taken to be left by a killed process."""


def engine(path: Place) -> Engine:
    """A SQLAlchemy engine: transactions that wait for each other from their start and take in DDL, and durable commits.

    It keeps no connection open, but what it has compiled, so that a place has only one.
    """
    return engine_at(path.absolute() if isinstance(path, Path) else path)


@lru_cache(maxsize=8)
def engine_at(path: Place) -> Engine:
    """The engine of an absolute path or a server."""
    if not isinstance(path, Path):
        from specdb.database.dialects import postgres

        return postgres.engine(path)
    from sqlalchemy import URL, create_engine, event
    from sqlalchemy.pool import NullPool

    url = URL.create("sqlite", database=str(path))  # put together as text, a path with a ? in it would be cut short
    made = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, poolclass=NullPool)

    @event.listens_for(made, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # else Python commits before DDL
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        _begin(driver)

    return made


def _begin(connection: sqlite3.Connection) -> None:
    """Begins to write when it is our turn: SQLite's own waiting, which sleeps longer each time, can starve one of many."""
    end = time.monotonic() + BUSY_TIMEOUT
    connection.execute("PRAGMA busy_timeout = 0")
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(uniform(0.001, 0.01))  # noqa: S311 - no secret
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000:.0f}")


def migrate(connection: Connection, revision: str = "head") -> None:
    """Runs the migrations up to `revision` that the database of `connection` lacks, in its open transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@contextmanager
def translating(path: Place) -> Iterator[None]:
    """Puts what SQLAlchemy or the database at `path` says in our words."""
    from sqlalchemy.exc import DBAPIError

    raw: type[Exception] = sqlite3.Error
    said: Callable[[Any, Any], DatabaseError] = translated
    if not isinstance(path, Path):
        from specdb.database.dialects import postgres

        raw, said = postgres.driver().Error, postgres.translated
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, raw):
            raise said(error.orig, path) from error
        raise
    except raw as error:
        raise said(error, path) from error


@contextmanager
def writing(path: Place) -> Iterator[Connection]:
    """A transaction on the database at `path`, committed at the end; what goes wrong is said in our words."""
    with translating(path), engine(path).begin() as connection:
        yield connection


def reading(connection: Connection) -> reads.Connection:
    """The connection below SQLAlchemy's, to read what its open transaction sees.

    What the database says is left as it is for `translating`: whoever looks for issues of what is written, which are
    SpecdbErrors too, must not take it for one, and go on in a transaction that has failed.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver  # type: ignore[no-any-return]
    from specdb.database.dialects.postgres import Session

    return Session(driver)


def analyze(connection: Connection) -> None:
    """Gathers statistics anew: without fresh ones the planner takes wrong ways."""
    from sqlmodel import SQLModel

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")
    else:
        connection.exec_driver_sql(f"ANALYZE {', '.join(SQLModel.metadata.tables)}")


def upgrade(path: Place) -> None:
    """Brings the database at `path` to this program's schema; one transaction. StoreError where the file is not ours."""
    from specdb.database import integrity

    connect(path, write=True, older=True).close()
    with writing(path) as connection:
        migrate(connection)
        integrity.complete(connection)


def create(path: Place, fill: Callable[[Connection], None], revision: str = "head") -> bool:
    """Makes a database at `path`, with what `fill` writes; False where another process has made one meanwhile.

    Only a file can be of an earlier `revision` of the schema. It is built beside its place and linked there when it is whole,
    on a server all is done in one transaction: nobody ever sees half of it.
    """
    if not isinstance(path, Path):
        return _create_on_server(path, fill)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove(path, f".{path.name}.", ABANDONED)
        handle, name = mkstemp(".new", f".{path.name}.", path.parent)
        os.close(handle)
        aside = path.parent / name
        try:
            with translating(path):
                _build(aside, fill, revision)
            return _linked(aside, path)
        finally:
            _remove(path, aside.name)
    except OSError as error:
        raise DatabaseError(
            f"no database can be made at {path}: {error.strerror or error}", "name another place with --db"
        ) from error


def _create_on_server(server: Server, fill: Callable[[Connection], None]) -> bool:
    """The same in an empty database of a server."""
    from specdb.database.dialects.postgres import version_of

    with writing(server) as connection:
        session = reading(connection)
        if version_of(session, server) is not None:
            return False
        ((encoding,),) = session.execute("SHOW server_encoding").fetchall()
        if encoding != "UTF8":
            raise DatabaseError(f"{server} is in {encoding}, which cannot hold all text", "make one with ENCODING 'UTF8'")
        migrate(connection)
        fill(connection)
        analyze(connection)
    return True


def _linked(aside: Path, path: Path) -> bool:
    """Gives the finished file its place; False where there is something already."""
    try:
        os.link(aside, path)
    except FileExistsError:
        return False
    return True


def _remove(path: Path, start: str, age: float = -inf) -> None:
    """Removes what was being made for this place under a name with this start, if not touched for `age` seconds."""
    for file in path.parent.iterdir():
        with suppress(OSError):
            if file.name.startswith(start) and ".new" in file.name and file.lstat().st_mtime < time.time() - age:
                file.unlink()


def _build(path: Path, fill: Callable[[Connection], None], revision: str) -> None:
    """The whole database in one transaction, then statistics for the planner, then WAL, which the file keeps."""
    with engine(path).begin() as connection:
        migrate(connection, revision)
        fill(connection)
    with closing(sqlite3.connect(path, isolation_level=None)) as finished:
        finished.execute("ANALYZE")
        finished.execute("PRAGMA journal_mode = WAL")
