"""specdb db: the database itself."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from specdb.cli.options import Db, Format, Output, emit, open_view
from specdb.cli.progress import progress

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def path(db: Db = "") -> None:
    """Print where the database is; a URL without its password."""
    from specdb.database.location import locate

    print(locate(db or None))


@app.command(short_help="Show what the database is and holds.")
def info(db: Db = "", format: Format = "", output: Output = "") -> None:
    """Show what the database is and holds: size, counts, schema, and the packaged specs it was made from."""
    from specdb.database.location import locate
    from specdb.database.maintenance import database_info
    from specdb.domain.table import Cell, Column, Row, Table
    from specdb.render import default_format

    with open_view(db) as view:
        found = database_info(view.connection, locate(db or None))
    keys = [Column(key, key.replace("_", " "), isinstance(value, int)) for key, value in found.items()]
    table = Table.of_values(keys, [tuple(found.values())])
    if (format or default_format(output or None)) == "table":  # one thing a line, for people
        first, *rest = [(key.title, _said(key.key, found[key.key])) for key in keys if found[key.key] is not None]
        heads = [Column(key, text) for key, text in zip(("what", "value"), first, strict=True)]
        table = Table(heads, [Row((Cell(what), Cell(text))) for what, text in rest])
    emit(table, format, output)


def _said(key: str, value: object) -> str:
    """A figure of `info` as people read it."""
    if not isinstance(value, int):
        return str(value)
    if key.endswith("size"):
        return f"{value / 1024**2:,.1f} MiB" if value >= 1024**2 else f"{value / 1024:,.1f} KiB"
    return f"{value:,}"


@app.command(short_help="Bring the database to this version's schema and packaged specs.")
def upgrade(db: Db = "") -> None:
    """Bring the database to this version's schema and packaged specs; make it where there is none.

    What you have changed stays as you have it; what that keeps out is said.
    """
    from specdb.database.constants import SCHEMA_VERSION
    from specdb.database.create import upgrade
    from specdb.database.location import locate
    from specdb.editing.change_summary import summarize
    from specdb.editing.load import create_seeded
    from specdb.editing.seed_upgrade import merge_seed
    from specdb.errors import DatabaseNotFoundError

    place = locate(db or None)
    try:
        upgrade(place)
        print(f"{place} has the schema {SCHEMA_VERSION}.")
        outcome = merge_seed(place)
        for remark in outcome.remarks:
            print(remark, file=sys.stderr)
        if outcome.changeset:
            print(f"The packaged specs are new: {summarize(outcome.lines)} (changeset {outcome.changeset}).")
    except DatabaseNotFoundError:
        if create_seeded(place):
            print(f"Made the database {place} from the packaged specs.")


@app.command(short_help="Write a backup, also while others write.")
def backup(file: Annotated[Path, typer.Argument(metavar="FILE")], db: Db = "") -> None:
    """Write a backup to FILE, also while others write.

    It is a SQLite database whichever kind the database is, so that it can be read with --db FILE. It appears whole or not
    at all, in the place of an earlier one.
    """
    from specdb.database.backup import backup
    from specdb.database.location import locate

    place = locate(db or None)
    with progress() as bar:
        backup(place, file, bar)
    print(f"Backed {place} up to {file}.")


@app.command(short_help="Put a backup in the place of the database.")
def restore(file: Annotated[Path, typer.Argument(metavar="FILE")], db: Db = "") -> None:
    """Put what a backup holds in the place of all that the database holds.

    The backup is looked at first, and what is there stays until it is known to be sound. A file that cannot be read any
    more is kept under another name.
    """
    from specdb.database.backup import restore
    from specdb.database.location import locate

    place = locate(db or None)
    with progress() as bar:
        kept = restore(place, file, bar)
    print(f"Restored {place} from {file}.")
    if kept:
        print(f"What was there cannot be read; it is kept as {kept}.", file=sys.stderr)


@app.command(short_help="Look for damage and for what does not fit together.")
def check(db: Db = "", format: Format = "", output: Output = "") -> None:
    """Look for damage and for what does not fit together.

    That is: the file's integrity, foreign keys, checksums of what was written, columns that are derived from others, specs
    of what was removed, and what is stated twice. Exits with 1 if something is wrong. See specdb check for the figures.
    """
    from specdb.database.location import locate
    from specdb.domain.table import Column, Table
    from specdb.editing.derived_columns import database_issues

    with open_view(db) as view:
        place = locate(db or None)
        found = database_issues(view.connection, place)
    if not found:
        print(f"{place} is sound.")
        return
    emit(Table.of_values([Column(name, name) for name in found[0]._fields], found), format, output)
    raise typer.Exit(1)


@app.command(short_help="Derive anew what is derived.")
def rebuild(db: Db = "") -> None:
    """Derive anew what is derived from other columns, and the statistics that queries are planned by.

    That is: which specs are shown, their category, and the ends of quantities and dates. See specdb db check.
    """
    from specdb.database.location import locate
    from specdb.editing.derived_columns import rebuild_derived_columns

    with open_view(db):
        place = locate(db or None)
    count = rebuild_derived_columns(place)
    print(f"{place}: {'1 spec was' if count == 1 else f'{count} specs were'} put right; the statistics are fresh.")


@app.command()
def vacuum(db: Db = "") -> None:
    """Give back the room of what was deleted."""
    from specdb.database.location import locate
    from specdb.database.maintenance import size, vacuum

    with open_view(db) as view:
        place = locate(db or None)
        before = size(view.connection, place)
    vacuum(place)
    with open_view(db) as view:
        print(f"{place}: {_said('size', before)} before, {_said('size', size(view.connection, place))} now.")


@app.command(short_help="Copy a database, between SQLite and PostgreSQL too.")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM_URL")], target: Annotated[str, typer.Argument(metavar="TO_URL")]
) -> None:
    """Copy all of a database to a place where there is none, between SQLite and PostgreSQL too.

    Each is a path or a URL. The copy has the whole history. It is compared by a digest of all rows before it is kept.
    """
    from specdb.database.location import locate
    from specdb.database.transfer import copy_database

    origin, place = locate(source), locate(target)
    with progress() as bar:
        digest = copy_database(origin, place, bar)
    print(f"Copied {origin} to {place}; both have the digest {digest}.")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the record.")] = "",
    db: Db = "",
) -> None:
    """Add the products of a YAML file, whole or not at all.

    The file has the form of the packaged seed: categories, attributes, sources, products with their specs, claims. It
    may refer to what the database has. Every issue of the file is reported, with its line.
    """
    from specdb.database.location import locate
    from specdb.editing.load import load
    from specdb.render.sanitize import escape_controls

    with open_view(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)
    products, specs, remarks = load(place, file, why)
    print(f"Added {products} products and {specs} specs to {place}.")
    for remark in remarks:
        print(escape_controls(remark), file=sys.stderr)


@app.command(short_help="Write the whole database as YAML.")
def save(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.")] = "",
    db: Db = "",
) -> None:
    """Write the whole database as YAML: loading that gives the same database."""
    from specdb.bundles.save import save_bundle
    from specdb.render.output import write_text

    with open_view(db) as view:
        write_text(save_bundle(view.connection), output or None)
