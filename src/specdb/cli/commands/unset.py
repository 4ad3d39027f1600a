"""specdb unset."""

from typing import Annotated

import typer

from specdb.cli.edit_options import Attribute, Db, DryRun, Format, Product, Qualifiers, Source, Yes, perform, qualified

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def unset(
    product: Product,
    attribute: Attribute,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Only this one of several.", show_default=False)] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.", show_default=False)] = ...,  # type: ignore[assignment]
    qualifiers: Qualifiers = [],
    source: Source = "",
    at: Annotated[str, typer.Option(metavar="PLACE", help="Only what the source states there.")] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Retract what is stated of a product's attribute.

    Of all that stands with exactly these qualifiers, or of what has the value, source or place named. It stays on record.
    """
    from specdb.editing.spec_edits import retract_spec

    bound = qualified(qualifiers)
    perform(
        db,
        lambda work: retract_spec(work, product, attribute, bound, value=value, source=source, at=at),
        why,
        dry_run=dry_run,
        format=format,
        ask=not yes,
    )
