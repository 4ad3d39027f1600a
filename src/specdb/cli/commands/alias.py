"""specdb alias: other names."""

from typing import Annotated

import typer

from specdb.cli.edit_options import Db, DryRun, Format, Why, perform

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
_SCOPES = ["product", "attribute", "category"]
_Of = Annotated[
    str,
    typer.Option("--of", metavar="WHAT", help=f"{', '.join(_SCOPES)}; to tell them apart.", autocompletion=lambda: _SCOPES),
]


@app.callback()
def alias() -> None:
    """Add and remove other names of products, attributes and categories."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A slug, key or alias that there is.")],
    alias: Annotated[str, typer.Argument(metavar="ALIAS")],
    of: _Of = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Give a product, attribute or category another name."""
    from specdb.editing.entities import add_alias

    reason = why or f"alias {alias} of {name}"
    perform(db, lambda work: add_alias(work, name, alias, of), reason, dry_run=dry_run, format=format)


@app.command()
def remove(
    alias: Annotated[str, typer.Argument(metavar="ALIAS")],
    of: _Of = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Take an alias away."""
    from specdb.editing.entities import remove_alias

    perform(db, lambda work: remove_alias(work, alias, of), why or f"removed alias {alias}", dry_run=dry_run, format=format)
