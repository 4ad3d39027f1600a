"""A date as far as it is known: a day, a month, a quarter, a half-year, a year, or from one of them to another."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from specdb.errors import InvalidValueError

_FORMS = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|-Q(?P<quarter>[1-4])|-H(?P<half>[12]))?")
_MEND = 'write 2026-04-30, 2026-04, 2026-Q2, 2026-H1, 2026 or "2026-07-21..2026-08"'

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
"""Their English names, as articles and tables write them, in lower case."""


class DateInterval(NamedTuple):
    """The days from `first` to `last`, both included, and the `text` that says so."""

    text: str
    first: date
    last: date

    @property
    def iso(self) -> str:
        """ISO 8601: a day, month or year as it is written; anything else as first/last."""
        if re.fullmatch(r"[0-9-]+", self.text):
            return self.text
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def parse_date(text: str) -> DateInterval:
    """The DateSpan that `text` writes; ValueFault if it writes none."""
    start, dots, end = text.strip().partition("..")
    first, last = _span(start.strip(), text)
    if dots:
        last = _span(end.strip(), text)[1]
    if last < first:
        raise InvalidValueError(f"{text!r} ends before it starts", "write the earlier date first")
    return DateInterval(f"{start.strip()}..{end.strip()}".upper() if dots else start.strip().upper(), first, last)


def today() -> date:
    """The day it is here."""
    return date.today()


def before(day: date, age: str) -> date:
    """The day that lies `age` (90d, 6w, 18mo, 2y) before `day`; ValueFault for another text."""
    found = re.fullmatch(r"([0-9]{1,4}) ?(d|w|mo|y)", age.strip())
    if not found:
        raise InvalidValueError(f"{age!r} is no age", "write 90d, 6w, 18mo or 2y")
    count, unit = int(found[1]), found[2]
    days = count * {"d": 1, "w": 7}.get(unit, 0)
    months = day.year * 12 + day.month - 1 - count * {"mo": 1, "y": 12}.get(unit, 0)
    if days >= day.toordinal() or months < 12:
        raise InvalidValueError(f"{age!r} goes back before the calendar", "write a shorter age")
    if days:
        return day - timedelta(days=days)
    last = _months(months // 12, months % 12 + 1, 1)[1]
    return last.replace(day=min(day.day, last.day))


def from_ordinals(text: str, lo: float, hi: float) -> DateInterval:
    """The DateSpan that a row of the store holds: its text and the proleptic ordinals of its first and last day."""
    return DateInterval(text, date.fromordinal(int(lo)), date.fromordinal(int(hi)))


def _span(part: str, text: str) -> tuple[date, date]:
    """The first and the last day of one date of whatever precision."""
    found = _FORMS.fullmatch(part.upper())
    if not found:
        raise InvalidValueError(f"{text!r} is not a date", _MEND)
    year = int(found["year"])
    try:
        if found["day"]:
            day = date(year, int(found["month"]), int(found["day"]))
            return day, day
        if found["month"]:
            return _months(year, int(found["month"]), 1)
        if found["quarter"]:
            return _months(year, 3 * int(found["quarter"]) - 2, 3)
        if found["half"]:
            return _months(year, 6 * int(found["half"]) - 5, 6)
        return _months(year, 1, 12)
    except ValueError:
        raise InvalidValueError(f"{text!r} is not a day of the calendar", _MEND) from None


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of `count` months from `month` of `year`."""
    first = date(year, month, 1)
    index = month - 1 + count
    if year == date.max.year and index == 12:
        return first, date.max
    return first, date(year + index // 12, index % 12 + 1, 1) - timedelta(days=1)
