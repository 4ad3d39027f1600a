"""Import third-party tables: one module per file format, each yielding `sheet.Sheet` objects.

The module of a format has a function `sheets(path, shape, watch)` that yields the tables of a file, to be read in order;
`watch` is called with the open file so that a progress bar can ask for its position.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from specdb.errors import UnknownKeyError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch

FORMATS: dict[str, str] = {
    "csv": "specdb.ingest.tables.csv",
    "tsv": "specdb.ingest.tables.tsv",
    "xlsx": "specdb.ingest.tables.xlsx",
    "json": "specdb.ingest.tables.json",
    "jsonl": "specdb.ingest.tables.jsonl",
    "parquet": "specdb.ingest.tables.parquet",
    "html": "specdb.ingest.tables.html",
}
"""The module of each table format, imported on first use; yaml is the native format (native.py)."""

FORMAT_NAMES = (*FORMATS, "yaml")
_SUFFIXES = {"htm": "html", "yml": "yaml", "ndjson": "jsonl", "tab": "tsv", "xlsm": "xlsx", "xhtml": "html", "pq": "parquet"}


def detect_format(path: Path, format: str = "") -> str:
    """Return the format of a file.

    Args:
        path: The file.
        format: The format that the user named; '' to use the file's suffix.

    Raises:
        UnknownKeyError: The named format is unknown.
        UsageError: The suffix is unknown.
    """
    if format:
        if format not in FORMAT_NAMES:
            raise UnknownKeyError(
                f"unknown format {format!r}", nearest(format, FORMAT_NAMES) or f"formats are {', '.join(FORMAT_NAMES)}"
            )
        return format
    ending = path.suffix.lower().removeprefix(".")
    detected = _SUFFIXES.get(ending, ending)
    if detected not in FORMAT_NAMES:
        raise UsageError(f"unknown file suffix of {path}", f"add --from with one of {', '.join(FORMAT_NAMES)}")
    return detected


def read_sheets(path: Path, format: str, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the tables of a file.

    Raises:
        ValidationError: The file is not valid in its format.
        DatabaseError: The file cannot be read.
    """
    sheets: Iterator[Sheet] = import_module(FORMATS[format]).sheets(path, shape, watch)
    return sheets
