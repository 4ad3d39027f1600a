"""An XLSX workbook: numbers as numbers, text always as text and never as a formula, footnotes on a second sheet."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from specdb.errors import DatabaseError, missing_extra
from specdb.render.scalar import join_pairs, plain_value

if TYPE_CHECKING:
    from specdb.domain.table import Cell, Row, Table

BINARY = True

_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
_SAMPLED_ROWS = 200  # rows whose texts determine the widths of the columns
_MIN_WIDTH, _MAX_WIDTH = 6, 60
_WORKBOOK_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def render(table: Table, out: IO[bytes]) -> None:
    """Write the workbook.

    Raises:
        UsageError: If XlsxWriter, which the extra `excel` installs, is missing.
        DatabaseError: If the table exceeds a limit of XLSX: text length, rows or columns.
    """
    table = table.flat()
    from itertools import islice
    from pathlib import Path
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped]
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_extra("XlsxWriter", "excel") from error

    # XlsxWriter writes rows to temporary files; our own folder also removes them if a row fails. The workbook is created
    # there too, since a ZipFile on a failing stream prints a second error when it is garbage-collected.
    with TemporaryDirectory(prefix="specdb-") as folder:
        path = Path(folder, "book.xlsx")
        book = Workbook(str(path), {**_WORKBOOK_OPTIONS, "tmpdir": folder})
        name = _sheet_name(table.title)
        rows = iter(table.rows)
        first = list(islice(rows, _SAMPLED_ROWS))
        sheet = _SheetWriter(book, name, [column.title for column in table.columns])
        sheet.set_widths(table, first)
        for batch in (first, rows):
            for row in batch:
                sheet.add([_cell_content(cell) for cell in row.cells])
        sheet.finish()
        if table.footnotes:
            notes = _SheetWriter(book, "Footnotes" if name.lower() != "footnotes" else "Footnotes (2)", ["No.", "Footnote"])
            notes.sheet.set_column(1, 1, _MAX_WIDTH)
            for number, footnote in enumerate(table.footnotes, 1):
                notes.add([number, footnote])
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        with path.open("rb") as file:
            copyfileobj(file, out)


class _SheetWriter:
    """Write a sheet from the top: a bold, frozen header, then rows."""

    def __init__(self, book: Any, name: str, titles: list[str]) -> None:
        if len(titles) > _MAX_COLUMNS:
            raise DatabaseError(f"{len(titles):,} columns; XLSX allows at most {_MAX_COLUMNS:,}", "write CSV instead: -f csv")
        self.sheet = book.add_worksheet(name)
        self.plain = book.add_format()
        self.titles = titles
        self.row = 0
        self.sheet.freeze_panes(1, 0)
        self._write(titles, book.add_format({"bold": True, "bottom": 1}))

    def set_widths(self, table: Table, rows: list[Row]) -> None:
        for index, column in enumerate(table.columns):
            longest = max([len(column.title) + 3, *(len(row.cells[index].text) + 1 for row in rows)])
            self.sheet.set_column(index, index, min(max(longest, _MIN_WIDTH), _MAX_WIDTH))

    def add(self, values: list[Any]) -> None:
        self.row += 1
        if self.row >= _MAX_ROWS:
            raise DatabaseError(f"more than {_MAX_ROWS - 1:,} rows, the maximum of XLSX", "write CSV instead: -f csv")
        self._write(values)

    def finish(self) -> None:
        if self.titles:
            self.sheet.autofilter(0, 0, self.row, len(self.titles) - 1)

    def _write(self, values: list[Any], cell_format: Any = None) -> None:
        for index, value in enumerate(values):
            if isinstance(value, bool):
                self.sheet.write_boolean(self.row, index, value, cell_format)
            elif isinstance(value, int | float):
                self.sheet.write_number(self.row, index, value, cell_format)
            elif value is not None and self._text(index, _remove_invalid_xml(value), cell_format) == -2:
                place = f"the cell of row {self.row + 1}, column {self.titles[index]!r}"
                problem = f"{place} has {len(value):,} characters; XLSX allows at most 32,767"
                raise DatabaseError(problem, "omit the column, or write CSV or JSON instead: -f csv")

    def _text(self, index: int, text: str, cell_format: Any) -> int:
        # XlsxWriter does not escape a string like <r>...</r>, which it reads as rich text; it does escape two runs.
        if text.startswith("<r>") and text.endswith("</r>"):
            if len(text) > 32_767:
                return -2
            return int(self.sheet.write_rich_string(self.row, index, "<", self.plain, text[1:]))
        return int(self.sheet.write_string(self.row, index, text, cell_format))


def _cell_content(cell: Cell) -> Any:
    value = plain_value(cell.value)
    if value is None:
        return cell.text if cell.state else None  # keeps unknown, not applicable and not stated distinct
    if isinstance(value, dict):
        return join_pairs(value)
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)  # numbers in XLSX are floats, which cannot hold this integer
    return value


def _remove_invalid_xml(text: str) -> str:
    """Replace characters that are invalid in XML: surrogates and the two non-characters."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" or c in "\ufffe\uffff" else c for c in text)


def _sheet_name(title: str) -> str:
    r"""Return a valid sheet name: at most 31 characters, none of []:*?/\, and no ' at either end."""
    from specdb.render.sanitize import one_line

    name = one_line(title).translate(str.maketrans("[]:*?/\\", "()-----")).strip("' ")
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip("' ")
    return name if name and name.lower() != "history" else "Table"
