"""`specdb rate`: set and list exchange rates."""

from typing import Annotated

import typer

from specdb.cli import completers
from specdb.cli.options import Db, Format, Output, format_examples, open_location, open_view, write_table

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def rate() -> None:
    """Set and list exchange rates; they take precedence over the rates of the ECB."""


@app.command(name="set", epilog=format_examples('specdb rate set 2026-11-20 TWD USD 0.031 --source "central bank"'))
def set_exchange_rate(
    day: Annotated[str, typer.Argument(metavar="DATE", help="Day of the rate.")],
    base: Annotated[
        str, typer.Argument(metavar="FROM", help="Currency to convert from.", autocompletion=completers.currencies)
    ],
    quote: Annotated[str, typer.Argument(metavar="TO", help="Currency to convert to.", autocompletion=completers.currencies)],
    rate: Annotated[str, typer.Argument(metavar="RATE", help="Value of 1 FROM in TO.")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Source of the rate.")],
    db: Db = "",
) -> None:
    """Set the exchange rate of a day, in both directions.

    The rate is used for that day and up to seven days after it, until a day with a rate of its own. It replaces a rate
    that was set for the same day and currencies.
    """
    from specdb.bundles.drafts import RateDraft
    from specdb.bundles.exchange_rates import set_rate

    location = open_location(db)
    made = set_rate(location, RateDraft(day, base, quote, rate, source))
    print(f"1 {made['base']} = {made['rate']} {made['quote']} on {made['day']}, {made['source']}.")


@app.command(name="list")
def list_rates(db: Db = "", format: Format = "", output: Output = "") -> None:
    """List the rates that were set, latest first."""
    from specdb.reports.listing import list_items

    with open_view(db) as view:
        write_table(list_items(view, "rates"), format, output)
