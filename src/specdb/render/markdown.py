"""A GitHub Markdown table: escaped texts, numbers on the right, groups as bold rows, footnotes as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.render import marks
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.domain.table import Cell, Table

# < > & are entities, since a backslash does not protect them in renderers that allow raw HTML.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "\\|`*_[]~$#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)


def render(table: Table, out: TextIO) -> None:
    """Write the title as a bold line, the table, the meaning of its marks, and the footnotes."""
    if table.title:
        out.write(f"**{_escape(table.title)}**\n\n")
    out.write(_format_row(_escape(column.title) for column in table.columns))
    out.write(_format_row("---:" if column.numeric else "---" for column in table.columns))
    group = ""
    used: set[str] = set()
    for row in table.rows:
        if row.group != group:
            group = row.group
            heading = f"**{_escape(group)}**" if group else ""
            out.write(_format_row([heading, *[""] * (len(table.columns) - 1)]))
        out.write(_format_row(map(_format_cell, row.cells)))
        used.update(map(marks.cell_marks, row.cells))
    if legend := marks.explain_marks(used):
        out.write(f"\n{legend}\n")
    if table.footnotes:
        out.write("\n")
    for number, footnote in enumerate(table.footnotes, 1):
        out.write(f"{number}. {_escape(footnote)}\n")


def _format_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _escape(text: str) -> str:
    return one_line(text).translate(_ESCAPES).strip()


def _format_cell(cell: Cell) -> str:
    text = _escape(cell.text)
    if cell.best:
        text = f"**{text}**"
    if marked := marks.cell_marks(cell):
        text += f" {marked}"
    if cell.notes:
        text += f"<sup>{','.join(map(str, cell.notes))}</sup>"
    return text
