"""specdb show."""

from typing import Annotated

import typer

from specdb.cli import complete
from specdb.cli.options import Currency, Db, Format, Output, emit, open_catalog, viewed

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def show(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=complete.products)],
    currency: Currency = "",
    ids: Annotated[bool, typer.Option("--ids", help="With each spec's number, for specdb rank-spec.")] = False,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show all that is known of one product: its specs with their sources, relations, and what is missing."""
    from specdb.show import show as shown

    with open_catalog(db) as catalog:
        emit(shown(viewed(catalog, currency), product, ids=ids), format, output)
