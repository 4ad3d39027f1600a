"""`specdb export`: export specs."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import (
    AsOf,
    Category,
    Compute,
    Currency,
    Db,
    Format,
    Output,
    format_examples,
    open_view,
    write_table,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=format_examples(
        "specdb export -f csv > specs.csv", "specdb export --category ai-accelerator --layout long -o chips.xlsx"
    )
)
def export(
    products: Annotated[
        list[str],
        typer.Argument(metavar="[PRODUCT]...", help="Products to export. [default: all]", autocompletion=completers.products),
    ] = [],
    category: Category = "",
    layout: Annotated[
        str,
        typer.Option(
            metavar="LAYOUT", help="wide: one product per row; long: one spec per row.", autocompletion=lambda: ["wide", "long"]
        ),
    ] = "wide",
    compute: Compute = [],
    as_of: AsOf = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Export specs for a spreadsheet or a program.

    The wide layout has one column per attribute, with the unit and qualifiers in the header. The long layout has every
    figure with its bounds, modifier, source and place in the source.
    """
    from specdb.reports.export import export as export_report

    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        write_table(export_report(view, products, category, layout), format, output)
