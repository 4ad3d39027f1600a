"""What several commands have in common: the options for the database and the output, and what is done with them."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completion
from specdb.database.engine import connect, locate, translated
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
def open_view(db: str, *, make: bool = True) -> Iterator[View]:
    """The database to read, made on first use (unless not to be); what SQLite says meanwhile is put in our words."""
    path = locate(db or None)
    try:
        connection = connect(path)
    except DatabaseNotFoundError:
        if not make:
            raise
        from specdb.editing.load import create_seeded

        if create_seeded(path):
            print(f"Made the database {path} from the packaged specs.", file=sys.stderr)
        connection = connect(path)
    try:
        connection.execute("BEGIN")  # one view of the database, whatever is written meanwhile
        yield Repository(connection)
    except sqlite3.Error as error:
        raise translated(error, path) from error
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object.strip('%')!r} has bytes that are not UTF-8", "write it in UTF-8") from error
    finally:
        connection.close()


def viewed(view: View, currency: str = "", compute: Sequence[str] = (), as_of: str = "") -> View:
    """The view, as of then, with these computed attributes more and money in this currency; as it is where none is named."""
    if as_of:
        from specdb.database.as_of import look_back

        look_back(view, as_of)
    if compute:
        from specdb.analysis.adhoc_attributes import define_adhoc

        view = define_adhoc(view, compute)
    if currency:
        from specdb.analysis.currency import showing

        view = showing(view, currency)
    return view


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
