"""`specdb show`: show the specs of a product."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import (
    AsOf,
    Currency,
    Db,
    Format,
    Output,
    Qualifiers,
    format_examples,
    open_view,
    parse_qualifiers,
    write_table,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb show a1-pro", "specdb show a1-pro --as-of @12"))
def show(
    product: Annotated[
        str, typer.Argument(metavar="PRODUCT", help="Slug or alias of a product.", autocompletion=completers.products)
    ],
    attribute: Annotated[
        str, typer.Argument(metavar="[ATTRIBUTE]", help="Show only this attribute.", autocompletion=completers.attributes)
    ] = "",
    why: Annotated[bool, typer.Option("--why", help="Show all specs, and why one of them is shown.")] = False,
    qualifiers: Qualifiers = [],
    as_of: AsOf = "",
    currency: Currency = "",
    ids: Annotated[bool, typer.Option("--ids", help="Show the ID of each spec, for specdb rank-spec.")] = False,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show the specs of a product with their sources, its relations, and what is missing.

    With --why, list all specs that answer the same question. The first one is shown: they are ordered by rank, precedence
    of the source, precedence of the kind of source, later as-of date, earlier entry.
    """
    from specdb.domain.qualifiers import to_text
    from specdb.errors import UsageError

    required = to_text(parse_qualifiers(qualifiers))
    if required and not attribute:
        raise UsageError("-q needs an attribute", "write specdb show PRODUCT ATTRIBUTE -q KEY=VALUE")
    with open_view(db, as_of=as_of, currency=currency) as view:
        if why:
            from specdb.reports.explain import explain as explain_report

            write_table(explain_report(view, product, attribute, required), format, output)
        else:
            from specdb.reports.show import show as show_report

            write_table(show_report(view, product, attribute, required, ids=ids), format, output)
