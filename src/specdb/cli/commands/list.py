"""`specdb list`: list what the database holds."""

from typing import Annotated

import typer

from specdb.cli.options import Category, Db, Format, Output, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_LISTS = ["products", "categories", "attributes", "sources", "units", "rates"]


@app.command(name="list")
def list_entities(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help=", ".join(_LISTS[:-1]) + f" or {_LISTS[-1]}.", autocompletion=lambda: _LISTS)
    ],
    category: Category = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """List products, categories, attributes, sources, units or exchange rates."""
    from specdb.render import default_format
    from specdb.reports.listing import list_items

    format = format or default_format(output or None)
    with open_view(db) as view:
        write_table(list_items(view, what, category, brief=format == "table"), format, output)
