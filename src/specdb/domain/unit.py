"""Units as reads need them: a dimension and an exact factor. Only figures/unit_registry.py imports Pint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import DimensionError

if TYPE_CHECKING:
    from fractions import Fraction


CURRENCY_PREFIX = "currency "
"""Prefix of the dimension of a currency; the currency's code follows."""


TEMPERATURE_DIFFERENCE = "temperature difference"
"""The dimension of Δ°C and Δ°F: 5 °C of difference are 5 K, without the offset of a temperature."""


class Unit(NamedTuple):
    """A unit of measurement: x units equal x * factor + offset base units of the dimension, exactly.

    Attributes:
        name: Display symbol: "g", "mAh"; '' for a bare count.
        dimension: Name of the dimension: "mass". Units convert into each other if and only if their dimensions are equal.
        factor: Base units per unit.
        offset: Base units at zero; nonzero only for temperatures.
        imperial: Unit shown instead with `--units imperial`; '' for none.
        metric: Unit shown instead with `--units metric`; '' for none.
        powers: Powers of the base dimensions, sorted: "length=1;time=-1".
    """

    name: str
    dimension: str
    factor: Fraction
    offset: Fraction
    imperial: str = ""
    metric: str = ""
    powers: str = ""


def currency_of(unit: Unit) -> str:
    """Return the currency code of a unit: CNY for "CNY" and for "CNY/month"; '' for no currency or two."""
    if CURRENCY_PREFIX not in unit.powers:
        return ""
    pairs = [part.partition("=") for part in unit.powers.split(";")]
    codes = [(name.removeprefix(CURRENCY_PREFIX), power) for name, _, power in pairs if name.startswith(CURRENCY_PREFIX)]
    return codes[0][0] if len(codes) == 1 and codes[0][1] == "1" else ""


def with_currency(unit: Unit, code: str) -> Unit:
    """Replace the currency of a unit: CNY/month with USD is USD/month.

    Returns:
        The unit itself if it has no currency or `code` is ''.
    """
    current = currency_of(unit)
    if current == code or not (current and code):
        return unit
    name = "/".join("·".join(code if part == current else part for part in side.split("·")) for side in unit.name.split("/"))
    old, new = CURRENCY_PREFIX + current, CURRENCY_PREFIX + code
    dimension, powers = (text.replace(old, new) for text in (unit.dimension, unit.powers))
    return unit._replace(name=name, dimension=dimension, powers=powers)


def is_compatible(unit: Unit, wanted: Unit) -> bool:
    """Return whether a figure in `unit` fits an attribute in `wanted`: same dimension, in whatever currency.

    A figure in a unit of temperature fits a temperature difference too.
    """
    if wanted.dimension == TEMPERATURE_DIFFERENCE:
        return unit.dimension in (TEMPERATURE_DIFFERENCE, "temperature")
    return unit.dimension == with_currency(wanted, currency_of(unit)).dimension


def without_offset(unit: Unit) -> Unit:
    """Return the unit for differences, without its offset: a tolerance of 2 °C is 3.6 °F, not 35.6 °F."""
    return unit._replace(offset=unit.offset * 0)


def as_difference(unit: Unit, target: Unit) -> Unit:
    """Return a unit of temperature without its offset if `target` is one of temperature differences, else the unit itself."""
    if unit.dimension == "temperature" and target.dimension == TEMPERATURE_DIFFERENCE:
        return without_offset(unit)._replace(dimension=TEMPERATURE_DIFFERENCE)
    return unit


def resolve_temperature_letter(written: str, target: Unit) -> str:
    """Return "°C" for a bare "C" and "°F" for "F" if `target` is a temperature, else the unit as written."""
    if written in ("C", "F") and target.dimension in ("temperature", TEMPERATURE_DIFFERENCE):
        return f"°{written}"
    return written


def convert(number: Fraction, unit: Unit, target: Unit) -> Fraction:
    """Convert a number from one unit to another, exactly.

    Raises:
        DimensionError: The units have different dimensions.
    """
    unit = as_difference(unit, target)
    _require_same_dimension(unit, target)
    if unit == target:
        return number
    return (number * unit.factor + unit.offset - target.offset) / target.factor


def convert_to_ratio(number: str, unit: Unit, target: Unit) -> tuple[int, int]:
    """Convert decimal text from one unit to another, as `convert` does but several times faster.

    Returns:
        Numerator and denominator, not reduced (that would take most of the time); the denominator is positive.

    Raises:
        DimensionError: The units have different dimensions.
    """
    unit = as_difference(unit, target)
    _require_same_dimension(unit, target)
    whole, _, part = number.partition(".")
    above, below = int(whole + part) * unit.factor.numerator, 10 ** len(part) * unit.factor.denominator
    if unit.offset or target.offset:
        shift = unit.offset - target.offset
        above, below = above * shift.denominator + shift.numerator * below, below * shift.denominator
    return above * target.factor.denominator, below * target.factor.numerator


def _require_same_dimension(unit: Unit, target: Unit) -> None:
    if unit.dimension != target.dimension:
        raise DimensionError(
            f"cannot convert {unit.name or 'a bare count'} ({unit.dimension}) "
            f"to {target.name or 'a bare count'} ({target.dimension})",
            f"use a unit of {target.dimension}",
        )
