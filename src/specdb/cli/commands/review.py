"""specdb review."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from specdb.cli.edit_options import Db, Format, Why, perform
from specdb.cli.options import open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def review(
    drafts: Annotated[Path, typer.Argument(metavar="DRAFTS.yaml", help="What specdb extract -o DRAFTS.yaml wrote.")],
    text: Annotated[list[str], typer.Option(metavar="ARTICLE", help="The article, if it is not where it was.")] = [],
    why: Why = "",
    db: Db = "",
    format: Format = "",
) -> None:
    """Go through drafts in the terminal: accept, edit, reject or skip each, or stop.

    Each is shown in its sentence. What is accepted goes into the database at the end, or when you stop, as one changeset;
    what is rejected is remembered, and not drafted again from that text. Decisions are kept at once, in a file beside the
    drafts: run the same command again to go on, also after Ctrl-C.
    """
    from specdb.cli.review_session import ReviewSession
    from specdb.database.changesets import undone
    from specdb.database.location import locate
    from specdb.errors import UsageError
    from specdb.ingest.review import open_draft_sheet, store_decisions
    from specdb.ingest.review_progress import review_lock

    if str(drafts) == "-":
        raise UsageError("drafts from standard input, which the answers come from", "name a file")
    with open_view(db) as view:
        sheet = open_draft_sheet(view, drafts, text)
        known = {*view.names("product")}
        stored = {one.slug for one in view.sources().values()}
        gone = undone(view)
    with review_lock(drafts.with_name(f"{drafts.name}.review")) as progress:
        progress.reopen(gone)
        sitting = ReviewSession(sheet, progress, locate(db or None), known, stored)
        try:
            sitting.run()
        except KeyboardInterrupt:
            print(f"\nWhat you decided is kept in {progress.path}; run the same again to go on.", file=sys.stderr)
            raise typer.Exit(130) from None
        accepted, rejected = sitting.pending()
        if accepted or rejected:
            outcome = perform(
                db,
                lambda work: store_decisions(work, sitting.sheet, accepted, rejected),
                why or f"reviewed {drafts.name}",
                dry_run=False,
                format=format,
                origin="import",
            )
            progress.store(outcome.changeset)
    print(sitting.summary(), file=sys.stderr)
