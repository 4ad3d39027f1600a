"""Comma-separated values, whatever the delimiter: a line at a time, each of bounded length."""

from __future__ import annotations

import codecs
import csv
from io import TextIOWrapper
from itertools import chain
from typing import IO, TYPE_CHECKING

from specdb.ingest.tables.sheet import MAX_LINE_LENGTH, file_error, open_file, sheet_from_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Numbered, Shape, Sheet, Watch

MAX_FIELD_LENGTH = 1024 * 1024
"""Characters of a cell; a longer one is most often a quote that is never closed."""

_DELIMITERS = ",;\t|"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The one table of the file."""
    with open_file(path) as file:
        watch(file)
        lines = read_lines(path, file, shape.encoding)
        first = next(lines, "")
        delimiter = shape.delimiter or max(_DELIMITERS, key=first.count)
        sheet = sheet_from_grid(path, "", _rows(path, chain([first], lines), delimiter), shape, ragged=True)
        if sheet:
            yield sheet


def open_text(path: Path, file: IO[bytes], encoding: str) -> TextIOWrapper:
    """The text of a file; a byte that is not of its encoding becomes a lone surrogate."""
    mark = file.read(2)
    file.seek(0)
    try:
        return TextIOWrapper(file, encoding or _MARKS.get(mark, "utf-8-sig"), errors="surrogateescape", newline="")
    except LookupError as error:
        raise file_error(path, f"the encoding {encoding!r}", "name one such as utf-8, cp1252 or utf-16") from error


def read_lines(path: Path, file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a text file with their ends; FileFaults for one too long to be held."""
    text = open_text(path, file, encoding)
    number = 0
    try:
        while line := text.readline(MAX_LINE_LENGTH + 1):
            number += 1
            if len(line) > MAX_LINE_LENGTH:
                raise file_error(path, f"a line of more than {MAX_LINE_LENGTH:,} characters", "is it a table?", number)
            yield line
    except UnicodeError as error:
        raise file_error(path, f"not {encoding or 'UTF-16'}: {error}", "save the file as UTF-8", number + 1) from error


def _rows(path: Path, lines: Iterator[str], delimiter: str) -> Numbered:
    if len(delimiter) != 1:
        raise file_error(path, f"the delimiter {delimiter!r}", "write one character")
    csv.field_size_limit(MAX_FIELD_LENGTH)
    number = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            yield number, row
    except csv.Error as error:
        problem = f"row {number + 1} cannot be read: {error}"
        raise file_error(path, problem, 'look for a quote " that is not closed, before or in that row') from error
