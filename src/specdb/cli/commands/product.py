"""`specdb product`: add, edit, rename, merge and remove products."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, DryRun, Format, Product, Why, Yes, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

_Name = Annotated[str, typer.Option(metavar="TEXT", help="Display name.", show_default=False)]
_Category = Annotated[
    str,
    typer.Option(
        "--category", "-c", metavar="CATEGORY", help="Category.", autocompletion=completers.categories, show_default=False
    ),
]


@app.callback()
def product() -> None:
    """Add, edit, rename, merge and remove products."""


@app.command(short_help="Add a product, or restore a removed one.")
def add(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name used by commands: a-z, 0-9 and hyphens.")],
    name: _Name,
    category: _Category,
    alias: Annotated[list[str], typer.Option(metavar="NAME", help="Alias. Repeatable.")] = [],
    description: Annotated[str, typer.Option(metavar="TEXT", help="Description.")] = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add a product. A removed product with this slug is restored, without its specs."""
    from specdb.bundles.drafts import Bundle, ProductDraft
    from specdb.editing.entity_names import apply_drafts

    draft = ProductDraft(slug, name, category, tuple(alias), description)
    run_and_report(
        db,
        lambda session: apply_drafts(session, Bundle(products=(draft,)), new=True),
        why or f"added {slug}",
        dry_run=dry_run,
        format=format,
    )


@app.command(short_help="Change a product's name, category or description.")
def edit(
    product: Product,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Display name.")] = None,
    category: Annotated[
        str | None, typer.Option("--category", "-c", metavar="CATEGORY", help="Category.", autocompletion=completers.categories)
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="Description; '' removes it.")] = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change a product's name, category or description. To change its specs, use specdb set or specdb edit."""
    from specdb.editing.entities import edit_entity

    fields = {"name": name, "category": category, "description": description}
    run_and_report(
        db,
        lambda session: edit_entity(session, "product", product, fields),
        why or f"edited {product}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def rename(
    product: Product,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="New slug.")],
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change the slug of a product; the old slug becomes an alias."""
    from specdb.editing.entities import rename_entity

    reason = why or f"renamed {product} to {slug}"
    run_and_report(db, lambda session: rename_entity(session, "product", product, slug), reason, dry_run=dry_run, format=format)


@app.command(short_help="Merge a product into another one.")
def merge(
    product: Product,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Product to keep.", autocompletion=completers.products)],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Move all specs of a product to another one; its slug becomes an alias of that product."""
    from specdb.editing.entities import merge_products

    reason = why or f"merged {product} into {into}"
    run_and_report(
        db, lambda session: merge_products(session, product, into), reason, dry_run=dry_run, format=format, ask=not yes
    )


@app.command(short_help="Remove a product and its specs.")
def remove(
    product: Product,
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Remove a product and retract its specs. Refused while other products refer to it."""
    from specdb.editing.entities import remove_product

    reason = why or f"removed {product}"
    run_and_report(db, lambda session: remove_product(session, product), reason, dry_run=dry_run, format=format, ask=not yes)
