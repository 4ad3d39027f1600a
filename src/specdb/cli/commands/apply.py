"""specdb apply."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.edit_options import Db, DryRun, Format, Why, Yes, perform

if TYPE_CHECKING:
    from specdb.editing.edit_session import EditSession
    from specdb.errors import Issue

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="- reads from standard input.")],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Bring the database to what a YAML file says: add, change and retract, whole or not at all.

    What the file names it says whole: a product with all of its specs and the claims about it, a category with its
    members, each with its aliases. What a product in the file has beside these is retracted; what the file does not name
    is left alone. A second time it changes nothing. To add and never retract, use specdb db load and specdb set.
    """
    from hashlib import sha256

    from specdb.bundles import bundle
    from specdb.editing.apply import apply_bundle as applied
    from specdb.editing.load import read_text

    text = read_text(file)
    name = "standard input" if str(file) == "-" else str(file)

    def change(work: "EditSession") -> list[str]:
        issues: list[Issue] = []
        return applied(work, bundle.parse_bundle(text, name, issues), name, issues).remarks

    perform(
        db,
        change,
        why or f"applied {name}",
        dry_run=dry_run,
        format=format,
        ask=not yes,
        origin="import",
        digest=sha256(text.encode()).hexdigest(),
    )
