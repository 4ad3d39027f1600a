"""specdb query."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from specdb.cli import completion
from specdb.cli.options import AsOf, Category, Compute, Currency, Db, Format, Output, emit, open_view, parts
from specdb.domain.qualifiers import split_keys

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.errors import UnknownKeyError
    from specdb.query import Condition

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_NEGATIVE = tuple(f"-{sign}" for sign in ".0123456789")


class QueryCommand(TyperCommand):
    """A command that also takes and completes the options made of the database's attributes, and their values."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the command line; a negative value, as in --min-drift -5oz, is not taken for the short option -o."""
        joined: list[str] = []
        for word in args:
            if joined and joined[-1].startswith("--") and "=" not in joined[-1] and word.startswith(_NEGATIVE):
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_args(ctx, joined)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Option names, or values of an option that only the database knows."""
        from typer._click.shell_completion import CompletionItem

        if not incomplete.startswith("-"):
            offers = completion.condition_values(ctx, ctx.args[-1], incomplete) if ctx.args else []
            return [CompletionItem(value, help=help) for value, help in offers]
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        made = completion.conditions(ctx, incomplete)
        if len(incomplete) > 1 and not incomplete.startswith("--"):
            made += completion.attributes(ctx, incomplete)  # --sort -KEY
        return own + [CompletionItem(value, help=help) for value, help in made if value not in known]


@app.command(cls=QueryCommand, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def query(
    ctx: typer.Context,
    category: Category = "",
    where: Annotated[
        str, typer.Option("--where", "-w", metavar="CONDITION", help="As in 'weight <= 20 g and not touchscreen'.")
    ] = "",
    maker: Annotated[str, typer.Option(metavar="PRODUCT", help="Who makes it.", autocompletion=completion.makers)] = "",
    match: Annotated[
        str,
        typer.Option(
            metavar="STRENGTH",
            help="certain: it must; likely, the default: its nominal value does; possible: it can.",
            autocompletion=lambda: ["certain", "likely", "possible"],
        ),
    ] = "",
    sort: Annotated[
        list[str],
        typer.Option(metavar="[-]KEY,...", help='By these, or "name"; - for descending.', autocompletion=completion.attributes),
    ] = [],
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most so many.")] = None,
    offset: Annotated[int, typer.Option(metavar="N", help="Leave out the first so many.")] = 0,
    columns: Annotated[
        list[str],
        typer.Option(metavar="KEY,...", help="Show these attributes too.", autocompletion=completion.attributes),
    ] = [],
    group_by: Annotated[
        str,
        typer.Option(
            metavar="KEY", help="Groups of products: category, or an attribute.", autocompletion=completion.attributes
        ),
    ] = "",
    pareto: Annotated[
        str,
        typer.Option(metavar="KEY,...", help="Only what no other beats on all of these.", autocompletion=completion.attributes),
    ] = "",
    compute: Compute = [],
    as_of: AsOf = "",
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
    from specdb.query import Condition, QueryOptions
    from specdb.query import query as queried

    with open_view(db, as_of=as_of, currency=currency, compute=compute) as view:
        conditions = list(conditions_of(ctx, view))
        if maker:
            conditions.insert(0, Condition("is", "maker", maker))
        options = QueryOptions(
            category, where, match, parts(sort), limit, offset, split_keys(",".join(columns)), group_by, split_keys(pareto)
        )
        emit(queried(view, conditions, options, stream=True), format, output)


def conditions_of(ctx: typer.Context, view: "View") -> Iterator["Condition"]:
    """The conditions that the words mean which are no options of the command itself."""
    from specdb.errors import UsageError
    from specdb.query import Condition

    words = list(ctx.args)
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            raise UsageError(f"{word!r} belongs to no option", "write --KEY VALUE; quote a value that has spaces")
        name, equals, value = word.removeprefix("--").partition("=")
        test, key = _test(name, view) if word.startswith("--") else ("", "")
        attribute = view.find_attribute(key)
        if attribute is None:
            raise _unknown(word.partition("=")[0], ctx, view)
        if not equals and test == "is" and attribute.kind == "flag":
            test = words.pop(0) if words[:1] in (["yes"], ["no"]) else "yes"
        elif not equals and test != "no":
            if not words:
                raise UsageError(f"--{name} has no value", f"write --{name} VALUE")
            value = words.pop(0)
        yield Condition(test, key, value)


def _test(name: str, view: "View") -> tuple[str, str]:
    """What an option asks and of which attribute: min, max, no or is. An attribute of the whole name goes first."""
    start, _, key = name.partition("-")
    if start in ("min", "max", "no") and key and view.find_attribute(name) is None:
        return start, key
    return "is", name


def _unknown(option: str, ctx: typer.Context, view: "View") -> "UnknownKeyError":
    """The error for an option that is neither the command's own nor made of an attribute, with the nearest of both."""
    from specdb.errors import UnknownKeyError, nearest

    own = [name for param in ctx.command.params for name in param.opts if name.startswith("--")]
    known = {name: view.attribute(name).kind for name in view.names("attribute")}
    made = [f"--{name}" for name in known]
    made += [f"--no-{name}" for name, kind in known.items() if kind == "flag"]
    made += [f"--{end}-{name}" for name, kind in known.items() if kind in ("quantity", "date") for end in ("min", "max")]
    near = nearest(option, [*own, *made])
    return UnknownKeyError(f"there is no option {option}", near or "see specdb query --help and specdb list attributes")
