"""specdb product: add, edit, rename, merge and remove products."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.edit_options import Db, DryRun, Format, Product, Why, Yes, perform

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

_Name = Annotated[str, typer.Option(metavar="TEXT", help="What people call it.", show_default=False)]
_Category = Annotated[
    str, typer.Option("--category", "-c", metavar="CATEGORY", autocompletion=completion.categories, show_default=False)
]


@app.callback()
def product() -> None:
    """Add, edit, rename, merge and remove products."""


@app.command(short_help="Add a product, or bring a removed one back.")
def add(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its name for commands: a-z, 0-9 and hyphens.")],
    name: _Name,
    category: _Category,
    alias: Annotated[list[str], typer.Option(metavar="NAME", help="Another name; may be given again.")] = [],
    description: Annotated[str, typer.Option(metavar="TEXT")] = "",
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add a product; a removed one of that slug comes back, without its specs."""
    from specdb.bundles.drafts import Bundle, ProductDraft
    from specdb.editing.entity_names import apply_drafts

    draft = ProductDraft(slug, name, category, tuple(alias), description)
    perform(
        db,
        lambda work: apply_drafts(work, Bundle(products=(draft,)), new=True),
        why or f"added {slug}",
        dry_run=dry_run,
        format=format,
    )


@app.command(short_help="Change a product's name, category or description.")
def edit(
    product: Product,
    name: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    category: Annotated[
        str | None, typer.Option("--category", "-c", metavar="CATEGORY", autocompletion=completion.categories)
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="'' takes it away.")] = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change a product's name, category or description; its specs are edited with specdb set and specdb edit."""
    from specdb.editing.entities import edit_entity as edited

    fields = {"name": name, "category": category, "description": description}
    perform(
        db,
        lambda work: edited(work, "product", product, fields),
        why or f"edited {product}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def rename(
    product: Product,
    slug: Annotated[str, typer.Argument(metavar="SLUG")],
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Give a product another slug; the old one stays as an alias."""
    from specdb.editing.entities import rename_entity as renamed

    reason = why or f"renamed {product} to {slug}"
    perform(db, lambda work: renamed(work, "product", product, slug), reason, dry_run=dry_run, format=format)


@app.command(short_help="Move all that is stated of a product to another one.")
def merge(
    product: Product,
    into: Annotated[str, typer.Argument(metavar="INTO", autocompletion=completion.products)],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Move all that is stated of a product to another one, which is found by both names from then on."""
    from specdb.editing.entities import merge_products

    reason = why or f"merged {product} into {into}"
    perform(db, lambda work: merge_products(work, product, into), reason, dry_run=dry_run, format=format, ask=not yes)


@app.command(short_help="Take a product and all that is stated of it out.")
def remove(
    product: Product,
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Retract all that is stated of a product, and take it out of every list; refused while others refer to it."""
    from specdb.editing.entities import remove_product

    reason = why or f"removed {product}"
    perform(db, lambda work: remove_product(work, product), reason, dry_run=dry_run, format=format, ask=not yes)
