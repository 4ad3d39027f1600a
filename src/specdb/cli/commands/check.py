"""`specdb check`: check claims and figures for contradictions."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Category, Db, Format, Output, format_examples, open_view, split_commas, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


def _kinds() -> list[str]:
    from specdb.analysis.checks import KINDS

    return list(KINDS)


@app.command(epilog=format_examples("specdb check", "specdb check --category glasses --kind claims,conflicts"))
def check(
    category: Category = "",
    product: Annotated[
        str,
        typer.Option("--product", "-p", metavar="PRODUCT", help="Check only this product.", autocompletion=completers.products),
    ] = "",
    kind: Annotated[
        list[str],
        typer.Option(
            metavar="KIND,...",
            help="Kinds of checks: claims, conflicts, plausibility, physics, dates, completeness. [default: all]",
            autocompletion=_kinds,
        ),
    ] = [],
    today: Annotated[
        str, typer.Option(metavar="DATE", help="Date used to find past plans and stale sources. [default: today]")
    ] = "",
    stale: Annotated[str, typer.Option(metavar="AGE", help="Report sources older than this: 18mo, 2y or 90d.")] = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Check the claims of sources against their figures, and figures against each other.

    Exits with 1 if a check fails. Warnings do not change the exit code.
    """
    from specdb.analysis.checks.finding import Scope
    from specdb.figures import dates
    from specdb.reports import check as reports

    with open_view(db) as view:
        day = dates.parse_date(today).last if today else dates.today()
        products = [view.product(product)] if product else view.products(view.category(category) if category else ())
        table = reports.check(Scope(view, products, day, dates.subtract_age(day, stale) if stale else None), split_commas(kind))
        write_table(table, format, output)
    if reports.has_failures(table):
        raise typer.Exit(1)
