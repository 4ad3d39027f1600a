"""A whole database to another place, of either kind: every row of every table, history too, compared by a digest."""

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

    from specdb.database import connection as reads
    from specdb.database.dialects.postgres import Server
    from specdb.database.location import Location

    Progress = Callable[[int, int], None]
    """Hears how much is done, and of how much."""


def no_progress(_done: int, _all: int) -> None:
    """The progress that nobody follows."""


def copy_database(source: Location, target: Location, progress: Progress = no_progress) -> str:
    """Makes a database at `target`, where there is none yet, with all that is in `source`; the digest of both."""
    ensure_absent(target)
    wanted = ""
    with snapshot(source) as reading:

        def fill(connection: Connection) -> None:
            nonlocal wanted
            wanted = _pour(reading, connection, target, all_tables(), progress)

        if not create.create(target, fill):
            ensure_absent(target)
    return wanted


def copy_to_file(source: Server, file: Path, progress: Progress = no_progress) -> None:
    """Makes `file` a database with all that is in `source`, of the schema that this has, older ones too."""
    with snapshot(source, older=True) as reading:

        def fill(connection: Connection) -> None:
            there = MetaData()
            there.reflect(connection)
            there.remove(there.tables["alembic_version"])
            _pour(reading, connection, file, there.sorted_tables, progress)

        create.create(file, fill, f"{schema_version(reading, source):04}")


def replace_contents(source: Location, target: Location, progress: Progress = no_progress) -> None:
    """Puts all that is in `source` in the place of all that is in the database at `target`, in one transaction."""
    with snapshot(source) as reading, transaction.write_transaction(target) as connection:
        for table in reversed(all_tables()):
            connection.execute(table.delete())
        _pour(reading, connection, target, all_tables(), progress)
        transaction.update_statistics(connection)


def ensure_absent(target: Location) -> None:
    """StoreError where there is a database already."""
    try:
        connect(target, older=True).close()
    except DatabaseNotFoundError:
        return
    raise DatabaseError(f"there is a database at {target} already", "name a place where there is none")


@contextmanager
def snapshot(place: Location, *, older: bool = False) -> Iterator[reads.Connection]:
    """A reading connection that sees the database as it is now, whatever is written meanwhile."""
    with closing(connect(place, older=older)) as connection:
        connection.execute("BEGIN")
        yield connection


def _pour(
    reading: reads.Connection, connection: Connection, target: Location, chosen: Sequence[Table], progress: Progress
) -> str:
    """Writes all rows of these tables; their digest. StoreError where what was written is not what was read."""
    count = sum(reading.execute(f'SELECT COUNT(*) FROM "{table.name}"').fetchone()[0] for table in chosen)
    done = 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, 3 * count)

    wanted = database_digest(reading, chosen, tick)
    _insert(reading, connection, chosen, tick)
    if database_digest(transaction.driver_connection(connection), chosen, tick) != wanted:
        raise DatabaseError(f"what was written to {target} is not what was read; nothing was kept", "report this as a issue")
    return wanted


def _insert(reading: reads.Connection, connection: Connection, chosen: Sequence[Table], tick: Callable[[int], None]) -> None:
    for table in chosen:
        names = table.columns.keys()
        portions = _parents_first(reading, table) if table.name == "category" else row_batches(reading, table)
        for portion in portions:
            tick(len(portion))
            if portion:
                connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in portion])
        if connection.dialect.name != "sqlite" and table.autoincrement_column is not None:
            _count_on(connection, table.name)


def _parents_first(reading: reads.Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the category tree, level by level."""
    id, parent = (list(table.columns.keys()).index(name) for name in ("id", "parent_id"))
    found = [row for portion in row_batches(reading, table) for row in portion]
    above: set[int | None] = {None}
    while level := [row for row in found if row[parent] in above]:
        yield level
        above = {row[id] for row in level}


def _count_on(connection: Connection, table: str) -> None:
    """Lets PostgreSQL number new rows after those that came with their numbers."""
    connection.execute(
        sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}")
    )
