"""A figure as printed: modifier, decimal digits and unit; and the interval of numbers that it stands for.

Annotations are not postponed here, since a NamedTuple would compile each.
"""

from math import inf, isinf, nextafter
from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import InvalidValueError

if TYPE_CHECKING:
    from fractions import Fraction

    from specdb.domain.unit import Unit

ABOUT_DIVISOR = 20
"""What a figure is divided by to tell how far "about" reaches on either side: a convention, used only to classify matches."""


class _Symbols(dict[str, str]):
    def __missing__(self, modifier: str) -> str:
        raise InvalidValueError(f"{modifier!r} is no modifier", "the database is damaged: restore it from a backup")


SYMBOLS = _Symbols(
    exact="",
    about="≈ ",
    at_most="≤ ",
    less_than="< ",
    at_least="≥ ",
    more_than="> ",
    range="",
    plus_minus="± ",
)
"""Each modifier with the sign it is shown by."""


class Quantity(NamedTuple):
    """A figure: its modifier, one number as plain decimal text (two for a range), and its unit as written ('' for a count)."""

    modifier: str
    numbers: tuple[str, ...]
    unit: str = ""

    def __str__(self) -> str:
        figure = "..".join(self.numbers)
        return f"{SYMBOLS[self.modifier]}{figure} {self.unit}".rstrip()


class Interval(NamedTuple):
    """All that a figure can be, as floats in one unit: `lo` <= `hi`; an open end is infinite or the neighbouring float.

    `nominal` is the figure itself, or the middle of a range. It may stand one float outside, for "below" and "over".
    """

    lo: float
    nominal: float
    hi: float


def format_decimal(value: "Fraction", decimals: int) -> str:
    """A number as plain decimal text, rounded half to even."""
    whole = round(abs(value) * 10**decimals)
    text = str(whole).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}" if decimals else f"{sign}{text}"


def out_of_range(number: str) -> InvalidValueError:
    return InvalidValueError(f"{number} is beyond what a number can hold", "use a larger or a smaller unit")


def interval(quantity: Quantity, unit: "Unit", target: "Unit", *, signed: bool = False) -> Interval:
    """What `quantity`, whose unit is `unit`, stands for in `target`: converted exactly, rounded to floats once.

    A figure of an attribute that is not `signed` cannot be negative. ValueFault where it is or is out of a float's range.
    """
    from specdb.domain.unit import ratio, without_offset

    if quantity.modifier == "plus_minus":
        unit, target, signed = without_offset(unit), without_offset(target), False
    exact = [ratio(number, unit, target) for number in quantity.numbers]
    (above, below), (over, under) = exact[0], exact[-1]
    if not signed and above < 0:
        raise InvalidValueError(f"{quantity} is negative", "this attribute cannot be: hint the figure or declare it signed")
    if over * below < above * under:
        raise InvalidValueError(f"{quantity} ends below its start", "write the smaller number first")
    nominal = (above * under + over * below, 2 * below * under)
    try:
        first, middle, last = above / below, nominal[0] / nominal[1], over / under
    except OverflowError:
        raise InvalidValueError(f"{quantity} is beyond what a number can hold", "use a larger unit") from None
    lo, hi = _ends(quantity.modifier, nominal, first, last, -inf if signed else 0.0)
    if lo > hi or isinf(middle):
        raise InvalidValueError(f"{quantity} leaves nothing: no value is that small", "hint the figure")
    return Interval(lo, middle, hi)


def ends(figure: Quantity, unit: "Unit", wanted: "Unit", *, signed: bool) -> dict[str, str | float]:
    """The columns value_unit, lo, nominal and hi of a figure written in `unit`; money stays in its own currency."""
    from specdb.domain.unit import currency_of, with_currency

    wanted = with_currency(wanted, currency_of(unit))
    return {"value_unit": wanted.name, **interval(figure, unit, wanted, signed=signed)._asdict()}


def _ends(modifier: str, nominal: tuple[int, int], first: float, last: float, floor: float) -> tuple[float, float]:
    """The lowest and the highest float that a figure with this modifier can mean; `nominal` is a ratio."""
    if modifier == "about":
        above, below = nominal[0], nominal[1] * ABOUT_DIVISOR
        low, high = sorted((above * (ABOUT_DIVISOR - 1), above * (ABOUT_DIVISOR + 1)))
        return low / below, high / below
    return {
        "at_most": (floor, last),
        "less_than": (floor, nextafter(last, -inf)),
        "at_least": (first, inf),
        "more_than": (nextafter(first, inf), inf),
    }.get(modifier, (first, last))
