"""Tables that somebody else wrote: one short module a format, all of them giving `sheet.Sheet`s.

A module has `sheets(path, shape, watch)`: the tables of the file one after another, to be read in that order. `watch` is
called with the opened file, for whoever wants to know how far it has been read.
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
"""Each format with its module, loaded only when it is asked for; yaml, our own form, is no table (own.py)."""

FORMAT_NAMES = (*FORMATS, "yaml")
_SUFFIXES = {"htm": "html", "yml": "yaml", "ndjson": "jsonl", "tab": "tsv", "xlsm": "xlsx", "xhtml": "html", "pq": "parquet"}


def detect_format(path: Path, given: str = "") -> str:
    """The format that was asked for (`given`), else what the file's ending says; UnknownKey or UsageError where none is."""
    if given:
        if given not in FORMAT_NAMES:
            raise UnknownKeyError(
                f"no format {given!r}", nearest(given, FORMAT_NAMES) or f"formats are {', '.join(FORMAT_NAMES)}"
            )
        return given
    ending = path.suffix.lower().removeprefix(".")
    found = _SUFFIXES.get(ending, ending)
    if found not in FORMAT_NAMES:
        raise UsageError(f"the ending of {path} tells no format", f"say --from with one of {', '.join(FORMAT_NAMES)}")
    return found


def read_sheets(path: Path, format: str, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The tables of the file, read as `shape` says; FileFaults or StoreError where the file is not what it should be."""
    found: Iterator[Sheet] = import_module(FORMATS[format]).sheets(path, shape, watch)
    return found
