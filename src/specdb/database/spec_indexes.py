"""Drop the indexes of specs before a large import and recreate them afterwards, which is faster than updating them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LARGE_IMPORT = 50_000
"""Specs from which on dropping the indexes pays off, if they also outnumber the stored specs."""


def drop_for_import(connection: Connection, expected: int, stored: int) -> bool:
    """Prepare the open transaction for an import of many specs.

    An import needs none of these indexes: it reads by product, as the table is clustered. On a server they are kept:
    other sessions would have to wait for them.

    Args:
        connection: A connection with an open write transaction.
        expected: The estimated number of imported specs.
        stored: The number of specs in the database.

    Returns:
        Whether the indexes were dropped; call `recreate` at the end of the import.
    """
    if connection.dialect.name != "sqlite":
        return False
    connection.exec_driver_sql("PRAGMA cache_size = -65536")  # 64 MiB: the default 2 MiB evicts pages all the time
    if expected < max(_LARGE_IMPORT, stored):
        return False
    for index in _indexes():
        index.drop(connection)
    return True


def recreate(connection: Connection) -> None:
    """Recreate the indexes of specs."""
    for index in _indexes():
        index.create(connection)


def _indexes() -> list[Any]:
    table: Any = SQLModel.metadata.tables["spec"]
    return sorted(table.indexes, key=lambda index: str(index.name))
