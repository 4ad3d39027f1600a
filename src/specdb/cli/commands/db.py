"""`specdb db`: manage the database."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from specdb.cli.options import Db, Format, Output, open_location, open_view, write_table
from specdb.cli.progress import progress

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def db() -> None:
    """Manage the database."""


@app.command()
def path(db: Db = "") -> None:
    """Print the location of the database; a URL without its password."""
    from specdb.database.location import locate

    print(locate(db or None))


@app.command(short_help="Show size, counts and schema.")
def info(db: Db = "", format: Format = "", output: Output = "") -> None:
    """Show the size, counts and schema of the database, and the packaged specs it was created from."""
    from specdb.database.location import locate
    from specdb.database.maintenance import database_info
    from specdb.domain.table import Cell, Column, Row, Table
    from specdb.render import default_format

    with open_view(db) as view:
        found = database_info(view.connection, locate(db or None))
    keys = [Column(key, key.replace("_", " "), isinstance(value, int)) for key, value in found.items()]
    table = Table.of_values(keys, [tuple(found.values())])
    if (format or default_format(output or None)) == "table":  # one row per entry for people
        first, *rest = [(key.title, _readable(key.key, found[key.key])) for key in keys if found[key.key] is not None]
        heads = [Column(key, text) for key, text in zip(("what", "value"), first, strict=True)]
        table = Table(heads, [Row((Cell(what), Cell(text))) for what, text in rest])
    write_table(table, format, output)


def _readable(key: str, value: object) -> str:
    """Format an entry of `info` for people."""
    if not isinstance(value, int):
        return str(value)
    if key.endswith("size"):
        return f"{value / 1024**2:,.1f} MiB" if value >= 1024**2 else f"{value / 1024:,.1f} KiB"
    return f"{value:,}"


@app.command(short_help="Upgrade the schema and the packaged specs.")
def upgrade(db: Db = "") -> None:
    """Upgrade the database to the schema and the packaged specs of this version; create it if it does not exist.

    Your own changes are kept; changes of the packaged specs that conflict with them are skipped and listed.
    """
    from specdb.database.constants import SCHEMA_VERSION
    from specdb.database.create import upgrade
    from specdb.database.location import locate
    from specdb.editing.change_summary import summarize
    from specdb.editing.load import create_seeded
    from specdb.editing.seed_upgrade import merge_seed
    from specdb.errors import DatabaseNotFoundError

    location = locate(db or None)
    try:
        upgrade(location)
        print(f"{location} has schema {SCHEMA_VERSION}.")
        outcome = merge_seed(location)
        for remark in outcome.remarks:
            print(remark, file=sys.stderr)
        if outcome.changeset:
            print(f"Updated the packaged specs: {summarize(outcome.lines)} (changeset {outcome.changeset}).")
    except DatabaseNotFoundError:
        if create_seeded(location):
            print(f"Created {location} from the packaged specs.")


@app.command(short_help="Write a backup, even while others write.")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; an existing one is replaced.")], db: Db = ""
) -> None:
    """Write a backup to FILE, even while others write.

    The backup of a SQLite or PostgreSQL database is a SQLite file, which can be read with --db FILE. An existing backup is
    replaced only once the new one is complete.
    """
    from specdb.database.backup import backup
    from specdb.database.location import locate

    location = locate(db or None)
    with progress() as bar:
        backup(location, file, bar)
    print(f"Backed {location} up to {file}.")


@app.command(short_help="Restore the database from a backup.")
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="Backup to read.")], db: Db = "") -> None:
    """Restore the database from a backup, replacing all of its contents.

    The backup is checked first, and the database is replaced only if it is sound. A database file that cannot be read is
    kept under another name.
    """
    from specdb.database.backup import restore
    from specdb.database.location import locate

    location = locate(db or None)
    with progress() as bar:
        kept = restore(location, file, bar)
    print(f"Restored {location} from {file}.")
    if kept:
        print(f"The previous file cannot be read; it is kept as {kept}.", file=sys.stderr)


@app.command(short_help="Check the database for damage and inconsistencies.")
def check(db: Db = "", format: Format = "", output: Output = "") -> None:
    """Check the database for damage and inconsistencies.

    Checks the integrity of the file, foreign keys, checksums of changesets, derived columns, specs of removed products and
    attributes, and duplicates. Exits with 1 if it finds an issue. To check the figures, use specdb check.
    """
    from specdb.database.location import locate
    from specdb.domain.table import Column, Table
    from specdb.editing.derived_columns import database_issues

    with open_view(db) as view:
        location = locate(db or None)
        found = database_issues(view.connection, location)
    if not found:
        print(f"{location} is sound.")
        return
    write_table(Table.of_values([Column(name, name) for name in found[0]._fields], found), format, output)
    raise typer.Exit(1)


@app.command(short_help="Recalculate derived columns and statistics.")
def rebuild(db: Db = "") -> None:
    """Recalculate columns that are derived from others, and the statistics of the query planner.

    Derived are: which specs are shown, their category, and the bounds of quantities and dates. See specdb db check.
    """
    from specdb.editing.derived_columns import rebuild_derived_columns

    location = open_location(db)
    count = rebuild_derived_columns(location)
    print(f"{location}: {'1 spec was' if count == 1 else f'{count} specs were'} corrected; statistics updated.")


@app.command()
def vacuum(db: Db = "") -> None:
    """Return unused disk space to the file system."""
    from specdb.database.location import locate
    from specdb.database.maintenance import size, vacuum

    with open_view(db) as view:
        location = locate(db or None)
        before = size(view.connection, location)
    vacuum(location)
    with open_view(db) as view:
        print(f"{location}: {_readable('size', before)} before, {_readable('size', size(view.connection, location))} now.")


@app.command(short_help="Copy a database, also between SQLite and PostgreSQL.")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM_URL", help="Path or URL of the database to copy.")],
    target: Annotated[str, typer.Argument(metavar="TO_URL", help="Path or URL of the new database.")],
) -> None:
    """Copy a database with its history to a new location, also between SQLite and PostgreSQL.

    Each location is a path or a URL. The copy is kept only if the digest of its rows equals that of the original.
    """
    from specdb.database.location import locate
    from specdb.database.transfer import copy_database

    origin, location = locate(source), locate(target)
    with progress() as bar:
        digest = copy_database(origin, location, bar)
    print(f"Copied {origin} to {location}; both have the digest {digest}.")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="File in the format of specdb db save.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason to record in the log.")] = "",
    db: Db = "",
) -> None:
    """Add the contents of a YAML file: all of it, or nothing.

    The file can have categories, attributes, sources, products with their specs, and claims, and may refer to those in the
    database. Every error in the file is reported with its line.
    """
    from specdb.editing.load import load
    from specdb.render.sanitize import escape_controls

    location = open_location(db)
    products, specs, remarks = load(location, file, why)
    print(f"Added {products} products and {specs} specs to {location}.")
    for remark in remarks:
        print(escape_controls(remark), file=sys.stderr)


@app.command(short_help="Save the whole database as YAML.")
def save(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.")] = "",
    db: Db = "",
) -> None:
    """Save the whole database as YAML; loading the file gives the same database."""
    from specdb.bundles.save import save_bundle
    from specdb.render.output import write_text

    with open_view(db) as view:
        write_text(save_bundle(view.connection), output or None)
