"""The geometry that the terminal and pictures share: what of a value is sure, what is possible, and how far an axis goes."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, inf, isfinite, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.charts import time_axis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.charts.chart import Axis, Scatter, Value

UPPER = ("at_most", "less_than")
LOWER = ("at_least", "more_than")
BANDS = ("about", "range", "span")

MEANINGS = {
    "exact": "as stated",
    "about": "about (light: ±5 %)",
    "range": "from, to",
    "upper": "up to, below: could be anything less",
    "lower": "at least, over: could be more",
    "tolerance": "± tolerance",
    "day": "on that day",
    "span": "on some day between",
}
"""The signs of a chart's legend, each with what it says."""

_ROOM = 0.15  # share of an axis that is left free beyond a value that could be more
_NAMED = 8  # products that are named for one reason
_PAD = 0.07  # share of an axis that is left free around points


class Extent(NamedTuple):
    """A bar: `sure` from zero to where the value surely reaches, `possible` where it may end; None where there is none.

    A date has no bar from zero, a day none at all.

    `open` is -1 where the value could be less than its figure, 1 where it could be more, 0 otherwise.
    """

    sure: tuple[float, float] | None
    possible: tuple[float, float] | None
    open: int


def sign(modifier: str) -> str:
    """The sign of the legend that a modifier is drawn with."""
    if modifier in UPPER:
        return "upper"
    if modifier in LOWER:
        return "lower"
    return "tolerance" if modifier == "plus_minus" else modifier


def signs(values: Iterable[Value]) -> list[str]:
    """The signs that these values need in a legend, in the legend's order."""
    used = {sign(value.modifier) for value in values}
    return [one for one in MEANINGS if one in used]


def point_signs(values: Iterable[Value]) -> list[str]:
    """The same for points, where a day is drawn as any exact figure."""
    return list(dict.fromkeys("exact" if one == "day" else one for one in signs(values)))


def side(modifier: str) -> int:
    """-1 for what could be less than its figure, 1 for what could be more, else 0."""
    return -1 if modifier in UPPER else 1 if modifier in LOWER else 0


def extent(value: Value, low: float, high: float) -> Extent:
    """The bar of a value on an axis from `low` to `high`; an open side ends where the axis does."""
    if value.modifier in ("exact", "plus_minus"):
        return Extent((min(0.0, value.nominal), max(0.0, value.nominal)), None, 0)
    if value.modifier in ("day", "span"):
        return Extent(None, (value.lo, value.hi) if value.hi > value.lo else None, 0)
    first, last = max(value.lo, low), min(value.hi, high)
    sure = (0.0, first) if first > 0 else (last, 0.0) if last < 0 else None
    return Extent(sure, (first, last) if last > first else None, side(value.modifier))


def bar_limits(values: Iterable[Value], *, dated: bool = False) -> tuple[float, float]:
    """The ends of an axis that holds these values as bars, zero among them unless it is time, with room for what is open."""
    if dated:
        return time_axis.limits(values)
    numbers, low_room, high_room = [0.0], False, False
    for value in values:
        numbers += [one for one in (value.lo, value.nominal, value.hi) if isfinite(one)]
        low_room = low_room or value.lo == -inf
        high_room = high_room or value.hi == inf
    low, high = min(numbers), max(numbers)
    reach = (high - low) or 1.0
    return low - (_ROOM * reach if low_room else 0.0), high + (_ROOM * reach if high_room or high == low else 0.0)


def point_limits(values: Iterable[Value], *, dated: bool = False) -> tuple[float, float]:
    """The ends of an axis that holds these values as points; it starts at zero where that is near, or could be the value."""
    if dated:
        return time_axis.limits(values)
    numbers = []
    for value in values:
        if value.modifier in UPPER and value.lo == 0:
            numbers.append(0.0)
        ends = (value.lo, value.hi) if value.modifier in BANDS else ()
        numbers += [one for one in (value.nominal, *ends) if isfinite(one)]
    low, high = min(numbers), max(numbers)
    if 0 <= low < 0.4 * high:
        low = 0.0
    reach = (high - low) or abs(high) or 1.0
    return (0.0 if low == 0 else low - _PAD * reach), high + _PAD * reach


def scale(axis: Axis, low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """At most `most` ticks on an axis from `low` to `high`, and how they read."""
    if axis.dated:
        return time_axis.ticks(low, high, most)
    places = ticks(low, high, most)
    return places, tick_texts(places)


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers from `low` to `high`: steps of 1, 2 or 5 times a power of ten. Needs low < high."""
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** floor(log10(rough))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first < most:
            return [round(place * step, 12 - floor(log10(step))) + 0.0 for place in range(first, last + 1)]
    return []


def tick_texts(places: list[float]) -> list[str]:
    """Ticks in words: one number of decimals for all, separators, and short forms for what is very large or small."""
    if not places:
        return []
    largest = max(map(abs, places))
    gap = min((b - a for a, b in pairwise(places)), default=largest or 1.0)
    if largest >= 1e7 or (largest and largest < 1e-4):
        return [f"{place:.3g}".replace("e+", "e").replace("e0", "e") for place in places]
    decimals = max(0, -floor(log10(gap) + 1e-9)) if gap > 0 else 0
    return [f"{place:,.{decimals}f}" for place in places]


def lacking(chart: Scatter) -> str:
    """One line that names the products without a place, by reason; of many the first few, and how many more."""
    by_reason: dict[str, list[str]] = {}
    for name, why in chart.lacking:
        by_reason.setdefault(why, []).append(name)
    said = []
    for why, names in by_reason.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        said.append(f"{why}: {', '.join(names[:_NAMED])}{more}")
    return f"not drawn, {'; '.join(said)}"
