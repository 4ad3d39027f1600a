"""specdb diff."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.options import Db, Format, Output, emit, open_view

if TYPE_CHECKING:
    from specdb.database.view import View

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="FROM", help="@12, a date, or another database: its path or URL.")],
    other: Annotated[str, typer.Argument(metavar="[TO]", help="The same; now, if it is not given.")] = "@",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show what differs between two changesets or days, or between two databases: what was added, removed and changed.

    Databases are compared by names: the slugs of products and sources, the keys of attributes and categories.
    """
    from specdb.database import changesets
    from specdb.reports import diff as differing

    with ExitStack() as stack:
        now = stack.enter_context(open_view(db))
        ids = tuple(changesets.find(now, end) for end in (one, other) if changesets.is_moment(end))

        def opened(end: str) -> "View":
            if not changesets.is_moment(end):
                return stack.enter_context(open_view(end, create=False))
            return stack.enter_context(open_view(db, as_of=end))

        first, second = opened(one), opened(other)
        both = len(ids) == 2
        emit(
            differing.diff_changesets(now, first, second, (ids[0], ids[1])) if both else differing.diff(first, second),
            format,
            output,
        )
