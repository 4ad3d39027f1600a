"""What a program reads of a cell, in the one form that csv, json and xlsx share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.domain.table import Scalar

MAX_EXACT_INTEGER = 2.0**53
"""Below it a whole float is that very integer."""


def plain_value(value: Scalar) -> Scalar:
    """The value with whole floats as integers (2980.0 is 2980) and without NaN or infinity, which become None."""
    if isinstance(value, float):
        if -MAX_EXACT_INTEGER < value < MAX_EXACT_INTEGER:
            return int(value) if value == int(value) else value
        return value if value - value == 0 else None
    return value


def join_pairs(value: dict[str, str]) -> str:
    """Qualifiers as one text: `k=v;k=v`."""
    return ";".join(f"{key}={text}" for key, text in value.items())
