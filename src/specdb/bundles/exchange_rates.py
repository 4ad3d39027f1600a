"""The user's own exchange rates: from a draft to a row, and into a database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specdb.database.changeset_writer import current_author
from specdb.database.reconcile import replace_rate
from specdb.database.transaction import write_transaction
from specdb.domain.unit import currency_of
from specdb.errors import InvalidValueError, UsageError, nearest
from specdb.figures import dates, quantity_parser, unit_registry

if TYPE_CHECKING:
    from specdb.bundles.drafts import RateDraft
    from specdb.database.location import Location

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def rate_row(draft: RateDraft) -> dict[str, Any]:
    """Return the columns of an exchange rate.

    Raises:
        InvalidValueError: The day, a currency or the number is not valid, or the source is missing.
    """
    span = dates.parse_date(draft.day)
    if span.first != span.last:
        raise InvalidValueError(f"{draft.day!r} is not a single day", "use a day, such as 2026-04-30")
    base, quote = _currency_code(draft.base), _currency_code(draft.quote)
    if base == quote:
        raise InvalidValueError(f"an exchange rate from {base} to itself", "specify two currencies")
    number = draft.rate.strip()
    if len(number) > quantity_parser.MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(number) or not number.strip("0."):
        raise InvalidValueError(f"the rate {draft.rate!r} is not a positive number", "use a number such as 0.031")
    if not draft.source.strip():
        raise InvalidValueError("an exchange rate without a source", "specify who published it")
    return {"day": span.first.isoformat(), "base": base, "quote": quote, "rate": number, "source": draft.source.strip()}


def set_rate(location: Location, draft: RateDraft) -> dict[str, Any]:
    """Add an exchange rate to a database, replacing the one for the same day and currencies; return its columns.

    Raises:
        InvalidValueError: The draft is not valid.
        UsageError: The source contains a NUL character.
        DatabaseError: The database cannot be written.
    """
    columns = rate_row(draft)
    if "\0" in columns["source"]:
        raise UsageError("the source contains a NUL character", "remove it")
    reason = f"exchange rate of {columns['base']} and {columns['quote']} on {columns['day']}"
    with write_transaction(location) as connection:
        replace_rate(connection, columns, author=current_author(), reason=reason)
    return columns


def _currency_code(text: str) -> str:
    """Return the code of a currency by its code or sign."""
    try:
        unit = unit_registry.resolve_unit(text)
    except InvalidValueError:
        unit = None
    if unit is None or not unit.name or unit.name != currency_of(unit):
        codes = [named.unit.name for named in unit_registry.unit_definitions() if currency_of(named.unit)]
        raise InvalidValueError(f"unknown currency {text!r}", nearest(text, codes) or "use its code, such as USD")
    return unit.name
