"""`specdb undo`: undo a changeset."""

from typing import Annotated

import typer

from specdb.cli.options import Db, Format, Output, format_examples, open_location, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb undo --dry-run", "specdb undo @12"))
def undo(
    changeset: Annotated[str, typer.Argument(metavar="[@N]", help="Changeset to undo. [default: the last one]")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason to record in the log.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change without writing anything.")] = False,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Undo a changeset with a new changeset, which can be undone as well.

    Specs that the changeset added are retracted, specs that it retracted are restored, and changes of products and
    attributes are reversed. Refused if later changesets depend on it; these are listed.
    """
    from specdb.database.undo import undo_changeset
    from specdb.errors import InvalidValueError
    from specdb.reports.diff import difference_table

    number = changeset.removeprefix("@")
    if changeset and not (number.isascii() and number.isdigit() and len(number) < 19):
        raise InvalidValueError(f"expected a changeset, got {changeset!r}", "write it as @12; see specdb log")
    location = open_location(db)
    undone = undo_changeset(location, int(number) if number else None, why, dry_run=dry_run)
    differences = difference_table(undone.differences)
    summary = (
        f"Undid @{undone.number} as @{undone.changeset}."
        if undone.changeset
        else f"Dry run: @{undone.number} would be undone. Nothing was written."
    )
    differences.remarks.append(summary)
    write_table(differences, format, output)
