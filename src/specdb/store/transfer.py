"""A whole database to another place, of either kind: every row of every table, history too, compared by a digest."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, insert
from sqlalchemy import text as sql

from specdb.errors import NoDatabase, StoreError
from specdb.store import create
from specdb.store.canonical import digest, rows, tables
from specdb.store.engine import connect
from specdb.store.postgres import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Table

    from specdb.store import connection as reads
    from specdb.store.engine import Place
    from specdb.store.postgres import Server


def copy(source: Place, target: Place) -> str:
    """Makes a database at `target`, where there is none yet, with all that is in `source`; the digest of both."""
    refuse_one(target)
    with snapshot(source) as reading:
        wanted = digest(reading)

        def fill(connection: Connection) -> None:
            _insert(reading, connection, tables())
            verify(connection, target, wanted)

        if not create.create(target, fill):
            refuse_one(target)
    return wanted


def keep(source: Server, file: Path) -> None:
    """Makes `file` a database with all that is in `source`, of the schema that this has, older ones too."""
    with snapshot(source, older=True) as reading:

        def fill(connection: Connection) -> None:
            there = MetaData()
            there.reflect(connection)
            there.remove(there.tables["alembic_version"])
            _insert(reading, connection, there.sorted_tables)
            verify(connection, file, digest(reading, there.sorted_tables), there.sorted_tables)

        create.create(file, fill, f"{version_of(reading, source):04}")


def replace(source: Place, target: Place) -> None:
    """Puts all that is in `source` in the place of all that is in the database at `target`, in one transaction."""
    with snapshot(source) as reading, create.writing(target) as connection:
        for table in reversed(tables()):
            connection.execute(table.delete())
        _insert(reading, connection, tables())
        verify(connection, target, digest(reading))
        create.analyze(connection)


def refuse_one(target: Place) -> None:
    """StoreError where there is a database already."""
    try:
        connect(target, older=True).close()
    except NoDatabase:
        return
    raise StoreError(f"there is a database at {target} already", "name a place where there is none")


@contextmanager
def snapshot(place: Place, *, older: bool = False) -> Iterator[reads.Connection]:
    """A reading connection that sees the database as it is now, whatever is written meanwhile."""
    with closing(connect(place, older=older)) as connection:
        connection.execute("BEGIN")
        yield connection


def verify(connection: Connection, target: Place, wanted: str, chosen: Sequence[Table] = ()) -> None:
    """StoreError where what was written is not what was read."""
    if digest(create.reading(connection), chosen) != wanted:
        raise StoreError(f"what was written to {target} is not what was read; nothing was kept", "report this as a fault")


def _insert(reading: reads.Connection, connection: Connection, chosen: Sequence[Table]) -> None:
    for table in chosen:
        names = table.columns.keys()
        portions = _parents_first(reading, table) if table.name == "category" else rows(reading, table)
        for portion in portions:
            if portion:
                connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in portion])
        if connection.dialect.name != "sqlite" and table.autoincrement_column is not None:
            _count_on(connection, table.name)


def _parents_first(reading: reads.Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the category tree, level by level."""
    id, parent = (list(table.columns.keys()).index(name) for name in ("id", "parent_id"))
    found = [row for portion in rows(reading, table) for row in portion]
    above: set[int | None] = {None}
    while level := [row for row in found if row[parent] in above]:
        yield level
        above = {row[id] for row in level}


def _count_on(connection: Connection, table: str) -> None:
    """Lets PostgreSQL number new rows after those that came with their numbers."""
    connection.execute(
        sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}")
    )
