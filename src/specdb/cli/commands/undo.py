"""specdb undo."""

from typing import Annotated

import typer

from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def undo(
    changeset: Annotated[str, typer.Argument(metavar="[@N]", help="The last one, if none is named.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the record.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    db: Db = "",
    format: Format = "",
    output: Output = "",
) -> None:
    """Undo a changeset, by another one: an undo can be undone.

    What it added is retracted, what it retracted is stated again, and products and attributes are as they were before it.
    It is refused where later changesets stand on it, and those are named.
    """
    from specdb.database.location import locate
    from specdb.database.undo import undo_changeset
    from specdb.errors import InvalidValueError
    from specdb.reports.diff import difference_table

    number = changeset.removeprefix("@")
    if changeset and not (number.isascii() and number.isdigit() and len(number) < 19):
        raise InvalidValueError(f"{changeset!r} is no changeset", "write @12; see specdb log")
    with open_view(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)
    undone = undo_changeset(place, int(number) if number else None, why, dry_run=dry_run)
    shown = difference_table(undone.differences)
    said = f"Undid @{undone.number} as @{undone.changeset}." if undone.changeset else f"This would undo @{undone.number}."
    shown.remarks.append(said)
    emit(shown, format, output)
