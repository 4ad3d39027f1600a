"""specdb rank-spec."""

from typing import Annotated

import typer

from specdb.cli.edit_options import Db, DryRun, Format, perform

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_RANKS = ["preferred", "normal", "deprecated"]


@app.command()
def rank_spec(
    spec: Annotated[int, typer.Argument(metavar="ID", help="Its number, as specdb show PRODUCT --ids lists it.")],
    rank: Annotated[str, typer.Argument(metavar="RANK", help=", ".join(_RANKS) + ".", autocompletion=lambda: _RANKS)],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")],
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Prefer or deprecate a spec.

    Where several answer one question, a preferred one is shown before all others, a deprecated one never. The spec is
    retracted, and a copy with the new rank added.
    """
    from specdb.editing.spec_edits import set_rank as ranked

    perform(db, lambda work: ranked(work, spec, rank), why, dry_run=dry_run, format=format)
