"""Calculate the checksum of a changeset: a sum over the rows that it added, by which damage is detected.

Derived columns are left out: they may be recalculated, and are checked on their own.
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
"""Sums are stored modulo this number, which fits into the integers of every engine."""

ADDED_BY = {"changeset": "id", "change": "changeset_id", "spec": "added_id", "claim": "added_id", "rate": "added_id"}
"""The tables that a checksum covers, with the column of the changeset that added a row."""

_EXCLUDED_COLUMNS = {
    "changeset": ("checksum",),
    "change": (),
    "spec": ("category_id", "value_unit", "lo", "nominal", "hi", "shown", "added_id", "retracted_id"),
    "claim": ("id", "added_id", "retracted_id"),  # the database assigns the id
    "rate": ("id", "added_id", "retracted_id"),
}
"""Columns that are derived, not known yet when a row is added, or refer to the changeset itself."""


def sum_rows(table: str, rows: Sequence[Any], columns: tuple[str, ...]) -> int:
    """Return the sum of rows, tuples of these columns: of their numbers and of the CRC-32 of their texts.

    A change of any text or number changes the sum; the order of the rows does not matter. Missing numbers are None; no
    text may be missing.
    """
    texts, numbers = _readers(table, columns)
    text_sum = sum(map(crc32, map(str.encode, map("\0".join, map(texts, rows)))))
    return text_sum + sum(sum(filter(None, map(number, rows))) for number in numbers)


def sum_records(table: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Return the sum of rows given as mappings; a missing column has its default."""
    defaults = {name: getattr(column.default, "arg", None) for name, column in SQLModel.metadata.tables[table].columns.items()}
    return sum_rows(table, [tuple({**defaults, **row}.values()) for row in rows], tuple(defaults))


@cache
def _readers(table: str, columns: tuple[str, ...]) -> tuple[Callable[[Any], Any], list[Callable[[Any], Any]]]:
    """Return the function that takes all texts of a row, and the functions that take one number each."""
    kept = [column for column in SQLModel.metadata.tables[table].columns if column.name not in _EXCLUDED_COLUMNS[table]]
    whole = {column.name for column in kept if isinstance(column.type, Integer)}
    texts = [columns.index(column.name) for column in kept if column.name not in whole]
    return itemgetter(*texts), [itemgetter(columns.index(name)) for name in columns if name in whole]
