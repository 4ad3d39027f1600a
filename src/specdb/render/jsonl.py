"""JSON Lines for programs: the objects of the format json in compact form, one on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.render.json import format_records

if TYPE_CHECKING:
    from specdb.domain.table import Table


def render(table: Table, out: TextIO) -> None:
    """Write one object for each row."""
    for text in format_records(table, (",", ":")):
        out.write(text + "\n")
