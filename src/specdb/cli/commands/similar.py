"""specdb similar."""

from __future__ import annotations

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def similar(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=completion.products)],
    by: Annotated[
        list[str],
        typer.Option("--by", "-b", metavar="KEY,...", help="Only by these attributes.", autocompletion=completion.attributes),
    ] = [],
    category: Annotated[
        str,
        typer.Option(
            "--category",
            "-c",
            metavar="CATEGORY",
            help="Among these, not those of its own category; with all below it.",
            autocompletion=completion.categories,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(metavar="N", help="At most so many.")] = 10,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Find the products most like one, by what both state.

    Quantities and dates are as far apart as their share of the range in the category (of its logarithm, where that
    spans more than a decade); all else but texts is the same or not. Qualifiers and currencies must be the same. The
    mean over what both state is the closeness; the likeness is that, reckoned as if 10 more attributes had been
    compared and were all different, so that little in common gives little likeness.
    """
    from specdb.domain.qualifiers import split_keys
    from specdb.reports.similar import SimilarOptions
    from specdb.reports.similar import similar as found

    with open_view(db) as view:
        terms = tuple(term for text in by for term in split_keys(text))
        emit(found(view, product, SimilarOptions(terms, category, limit)), format, output)
