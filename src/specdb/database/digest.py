"""Calculate a digest of all rows of a database, by which two databases on any engines can be compared."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

from specdb.database import models  # noqa: F401  declares the tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Table

    from specdb.database.protocols import Connection

_BATCH_SIZE = 5000


def all_tables() -> list[Table]:
    """Return all tables, each after those that it refers to."""
    return list(SQLModel.metadata.sorted_tables)


def row_batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Iterate over the rows of a table in batches, by primary key, with the columns in the order of the model."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = [column.name for column in table.primary_key]
    key_positions = [list(table.columns.keys()).index(key) for key in keys]
    order = ", ".join(f'"{key}"' for key in keys)
    after: list[Any] = []
    while True:
        where = f"WHERE ({order}) > ({', '.join('?' * len(after))})" if after else ""
        sql = f'SELECT {names} FROM "{table.name}" {where} ORDER BY {order} LIMIT {_BATCH_SIZE}'
        batch = connection.execute(sql, after).fetchall()
        yield batch
        if len(batch) < _BATCH_SIZE:
            return
        after = [batch[-1][place] for place in key_positions]


def records(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of a table by primary key, as mappings from column to value."""
    names = table.columns.keys()
    for batch in row_batches(connection, table):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def database_digest(
    connection: Connection, chosen: Sequence[Table] = (), tick: Callable[[int], None] = lambda _rows: None
) -> str:
    """Return the SHA-256 of all rows as JSON lines, which does not depend on the engine.

    Args:
        connection: The database.
        chosen: The tables to read; all if empty.
        tick: Called with the number of rows after each batch.
    """
    sha = sha256()
    for table in chosen or all_tables():
        sha.update(f"{table.name} {' '.join(table.columns.keys())}\n".encode())
        for batch in row_batches(connection, table):
            tick(len(batch))
            for row in batch:
                plain = [int(value) if isinstance(value, bool) else value for value in row]
                sha.update(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return sha.hexdigest()
