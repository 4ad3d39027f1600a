"""specdb chart."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completion
from specdb.cli.commands.query import QueryCommand, conditions_of
from specdb.cli.options import Category, Currency, Db, open_view, parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.model import Chart

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Picture = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Write a picture: FILE ends in .svg, .png or .html.")
]


@app.callback()
def chart() -> None:
    """Draw products: bars side by side, or points between two attributes."""


@app.command()
def compare(
    products: Annotated[list[str], typer.Argument(metavar="PRODUCT...", autocompletion=completion.products)],
    attributes: Annotated[
        list[str],
        typer.Option("--attributes", "-a", metavar="KEY,...", help="Only these.", autocompletion=completion.attributes),
    ] = [],
    currency: Currency = "",
    db: Db = "",
    output: Picture = "",
) -> None:
    """Draw two to eight products side by side, as bars.

    Each quantity that at least two of them state, for the same qualifiers, has a panel with an axis of its own. A full
    bar is as stated; what a figure such as "up to 180 h" or "about 40 g" leaves open is light, and a legend says how.
    Dates such as launch are drawn on an axis of time, where --attributes names them.
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
    short_help="Draw the products that a query finds, as points.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def query(
    ctx: typer.Context,
    x: Annotated[str, typer.Option("--x", metavar="KEY", help="Across.", autocompletion=completion.attributes)],
    y: Annotated[str, typer.Option("--y", metavar="KEY", help="Upwards.", autocompletion=completion.attributes)],
    label: Annotated[
        str,
        typer.Option(
            metavar="LABEL",
            help="What stands beside a point: name, slug or none.",
            autocompletion=lambda: ["name", "slug", "none"],
        ),
    ] = "name",
    category: Category = "",
    where: Annotated[
        str, typer.Option("--where", "-w", metavar="CONDITION", help="As in 'weight <= 20 g and not touchscreen'.")
    ] = "",
    maker: Annotated[str, typer.Option(metavar="PRODUCT", help="Who makes it.", autocompletion=completion.makers)] = "",
    match: Annotated[
        str,
        typer.Option(
            metavar="STRENGTH",
            help="certain: it must; likely: its nominal value does; possible: it can.",
            autocompletion=lambda: ["certain", "likely", "possible"],
        ),
    ] = "likely",
    sort: Annotated[
        list[str],
        typer.Option(metavar="[-]KEY,...", help='By these, or "name", before a limit.', autocompletion=completion.attributes),
    ] = [],
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most so many.")] = None,
    offset: Annotated[int, typer.Option(metavar="N", help="Leave out the first so many.")] = 0,
    currency: Currency = "",
    db: Db = "",
    output: Picture = "",
) -> None:
    """Draw the products that a query finds, as points between two quantities or dates.

    The options of query choose the products: --min-KEY, --max-KEY, --KEY and --no-KEY for every attribute KEY, and those
    below. An axis may be bound to qualifiers, as in --x 'compute[precision=FP4]'. A product that does not state both
    is named, not drawn.
    """
    from specdb import charts
    from specdb.charts.build import build_scatter_chart
    from specdb.errors import SpecdbError
    from specdb.query import Condition, QueryOptions
    from specdb.query import query as queried

    charts.picture_format(output)
    with open_view(db, currency=currency) as view:
        asked = list(conditions_of(ctx, view))
        if maker:
            asked.insert(0, Condition("is", "maker", maker))
        table = queried(view, asked, QueryOptions(category, where, match, parts(sort), limit, offset))
        slugs = [str(row.cells[0].value) for row in table.rows]
        if not slugs:
            raise SpecdbError("\n".join(table.remarks or ["no product is left"]), "so there is nothing to draw: ask for less")
        _draw(build_scatter_chart(view, slugs, x, y, label), table.remarks, output)


def _draw(drawn: "Chart", remarks: "Iterable[str]", output: str) -> None:
    """Draws the chart where it is wanted; remarks go to stderr."""
    from specdb import charts
    from specdb.render.sanitize import escape_controls

    for remark in [*charts.draw(drawn, output or None), *drawn.remarks, *remarks]:
        print(escape_controls(remark), file=sys.stderr)
