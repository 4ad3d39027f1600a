"""`specdb diff`: compare two changesets, dates or databases."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.options import Db, Format, Output, format_examples, open_view, write_table

if TYPE_CHECKING:
    from specdb.database.view import View

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb diff @12 @15", "specdb diff 2026-05-01", "specdb diff specdb.db team.db"))
def diff(
    before: Annotated[str, typer.Argument(metavar="FROM", help="Changeset (@12), date, or path or URL of a database.")],
    after: Annotated[str, typer.Argument(metavar="[TO]", help="The same. [default: now]")] = "@",
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Show what was added, removed and changed between two changesets, dates or databases.

    Databases are compared by name: slugs of products and sources, keys of attributes and categories.
    """
    from specdb.database import changesets
    from specdb.reports import diff as diff_report

    with ExitStack() as stack:
        now = stack.enter_context(open_view(db))
        ids = tuple(changesets.find(now, end) for end in (before, after) if changesets.is_moment(end))

        def opened(end: str) -> "View":
            if not changesets.is_moment(end):
                return stack.enter_context(open_view(end, create=False))
            return stack.enter_context(open_view(db, as_of=end))

        first, second = opened(before), opened(after)
        both = len(ids) == 2
        write_table(
            diff_report.diff_changesets(now, first, second, (ids[0], ids[1])) if both else diff_report.diff(first, second),
            format,
            output,
        )
