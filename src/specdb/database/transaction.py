"""Write transactions through SQLAlchemy, on every engine."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specdb.database.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy

    from specdb.database.location import Location
    from specdb.database.protocols import Connection
    from specdb.errors import DatabaseError


def engine(location: Location) -> sqlalchemy.Engine:
    """Return the SQLAlchemy engine of a database, the same object for the same location.

    Its transactions wait for each other from their start, include DDL, and commit durably. It pools no connections; it
    is kept for the statements that it has compiled.
    """
    return engine_at(location.absolute() if isinstance(location, Path) else location)


@lru_cache(maxsize=8)
def engine_at(location: Location) -> sqlalchemy.Engine:
    """Create the engine of an absolute path or a server."""
    if isinstance(location, Path):
        return sqlite.create_engine(location)
    from specdb.database.dialects import postgres

    return postgres.create_engine(location)


@contextmanager
def translated_errors(location: Location) -> Iterator[None]:
    """Translate errors of SQLAlchemy and of the database driver to DatabaseError."""
    from sqlalchemy.exc import DBAPIError

    driver_error: type[Exception] = sqlite3.Error
    translate: Callable[[Any, Any], DatabaseError] = sqlite.translate_error
    if not isinstance(location, Path):
        from specdb.database.dialects import postgres

        driver_error, translate = postgres.driver().Error, postgres.translate_error
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, driver_error):
            raise translate(error.orig, location) from error
        raise
    except driver_error as error:
        raise translate(error, location) from error


@contextmanager
def write_transaction(location: Location) -> Iterator[sqlalchemy.Connection]:
    """Open a write transaction and commit it at the end; errors of the database become DatabaseError."""
    with translated_errors(location), engine(location).begin() as connection:
        yield connection


def driver_connection(connection: sqlalchemy.Connection) -> Connection:
    """Return the connection below SQLAlchemy's, to read what its open transaction sees.

    It raises the driver's own errors, for `translated_errors`: a DatabaseError is a SpecdbError, and code that collects
    those as issues of a file would go on in a failed transaction.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver  # type: ignore[no-any-return]
    from specdb.database.dialects.postgres import Session

    return Session(driver)


def update_statistics(connection: sqlalchemy.Connection) -> None:
    """Update the statistics of the query planner, which chooses slow plans without them."""
    from sqlmodel import SQLModel

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")
    else:
        connection.exec_driver_sql(f"ANALYZE {', '.join(SQLModel.metadata.tables)}")
