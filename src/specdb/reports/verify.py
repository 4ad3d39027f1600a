"""Verify the quotations of a source: is its text unchanged, and is every figure in the line of its locator?"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

from specdb.database import metadata
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import DatabaseError, Issue, ValidationError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.database.view import View

MAX_LINE_BYTES = 1 << 20
"""Maximum length of a line of a source in bytes; a file is read in portions of this size."""

MAX_BYTES = 1 << 26
"""Maximum size of a text in bytes."""

_LOCATOR = re.compile(r"lines? ([0-9]{1,7}(?:, ?[0-9]{1,7})*)")


class Quotation(NamedTuple):
    """A figure or claim of a source that the database quotes.

    Attributes:
        product: Slug of the product.
        subject: The attribute with its qualifiers, or "claim".
        printed: The figure or words as printed.
        locator: Where it is printed.
    """

    product: str
    subject: str
    printed: str
    locator: str

    @property
    def lines(self) -> list[int]:
        """The 1-based numbers of the lines that the locator names; text after them is a remark."""
        found = _LOCATOR.match(self.locator)
        return [int(number) for number in found[1].split(",")] if found else []


def verify(view: View, name: str, path: Path) -> Table:
    """Return the quotations of a source that are not found in its text. The text is read with bounded memory.

    Args:
        view: The view to read from.
        name: Name of the source.
        path: File with the text of the source.

    Returns:
        One row for each quotation that is not found, and one if the SHA-256 differs. The remark has the counts.

    Raises:
        DatabaseError: If the file cannot be read.
        ValidationError: If the file is not UTF-8 text, is too large or has too long lines.
    """
    source = view.source(name)
    quotations = [
        *(
            Quotation(product, formatting.format_label(key, bound), printed, locator)
            for product, key, bound, printed, locator in metadata.quoted(view, source.id)
        ),
        *(Quotation(product, "claim", printed, locator) for product, printed, locator in metadata.claimed(view, source.id)),
    ]
    lines, digest = _read_text(path, {line for quotation in quotations for line in quotation.lines})
    is_same_text = digest == source.sha256
    rows = [] if is_same_text else [_row("", "SHA-256", digest, "", f"the source has {source.sha256 or 'none'}")]
    wrong = [(quotation, problem) for quotation in quotations if (problem := _find_problem(quotation, lines))]
    rows += [_row(*quotation, problem) for quotation, problem in wrong]
    columns = [Column(key, key) for key in ("product", "what", "printed", "locator", "problem")]
    count = f"{len(quotations) - len(wrong)} of {len(quotations)} quotations were found where their locators say"
    same = "the text has the SHA-256 of the source" if is_same_text else "the text differs from the source: another SHA-256"
    return Table(columns, rows, remarks=[f"{source.slug}: {count}; {same}"])


def _row(*texts: str) -> Row:
    return Row(tuple(Cell(text, text or None) for text in texts))


def _read_text(path: Path, wanted: set[int]) -> tuple[dict[int, str], str]:
    """Return the wanted lines of a text by number, and the SHA-256 of the file."""
    from hashlib import file_digest

    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ValidationError(str(path), [Issue(0, f"a text of {size:,} bytes", f"the maximum is {MAX_BYTES:,}")])
        with path.open("rb") as file:
            lines = dict(_read_lines(file, wanted, path))
            file.seek(0)
            return lines, file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DatabaseError(f"cannot read {path}: {error.strerror}", "check its name and permissions") from error


def _read_lines(file: IO[bytes], wanted: set[int], path: Path) -> Iterator[tuple[int, str]]:
    """Yield the wanted lines with their 1-based numbers; lines after the last wanted line are not read."""
    from unicodedata import normalize

    for number in range(1, max(wanted, default=1) + 1):
        line = file.readline(MAX_LINE_BYTES)
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            raise ValidationError(str(path), [Issue(number, f"a line of more than {MAX_LINE_BYTES:,} bytes", "is it a text?")])
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValidationError(str(path), [Issue(number, "invalid UTF-8", "save the file as UTF-8")]) from error
        if "\0" in text:  # UTF-16 without a byte-order mark, or a binary file
            raise ValidationError(
                str(path), [Issue(number, "a NUL byte, which is invalid in a text", "save the text as UTF-8")]
            )
        if not line:
            return
        if number in wanted:
            yield number, normalize("NFC", text)


def _find_problem(quotation: Quotation, lines: dict[int, str]) -> str:
    """Return why a quotation is not found, '' if it is found."""
    if not quotation.lines:
        return "the locator names no line"
    for number in quotation.lines:
        if number not in lines:
            return f"the text has no line {number}"
        if not _contains(lines[number], quotation.printed):
            return f"not in line {number}"
    return ""


def _contains(line: str, printed: str) -> bool:
    """Return whether a line contains a printed figure that is not part of a longer number."""
    before = "(?<![0-9])(?<![0-9][.,])" if printed[:1].isdigit() else ""
    after = "(?![0-9]|[.,][0-9])" if printed[-1:].isdigit() else ""
    return bool(re.search(f"{before}{re.escape(printed)}{after}", line))
