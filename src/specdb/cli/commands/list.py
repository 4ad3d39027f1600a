"""specdb list."""

from typing import Annotated

import typer

from specdb.cli.options import Category, Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_LISTS = ["products", "categories", "attributes", "sources", "units", "rates"]


@app.command()
def list(
    what: Annotated[str, typer.Argument(metavar="WHAT", help=", ".join(_LISTS) + ".", autocompletion=lambda: _LISTS)],
    category: Category = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """List what the database holds."""
    from specdb.render import default_format
    from specdb.reports.listing import list_items

    format = format or default_format(output or None)
    with open_view(db) as view:
        emit(list_items(view, what, category, brief=format == "table"), format, output)
