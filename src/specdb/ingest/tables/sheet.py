"""A table as its reader gives it: a header and rows of texts, whatever the file's format is."""

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
"""As many as a spreadsheet has."""

HEADER_SEARCH_ROWS = 8
"""Rows of a grid among which its header is looked for."""

MAX_CELLS = 5_000_000
"""Of a table that has to be held whole: one of HTML, or one whose products are its columns."""

MAX_LINE_LENGTH = 16 * 1024 * 1024
"""Characters of a line of CSV or of a record of JSON."""


class Shape(NamedTuple):
    """How the table lies in its file: 1-based rows of the header and of units, and what each format has a choice of."""

    header: tuple[int, ...] = ()
    units: int = 0
    across: bool = False
    delimiter: str = ""
    encoding: str = ""
    records: str = ""


class SheetRow(NamedTuple):
    """A row: its number in the file, the texts of the columns asked for, and what is wrong with it as a whole."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class Sheet:
    """A table of named columns; `units` are those of a row of their own, by column; `word` is what its rows are called."""

    def __init__(self, name: str, header: Sequence[str], rows: Callable[[Sequence[str]], Iterator[SheetRow]]) -> None:
        self.name = name
        self.header = tuple(header)
        self.units: dict[str, str] = {}
        self.word = "row"
        self.top: list[tuple[int, Sequence[str]]] = []
        """The first rows of a grid as they stand, with their numbers: among them is the header."""
        self.rows = rows
        """Given columns' names, the rows with these columns, once; FileFaults where the table lacks one."""


class Number(str):
    """The text of a cell that is a number, not a text: its mark is the decimal point, whatever the locale of the texts."""

    __slots__ = ()


def file_error(path: Path | str, problem: str, hint: str = "", line: int = 0) -> ValidationError:
    """The error of a file with one issue."""
    return ValidationError(str(path), [Issue(line, problem, hint)])


def open_file(path: Path) -> IO[bytes]:
    """The file, to read its bytes; StoreError where that cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise DatabaseError(f"{path} cannot be read: {error.strerror}", "look at its name and its permissions") from error


def cell_text(value: Any) -> str:
    """A value of JSON, a spreadsheet or Parquet as the text that a person would have written; '' for null."""
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
    """The sheet of a grid whose first rows are its header; None where there is no row.

    With `ragged` a row must have as many cells as the header; else what is missing at its end is empty.
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
                yield SheetRow(number, [], f"cells: {len(cells)}, where the header has {width}: hint its delimiters or quotes")
            else:
                padded = [*cells, *[""] * (last + 1 - len(cells))]
                yield SheetRow(number, [padded[place] for place in places])

    sheet = Sheet(name, names, read)
    sheet.top = top
    sheet.units = {head: unit.strip() for head, unit in zip(names, units, strict=False) if unit.strip()}
    return sheet


def _read_header(path: Path, rows: Numbered, shape: Shape) -> tuple[list[str], Sequence[str], Numbered]:
    """The header's texts, those of the row of units, and the rows after them."""
    tops: list[list[str]] = []
    units: Sequence[str] = ()
    wanted = max((*shape.header, shape.units), default=0)
    for number, cells in rows:
        if len(cells) > MAX_COLUMNS:
            problem = f"{len(cells):,} columns in row {number}"
            raise file_error(path, problem, f"a table has at most {MAX_COLUMNS:,}; look at its delimiter")
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
    """A heading that stands over several columns, and is written over the first of them, said of each."""
    above += [""] * (len(below) - len(above))
    for place, cell in enumerate(below):
        if place and cell.strip() and not above[place].strip():
            above[place] = above[place - 1]


def _transposed_sheet(path: Path, name: str, rows: Numbered, shape: Shape) -> Sheet | None:
    """The sheet of a grid whose first column holds the names of what its rows say, and each other column is a product."""
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
    """All rows; FileFaults where they are too many to be held."""
    found = []
    cells = 0
    for row in rows:
        cells += len(row[1]) + 1
        if cells > MAX_CELLS:
            raise file_error(path, f"a table of more than {MAX_CELLS:,} cells", "give it one product a row, as CSV")
        found.append(row)
    return found


def unique_names(header: Iterable[str]) -> list[str]:
    """Names of columns, none twice: an empty one is "column 3", the second Weight "Weight #2"."""
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
    """Where these columns are; FileFaults for each that the table has not."""
    where = {name: place for place, name in enumerate(names)}
    lacking = [name for name in wanted if name not in where]
    if lacking:
        listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        issues = [Issue(0, f"no column {name!r}", nearest(name, names) or f"the columns are {listed}") for name in lacking]
        raise ValidationError(str(path), issues)
    return [where[name] for name in wanted]
