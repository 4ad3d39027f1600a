"""Read rows as mappings from column to value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.protocols import Connection


def records(connection: Connection, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of a query as mappings from column to value."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)
