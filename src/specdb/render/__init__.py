"""Every way out of specdb: a Table rendered in one of the formats, to a file, to stdout or as text.

A format is one module with `render(table, out)` and one line in FORMATS. A module may also offer

    BINARY = True          `out` takes bytes, not text
    embed(table, out)      what `to_text` yields where that differs from the whole document
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

STDOUT = (None, "-", "/dev/stdout")


def default_format(output: str | None = None) -> str:
    """The format where none was asked for: what the ending of `output` says, a table on a terminal, else tsv."""
    if output not in STDOUT:
        ending = output.rpartition(".")[2].lower()
        return {"md": "markdown", "htm": "html", "ndjson": "jsonl"}.get(ending, ending if ending in FORMATS else "tsv")
    import sys

    return "table" if sys.stdout and sys.stdout.isatty() else "tsv"


def to_text(table: Table, format: str) -> str:
    """The table as text, without colours; html is a fragment to put into a page.

    Raises UnknownKey for a format that is not in FORMATS, UsageError for one that is not text.
    """
    from io import StringIO

    module = _load(format)
    if getattr(module, "BINARY", False):
        from specdb.errors import UsageError

        raise UsageError(f"{format} is not text", f"write it to a file: write(table, {format!r}, 'FILE.{format}')")
    out = StringIO()
    getattr(module, "embed", module.render)(table, out)
    return out.getvalue()


def write(table: Table, format: str, output: str | None = None) -> None:
    """Write the table to the file `output`, or to stdout where that is None or '-'.

    A file appears whole or not at all; what stood there before stays when anything fails. Raises UnknownKey for a
    format that is not in FORMATS, UsageError for bytes to a terminal, StoreError where `output` cannot be written. A
    reader that went away raises BrokenPipeError, for the caller to end quietly (see output.abandon_stdout).
    """
    from specdb.render import output as way

    module = _load(format)
    binary = getattr(module, "BINARY", False)

    def produce(out: Any) -> None:
        module.render(table, out)

    if output in STDOUT:
        way.to_stdout(produce, binary=binary, format=format)
    else:
        way.to_file(output, produce, binary=binary)


def _load(format: str) -> Any:
    path = FORMATS.get(format)
    if path is None:
        from specdb.errors import UnknownKeyError, nearest

        hint = nearest(format, FORMATS) or f"formats are {', '.join(FORMATS)}"
        raise UnknownKeyError(f"no format {format!r}", hint)
    return import_module(path)
