"""Interval arithmetic: intervals worked out by hand, and no result outside its interval."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain import interval_arithmetic
from specdb.domain.interval_arithmetic import Endpoint, IntervalMeasure
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.domain.interval_arithmetic import Number

LARGE = 10**6


@pytest.mark.parametrize(
    ("printed", "unit", "wanted"),
    [
        # half a unit of the last printed digit to either side
        ("1.56 PFLOPS", "PFLOPS", "[1.555, 1.56, 1.565]"),
        ("0.54 PFLOPS", "PFLOPS", "[0.535, 0.54, 0.545]"),
        ("14.9 g", "g", "[14.85, 14.9, 14.95]"),
        ("2980 mAh", "mAh", "[2979.5, 2980, 2980.5]"),
        ("14.90 g", "g", "[14.895, 14.9, 14.905]"),
        ("20%", "%", "[19.5, 20, 20.5]"),
        ("± 6 µm", "µm", "[5.5, 6, 6.5]"),
        # counts are what they say
        ("450000", "", "[450000, 450000, 450000]"),
        ("2.5", "", "[2.5, 2.5, 2.5]"),
        ("1000000 count/year", "count/year", "[1000000, 1000000, 1000000]"),
        # bounds open one side; what is not signed ends at zero
        ("up to 180 h", "h", "[0, 180, 180]"),
        ("below 20000 USD", "USD", "[0, 20000, 20000)"),
        ("5+ years", "year", "[5, 5, inf]"),
        ("over 60 %", "%", "(60, 60, inf]"),
        ("> 10000", "", "(10000, 10000, inf]"),
        # about reaches 5 % or, if that is more, half a digit
        ("approximately 40 g", "g", "[38, 40, 42]"),
        ("≈ 1 PFLOPS", "PFLOPS", "[0.5, 1, 1.5]"),
        ("≈ 450000", "", "[427500, 450000, 472500]"),
        # a range is rounded at both ends, by its coarser number
        ("30%-40%", "%", "[29.5, 35, 40.5]"),
        ("1.25..2.5 g", "g", "[1.2, 1.875, 2.55]"),
        # rounding does not reach below zero
        ("0 %", "%", "[0, 0, 0.5]"),
        ("0.0 g", "g", "[0, 0, 0.05]"),
    ],
)
def test_interval_of_a_figure(printed: str, unit: str, wanted: str) -> None:
    figure = parse_quantity(printed)
    written = unit_registry.resolve_unit(figure.unit)
    assert _in(unit_registry.resolve_unit(unit).factor, interval_arithmetic.from_quantity(figure, written)) == wanted


@pytest.mark.parametrize(
    ("printed", "rounded", "signed", "wanted"),
    [
        ("60 %", False, False, "[60, 60, 60]"),
        ("0.5..1.2 x", False, False, "[50, 85, 120]"),
        ("≈ 60 %", False, False, "[57, 60, 63]"),
        ("≤ 60 %", True, True, "[-inf, 60, 60]"),
        ("-3 %", True, True, "[-3.5, -3, -2.5]"),
        ("≈ -40 %", True, True, "[-42, -40, -38]"),
    ],
)
def test_constants_and_signed_figures(printed: str, rounded: bool, signed: bool, wanted: str) -> None:
    figure = parse_quantity(printed)
    found = interval_arithmetic.from_quantity(figure, unit_registry.resolve_unit(figure.unit), rounded=rounded, signed=signed)
    assert _in(Fraction(1, 100), found) == wanted


def test_about_a_temperature_is_a_share_of_its_degrees() -> None:
    celsius = unit_registry.resolve_unit("°C")
    found = interval_arithmetic.from_quantity(parse_quantity("≈ 20 °C"), celsius, signed=True)
    assert [Fraction(end.at) - celsius.offset for end in (found.lo, found.hi)] == [19, 21]


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ("", ()),
        ("%", ()),
        ("g", (("mass", 1),)),
        ("count/year", (("time", -1),)),
        ("g/cm³", (("length", -3), ("mass", 1))),
    ],
)
def test_powers_leave_counts_out(unit: str, wanted: tuple[tuple[str, int], ...]) -> None:
    assert interval_arithmetic.powers_of(unit_registry.resolve_unit(unit)) == wanted


@pytest.mark.parametrize(
    ("sign", "one", "other", "wanted"),
    [
        ("+", "[1, 2]", "[10, 20]", "[11, 22]"),
        ("-", "[1, 2]", "[10, 20]", "[-19, -8]"),
        ("-", "[1, 2]", "[10, 20)", "(-19, -8]"),
        ("+", "[1, inf]", "[-inf, 3]", "[-inf, inf]"),
        ("*", "[-2, 3]", "[-5, 4]", "[-15, 12]"),
        ("*", "[0, 2)", "[3, inf]", "[0, inf)"),  # two is not reached, and nothing is infinite
        ("*", "[0, 0]", "[3, inf]", "[0, 0]"),
        ("*", "(0, 2]", "[3, 4]", "(0, 8]"),
        ("*", "[-1, 0)", "[0, 4]", "[-4, 0]"),  # a zero that one of them reaches is reached
        ("/", "[1, 2]", "[4, 8]", "[1/8, 1/2]"),
        ("/", "[1, 2]", "(0, 8]", "[1/8, inf)"),
        ("/", "[1, 2]", "[4, inf]", "(0, 1/2]"),
        ("/", "[1, 2]", "[-8, -4)", "(-1/2, -1/8]"),
        ("/", "[1, 2]", "[-8, 0)", "(-inf, -1/8]"),
        ("min", "[1, 5]", "[2, 3]", "[1, 3]"),
        ("min", "(1, 5]", "[1, 9)", "[1, 5]"),
        ("max", "[1, 5]", "[2, 3]", "[2, 5]"),
        ("max", "[1, 5)", "(1, 5]", "(1, 5]"),
    ],
)
def test_ends(sign: str, one: str, other: str, wanted: str) -> None:
    found = OPERATIONS[sign](_read(one), _read(other))
    assert _ends(found) == wanted


# --- the law: for any points inside the operands, the result lies inside

OPERATIONS: dict[str, Callable[[IntervalMeasure, IntervalMeasure], IntervalMeasure]] = {
    "+": interval_arithmetic.add,
    "-": interval_arithmetic.subtract,
    "*": interval_arithmetic.multiply,
    "/": interval_arithmetic.divide,
    "min": lambda one, other: interval_arithmetic.minimum([one, other]),
    "max": lambda one, other: interval_arithmetic.maximum([one, other]),
}
POINTS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "min": min,
    "max": max,
}
rationals = st.fractions(min_value=-LARGE, max_value=LARGE, max_denominator=10**4) | st.integers(-3, 3).map(Fraction)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[IntervalMeasure, Fraction]:
    """A measure, its ends open, closed or infinite, and a point inside it; the nominal value lies inside too."""
    low, nominal, point, high = _four(draw)
    ends = []
    for at, infinite, inside in ((low, -inf, min(nominal, point)), (high, inf, max(nominal, point))):
        if draw(st.integers(0, 4)) == 0:
            ends.append(Endpoint(infinite, draw(st.booleans())))
        else:
            ends.append(Endpoint(at, at != inside and draw(st.booleans())))
    return IntervalMeasure(ends[0], nominal, ends[1]), point


def _clear_of_zero(one: IntervalMeasure, point: Fraction) -> tuple[IntervalMeasure, Fraction]:
    """The part of an interval above zero, or where its point is below, the part below; each may come near to zero."""
    if point >= 0:
        lo = max(one.lo, Endpoint(Fraction(0), True))
        return IntervalMeasure(lo, max(one.nominal, Fraction(1, 7)), max(one.hi, Endpoint(Fraction(8)))), max(
            point, Fraction(1, 9)
        )
    hi = min(one.hi, Endpoint(Fraction(0), True), key=lambda end: (end.at, not end.open))
    return IntervalMeasure(one.lo, min(one.nominal, point), hi), point


def _four(draw: st.DrawFn) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    low, one, other, high = sorted(draw(st.tuples(rationals, rationals, rationals, rationals)))
    return (low, one, other, high) if draw(st.booleans()) else (low, other, one, high)


@pytest.mark.parametrize("sign", OPERATIONS)
@given(one=intervals(), other=intervals())
def test_no_result_leaves_its_interval(
    sign: str, one: tuple[IntervalMeasure, Fraction], other: tuple[IntervalMeasure, Fraction]
) -> None:
    (left, x), (right, y) = one, other
    if sign == "/":
        right, y = _clear_of_zero(right, y)
    found = OPERATIONS[sign](left, right)
    assert _within(POINTS[sign](x, y), found)
    assert isinstance(left.nominal, Fraction)
    assert isinstance(right.nominal, Fraction)
    assert found.nominal == POINTS[sign](left.nominal, right.nominal)
    assert _within(Fraction(found.nominal), found)


@given(one=intervals(), other=intervals())
def test_a_divisor_that_can_be_zero_is_refused(
    one: tuple[IntervalMeasure, Fraction], other: tuple[IntervalMeasure, Fraction]
) -> None:
    divisor = (
        interval_arithmetic.multiply(other[0], interval_arithmetic.exact(Fraction(0)))
        if not _within(Fraction(0), other[0])
        else other[0]
    )
    with pytest.raises(InvalidValueError, match="can be zero"):
        interval_arithmetic.divide(one[0], divisor)


@given(
    numbers=st.lists(st.sampled_from([Fraction(10**400), Fraction(-(10**400)), inf, -inf, Fraction(0)]), min_size=2, max_size=2)
)
def test_numbers_beyond_a_float_stay_exact(numbers: list[Number]) -> None:
    one, other = (
        IntervalMeasure(
            Endpoint(number if number == -inf else Fraction(-1)),
            Fraction(0),
            Endpoint(number if number == inf else Fraction(10**400)),
        )
        for number in numbers
    )
    for made in (
        interval_arithmetic.add(one, other),
        interval_arithmetic.subtract(one, other),
        interval_arithmetic.multiply(one, other),
    ):
        assert made.lo.at <= 0 <= made.hi.at


@pytest.mark.parametrize("sign", ["+", "-", "min", "max"])
def test_dimensions_are_not_mixed(sign: str) -> None:
    mass, length = (
        interval_arithmetic.exact(Fraction(2), interval_arithmetic.powers_of(unit_registry.resolve_unit(unit)))
        for unit in ("g", "mm")
    )
    with pytest.raises(DimensionError, match=r"^cannot combine (mass with length|length with mass)\n"):
        OPERATIONS[sign](mass, length)


@pytest.mark.parametrize(
    ("sign", "wanted"),
    [("*", "length × mass"), ("/", "length^-1 × mass")],
)
def test_dimensions_of_products_and_quotients(sign: str, wanted: str) -> None:
    mass, length = (
        interval_arithmetic.exact(Fraction(2), interval_arithmetic.powers_of(unit_registry.resolve_unit(unit)))
        for unit in ("g", "mm")
    )
    assert interval_arithmetic.format_dimension(OPERATIONS[sign](mass, length).powers) == wanted
    assert interval_arithmetic.format_dimension(OPERATIONS["/"](mass, mass).powers) == "a plain number"


def _within(point: Fraction, found: IntervalMeasure) -> bool:
    above = point > found.lo.at or (point == found.lo.at and not found.lo.open)
    return above and (point < found.hi.at or (point == found.hi.at and not found.hi.open))


def _in(factor: Fraction, found: IntervalMeasure) -> str:
    """The interval with its nominal value, in the unit of this factor."""
    numbers = (n if isinstance(n, float) else float(n / factor) for n in (found.lo.at, found.nominal, found.hi.at))
    return f"{'(' if found.lo.open else '['}{', '.join(f'{number:.9g}' for number in numbers)}{')' if found.hi.open else ']'}"


def _ends(found: IntervalMeasure) -> str:
    infinite = found.hi.at == inf and found.hi.open
    return f"{'(' if found.lo.open else '['}{found.lo.at}, {found.hi.at}{')' if found.hi.open or infinite else ']'}"


def _read(text: str) -> IntervalMeasure:
    """A measure from "[1, 2)"; its nominal value is somewhere inside."""
    low, high = (float(part) if "inf" in part else Fraction(part) for part in text[1:-1].split(", "))
    finite = [Fraction(end) for end in (low, high) if not isinstance(end, float)]
    return IntervalMeasure(
        Endpoint(low, text[0] == "("),
        sum(finite, Fraction(0)) / len(finite) if finite else Fraction(0),
        Endpoint(high, text[-1] == ")"),
    )
