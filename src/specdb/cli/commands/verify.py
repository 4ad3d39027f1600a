"""`specdb verify`: verify the figures of a source against its text."""

from pathlib import Path
from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, Format, Output, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def verify(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Slug of a source.", autocompletion=completers.sources)],
    text: Annotated[Path, typer.Option(metavar="FILE", help="File with the text of the source.")],
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Verify that a file is the text of a source, and that each printed figure is where its spec says.

    The file is identified by its SHA-256. Lists the figures that were not found, and exits with 1 if there are any.
    """
    from specdb.reports.verify import verify as verify_report

    with open_view(db) as view:
        table = verify_report(view, source, text)
        write_table(table, format, output)
    if table.rows:
        raise typer.Exit(1)
