"""`specdb alias`: add and remove aliases."""

from typing import Annotated

import typer

from specdb.cli.options import Db, DryRun, Format, Why, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
_SCOPES = ["product", "attribute", "category"]
_Of = Annotated[
    str,
    typer.Option(
        "--of",
        metavar="WHAT",
        help=f"Kind of the name, if it is ambiguous: {', '.join(_SCOPES)}.",
        autocompletion=lambda: _SCOPES,
    ),
]


@app.callback()
def alias() -> None:
    """Add and remove aliases of products, attributes and categories."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Existing slug, key or alias.")],
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="Additional name.")],
    of: _Of = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add an alias of a product, attribute or category."""
    from specdb.editing.entities import add_alias

    reason = why or f"alias {alias} of {name}"
    run_and_report(db, lambda session: add_alias(session, name, alias, of), reason, dry_run=dry_run, format=format)


@app.command()
def remove(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="Alias to remove.")],
    of: _Of = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Remove an alias."""
    from specdb.editing.entities import remove_alias

    run_and_report(
        db, lambda session: remove_alias(session, alias, of), why or f"removed alias {alias}", dry_run=dry_run, format=format
    )
