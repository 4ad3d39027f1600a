"""Files to texts: plain text and Markdown as they are, HTML as its main text."""

from __future__ import annotations

import sys
from pathlib import Path

from specdb.errors import DatabaseError, Issue, ValidationError, missing_extra
from specdb.ingest.documents import MAX_TEXT_LENGTH

_HTML = (b"<!doctype html", b"<html")


def read_document(file: str) -> tuple[str, str]:
    """The text of `file` ("-" is standard input) and the SHA-256 of its bytes.

    What ends in .html or .htm, or starts as HTML does, is reduced to its main text. StoreError where it cannot be read,
    FileFaults where it is no UTF-8 text, UsageError where HTML needs the extra that is missing.
    """
    from hashlib import sha256

    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
            data = opened.read(4 * MAX_TEXT_LENGTH + 1)  # what has more bytes has more characters than a text may have
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}", "look at its name and its permissions") from error
    if len(data) > 4 * MAX_TEXT_LENGTH:
        raise ValidationError(
            file, [Issue(0, "a text of more than 64 MiB", f"a text has at most {MAX_TEXT_LENGTH:,} characters")]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValidationError(file, [Issue(line, "a byte that is not UTF-8", "save the text as UTF-8")]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValidationError(file, [Issue(line, "a NUL byte, which no text has", "save the text as UTF-8")])
    html = file.lower().endswith((".html", ".htm")) or data.lstrip()[:16].lower().startswith(_HTML)
    return (_extract_main_text(text) if html else text), sha256(data).hexdigest()


def _extract_main_text(html: str) -> str:
    """The main text of a page, as Markdown: with its headings, lists and tables."""
    try:
        from trafilatura import extract
    except ImportError as error:
        raise missing_extra("trafilatura", "extract") from error
    found = extract(html, output_format="markdown", include_tables=True, include_comments=False, favor_recall=True)
    return found or ""
