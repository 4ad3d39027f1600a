"""What several commands have in common: the options for the database and the output, and what is done with them."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.analysis.build_view import build_view
from specdb.cli import completion
from specdb.database.connection import connect
from specdb.database.dialects.sqlite import translate_error
from specdb.database.location import locate
from specdb.database.repository import Repository
from specdb.database.view import View
from specdb.errors import DatabaseNotFoundError, UsageError

if TYPE_CHECKING:
    from specdb.domain.table import Table

Db = Annotated[str, typer.Option(metavar="PATH", help="Another database than SPECDB_URL or your own.")]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="table, tsv, csv, json, jsonl, markdown, html or xlsx; a terminal gets a table, a pipe tsv.",
        autocompletion=completion.formats,
    ),
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; its ending tells the format.")]
Category = Annotated[
    str,
    typer.Option("--category", "-c", metavar="CATEGORY", help="With all below it.", autocompletion=completion.categories),
]

Currency = Annotated[
    str,
    typer.Option(
        "--currency",
        metavar="CODE",
        help="Show money in this one, at the rate of its day.",
        autocompletion=completion.currencies,
    ),
]
AsOf = Annotated[str, typer.Option("--as-of", metavar="@N|DATE", help="As it was after this changeset, or on this day.")]
Compute = Annotated[
    list[str], typer.Option("--compute", metavar="'KEY = EXPRESSION'", help="An attribute more, as in 'x = battery / weight'.")
]


@contextmanager
def open_view(
    db: str, *, create: bool = True, as_of: str | int = "", currency: str = "", compute: Sequence[str] = ()
) -> Iterator[View]:
    """Open the database for reading, as one view; on first use create it from the packaged specs, unless not `create`."""
    path = locate(db or None)
    try:
        connection = connect(path)
    except DatabaseNotFoundError:
        if not create:
            raise
        from specdb.editing.load import create_seeded

        if create_seeded(path):
            print(f"Made the database {path} from the packaged specs.", file=sys.stderr)
        connection = connect(path)
    try:
        connection.execute("BEGIN")  # a consistent snapshot, whatever others write meanwhile
        yield build_view(Repository(connection), as_of=as_of, currency=currency, compute=compute)
    except sqlite3.Error as error:
        raise translate_error(error, path) from error
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object.strip('%')!r} has bytes that are not UTF-8", "write it in UTF-8") from error
    finally:
        connection.close()


def emit(table: "Table", format: str, output: str) -> None:
    """Writes the table where it is wanted, and its remarks to stderr."""
    from specdb.render import default_format, write

    write(table, format or default_format(output or None), output or None)
    if table.remarks:
        from specdb.render.sanitize import escape_controls

        for remark in table.remarks:
            print(escape_controls(remark), file=sys.stderr)


def parts(texts: list[str]) -> tuple[str, ...]:
    """The items of an option that takes several, given together with commas or one by one."""
    return tuple(item.strip() for text in texts for item in text.split(",") if item.strip())
