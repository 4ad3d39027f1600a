"""Dates of any precision: a day, month, quarter, half-year, year, or a range of them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from specdb.errors import InvalidValueError

_FORMS = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|-Q(?P<quarter>[1-4])|-H(?P<half>[12]))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[ /]?([QH][1-4])")
_YEAR_LAST = re.compile(r"(?:([QH])([1-4])|([1-4])([QH]))[ /-]*(?:OF )?'?([0-9]{4}|[0-9]{2})")
_MONTH_NAME = re.compile(
    r"(?:([0-9]{1,2})(?:ST|ND|RD|TH)?[ -])?([A-Z]{3,9})\.?[ -](?:([0-9]{1,2})(?:ST|ND|RD|TH)?,? )?([0-9]{4})", re.ASCII
)
_HINT = 'write 2026-04-30, 2026-04, 2026-Q2, 2026-H1, 2026 or "2026-07-21..2026-08"'

MAX_LENGTH = 32
"""Maximum number of characters of a date that is not a range."""

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
    start, end = _to_canonical(start), _to_canonical(end)
    first, last = _parse_period(start, text)
    if dots:
        last = _parse_period(end, text)[1]
    if last < first:
        raise InvalidValueError(f"{text!r} ends before it starts", "write the earlier date first")
    return DateInterval(f"{start}..{end}" if dots else start, first, last)


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


def _to_canonical(part: str) -> str:
    """Return a date in the form of this module: 2026-Q3 for "Q3 2026" and "3Q26", 2026-03-12 for "12 March 2026".

    A text that is not in another form is returned in upper case.
    """
    written = part.strip().upper()
    if len(written) > MAX_LENGTH or _FORMS.fullmatch(written):
        return written
    if found := _YEAR_FIRST.fullmatch(written):
        return f"{found[1]}-{found[2]}"
    if found := _YEAR_LAST.fullmatch(written):
        year = found[5] if len(found[5]) == 4 else f"20{found[5]}"
        return f"{year}-{found[1] or found[4]}{found[2] or found[3]}"
    return _day_and_month(written) or written


def _day_and_month(written: str) -> str:
    """Return "2026-03-12" for "12 MARCH 2026", "MAR 12, 2026" and "2026-03" for "MARCH 2026"; '' for another form."""
    found = _MONTH_NAME.fullmatch(written)
    if not found or (found[1] and found[3]):
        return ""
    names = {form: number for number, name in enumerate(MONTHS, 1) for form in (name.upper(), name[:3].upper())} | {"SEPT": 9}
    if found[2] not in names:
        return ""
    day = found[1] or found[3]
    return f"{found[4]}-{names[found[2]]:02}" + (f"-{int(day):02}" if day else "")


def _parse_period(part: str, text: str) -> tuple[date, date]:
    """Return the first and last day of a date; `text` is the whole input, for messages."""
    found = _FORMS.fullmatch(part)
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
