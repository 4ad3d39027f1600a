"""Exchange rates of the user's own: a draft to a row, and one of them into a database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specdb.database import changeset_writer, reconcile, transaction
from specdb.domain.unit import currency_of
from specdb.errors import InvalidValueError, UsageError, nearest
from specdb.figures import dates, quantity_parser, unit_registry

if TYPE_CHECKING:
    from specdb.bundles.drafts import RateDraft
    from specdb.database.location import Location

_RATE = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def rate_row(draft: RateDraft) -> dict[str, Any]:
    """The columns of a rate; ValueFault where its day, a currency or its number is none, or its source is not named."""
    span = dates.parse_date(draft.day)
    if span.first != span.last:
        raise InvalidValueError(f"{draft.day!r} is no single day", "write a day, as in 2026-04-30")
    base, quote = _currency(draft.base), _currency(draft.quote)
    if base == quote:
        raise InvalidValueError(f"a rate from {base} to itself", "name two currencies")
    number = draft.rate.strip()
    if len(number) > quantity_parser.MAX_NUMBER_LENGTH or not _RATE.fullmatch(number) or not number.strip("0."):
        raise InvalidValueError(f"the rate {draft.rate!r} is no positive number", "write it like 0.031")
    if not draft.source.strip():
        raise InvalidValueError("a rate without a source", "say who published it")
    return {"day": span.first.isoformat(), "base": base, "quote": quote, "rate": number, "source": draft.source.strip()}


def _currency(text: str) -> str:
    """The code of the currency written so."""
    try:
        unit = unit_registry.resolve_unit(text)
    except InvalidValueError:
        unit = None
    if unit is None or not unit.name or unit.name != currency_of(unit):
        codes = [named.unit.name for named in unit_registry.unit_definitions() if currency_of(named.unit)]
        raise InvalidValueError(f"unknown currency {text!r}", nearest(text, codes) or "write its code, as in USD")
    return unit.name


def set_rate(path: Location, draft: RateDraft) -> dict[str, Any]:
    """Adds a rate to the database at `path`, in place of one for the same day and currencies; the columns it has."""
    columns = rate_row(draft)
    if "\0" in columns["source"]:
        raise UsageError("a NUL character in the source", "take it out")
    reason = f"rate of {columns['base']} and {columns['quote']} for {columns['day']}"
    with transaction.write_transaction(path) as connection:
        reconcile.replace_rate(connection, columns, author=changeset_writer.current_author(), reason=reason)
    return columns
