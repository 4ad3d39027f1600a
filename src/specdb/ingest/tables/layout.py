"""Detect the layout of a table: header rows, units row, orientation, and rows that are not products."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specdb.figures.vocabulary import CURRENCY_SIGNS, MODIFIER_SIGNS
from specdb.ingest.tables import headers
from specdb.ingest.tables.sheet import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.ingest.tables.sheet import Sheet

_FIGURE = re.compile(rf"[{MODIFIER_SIGNS}{CURRENCY_SIGNS}+−-]*\s?\d")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_UNDECODED = re.compile("[\udc80-\udcff]")
_INVERSE = re.compile(r"1/\s?(\S+)")


def detect_shape(sheet: Sheet, rows: Sequence[Sequence[str]]) -> Shape:
    """Detect the shape of a table.

    Args:
        sheet: The table, read with its first row as header.
        rows: A sample of its rows below that header.
    """
    top = [(number, [" ".join(cell.split()) for cell in cells]) for number, cells in sheet.top if any(map(str.strip, cells))]
    if not top:
        return Shape()
    widest = max(len(set(filter(None, cells))) for _, cells in top)
    start = next(at for at, (_, cells) in enumerate(top) if 2 * len(set(filter(None, cells))) >= widest)
    header = [top[start][0]]
    after = top[start + 1 :]
    if len(after) > 1 and _has_second_header_row(top[start][1], after[0][1], after[1][1]):
        header.append(after[0][0])
        after = after[1:]
    units = after[0][0] if len(after) > 1 and _is_units_row(after[0][1]) else 0
    if len(header) == 1 and not units and _is_transposed(sheet, rows) and start == 0:
        return Shape(across=True)
    first = next((number for number, cells in sheet.top if any(map(str.strip, cells))), 1)
    return Shape(header=() if header == [first] else tuple(header), units=units)


def _has_second_header_row(cells: Sequence[str], below: Sequence[str], then: Sequence[str]) -> bool:
    """Return whether the row below a header row continues it with a heading for each column under a spanning heading."""
    width = max(len(cells), len(below), len(then))
    cells, below, then = ([*row, *[""] * (width - len(row))] for row in (cells, below, then))
    filled = [cell for cell in below if cell]
    if not filled or 2 * sum(bool(_FIGURE.match(cell)) for cell in filled) >= len(filled) or _is_units_row(below):
        return False
    over = list(cells)
    for place in range(1, width):
        over[place] = over[place] or (over[place - 1] if below[place] else "")
    under = [
        place
        for place in range(width)
        if below[place]
        and below[place] != cells[place]
        and over[place] in (*over[max(place - 1, 0) : place], *over[place + 1 : place + 2])
    ]
    figures = any(_FIGURE.match(then[place]) and not _FIGURE.match(below[place]) for place in under)
    return figures and len({below[place] for place in under}) > 1 and all(map(any, zip(over[1:], below[1:], strict=True)))


def _is_units_row(cells: Sequence[str]) -> bool:
    """Return whether a row contains only units after its first cell."""
    filled = [cell for cell in cells[1:] if cell.strip()]
    return bool(filled) and all(map(_is_unit, filled))


def _is_unit(cell: str) -> bool:
    inverse = _INVERSE.fullmatch(cell.strip())
    text = inverse[1] if inverse else cell.strip().strip("()[]")
    head = headers.parse_header(f"x ({text})")
    return bool(head.unit) and head.name == "x"


def _is_transposed(sheet: Sheet, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether products are columns: then the units are in the first column."""
    above = sum(bool(headers.parse_header(head).unit) for head in sheet.header[1:])
    below = sum(bool(headers.parse_header(cells[0]).unit) for cells in rows if cells)
    return below > 1 and below > above and 4 * below >= len(rows) and len(sheet.header) > 1


def find_section_rows(name: int, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """List the names in rows that are not products: section headings across all columns, or a repeated header."""
    headings = []
    for cells in rows:
        texts = set(filter(None, map(str.strip, cells)))
        across = len(cells) > 2 and len(texts) == 1 and all(map(str.strip, cells))
        if (across or (cells[name] and cells[name] == header[name])) and cells[name] not in headings:
            headings.append(cells[name])
    return headings


def has_row_of_codes(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row has names of variables where all other rows have figures."""
    if len(rows) < 3:
        return False
    figures = [place for place in range(1, len(rows[0])) if all(_FIGURE.match(row[place]) for row in rows[1:4] if row[place])]
    named = [place for place in figures if _CODE.fullmatch(rows[0][place]) and any(row[place] for row in rows[1:4])]
    return len(named) > 2 and 5 * len(named) >= 4 * len(figures)


def has_undecoded_bytes(sheet: Sheet, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a sample has bytes that are invalid in the encoding that it was read with."""
    return any(_UNDECODED.search(cell) for cells in (sheet.header, *rows) for cell in cells)


def has_gaps(cells: Sequence[str]) -> bool:
    """Return whether a column has a text only in rows where it changes, as with merged cells."""
    empty = sum(not cell.strip() for cell in cells)
    return bool(cells) and bool(cells[0].strip()) and 0 < empty < len(cells)
