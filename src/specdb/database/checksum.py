"""What tells that rows are as they were written: a sum for each changeset, over all that it added to these tables.

What can be derived from other columns is left out: that may be derived anew, and is looked at by itself.
"""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sqlalchemy import Integer
from sqlmodel import SQLModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MODULUS = 2**31
"""Sums are kept modulo this, so that any database's integers take them."""

ADDED_BY = {"changeset": "id", "change": "changeset_id", "spec": "added_id", "claim": "added_id", "rate": "added_id"}
"""The tables that are summed, with the column that says which changeset a row came with."""

_LEFT_OUT = {
    "changeset": ("checksum",),
    "change": (),
    "spec": ("category_id", "value_unit", "lo", "nominal", "hi", "shown", "added_id", "retracted_id"),
    "claim": ("id", "added_id", "retracted_id"),  # an id is given by the database
    "rate": ("id", "added_id", "retracted_id"),
}
"""Their columns that are derived, not yet known when a row is added, or say whose sum it is in."""


def sum_rows(table: str, rows: Sequence[Any], columns: tuple[str, ...]) -> int:
    """The sum of some rows, tuples of these columns: of their numbers, and of the CRC-32 of their texts.

    So any text or number that changes changes it, whatever the order of the rows. A number that is not given is NULL; every
    text must be.
    """
    texts, numbers = _readers(table, columns)
    found = sum(map(crc32, map(str.encode, map("\0".join, map(texts, rows)))))
    return found + sum(sum(filter(None, map(number, rows))) for number in numbers)


def sum_records(table: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """The same of rows as mappings, where what is not given has the default of its column."""
    defaults = {name: getattr(column.default, "arg", None) for name, column in SQLModel.metadata.tables[table].columns.items()}
    return sum_rows(table, [tuple({**defaults, **row}.values()) for row in rows], tuple(defaults))


@cache
def _readers(table: str, columns: tuple[str, ...]) -> tuple[Callable[[Any], Any], list[Callable[[Any], Any]]]:
    """What takes the texts of a row, all at once, and what takes each of its numbers."""
    kept = [column for column in SQLModel.metadata.tables[table].columns if column.name not in _LEFT_OUT[table]]
    whole = {column.name for column in kept if isinstance(column.type, Integer)}
    texts = [columns.index(column.name) for column in kept if column.name not in whole]
    return itemgetter(*texts), [itemgetter(columns.index(name)) for name in columns if name in whole]
