"""`specdb extract`: extract draft specs from articles."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, DryRun, Output, Why, format_examples, open_view, run_and_report, write_table
from specdb.errors import UsageError

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.ingest.documents.tagged_figure import FigureDraft

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_DRAFT_FORMATS = ("json", "yaml")


@app.command(epilog=format_examples("specdb extract launch.txt", "specdb extract launch.txt -o drafts.yaml"))
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Text, Markdown or HTML files; - for standard input.")],
    product: Annotated[
        str,
        typer.Option(
            "--product", metavar="PRODUCT", help="Product that the article is about.", autocompletion=completers.products
        ),
    ] = "",
    db: Db = "",
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="Output format: table, json, yaml, csv or any format of specdb export.",
            autocompletion=lambda: ["table", "json", "yaml", "csv"],
        ),
    ] = "",
    output: Output = "",
    accept_above: Annotated[
        float | None,
        typer.Option(
            metavar="CONFIDENCE",
            min=0,
            max=1,
            help="Add drafts with at least this confidence to the database without a review.",
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="SLUG", help="With --accept-above: source of the article.", autocompletion=completers.sources)
    ] = "",
    date: Annotated[str, typer.Option(metavar="DATE", help="With --accept-above: date of a new source.")] = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """Extract draft specs from articles, each with its product, attribute, place and confidence.

    With --accept-above, drafts of known products and attributes with enough confidence are added to the database as one
    changeset. Review the others with specdb review.
    """
    from specdb.ingest.documents.extraction import extract as extract_drafts
    from specdb.ingest.documents.file_text import read_document

    if accept_above is not None:
        _accept(files, product, db, format, accept_above, source, date, why, dry_run=dry_run)
        return
    if source or date or why or dry_run:
        raise UsageError(
            "--source, --date, --why and --dry-run need --accept-above", "add --accept-above 0.9, or leave them out"
        )
    format = format or {"json": "json", "yaml": "yaml", "yml": "yaml"}.get(output.rpartition(".")[2].lower(), "")
    with open_view(db) as view:
        slug = view.product(product).slug if product else ""
        texts = {file: read_document(file) for file in files}
        found = [
            (file, _without_rejected(view, sha256, extract_drafts(text, view, slug))) for file, (text, sha256) in texts.items()
        ]
        if format in _DRAFT_FORMATS:
            from specdb.render.output import write_text

            document = _json(found) if format == "json" else _yaml(view, texts, found)
            write_text(document, output or None)
            return
        from specdb.ingest.draft_table import draft_table

        write_table(draft_table(found), format, output)


def _accept(
    files: list[str], product: str, db: str, format: str, least: float, source: str, date: str, why: str, *, dry_run: bool
) -> None:
    """Add the confident drafts of one article to the database."""
    from specdb.ingest.auto_accept import accept_drafts
    from specdb.ingest.documents.extraction import extract as extract_drafts
    from specdb.ingest.documents.file_text import read_document
    from specdb.ingest.source_matching import resolve_source

    if len(files) > 1:
        raise UsageError("--accept-above takes one article", "run it once for each article: each is its own source")
    text, sha256 = read_document(files[0])
    with open_view(db) as view:
        stated_by = resolve_source(view, files[0], text, sha256, source, date)
        slug = view.product(product).slug if product else ""
        drafts = _without_rejected(view, sha256, extract_drafts(text, view, slug))
    run_and_report(
        db,
        lambda session: accept_drafts(session, drafts, stated_by, least),
        why or f"extracted from {files[0]}, accepted above {least:g}",
        dry_run=dry_run,
        format=format,
        origin="import",
        digest=sha256,
    )


def _without_rejected(view: "View", sha256: str, drafts: "list[FigureDraft]") -> "list[FigureDraft]":
    """Return the drafts without those rejected in a review, and print how many these were."""
    from specdb.database.metadata import rejected
    from specdb.ingest.yaml_writer import draft_locator, printed_on_one_line

    refused = rejected(view, sha256)
    kept = [draft for draft in drafts if (draft_locator(draft), printed_on_one_line(draft)) not in refused]
    if gone := len(drafts) - len(kept):
        print(f"{gone} {'figure' if gone == 1 else 'figures'} skipped: rejected in a review of this text", file=sys.stderr)
    return kept


def _json(found: "list[tuple[str, list[FigureDraft]]]") -> str:
    """Return a JSON list with one object per figure, one per line, with its file if there are several."""
    import json

    from specdb.render.sanitize import escape_json

    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    rows = [
        escape_json(encode({**({"file": file} if len(found) > 1 else {}), **draft.record()}))
        for file, drafts in found
        for draft in drafts
    ]
    return "[\n  " + ",\n  ".join(rows) + "\n]\n" if rows else "[]\n"


def _yaml(view: "View", texts: dict[str, tuple[str, str]], found: "list[tuple[str, list[FigureDraft]]]") -> str:
    """Return one YAML document with all drafts."""
    from specdb.ingest.yaml_writer import drafts_to_yaml

    return drafts_to_yaml(view, ((file, *texts[file], drafts) for file, drafts in found))
