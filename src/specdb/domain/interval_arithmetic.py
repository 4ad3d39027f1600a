"""Interval arithmetic with dimensions: what figures allow to be said of a sum, a product or a ratio of them.

For any points inside the operands, the operation's result lies inside its interval. Ends are exact (Fraction) or
infinite; all numbers are in the base units of their dimensions. Counts are plain numbers here.
"""

from __future__ import annotations

from fractions import Fraction
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
_PLAIN = ("count", "cycle")


class Endpoint(NamedTuple):
    """An end of an interval: its place, and whether it lies just outside ("below 20")."""

    at: Number
    open: bool = False


class IntervalMeasure(NamedTuple):
    """An interval with the nominal value inside it, and the powers of base dimensions it has: (("mass", 1),)."""

    lo: Endpoint
    nominal: Number
    hi: Endpoint
    powers: tuple[tuple[str, int], ...] = ()


def exact(number: Number, powers: tuple[tuple[str, int], ...] = ()) -> IntervalMeasure:
    """A number without any doubt."""
    return IntervalMeasure(Endpoint(number), number, Endpoint(number), powers)


def powers_of(unit: Unit) -> tuple[tuple[str, int], ...]:
    """The base dimensions of a unit with their powers; counts have none."""
    return tuple(sorted(pair for pair in _pairs(unit) if pair[0] not in _PLAIN))


def _pairs(unit: Unit) -> list[tuple[str, int]]:
    """All base dimensions of a unit with their powers."""
    parts = (part.partition("=") for part in unit.powers.split(";") if part)
    return [(name, int(power)) for name, _, power in parts]


def from_quantity(quantity: Quantity, unit: Unit, *, rounded: bool = True, signed: bool = False) -> IntervalMeasure:
    """What a printed figure stands for: 1.56 is anything from 1.555 to 1.565, "up to 180" from 0 to 180.

    Each number stands for its rounding interval, unless it is a count, a bound, or not `rounded`; modifiers widen or
    open it. A figure that is not `signed` cannot be below zero.
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
    counted = any(name in _PLAIN for name, _ in _pairs(unit))
    half = _ZERO if counted or not rounded else _half(quantity.numbers)
    # "about" is a share of what is printed, which for a temperature is no share of the kelvins that it makes
    reach = max(half, abs(numbers[0]) / ABOUT_DIVISOR) if quantity.modifier == "about" else half
    lo = first - reach * unit.factor
    return IntervalMeasure(Endpoint(lo if signed else max(lo, _ZERO)), nominal, Endpoint(last + reach * unit.factor), powers)


def _half(numbers: Iterable[str]) -> Fraction:
    """Half a unit of the last printed digit."""
    decimals = min(len(number.partition(".")[2]) for number in numbers)
    return Fraction(1, 2 * 10**decimals)


def add(one: IntervalMeasure, other: IntervalMeasure) -> IntervalMeasure:
    """The sum; DimensionFault where they measure different things."""
    _same(one, other)
    return IntervalMeasure(_sum(one.lo, other.lo), one.nominal + other.nominal, _sum(one.hi, other.hi), one.powers)


def subtract(one: IntervalMeasure, other: IntervalMeasure) -> IntervalMeasure:
    """The difference; DimensionFault where they measure different things."""
    return add(one, _negated(other))


def multiply(one: IntervalMeasure, other: IntervalMeasure) -> IntervalMeasure:
    """The product."""
    ends = [_product(left, right) for left in (one.lo, one.hi) for right in (other.lo, other.hi)]
    lo = min(ends, key=lambda end: (end.at, end.open))
    hi = max(ends, key=lambda end: (end.at, not end.open))
    return IntervalMeasure(lo, _times(one.nominal, other.nominal), hi, _joined(one.powers, other.powers, 1))


def divide(one: IntervalMeasure, other: IntervalMeasure) -> IntervalMeasure:
    """The quotient; ValueFault where the divisor can be zero."""
    lo, hi = other.lo, other.hi
    if (lo.at < 0 or (lo.at == 0 and not lo.open)) and (hi.at > 0 or (hi.at == 0 and not hi.open)):
        raise InvalidValueError("a division by something that can be zero", "compare products instead of dividing")
    if not other.nominal:
        raise InvalidValueError("a division by a nominal value of zero", "compare products instead of dividing")
    turned = IntervalMeasure(_reciprocal(hi, -inf), 1 / other.nominal, _reciprocal(lo, inf), other.powers)
    return multiply(one, turned)._replace(powers=_joined(one.powers, other.powers, -1))


def least(measures: Iterable[IntervalMeasure]) -> IntervalMeasure:
    """What the smallest of them can be; DimensionFault where they measure different things."""
    first, *rest = measures
    for one in rest:
        _same(first, one)
        lo = min(first.lo, one.lo, key=lambda end: (end.at, end.open))
        hi = min(first.hi, one.hi, key=lambda end: (end.at, not end.open))
        first = IntervalMeasure(lo, min(first.nominal, one.nominal), hi, first.powers)
    return first


def greatest(measures: Iterable[IntervalMeasure]) -> IntervalMeasure:
    """What the largest of them can be; DimensionFault where they measure different things."""
    return _negated(least(_negated(one) for one in measures))


def _same(one: IntervalMeasure, other: IntervalMeasure) -> None:
    if one.powers != other.powers:
        raise DimensionError(
            f"{format_dimension(one.powers)} and {format_dimension(other.powers)} are set against each other",
            "use figures that measure the same",
        )


def format_dimension(powers: tuple[tuple[str, int], ...]) -> str:
    """Dimensions as people read them: "mass × length^-3"; "a plain number" for none."""
    return " × ".join(name if power == 1 else f"{name}^{power}" for name, power in powers) or "a plain number"


def _negated(one: IntervalMeasure) -> IntervalMeasure:
    return IntervalMeasure(Endpoint(-one.hi.at, one.hi.open), -one.nominal, Endpoint(-one.lo.at, one.lo.open), one.powers)


def _sum(one: Endpoint, other: Endpoint) -> Endpoint:
    infinite = [end.at for end in (one, other) if isinstance(end.at, float)]
    return Endpoint(infinite[0] if infinite else one.at + other.at, one.open or other.open)


def _times(one: Number, other: Number) -> Number:
    if not one or not other:
        return _ZERO
    if isinstance(one, float) or isinstance(other, float):  # a Fraction may be too large for Python to multiply by inf
        return inf if (one > 0) == (other > 0) else -inf
    return one * other


def _product(one: Endpoint, other: Endpoint) -> Endpoint:
    """An end of a product; a closed zero makes a zero that is reached, whatever the other end is."""
    at = _times(one.at, other.at)
    reached = (one.at == 0 and not one.open) or (other.at == 0 and not other.open)
    return Endpoint(at, False if reached else one.open or other.open)


def _reciprocal(end: Endpoint, beyond: float) -> Endpoint:
    """The end that 1/x has where x has this one; `beyond` is what it goes to where x comes near zero."""
    if end.at == 0:
        return Endpoint(beyond, True)
    return Endpoint(_ZERO if end.at in (inf, -inf) else 1 / end.at, end.open or end.at in (inf, -inf))


def _joined(one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...], sign: int) -> tuple[tuple[str, int], ...]:
    """The powers of a product, or with sign -1 of a quotient."""
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))
