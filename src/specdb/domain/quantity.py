"""Quantities: a printed figure as modifier, decimal digits and unit, and the interval of values that it stands for.

Annotations are not postponed here: a NamedTuple would compile each of them.
"""

from math import inf, isinf, nextafter
from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import InvalidValueError

if TYPE_CHECKING:
    from fractions import Fraction

    from specdb.domain.unit import Unit

ABOUT_DIVISOR = 20
"""The divisor of a figure that gives the tolerance of "about": ±5 %, a convention, used only to classify matches."""


class _ModifierSymbols(dict[str, str]):
    def __missing__(self, modifier: str) -> str:
        raise InvalidValueError(f"unknown modifier {modifier!r}", "the database is damaged: restore it from a backup")


MODIFIER_SYMBOLS = _ModifierSymbols(
    exact="",
    about="≈ ",
    at_most="≤ ",
    less_than="< ",
    at_least="≥ ",
    more_than="> ",
    range="",
    plus_minus="± ",
)
"""The modifiers with the symbol that precedes a figure in output; `figures/modifiers.py` has the words that are read."""


class Quantity(NamedTuple):
    """A figure as printed.

    Attributes:
        modifier: A key of MODIFIER_SYMBOLS.
        numbers: One number as plain decimal text, two for a range.
        unit: Unit as written; '' for a count.
    """

    modifier: str
    numbers: tuple[str, ...]
    unit: str = ""

    def __str__(self) -> str:
        """Return the figure in the form that `parse_quantity` reads: "≤ 180 h", "30..40 %"."""
        figure = "..".join(self.numbers)
        if len(self.unit) == 3 and self.unit.isupper() and "." in figure and self.unit != "OPS":  # a currency
            figure = "..".join(f"{number}e0" if is_dot_ambiguous(number) else number for number in self.numbers)
        return f"{MODIFIER_SYMBOLS[self.modifier]}{figure} {self.unit}".rstrip()


def is_dot_ambiguous(number: str) -> bool:
    """Return whether the dot of an amount of money may separate thousands: 1.299, not 0.299 or 1.29.

    Such an amount is written out with an exponent, 1.299e0 EUR, which makes the dot a decimal point.
    """
    whole, _, decimals = number.lstrip("-").partition(".")
    return len(decimals) == 3 and len(whole) <= 3 and whole[:1] != "0"


class Interval(NamedTuple):
    """The values that a figure can stand for, as floats in one unit.

    Attributes:
        lo: Lowest value; -inf if unbounded. An open end is the neighbouring float.
        nominal: The figure itself, or the middle of a range. For "below" and "over" it lies one float outside.
        hi: Highest value, not less than `lo`; inf if unbounded.
    """

    lo: float
    nominal: float
    hi: float


def format_decimal(value: "Fraction", decimals: int) -> str:
    """Format a number as plain decimal text with `decimals` decimals, rounded half to even."""
    whole = round(abs(value) * 10**decimals)
    text = str(whole).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}" if decimals else f"{sign}{text}"


def out_of_range(figure: object) -> InvalidValueError:
    """Return the error for a figure that is too large or too small to store."""
    return InvalidValueError(f"{figure} is out of range", "use a larger or smaller unit")


def to_interval(quantity: Quantity, unit: "Unit", target: "Unit", *, signed: bool = False) -> Interval:
    """Return the interval of a quantity: converted exactly, rounded to floats once.

    Args:
        quantity: The figure.
        unit: The unit that its numbers are in.
        target: The unit of the result.
        signed: Whether values may be negative; then "up to" has no lower end.

    Raises:
        InvalidValueError: The figure is negative without `signed`, or out of the range of floats, or ends below its start.
        DimensionError: The units have different dimensions.
    """
    from specdb.domain.unit import as_difference, convert_to_ratio, without_offset

    unit = as_difference(unit, target)
    if quantity.modifier == "plus_minus":
        unit, target, signed = without_offset(unit), without_offset(target), False
    exact = [convert_to_ratio(number, unit, target) for number in quantity.numbers]
    (first_top, first_bottom), (last_top, last_bottom) = exact[0], exact[-1]
    if not signed and first_top < 0:
        raise InvalidValueError(
            f"{quantity} is negative", "this attribute is not signed: correct the figure, or declare the attribute signed"
        )
    if unit.dimension == "temperature" and quantity.modifier != "plus_minus":
        _check_absolute_zero(quantity, unit)
    if last_top * first_bottom < first_top * last_bottom:
        raise InvalidValueError(f"{quantity} ends below its start", "write the smaller number first")
    middle = (first_top * last_bottom + last_top * first_bottom, 2 * first_bottom * last_bottom)
    try:
        first, nominal, last = first_top / first_bottom, middle[0] / middle[1], last_top / last_bottom
    except OverflowError:
        raise out_of_range(quantity) from None
    lo, hi = _interval_ends(quantity.modifier, middle, first, last, -inf if signed else 0.0)
    if lo > hi or isinf(nominal):
        raise InvalidValueError(f"{quantity} matches no value", "correct the figure")
    return Interval(lo, nominal, hi)


def _check_absolute_zero(quantity: Quantity, unit: "Unit") -> None:
    """Reject a temperature below absolute zero, which is 0 in the base unit of the dimension."""
    for number in quantity.numbers:
        whole, _, part = number.partition(".")
        if int(whole + part) * unit.factor + unit.offset * 10 ** len(part) < 0:
            raise InvalidValueError(f"{quantity} is below absolute zero", "correct the figure or its unit")


def interval_columns(figure: Quantity, unit: "Unit", wanted: "Unit", *, signed: bool) -> dict[str, str | float]:
    """Return the columns value_unit, lo, nominal and hi of a spec.

    Args:
        figure: The figure.
        unit: The unit that its numbers are in.
        wanted: The attribute's unit; money stays in the currency of `unit`.
        signed: Whether values may be negative.
    """
    from specdb.domain.unit import currency_of, with_currency

    wanted = with_currency(wanted, currency_of(unit))
    return {"value_unit": wanted.name, **to_interval(figure, unit, wanted, signed=signed)._asdict()}


def _interval_ends(modifier: str, nominal: tuple[int, int], first: float, last: float, floor: float) -> tuple[float, float]:
    """Return the lowest and highest float of a figure; `nominal` is a numerator and a denominator."""
    if modifier == "about":
        top, bottom = nominal[0], nominal[1] * ABOUT_DIVISOR
        low, high = sorted((top * (ABOUT_DIVISOR - 1), top * (ABOUT_DIVISOR + 1)))
        return low / bottom, high / bottom
    return {
        "at_most": (floor, last),
        "less_than": (floor, nextafter(last, -inf)),
        "at_least": (first, inf),
        "more_than": (nextafter(first, inf), inf),
    }.get(modifier, (first, last))
