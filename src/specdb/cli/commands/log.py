"""specdb log."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def log(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[PRODUCT|@N]",
            help="Only what was done to this product; or all that one changeset did.",
            autocompletion=completion.products,
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", "-n", metavar="N", help="At most so many.")] = None,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """List the changesets, newest first: who changed what, when and why. Times are UTC.

    Every write is one: an edit, an import, an undo. specdb log @12 shows line by line what the changeset 12 did.
    """
    from specdb.render import default_format
    from specdb.reports.log import log as logged

    format = format or default_format(output or None)
    with open_view(db) as view:
        if not what.startswith("@"):
            emit(logged(view, what, limit, brief=format == "table"), format, output)
            return
        from specdb.database.changesets import find
        from specdb.reports.diff import diff_changesets
        from specdb.reports.log import format_headline

        id = find(view, what)
        with open_view(db, as_of=id - 1) as before, open_view(db, as_of=id) as after:
            emit(diff_changesets(view, before, after, (id - 1, id), format_headline(view, id)), format, output)
