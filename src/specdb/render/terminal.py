"""A table for people at a terminal, drawn with Rich's console: measured first, then drawn, never cut.

Every column is as wide as its content where the console allows. Where it does not, text wraps on words, and where not
even that is enough the columns are dealt out to several tables below each other. A figure keeps its unit beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.segment import Segment, Segments

from specdb.render import marks
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style

    from specdb.domain.table import Cell, Column, Row, Table

    Part = tuple[str, str, bool]  # a text, the name of its style, whether it is a figure
    Line = tuple[str, str, bool]  # a text, the name of its style, whether it is set to the right

_GAP = "  "
_SIGNS = tuple("+-=≤≥≈")
_MAX_UNBROKEN_WORD = 24  # a longer one may be broken before the table is split; in a narrow console, a third of it
_MODIFIERS = frozenset(("≈", "≤", "≥", "<", ">", "±", "~", "+", "×", "–"))
_STATE_STYLES = {"yes": "green", "no": "red", "unknown": "yellow", "not-applicable": "dim", "not-stated": "dim"}
_ROWS_PER_PRINT = 256  # rows printed at once


class TerminalConsole(Console):
    """Rich's console, but a reader that went away is left to the caller."""

    def on_broken_pipe(self) -> None:
        """Raise on: Rich calls this while it handles the BrokenPipeError, and would end the whole process."""
        raise


def render(table: Table, out: TextIO) -> None:
    """Draw the table for `out`: its width and colours where it is a terminal, no colour elsewhere."""
    _draw(table, TerminalConsole(file=out, highlight=False, force_jupyter=False))


def embed(table: Table, out: TextIO) -> None:
    """Draw the table without colours, whatever the environment says."""
    _draw(table, TerminalConsole(file=out, highlight=False, force_jupyter=False, force_terminal=False, color_system=None))


def svg(table: Table, width: int, title: str) -> str:
    """A picture of the table in a terminal of `width` columns whose window says `title`; it loads nothing."""
    from io import StringIO

    console = TerminalConsole(
        file=StringIO(),
        highlight=False,
        force_jupyter=False,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        width=width,
        record=True,
    )
    _draw(table, console)
    return console.export_svg(title=one_line(title), code_format=_SVG)


class _DisplayColumn:
    """A column as it is drawn: its title and cells as parts, with a difference folded in where there is no room."""

    __slots__ = ("cells", "natural", "right", "title")

    def __init__(self, column: Column, index: int, rows: list[Row]) -> None:
        self.right = column.numeric
        self.title: list[Part] = [(one_line(column.title), "dim" if column.difference else "bold", False)]
        self.cells: list[list[Part]] = [[_cell_part(row.cells[index], column.difference)] for row in rows]
        self.natural = max([_text_width(self.title[0][0]), *(_text_width(parts[0][0]) for parts in self.cells)])

    def fold(self, difference: _DisplayColumn) -> None:
        self.title += difference.title
        for parts, more in zip(self.cells, difference.cells, strict=True):
            parts += more
        self.natural = max(self.natural, difference.natural)

    def least(self, word: int) -> int:
        """The width below which a figure would be broken, or a text word of at most `word`."""
        widest = 1
        for parts in (self.title, *self.cells):
            for text, _, figure in parts:
                for chunk in _split_chunks(text, figure):
                    size = _text_width(chunk)
                    widest = max(widest, size if figure else min(size, word))
        return widest


def _draw(table: Table, console: Console) -> None:
    rows = list(table.rows)
    shown = _fold_differences(table, rows, console.width)
    if table.title:
        title = "\n".join(_wrap_chunks(_split_chunks(one_line(table.title), figure=False), console.width))
        _print(console, [*_style_segments(console, [(title, "bold")]), Segment("\n\n")])
    for number, (columns, widths) in enumerate(_split_into_panels(shown, console.width)):
        if number:
            _print(console, [Segment("\n")])
        _print_panel(console, rows, columns, widths)
    stars = marks.explain_marks(marks.cell_marks(cell) for row in rows for cell in row.cells)
    if stars:
        _print(console, [Segment("\n"), *_style_segments(console, [(stars, "dim")]), Segment("\n")])
    if table.footnotes:
        _print_footnotes(console, table.footnotes)


def _fold_differences(table: Table, rows: list[Row], room: int) -> list[_DisplayColumn]:
    """The columns to draw: several differences, or one that does not fit, go under the value they belong to."""
    columns = [_DisplayColumn(column, index, rows) for index, column in enumerate(table.columns)]
    differences = [column.difference for column in table.columns]
    if sum(differences) == 0 or (sum(differences) == 1 and _total_width([c.natural for c in columns]) <= room):
        return columns
    folded: list[_DisplayColumn] = []
    for column, difference in zip(columns, differences, strict=True):
        if difference and folded:
            folded[-1].fold(column)
        else:
            folded.append(column)
    return folded


def _split_into_panels(shown: list[_DisplayColumn], room: int) -> Iterator[tuple[list[_DisplayColumn], list[int]]]:
    """The columns in as many tables as the room demands, each with the first column, and the widths they get."""
    if not shown:
        return
    natural = [column.natural for column in shown]
    if _total_width(natural) <= room:
        yield shown, natural
        return
    word = min(_MAX_UNBROKEN_WORD, max(room // 3, 2))
    least = [min(column.least(word), column.natural) for column in shown]
    taken = [0]
    for index in range(1, len(shown)):
        if len(taken) > 1 and _total_width([least[i] for i in (*taken, index)]) > room:
            yield [shown[i] for i in taken], _fit_widths([natural[i] for i in taken], [least[i] for i in taken], room)
            taken = [0]
        taken.append(index)
    yield [shown[i] for i in taken], _fit_widths([natural[i] for i in taken], [least[i] for i in taken], room)


def _fit_widths(natural: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fill the room: the widest columns give way first, none below its least."""
    space = room - len(_GAP) * (len(natural) - 1)

    def capped(cap: int) -> list[int]:
        return [min(wish, max(need, cap)) for wish, need in zip(natural, least, strict=True)]

    low, high = 0, max(natural)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(capped(middle)) <= space else (low, middle - 1)
    widths = capped(low)
    for index, wish in enumerate(natural):
        if sum(widths) < space and widths[index] < wish:
            widths[index] += 1
    return widths


def _print_panel(console: Console, rows: list[Row], columns: list[_DisplayColumn], widths: list[int]) -> None:
    styles: dict[str, Style] = {}
    total = _total_width(widths)
    header = [_wrap_parts(column.title, width, column.right) for column, width in zip(columns, widths, strict=True)]
    depth = max(map(len, header), default=0)
    header = [[*[("", "", False)] * (depth - len(lines)), *lines] for lines in header]  # titles stand on the rule
    rule = ("─" if console.encoding.startswith("utf") else "-") * total
    segments = [*_row_segments(console, header, widths, styles), *_style_segments(console, [(rule, "dim")]), Segment("\n")]
    group = ""
    for number, row in enumerate(rows):
        if row.group != group:
            group = row.group
            segments += [Segment("\n")] if number else []
            segments += [*_style_segments(console, [(one_line(group), "bold cyan")]), Segment("\n")] if group else []
        cells = [_wrap_parts(c.cells[number], width, c.right) for c, width in zip(columns, widths, strict=True)]
        segments += _row_segments(console, cells, widths, styles)
        if number % _ROWS_PER_PRINT == _ROWS_PER_PRINT - 1:
            _print(console, segments)
            segments = []
    _print(console, segments)


def _row_segments(console: Console, cells: list[list[Line]], widths: list[int], styles: dict[str, Style]) -> list[Segment]:
    """The lines of one row; nothing is written after the last text of a line."""
    segments: list[Segment] = []
    for level in range(max(1, *map(len, cells)) if cells else 0):
        blank = 0
        for lines, width in zip(cells, widths, strict=True):
            if level < len(lines) and lines[level][0]:
                text, name, right = lines[level]
                rest = width - _text_width(text)
                before, blank = (blank + rest, 0) if right else (blank, rest)
                if before > 0:
                    segments.append(Segment(" " * before))
                if name not in styles:
                    styles[name] = console.get_style(name or "none")
                segments.append(Segment(text, styles[name]))
            else:
                blank += width
            blank += len(_GAP)
        segments.append(Segment("\n"))
    return segments


def _wrap_parts(parts: list[Part], width: int, right: bool) -> list[Line]:
    """The parts of a cell as lines of at most `width`; text that wraps is set to the left, also among figures."""
    lines: list[Line] = []
    for text, style, figure in parts:
        if not text:
            continue
        if _text_width(text) <= width:
            lines.append((text, style, right))
        else:
            lines += [(line, style, right and figure) for line in _wrap_chunks(_split_chunks(text, figure), width)]
    return lines


def _wrap_chunks(chunks: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for chunk in chunks:
        if line and _text_width(line) + 1 + _text_width(chunk) <= width:
            line += f" {chunk}"
            continue
        if line:
            lines.append(line)
        *whole, line = chop_cells(chunk, width) if _text_width(chunk) > width else [chunk]
        lines += whole
    return [*lines, line]


def _split_chunks(text: str, figure: bool) -> list[str]:
    """The text in pieces that stay whole: a word, a number with its unit; a figure gives way only after , and ;."""
    indent = text[: len(text) - len(text.lstrip(" "))]  # a tree is set in by it
    words = [word for word in text.split(" ") if word]
    chunks: list[str] = []
    held = False
    for word in words:
        if held or word in marks.MARKS or (word[0] == "[" and word[-1] == "]" and chunks):
            chunks[-1] += f" {word}"
        else:
            chunks.append(word)
        held = word[-1] not in ",;" if figure else word[-1].isdigit() or word.lstrip("(") in _MODIFIERS
    if chunks:
        chunks[0] = indent + chunks[0]
    return chunks or [""]


def _cell_part(cell: Cell, difference: bool) -> Part:
    text = one_line(cell.text)
    text = " ".join(filter(None, (text, marks.cell_marks(cell), marks.note_references(cell))))
    figure = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    figure = figure or (difference and text[:1] in _SIGNS)  # "+2,320 mAh, 4.5x", but not a sentence
    return text, "bold green" if cell.best else _STATE_STYLES.get(cell.state, "dim" if difference else ""), figure


def _print_footnotes(console: Console, footnotes: list[str]) -> None:
    segments = [Segment("\n")]
    for number, footnote in enumerate(footnotes, 1):
        mark = f"[{number}] "
        lines = _wrap_chunks(_split_chunks(one_line(footnote), False), max(console.width - len(mark), _MAX_UNBROKEN_WORD))
        segments += [*_style_segments(console, [(mark, "dim"), (lines[0], "")]), Segment("\n")]
        segments += [Segment(" " * len(mark) + line + "\n") for line in lines[1:]]
    _print(console, segments)


def _style_segments(console: Console, texts: list[tuple[str, str]]) -> list[Segment]:
    return [Segment(text, console.get_style(style or "none")) for text, style in texts]


def _print(console: Console, segments: list[Segment]) -> None:
    console.print(Segments(segments), end="", crop=False)


def _text_width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _total_width(widths: list[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


# Rich fills the names in; its own template asks a server for the font, this one takes what the reader has.
_SVG = """\
<svg class="specdb-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
