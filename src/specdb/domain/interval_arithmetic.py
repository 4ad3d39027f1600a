"""Interval arithmetic with dimensions: bounds on sums, differences, products and ratios of figures.

For any points inside the operands, the result of the operation lies inside the resulting interval. Ends are exact (Fraction)
or infinite; all numbers are in the base units of their dimensions. Counts are dimensionless.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.quantity import ABOUT_DIVISOR
from specdb.domain.unit import convert, without_offset
from specdb.errors import DimensionError, InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.domain.quantity import Quantity
    from specdb.domain.unit import Unit

Number = Fraction | float
"""A finite end is a Fraction; the only floats are the infinities."""

_ZERO = Fraction(0)
_COUNTS = ("count", "cycle")
"""Base dimensions that are counted, not measured."""


class Endpoint(NamedTuple):
    """An end of an interval, and whether it is open (excluded): "below 20"."""

    at: Number
    open: bool = False


class IntervalMeasure(NamedTuple):
    """An interval with its nominal value and its dimension as powers of base dimensions: (("mass", 1),)."""

    lo: Endpoint
    nominal: Number
    hi: Endpoint
    powers: tuple[tuple[str, int], ...] = ()


def exact(number: Number, powers: tuple[tuple[str, int], ...] = ()) -> IntervalMeasure:
    """Return the interval that contains only this number."""
    return IntervalMeasure(Endpoint(number), number, Endpoint(number), powers)


def powers_of(unit: Unit) -> tuple[tuple[str, int], ...]:
    """Return the dimension of a unit as sorted powers of base dimensions; counts are left out."""
    return tuple(sorted(pair for pair in _all_powers(unit) if pair[0] not in _COUNTS))


def _all_powers(unit: Unit) -> list[tuple[str, int]]:
    parts = (part.partition("=") for part in unit.powers.split(";") if part)
    return [(name, int(power)) for name, _, power in parts]


def from_quantity(quantity: Quantity, unit: Unit, *, rounded: bool = True, signed: bool = False) -> IntervalMeasure:
    """Return the interval of a printed figure: [1.555, 1.565] for 1.56, [0, 180] for "up to 180".

    Args:
        quantity: The figure.
        unit: The unit that its numbers are in.
        rounded: Whether a number stands for everything that rounds to it; counts and bounds never do.
        signed: Whether the figure may be negative; otherwise the interval is cut at zero.
    """
    powers = powers_of(unit)
    if quantity.modifier == "plus_minus":
        unit = without_offset(unit)
    base = unit._replace(factor=Fraction(1), offset=_ZERO)
    numbers = [Fraction(number) for number in quantity.numbers]
    first, last = convert(numbers[0], unit, base), convert(numbers[-1], unit, base)
    nominal = (first + last) / 2
    if quantity.modifier in ("at_most", "less_than"):
        floor: Number = -inf if signed else _ZERO
        return IntervalMeasure(Endpoint(floor), nominal, Endpoint(last, quantity.modifier == "less_than"), powers)
    if quantity.modifier in ("at_least", "more_than"):
        return IntervalMeasure(Endpoint(first, quantity.modifier == "more_than"), nominal, Endpoint(inf), powers)
    counted = any(name in _COUNTS for name, _ in _all_powers(unit))
    half = _ZERO if counted or not rounded else _rounding_half_width(quantity.numbers)
    # The tolerance of "about" is relative to the printed number, not to the base unit: 5 % of 20 °C is 1 °C, not 15 K.
    reach = max(half, abs(numbers[0]) / ABOUT_DIVISOR) if quantity.modifier == "about" else half
    lo = first - reach * unit.factor
    return IntervalMeasure(Endpoint(lo if signed else max(lo, _ZERO)), nominal, Endpoint(last + reach * unit.factor), powers)


def _rounding_half_width(numbers: Iterable[str]) -> Fraction:
    """Return half a unit of the last printed digit."""
    decimals = min(len(number.partition(".")[2]) for number in numbers)
    return Fraction(1, 2 * 10**decimals)


def add(left: IntervalMeasure, right: IntervalMeasure) -> IntervalMeasure:
    """Return the sum; DimensionError if the dimensions differ."""
    _require_same_dimension(left, right)
    return IntervalMeasure(
        _add_endpoints(left.lo, right.lo), left.nominal + right.nominal, _add_endpoints(left.hi, right.hi), left.powers
    )


def subtract(left: IntervalMeasure, right: IntervalMeasure) -> IntervalMeasure:
    """Return the difference; DimensionError if the dimensions differ."""
    return add(left, _negate(right))


def multiply(left: IntervalMeasure, right: IntervalMeasure) -> IntervalMeasure:
    """Return the product."""
    ends = [_multiply_endpoints(*pair) for pair in product((left.lo, left.hi), (right.lo, right.hi))]
    lo = min(ends, key=lambda end: (end.at, end.open))
    hi = max(ends, key=lambda end: (end.at, not end.open))
    return IntervalMeasure(
        lo, _multiply_numbers(left.nominal, right.nominal), hi, _combine_powers(left.powers, right.powers, 1)
    )


def divide(left: IntervalMeasure, right: IntervalMeasure) -> IntervalMeasure:
    """Return the quotient; InvalidValueError if the divisor can be zero."""
    lo, hi = right.lo, right.hi
    if (lo.at < 0 or (lo.at == 0 and not lo.open)) and (hi.at > 0 or (hi.at == 0 and not hi.open)):
        raise InvalidValueError("division by a value that can be zero", "compare products instead of dividing")
    if not right.nominal:
        raise InvalidValueError("division by a nominal value of zero", "compare products instead of dividing")
    inverse = IntervalMeasure(_reciprocal(hi, -inf), 1 / right.nominal, _reciprocal(lo, inf), right.powers)
    return multiply(left, inverse)._replace(powers=_combine_powers(left.powers, right.powers, -1))


def minimum(measures: Iterable[IntervalMeasure]) -> IntervalMeasure:
    """Return the interval of the smallest; DimensionError if the dimensions differ."""
    smallest, *rest = measures
    for measure in rest:
        _require_same_dimension(smallest, measure)
        lo = min(smallest.lo, measure.lo, key=lambda end: (end.at, end.open))
        hi = min(smallest.hi, measure.hi, key=lambda end: (end.at, not end.open))
        smallest = IntervalMeasure(lo, min(smallest.nominal, measure.nominal), hi, smallest.powers)
    return smallest


def maximum(measures: Iterable[IntervalMeasure]) -> IntervalMeasure:
    """Return the interval of the largest; DimensionError if the dimensions differ."""
    return _negate(minimum(map(_negate, measures)))


def _require_same_dimension(left: IntervalMeasure, right: IntervalMeasure) -> None:
    if left.powers != right.powers:
        raise DimensionError(
            f"cannot combine {format_dimension(left.powers)} with {format_dimension(right.powers)}",
            "use figures of the same dimension",
        )


def format_dimension(powers: tuple[tuple[str, int], ...]) -> str:
    """Format a dimension for people: "mass × length^-3"; "a plain number" for none."""
    return " × ".join(name if power == 1 else f"{name}^{power}" for name, power in powers) or "a plain number"


def _negate(measure: IntervalMeasure) -> IntervalMeasure:
    lo, nominal, hi, powers = measure
    return IntervalMeasure(Endpoint(-hi.at, hi.open), -nominal, Endpoint(-lo.at, lo.open), powers)


def _add_endpoints(left: Endpoint, right: Endpoint) -> Endpoint:
    infinite = [end.at for end in (left, right) if isinstance(end.at, float)]
    return Endpoint(infinite[0] if infinite else left.at + right.at, left.open or right.open)


def _multiply_numbers(left: Number, right: Number) -> Number:
    if not left or not right:
        return _ZERO
    if isinstance(left, float) or isinstance(right, float):  # a Fraction may be too large for Python to multiply by inf
        return inf if (left > 0) == (right > 0) else -inf
    return left * right


def _multiply_endpoints(left: Endpoint, right: Endpoint) -> Endpoint:
    """Return an end of a product; it is closed if one factor is a closed zero, whatever the other is."""
    at = _multiply_numbers(left.at, right.at)
    has_closed_zero = (left.at == 0 and not left.open) or (right.at == 0 and not right.open)
    return Endpoint(at, False if has_closed_zero else left.open or right.open)


def _reciprocal(end: Endpoint, limit: float) -> Endpoint:
    """Return the end of 1/x; `limit` is the limit of 1/x where x approaches zero."""
    if end.at == 0:
        return Endpoint(limit, True)
    return Endpoint(_ZERO if end.at in (inf, -inf) else 1 / end.at, end.open or end.at in (inf, -inf))


def _combine_powers(
    left: tuple[tuple[str, int], ...], right: tuple[tuple[str, int], ...], sign: int
) -> tuple[tuple[str, int], ...]:
    """Return the powers of a product, or of a quotient if `sign` is -1."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))
