"""specdb history."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.edit_options import Qualifiers, qualified
from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def history(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=completion.products)],
    attribute: Annotated[str, typer.Argument(metavar="ATTRIBUTE", autocompletion=completion.attributes)],
    qualifiers: Qualifiers = [],
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show all that was ever stated of a product's attribute: when, by whom and why it was added and retracted.

    The latest change comes first; times are UTC.
    """
    from specdb.domain.qualifiers import to_text
    from specdb.reports.history import history as told

    with open_view(db) as view:
        emit(told(view, product, attribute, to_text(qualified(qualifiers))), format, output)
