"""specdb set."""

from typing import Annotated

import typer

from specdb.cli.edit_options import Attribute, Db, DryRun, Format, Product, Qualifiers, Source, Why, perform, qualified

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def set(
    product: Product,
    attribute: Attribute,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="As the source prints it.", show_default=False)] = None,
    qualifiers: Qualifiers = [],
    source: Source = "",
    at: Annotated[str, typer.Option(metavar="PLACE", help='Where in the source, as in "line 139".')] = "",
    as_of: Annotated[str, typer.Option(metavar="DATE", help="When it was true, if not the source's date.")] = "",
    printed: Annotated[str, typer.Option(metavar="TEXT", help="As printed, where VALUE is not.")] = "",
    unknown: Annotated[bool, typer.Option("--unknown", help="The source says that it is still to come.")] = False,
    not_applicable: Annotated[bool, typer.Option("--not-applicable", help="It does not apply to the product.")] = False,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """State a figure of a product.

    As in specdb set a1-pro weight "approximately 40g" --source dingtalk-a1-pro --at "line 139" --as-of 2026-04-30. It takes the
    place of what the same source has said to the same question (attribute and qualifiers), which is retracted, and stands
    beside what other sources say. Without --source it corrects the figure that stands. A value that begins with a hyphen goes
    after --.
    """
    from specdb.bundles.drafts import SpecDraft
    from specdb.editing.spec_edits import add_spec
    from specdb.errors import UsageError

    if [value is not None, unknown, not_applicable].count(True) != 1:
        raise UsageError("neither or several of VALUE, --unknown and --not-applicable", "give one of them")
    word = "unknown" if unknown else "not-applicable" if not_applicable else ""
    draft = SpecDraft(attribute, qualified(qualifiers), value, word, printed, source, at, as_of)
    perform(
        db,
        lambda work: add_spec(work, product, draft),
        why or f"set {attribute} of {product}",
        dry_run=dry_run,
        format=format,
    )
