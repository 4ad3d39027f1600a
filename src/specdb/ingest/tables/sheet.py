"""Sheets: tables as the readers of all formats yield them, a header and rows of texts."""

from __future__ import annotations

from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from specdb.errors import DatabaseError, Issue, ValidationError, nearest
from specdb.ingest.tables import headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    Watch = Callable[[IO[bytes]], None]
    Numbered = Iterator[tuple[int, Sequence[str]]]

MAX_COLUMNS = 16_384
"""Maximum number of columns, as in Excel."""

HEADER_SEARCH_ROWS = 8
"""Number of rows at the top of a grid that may contain its header."""

MAX_CELLS = 5_000_000
"""Maximum number of cells of a table that is read into memory: from HTML, or with a product per column."""

MAX_LINE_LENGTH = 16 * 1024 * 1024
"""Maximum number of characters of a line of CSV or a record of JSON."""


class Shape(NamedTuple):
    """How to read a table.

    Attributes:
        header: Numbers of the header rows, from 1; empty for the first row that is not empty.
        units: Number of the row of units; 0 for none.
        across: Whether each column is a product.
        delimiter: Delimiter of CSV; '' to detect it.
        encoding: Encoding of a text file; '' for UTF-8.
        records: Path to the records of JSON; '' for the whole file.
    """

    header: tuple[int, ...] = ()
    units: int = 0
    across: bool = False
    delimiter: str = ""
    encoding: str = ""
    records: str = ""


class SheetRow(NamedTuple):
    """A row: its number in the file, the texts of the requested columns, and why the whole row is invalid ('' if valid)."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class Sheet:
    """A table of named columns.

    Attributes:
        name: Name of the table in its file; '' for none.
        header: Names of the columns.
        units: Units from a row of units, by column.
        word: What a row is called in locators: row or column.
        top: The first rows of a grid with their numbers, unchanged; they include the header.
        rows: Returns the rows with the requested columns, once; raises ValidationError if a column does not exist.
    """

    def __init__(self, name: str, header: Sequence[str], rows: Callable[[Sequence[str]], Iterator[SheetRow]]) -> None:
        self.name = name
        self.header = tuple(header)
        self.units: dict[str, str] = {}
        self.word = "row"
        self.top: list[tuple[int, Sequence[str]]] = []
        self.rows = rows


class Number(str):
    """The text of a numeric cell, which has a decimal point whatever the locale of the texts is."""

    __slots__ = ()


def file_error(path: Path | str, problem: str, hint: str = "", line: int = 0) -> ValidationError:
    """Return the error for a file with one issue."""
    return ValidationError(str(path), [Issue(line, problem, hint)])


def open_file(path: Path) -> IO[bytes]:
    """Open a file for reading bytes; DatabaseError if that fails."""
    try:
        return path.open("rb")
    except OSError as error:
        raise DatabaseError(f"cannot read {path}: {error.strerror}", "check its name and permissions") from error


def cell_text(value: Any) -> str:
    """Return a value of JSON, Excel or Parquet as the text that a person would write; '' for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return Number(repr(value).removesuffix(".0"))
    if isinstance(value, list | tuple):
        return "; ".join(map(cell_text, value))
    if isinstance(value, dict):
        return ";".join(f"{key}={cell_text(value[key])}" for key in sorted(value))
    if hasattr(value, "isoformat"):
        text: str = value.isoformat()
        return text.removesuffix("T00:00:00")
    return Number(f"{value:f}") if hasattr(value, "as_tuple") else str(value)


def sheet_from_grid(path: Path, name: str, rows: Numbered, shape: Shape, *, ragged: bool = False) -> Sheet | None:
    """Build a sheet from a grid; None if the grid has no row.

    Args:
        path: File name for errors.
        name: Name of the table; '' for none.
        rows: Rows with their numbers.
        shape: How to read the table.
        ragged: Whether rows shorter than the header are invalid; otherwise missing cells are empty.
    """
    if shape.across:
        return _transposed_sheet(path, name, rows, shape)
    rows = iter(rows)
    top = list(islice(rows, HEADER_SEARCH_ROWS))
    header, units, rest = _read_header(path, chain(top, rows), shape)
    if not header:
        return None
    names = unique_names(header)

    def read(wanted: Sequence[str]) -> Iterator[SheetRow]:
        places = column_positions(path, wanted, names)
        width, last = len(names), max(places, default=0)
        for number, cells in rest:
            if len(cells) == width:
                yield SheetRow(number, [cells[place] for place in places])
            elif not any(cells):
                continue
            elif ragged or any(cells[width:]):
                yield SheetRow(
                    number, [], f"the row has {len(cells)} cells, the header {width}: check its delimiters and quotes"
                )
            else:
                padded = [*cells, *[""] * (last + 1 - len(cells))]
                yield SheetRow(number, [padded[place] for place in places])

    sheet = Sheet(name, names, read)
    sheet.top = top
    sheet.units = {head: unit.strip() for head, unit in zip(names, units, strict=False) if unit.strip()}
    return sheet


def _read_header(path: Path, rows: Numbered, shape: Shape) -> tuple[list[str], Sequence[str], Numbered]:
    """Return the texts of the header, those of the row of units, and the remaining rows."""
    tops: list[list[str]] = []
    units: Sequence[str] = ()
    wanted = max((*shape.header, shape.units), default=0)
    for number, cells in rows:
        if len(cells) > MAX_COLUMNS:
            problem = f"{len(cells):,} columns in row {number}"
            raise file_error(path, problem, f"a table has at most {MAX_COLUMNS:,} columns: check its delimiter")
        if number == shape.units:
            units = cells
        elif number in shape.header or (not shape.header and not tops and any(cell.strip() for cell in cells)):
            tops.append(list(cells))
        if tops and number >= wanted:
            break
    width = max(map(len, tops), default=0)
    for above in tops[:-1]:
        _fill_spanning_headings(above, tops[-1])
    columns = (dict.fromkeys(headers.clean_header(top[at]) for top in tops if at < len(top)) for at in range(width))
    return [" ".join(filter(None, parts)) for parts in columns], units, rows


def _fill_spanning_headings(above: list[str], below: Sequence[str]) -> None:
    """Repeat a heading that spans several columns, written above the first, in each of them."""
    above += [""] * (len(below) - len(above))
    for place, cell in enumerate(below):
        if place and cell.strip() and not above[place].strip():
            above[place] = above[place - 1]


def _transposed_sheet(path: Path, name: str, rows: Numbered, shape: Shape) -> Sheet | None:
    """Build a sheet from a grid with attributes in its first column and a product in each other column."""
    whole = read_all(path, rows)
    head = shape.header[0] if shape.header else next((number for number, cells in whole if any(cells)), 0)
    labels = [(number, cells) for number, cells in whole if number > head and cells]
    top = next((cells for number, cells in whole if number == head), [])
    names = unique_names([(top[0] if top else "").strip() or "product", *(cells[0] for _, cells in labels)])

    def read(wanted: Sequence[str]) -> Iterator[SheetRow]:
        places = column_positions(path, wanted, names)
        for column in range(1, len(top)):
            cells = [top[column], *(row[column] if column < len(row) else "" for _, row in labels)]
            yield SheetRow(column + 1, [cells[place] for place in places])

    sheet = Sheet(name, names, read)
    sheet.word = "column"
    return sheet if top else None


def read_all(path: Path, rows: Numbered) -> list[tuple[int, Sequence[str]]]:
    """Read all rows into memory; ValidationError if there are too many."""
    read = []
    cells = 0
    for row in rows:
        cells += len(row[1]) + 1
        if cells > MAX_CELLS:
            raise file_error(path, f"a table of more than {MAX_CELLS:,} cells", "save it as CSV with one product per row")
        read.append(row)
    return read


def unique_names(header: Iterable[str]) -> list[str]:
    """Make column names unique: an empty name becomes "column 3", the second Weight "Weight #2"."""
    names: dict[str, None] = {}
    for place, text in enumerate(islice(header, MAX_COLUMNS), 1):
        clean = headers.clean_header(text) or f"column {place}"
        name, count = clean, 1
        while name in names:
            count += 1
            name = f"{clean} #{count}"
        names[name] = None
    return list(names)


def column_positions(path: Path, wanted: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return the indices of columns; ValidationError for names that the table lacks."""
    where = {name: place for place, name in enumerate(names)}
    lacking = [name for name in wanted if name not in where]
    if lacking:
        listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        issues = [Issue(0, f"no column {name!r}", nearest(name, names) or f"the columns are {listed}") for name in lacking]
        raise ValidationError(str(path), issues)
    return [where[name] for name in wanted]
