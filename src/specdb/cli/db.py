"""specdb db: the database itself."""

from pathlib import Path
from typing import Annotated

import typer

from specdb.cli.options import Db, open_catalog

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def path(db: Db = "") -> None:
    """Print where the database is."""
    from specdb.store.engine import locate

    print(locate(db or None))


@app.command(short_help="Bring the database to this version's schema.")
def upgrade(db: Db = "") -> None:
    """Bring the database to this version's schema; make it where there is none."""
    from specdb.errors import NoDatabase
    from specdb.ingest.load import create_seeded
    from specdb.store.create import upgrade
    from specdb.store.engine import SCHEMA, locate

    place = locate(db or None)
    try:
        upgrade(place)
        print(f"{place} has the schema {SCHEMA}.")
    except NoDatabase:
        if create_seeded(place):
            print(f"Made the database {place} from the packaged specs.")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the record.")] = "",
    db: Db = "",
) -> None:
    """Add the products of a YAML file, whole or not at all.

    The file has the form of the packaged seed: categories, attributes, sources, products with their specs, claims. It
    may refer to what the database has. Every fault of the file is reported, with its line.
    """
    from specdb.ingest.load import load
    from specdb.store.engine import locate

    with open_catalog(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)
    products, specs = load(place, file, why)
    print(f"Added {products} products and {specs} specs to {place}.")


@app.command(short_help="Write the whole database as YAML.")
def save(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.")] = "",
    db: Db = "",
) -> None:
    """Write the whole database as YAML: loading that gives the same database."""
    from specdb.ingest.save import save
    from specdb.render.output import write_text

    with open_catalog(db) as catalog:
        write_text(save(catalog.connection), output or None)
