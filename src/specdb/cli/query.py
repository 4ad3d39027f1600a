"""specdb query."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from specdb.cli import complete
from specdb.cli.options import Category, Currency, Db, Format, Output, emit, in_currency, open_catalog, parts

if TYPE_CHECKING:
    from specdb.query import Condition
    from specdb.store.catalog import Catalog

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class QueryCommand(TyperCommand):
    """A command that also completes the options made of the database's attributes, and their values."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Option names, or values of an option that only the database knows."""
        from typer._click.shell_completion import CompletionItem

        if not incomplete.startswith("-"):
            offers = complete.condition_values(ctx, ctx.args[-1], incomplete) if ctx.args else []
            return [CompletionItem(value, help=help) for value, help in offers]
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        made = complete.conditions(ctx, incomplete)
        return own + [CompletionItem(value, help=help) for value, help in made if value not in known]


@app.command(cls=QueryCommand, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def query(
    ctx: typer.Context,
    category: Category = "",
    where: Annotated[
        str, typer.Option("--where", "-w", metavar="CONDITION", help="As in 'weight <= 20 g and not touchscreen'.")
    ] = "",
    maker: Annotated[str, typer.Option(metavar="PRODUCT", help="Who makes it.", autocompletion=complete.makers)] = "",
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
        typer.Option(metavar="[-]KEY,...", help='By these, or "name"; - for descending.', autocompletion=complete.attributes),
    ] = [],  # noqa: B006  Typer copies it
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most so many.")] = None,
    offset: Annotated[int, typer.Option(metavar="N", help="Leave out the first so many.")] = 0,
    columns: Annotated[
        list[str],
        typer.Option(metavar="KEY,...", help="Show these attributes too.", autocompletion=complete.attributes),
    ] = [],  # noqa: B006
    group_by: Annotated[
        str,
        typer.Option(metavar="KEY", help="Groups of products: category, or an attribute.", autocompletion=complete.attributes),
    ] = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Find products by what their specs say.

    For every attribute KEY of the database, or alias of one, there are options:

    \b
      --min-KEY VALUE   at least this much, or not before this date
      --max-KEY VALUE   at most this much, or not after this date
      --KEY VALUE       exactly this, or a text that holds it, or this product
      --KEY, --no-KEY   yes or no

    A value has a unit (--max-weight 0.7oz, --max-price "1500 RMB"); a bare number is taken in the attribute's own
    unit, or the --currency. Prices in other currencies are judged at the rates of their days. A figure such as
    "about 40 g" may match certainly, likely or possibly: the last column tells.
    """
    from specdb.query import Condition, Options
    from specdb.query import query as queried

    with open_catalog(db) as catalog:
        conditions = list(_conditions(ctx.args, catalog))
        if maker:
            conditions.insert(0, Condition("is", "maker", maker))
        options = Options(category, where, match, parts(sort), limit, offset, parts(columns), group_by)
        emit(queried(in_currency(catalog, currency), conditions, options), format, output)


def _conditions(words: list[str], catalog: "Catalog") -> Iterator["Condition"]:
    """The conditions that the words mean which are no options of the command itself."""
    from specdb.errors import UsageError
    from specdb.query import Condition

    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            raise UsageError(f"{word!r} belongs to no option", "write --KEY VALUE")
        name, equals, value = word.removeprefix("--").partition("=")
        test, key = _test(name, catalog)
        if not equals and test == "is" and catalog.attribute(key).kind == "flag":
            test = "yes"
        if not equals and test not in ("yes", "no"):
            following = next(rest, None)
            if following is None:
                raise UsageError(f"--{name} has no value", f"write --{name} VALUE")
            value = following
        yield Condition(test, key, value)


def _test(name: str, catalog: "Catalog") -> tuple[str, str]:
    """What an option asks and of which attribute: min, max, no or is. An attribute of the whole name goes first."""
    start, _, key = name.partition("-")
    if catalog.find_attribute(name) is None:
        if start in ("min", "max") and key:
            return start, catalog.attribute(key).key
        if start == "no" and catalog.find_attribute(key):
            return "no", key
        catalog.attribute(name)
    return "is", name
