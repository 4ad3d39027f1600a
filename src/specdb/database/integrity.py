"""Verify stored rows: changesets against their checksums, other rows against the recorded changes."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from specdb.database import checksum, digest
from specdb.database.changeset_writer import RECORDED_TABLES, primary_key_json
from specdb.database.transaction import driver_connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy
    from sqlalchemy import Table

    from specdb.database.protocols import Connection


def changeset_checksums(connection: Connection) -> dict[int, int]:
    """Calculate the checksum of each changeset, by its number: of the rows it added, plus how many it retracted."""
    sums: Counter[int] = Counter()
    for table in digest.all_tables():
        if table.name in checksum.ADDED_BY:
            columns = tuple(table.columns.keys())
            place = columns.index(checksum.ADDED_BY[table.name])
            for batch in digest.row_batches(connection, table):
                for number, rows in groupby(sorted(batch, key=lambda row: row[place]), key=lambda row: row[place]):
                    sums[number] += checksum.sum_rows(table.name, list(rows), columns)
        if "retracted_id" in table.columns:
            sql = f"SELECT retracted_id, COUNT(*) FROM {table.name} WHERE retracted_id IS NOT NULL GROUP BY retracted_id"
            sums.update(dict(connection.execute(sql).fetchall()))
    return {number: value % checksum.MODULUS for number, value in sums.items()}


def add_missing_checksums(connection: sqlalchemy.Connection) -> None:
    """Add the checksums of changesets that were written before there were checksums."""
    missing = connection.scalars(text("SELECT id FROM changeset WHERE checksum = 0")).all()
    if missing:
        sums = changeset_checksums(driver_connection(connection))
        rows = [{"id": number, "checksum": sums[number]} for number in missing]
        connection.execute(text("UPDATE changeset SET checksum = :checksum WHERE id = :id"), rows)


def damaged_rows(connection: Connection) -> Iterator[tuple[str, str]]:
    """Iterate over rows that are not as they were written, as place and problem."""
    expected = changeset_checksums(connection)
    for number, stored in connection.execute("SELECT id, checksum FROM changeset ORDER BY id").fetchall():
        if stored != expected[number]:
            yield f"@{number}", "rows that it added or retracted are not as they were written"
    for table in digest.all_tables():
        if table.name in RECORDED_TABLES:
            yield from _damaged_recorded_rows(connection, table)


def _damaged_recorded_rows(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """Compare the rows of a table with the recorded changes; older rows without a record are not checked."""
    sql = "SELECT key, after, changeset_id FROM change WHERE relation = ? ORDER BY changeset_id, position"
    last = {key: (after, number) for key, after, number in connection.execute(sql, (table.name,)).fetchall()}
    for row in digest.records(connection, table):
        after, number = last.pop(primary_key_json(table.name, row), (None, 0))
        if after is not None and not _equals_record(row, after):
            yield f"{table.name} {_primary_key_text(row, table)}", f"differs from what @{number} wrote"
    for key, (after, number) in last.items():
        if after:
            yield f"{table.name} {key}", f"is missing; @{number} wrote it"


def _equals_record(row: dict[str, Any], after: str) -> bool:
    """Return whether a row equals its record, in which empty columns of a new row are left out."""
    try:
        record: dict[str, Any] = json.loads(after)
        unrecorded = row.keys() - record.keys()
    except (ValueError, AttributeError):  # the record is damaged
        return False
    return {**row, **record} == row and not any(row[name] for name in unrecorded)


def _primary_key_text(row: dict[str, Any], table: Table) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key)
