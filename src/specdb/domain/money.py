"""Money in another currency: rates, and figures converted exactly from their printed digits, then rounded."""

from __future__ import annotations

from fractions import Fraction
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain import quantity
from specdb.domain.unit import with_currency

if TYPE_CHECKING:
    from datetime import date

    from specdb.domain.spec import Attribute, Spec
    from specdb.domain.unit import Unit

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


def convert_money(spec: Spec, unit: Unit, wanted: Unit, rate: Rate, attribute: Attribute, *, rounded: bool) -> Spec:
    """A quantity of money at this rate: digits, units and interval; what was printed stays.

    `unit` is that of its digits, `wanted` that of its numbers, both in the rate's base. Converted exactly from its digits. If
    `rounded`, the interval is that of the digits it is shown with.
    """
    name, value_unit = (with_currency(one, rate.quote).name for one in (unit, wanted))
    numbers = tuple(spec.number.split(".."))
    exact = [Fraction(number) * rate.value for number in numbers]
    shown = max(_decimals(number, value, spec.modifier) for number, value in zip(numbers, exact, strict=True))
    digits = tuple(quantity.format_decimal(value, shown) for value in exact)
    if rounded:
        figure = quantity.Quantity(spec.modifier, digits, name)
    else:
        figure, unit = quantity.Quantity(spec.modifier, numbers, spec.unit), unit._replace(factor=unit.factor * rate.value)
    ends = quantity.interval(figure, unit, wanted, signed=attribute.signed)
    return spec._replace(number="..".join(digits), unit=name, value_unit=value_unit, **ends._asdict())


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
