"""specdb extract."""

from typing import Annotated

import typer

from specdb.cli import complete
from specdb.cli.options import Db, Output, open_catalog

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...")],
    db: Db = "",
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="json")] = "",
    output: Output = "",
) -> None:
    """Find the figures in articles."""
    import json
    from specdb.ingest.article import extract as extracted
    with open_catalog(db) as catalog:
        rows = [one._asdict() for file in files for one in extracted(open(file).read(), catalog)]
    print(json.dumps(rows, ensure_ascii=False))
