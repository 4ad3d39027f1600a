"""`specdb log`: list changesets."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, Format, Output, format_examples, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb log --limit 10", "specdb log a1-pro", "specdb log @12"))
def log(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[PRODUCT|@N]",
            help="List changesets of this product, or show one changeset.",
            autocompletion=completers.products,
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", "-n", metavar="N", help="Maximum number of rows.")] = None,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """List changesets, newest first: who changed what, when and why. Times are in UTC.

    Every write is a changeset: an edit, an import, an undo. specdb log @12 shows each change of changeset 12.
    """
    from specdb.render import default_format
    from specdb.reports.log import log as log_report

    format = format or default_format(output or None)
    with open_view(db) as view:
        if not what.startswith("@"):
            write_table(log_report(view, what, limit, brief=format == "table"), format, output)
            return
        from specdb.database.changesets import find
        from specdb.reports.diff import diff_changesets
        from specdb.reports.log import format_headline

        number = find(view, what)
        with open_view(db, as_of=number - 1) as before, open_view(db, as_of=number) as after:
            write_table(
                diff_changesets(view, before, after, (number - 1, number), format_headline(view, number)), format, output
            )
