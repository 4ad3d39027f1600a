"""specdb compare."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import AsOf, Compute, Currency, Db, Format, Output, emit, open_view, parts

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def compare(
    products: Annotated[list[str], typer.Argument(metavar="PRODUCT...", autocompletion=completion.products)],
    attributes: Annotated[
        list[str],
        typer.Option("--attributes", "-a", metavar="KEY,...", help="Only these.", autocompletion=completion.attributes),
    ] = [],
    baseline: Annotated[
        str,
        typer.Option(metavar="PRODUCT", help="Measure against this one, not the first.", autocompletion=completion.products),
    ] = "",
    diff: Annotated[bool, typer.Option("--diff", help="Only the rows that differ.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Footnotes with source, date and place.")] = False,
    units: Annotated[
        str,
        typer.Option(
            metavar="SYSTEM",
            help="metric, imperial or as-printed.",
            autocompletion=lambda: ["metric", "imperial", "as-printed"],
        ),
    ] = "metric",
    unit: Annotated[
        list[str],
        typer.Option(metavar="KEY=UNIT", help="Show this attribute in this unit.", autocompletion=completion.unit_settings),
    ] = [],
    compute: Compute = [],
    as_of: AsOf = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Put two to eight products side by side.

    Rows are attributes, columns products. Only what is bound to the same qualifiers stands in one row. ★ marks the
    best value, ☆ one that is best only if the figures mean what they seem to. What is not stated is shown as —.
    """
    from specdb.errors import UsageError
    from specdb.reports.compare import CompareOptions
    from specdb.reports.compare import compare as compared

    pairs = [setting.partition("=") for setting in parts(unit)]
    for setting in pairs:
        if not all(setting):
            raise UsageError(f"--unit {''.join(setting)}", "write KEY=UNIT, as in --unit weight=oz")
    wanted = {key: name for key, _, name in pairs}
    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        options = CompareOptions(parts(attributes), baseline, units, wanted, diff, sources)
        emit(compared(view, products, options), format, output)
