"""Comma-separated values, whatever the delimiter: a line at a time, each of bounded length."""

from __future__ import annotations

import codecs
import csv
from io import TextIOWrapper
from itertools import chain
from typing import IO, TYPE_CHECKING

from specdb.ingest.tables.sheet import LONGEST_LINE, issue, of_grid, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Numbered, Shape, Sheet, Watch

LONGEST_FIELD = 1024 * 1024
"""Characters of a cell; a longer one is most often a quote that is never closed."""

_DELIMITERS = ",;\t|"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The one table of the file."""
    with opened(path) as file:
        watch(file)
        lines = text_lines(path, file, shape.encoding)
        first = next(lines, "")
        delimiter = shape.delimiter or max(_DELIMITERS, key=first.count)
        sheet = of_grid(path, "", _rows(path, chain([first], lines), delimiter), shape, ragged=True)
        if sheet:
            yield sheet


def text_of_file(path: Path, file: IO[bytes], encoding: str) -> TextIOWrapper:
    """The text of a file; a byte that is not of its encoding becomes a lone surrogate."""
    mark = file.read(2)
    file.seek(0)
    try:
        return TextIOWrapper(file, encoding or _MARKS.get(mark, "utf-8-sig"), errors="surrogateescape", newline="")
    except LookupError as error:
        raise issue(path, f"the encoding {encoding!r}", "name one such as utf-8, cp1252 or utf-16") from error


def text_lines(path: Path, file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a text file with their ends; FileFaults for one too long to be held."""
    text = text_of_file(path, file, encoding)
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise issue(path, f"a line of more than {LONGEST_LINE:,} characters", "is it a table?", number)
            yield line
    except UnicodeError as error:
        raise issue(path, f"not {encoding or 'UTF-16'}: {error}", "save the file as UTF-8", number + 1) from error


def _rows(path: Path, lines: Iterator[str], delimiter: str) -> Numbered:
    if len(delimiter) != 1:
        raise issue(path, f"the delimiter {delimiter!r}", "write one character")
    csv.field_size_limit(LONGEST_FIELD)
    number = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            yield number, row
    except csv.Error as error:
        problem = f"row {number + 1} cannot be read: {error}"
        raise issue(path, problem, 'look for a quote " that is not closed, before or in that row') from error
