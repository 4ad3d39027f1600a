"""A table for a terminal, drawn with the console of Rich; content is wrapped but never cut off.

Each column is as wide as its content if the table fits the terminal. Otherwise texts are wrapped between words; if that
is not enough, the columns are split into several tables. A number and its unit always stay on one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.segment import Segment, Segments

from specdb.render import marks
from specdb.render.sanitize import one_line, spell_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.style import Style

    from specdb.domain.table import Cell, Column, Row, Table

    Part = tuple[str, str, bool]  # a text, its style, whether it is a figure
    Line = tuple[str, str, bool]  # a text, its style, whether it is aligned right
    Spell = Callable[[str], str]  # a text as the terminal shows it

_GAP = "  "
_SIGNS = tuple("+-=≤≥≈<>~")
_MAX_UNBROKEN_WORD = 24  # characters; longer words are broken before the table is split; less in a narrow terminal
_MODIFIERS = frozenset(("≈", "≤", "≥", "<", ">", "±", "~", "+", "×", "–", "<=", ">=", "+/-"))
_STATE_STYLES = {"yes": "green", "no": "red", "unknown": "yellow", "not-applicable": "dim", "not-stated": "dim"}
_ROWS_PER_PRINT = 256  # fewer calls of console.print are faster


class TerminalConsole(Console):
    """A Rich console that leaves a broken pipe to the caller."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError again; the method of Rich would end the process."""
        raise


def render(table: Table, out: TextIO) -> None:
    """Draw a table on `out`, with the width and colours of the terminal; without colours if it is not a terminal."""
    _draw(table, TerminalConsole(file=out, highlight=False, force_jupyter=False))


def embed(table: Table, out: TextIO) -> None:
    """Draw a table without colours, whatever the environment variables say."""
    _draw(table, TerminalConsole(file=out, highlight=False, force_jupyter=False, force_terminal=False, color_system=None))


def svg(table: Table, width: int, title: str) -> str:
    """Return an SVG picture of a table in a terminal of `width` columns with a window title; it loads nothing."""
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
    """A column of the output: the parts of its title and cells, among them a folded difference."""

    __slots__ = ("cells", "is_numeric", "natural_width", "title")

    def __init__(self, column: Column, index: int, rows: list[Row], spell: Spell) -> None:
        self.is_numeric = column.numeric
        self.title: list[Part] = [(spell(column.title), "dim" if column.difference else "bold", False)]
        self.cells: list[list[Part]] = [[_cell_part(row.cells[index], column.difference, spell)] for row in rows]
        self.natural_width = max([_text_width(self.title[0][0]), *(_text_width(parts[0][0]) for parts in self.cells)])

    def fold(self, difference: _DisplayColumn) -> None:
        """Put the parts of a difference column below the parts of this column."""
        self.title += difference.title
        for parts, more in zip(self.cells, difference.cells, strict=True):
            parts += more
        self.natural_width = max(self.natural_width, difference.natural_width)

    def minimum_width(self, max_word: int) -> int:
        """Return the width that breaks no figure, and no word of at most `max_word` characters."""
        widest = 1
        for parts in (self.title, *self.cells):
            for text, _, is_figure in parts:
                for chunk in _split_chunks(text, is_figure):
                    width = _text_width(chunk)
                    widest = max(widest, width if is_figure else min(width, max_word))
        return widest


def _draw(table: Table, console: Console) -> None:
    encoding = console.encoding
    spell: Spell = one_line if encoding.startswith("utf") else lambda text: spell_for(encoding, one_line(text))
    rows = list(table.rows)
    columns = _fold_differences(table, rows, console.width, spell)
    if table.title:
        title = "\n".join(_wrap_chunks(_split_chunks(spell(table.title), is_figure=False), console.width))
        _print(console, [*_style_segments(console, [(title, "bold")]), Segment("\n\n")])
    for number, (panel_columns, widths) in enumerate(_split_into_panels(columns, console.width)):
        if number:
            _print(console, [Segment("\n")])
        _print_panel(console, rows, panel_columns, widths, spell)
    legend = marks.explain_marks(marks.cell_marks(cell) for row in rows for cell in row.cells)
    if legend:
        _print(console, [Segment("\n"), *_style_segments(console, [(spell(legend), "dim")]), Segment("\n")])
    if table.footnotes:
        _print_footnotes(console, table.footnotes, spell)


def _fold_differences(table: Table, rows: list[Row], width: int, spell: Spell) -> list[_DisplayColumn]:
    """Return the columns, with differences folded into the column before them if there are several or one does not fit."""
    columns = [_DisplayColumn(column, index, rows, spell) for index, column in enumerate(table.columns)]
    differences = [column.difference for column in table.columns]
    fits = _total_width([column.natural_width for column in columns]) <= width
    if sum(differences) == 0 or (sum(differences) == 1 and fits):
        return columns
    folded: list[_DisplayColumn] = []
    for column, is_difference in zip(columns, differences, strict=True):
        if is_difference and folded:
            folded[-1].fold(column)
        else:
            folded.append(column)
    return folded


def _split_into_panels(columns: list[_DisplayColumn], width: int) -> Iterator[tuple[list[_DisplayColumn], list[int]]]:
    """Split the columns into as few tables as fit the width, each with the first column; yield their columns and widths."""
    if not columns:
        return
    natural = [column.natural_width for column in columns]
    if _total_width(natural) <= width:
        yield columns, natural
        return
    max_word = min(_MAX_UNBROKEN_WORD, max(width // 3, 2))
    minimum = [min(column.minimum_width(max_word), column.natural_width) for column in columns]

    def panel(indexes: list[int]) -> tuple[list[_DisplayColumn], list[int]]:
        widths = _fit_widths([natural[index] for index in indexes], [minimum[index] for index in indexes], width)
        return [columns[index] for index in indexes], widths

    indexes = [0]
    for index in range(1, len(columns)):
        if len(indexes) > 1 and _total_width([minimum[i] for i in (*indexes, index)]) > width:
            yield panel(indexes)
            indexes = [0]
        indexes.append(index)
    yield panel(indexes)


def _fit_widths(natural: list[int], minimum: list[int], width: int) -> list[int]:
    """Return widths that fill the total width: the widest columns shrink first, none below its minimum."""
    space = width - len(_GAP) * (len(natural) - 1)

    def capped(cap: int) -> list[int]:
        return [min(wanted, max(needed, cap)) for wanted, needed in zip(natural, minimum, strict=True)]

    low, high = 0, max(natural)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(capped(middle)) <= space else (low, middle - 1)
    widths = capped(low)
    for index, wanted in enumerate(natural):
        if sum(widths) < space and widths[index] < wanted:
            widths[index] += 1
    return widths


def _print_panel(console: Console, rows: list[Row], columns: list[_DisplayColumn], widths: list[int], spell: Spell) -> None:
    """Print the header, a rule, and the rows with the headings of their groups."""
    styles: dict[str, Style] = {}
    header = [_wrap_parts(column.title, width, column.is_numeric) for column, width in zip(columns, widths, strict=True)]
    depth = max(map(len, header), default=0)
    header = [[*[("", "", False)] * (depth - len(lines)), *lines] for lines in header]  # titles are aligned at the bottom
    rule = ("─" if console.encoding.startswith("utf") else "-") * _total_width(widths)
    segments = [*_row_segments(console, header, widths, styles), *_style_segments(console, [(rule, "dim")]), Segment("\n")]
    group = ""
    for number, row in enumerate(rows):
        if row.group != group:
            group = row.group
            segments += [Segment("\n")] if number else []
            segments += [*_style_segments(console, [(spell(group), "bold cyan")]), Segment("\n")] if group else []
        cells = [
            _wrap_parts(column.cells[number], width, column.is_numeric) for column, width in zip(columns, widths, strict=True)
        ]
        segments += _row_segments(console, cells, widths, styles)
        if number % _ROWS_PER_PRINT == _ROWS_PER_PRINT - 1:
            _print(console, segments)
            segments = []
    _print(console, segments)


def _row_segments(console: Console, cells: list[list[Line]], widths: list[int], styles: dict[str, Style]) -> list[Segment]:
    """Return the lines of a row, without spaces at the end of a line."""
    segments: list[Segment] = []
    for level in range(max(1, *map(len, cells)) if cells else 0):
        blank = 0
        for lines, width in zip(cells, widths, strict=True):
            if level < len(lines) and lines[level][0]:
                text, style, align_right = lines[level]
                rest = width - _text_width(text)
                before, blank = (blank + rest, 0) if align_right else (blank, rest)
                if before > 0:
                    segments.append(Segment(" " * before))
                if style not in styles:
                    styles[style] = console.get_style(style or "none")
                segments.append(Segment(text, styles[style]))
            else:
                blank += width
            blank += len(_GAP)
        segments.append(Segment("\n"))
    return segments


def _wrap_parts(parts: list[Part], width: int, is_numeric: bool) -> list[Line]:
    """Wrap the parts of a cell to lines of at most `width`; in a numeric column, wrapped text is aligned left."""
    lines: list[Line] = []
    for text, style, is_figure in parts:
        if not text:
            continue
        if _text_width(text) <= width:
            lines.append((text, style, is_numeric))
        else:
            wrapped = _wrap_chunks(_split_chunks(text, is_figure), width)
            lines += [(line, style, is_numeric and is_figure) for line in wrapped]
    return lines


def _wrap_chunks(chunks: list[str], width: int) -> list[str]:
    """Join chunks with spaces to lines of at most `width`; only a longer chunk is broken."""
    lines: list[str] = []
    line = ""
    for chunk in chunks:
        if line and _text_width(line) + 1 + _text_width(chunk) <= width:
            line += f" {chunk}"
            continue
        if line:
            lines.append(line)
        *full_lines, line = chop_cells(chunk, width) if _text_width(chunk) > width else [chunk]
        lines += full_lines
    return [*lines, line]


def _split_chunks(text: str, is_figure: bool) -> list[str]:
    """Split a text into chunks that stay on one line: a word, or a number with its unit; a figure only after , and ;."""
    indent = text[: len(text) - len(text.lstrip(" "))]  # the indentation of a tree
    words = [word for word in text.split(" ") if word]
    chunks: list[str] = []
    joins_next = False
    for word in words:
        if joins_next or word in marks.MARKS or (word[0] == "[" and word[-1] == "]" and chunks):
            chunks[-1] += f" {word}"
        else:
            chunks.append(word)
        joins_next = word[-1] not in ",;" if is_figure else word[-1].isdigit() or word.lstrip("(") in _MODIFIERS
    if chunks:
        chunks[0] = indent + chunks[0]
    return chunks or [""]


def _cell_part(cell: Cell, is_difference: bool, spell: Spell) -> Part:
    text = " ".join(filter(None, (spell(cell.text), spell(marks.cell_marks(cell)), marks.note_references(cell))))
    is_figure = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    is_figure = is_figure or (is_difference and text[:1] in _SIGNS)  # "+2,320 mAh, 4.5x", but not a sentence
    return text, "bold green" if cell.best else _STATE_STYLES.get(cell.state, "dim" if is_difference else ""), is_figure


def _print_footnotes(console: Console, footnotes: list[str], spell: Spell) -> None:
    segments = [Segment("\n")]
    for number, footnote in enumerate(footnotes, 1):
        label = f"[{number}] "
        width = max(console.width - len(label), _MAX_UNBROKEN_WORD)
        lines = _wrap_chunks(_split_chunks(spell(footnote), is_figure=False), width)
        segments += [*_style_segments(console, [(label, "dim"), (lines[0], "")]), Segment("\n")]
        segments += [Segment(" " * len(label) + line + "\n") for line in lines[1:]]
    _print(console, segments)


def _style_segments(console: Console, texts: list[tuple[str, str]]) -> list[Segment]:
    return [Segment(text, console.get_style(style or "none")) for text, style in texts]


def _print(console: Console, segments: list[Segment]) -> None:
    console.print(Segments(segments), end="", crop=False)


def _text_width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _total_width(widths: list[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


# The template of Rich loads a font from a server; this template uses the fonts of the viewer.
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
