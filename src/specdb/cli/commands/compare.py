"""`specdb compare`: compare products side by side."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import (
    AsOf,
    Compute,
    Currency,
    Db,
    Format,
    Output,
    format_examples,
    open_view,
    split_commas,
    write_table,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=format_examples("specdb compare a1 a1-pro", "specdb compare 950pr h20 --attributes compute,memory --sources")
)
def compare(
    products: Annotated[
        list[str],
        typer.Argument(metavar="PRODUCT...", help="Slugs or aliases of products.", autocompletion=completers.products),
    ],
    attributes: Annotated[
        list[str],
        typer.Option(
            "--attributes", "-a", metavar="KEY,...", help="Show only these attributes.", autocompletion=completers.attributes
        ),
    ] = [],
    baseline: Annotated[
        str,
        typer.Option(
            metavar="PRODUCT",
            help="Product to compare the others with. [default: the first]",
            autocompletion=completers.products,
        ),
    ] = "",
    diff: Annotated[bool, typer.Option("--diff", help="Show only rows that differ.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Add footnotes with source, date and place.")] = False,
    units: Annotated[
        str,
        typer.Option(
            metavar="SYSTEM",
            help="Unit system: metric, imperial or as-printed.",
            autocompletion=lambda: ["metric", "imperial", "as-printed"],
        ),
    ] = "metric",
    unit: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=UNIT",
            help="Unit of an attribute, such as weight=oz. Repeatable.",
            autocompletion=completers.unit_settings,
        ),
    ] = [],
    compute: Compute = [],
    as_of: AsOf = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Compare two to eight products side by side.

    Each row is an attribute, each column a product. Specs with different qualifiers are in different rows. ★ marks the best
    value if it is certainly the best, ☆ if only its nominal value is. — means not stated.
    """
    from specdb.errors import UsageError
    from specdb.reports.compare import CompareOptions
    from specdb.reports.compare import compare as compare_report

    pairs = [setting.partition("=") for setting in split_commas(unit)]
    for setting in pairs:
        if not all(setting):
            raise UsageError(f"--unit {''.join(setting)}", "write KEY=UNIT, such as --unit weight=oz")
    wanted = {key: name for key, _, name in pairs}
    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        options = CompareOptions(split_commas(attributes), baseline, units, wanted, diff, sources)
        write_table(compare_report(view, products, options), format, output)
