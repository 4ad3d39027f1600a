"""Normalize dates as tables write them to the forms of figures/dates.py, without guessing the order of day and month."""

from __future__ import annotations

import re

from specdb.errors import InvalidValueError
from specdb.figures.dates import MONTHS

_ISO_LIKE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_MONTH = r"(?P<month>[^\W\d_]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?"
_WITH_MONTH_NAME = re.compile(rf"(?:{_DAY}[-. ]\s?)?{_MONTH}[-,]?\s?(?P<year>\d{{4}})")
_AMERICAN = re.compile(rf"{_MONTH}\s{_DAY},?\s(?P<year>\d{{4}})")
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}}),?[ -]{_MONTH}(?:[ -]{_DAY})?")
_QUARTER = re.compile(r"([QH][1-4])\s?[/'’-]?\s?(\d{4})|(\d{4}),?[ /-]?([QH][1-4])", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"([QH][1-4])\s?['’](\d{2})", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.](\d{4})")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
DATE_ORDERS = ("", "dmy", "mdy")
CENTURY_PIVOT = 70
"""The first two-digit year that is in the 20th century: Q1'69 is 2069, Q1'70 is 1970."""

_MONTHS = (
    MONTHS,
    ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"),
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
"""Month names in English, German and French."""


def normalize_date(text: str, order: str = "") -> str:
    """Normalize a date: "2024-05-12" for "12 May 2024".

    Args:
        text: The date as written.
        order: Order of day and month in numeric dates: dmy, mdy, or '' if unknown.

    Returns:
        The date in a form that `parse_date` reads, or `text` unchanged if its form is unknown.

    Raises:
        InvalidValueError: The order of day and month is needed and unknown.
    """
    iso_like = _ISO_LIKE.fullmatch(text)
    if iso_like:
        return f"{iso_like[1]}-{int(iso_like[2]):02d}-{int(iso_like[3]):02d}"
    named = _WITH_MONTH_NAME.fullmatch(text) or _AMERICAN.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if named:
        month = _month_number(named["month"])
        if month:
            return f"{named['year']}-{month:02d}" + (f"-{int(named['day']):02d}" if named["day"] else "")
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        return f"{quarter[2] or quarter[3]}-{(quarter[1] or quarter[4]).upper()}"
    short = _SHORT_YEAR.fullmatch(text)
    if short:
        return f"{'20' if int(short[2]) < CENTURY_PIVOT else '19'}{short[2]}-{short[1].upper()}"
    month_year = _MONTH_YEAR.fullmatch(text)
    if month_year:
        return f"{month_year[2]}-{int(month_year[1]):02d}"
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        return _resolve_day_month(text, int(numeric[1]), int(numeric[2]), numeric[3], order)
    return text


def _month_number(name: str) -> int:
    """Return the number of the month that a name or its beginning identifies; 0 for none."""
    folded = name.lower()
    matches = {number for names in _MONTHS for number, month in enumerate(names, 1) if month.startswith(folded)}
    return matches.pop() if len(matches) == 1 else 0


def _resolve_day_month(text: str, first: int, second: int, year: str, order: str) -> str:
    if not order and first <= 12 and second <= 12 and first != second:
        raise InvalidValueError(f"{text!r} is ambiguous: day and month", "add dates: dmy or dates: mdy to the mapping")
    day, month = (second, first) if order == "mdy" or (not order and second > 12) else (first, second)
    return f"{year}-{month:02d}-{day:02d}"
