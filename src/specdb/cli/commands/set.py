"""`specdb set`: set a spec of a product."""

from typing import Annotated

import typer

from specdb.cli.options import (
    Attribute,
    Db,
    DryRun,
    Format,
    Product,
    Qualifiers,
    Source,
    Why,
    format_examples,
    parse_qualifiers,
    run_and_report,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="set", epilog=format_examples('specdb set a1-pro weight "about 40g" --source dingtalk-a1-pro'))
def set_spec(
    product: Product,
    attribute: Attribute,
    value: Annotated[
        str | None, typer.Argument(metavar="VALUE", help="Value as the source prints it.", show_default=False)
    ] = None,
    qualifiers: Qualifiers = [],
    source: Source = "",
    at: Annotated[str, typer.Option(metavar="PLACE", help='Place in the source, such as "line 139".')] = "",
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="Date that the value is valid for. [default: the date of the source]")
    ] = "",
    printed: Annotated[str, typer.Option(metavar="TEXT", help="Text as printed, if VALUE differs from it.")] = "",
    unknown: Annotated[bool, typer.Option("--unknown", help="The source says that the value is not known yet.")] = False,
    not_applicable: Annotated[
        bool, typer.Option("--not-applicable", help="The attribute does not apply to the product.")
    ] = False,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Set a spec of a product.

    The new spec replaces the one that the same source states for the same attribute and qualifiers; specs of other
    sources are kept. Without --source, it corrects the spec that is shown, and keeps its source. Put -- before a value
    that begins with a hyphen.
    """
    from specdb.bundles.drafts import SpecDraft
    from specdb.editing.spec_edits import add_spec
    from specdb.errors import UsageError

    if [value is not None, unknown, not_applicable].count(True) != 1:
        raise UsageError("expected exactly one of VALUE, --unknown and --not-applicable", "give one of them")
    state = "unknown" if unknown else "not-applicable" if not_applicable else ""
    draft = SpecDraft(attribute, parse_qualifiers(qualifiers), value, state, printed, source, at, as_of)
    run_and_report(
        db,
        lambda session: add_spec(session, product, draft),
        why or f"set {attribute} of {product}",
        dry_run=dry_run,
        format=format,
    )
