"""specdb check."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Category, Db, Format, Output, emit, open_view, parts

app = typer.Typer(rich_markup_mode=None, add_completion=False)


def _kinds() -> list[str]:
    from specdb.analysis.checks import KINDS

    return list(KINDS)


@app.command()
def check(
    category: Category = "",
    product: Annotated[
        str, typer.Option("--product", "-p", metavar="PRODUCT", help="Only this one.", autocompletion=completion.products)
    ] = "",
    kind: Annotated[
        list[str],
        typer.Option(
            metavar="KIND,...",
            help="claims, conflicts, plausibility, physics, dates, completeness; all, if none is named.",
            autocompletion=_kinds,
        ),
    ] = [],
    today: Annotated[str, typer.Option(metavar="DATE", help="The day by which plans are judged.")] = "",
    stale: Annotated[str, typer.Option(metavar="AGE", help="Name sources older than this, as in 18mo, 2y or 90d.")] = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Check claims against the figures beside them, and figures against each other.

    Exits with 1 if anything fails. What may be right but should be looked at fails nothing.
    """
    from specdb.analysis.checks.finding import Scope
    from specdb.figures import dates
    from specdb.reports import check as reports

    with open_view(db) as view:
        day = dates.parse_date(today).last if today else dates.today()
        products = [view.product(product)] if product else view.products(view.category(category) if category else ())
        table = reports.check(Scope(view, products, day, dates.subtract_age(day, stale) if stale else None), parts(kind))
        emit(table, format, output)
    if reports.has_failures(table):
        raise typer.Exit(1)
