"""`specdb rank`: rank products by several attributes."""

from __future__ import annotations

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Category, Currency, Db, Format, Limit, Output, format_examples, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)

CRITERIA = """
\b
Criteria:
  --by "weight:2, battery-life, price"     weight counts twice
  --by "compute[precision=FP4], memory"    only specs with these qualifiers
  --by "microphone-count:higher"           set the direction
  --by "price:CNY"                         only prices in this currency

"""
"""Part of the help: forms of --by."""


@app.command(epilog=CRITERIA + format_examples("specdb rank --category glasses --by weight:2,price --missing median"))
def rank(
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            "-b",
            metavar="KEY[:WEIGHT],...",
            help="Attributes to rank by, with optional weights.",
            autocompletion=completers.attributes,
        ),
    ],
    category: Category = "",
    missing: Annotated[
        str,
        typer.Option(
            metavar="METHOD",
            help="Products without a value: exclude them, or use the median or the worst value of the others.",
            autocompletion=lambda: ["exclude", "median", "worst"],
        ),
    ] = "exclude",
    limit: Limit = None,
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Rank products by several attributes.

    Each attribute is scaled from 0 (worst nominal value) to 1 (best). The score is the weighted mean. A missing value
    never counts as zero. "could be" gives the range of places that a product can have, since "≤ 16 h" may be anything up to
    16 h. ★ marks the best value if it is certainly the best, ☆ if only its nominal value is.
    """
    from specdb.domain.qualifiers import split_keys
    from specdb.reports.rank import RankOptions
    from specdb.reports.rank import rank as rank_report

    with open_view(db, currency=currency) as view:
        terms = [term for text in by for term in split_keys(text)]
        write_table(rank_report(view, terms, RankOptions(category, missing, limit)), format, output)
