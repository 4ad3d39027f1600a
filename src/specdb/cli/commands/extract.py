"""specdb extract."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import completion
from specdb.cli.edit_options import DryRun, Why, perform
from specdb.cli.options import Db, Output, emit, open_view
from specdb.errors import UsageError

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.ingest.documents.tagged_figure import FigureDraft

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_OWN = ("json", "yaml")


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Text, Markdown or HTML; - is standard input.")],
    product: Annotated[
        str,
        typer.Option(
            "--product", metavar="PRODUCT", help="The known product that all is about.", autocompletion=completion.products
        ),
    ] = "",
    db: Db = "",
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="draft_table, json, drafts_to_yaml, csv or another of export's.",
            autocompletion=lambda: ["draft_table", "json", "drafts_to_yaml", "csv"],
        ),
    ] = "",
    output: Output = "",
    accept_above: Annotated[
        float | None,
        typer.Option(metavar="CONFIDENCE", min=0, max=1, help="State what is at least so sure, and known, without a person."),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="SLUG", help="With --accept_drafts-above: the source.", autocompletion=completion.sources)
    ] = "",
    date: Annotated[str, typer.Option(metavar="DATE", help="With --accept_drafts-above: the date of a new source.")] = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """Find the figures in articles: drafts of specs, each with its product, attribute, place and confidence.

    With --accept-above those of known products and attributes that are sure enough go into the database, as one changeset;
    see specdb review for the others.
    """
    from specdb.ingest.documents import extract as extracted
    from specdb.ingest.documents.file_text import read_document

    if accept_above is not None:
        _accept(files, product, db, format, accept_above, source, date, why, dry_run=dry_run)
        return
    if source or date or why or dry_run:
        raise UsageError(
            "--source, --date, --why and --dry-run without --accept-above", "say --accept-above 0.9, or leave them out"
        )
    format = format or {"json": "json", "yaml": "yaml", "yml": "yaml"}.get(output.rpartition(".")[2].lower(), "")
    with open_view(db) as view:
        slug = view.product(product).slug if product else ""
        texts = {file: read_document(file) for file in files}
        found = [(file, _remembering(view, sha256, extracted(text, view, slug))) for file, (text, sha256) in texts.items()]
        if format in _OWN:
            from specdb.render.output import write_text

            made = _json(found) if format == "json" else _yaml(view, texts, found)
            write_text(made, output or None)
            return
        from specdb.ingest.draft_table import draft_table

        emit(draft_table(found), format, output)


def _accept(
    files: list[str], product: str, db: str, format: str, least: float, source: str, date: str, why: str, *, dry_run: bool
) -> None:
    """States the sure drafts of one article."""
    from specdb.ingest.auto_accept import accept_drafts
    from specdb.ingest.documents import extract as extracted
    from specdb.ingest.documents.file_text import read_document
    from specdb.ingest.source_matching import resolve_source as source_of

    if len(files) > 1:
        raise UsageError("--accept-above with several articles", "take them one by one: each is a source of its own")
    text, sha256 = read_document(files[0])
    with open_view(db) as view:
        stated_by = source_of(view, files[0], text, sha256, source, date)
        slug = view.product(product).slug if product else ""
        drafts = _remembering(view, sha256, extracted(text, view, slug))
    perform(
        db,
        lambda work: accept_drafts(work, drafts, stated_by, least),
        why or f"extracted from {files[0]}, accepted above {least:g}",
        dry_run=dry_run,
        format=format,
        origin="import",
        digest=sha256,
    )


def _remembering(view: "View", sha256: str, drafts: "list[FigureDraft]") -> "list[FigureDraft]":
    """The drafts without those that a person has rejected; says how many these were."""
    from specdb.database.metadata import rejected
    from specdb.ingest.yaml_writer import draft_locator, printed_on_one_line

    refused = rejected(view, sha256)
    kept = [draft for draft in drafts if (draft_locator(draft), printed_on_one_line(draft)) not in refused]
    if gone := len(drafts) - len(kept):
        print(f"{gone} {'figure' if gone == 1 else 'figures'} left out: rejected in a review of this text", file=sys.stderr)
    return kept


def _json(found: "list[tuple[str, list[FigureDraft]]]") -> str:
    """A list with one object a figure, one a line; each has its file where there are several."""
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
    """One document in our form."""
    from specdb.ingest.yaml_writer import drafts_to_yaml

    return drafts_to_yaml(view, ((file, *texts[file], drafts) for file, drafts in found))
