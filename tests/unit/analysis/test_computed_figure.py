"""Figures from the results of expressions."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.analysis import computed_figure
from specdb.domain import interval_arithmetic
from specdb.domain.interval_arithmetic import IntervalMeasure
from specdb.domain.quantity import Quantity
from specdb.errors import DimensionError
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity


def stands_for(text: str, *, signed: bool = False) -> IntervalMeasure:
    figure = parse_quantity(text)
    return interval_arithmetic.from_quantity(figure, unit_registry.resolve_unit(figure.unit), rounded=False, signed=signed)


@pytest.mark.parametrize(
    ("one", "sign", "other", "unit", "wanted"),
    [
        ("660 mAh", "/", "45 h", "mA", "14.67 mA"),
        ("660 mAh", "/", "40 h", "A", "0.0165 A"),
        ("2980 mAh", "/", "≈ 40 g", "mAh/g", "≈ 74.5 mAh/g"),
        ("≈ 70000 CNY", "/", "1.56 PFLOPS", "CNY/PFLOPS", "≈ 44872 CNY/PFLOPS"),
        ("≤ 16 h", "/", "14.9 g", "h/g", "≤ 1.07 h/g"),
        ("< 20 g", "*", "3", "g", "< 60 g"),
        ("≥ 5 h", "/", "2 g", "h/g", "≥ 2.5 h/g"),
        ("12 h", "/", "≥ 6 g", "h/g", "≤ 2 h/g"),
        ("> 5 h", "+", "1 h", "h", "> 6 h"),
        ("30..40 g", "*", "2", "g", "60..80 g"),
        ("30..40 g", "+", "≈ 10 g", "g", "39.5..50.5 g"),
        ("≤ 5 g", "+", "3 g", "g", "3..8 g"),
        ("± 2 mm", "*", "3", "mm", "± 6 mm"),
        ("0 g", "*", "3", "g", "0 g"),
        ("10 g", "-", "4 g", "g", "6 g"),
    ],
)
def test_figures(one: str, sign: str, other: str, unit: str, wanted: str) -> None:
    operation = {
        "/": interval_arithmetic.divide,
        "*": interval_arithmetic.multiply,
        "+": interval_arithmetic.add,
        "-": interval_arithmetic.subtract,
    }[sign]
    found = operation(stands_for(one), stands_for(other))
    computed = computed_figure.figure(
        found, unit_registry.resolve_unit(unit), {parse_quantity(one).modifier, parse_quantity(other).modifier}
    )
    assert computed
    assert str(Quantity(computed.modifier, computed.numbers, unit)) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [("≤ 5 h", "≤ 6 g"), ("≤ 5 h", "< 6 g"), ("≥ 5 h", "≥ 2 g")],
)
def test_what_excludes_nothing_is_no_figure(one: str, other: str) -> None:
    turned = IntervalMeasure(
        interval_arithmetic.Endpoint(Fraction(0), True),
        stands_for(other).nominal,
        stands_for(other).hi,
        stands_for(other).powers,
    )
    found = interval_arithmetic.divide(stands_for(one), turned)
    assert computed_figure.figure(found, unit_registry.resolve_unit("h/g"), {"at_most", "at_least"}) is None


def test_what_cannot_be_below_zero() -> None:
    found = interval_arithmetic.subtract(stands_for("3 g"), stands_for("5 g"))
    assert computed_figure.figure(found, unit_registry.resolve_unit("g"), {"exact"}) is None
    signed = computed_figure.figure(found, unit_registry.resolve_unit("g"), {"exact"}, signed=True)
    assert signed == ("exact", ("-2",), (-2.0, -2.0, -2.0))


def test_open_ends_are_the_neighbouring_floats() -> None:
    computed = computed_figure.figure(stands_for("> 5 h"), unit_registry.resolve_unit("h"), {"more_than"})
    assert computed == ("more_than", ("5",), (nextafter(5, inf), 5.0, inf))


def test_a_number_beyond_floats_is_no_figure() -> None:
    found = interval_arithmetic.exact(Fraction(10) ** 400)
    assert computed_figure.figure(found, unit_registry.resolve_unit(""), {"exact"}) is None


def test_another_dimension_is_refused() -> None:
    with pytest.raises(DimensionError, match="the expression has the dimension mass, not time"):
        computed_figure.figure(stands_for("3 g"), unit_registry.resolve_unit("h"), {"exact"})


@given(
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**9),
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**9),
)
def test_an_exact_quotient_is_right_to_its_digits(one: Fraction, other: Fraction) -> None:
    found = interval_arithmetic.divide(interval_arithmetic.exact(one), interval_arithmetic.exact(other))
    computed = computed_figure.figure(found, unit_registry.resolve_unit(""), {"exact"})
    assert computed
    assert computed.interval == (float(one / other),) * 3
    assert abs(Fraction(computed.numbers[0]) - one / other) <= one / other / 2000
