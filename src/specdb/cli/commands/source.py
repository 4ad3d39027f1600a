"""`specdb source`: add and edit sources."""

from typing import Annotated, Any

import typer

from specdb.cli import completers
from specdb.cli.options import Db, DryRun, Format, Why, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
_Publisher = Annotated[str | None, typer.Option(metavar="TEXT", help="Publisher.")]
_Kind = Annotated[str | None, typer.Option(metavar="TEXT", help="Kind of source: article, data sheet, measurement, ...")]
_Url = Annotated[str | None, typer.Option(metavar="URL", help="Address.")]
_Sha256 = Annotated[str | None, typer.Option(metavar="HEX", help="SHA-256 of its text, used by specdb verify.")]
_Precedence = Annotated[
    int | None, typer.Option(metavar="N", help="Where sources disagree, the source with the higher number is shown.")
]


@app.callback()
def source() -> None:
    """Add and edit sources."""


@app.command(short_help="Add an article, a data sheet or a measurement.")
def add(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name used by commands: a-z, 0-9 and hyphens.")],
    title: Annotated[str, typer.Option(metavar="TEXT", help="Title.", show_default=False)],
    date: Annotated[str, typer.Option(metavar="DATE", help="Date of publication or measurement.", show_default=False)],
    publisher: _Publisher = None,
    kind: _Kind = None,
    url: _Url = None,
    sha256: _Sha256 = None,
    precedence: _Precedence = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add a source: an article, a data sheet, or a measurement of your own."""
    from specdb.bundles.drafts import Bundle, SourceDraft
    from specdb.editing.entity_names import apply_drafts

    draft = SourceDraft(slug, title, date=date)._replace(**_given_fields(publisher, kind, url, sha256, precedence))
    run_and_report(
        db,
        lambda session: apply_drafts(session, Bundle(sources=(draft,)), new=True),
        why or f"added source {slug}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def edit(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Slug of a source.", autocompletion=completers.sources)],
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Title.")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="Date of publication or measurement.")] = None,
    publisher: _Publisher = None,
    kind: _Kind = None,
    url: _Url = None,
    sha256: _Sha256 = None,
    precedence: _Precedence = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change a source. Specs dated by the source take its new date."""
    from specdb.editing.entities import edit_entity

    fields: dict[str, object] = {"title": title, "date": date, **_given_fields(publisher, kind, url, sha256, precedence)}
    run_and_report(
        db,
        lambda session: edit_entity(session, "source", source, fields),
        why or f"edited source {source}",
        dry_run=dry_run,
        format=format,
    )


def _given_fields(
    publisher: str | None, kind: str | None, url: str | None, sha256: str | None, precedence: int | None
) -> dict[str, Any]:
    """Return the fields of a draft that were given."""
    texts = {"publisher": publisher, "kind": kind, "url": url, "sha256": sha256}
    texts["precedence"] = None if precedence is None else str(precedence)
    return {name: text for name, text in texts.items() if text is not None}
