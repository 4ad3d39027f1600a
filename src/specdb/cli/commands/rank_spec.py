"""`specdb rank-spec`: mark a spec as preferred, normal or deprecated."""

from typing import Annotated

import typer

from specdb.cli.options import Db, DryRun, Format, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_RANKS = ["preferred", "normal", "deprecated"]


@app.command()
def rank_spec(
    spec: Annotated[int, typer.Argument(metavar="ID", help="ID of the spec, as listed by specdb show PRODUCT --ids.")],
    rank: Annotated[
        str, typer.Argument(metavar="RANK", help="Rank: " + ", ".join(_RANKS) + ".", autocompletion=lambda: _RANKS)
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Reason to record in the log.")],
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Mark a spec as preferred, normal or deprecated.

    Where several specs answer one question, a preferred spec is shown before all others, and a deprecated spec is never
    shown. The spec is retracted and added again with the new rank.
    """
    from specdb.editing.spec_edits import set_rank

    run_and_report(db, lambda session: set_rank(session, spec, rank), why, dry_run=dry_run, format=format)
