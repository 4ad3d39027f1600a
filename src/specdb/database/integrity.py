"""Whether what is stored is what was written: changesets by their checksums, other rows by the record of changes."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from specdb.database import changeset_writer, checksum, digest, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection as Writing
    from sqlalchemy import Table

    from specdb.database.connection import Connection


def changeset_checksums(connection: Connection) -> dict[int, int]:
    """The checksum that each changeset should have, by its id: what it added, and how many rows it retracted."""
    found: Counter[int] = Counter()
    for table in digest.all_tables():
        if table.name in checksum.ADDED_BY:
            columns = tuple(table.columns.keys())
            place = columns.index(checksum.ADDED_BY[table.name])
            for portion in digest.row_batches(connection, table):
                for id, rows in groupby(sorted(portion, key=lambda row: row[place]), key=lambda row: row[place]):
                    found[id] += checksum.sum_rows(table.name, list(rows), columns)
        if "retracted_id" in table.columns:
            sql = f"SELECT retracted_id, COUNT(*) FROM {table.name} WHERE retracted_id IS NOT NULL GROUP BY retracted_id"
            found.update(dict(connection.execute(sql).fetchall()))
    return {id: value % checksum.MODULUS for id, value in found.items()}


def add_missing_checksums(writing: Writing) -> None:
    """Gives the changesets from before there were checksums theirs."""
    bare = writing.scalars(text("SELECT id FROM changeset WHERE checksum = 0")).all()
    if bare:
        found = changeset_checksums(transaction.driver_connection(writing))
        rows = [{"id": id, "checksum": found[id]} for id in bare]
        writing.execute(text("UPDATE changeset SET checksum = :checksum WHERE id = :id"), rows)


def damaged_rows(connection: Connection) -> Iterator[tuple[str, str]]:
    """What is not as it was written, as place and problem."""
    should = changeset_checksums(connection)
    for id, kept in connection.execute("SELECT id, checksum FROM changeset ORDER BY id").fetchall():
        if kept != should[id]:
            yield f"@{id}", "what it added or retracted is not what was written"
    for table in digest.all_tables():
        if table.name in changeset_writer.RECORDED_TABLES:
            yield from _rows(connection, table)


def _rows(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """The same of rows that `change` has whole; those from before there was a record are not in it."""
    sql = "SELECT key, after, changeset_id FROM change WHERE relation = ? ORDER BY changeset_id, position"
    last = {key: (after, id) for key, after, id in connection.execute(sql, (table.name,)).fetchall()}
    for row in digest.records(connection, table):
        after, id = last.pop(changeset_writer.primary_key_json(table.name, row), (None, 0))
        if after is not None and not _same(row, after):
            yield f"{table.name} {_key(row, table)}", f"is not what @{id} has written"
    for key, (after, id) in last.items():
        if after:
            yield f"{table.name} {key}", f"is missing, and was written by @{id}"


def _same(row: dict[str, Any], after: str) -> bool:
    """Whether a row is as the record has it, which leaves out what is empty in a new one."""
    try:
        said: dict[str, Any] = json.loads(after)
        unsaid = row.keys() - said.keys()
    except (ValueError, AttributeError):  # the record is damaged
        return False
    return {**row, **said} == row and not any(row[name] for name in unsaid)


def _key(row: dict[str, Any], table: Table) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key)
