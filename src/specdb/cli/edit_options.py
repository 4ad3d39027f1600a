"""What the editing commands have in common: their options, and how an edit is shown, asked about and carried out."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Db, Format, emit, open_view

if TYPE_CHECKING:
    from specdb.editing.edit_session import EditSession, Outcome

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Qualifiers = Annotated[
    list[str], typer.Option("--qualifier", "-q", metavar="KEY=VALUE", help="What the figure is bound to; may be given again.")
]
Source = Annotated[str, typer.Option(metavar="SLUG", help="Who states it.", autocompletion=completion.sources)]
Product = Annotated[str, typer.Argument(metavar="PRODUCT", autocompletion=completion.products)]
Attribute = Annotated[str, typer.Argument(metavar="ATTRIBUTE", autocompletion=completion.attributes)]

__all__ = ["Attribute", "Db", "DryRun", "Format", "Product", "Qualifiers", "Source", "Why", "Yes", "perform", "qualified"]


def qualified(pairs: list[str]) -> dict[str, str]:
    """The qualifiers that -q gives; UsageError for what is no KEY=VALUE, or a key twice."""
    from specdb.errors import UsageError

    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not key or not value or key in found:
            raise UsageError(f"-q {pair}", "write KEY=VALUE, as in -q precision=FP4, each key once")
        found[key] = value
    return found


def perform(
    db: str,
    change: "Callable[[EditSession], list[str] | None]",
    reason: str,
    *,
    dry_run: bool,
    format: str,
    ask: bool = False,
    origin: str = "edit",
    digest: str = "",
) -> "Outcome":
    """Carries an edit out and shows what it did. With `ask`, on a terminal, it is shown first, and done if that is wanted.

    What was shown is what is done: if another edit came between, nothing is.
    """
    from specdb.database.location import locate
    from specdb.editing.edit_session import run_edit

    with open_view(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)

    def changed(work: "EditSession") -> list[str]:
        return change(work) or []

    ask = ask and not dry_run and sys.stdin.isatty() and sys.stderr.isatty()
    outcome = run_edit(place, changed, reason, origin=origin, digest=digest, dry_run=dry_run or ask)
    _show(outcome, format)
    if ask and outcome.lines and _removes(outcome):
        typer.confirm("Do it?", abort=True, err=True)
    if ask and outcome.lines:
        outcome = run_edit(place, changed, reason, origin=origin, digest=digest, expected=outcome.lines)
    _say(outcome, dry_run=dry_run)
    return outcome


def _removes(outcome: "Outcome") -> bool:
    """Whether something goes without anything in its place."""
    return any((line.before and not line.after) or line.field == "removed" for line in outcome.lines)


def _show(outcome: "Outcome", format: str) -> None:
    """The lines as a table on stdout, and the remarks on stderr."""
    from specdb.editing.change_summary import change_table
    from specdb.render.sanitize import escape_controls

    if outcome.lines:
        shown = change_table(outcome.lines)
        shown.remarks += outcome.remarks
        emit(shown, format, "")
    for remark in [] if outcome.lines else outcome.remarks:
        print(escape_controls(remark), file=sys.stderr)


def _say(outcome: "Outcome", *, dry_run: bool) -> None:
    """What came of it, on stderr."""
    from specdb.editing.change_summary import summarize

    if not outcome.lines:
        text = "Nothing to change: it is so already."
    elif dry_run:
        text = f"Dry run, nothing was changed: {summarize(outcome.lines)}."
    else:
        text = f"Changeset {outcome.changeset}: {summarize(outcome.lines)}."
    print(text, file=sys.stderr)
