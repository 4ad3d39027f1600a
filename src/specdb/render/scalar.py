"""Plain values of cells, in the form that csv, json and xlsx share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.domain.table import Scalar

MAX_EXACT_INTEGER = 2.0**53
"""Whole floats below this are exact integers."""


def plain_value(value: Scalar) -> Scalar:
    """Return a value with whole floats as integers (2980.0 is 2980), and None for NaN and infinity."""
    if isinstance(value, float):
        if -MAX_EXACT_INTEGER < value < MAX_EXACT_INTEGER:
            return int(value) if value == int(value) else value
        return value if value - value == 0 else None
    return value


def join_pairs(value: dict[str, str]) -> str:
    """Return qualifiers as text: `key=value;key=value`."""
    return ";".join(f"{key}={text}" for key, text in value.items())
