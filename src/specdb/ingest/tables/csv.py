"""CSV with any delimiter, read line by line with bounded memory."""

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
"""Maximum number of characters of a cell; a longer cell usually is an unclosed quote."""

_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the single table of the file."""
    with open_file(path) as file:
        watch(file)
        lines = read_lines(path, file, shape.encoding)
        first = next(lines, "")
        delimiter = shape.delimiter or max(_DELIMITERS, key=first.count)
        sheet = sheet_from_grid(path, "", _rows(path, chain([first], lines), delimiter), shape, ragged=True)
        if sheet:
            yield sheet


def open_text(path: Path, file: IO[bytes], encoding: str) -> TextIOWrapper:
    """Decode a file; a byte that is invalid in its encoding becomes a lone surrogate."""
    mark = file.read(2)
    file.seek(0)
    try:
        return TextIOWrapper(file, encoding or _BYTE_ORDER_MARKS.get(mark, "utf-8-sig"), errors="surrogateescape", newline="")
    except LookupError as error:
        raise file_error(path, f"unknown encoding {encoding!r}", "use a name such as utf-8, cp1252 or utf-16") from error


def read_lines(path: Path, file: IO[bytes], encoding: str) -> Iterator[str]:
    """Yield the lines of a text file with their line endings.

    Raises:
        ValidationError: A line is too long, or the file is not in its encoding.
    """
    text = open_text(path, file, encoding)
    number = 0
    try:
        while line := text.readline(MAX_LINE_LENGTH + 1):
            number += 1
            if len(line) > MAX_LINE_LENGTH:
                raise file_error(
                    path, f"a line of more than {MAX_LINE_LENGTH:,} characters", "check that the file is a table", number
                )
            yield line
    except UnicodeError as error:
        raise file_error(path, f"not {encoding or 'UTF-16'}: {error}", "save the file as UTF-8", number + 1) from error


def _rows(path: Path, lines: Iterator[str], delimiter: str) -> Numbered:
    if len(delimiter) != 1:
        raise file_error(path, f"invalid delimiter {delimiter!r}", "use one character")
    csv.field_size_limit(MAX_FIELD_LENGTH)
    number = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            yield number, row
    except csv.Error as error:
        problem = f"row {number + 1} cannot be read: {error}"
        raise file_error(path, problem, 'look for an unclosed quote " in or before that row') from error
