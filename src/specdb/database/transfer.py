"""Copy a whole database, with its history, to another location on any engine, and verify the copy by a digest."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, insert
from sqlalchemy import text as sql

from specdb.database import create, transaction
from specdb.database.connection import connect
from specdb.database.dialects.postgres import schema_version
from specdb.database.digest import all_tables, database_digest, row_batches
from specdb.errors import DatabaseError, DatabaseNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Table

    from specdb.database import protocols
    from specdb.database.location import Location
    from specdb.database.server import Server

    Progress = Callable[[int, int], None]
    """Called with the rows that are done and their total number."""


def no_progress(_done: int, _all: int) -> None:
    """Report no progress."""


def copy_database(source: Location, target: Location, progress: Progress = no_progress) -> str:
    """Create a copy of the database `source` at `target`; return the digest of both.

    Raises:
        DatabaseError: There is a database at `target`, or one of them cannot be read or written.
    """
    ensure_absent(target)
    wanted = ""
    with snapshot(source) as reading:

        def fill(connection: Connection) -> None:
            nonlocal wanted
            wanted = _copy_rows(reading, connection, target, all_tables(), progress)

        if not create.create(target, fill):
            ensure_absent(target)
    return wanted


def copy_to_file(source: Server, file: Path, progress: Progress = no_progress) -> None:
    """Create `file` as a copy of a database on a server, with the same, possibly older schema."""
    with snapshot(source, older=True) as reading:

        def fill(connection: Connection) -> None:
            tables = MetaData()
            tables.reflect(connection)
            tables.remove(tables.tables["alembic_version"])
            _copy_rows(reading, connection, file, tables.sorted_tables, progress)

        create.create(file, fill, f"{schema_version(reading, source):04}")


def replace_contents(source: Location, target: Location, progress: Progress = no_progress) -> None:
    """Replace the contents of the database at `target` by those of `source`, in one transaction."""
    with snapshot(source) as reading, transaction.write_transaction(target) as connection:
        for table in reversed(all_tables()):
            connection.execute(table.delete())
        _copy_rows(reading, connection, target, all_tables(), progress)
        transaction.update_statistics(connection)


def ensure_absent(target: Location) -> None:
    """Raise DatabaseError if there is a database at `target`."""
    try:
        connect(target, older=True).close()
    except DatabaseNotFoundError:
        return
    raise DatabaseError(f"there is already a database at {target}", "specify a location without a database")


@contextmanager
def snapshot(location: Location, *, older: bool = False) -> Iterator[protocols.Connection]:
    """Open a connection that sees the database as it is now, whatever others write in the meantime."""
    with closing(connect(location, older=older)) as connection:
        connection.execute("BEGIN")
        yield connection


def _copy_rows(
    reading: protocols.Connection, connection: Connection, target: Location, chosen: Sequence[Table], progress: Progress
) -> str:
    """Copy all rows of these tables and return their digest; raise DatabaseError if the copy differs."""
    count = sum(reading.execute(f'SELECT COUNT(*) FROM "{table.name}"').fetchone()[0] for table in chosen)
    done = 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, 3 * count)

    wanted = database_digest(reading, chosen, tick)
    _insert_rows(reading, connection, chosen, tick)
    if database_digest(transaction.driver_connection(connection), chosen, tick) != wanted:
        raise DatabaseError(f"the copy at {target} differs from the original; it was discarded", "report this as a bug")
    return wanted


def _insert_rows(
    reading: protocols.Connection, connection: Connection, chosen: Sequence[Table], tick: Callable[[int], None]
) -> None:
    for table in chosen:
        names = table.columns.keys()
        batches = _parents_first(reading, table) if table.name == "category" else row_batches(reading, table)
        for batch in batches:
            tick(len(batch))
            if batch:
                connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in batch])
        if connection.dialect.name != "sqlite" and table.autoincrement_column is not None:
            _advance_sequence(connection, table.name)


def _parents_first(reading: protocols.Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Iterate over the categories, level by level."""
    id_position, parent_position = (list(table.columns.keys()).index(name) for name in ("id", "parent_id"))
    categories = [row for batch in row_batches(reading, table) for row in batch]
    parents: set[int | None] = {None}
    while level := [row for row in categories if row[parent_position] in parents]:
        yield level
        parents = {row[id_position] for row in level}


def _advance_sequence(connection: Connection, table: str) -> None:
    """Let PostgreSQL assign ids after the highest copied id."""
    connection.execute(
        sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}")
    )
