"""The tables of a page: cells that span rows or columns stand in each of them; a table inside a cell is one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from specdb.errors import missing_extra
from specdb.ingest.tables.csv import MAX_FIELD_LENGTH
from specdb.ingest.tables.sheet import MAX_CELLS, MAX_COLUMNS, file_error, open_file, sheet_from_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch

MAX_DEPTH = 20
"""Tables within tables."""

MAX_PAGE_SIZE = 64 * 1024**2
"""Bytes of a page: what it holds in one tag is held whole."""

MAX_COLSPAN = 1000
"""What HTML lets a cell span, in columns; rows are only those that there are."""

_CHUNK = 64 * 1024
_BREAKS = frozenset(("br", "p", "div", "li", "tr"))
_INVISIBLE = frozenset(("script", "style", "template"))


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The tables in the order in which they begin; each is named by its caption."""
    for table in _parse_tables(path, shape.encoding, watch):
        sheet = sheet_from_grid(path, table.caption, iter(enumerate(table.rows, 1)), shape)
        if sheet:
            yield sheet


def _parse_tables(path: Path, encoding: str, watch: Watch) -> list[_OpenTable]:
    try:
        from lxml.etree import HTMLParser, LxmlError
    except ImportError as error:
        raise missing_extra("lxml", "tables") from error
    page = _TableParser(path)
    try:
        parser = HTMLParser(target=cast("Any", page), encoding=encoding or _detect_encoding(path))
    except LookupError as error:
        raise file_error(path, f"the encoding {encoding!r}", "name one such as utf-8 or cp1252") from error
    with open_file(path) as file:
        watch(file)
        try:
            while chunk := file.read(_CHUNK):
                if file.tell() > MAX_PAGE_SIZE:
                    raise file_error(
                        path, f"a page of more than {MAX_PAGE_SIZE:,} bytes", "save the table that is meant as CSV"
                    )
                parser.feed(chunk)
            parser.close()
        except LxmlError as error:
            raise file_error(path, f"not HTML: {error}", "save the page again") from error
    return page.tables


def _detect_encoding(path: Path) -> str | None:
    """UTF-8 where the page's beginning is that; else what the page itself says."""
    with open_file(path) as file:
        start = file.read(_CHUNK)
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start > len(start) - 4 else None
    return "utf-8"


class _OpenTable:
    """A table in the making: finished rows, and cells of earlier rows that go on below."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.caption = ""
        self.below: dict[int, tuple[int, str]] = {}
        self.row: list[str] | None = None
        self.text: list[str] | None = None
        self.span = (1, 1)
        self.where = ""
        self.length = 0


class _TableParser:
    """What lxml tells of a page as it reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables: list[_OpenTable] = []
        self.open: list[_OpenTable] = []
        self.cells = 0
        self.unseen = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if tag in _INVISIBLE:
            self.unseen += 1
        if tag == "table":
            if len(self.open) >= MAX_DEPTH:
                raise file_error(
                    self.path, f"tables more than {MAX_DEPTH} deep in each other", "save the one that is meant by itself"
                )
            self.open.append(_OpenTable())
            self.tables.append(self.open[-1])
        if not self.open:
            return
        table = self.open[-1]
        if tag == "tr":
            self._end_row(table)
            table.row = []
        elif tag in ("td", "th"):
            self._end_cell(table)
            if table.row is None:
                table.row = []
            table.text, table.where, table.length = [], "cell", 0
            table.span = (_parse_span(attributes.get("colspan"), MAX_COLSPAN), _parse_span(attributes.get("rowspan"), 1 << 20))
        elif tag == "caption":
            table.text, table.where, table.length = [], "caption", 0
        elif tag in _BREAKS and table.text is not None:
            table.text.append("\n")

    def data(self, text: str) -> None:
        """Text of an element."""
        if self.open and self.open[-1].text is not None and not self.unseen:
            table = self.open[-1]
            table.length += len(text)
            if table.length > MAX_FIELD_LENGTH:
                raise file_error(
                    self.path, f"a cell of more than {MAX_FIELD_LENGTH:,} characters", "look for a cell that is not closed"
                )
            self.open[-1].text.append(text.replace("\n", " "))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _INVISIBLE:
            self.unseen -= 1
        if not self.open:
            return
        table = self.open[-1]
        if tag in ("td", "th"):
            self._end_cell(table)
        elif tag == "tr":
            self._end_row(table)
        elif tag == "caption" and table.where == "caption" and table.text is not None:
            table.caption, table.text = " ".join("".join(table.text).split()), None
        elif tag == "table":
            self._end_row(table)
            self.open.pop()

    def comment(self, text: str) -> None:
        """A comment says nothing."""

    def close(self) -> None:
        """The page ends, and with it what is still open."""
        while self.open:
            self._end_row(self.open[-1])
            self.open.pop()

    def _end_cell(self, table: _OpenTable) -> None:
        if table.row is None or table.text is None or table.where != "cell":
            return
        lines = (" ".join(line.split()) for line in "".join(table.text).split("\n"))
        text, table.text = "\n".join(filter(None, lines)), None
        across, down = table.span
        self._from_above(table)
        for _ in range(across):
            if down > 1:
                table.below[len(table.row)] = (down - 1, text)
            self._put(table, text)

    def _end_row(self, table: _OpenTable) -> None:
        self._end_cell(table)
        if table.row is None:
            return
        self._from_above(table)
        if table.row:
            table.rows.append(table.row)
        table.row = None

    def _from_above(self, table: _OpenTable) -> None:
        """The cells of rows above that reach into this place."""
        row = table.row
        while row is not None and len(row) in table.below:
            rest, text = table.below[len(row)]
            if rest > 1:
                table.below[len(row)] = (rest - 1, text)
            else:
                del table.below[len(row)]
            self._put(table, text)

    def _put(self, table: _OpenTable, text: str) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS or len(table.row or ()) >= MAX_COLUMNS:
            raise file_error(self.path, "a table of too many cells, many of them spanning", f"at most {MAX_CELLS:,} cells")
        if table.row is not None:
            table.row.append(text)


def _parse_span(text: str | None, most: int) -> int:
    """A span as it is written; 1 where it is none."""
    return max(1, min(int(text), most)) if text and text.isascii() and text.isdigit() and len(text) < 10 else 1
