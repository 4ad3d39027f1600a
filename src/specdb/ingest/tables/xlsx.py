"""Excel workbooks: the sheets of an XLSX file, read as a stream."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from specdb.errors import missing_extra
from specdb.figures import unit_registry
from specdb.figures.vocabulary import CURRENCY_SIGNS
from specdb.ingest.tables.sheet import Number, cell_text, file_error, open_file, sheet_from_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Numbered, Shape, Sheet, Watch

MAX_UNPACKED_SIZE = 256 * 1024**2
"""Maximum number of unpacked bytes of a file; its sheets are streamed."""

MAX_PART_SIZE = 64 * 1024**2
"""Maximum number of bytes of a part that is kept in memory: shared strings, styles."""

MAX_COMPRESSION = 100
"""Maximum compression ratio of a large part: text has about 10, a ZIP bomb about 1,000."""

_MONEY = re.compile(rf"\[\$([{CURRENCY_SIGNS}]|[A-Z]{{3}})[-\]]|([{CURRENCY_SIGNS}])")
_QUOTED = re.compile(r'[0#?](?:\\? )?"([^"]{1,16})"')

_SMALL_PART = 4 * 1024**2
_MAX_CELLS = 100_000_000


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the sheets that have rows, in their order."""
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise missing_extra("openpyxl", "tables") from error
    with open_file(path) as file:
        watch(file)
        _check_archive(path, file)
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for page in book.worksheets:
                page.reset_dimensions()  # the declared size of a sheet may be wrong
                sheet = sheet_from_grid(path, page.title, _rows(path, page), shape)
                if sheet:
                    yield sheet
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
            raise file_error(path, f"cannot read the spreadsheet: {error}", "save it again as XLSX or CSV") from error


def _check_archive(path: Path, file: Any) -> None:
    """Reject a file that is not a ZIP archive, or that unpacks to more than a spreadsheet would."""
    try:
        members = ZipFile(file).infolist()
    except (BadZipFile, ValueError) as error:
        raise file_error(path, "not an XLSX file", "save it as XLSX, or name its format with --from") from error
    bomb = next(
        (member for member in members if member.file_size > max(_SMALL_PART, MAX_COMPRESSION * member.compress_size)), None
    )
    if bomb:
        problem = f"{bomb.filename} unpacks from {bomb.compress_size:,} to {bomb.file_size:,} bytes"
        raise file_error(path, problem, f"the maximum ratio is {MAX_COMPRESSION}: save the table as CSV")
    for member in members:
        if member.file_size > MAX_PART_SIZE and not member.filename.startswith("xl/worksheets/"):
            raise file_error(path, f"{member.filename} has {member.file_size:,} bytes", "save the table as CSV")
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED_SIZE:
        raise file_error(
            path, f"the file unpacks to {total:,} bytes", f"the maximum is {MAX_UNPACKED_SIZE:,}: save the table as CSV"
        )
    file.seek(0)


def _rows(path: Path, page: Any) -> Numbered:
    cells = 0
    for number, row in enumerate(page.iter_rows(), 1):
        cells += len(row)
        if cells > _MAX_CELLS:
            raise file_error(path, f"more than {_MAX_CELLS:,} cells, most of them empty", "save the table as CSV")
        yield number, [_cell_text(cell) for cell in row]


def _cell_text(cell: Any) -> str:
    """Return the text of a cell; a number displayed as a percentage, in a currency or with a unit keeps that unit."""
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool):
        form = cell.number_format or ""
        if "%" in form:
            return Number(f"{(Decimal(repr(value)) * 100).normalize():f}%")
        unit = _displayed_unit(form) if form != "General" else ""
        if unit:
            return Number(f"{cell_text(value)} {unit}")
    return cell_text(value)


@cache
def _displayed_unit(form: str) -> str:
    """Return the currency or unit in a number format: € of '#,##0.00 [$€-407]', kg of '0.0" kg"'; '' for none."""
    shown = form.partition(";")[0]
    money = _MONEY.search(shown)
    if money:
        return money[1] or money[2]
    quoted = _QUOTED.search(shown)
    return quoted[1].strip() if quoted and unit_registry.is_listed_unit(quoted[1].strip()) else ""
