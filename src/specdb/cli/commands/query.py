"""`specdb query`: find products by their specs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from specdb.cli import completers
from specdb.cli.options import (
    AsOf,
    Category,
    Compute,
    Currency,
    Db,
    Format,
    Limit,
    Maker,
    Match,
    Offset,
    Output,
    Sort,
    Where,
    format_examples,
    open_view,
    split_commas,
    write_table,
)
from specdb.domain.qualifiers import split_keys

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.errors import UnknownKeyError
    from specdb.query import Condition

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_NEGATIVE = tuple(f"-{sign}" for sign in ".0123456789")

ATTRIBUTE_OPTIONS = """
\b
Options of each attribute KEY of the database:
  --min-KEY VALUE   at least this value, or not before this date
  --max-KEY VALUE   at most this value, or not after this date
  --KEY VALUE       this value, a text that contains it, or this product
  --KEY, --no-KEY   yes or no

"""
"""Part of the help: options that QueryCommand accepts for every attribute."""


class QueryCommand(TyperCommand):
    """A command that accepts and completes options for each attribute of the database."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; a negative value such as --min-drift -5oz is not read as the option -o."""
        joined: list[str] = []
        for word in args:
            if joined and joined[-1].startswith("--") and "=" not in joined[-1] and word.startswith(_NEGATIVE):
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_args(ctx, joined)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offer option names, or values of an attribute's option."""
        from specdb.cli.completion import completion_item

        if not incomplete.startswith("-"):
            offers = completers.condition_values(ctx, ctx.args[-1], incomplete) if ctx.args else []
            return [completion_item(value, description) for value, description in offers]
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        attribute_options = completers.conditions(ctx, incomplete)
        if len(incomplete) > 1 and not incomplete.startswith("--"):
            attribute_options += completers.attributes(ctx, incomplete)  # --sort -KEY
        return own + [completion_item(value, description) for value, description in attribute_options if value not in known]


@app.command(
    cls=QueryCommand,
    epilog=ATTRIBUTE_OPTIONS
    + format_examples(
        "specdb query --category glasses --max-weight 20g", 'specdb query --where "memory > 100 GB" --sort -memory --limit 5'
    ),
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def query(
    ctx: typer.Context,
    category: Category = "",
    where: Where = "",
    maker: Maker = "",
    match: Match = "",
    sort: Sort = [],
    limit: Limit = None,
    offset: Offset = 0,
    columns: Annotated[
        list[str],
        typer.Option(metavar="KEY,...", help="Attributes to show as columns.", autocompletion=completers.attributes),
    ] = [],
    group_by: Annotated[
        str,
        typer.Option(
            metavar="KEY", help="Group the products by category or by an attribute.", autocompletion=completers.attributes
        ),
    ] = "",
    pareto: Annotated[
        str,
        typer.Option(
            metavar="KEY,...",
            help="Show only products that no other product beats on all of these attributes.",
            autocompletion=completers.attributes,
        ),
    ] = "",
    compute: Compute = [],
    as_of: AsOf = "",
    currency: Currency = "",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Find products by their specs.

    Values have units (--max-weight 0.7oz, --max-price "1500 RMB"); a plain number is in the attribute's unit, or in the
    --currency. Prices in other currencies are converted at the rate of their date. A figure such as "about 40 g" can match
    certainly, likely or possibly: the last column shows which.
    """
    from specdb.query import Condition, QueryOptions
    from specdb.query import query as run_query

    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        conditions = list(parse_conditions(ctx, view))
        if maker:
            conditions.insert(0, Condition("is", "maker", maker))
        options = QueryOptions(
            category,
            where,
            match,
            split_commas(sort),
            limit,
            offset,
            split_keys(",".join(columns)),
            group_by,
            split_keys(pareto),
        )
        write_table(run_query(view, conditions, options, stream=True), format, output)


def parse_conditions(ctx: typer.Context, view: "View") -> Iterator["Condition"]:
    """Yield the conditions given by options of attributes, such as --max-weight 20g."""
    from specdb.errors import UsageError
    from specdb.query import Condition

    words = list(ctx.args)
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            raise UsageError(f"unexpected argument {word!r}", "write --KEY VALUE; quote values that contain spaces")
        name, equals, value = word.removeprefix("--").partition("=")
        test, key = _test(name, view) if word.startswith("--") else ("", "")
        attribute = view.find_attribute(key)
        if attribute is None:
            raise _unknown(word.partition("=")[0], ctx, view)
        if not equals and test == "is" and attribute.kind == "flag":
            test = words.pop(0) if words[:1] in (["yes"], ["no"]) else "yes"
        elif not equals and test != "no":
            if not words:
                raise UsageError(f"--{name} needs a value", f"write --{name} VALUE")
            value = words.pop(0)
        yield Condition(test, key, value)


def _test(name: str, view: "View") -> tuple[str, str]:
    """Split an option into its test (min, max, no or is) and attribute; an attribute with the whole name takes precedence."""
    start, _, key = name.partition("-")
    if start in ("min", "max", "no") and key and view.find_attribute(name) is None:
        return start, key
    return "is", name


def _unknown(option: str, ctx: typer.Context, view: "View") -> "UnknownKeyError":
    """Return the error for an unknown option, with the nearest known ones."""
    from specdb.errors import UnknownKeyError, nearest

    own = [name for param in ctx.command.params for name in param.opts if name.startswith("--")]
    kinds = {name: view.attribute(name).kind for name in view.names("attribute")}
    attribute_options = [f"--{name}" for name in kinds]
    attribute_options += [f"--no-{name}" for name, kind in kinds.items() if kind == "flag"]
    attribute_options += [
        f"--{end}-{name}" for name, kind in kinds.items() if kind in ("quantity", "date") for end in ("min", "max")
    ]
    near = nearest(option, [*own, *attribute_options])
    return UnknownKeyError(f"unknown option {option}", near or "see specdb query --help and specdb list attributes")
