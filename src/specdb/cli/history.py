"""specdb history."""

from typing import Annotated

import typer

from specdb.cli import complete
from specdb.cli.editing import Qualifiers, qualified
from specdb.cli.options import Db, Format, Output, emit, open_catalog

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def history(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=complete.products)],
    attribute: Annotated[str, typer.Argument(metavar="ATTRIBUTE", autocompletion=complete.attributes)],
    qualifiers: Qualifiers = [],
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show all that was ever stated of a product's attribute: when, by whom and why it was added and retracted.

    The latest change comes first; times are UTC.
    """
    from specdb.core.qualifiers import to_text
    from specdb.history import history as told

    with open_catalog(db) as catalog:
        emit(told(catalog, product, attribute, to_text(qualified(qualifiers))), format, output)
