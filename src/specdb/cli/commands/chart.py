"""`specdb chart`: draw bar charts and scatter plots."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completers
from specdb.cli.commands.query import ATTRIBUTE_OPTIONS, QueryCommand, parse_conditions
from specdb.cli.options import (
    Category,
    Currency,
    Db,
    Limit,
    Maker,
    Match,
    Offset,
    Sort,
    Where,
    format_examples,
    open_view,
    split_commas,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.model import Chart

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Picture = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the chart to FILE: .svg, .png or .html. [default: draw it in the terminal]",
    ),
]


@app.callback()
def chart() -> None:
    """Draw bar charts and scatter plots of products."""


@app.command(epilog=format_examples("specdb chart compare a1 a1-pro", "specdb chart compare a1 a1-pro -o a1.svg"))
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
    currency: Currency = "",
    db: Db = "",
    output: Picture = "",
) -> None:
    """Draw a bar chart that compares two to eight products.

    Each quantity that at least two products state with the same qualifiers has a panel with its own axis. The range that
    a figure such as "up to 180 h" or "about 40 g" leaves open is drawn lighter, with a legend. Dates, such as launch, are
    drawn on a time axis if --attributes names them.
    """
    from specdb import charts
    from specdb.charts.build import build_bar_chart
    from specdb.domain.qualifiers import split_keys

    charts.picture_format(output)
    with open_view(db, currency=currency) as view:
        keys = [key for text in attributes for key in split_keys(text)]
        _draw(build_bar_chart(view, products, keys), view.currency.remarks() if view.currency else [], output)


@app.command(
    cls=QueryCommand,
    short_help="Draw a scatter plot of the products that a query finds.",
    epilog=ATTRIBUTE_OPTIONS + format_examples("specdb chart query --category glasses --x weight --y price --label slug"),
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def query(
    ctx: typer.Context,
    x: Annotated[
        str, typer.Option("--x", metavar="KEY", help="Attribute of the horizontal axis.", autocompletion=completers.attributes)
    ],
    y: Annotated[
        str, typer.Option("--y", metavar="KEY", help="Attribute of the vertical axis.", autocompletion=completers.attributes)
    ],
    label: Annotated[
        str,
        typer.Option(
            metavar="LABEL",
            help="Label of each point: name, slug or none.",
            autocompletion=lambda: ["name", "slug", "none"],
        ),
    ] = "name",
    category: Category = "",
    where: Where = "",
    maker: Maker = "",
    match: Match = "",
    sort: Sort = [],
    limit: Limit = None,
    offset: Offset = 0,
    currency: Currency = "",
    db: Db = "",
    output: Picture = "",
) -> None:
    """Draw a scatter plot of the products that a query finds, over two quantities or dates.

    Select products with the options of specdb query, including the options of attributes listed at the end. An axis can
    have qualifiers, such as --x 'compute[precision=FP4]'. Products that do not state both attributes are listed instead.
    """
    from specdb import charts
    from specdb.charts.build import build_scatter_chart
    from specdb.errors import SpecdbError
    from specdb.query import Condition, QueryOptions
    from specdb.query import query as run_query

    charts.picture_format(output)
    with open_view(db, currency=currency) as view:
        conditions = list(parse_conditions(ctx, view))
        if maker:
            conditions.insert(0, Condition("is", "maker", maker))
        table = run_query(view, conditions, QueryOptions(category, where, match, split_commas(sort), limit, offset))
        slugs = [str(row.cells[0].value) for row in table.rows]
        if not slugs:
            raise SpecdbError("\n".join(table.remarks or ["no product matches"]), "nothing to draw: relax the conditions")
        _draw(build_scatter_chart(view, slugs, x, y, label), table.remarks, output)


def _draw(drawn: "Chart", remarks: "Iterable[str]", output: str) -> None:
    """Draw a chart to a file or the terminal, and print its remarks to stderr."""
    from specdb import charts
    from specdb.render.sanitize import escape_controls

    for remark in [*charts.draw(drawn, output or None), *drawn.remarks, *remarks]:
        print(escape_controls(remark), file=sys.stderr)
