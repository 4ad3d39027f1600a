"""Read the tables in a text: for each cell, the label of its row and the header of its column."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon, numerals
from specdb.ingest.documents.attributes import is_measure
from specdb.ingest.documents.figure_scanner import scan_figures
from specdb.ingest.documents.sentences import split_sentences
from specdb.ingest.documents.tagged_figure import TaggedFigure

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence, SourceLine


class CellLabel(NamedTuple):
    """The labels of a cell.

    Attributes:
        row: The span of the row's label, (0, 0) for none.
        column: The span of the column's header, (0, 0) for none.
        product: Whether the column's header names a product: the table compares products side by side.
        models: Whether the rows are products.
    """

    row: tuple[int, int]
    column: tuple[int, int]
    product: bool = False
    models: bool = False


class DocumentTables:
    """The tables of a text, with "|" or tabs between cells, or written as nested lists."""

    def __init__(self, text: str) -> None:
        """Start without rows."""
        self._text = text
        self._rows: dict[int, list[tuple[int, int]]] = {}
        self._heads: dict[int, list[tuple[int, int]]] = {}
        self._head: list[tuple[int, int]] = []
        self._row: list[tuple[int, int]] = []
        self._first = (0, 0)
        self._last = -2

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def add(self, line: SourceLine) -> None:
        """Add a row; rows must be added in the order of the text."""
        if line.start in self._rows:
            return
        cells = _cell_spans(self._text, line)
        if line.kind == "cell":
            self._listed(line, cells[0])
            return
        if line.number != self._last + 1:
            self._head = cells if _is_header_row(self._text, line, cells) else []
            self._first = (0, 0)
        if cells and self._text[cells[0][0] : cells[0][1]].strip():
            self._first = cells[0]
        elif cells:
            cells[0] = self._first  # a cell over several rows
        self._rows[line.start], self._heads[line.start] = cells, self._head
        self._last = line.number

    def _listed(self, line: SourceLine, cell: tuple[int, int]) -> None:
        """Add a cell of a row written as a list; a blank line may separate rows."""
        if self._text[line.start : line.end].lstrip()[0] == "-":
            self._row.append(cell)
        else:
            self._row = [cell]
            if line.number > self._last + 2:
                self._head = self._row if _LISTED_HEADER_ROW.match(self._text, line.start) else []
        self._rows[line.start], self._heads[line.start] = self._row, self._head
        self._last = line.number

    def measured(self, sentence: Sentence, figures: list[TaggedFigure]) -> list[TaggedFigure]:
        """Add the bare numbers of a row whose column header or row label names a unit: "RAM (GiB)"."""
        cells, heads = self._rows.get(sentence.line.start, []), self._heads.get(sentence.line.start, [])
        added = []
        for i, (start, end) in enumerate(cells[1:], 1):
            is_value = sentence.start <= start < sentence.end and cells is not heads
            number = _BARE_NUMBER.match(self._text, start, end) if is_value else None
            if number is None or any(figure.start < end and figure.end > start for figure in figures):
                continue
            head = self._text[slice(*heads[i])] if i < len(heads) else ""
            read = _header_unit(head.strip()) or _header_unit(self._text[slice(*cells[0])].strip())
            digits = numerals.plain_decimal(number[1].lstrip("-"))
            if read and digits:
                digits = f"-{digits}" if number[1][0] == "-" else digits
                unit, noun = read
                added.append(
                    TaggedFigure(*number.span(1), number[1], (digits,), unit or None, "exact", noun, number.start(1), 0.8)
                )
        return sorted(figures + added, key=lambda figure: figure.start) if added else figures

    def label(self, line: SourceLine, place: int) -> CellLabel:
        """Return the labels of the cell at offset `place`."""
        cells, heads = self._rows.get(line.start, []), self._heads.get(line.start, [])
        index = next((i for i, (start, end) in enumerate(cells) if start <= place < end), 0)
        row = next((cell for cell in cells[:index] if _WORDS.search(self._text, *cell)), cells[0] if index else (0, 0))
        column = heads[index] if heads is not cells and index < len(heads) else (0, 0)
        models = bool(heads) and self._text[slice(*heads[0])].strip(" *").lower() in lexicon.word_lists()["model_heads"]
        return CellLabel(row, column, column != (0, 0) and self._compares(heads, column), models)

    def _compares(self, heads: list[tuple[int, int]], column: tuple[int, int]) -> bool:
        """Whether the columns of a table are products and this is one of them."""
        first, name = (self._text[start:end].strip(" *") for start, end in (heads[0], column))
        lists = lexicon.word_lists()
        name = _PARENTHESIS.sub("", name)
        side_by_side = not first or first.lower() in lists["product_tables"]
        return (
            side_by_side
            and not is_measure(name)
            and name.lower() not in lists["column_heads"]
            and (name[:1].isupper() or any(char.isdigit() for char in name))
        )


_BARE_NUMBER = re.compile(r"[\s*_`~]*+(-?\d[\d,]*(?:\.\d+)?)[\s*_`]*+(?=[|\t]|$)", re.MULTILINE)
"""A cell that contains only a number."""

_LISTED_HEADER_ROW = re.compile(r"[ \t]*+\*[ \t]++-(?:[ \t]*+\n|[^\n\d]*+(?:\n[ \t]*+-[^\n\d]*+)++(?:\n[ \t]*+(?:\n|\*)|\Z))")
"""The header row of a table written as a list: its first cell is empty, or it has no digit."""

_PARENTHESIS = re.compile(r"\s*\([^()]*\)")

_WORDS = re.compile(r"[^\W\d_]{2}")
"""What a row label contains: a word, not only "A" or "1"."""

_MAX_HEADER_LENGTH = 60

_HEADER_COUNT = re.compile(r"(?:#|[Nn]umber|[Nn]o\.) (?:of )?(\w[\w -]*\w)\s*$")

_HEADER_UNIT = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]\s*[*_]*$|(\S*FLOPS|\S*OPS)\s*[*_]*$")


@cache
def _header_unit(head: str) -> tuple[str, str] | None:
    """Return the unit at the end of a header and '', or '' and what it counts: "RAM (GiB)", "# of chips"."""
    named = _HEADER_UNIT.search(head[-_MAX_HEADER_LENGTH:])
    text = f"1 {named[1] or named[2]}" if named else ""
    figures = [figure for sentence in split_sentences(text) for figure in scan_figures(sentence)] if text else []
    if len(figures) == 1 and figures[0].unit and (figures[0].end == len(text) or text[figures[0].end] == "/"):  # "GiB/s/device"
        return figures[0].unit, ""
    counted = _HEADER_COUNT.match(head[:_MAX_HEADER_LENGTH])
    words = counted[1] if counted else head[:_MAX_HEADER_LENGTH]
    last = words.split()[-1] if words.split() else ""
    return ("", words) if counted or (last.endswith("s") and lexicon.is_counted_noun(last)) else None


def _is_header_row(text: str, line: SourceLine, cells: list[tuple[int, int]]) -> bool:
    """Whether the first row of a table is a header: a rule follows, or it has no digit."""
    following = text[line.end + 1 : line.end + 200].split("\n", 1)[0]
    ruled = bool(following.strip()) and not following.strip("|-: \t=+")
    return ruled or not any(char.isdigit() for start, end in cells[1:] for char in text[start:end])


def _cell_spans(text: str, line: SourceLine) -> list[tuple[int, int]]:
    """Return the spans of the cells of a row."""
    if line.kind == "cell":
        return [(text.index("-", line.start) + 1, line.end)]
    sign = "|" if "|" in text[line.start : line.end] else "\t"
    cells = []
    start = line.start
    for cell_text in text[line.start : line.end].split(sign):
        cells.append((start, start + len(cell_text)))
        start += len(cell_text) + 1
    return [cell for i, cell in enumerate(cells) if not (i == 0 and sign == "|" and not text[cell[0] : cell[1]].strip())]
