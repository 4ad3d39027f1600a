"""Tab-separated texts for people and for cut, sort and awk: one row on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.render import marks
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from specdb.domain.table import Cell, Table


def render(table: Table, out: TextIO) -> None:
    """Write the titles, then the texts of each row, then an empty line and the footnotes."""
    table = table.flat()
    out.write("\t".join(one_line(column.title) for column in table.columns) + "\n")
    for row in table.rows:
        out.write("\t".join(map(_format_cell, row.cells)) + "\n")
    if table.footnotes:
        out.write("\n")
    for number, footnote in enumerate(table.footnotes, 1):
        out.write(f"[{number}] {one_line(footnote)}\n")


def _format_cell(cell: Cell) -> str:
    text = one_line(cell.text)
    if cell.best or cell.claim or cell.notes:
        return " ".join(filter(None, (text, marks.cell_marks(cell), marks.note_references(cell))))
    return text
