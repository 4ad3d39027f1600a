"""`specdb review`: review drafts."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from specdb.cli.options import Db, Format, Why, open_view, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def review(
    drafts: Annotated[Path, typer.Argument(metavar="DRAFTS.yaml", help="Drafts written by specdb extract -o DRAFTS.yaml.")],
    text: Annotated[list[str], typer.Option(metavar="ARTICLE", help="The article, if it has been moved.")] = [],
    why: Why = "",
    db: Db = "",
    format: Format = "",
) -> None:
    """Review drafts in the terminal: accept, edit, reject or skip each one, or stop.

    Each draft is shown with its sentence. Accepted drafts are added to the database when you finish or stop, as one
    changeset. Rejected drafts are remembered and not drafted again from the same text. Decisions are saved immediately in
    a file beside the drafts: run the same command again to continue, also after Ctrl-C.
    """
    from specdb.cli.review_session import ReviewSession
    from specdb.database.changesets import undone
    from specdb.database.location import locate
    from specdb.errors import UsageError
    from specdb.ingest.review import open_draft_sheet, store_decisions
    from specdb.ingest.review_progress import review_lock

    if str(drafts) == "-":
        raise UsageError("cannot read drafts from standard input, which is used for the answers", "give a file")
    with open_view(db) as view:
        sheet = open_draft_sheet(view, drafts, text)
        known = {*view.names("product")}
        stored = {one.slug for one in view.sources().values()}
        gone = undone(view)
    with review_lock(drafts.with_name(f"{drafts.name}.review")) as progress:
        progress.reopen(gone)
        session = ReviewSession(sheet, progress, locate(db or None), known, stored)
        try:
            session.run()
        except KeyboardInterrupt:
            print(f"\nYour decisions are saved in {progress.path}. Run the same command again to continue.", file=sys.stderr)
            raise typer.Exit(130) from None
        accepted, rejected = session.pending()
        if accepted or rejected:
            outcome = run_and_report(
                db,
                lambda edit: store_decisions(edit, session.sheet, accepted, rejected),
                why or f"reviewed {drafts.name}",
                dry_run=False,
                format=format,
                origin="import",
            )
            progress.store(outcome.changeset)
    print(session.summary(), file=sys.stderr)
