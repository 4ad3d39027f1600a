"""`specdb apply`: bring the database to the state that a YAML file describes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.options import Db, DryRun, Format, Why, Yes, format_examples, run_and_report

if TYPE_CHECKING:
    from specdb.editing.edit_session import EditSession
    from specdb.errors import Issue

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples("specdb apply acme.yaml --dry-run"))
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="YAML file; - for standard input.")],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Apply a YAML file: add, change and retract specs until the database matches the file.

    The file describes each of its products completely: specs of such a product that are not in the file are retracted.
    Products that the file does not mention are not touched. Applying the same file twice changes nothing. All changes are
    written, or none. To add specs without retracting any, use specdb db load or specdb set.
    """
    from hashlib import sha256

    from specdb.bundles import bundle
    from specdb.editing.apply import apply_bundle
    from specdb.editing.load import read_text

    text = read_text(file)
    name = "standard input" if str(file) == "-" else str(file)

    def change(session: "EditSession") -> list[str]:
        issues: list[Issue] = []
        return apply_bundle(session, bundle.parse_bundle(text, name, issues), name, issues).remarks

    run_and_report(
        db,
        change,
        why or f"applied {name}",
        dry_run=dry_run,
        format=format,
        ask=not yes,
        origin="import",
        digest=sha256(text.encode()).hexdigest(),
    )
