"""A time axis, whose numbers are ordinals of days: how far it goes, and the days on it that are named."""

from __future__ import annotations

from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.chart import Value

_PAD = 0.07  # share of an axis that is left free around what is on it
_ALONE = 60  # days around a single one
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()

_DAYS = (1, 2, 7, 14)  # of these the last two are Mondays
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000)


def limits(values: Iterable[Value]) -> tuple[float, float]:
    """The ends of an axis that holds these dates; some days where there are none."""
    ends = [end for value in values for end in (value.lo, value.hi)] or [float(date(2000, 1, 1).toordinal())]
    low, high = min(ends), max(ends)
    pad = max(1.0, _PAD * ((high - low) or _ALONE))
    return low - pad, high + pad


def ticks(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """At most `most` days from `low` to `high` and how they read: first days of years or months, else Mondays or any."""
    first, last = max(_FIRST, ceil(low)), min(_LAST, floor(high))
    for step in _DAYS:
        days = list(range(first + (1 - first) % step, last + 1, step)) if last - first < most * step else []
        if 0 < len(days) <= most:
            return _named(days)
    for step in _MONTHS:
        days = _months(first, last, step)
        if len(days) <= most:
            return _named(days)
    return [], []


def _months(first: int, last: int, step: int) -> list[int]:
    """The first days of every `step`-th month, counted from a January, between two days."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    least = start.year * 12 + start.month - (start.day == 1)
    months = range(least + -least % step, end.year * 12 + end.month, step)
    return [date(month // 12, month % 12 + 1, 1).toordinal() for month in months]


def _named(days: list[int]) -> tuple[list[float], list[str]]:
    """Days as years, months or days, all alike."""
    found = [date.fromordinal(day) for day in days]
    size = 4 if all((day.month, day.day) == (1, 1) for day in found) else 7 if all(day.day == 1 for day in found) else 10
    return [float(day) for day in days], [day.isoformat()[:size] for day in found]
