"""specdb show."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.edit_options import Qualifiers, qualified
from specdb.cli.options import AsOf, Currency, Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def show(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=completion.products)],
    attribute: Annotated[
        str, typer.Argument(metavar="[ATTRIBUTE]", help="Only this.", autocompletion=completion.attributes)
    ] = "",
    why: Annotated[bool, typer.Option("--why", help="All that is stated, which is shown, and by which rule.")] = False,
    qualifiers: Qualifiers = [],
    as_of: AsOf = "",
    currency: Currency = "",
    ids: Annotated[bool, typer.Option("--ids", help="With each spec's number, for specdb rank-spec.")] = False,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show all that is known of one product: its specs with their sources, relations, and what is missing.

    With --why, all that is stated on each question: the first is shown, by rank, then the precedence of its source, then
    that of the kind of its source, then the later as-of date, then the earlier statement.
    """
    from specdb.domain.qualifiers import to_text
    from specdb.errors import UsageError

    bound = to_text(qualified(qualifiers))
    if bound and not attribute:
        raise UsageError("-q without an attribute", "write specdb show PRODUCT ATTRIBUTE -q KEY=VALUE")
    with open_view(db, as_of=as_of, currency=currency) as view:
        if why:
            from specdb.reports.explain import explain as told

            emit(told(view, product, attribute, bound), format, output)
        else:
            from specdb.reports.show import show as shown

            emit(shown(view, product, attribute, bound, ids=ids), format, output)
