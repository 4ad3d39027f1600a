"""Spreadsheets: the sheets of an XLSX file, read as a stream."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from specdb.errors import missing_extra
from specdb.figures import unit_registry
from specdb.ingest.tables.sheet import Number, cell_text, file_error, open_file, sheet_from_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Numbered, Shape, Sheet, Watch

MAX_UNPACKED_SIZE = 256 * 1024**2
"""Of all that the file unpacks to; its sheets are streamed."""

MAX_PART_SIZE = 64 * 1024**2
"""Bytes of one part that is held whole: the texts that cells share, styles."""

MAX_COMPRESSION = 100
"""That a part may be larger than it is packed, if it is large: text packs ten times smaller, a bomb a thousand."""

_MONEY = re.compile(r"\[\$([€$£¥₩₹]|[A-Z]{3})[-\]]|([€$£¥₩₹])")
_QUOTED = re.compile(r'[0#?](?:\\? )?"([^"]{1,16})"')

_SMALL_PART = 4 * 1024**2
_MAX_CELLS = 100_000_000


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The sheets that have rows, in their order."""
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
                page.reset_dimensions()  # what a file says of its size need not be so
                sheet = sheet_from_grid(path, page.title, _rows(path, page), shape)
                if sheet:
                    yield sheet
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
            raise file_error(
                path, f"not a spreadsheet that can be read: {error}", "save it again as XLSX, or as CSV"
            ) from error


def _check_archive(path: Path, file: Any) -> None:
    """Refuses what is no ZIP, and one that unpacks to more than a spreadsheet would."""
    try:
        parts = ZipFile(file).infolist()
    except (BadZipFile, ValueError) as error:
        raise file_error(path, "not an XLSX file", "save it as XLSX, or say --from with its format") from error
    bomb = next((part for part in parts if part.file_size > max(_SMALL_PART, MAX_COMPRESSION * part.compress_size)), None)
    if bomb:
        problem = f"{bomb.filename} unpacks from {bomb.compress_size:,} to {bomb.file_size:,} bytes"
        raise file_error(path, problem, f"at most {MAX_COMPRESSION} times as much; save the table as CSV")
    for part in parts:
        if part.file_size > MAX_PART_SIZE and not part.filename.startswith("xl/worksheets/"):
            raise file_error(path, f"{part.filename} has {part.file_size:,} bytes", "save the table as CSV")
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_SIZE:
        raise file_error(path, f"it unpacks to {total:,} bytes", f"at most {MAX_UNPACKED_SIZE:,}; save the table as CSV")
    file.seek(0)


def _rows(path: Path, page: Any) -> Numbered:
    cells = 0
    for number, row in enumerate(page.iter_rows(), 1):
        cells += len(row)
        if cells > _MAX_CELLS:
            raise file_error(path, f"more than {_MAX_CELLS:,} cells, most of them empty", "save the table as CSV")
        yield number, [_cell_text(cell) for cell in row]


def _cell_text(cell: Any) -> str:
    """A cell as it is read: a number that is shown in per cent, in a currency or with a unit keeps its sign."""
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
    """The currency or the unit that a number's format shows: € of '#,##0.00 [$€-407]', kg of '0.0" kg"'; '' for none."""
    shown = form.partition(";")[0]
    money = _MONEY.search(shown)
    if money:
        return money[1] or money[2]
    quoted = _QUOTED.search(shown)
    return quoted[1].strip() if quoted and unit_registry.is_listed_unit(quoted[1].strip()) else ""
