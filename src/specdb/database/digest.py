"""All that a database holds, in one order and one spelling, so that two of any kind can be compared by a digest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

from specdb.database import models  # noqa: F401  declares the tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Table

    from specdb.database.connection import Connection

_PORTION = 5000


def all_tables() -> list[Table]:
    """All tables, each after those that it refers to."""
    return list(SQLModel.metadata.sorted_tables)


def row_batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table by its primary key, in portions; each has the columns in the models' order."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = [column.name for column in table.primary_key]
    places = [list(table.columns.keys()).index(key) for key in keys]
    order = ", ".join(f'"{key}"' for key in keys)
    after: list[Any] = []
    while True:
        where = f"WHERE ({order}) > ({', '.join('?' * len(after))})" if after else ""
        sql = f'SELECT {names} FROM "{table.name}" {where} ORDER BY {order} LIMIT {_PORTION}'
        found = connection.execute(sql, after).fetchall()
        yield found
        if len(found) < _PORTION:
            return
        after = [found[-1][place] for place in places]


def records(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The same, one by one, as mappings from column to value."""
    names = table.columns.keys()
    for portion in row_batches(connection, table):
        yield from (dict(zip(names, row, strict=True)) for row in portion)


def database_digest(
    connection: Connection, chosen: Sequence[Table] = (), tick: Callable[[int], None] = lambda _rows: None
) -> str:
    """The SHA-256 of all rows of all tables, or of those chosen, as JSON a line; the same for the same of either kind.

    `tick` hears how many rows more have been read.
    """
    found = sha256()
    for table in chosen or all_tables():
        found.update(f"{table.name} {' '.join(table.columns.keys())}\n".encode())
        for portion in row_batches(connection, table):
            tick(len(portion))
            for row in portion:
                plain = [int(value) if isinstance(value, bool) else value for value in row]
                found.update(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return found.hexdigest()
