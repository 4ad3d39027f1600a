"""specdb rate: exchange rates of one's own."""

from typing import Annotated

import typer

from specdb.cli import completion
from specdb.cli.options import Db, Format, Output, emit, open_view

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def rate() -> None:
    """Set and list exchange rates of your own, which go before the ECB's."""


@app.command()
def set(
    day: Annotated[str, typer.Argument(metavar="DATE")],
    base: Annotated[str, typer.Argument(metavar="FROM", autocompletion=completion.currencies)],
    quote: Annotated[str, typer.Argument(metavar="TO", autocompletion=completion.currencies)],
    rate: Annotated[str, typer.Argument(metavar="RATE", help="How much of TO one FROM is worth.")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Who says so.")],
    db: Db = "",
) -> None:
    """Set the rate of a day, in both directions.

    As in specdb rate set 2026-11-20 TWD USD 0.031 --source "central bank". It holds for that day and up to seven days
    after it, until a day that has a rate. One that was set for the same day and currencies is retracted.
    """
    from specdb.bundles.drafts import RateDraft
    from specdb.bundles.exchange_rates import set_rate
    from specdb.database.location import locate

    with open_view(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)
    made = set_rate(place, RateDraft(day, base, quote, rate, source))
    print(f"1 {made['base']} = {made['rate']} {made['quote']} on {made['day']}, {made['source']}.")


@app.command()
def list(db: Db = "", format: Format = "", output: Output = "") -> None:
    """List the rates that were set, the latest first."""
    from specdb.reports.listing import list_items

    with open_view(db) as view:
        emit(list_items(view, "rates"), format, output)
