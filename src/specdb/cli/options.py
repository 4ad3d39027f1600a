"""Options and actions that several commands share: open a view, write a table, run an edit."""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.analysis.build_view import build_view
from specdb.cli import completers
from specdb.database.connection import connect
from specdb.database.dialects.sqlite import translate_error
from specdb.database.location import locate
from specdb.database.repository import Repository
from specdb.database.view import View
from specdb.errors import DatabaseNotFoundError, UsageError

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.domain.table import Table
    from specdb.editing.edit_session import EditSession, Outcome


def _own_or_global(ctx: typer.Context, db: str) -> str:
    """Return the command's --db, or the one before the command: `specdb --db FILE compare`."""
    return db or str(ctx.find_root().params.get("db") or "")


Db = Annotated[
    str,
    typer.Option(
        metavar="PATH|URL",
        help="Database to use instead of $SPECDB_URL or the default.",
        callback=_own_or_global,
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="Output format: table, tsv, csv, json, jsonl, markdown, html or xlsx. [default: table on a terminal, else tsv]",
        autocompletion=completers.formats,
    ),
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; its extension selects the format.")]
Category = Annotated[
    str,
    typer.Option(
        "--category",
        "-c",
        metavar="CATEGORY",
        help="Limit to a category and its subcategories.",
        autocompletion=completers.categories,
    ),
]
Currency = Annotated[
    str,
    typer.Option(
        "--currency",
        metavar="CODE",
        help="Convert prices to this currency, at the rate of each price's date.",
        autocompletion=completers.currencies,
    ),
]
Where = Annotated[
    str,
    typer.Option("--where", "-w", metavar="CONDITION", help="Condition, such as 'weight <= 20 g and not touchscreen'."),
]
Maker = Annotated[
    str, typer.Option(metavar="PRODUCT", help="Limit to products of this maker.", autocompletion=completers.makers)
]
Match = Annotated[
    str,
    typer.Option(
        metavar="LEVEL",
        help="How sure a match must be: certain, likely (by the nominal value) or possible. [default: likely]",
        autocompletion=lambda: ["certain", "likely", "possible"],
    ),
]
Sort = Annotated[
    list[str],
    typer.Option(
        metavar="[-]KEY,...",
        help='Sort by attributes or "name"; - for descending.',
        autocompletion=completers.attributes,
    ),
]
Limit = Annotated[int | None, typer.Option(metavar="N", help="Maximum number of rows.")]
Offset = Annotated[int, typer.Option(metavar="N", help="Number of rows to skip.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="@N|DATE", help="Read the database as of a changeset or a date.")]
Compute = Annotated[
    list[str],
    typer.Option(
        "--compute",
        metavar="'KEY = EXPRESSION'",
        help="Add a computed attribute, such as 'x = battery / weight'. Repeatable.",
    ),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Reason to record in the log.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change without writing anything.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Qualifiers = Annotated[
    list[str],
    typer.Option("--qualifier", "-q", metavar="KEY=VALUE", help="Qualifier of the spec, such as edition=premium. Repeatable."),
]
Source = Annotated[str, typer.Option(metavar="SLUG", help="Source that states the value.", autocompletion=completers.sources)]
Product = Annotated[
    str, typer.Argument(metavar="PRODUCT", help="Slug or alias of a product.", autocompletion=completers.products)
]
Attribute = Annotated[
    str, typer.Argument(metavar="ATTRIBUTE", help="Key or alias of an attribute.", autocompletion=completers.attributes)
]


def format_examples(*lines: str) -> str:
    """Return the epilog of a help page with these lines as examples, each kept on its own line."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


@contextmanager
def open_view(
    db: str, *, create: bool = True, as_of: str | int = "", currency: str = "", compute: Sequence[str] = ()
) -> Iterator[View]:
    """Open a database for reading, as one consistent snapshot.

    Args:
        db: Path or URL; '' for $SPECDB_URL or the default.
        create: Create the database from the packaged specs if it does not exist.
        as_of: Changeset ("@12" or 12) or date to read the database as of; '' for now.
        currency: Code of the currency that prices are converted to; '' for none.
        compute: Definitions of computed attributes.
    """
    location = locate(db or None)
    try:
        connection = connect(location)
    except DatabaseNotFoundError:
        if not create:
            raise
        from specdb.editing.load import create_seeded

        if create_seeded(location):
            print(f"Created {location} from the packaged specs.", file=sys.stderr)
        connection = connect(location)
    try:
        connection.execute("BEGIN")  # a consistent snapshot, whatever others write meanwhile
        yield build_view(Repository(connection), as_of=as_of, currency=currency, compute=compute)
    except sqlite3.Error as error:
        raise translate_error(error, location) from error
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object.strip('%')!r} is not valid UTF-8", "encode it as UTF-8") from error
    finally:
        connection.close()


def open_location(db: str) -> "Location":
    """Return where the database is, after creating it on first use and checking its schema."""
    with open_view(db):
        return locate(db or None)


def write_table(table: "Table", format: str, output: str) -> None:
    """Write a table to a file or stdout, and its remarks to stderr."""
    from specdb.render import default_format, write

    write(table, format or default_format(output or None), output or None)
    print_remarks(table.remarks)


def print_remarks(remarks: "Sequence[str]") -> None:
    """Print remarks to stderr, one a line, with control characters escaped."""
    if remarks:
        from specdb.render.sanitize import escape_controls, spell_for

        for remark in remarks:
            print(spell_for(sys.stderr.encoding, escape_controls(remark)), file=sys.stderr)


def split_commas(texts: list[str]) -> tuple[str, ...]:
    """Return the items of an option that may be repeated and may hold several items separated by commas."""
    return tuple(item.strip() for text in texts for item in text.split(",") if item.strip())


def parse_qualifiers(pairs: list[str]) -> dict[str, str]:
    """Parse the values of -q.

    Raises:
        UsageError: If a value is not KEY=VALUE, or a key is given twice.
    """
    qualifiers: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not key or not value or key in qualifiers:
            raise UsageError(f"-q {pair}", "write KEY=VALUE, such as -q precision=FP4, each key once")
        qualifiers[key] = value
    return qualifiers


def run_and_report(
    db: str,
    change: "Callable[[EditSession], list[str] | None]",
    reason: str,
    *,
    dry_run: bool,
    format: str,
    ask: bool = False,
    origin: str = "edit",
    digest: str = "",
) -> "Outcome":
    """Run an edit as one changeset, and print what it changed.

    Args:
        db: Path or URL of the database, as --db gives it.
        change: Makes the edit in a session; returns remarks.
        reason: Recorded with the changeset.
        dry_run: Show the changes without writing them.
        format: Output format of the list of changes.
        ask: On a terminal, show a change that removes something first and ask for confirmation. If another edit comes
            between, nothing is written.
        origin: Kind of the changeset: edit or import.
        digest: SHA-256 of the file that the edit comes from, '' for none.
    """
    from specdb.editing.edit_session import run_edit

    location = open_location(db)

    def changed(session: "EditSession") -> list[str]:
        return change(session) or []

    ask = ask and not dry_run and sys.stdin.isatty() and sys.stderr.isatty()
    outcome = run_edit(location, changed, reason, origin=origin, digest=digest, dry_run=dry_run or ask)
    _write_changes(outcome, format)
    if ask and outcome.lines and _removes(outcome):
        typer.confirm("Apply these changes?", abort=True, err=True)
    if ask and outcome.lines:
        outcome = run_edit(location, changed, reason, origin=origin, digest=digest, expected=outcome.lines)
    _print_summary(outcome, dry_run=dry_run)
    return outcome


def _removes(outcome: "Outcome") -> bool:
    """Return whether the edit removes something without a replacement."""
    return any((line.before and not line.after) or line.field == "removed" for line in outcome.lines)


def _write_changes(outcome: "Outcome", format: str) -> None:
    from specdb.editing.change_summary import change_table

    if outcome.lines:
        table = change_table(outcome.lines)
        table.remarks += outcome.remarks
        write_table(table, format, "")
    else:
        print_remarks(outcome.remarks)


def _print_summary(outcome: "Outcome", *, dry_run: bool) -> None:
    from specdb.editing.change_summary import summarize

    if not outcome.lines:
        text = "No changes"
    elif dry_run:
        text = f"Dry run: {summarize(outcome.lines, dry_run=True)}. Nothing was written."
    else:
        text = f"Changeset {outcome.changeset}: {summarize(outcome.lines)}."
    print(text, file=sys.stderr)
