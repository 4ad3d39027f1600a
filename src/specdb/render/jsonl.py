"""JSON lines for programs: one compact object a line, as in json."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.render.json import format_records

if TYPE_CHECKING:
    from specdb.domain.table import Table


def render(table: Table, out: TextIO) -> None:
    """An object a row, nothing around them."""
    for text in format_records(table, (",", ":")):
        out.write(text + "\n")
