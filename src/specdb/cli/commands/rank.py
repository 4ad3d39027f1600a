"""specdb rank."""

from __future__ import annotations

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Category, Currency, Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def rank(
    by: Annotated[
        list[str],
        typer.Option(
            "--by", "-b", metavar="KEY[:WEIGHT],...", help="The attributes that count.", autocompletion=completion.attributes
        ),
    ],
    category: Category = "",
    missing: Annotated[
        str,
        typer.Option(
            metavar="WAY",
            help="Without a value: exclude, or rank it with the median or worst value of the others.",
            autocompletion=lambda: ["exclude", "median", "worst"],
        ),
    ] = "exclude",
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most so many rows.")] = None,
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Rank products by several attributes at once.

    \b
      --by "weight:2, battery-life, price"     weight counts twice
      --by "compute[precision=FP4], memory"    only figures with these qualifiers
      --by "microphone-count:higher"           higher is better, if unsaid
      --by "price:CNY"                         only prices in this currency

    In each attribute the worst nominal value of the set is 0 and the best 1: that is its part. The score is the
    weighted mean of the parts. A missing value is never a zero. "could be" says which places a product can have
    when "≤ 16 h" may be anything up to 16 h; ★ is surely the best, ☆ only if the figures mean what they seem to.
    """
    from specdb.domain.qualifiers import split_keys
    from specdb.reports.rank import RankOptions
    from specdb.reports.rank import rank as ranked

    with open_view(db, currency=currency) as view:
        terms = [term for text in by for term in split_keys(text)]
        emit(ranked(view, terms, RankOptions(category, missing, limit)), format, output)
