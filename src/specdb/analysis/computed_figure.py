"""Convert the interval of an expression into a figure: modifier, digits, and the interval in the unit to show."""

from __future__ import annotations

from fractions import Fraction
from math import floor, inf, log10, nextafter
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain import interval_arithmetic
from specdb.domain.quantity import Interval, format_decimal
from specdb.domain.unit import convert
from specdb.errors import DimensionError

if TYPE_CHECKING:
    from collections.abc import Set

    from specdb.domain.interval_arithmetic import Endpoint, IntervalMeasure, Number
    from specdb.domain.unit import Unit

DIGITS = 4
"""Significant digits of an exact computed figure; digits before the decimal point are never rounded."""

ROUGH_DIGITS = 3
"""Significant digits of any other computed figure."""

_BOUNDS = frozenset({"at_most", "less_than", "at_least", "more_than"})


class Computed(NamedTuple):
    """A computed figure.

    Attributes:
        modifier: The modifier of the figure, such as "about" or "range".
        numbers: Decimal texts: two for a range, otherwise one.
        interval: The interval in the unit of the figure.
    """

    modifier: str
    numbers: tuple[str, ...]
    interval: Interval


def figure(found: IntervalMeasure, unit: Unit, modifiers: Set[str], *, signed: bool = False) -> Computed | None:
    """Convert an interval to a figure; return None if it has no bound or is too large for a float.

    An interval with one bound gives "at_most", "at_least" or their strict forms. Figures computed from exact and "about"
    figures only are "about"; other intervals are a range.

    Args:
        found: The interval that was computed.
        unit: The unit of the figure.
        modifiers: The modifiers of the operands.
        signed: Whether it can be below zero.

    Raises:
        DimensionError: The unit has another dimension.
    """
    if found.powers != interval_arithmetic.powers_of(unit):
        wanted = interval_arithmetic.format_dimension(interval_arithmetic.powers_of(unit))
        raise DimensionError(
            f"the expression has the dimension {interval_arithmetic.format_dimension(found.powers)}, not {wanted}",
            "change the expression or its unit",
        )
    minimum = -inf if signed else 0
    base = unit._replace(factor=Fraction(1), offset=Fraction(0))

    def to_unit(number: Number) -> Number:
        return number if isinstance(number, float) else max(convert(number, base, unit), minimum)

    lo, nominal, hi = to_unit(found.lo.at), to_unit(found.nominal), to_unit(found.hi.at)
    if found.hi.at < 0 and not signed:
        return None
    open_below = lo == -inf or (lo == 0 and not signed and not modifiers.isdisjoint(_BOUNDS))
    if open_below and hi == inf:
        return None
    try:
        ends = (_float(lo, found.lo, inf), _float(hi, found.hi, -inf))
        if hi == inf or open_below:
            number, end = (hi, found.hi) if open_below else (lo, found.lo)
            names = ("at_most", "less_than") if open_below else ("at_least", "more_than")
            return Computed(names[end.open], (_digits(number),), Interval(ends[0], float(number), ends[1]))
        interval = Interval(ends[0], float(nominal), ends[1])
        if lo == hi:
            return Computed("plus_minus" if "plus_minus" in modifiers else "exact", (_digits(nominal, DIGITS),), interval)
        if modifiers <= {"exact", "about"}:
            return Computed("about", (_digits(nominal),), interval)
        return Computed("range", (_digits(lo), _digits(hi)), interval)
    except OverflowError:
        return None


def _float(number: Number, end: Endpoint, inwards: float) -> float:
    """Return an end as a float; for an open end, the next float towards `inwards`."""
    return nextafter(float(number), inwards) if end.open else float(number)


def _digits(number: Number, digits: int = ROUGH_DIGITS) -> str:
    """Format a number with at most `digits` significant digits, without trailing zeros."""
    exact = Fraction(number)
    if not exact:
        return "0"
    text = format_decimal(exact, max(0, digits - 1 - floor(log10(abs(exact)))))
    return text.rstrip("0").rstrip(".") if "." in text else text
