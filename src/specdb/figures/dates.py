"""Dates of any precision: a day, month, quarter, half-year, year, or a range of them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from specdb.errors import InvalidValueError

_FORMS = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|-Q(?P<quarter>[1-4])|-H(?P<half>[12]))?")
_HINT = 'write 2026-04-30, 2026-04, 2026-Q2, 2026-H1, 2026 or "2026-07-21..2026-08"'

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
"""The English names of the months in lower case."""


class DateInterval(NamedTuple):
    """A period of days.

    Attributes:
        text: The date as written: "2026-Q2".
        first: First day.
        last: Last day, included.
    """

    text: str
    first: date
    last: date

    @property
    def iso(self) -> str:
        """The ISO 8601 form: a day, month or year as written, other periods as first/last."""
        if re.fullmatch(r"[0-9-]+", self.text):
            return self.text
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def parse_date(text: str) -> DateInterval:
    """Parse a date such as "2026-04-30", "2026-Q2" or "2026-07-21..2026-08".

    Raises:
        InvalidValueError: The text is not a date in one of these forms.
    """
    start, dots, end = text.strip().partition("..")
    first, last = _parse_period(start.strip(), text)
    if dots:
        last = _parse_period(end.strip(), text)[1]
    if last < first:
        raise InvalidValueError(f"{text!r} ends before it starts", "write the earlier date first")
    return DateInterval(f"{start.strip()}..{end.strip()}".upper() if dots else start.strip().upper(), first, last)


def today() -> date:
    """Return the current date in local time."""
    return date.today()


def subtract_age(day: date, age: str) -> date:
    """Return the day that is `age` before `day`.

    Args:
        day: A day.
        age: A number and d, w, mo or y: "90d", "18mo".

    Raises:
        InvalidValueError: `age` has another form or goes back before year 1.
    """
    found = re.fullmatch(r"([0-9]{1,4}) ?(d|w|mo|y)", age.strip())
    if not found:
        raise InvalidValueError(f"invalid age {age!r}", "write 90d, 6w, 18mo or 2y")
    count, unit = int(found[1]), found[2]
    days = count * {"d": 1, "w": 7}.get(unit, 0)
    months = day.year * 12 + day.month - 1 - count * {"mo": 1, "y": 12}.get(unit, 0)
    if days >= day.toordinal() or months < 12:
        raise InvalidValueError(f"age {age!r} goes back before year 1", "write a shorter age")
    if days:
        return day - timedelta(days=days)
    last = _month_range(months // 12, months % 12 + 1, 1)[1]
    return last.replace(day=min(day.day, last.day))


def from_ordinals(text: str, lo: float, hi: float) -> DateInterval:
    """Build a date from its text and the proleptic Gregorian ordinals of its first and last day."""
    return DateInterval(text, date.fromordinal(int(lo)), date.fromordinal(int(hi)))


def _parse_period(part: str, text: str) -> tuple[date, date]:
    """Return the first and last day of a date; `text` is the whole input, for messages."""
    found = _FORMS.fullmatch(part.upper())
    if not found:
        raise InvalidValueError(f"{text!r} is not a date", _HINT)
    year = int(found["year"])
    try:
        if found["day"]:
            day = date(year, int(found["month"]), int(found["day"]))
            return day, day
        if found["month"]:
            return _month_range(year, int(found["month"]), 1)
        if found["quarter"]:
            return _month_range(year, 3 * int(found["quarter"]) - 2, 3)
        if found["half"]:
            return _month_range(year, 6 * int(found["half"]) - 5, 6)
        return _month_range(year, 1, 12)
    except ValueError:
        raise InvalidValueError(f"{text!r} is not in the calendar", _HINT) from None


def _month_range(year: int, month: int, count: int) -> tuple[date, date]:
    """Return the first and last day of `count` months from `month` of `year`."""
    first = date(year, month, 1)
    index = month - 1 + count
    if year == date.max.year and index == 12:
        return first, date.max
    return first, date(year + index // 12, index % 12 + 1, 1) - timedelta(days=1)
