"""Money in another currency: rates, and figures converted exactly from their printed digits, then rounded."""

from __future__ import annotations

from fractions import Fraction
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.core import quantity

if TYPE_CHECKING:
    from datetime import date

    from specdb.core.specs import Attribute, Spec
    from specdb.core.unit import Unit

DIMENSION = "currency "
"""What the dimension of a currency begins with; its code follows."""

_CENTS = 2
_THOUSAND = 1000
_NO_CENTS = 1_000_000
"""From here on an exact price is shown without cents, unless its own digits ask for them."""


class Rate(NamedTuple):
    """What one of `base` was worth in `quote`, exactly, on which day and by whose word."""

    base: str
    quote: str
    value: Fraction
    day: date
    source: str

    def __str__(self) -> str:
        return f"1 {self.base} = {_spoken(self.value)} {self.quote}, {self.source} {self.day.isoformat()}"


def _spoken(value: Fraction) -> str:
    """A rate with four significant digits, or the whole number that it is above that."""
    text = f"{float(value):,.{max(0, 3 - floor(log10(value)))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def currency(unit: Unit) -> str:
    """The code of the currency that a unit counts: CNY for "CNY" and for "CNY/month"; '' where it counts none, or two."""
    pairs = [part.partition("=") for part in unit.powers.split(";")]
    codes = [(name.removeprefix(DIMENSION), power) for name, _, power in pairs if name.startswith(DIMENSION)]
    return codes[0][0] if len(codes) == 1 and codes[0][1] == "1" else ""


def renamed(name: str, base: str, quote: str) -> str:
    """A unit's name with another currency in it: "CNY/month" is "USD/month"."""
    return "/".join("·".join(quote if part == base else part for part in side.split("·")) for side in name.split("/"))


def alike(one: Unit, other: Unit) -> bool:
    """Whether two units measure the same but for their currencies."""
    base, quote = currency(one), currency(other)
    if not base or not quote:
        return False
    return sorted(one.powers.replace(f"{DIMENSION}{base}=", f"{DIMENSION}{quote}=").split(";")) == sorted(
        other.powers.split(";")
    )


def converted(spec: Spec, unit: Unit, rate: Rate, attribute: Attribute, *, rounded: bool) -> Spec:
    """A quantity of money, whose unit is `unit`, at this rate: digits, unit and interval; what was printed stays.

    Converted exactly from its digits. If `rounded`, the interval is that of the digits it is shown with.
    """
    name = renamed(unit.name, rate.base, rate.quote)
    exact = [Fraction(number) * rate.value for number in spec.number.split("..")]
    shown = max(_decimals(number, value, spec.modifier) for number, value in zip(spec.number.split(".."), exact, strict=True))
    digits = tuple(quantity.written(value, shown) for value in exact)
    if rounded:
        figure, factor = quantity.Quantity(spec.modifier, digits, name), Fraction(1)
    else:
        figure, factor = quantity.Quantity(spec.modifier, tuple(spec.number.split("..")), spec.unit), rate.value
    target = unit._replace(name=name, factor=Fraction(1))
    lo, nominal, hi = quantity.interval(figure, target._replace(factor=factor), target, signed=attribute.signed)
    return spec._replace(number="..".join(digits), unit=name, value_unit=name, lo=lo, nominal=nominal, hi=hi)


def _decimals(number: str, value: Fraction, modifier: str) -> int:
    """The decimals that a converted figure is shown with.

    Below 1 as many as keep the significant digits that it was written with, at least two. From 1 on cents or none: cents
    for an exact price, and where those digits go beyond the whole number, in thousands as far as cents.
    """
    if not value:
        return 0
    size = abs(value)
    digits = max(2, len(number.lstrip("-0.").replace(".", "")))
    kept = max(0, digits - 1 - floor(log10(size)))
    if size < 1:
        return kept
    exact = modifier == "exact" and size < _NO_CENTS
    return _CENTS if exact or kept >= (1 if size < _THOUSAND else _CENTS) else 0
