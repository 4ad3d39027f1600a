"""Dates as people write them, to those of core.dates; the order of day and month is never guessed."""

from __future__ import annotations

import re

from specdb.errors import InvalidValueError
from specdb.figures.dates import MONTHS

_STAMP = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_MONTH = r"(?P<month>[^\W\d_]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?"
_WORDED = re.compile(rf"(?:{_DAY}[-. ]\s?)?{_MONTH}[-,]?\s?(?P<year>\d{{4}})")
_AMERICAN = re.compile(rf"{_MONTH}\s{_DAY},?\s(?P<year>\d{{4}})")
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}}),?[ -]{_MONTH}(?:[ -]{_DAY})?")
_QUARTER = re.compile(r"([QH][1-4])\s?[/'’-]?\s?(\d{4})|(\d{4}),?[ /-]?([QH][1-4])", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"([QH][1-4])\s?['’](\d{2})", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.](\d{4})")
_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
DATE_ORDERS = ("", "dmy", "mdy")
CENTURY_PIVOT = 70
"""The first year of two figures that is one of the last century's: Q1'69 is 2069, Q1'70 is 1970."""

_MONTHS = (
    MONTHS,
    ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"),
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
"""Their names in English, German and French."""


def normalize_date(text: str, order: str = "") -> str:
    """The date in the form of core.dates, "2024-05-12" for "12 May 2024"; a text in no form known here as it is.

    `order` is dmy or mdy for dates of figures only; without it one that could be either is refused.
    """
    stamp = _STAMP.fullmatch(text)
    if stamp:
        return f"{stamp[1]}-{int(stamp[2]):02d}-{int(stamp[3]):02d}"
    worded = _WORDED.fullmatch(text) or _AMERICAN.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if worded:
        month = _month_number(worded["month"])
        if month:
            return f"{worded['year']}-{month:02d}" + (f"-{int(worded['day']):02d}" if worded["day"] else "")
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        return f"{quarter[2] or quarter[3]}-{(quarter[1] or quarter[4]).upper()}"
    short = _SHORT_YEAR.fullmatch(text)
    if short:
        return f"{'20' if int(short[2]) < CENTURY_PIVOT else '19'}{short[2]}-{short[1].upper()}"
    month_year = _MONTH_YEAR.fullmatch(text)
    if month_year:
        return f"{month_year[2]}-{int(month_year[1]):02d}"
    figures = _FIGURES.fullmatch(text)
    if figures:
        return _resolve_day_month(text, int(figures[1]), int(figures[2]), figures[3], order)
    return text


def _month_number(name: str) -> int:
    """The number of a month by its name or its first three letters; 0 if it is none."""
    folded = name.lower()
    fitting = {number for names in _MONTHS for number, month in enumerate(names, 1) if month.startswith(folded)}
    return fitting.pop() if len(fitting) == 1 else 0


def _resolve_day_month(text: str, first: int, second: int, year: str, order: str) -> str:
    if not order and first <= 12 and second <= 12 and first != second:
        raise InvalidValueError(f"{text!r} may be one of two days", "say dates: dmy or dates: mdy in the mapping")
    day, month = (second, first) if order == "mdy" or (not order and second > 12) else (first, second)
    return f"{year}-{month:02d}-{day:02d}"
