"""JSON: an array of records, read one at a time, or one object, which is a record or holds the array."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from specdb.ingest.tables.csv import open_text
from specdb.ingest.tables.records import find_records, sheet_from_records
from specdb.ingest.tables.sheet import MAX_LINE_LENGTH, Number, file_error, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch

MAX_OBJECT_LENGTH = 256 * 1024 * 1024
"""Characters of a file that is one object, which has to be held whole."""

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The one table of the file."""
    with open_file(path) as file:
        watch(file)
        yield sheet_from_records(path, _records(path, _TextBuffer(path, open_text(path, file, shape.encoding)), shape.records))


def find_records_path(path: Path) -> str:
    """The path to the records of a file that is one object; '' where it is a list, or a record itself."""
    with open_file(path) as file:
        text = _TextBuffer(path, open_text(path, file, ""))
        return "" if text.peek() == "[" else find_records(text.value(make_decoder(path), MAX_OBJECT_LENGTH))


def make_decoder(path: Path) -> json.JSONDecoder:
    """Reads JSON with its numbers as the texts they are; a key that stands twice is a issue."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            keys = [key for key, _ in items]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise file_error(path, f"the key {twice!r} twice in one object", "keep one of them")
        return found

    return json.JSONDecoder(parse_float=Number, parse_int=str, parse_constant=str, object_pairs_hook=pairs)


class _TextBuffer:
    """A text that grows at its end as more of it is wanted, and forgets its beginning."""

    def __init__(self, path: Path, text: TextIOWrapper) -> None:
        self.path = path
        self.text = text
        self.held = ""
        self.at = 0
        self.line = 1
        self.ended = False
        self.grow()

    def grow(self) -> None:
        """Adds as much again as is held, at least a chunk."""
        self.line += self.held.count("\n", 0, self.at)
        kept = self.held[self.at :]
        try:
            more = self.text.read(max(_CHUNK, len(kept)))
        except UnicodeError as error:
            raise file_error(self.path, f"not UTF-16: {error}", "save the file as UTF-8", self.line) from error
        self.ended = not more
        self.held, self.at = kept + more, 0

    def peek(self) -> str:
        """The next character that is no space; '' at the end."""
        while True:
            found = _SPACE.match(self.held, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.held):
                return self.held[self.at]
            if self.ended:
                return ""
            self.grow()

    def value(self, reader: json.JSONDecoder, longest: int) -> Any:
        """The value that starts here."""
        while True:
            try:
                value, end = reader.raw_decode(self.held, self.at)
            except json.JSONDecodeError as error:
                if self.ended or len(self.held) - self.at > longest:
                    self.refuse(error.msg, error.lineno - 1)
                self.grow()
            except RecursionError:
                self.refuse("objects nested without end")
            else:
                if end < len(self.held) or self.ended:
                    self.at = end
                    return value
                self.grow()

    def refuse(self, problem: str, lines: int = 0) -> NoReturn:
        """Raises what is wrong, with its line."""
        line = self.line + (lines or self.held.count("\n", 0, self.at))
        raise file_error(self.path, f"not JSON: {problem}", "hint the line or the one before", line)


def _records(path: Path, text: _TextBuffer, records: str) -> Iterator[Any]:
    """The records, one at a time where the file is an array."""
    reader = make_decoder(path)
    if text.peek() != "[" or records:
        whole = text.value(reader, MAX_OBJECT_LENGTH)
        if text.peek():
            text.refuse("something after the end")
        yield from _records_at(path, whole, records)
        return
    text.at += 1
    while text.peek() != "]":
        yield text.value(reader, MAX_LINE_LENGTH)
        if text.peek() == ",":
            text.at += 1
            if text.peek() == "]":
                text.refuse("a comma before ]")
        elif text.peek() != "]":
            text.refuse("neither a comma nor ] after a record")
    text.at += 1
    if text.peek():
        text.refuse("something after the end")


def _records_at(path: Path, value: Any, records: str) -> Iterator[Any]:
    """The records of an object: itself, or what stands at the path `records`, a list or a mapping by key."""
    for key in filter(None, records.split(".")):
        if not isinstance(value, dict) or key not in value:
            raise file_error(path, f"there is no {records!r} in it", "hint records: in the mapping, or leave it out")
        value = value[key]
    if isinstance(value, list):
        yield from value
    elif records and isinstance(value, dict):
        for key, item in value.items():
            yield {"key": key, **item} if isinstance(item, dict) else item
    else:
        yield value
