"""specdb verify."""

from pathlib import Path
from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def verify(
    source: Annotated[str, typer.Argument(metavar="SOURCE", autocompletion=completion.sources)],
    text: Annotated[Path, typer.Option(metavar="FILE", help="The source's text.")],
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Check that a text is the source's (by its SHA-256), and that each printed figure stands in the line named.

    Prints what does not, and exits with 1 if there is any.
    """
    from specdb.reports.verify import verify as verified

    with open_view(db) as view:
        table = verified(view, source, text)
        emit(table, format, output)
    if table.rows:
        raise typer.Exit(1)
