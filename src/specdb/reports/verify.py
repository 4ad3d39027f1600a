"""A source's text held against the database: is it that text, and does every figure stand where its locator says?"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

from specdb.database import metadata
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import DatabaseError, Issue, ValidationError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

    from specdb.database.view import View

LONGEST_LINE = 1 << 20
"""A line of a source may have this many bytes; a file is read in portions of that size."""

LARGEST = 1 << 26
"""A text may have this many bytes."""

_LOCATOR = re.compile(r"lines? ([0-9]{1,7}(?:, ?[0-9]{1,7})*)")


class Place(NamedTuple):
    """Where something is said to stand: whose it is, what of it, the token as printed and the locator."""

    product: str
    subject: str
    printed: str
    locator: str

    @property
    def lines(self) -> list[int]:
        """The numbers of the lines that the locator names; what stands after them is a remark."""
        found = _LOCATOR.match(self.locator)
        return [int(number) for number in found[1].split(",")] if found else []


def verify(view: View, name: str, path: Path) -> Table:
    """What does not stand in the text at `path` as the source of this name is quoted, one a row; none if all does.

    The text is read in bounded memory. StoreError where it cannot be read, FileFaults where it is not UTF-8, has lines
    without end or is too large.
    """
    source = view.source(name)
    places = [
        *(
            Place(product, formatting.format_label(key, bound), printed, locator)
            for product, key, bound, printed, locator in metadata.quoted(view, source.id)
        ),
        *(Place(product, "claim", printed, locator) for product, printed, locator in metadata.claimed(view, source.id)),
    ]
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ValidationError(str(path), [Issue(0, f"a text of {size:,} bytes", f"a text has at most {LARGEST:,}")])
        with path.open("rb") as file:
            lines = dict(_lines(file, {line for place in places for line in place.lines}, path))
            file.seek(0)
            digest = _digest(file)
    except OSError as error:
        raise DatabaseError(f"{path} cannot be read: {error.strerror}", "look at its name and its permissions") from error
    rows = [_row("", "SHA-256", digest, "", f"the source has {source.sha256 or 'none'}")] if digest != source.sha256 else []
    wrong = [(place, problem) for place in places if (problem := _problem(place, lines))]
    rows += [_row(place.product, place.subject, place.printed, place.locator, problem) for place, problem in wrong]
    columns = [Column(key, key) for key in ("product", "what", "printed", "locator", "problem")]
    count = f"{len(places) - len(wrong)} of {len(places)} printed figures and words stand where they should"
    same = "the text has the source's SHA-256" if digest == source.sha256 else "the text is not the source's: another SHA-256"
    return Table(columns, rows, remarks=[f"{source.slug}: {count}; {same}"])


def _row(*texts: str) -> Row:
    return Row(tuple(Cell(text, text or None) for text in texts))


def _digest(file: BufferedReader) -> str:
    from hashlib import file_digest

    return file_digest(file, "sha256").hexdigest()


def _lines(file: IO[bytes], wanted: set[int], path: Path) -> Iterator[tuple[int, str]]:
    """The wanted lines of a text, by their 1-based numbers; what follows the last of them is not read."""
    from unicodedata import normalize

    for number in range(1, max(wanted, default=1) + 1):
        line = file.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise ValidationError(str(path), [Issue(number, f"a line of more than {LONGEST_LINE:,} bytes", "is it a text?")])
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValidationError(str(path), [Issue(number, "a byte that is not UTF-8", "save the text as UTF-8")]) from error
        if "\0" in text:  # UTF-16 without its mark, or no text at all
            raise ValidationError(str(path), [Issue(number, "a NUL byte, which no text has", "save the text as UTF-8")])
        if not line:
            return
        if number in wanted:
            yield number, normalize("NFC", text)


def _problem(place: Place, lines: dict[int, str]) -> str:
    """Why a place does not hold, '' if it does."""
    if not place.lines:
        return "the locator names no line"
    for number in place.lines:
        if number not in lines:
            return f"the text has no line {number}"
        if not _stands(place.printed, lines[number]):
            return f"not in line {number}"
    return ""


def _stands(printed: str, line: str) -> bool:
    """Whether a line has what was printed, and not as a part of a longer number."""
    before = "(?<![0-9])(?<![0-9][.,])" if printed[:1].isdigit() else ""
    after = "(?![0-9]|[.,][0-9])" if printed[-1:].isdigit() else ""
    return bool(re.search(f"{before}{re.escape(printed)}{after}", line))
