"""`specdb unset`: retract specs of a product."""

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
    Yes,
    format_examples,
    parse_qualifiers,
    run_and_report,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=format_examples('specdb unset a1-pro weight --why "misprint"'))
def unset(
    product: Product,
    attribute: Attribute,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="Retract only this value, if there are several.", show_default=False)
    ] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Reason to record in the log.", show_default=False)] = ...,  # type: ignore[assignment]
    qualifiers: Qualifiers = [],
    source: Source = "",
    at: Annotated[str, typer.Option(metavar="PLACE", help="Retract only the spec at this place in the source.")] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Retract the specs of a product's attribute.

    Retracts the specs with exactly these qualifiers; VALUE, --source and --at narrow them down. Retracted specs stay in
    the history.
    """
    from specdb.editing.spec_edits import retract_spec

    required = parse_qualifiers(qualifiers)
    run_and_report(
        db,
        lambda session: retract_spec(session, product, attribute, required, value=value, source=source, at=at),
        why,
        dry_run=dry_run,
        format=format,
        ask=not yes,
    )
