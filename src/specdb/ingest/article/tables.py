"""Rows of tables: for each cell, the label of its row and the head of its column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.article import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.ingest.article.sentences import Line


class Label(NamedTuple):
    """What a cell stands under: the span of its row's first cell and of its column's head, each (0, 0) for none.

    `product` says that the head is a product's name: the table sets products side by side.
    """

    row: tuple[int, int]
    column: tuple[int, int]
    product: bool = False


class Tables:
    """The tables of a text, of lines with "|" or tabs between their cells."""

    def __init__(self, text: str, lines: Iterable[Line]) -> None:
        self._text = text
        self._rows: dict[int, list[tuple[int, int]]] = {}
        self._heads: dict[int, list[tuple[int, int]]] = {}
        head: list[tuple[int, int]] = []
        last = -2
        for line in lines:
            cells = _cells(text, line)
            if line.number != last + 1:
                head = cells if _heads(text, line, cells) else []
            self._rows[line.start], self._heads[line.start] = cells, head
            last = line.number

    def label(self, line: Line, place: int) -> Label:
        """The label of the cell at `place` in a row."""
        cells, heads = self._rows.get(line.start, []), self._heads.get(line.start, [])
        index = next((i for i, (start, end) in enumerate(cells) if start <= place < end), 0)
        row = cells[0] if index and cells else (0, 0)
        column = heads[index] if heads is not cells and index < len(heads) else (0, 0)
        return Label(row, column, column != (0, 0) and self._compares(heads, column))

    def _compares(self, heads: list[tuple[int, int]], column: tuple[int, int]) -> bool:
        """Whether a table's columns are products, and this is one of them."""
        first, own = (self._text[start:end].strip(" *") for start, end in (heads[0], column))
        lists = lexicon.words()
        side_by_side = not first or first.lower() in lists["product_tables"]
        return side_by_side and own.lower() not in lists["column_heads"] and (own[:1].isupper() or own[:1].isdigit())


def _heads(text: str, line: Line, cells: list[tuple[int, int]]) -> bool:
    """Whether the first row of a table has the heads of its columns: a rule follows, or it holds no figure."""
    following = text[line.end + 1 : line.end + 200].split("\n", 1)[0]
    ruled = bool(following.strip()) and not following.strip("|-: \t=+")
    return ruled or not any(char.isdigit() for start, end in cells[1:] for char in text[start:end])


def _cells(text: str, line: Line) -> list[tuple[int, int]]:
    """The spans of a row's cells."""
    sign = "|" if "|" in text[line.start : line.end] else "\t"
    cells = []
    start = line.start
    for part in text[line.start : line.end].split(sign):
        cells.append((start, start + len(part)))
        start += len(part) + 1
    return [cell for i, cell in enumerate(cells) if not (i == 0 and sign == "|" and not text[cell[0] : cell[1]].strip())]
