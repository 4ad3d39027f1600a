"""An HTML table: a document for a file, a fragment for a notebook; it cannot run or load anything."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TextIO

from specdb.render import marks
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from specdb.domain.table import Cell, Column, Row, Table

_DOCUMENT_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 2rem; }}
</style>
</head>
<body>
"""

# Plain text has no background or colour of its own, so that it fits the light or dark page of a notebook.
_STYLE = """\
<style>
.specdb { font: 14px/1.45 system-ui, sans-serif; overflow-x: auto; }
.specdb { --good: #1a7f37; --bad: #b3261e; --open: #8a6100; --dim: #666; }
.specdb table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.specdb caption { text-align: left; font-weight: 600; font-size: 1.15em; padding: 0 .8em .6em; }
.specdb th, .specdb td { padding: .35em .8em; text-align: left; vertical-align: baseline; max-width: 32em; }
.specdb thead th { vertical-align: bottom; }
.specdb tr { border-top: 1px solid rgba(128, 128, 128, .25); }
.specdb thead tr { border-top: 0; border-bottom: 2px solid rgba(128, 128, 128, .6); }
.specdb tbody th[scope=row] { font-weight: 400; }
.specdb tbody th[scope=rowgroup] { padding-top: 1.2em; }
.specdb .number { text-align: right; }
.specdb .figure { white-space: nowrap; }
.specdb .difference { font-size: .9em; color: var(--dim); }
.specdb .best { font-weight: 600; color: var(--good); }
.specdb .yes { color: var(--good); }
.specdb .no { color: var(--bad); }
.specdb .unknown { color: var(--open); font-style: italic; }
.specdb .not-applicable, .specdb .not-stated { color: var(--dim); }
.specdb sup { font-size: .75em; font-weight: 400; line-height: 0; margin-left: .15em; }
.specdb a { color: inherit; text-decoration: none; }
.specdb p, .specdb ol { font-size: .9em; color: var(--dim); padding-right: .8em; }
.specdb p { margin: .8em; }
@media (prefers-color-scheme: dark) { .specdb { --good: #4fc26b; --bad: #ff8a80; --open: #e0b040; --dim: #a6a6a6; } }
</style>
"""


def render(table: Table, out: TextIO) -> None:
    """Write a complete document."""
    out.write(_DOCUMENT_HEAD.format(title=_escape(table.title or "specdb")))
    embed(table, out)
    out.write("</body>\n</html>\n")


def embed(table: Table, out: TextIO) -> None:
    """Write a fragment: a div with its style, the table and the footnotes."""
    from zlib import crc32

    # Ids of footnotes differ between tables on a page, and the same table always results in the same ids.
    identity = "\0".join([table.title, *(column.key for column in table.columns), *table.footnotes])
    id_prefix = f"specdb-{crc32(identity.encode('utf-8', 'replace')):08x}"
    out.write(f'<div class="specdb">\n{_STYLE}<table>\n')
    if table.title:
        out.write(f"<caption>{_escape(table.title)}</caption>\n")
    out.write(f"<thead><tr>{''.join(map(_heading_html, table.columns))}</tr></thead>\n")
    used = _write_body(table, out, id_prefix)
    out.write("</table>\n")
    if legend := marks.explain_marks(used):
        out.write(f"<p>{legend}</p>\n")
    if table.footnotes:
        items = (f'<li id="{id_prefix}-{number}">{_escape(text)}</li>\n' for number, text in enumerate(table.footnotes, 1))
        out.write(f"<ol>\n{''.join(items)}</ol>\n")
    out.write("</div>\n")


def _write_body(table: Table, out: TextIO, id_prefix: str) -> set[str]:
    """Write the rows and return the marks of their cells."""
    group = None
    used: set[str] = set()
    for row in table.rows:
        if row.group != group:
            out.write("<tbody>\n" if group is None else "</tbody>\n<tbody>\n")
            group = row.group
            if group:
                out.write(f'<tr><th scope="rowgroup" colspan="{len(table.columns)}">{_escape(group)}</th></tr>\n')
        out.write(_row_html(table.columns, row, id_prefix))
        used.update(map(marks.cell_marks, row.cells))
    out.write("" if group is None else "</tbody>\n")
    return used


def _row_html(columns: tuple[Column, ...], row: Row, id_prefix: str) -> str:
    cells = []
    for index, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        tag, scope = ("td", "") if index else ("th", ' scope="row"')
        cells.append(f"<{tag}{scope}{_class_attribute(column, cell)}>{_cell_html(cell, id_prefix)}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _heading_html(column: Column) -> str:
    return f'<th scope="col"{_class_attribute(column)}>{_escape(column.title)}</th>'


def _class_attribute(column: Column, cell: Cell | None = None) -> str:
    names = ["number"] if column.numeric else []
    if column.difference:
        names.append("difference")
    if cell is not None:
        figure = column.difference or (isinstance(cell.value, int | float) and not isinstance(cell.value, bool))
        names += filter(None, ("figure" if figure else "", _escape(cell.state), "best" if cell.best else ""))
    return f' class="{" ".join(names)}"' if names else ""


def _cell_html(cell: Cell, id_prefix: str) -> str:
    text = _escape(cell.text)
    if marked := marks.cell_marks(cell):
        text += f" {marked}"
    if cell.notes:
        links = ",".join(f'<a href="#{id_prefix}-{number}">{number}</a>' for number in cell.notes)
        text += f"<sup>{links}</sup>"
    return text


def _escape(text: str) -> str:
    return escape(one_line(text), quote=True)
