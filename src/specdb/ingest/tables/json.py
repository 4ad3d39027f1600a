"""JSON: an array of records, read one at a time, or one object that is a record or contains the array."""

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
"""Maximum number of characters of a file with one object, which is read into memory."""

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the single table of the file."""
    with open_file(path) as file:
        watch(file)
        yield sheet_from_records(path, _records(path, _TextBuffer(path, open_text(path, file, shape.encoding)), shape.records))


def find_records_path(path: Path) -> str:
    """Return the path to the records in a file with one object; '' if the file is a list or the object is a record."""
    with open_file(path) as file:
        text = _TextBuffer(path, open_text(path, file, ""))
        return "" if text.peek() == "[" else find_records(text.value(make_decoder(path), MAX_OBJECT_LENGTH))


def make_decoder(path: Path) -> json.JSONDecoder:
    """Return a decoder that keeps numbers as texts and rejects duplicate keys."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        decoded = dict(items)
        if len(decoded) < len(items):
            keys = [key for key, _ in items]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise file_error(path, f"duplicate key {twice!r} in an object", "keep one of them")
        return decoded

    return json.JSONDecoder(parse_float=Number, parse_int=str, parse_constant=str, object_pairs_hook=pairs)


class _TextBuffer:
    """A buffer over a text stream that reads more at its end when needed and drops what was consumed."""

    def __init__(self, path: Path, text: TextIOWrapper) -> None:
        self.path = path
        self.text = text
        self.held = ""
        self.at = 0
        self.line = 1
        self.ended = False
        self.grow()

    def grow(self) -> None:
        """Read as much again as is buffered, at least a chunk."""
        self.line += self.held.count("\n", 0, self.at)
        kept = self.held[self.at :]
        try:
            more = self.text.read(max(_CHUNK, len(kept)))
        except UnicodeError as error:
            raise file_error(self.path, f"not UTF-16: {error}", "save the file as UTF-8", self.line) from error
        self.ended = not more
        self.held, self.at = kept + more, 0

    def peek(self) -> str:
        """Return the next character that is not whitespace; '' at the end."""
        while True:
            space = _SPACE.match(self.held, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.held):
                return self.held[self.at]
            if self.ended:
                return ""
            self.grow()

    def value(self, reader: json.JSONDecoder, longest: int) -> Any:
        """Decode the value at the current position; `longest` is its maximum number of characters."""
        while True:
            try:
                value, end = reader.raw_decode(self.held, self.at)
            except json.JSONDecodeError as error:
                if self.ended or len(self.held) - self.at > longest:
                    self.refuse(error.msg, error.lineno - 1)
                self.grow()
            except RecursionError:
                self.refuse("objects are nested too deeply")
            else:
                if end < len(self.held) or self.ended:
                    self.at = end
                    return value
                self.grow()

    def refuse(self, problem: str, lines: int = 0) -> NoReturn:
        """Raise an error with the current line."""
        line = self.line + (lines or self.held.count("\n", 0, self.at))
        raise file_error(self.path, f"not JSON: {problem}", "correct that line or the previous line", line)


def _records(path: Path, text: _TextBuffer, records: str) -> Iterator[Any]:
    """Yield the records, one at a time if the file is an array."""
    reader = make_decoder(path)
    if text.peek() != "[" or records:
        whole = text.value(reader, MAX_OBJECT_LENGTH)
        if text.peek():
            text.refuse("unexpected text after the end")
        yield from _records_at(path, whole, records)
        return
    text.at += 1
    while text.peek() != "]":
        yield text.value(reader, MAX_LINE_LENGTH)
        if text.peek() == ",":
            text.at += 1
            if text.peek() == "]":
                text.refuse("a comma precedes ]")
        elif text.peek() != "]":
            text.refuse("expected a comma or ] after a record")
    text.at += 1
    if text.peek():
        text.refuse("unexpected text after the end")


def _records_at(path: Path, value: Any, records: str) -> Iterator[Any]:
    """Yield the records at the path `records`, which leads to a list or to a mapping by key; '' is the value itself."""
    for key in filter(None, records.split(".")):
        if not isinstance(value, dict) or key not in value:
            raise file_error(path, f"the file has no {records!r}", "correct records: in the mapping, or remove it")
        value = value[key]
    if isinstance(value, list):
        yield from value
    elif records and isinstance(value, dict):
        for key, item in value.items():
            yield {"key": key, **item} if isinstance(item, dict) else item
    else:
        yield value
