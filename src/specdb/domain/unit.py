"""A unit as a read needs it: its dimension and its exact factor. Pint stays out of here (figures/unit_registry.py has it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import DimensionError

if TYPE_CHECKING:
    from fractions import Fraction


CURRENCY = "currency "
"""What the dimension of a currency begins with; its code follows."""


class Unit(NamedTuple):
    """A unit of measurement: x units are x * factor + offset of its dimension's base unit, exactly.

    `name` is the symbol it is shown by ("g", "mAh", "" for a bare count); `dimension` is a word for people ("mass");
    two units convert into each other if and only if their dimensions are equal. `imperial` and `metric` name the unit
    that `--units` puts in its place ('' where none is customary). `powers` are those of its base dimensions, sorted:
    "length=1;time=-1".
    """

    name: str
    dimension: str
    factor: Fraction
    offset: Fraction
    imperial: str = ""
    metric: str = ""
    powers: str = ""


def currency_of(unit: Unit) -> str:
    """The code of the currency that a unit counts: CNY for "CNY" and for "CNY/month"; '' where it counts none, or two."""
    if CURRENCY not in unit.powers:
        return ""
    pairs = [part.partition("=") for part in unit.powers.split(";")]
    codes = [(name.removeprefix(CURRENCY), power) for name, _, power in pairs if name.startswith(CURRENCY)]
    return codes[0][0] if len(codes) == 1 and codes[0][1] == "1" else ""


def with_currency(unit: Unit, code: str) -> Unit:
    """The unit with this currency in place of its own: CNY/month in USD is USD/month. The same one if it or `code` is none."""
    own = currency_of(unit)
    if own == code or not (own and code):
        return unit
    name = "/".join("·".join(code if part == own else part for part in side.split("·")) for side in unit.name.split("/"))
    dimension, powers = (text.replace(CURRENCY + own, CURRENCY + code) for text in (unit.dimension, unit.powers))
    return unit._replace(name=name, dimension=dimension, powers=powers)


def is_compatible(unit: Unit, wanted: Unit) -> bool:
    """Whether a figure in a unit can be one of an attribute in another: both measure the same, but for the currency."""
    return unit.dimension == with_currency(wanted, currency_of(unit)).dimension


def without_offset(unit: Unit) -> Unit:
    """The unit without its offset, for differences: a tolerance of 2 °C is one of 3.6 °F, not of 35.6."""
    return unit._replace(offset=unit.offset * 0)


def convert(number: Fraction, unit: Unit, target: Unit) -> Fraction:
    """`number` of `unit` in `target`, exactly; DimensionFault where they measure different things."""
    _fit(unit, target)
    if unit == target:
        return number
    return (number * unit.factor + unit.offset - target.offset) / target.factor


def ratio(number: str, unit: Unit, target: Unit) -> tuple[int, int]:
    """`convert` for decimal text, as two whole numbers with the second above 0: to reduce them would take most of the time."""
    _fit(unit, target)
    whole, _, part = number.partition(".")
    above, below = int(whole + part) * unit.factor.numerator, 10 ** len(part) * unit.factor.denominator
    if unit.offset or target.offset:
        shift = unit.offset - target.offset
        above, below = above * shift.denominator + shift.numerator * below, below * shift.denominator
    return above * target.factor.denominator, below * target.factor.numerator


def _fit(unit: Unit, target: Unit) -> None:
    """Raises DimensionFault where two units measure different things."""
    if unit.dimension != target.dimension:
        raise DimensionError(
            f"{unit.name or 'a bare count'} is a unit of {unit.dimension}, "
            f"and {target.name or 'a bare count'} one of {target.dimension}",
            f"give a unit of {target.dimension}",
        )
