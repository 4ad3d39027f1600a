"""`specdb similar`: find similar products."""

from __future__ import annotations

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, Format, Output, format_examples, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb similar a1-pro"))
def similar(
    product: Annotated[
        str, typer.Argument(metavar="PRODUCT", help="Slug or alias of a product.", autocompletion=completers.products)
    ],
    by: Annotated[
        list[str],
        typer.Option(
            "--by", "-b", metavar="KEY,...", help="Compare only these attributes.", autocompletion=completers.attributes
        ),
    ] = [],
    category: Annotated[
        str,
        typer.Option(
            "--category",
            "-c",
            metavar="CATEGORY",
            help="Search this category and its subcategories. [default: the product's own category]",
            autocompletion=completers.categories,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(metavar="N", help="Maximum number of rows.")] = 10,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Find the products most similar to a product, by the attributes that both state.

    The distance of two quantities or dates is their difference as a share of the range within the category (on a
    logarithmic scale if that spans more than a decade). Other attributes except texts are equal or not. Only specs with
    the same qualifiers and currency are compared. Closeness is the mean over the shared attributes; similarity is the same
    mean with 10 more attributes counted as different, so that few shared attributes give a low similarity.
    """
    from specdb.domain.qualifiers import split_keys
    from specdb.reports.similar import SimilarOptions
    from specdb.reports.similar import similar as similar_report

    with open_view(db) as view:
        terms = tuple(term for text in by for term in split_keys(text))
        write_table(similar_report(view, product, SimilarOptions(terms, category, limit)), format, output)
