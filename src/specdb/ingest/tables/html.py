"""HTML: the tables of a page. Spanning cells are repeated in each row and column; nested tables are separate tables."""

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
"""Maximum number of nested tables."""

MAX_PAGE_SIZE = 64 * 1024**2
"""Maximum number of bytes of a page, as the content of an element is kept in memory."""

MAX_COLSPAN = 1000
"""Maximum colspan, as in the HTML standard; rows are limited by the table."""

_CHUNK = 64 * 1024
_BREAKS = frozenset(("br", "p", "div", "li", "tr"))
_INVISIBLE = frozenset(("script", "style", "template"))


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the tables in the order of their start tags, each named by its caption."""
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
        raise file_error(path, f"unknown encoding {encoding!r}", "use a name such as utf-8 or cp1252") from error
    with open_file(path) as file:
        watch(file)
        try:
            while chunk := file.read(_CHUNK):
                if file.tell() > MAX_PAGE_SIZE:
                    raise file_error(path, f"a page of more than {MAX_PAGE_SIZE:,} bytes", "save the table as CSV")
                parser.feed(chunk)
            parser.close()
        except LxmlError as error:
            raise file_error(path, f"not HTML: {error}", "save the page again") from error
    return page.tables


def _detect_encoding(path: Path) -> str | None:
    """Return utf-8 if the start of the page is valid UTF-8, else None for the encoding that the page declares."""
    with open_file(path) as file:
        start = file.read(_CHUNK)
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start > len(start) - 4 else None
    return "utf-8"


class _OpenTable:
    """A table that is being parsed: complete rows, and cells of earlier rows that span further rows."""

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
    """A parser target for lxml that collects the tables of a page."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables: list[_OpenTable] = []
        self.open: list[_OpenTable] = []
        self.cells = 0
        self.unseen = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Handle a start tag."""
        if tag in _INVISIBLE:
            self.unseen += 1
        if tag == "table":
            if len(self.open) >= MAX_DEPTH:
                raise file_error(self.path, f"more than {MAX_DEPTH} nested tables", "save the wanted table as its own page")
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
        """Handle text."""
        if self.open and self.open[-1].text is not None and not self.unseen:
            table = self.open[-1]
            table.length += len(text)
            if table.length > MAX_FIELD_LENGTH:
                raise file_error(self.path, f"a cell of more than {MAX_FIELD_LENGTH:,} characters", "look for an unclosed cell")
            self.open[-1].text.append(text.replace("\n", " "))

    def end(self, tag: str) -> None:
        """Handle an end tag."""
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
        """Ignore a comment."""

    def close(self) -> None:
        """Complete the open tables at the end of the page."""
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
        """Insert the cells of earlier rows that span the current position."""
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
            raise file_error(
                self.path, "the tables have too many cells, many of them spanning", f"a page has at most {MAX_CELLS:,} cells"
            )
        if table.row is not None:
            table.row.append(text)


def _parse_span(text: str | None, most: int) -> int:
    """Parse a rowspan or colspan, limited to `most`; 1 if invalid."""
    return max(1, min(int(text), most)) if text and text.isascii() and text.isdigit() and len(text) < 10 else 1
