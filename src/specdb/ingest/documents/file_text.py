"""Read the text of files: plain text and Markdown unchanged, HTML reduced to its main text."""

from __future__ import annotations

import sys
from pathlib import Path

from specdb.errors import DatabaseError, Issue, ValidationError, missing_extra
from specdb.ingest.documents.extraction import MAX_TEXT_LENGTH

_HTML = (b"<!doctype html", b"<html")


def read_document(file: str) -> tuple[str, str]:
    """Return the text of a file and the SHA-256 of its bytes.

    A file that ends in .html or .htm, or that starts as HTML does, is reduced to its main text.

    Args:
        file: The path of the file, "-" for standard input.

    Raises:
        DatabaseError: The file cannot be read.
        ValidationError: The file is too long or is not UTF-8 text.
        UsageError: The extra for HTML is not installed.
    """
    from hashlib import sha256

    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
            data = opened.read(4 * MAX_TEXT_LENGTH + 1)  # UTF-8 has at most 4 bytes per character
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}", "check its name and permissions") from error
    if len(data) > 4 * MAX_TEXT_LENGTH:
        raise ValidationError(
            file, [Issue(0, "the text is larger than 64 MiB", f"split it into files of at most {MAX_TEXT_LENGTH:,} characters")]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValidationError(file, [Issue(line, "invalid UTF-8", "save the file as UTF-8")]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValidationError(file, [Issue(line, "a NUL byte, which is not valid in a text", "save the text as UTF-8")])
    html = file.lower().endswith((".html", ".htm")) or data.lstrip()[:16].lower().startswith(_HTML)
    return (_extract_main_text(text) if html else text), sha256(data).hexdigest()


def _extract_main_text(html: str) -> str:
    """Return the main text of a page as Markdown, with its headings, lists and tables."""
    try:
        from trafilatura import extract
    except ImportError as error:
        raise missing_extra("trafilatura", "extract") from error
    main_text = extract(html, output_format="markdown", include_tables=True, include_comments=False, favor_recall=True)
    return main_text or ""
