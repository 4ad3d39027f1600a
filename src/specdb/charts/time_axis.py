"""A time axis, whose numbers are the ordinals of days: its limits, and its ticks at round dates."""

from __future__ import annotations

from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.model import ChartValue

_MARGIN = 0.07  # free share of an axis around its dates
_SINGLE_DATE_DAYS = 60  # length of an axis with a single date, in days
_MIN_DAY, _MAX_DAY = date.min.toordinal(), date.max.toordinal()

_DAY_STEPS = (1, 2, 7, 14)  # steps of 7 and 14 fall on Mondays
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000)


def limits(values: Iterable[ChartValue]) -> tuple[float, float]:
    """Return the ends of an axis for these dates; around 2000-01-01 if there are none."""
    ends = [end for value in values for end in (value.lo, value.hi)] or [float(date(2000, 1, 1).toordinal())]
    low, high = min(ends), max(ends)
    margin = max(1.0, _MARGIN * ((high - low) or _SINGLE_DATE_DAYS))
    return low - margin, high + margin


def ticks(low: float, high: float, limit: int) -> tuple[list[float], list[str]]:
    """Return at most `limit` days between `low` and `high`, and their labels.

    The days are first days of years or months; on short axes Mondays, or any days.
    """
    first, last = max(_MIN_DAY, ceil(low)), min(_MAX_DAY, floor(high))
    for step in _DAY_STEPS:
        days = list(range(first + (1 - first) % step, last + 1, step)) if last - first < limit * step else []
        if 0 < len(days) <= limit:
            return _label_days(days)
    for step in _MONTH_STEPS:
        days = _first_days_of_months(first, last, step)
        if len(days) <= limit:
            return _label_days(days)
    return [], []


def _first_days_of_months(first: int, last: int, step: int) -> list[int]:
    """Return the first day of every `step`-th month between two days, counted from January."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    first_month = start.year * 12 + start.month - (start.day == 1)
    months = range(first_month + -first_month % step, end.year * 12 + end.month, step)
    return [date(month // 12, month % 12 + 1, 1).toordinal() for month in months]


def _label_days(days: list[int]) -> tuple[list[float], list[str]]:
    """Return the days with labels of one form: all years, all months or all days."""
    dates = [date.fromordinal(day) for day in days]
    size = 4 if all((day.month, day.day) == (1, 1) for day in dates) else 7 if all(day.day == 1 for day in dates) else 10
    return [float(day) for day in days], [day.isoformat()[:size] for day in dates]
