from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain.unit import Unit, convert, convert_to_ratio, currency_of, is_compatible, with_currency
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures.unit_registry import resolve_unit

if TYPE_CHECKING:
    from decimal import Decimal

GRAM = Unit("g", "mass", Fraction(1), Fraction(0), imperial="oz")
KILOGRAM = Unit("kg", "mass", Fraction(1000), Fraction(0), imperial="lb")
OUNCE = Unit("oz", "mass", Fraction("28.349523125"), Fraction(0), metric="g")
CELSIUS = Unit("°C", "temperature", Fraction(1), Fraction("273.15"), imperial="°F")
FAHRENHEIT = Unit("°F", "temperature", Fraction(5, 9), Fraction("459.67") * Fraction(5, 9), metric="°C")
COUNT = Unit("", "count", Fraction(1), Fraction(0))

factors = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6).filter(bool)
units = st.builds(Unit, st.text(max_size=3), st.just("mass"), factors, st.fractions())


@pytest.mark.parametrize(
    ("number", "unit", "target", "converted"),
    [
        ("14.9", GRAM, GRAM, "14.9"),
        ("14.9", GRAM, KILOGRAM, "0.0149"),
        ("0.0149", KILOGRAM, GRAM, "14.9"),
        ("1", OUNCE, GRAM, "28.349523125"),
        ("0", CELSIUS, FAHRENHEIT, "32"),
        ("-40", FAHRENHEIT, CELSIUS, "-40"),
        ("37", CELSIUS, FAHRENHEIT, "98.6"),
        ("10000000", COUNT, COUNT, "10000000"),
    ],
)
def test_convert_is_exact(number: str, unit: Unit, target: Unit, converted: str) -> None:
    assert convert(Fraction(number), unit, target) == Fraction(converted)


@pytest.mark.parametrize(
    ("unit", "target", "problem"),
    [
        (GRAM, CELSIUS, "cannot convert g (mass) to °C (temperature)"),
        (COUNT, GRAM, "cannot convert a bare count (count) to g (mass)"),
        (GRAM, COUNT, "cannot convert g (mass) to a bare count (count)"),
    ],
)
def test_convert_refuses_another_dimension(unit: Unit, target: Unit, problem: str) -> None:
    with pytest.raises(DimensionError) as caught:
        convert(Fraction(1), unit, target)
    assert isinstance(caught.value, InvalidValueError)
    assert caught.value.problem == problem
    assert caught.value.hint == f"use a unit of {target.dimension}"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), units, units)
def test_a_ratio_is_the_same_number(number: Decimal, unit: Unit, target: Unit) -> None:
    above, below = convert_to_ratio(f"{number:f}", unit, target)
    assert below > 0
    assert Fraction(above, below) == convert(Fraction(number), unit, target)


@given(st.fractions(), units, units)
def test_there_and_back_is_the_same_number(number: Fraction, unit: Unit, target: Unit) -> None:
    assert convert(convert(number, unit, target), target, unit) == number


@given(st.fractions(), units, units, units)
def test_a_detour_changes_nothing(number: Fraction, unit: Unit, detour: Unit, target: Unit) -> None:
    assert convert(convert(number, unit, detour), detour, target) == convert(number, unit, target)


@given(st.fractions(), st.fractions(), units, units)
def test_order_is_kept(one: Fraction, other: Fraction, unit: Unit, target: Unit) -> None:
    assert (one < other) == (convert(one, unit, target) < convert(other, unit, target))


@pytest.mark.parametrize(
    ("unit", "other", "renamed"),
    [
        ("CNY", "USD", "USD"),
        ("CNY/month", "USD/year", "USD/month"),
        ("CNY/kg", "CNY", "CNY/kg"),
        ("CNY", "g", "CNY"),
        ("g", "USD", "g"),
    ],
)
def test_a_unit_in_the_currency_of_another(unit: str, other: str, renamed: str) -> None:
    found = with_currency(resolve_unit(unit), currency_of(resolve_unit(other)))
    assert (found.name, found.dimension, found.powers) == (
        renamed,
        resolve_unit(renamed).dimension,
        resolve_unit(renamed).powers,
    )


@pytest.mark.parametrize(
    ("unit", "wanted", "so"),
    [
        ("USD", "CNY", True),
        ("USD/year", "CNY/month", True),
        ("lb", "g", True),
        ("USD/kg", "CNY/month", False),
        ("USD/month", "CNY", False),
        ("USD", "CNY/month", False),
        ("V", "g", False),
    ],
)
def test_what_fits_an_attribute(unit: str, wanted: str, so: bool) -> None:
    assert is_compatible(resolve_unit(unit), resolve_unit(wanted)) is so
