"""Exchange rates, and conversion of money: exactly from the printed digits, then rounded for display."""

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
"""Exact prices of at least this amount are shown without cents, unless their own digits have more precision."""


class Rate(NamedTuple):
    """An exchange rate: one unit of `base` cost `value` units of `quote` on `day`, according to `source`."""

    base: str
    quote: str
    value: Fraction
    day: date
    source: str

    def __str__(self) -> str:
        """Return the rate for people: "1 EUR = 1.084 USD, ECB 2026-04-30"."""
        return f"1 {self.base} = {_format_rate(self.value)} {self.quote}, {self.source} {self.day.isoformat()}"


def _format_rate(value: Fraction) -> str:
    """Format a rate with four significant digits, or as a whole number from 1000 on."""
    text = f"{float(value):,.{max(0, 3 - floor(log10(value)))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def convert_money(spec: Spec, unit: Unit, wanted: Unit, rate: Rate, attribute: Attribute, *, rounded: bool) -> Spec:
    """Convert a spec that is an amount of money: digits, units and interval; `printed` stays.

    Args:
        spec: A quantity of money.
        unit: Unit of its digits, in the rate's base currency.
        wanted: Unit of its lo, nominal and hi, in the rate's base currency.
        rate: The exchange rate.
        attribute: The spec's attribute.
        rounded: Whether the interval is computed from the rounded digits that are shown, rather than exactly.
    """
    name, value_unit = (with_currency(original, rate.quote).name for original in (unit, wanted))
    numbers = tuple(spec.number.split(".."))
    exact = [Fraction(number) * rate.value for number in numbers]
    shown = max(_decimals(number, value, spec.modifier) for number, value in zip(numbers, exact, strict=True))
    digits = tuple(quantity.format_decimal(value, shown) for value in exact)
    if rounded:
        figure = quantity.Quantity(spec.modifier, digits, name)
    else:
        figure, unit = quantity.Quantity(spec.modifier, numbers, spec.unit), unit._replace(factor=unit.factor * rate.value)
    ends = quantity.to_interval(figure, unit, wanted, signed=attribute.signed)
    return spec._replace(number="..".join(digits), unit=name, value_unit=value_unit, **ends._asdict())


def _decimals(number: str, value: Fraction, modifier: str) -> int:
    """Return how many decimals a converted amount is shown with.

    Amounts below 1 keep as many significant digits as the original, at least two. Other amounts have two decimals or none:
    two if the price is exact, or if the significant digits of the original reach into the decimals.
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
