"""`specdb history`: show the history of a product's attribute."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, Format, Output, Qualifiers, format_examples, open_view, parse_qualifiers, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb history a1-pro weight"))
def history(
    product: Annotated[
        str, typer.Argument(metavar="PRODUCT", help="Slug or alias of a product.", autocompletion=completers.products)
    ],
    attribute: Annotated[
        str, typer.Argument(metavar="ATTRIBUTE", help="Key or alias of an attribute.", autocompletion=completers.attributes)
    ],
    qualifiers: Qualifiers = [],
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show the history of a product's attribute: each spec, when, by whom and why it was added and retracted.

    Latest change first; times are in UTC.
    """
    from specdb.domain.qualifiers import to_text
    from specdb.reports.history import history as history_report

    with open_view(db) as view:
        write_table(history_report(view, product, attribute, to_text(parse_qualifiers(qualifiers))), format, output)
