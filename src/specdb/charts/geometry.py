"""Geometry shared by terminal charts and pictures: the extent of a bar, the limits of an axis, ticks and legend keys."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, inf, isfinite, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.charts import time_axis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.model import ChartAxis, ChartValue, ScatterChart

UPPER_BOUNDS = ("at_most", "less_than")
LOWER_BOUNDS = ("at_least", "more_than")
INTERVALS = ("about", "range", "span")

LEGEND_TEXTS = {
    "exact": "as stated",
    "about": "about (light: ±5 %)",
    "range": "range",
    "upper": "up to, below: may be less",
    "lower": "at least, over: may be more",
    "tolerance": "± tolerance",
    "day": "on this day",
    "span": "on a day in this period",
}
"""The text of each key of a legend, in the order of the legend."""

_OPEN_END_MARGIN = 0.15  # free share of an axis beyond a value with an open end
_POINT_MARGIN = 0.07  # free share of an axis around points
_MAX_NAMES = 8  # products named for one reason


class BarExtent(NamedTuple):
    """The ends of a bar. The bar of a period of days does not start at zero; a single day has no bar.

    Attributes:
        certain: From zero to where the value certainly reaches, None if there is no such part.
        possible: Where the value may end, None if it is exact.
        open_direction: -1 if the value may be less than its figure, 1 if it may be more, otherwise 0.
    """

    certain: tuple[float, float] | None
    possible: tuple[float, float] | None
    open_direction: int


def legend_key(modifier: str) -> str:
    """Return the key of LEGEND_TEXTS for a modifier."""
    if modifier in UPPER_BOUNDS:
        return "upper"
    if modifier in LOWER_BOUNDS:
        return "lower"
    return "tolerance" if modifier == "plus_minus" else modifier


def legend_keys(values: Iterable[ChartValue]) -> list[str]:
    """Return the keys of a legend for bars of these values, in the order of the legend."""
    used = {legend_key(value.modifier) for value in values}
    return [key for key in LEGEND_TEXTS if key in used]


def point_legend_keys(values: Iterable[ChartValue]) -> list[str]:
    """Return the keys of a legend for points, where a single day is drawn like any exact value."""
    return list(dict.fromkeys("exact" if key == "day" else key for key in legend_keys(values)))


def open_direction(modifier: str) -> int:
    """Return -1 if the value may be less than its figure, 1 if it may be more, otherwise 0."""
    return -1 if modifier in UPPER_BOUNDS else 1 if modifier in LOWER_BOUNDS else 0


def bar_extent(value: ChartValue, low: float, high: float) -> BarExtent:
    """Return the bar of a value on an axis from `low` to `high`; an open side ends at the end of the axis."""
    if value.modifier in ("exact", "plus_minus"):
        return BarExtent((min(0.0, value.nominal), max(0.0, value.nominal)), None, 0)
    if value.modifier in ("day", "span"):
        return BarExtent(None, (value.lo, value.hi) if value.hi > value.lo else None, 0)
    first, last = max(value.lo, low), min(value.hi, high)
    certain = (0.0, first) if first > 0 else (last, 0.0) if last < 0 else None
    return BarExtent(certain, (first, last) if last > first else None, open_direction(value.modifier))


def bar_limits(values: Iterable[ChartValue], *, dated: bool = False) -> tuple[float, float]:
    """Return the ends of an axis for bars, with a margin for open ends; it contains zero unless it shows dates."""
    if dated:
        return time_axis.limits(values)
    numbers, open_below, open_above = [0.0], False, False
    for value in values:
        numbers += [number for number in (value.lo, value.nominal, value.hi) if isfinite(number)]
        open_below = open_below or value.lo == -inf
        open_above = open_above or value.hi == inf
    low, high = min(numbers), max(numbers)
    margin = _OPEN_END_MARGIN * ((high - low) or 1.0)
    return low - (margin if open_below else 0.0), high + (margin if open_above or high == low else 0.0)


def point_limits(values: Iterable[ChartValue], *, dated: bool = False) -> tuple[float, float]:
    """Return the ends of an axis for points; it starts at zero if zero is near or is a possible value."""
    if dated:
        return time_axis.limits(values)
    numbers = []
    for value in values:
        if value.modifier in UPPER_BOUNDS and value.lo == 0:
            numbers.append(0.0)
        ends = (value.lo, value.hi) if value.modifier in INTERVALS else ()
        numbers += [number for number in (value.nominal, *ends) if isfinite(number)]
    low, high = min(numbers), max(numbers)
    if 0 <= low < 0.4 * high:
        low = 0.0
    margin = _POINT_MARGIN * ((high - low) or abs(high) or 1.0)
    return (0.0 if low == 0 else low - margin), high + margin


def axis_ticks(axis: ChartAxis, low: float, high: float, limit: int) -> tuple[list[float], list[str]]:
    """Return at most `limit` ticks on an axis from `low` to `high`, and their labels."""
    if axis.dated:
        return time_axis.ticks(low, high, limit)
    positions = round_ticks(low, high, limit)
    return positions, tick_labels(positions)


def round_ticks(low: float, high: float, limit: int) -> list[float]:
    """Return at most `limit` numbers between `low` and `high`, multiples of 1, 2 or 5 times a power of ten; low < high."""
    rough = (high - low) / max(limit - 1, 1)
    power = 10.0 ** floor(log10(rough))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first < limit:
            return [round(multiple * step, 12 - floor(log10(step))) + 0.0 for multiple in range(first, last + 1)]
    return []


def tick_labels(positions: list[float]) -> list[str]:
    """Return labels with the same number of decimals; very large and very small numbers use an exponent."""
    if not positions:
        return []
    largest = max(map(abs, positions))
    gap = min((after - before for before, after in pairwise(positions)), default=largest or 1.0)
    if largest >= 1e7 or (largest and largest < 1e-4):
        return [f"{position:.3g}".replace("e+", "e").replace("e0", "e") for position in positions]
    decimals = max(0, -floor(log10(gap) + 1e-9)) if gap > 0 else 0
    return [f"{position:,.{decimals}f}" for position in positions]


def omission_note(chart: ScatterChart) -> str:
    """Return a line that lists the omitted products, at most 8 names for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in chart.omitted:
        by_reason.setdefault(reason, []).append(name)
    parts = []
    for reason, names in by_reason.items():
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        parts.append(f"{', '.join(names[:_MAX_NAMES])}{more} ({reason})")
    return f"not drawn: {'; '.join(parts)}"
