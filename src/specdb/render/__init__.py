"""Render a Table in one of the output formats, to a file, to stdout or as text.

A format is one module with `render(table, out)` and one line in FORMATS. A module may also define

    BINARY = True          `out` accepts bytes instead of text
    embed(table, out)      the output of `to_text`, if it differs from a complete document
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specdb.domain.table import Table

FORMATS: dict[str, str] = {
    "table": "specdb.render.terminal",
    "tsv": "specdb.render.tsv",
    "csv": "specdb.render.csv",
    "json": "specdb.render.json",
    "jsonl": "specdb.render.jsonl",
    "markdown": "specdb.render.markdown",
    "html": "specdb.render.html",
    "xlsx": "specdb.render.xlsx",
}

"""Each output format with its module."""

STDOUT = (None, "-", "/dev/stdout")
"""The names of standard output."""


def default_format(output: str | None = None) -> str:
    """Return the format to use if none is given.

    Args:
        output: The file to write, None or '-' for standard output.

    Returns:
        The format of the file extension if it is known; `table` for a terminal; otherwise `tsv`.
    """
    if output not in STDOUT:
        extension = output.rpartition(".")[2].lower()
        known = extension if extension in FORMATS else "tsv"
        return {"md": "markdown", "htm": "html", "ndjson": "jsonl"}.get(extension, known)
    import sys

    return "table" if sys.stdout and sys.stdout.isatty() else "tsv"


def to_text(table: Table, format: str) -> str:
    """Return a table as text without colours; html is a fragment for a page.

    Raises:
        UnknownKeyError: If the format is not in FORMATS.
        UsageError: If the format is binary.
    """
    from io import StringIO

    module = _load(format)
    if getattr(module, "BINARY", False):
        from specdb.errors import UsageError

        raise UsageError(f"{format} is a binary format", f"write it to a file: write(table, {format!r}, 'FILE.{format}')")
    out = StringIO()
    getattr(module, "embed", module.render)(table, out)
    return out.getvalue()


def write(table: Table, format: str, output: str | None = None) -> None:
    """Write a table to a file or to stdout.

    A file is written completely or not at all: if writing fails, an existing file stays as it was.

    Args:
        table: The table to write; a table that streams from the database is read once.
        format: A key of FORMATS.
        output: The file; None or '-' for stdout.

    Raises:
        UnknownKeyError: If the format is not in FORMATS.
        UsageError: If a binary format would be written to a terminal.
        DatabaseError: If the file cannot be written.
        BrokenPipeError: If the reader of stdout has closed it; the caller ends quietly (see output.abandon_stdout).
    """
    from specdb.render import output as render_output

    module = _load(format)
    binary = getattr(module, "BINARY", False)

    def write_content(out: Any) -> None:
        module.render(table, out)

    if output in STDOUT:
        render_output.to_stdout(write_content, binary=binary, format=format)
    else:
        render_output.to_file(output, write_content, binary=binary)


def _load(format: str) -> Any:
    path = FORMATS.get(format)
    if path is None:
        from specdb.errors import UnknownKeyError, nearest

        hint = nearest(format, FORMATS) or f"use {', '.join(FORMATS)}"
        raise UnknownKeyError(f"unknown format {format!r}", hint)
    return import_module(path)
