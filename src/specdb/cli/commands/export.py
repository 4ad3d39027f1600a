"""specdb export."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import AsOf, Category, Compute, Currency, Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def export(
    products: Annotated[
        list[str], typer.Argument(metavar="[PRODUCT]...", help="All, if none is named.", autocompletion=completion.products)
    ] = [],
    category: Category = "",
    layout: Annotated[
        str,
        typer.Option(
            metavar="LAYOUT", help="wide: a product a row; long: a spec a row.", autocompletion=lambda: ["wide", "long"]
        ),
    ] = "wide",
    compute: Compute = [],
    as_of: AsOf = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Write specs out, for a spreadsheet or a program.

    The wide layout has a column for each attribute, with its unit and qualifiers in the heading. The long layout has
    every figure with its bounds, modifier, source and place; docs/reference/exports.md describes its fields.
    """
    from specdb.reports.export import export as exported

    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        emit(exported(view, products, category, layout), format, output)
