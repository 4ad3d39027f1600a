from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.spec_factories import figure, spec
from specdb.domain.table import Cell
from specdb.figures import formatting, unit_registry
from specdb.figures.formatting import DisplayNumbers, Scale, display_numbers, format_number, format_quantity

if TYPE_CHECKING:
    from specdb.domain.spec import Spec


def row(*printed: str, unit: str, signed: bool = False) -> list[str]:
    """How figures read side by side in one unit."""
    specs = [figure(text, unit_registry.resolve_unit(text.split()[-1]).name, signed=signed) for text in printed]
    shown, scale = display_numbers(specs, unit, unit_registry.resolve_unit)
    return [format_quantity(one.modifier, shown[one.id], scale).text for one in specs]


@pytest.mark.parametrize(
    ("printed", "unit", "read"),
    [
        (["40 g", "14.9 g"], "g", ["40.0 g", "14.9 g"]),
        (["2980 mAh", "660 mAh"], "mAh", ["2,980 mAh", "660 mAh"]),
        (["14.9 g", "0.040 kg"], "g", ["14.9 g", "40.0 g"]),
        (["14.9 g"], "kg", ["0.0149 kg"]),
        (["14.9 g", "40 g"], "oz", ["0.526 oz", "1.411 oz"]),
        (["1 kg"], "lb", ["2.2 lb"]),
        (["2 t"], "lb", ["4,409 lb"]),
        (["100 GB"], "TB", ["0.100 TB"]),
        (["0 kg", "1 g"], "g", ["0 g", "1 g"]),
        (["1 day", "60 day"], "day", ["1 day", "60 days"]),
        (["1 day", "1.5 day"], "day", ["1.0 days", "1.5 days"]),
        (["≥ 5 year"], "year", ["≥ 5 years"]),
        (["1..2 week"], "week", ["1–2 weeks"]),
        (["1 month"], "month", ["1 month"]),
        (["1 min"], "h", ["0.017 h"]),
    ],
)
def test_a_row_has_one_unit_and_one_precision(printed: list[str], unit: str, read: list[str]) -> None:
    assert row(*printed, unit=unit) == read


@pytest.mark.parametrize(
    ("printed", "unit", "read"),
    [
        (["-10 °C", "20.5 °C"], "°C", ["-10.0 °C", "20.5 °C"]),
        (["20 °C"], "°F", ["68 °F"]),
        (["-5..-3 °C"], "°C", ["-5–-3 °C"]),
        (["± 2 °C"], "°F", ["± 3.6 °F"]),
        (["-0.04 °C", "1 °C"], "°C", ["-0.04 °C", "1.00 °C"]),
    ],
)
def test_a_row_of_temperatures(printed: list[str], unit: str, read: list[str]) -> None:
    assert row(*printed, unit=unit, signed=True) == read


@pytest.mark.parametrize(
    ("modifier", "numbers", "scale", "text", "value"),
    [
        ("exact", (14.9,), Scale("g", 1), "14.9 g", 14.9),
        ("exact", (14.94,), Scale("g", 1), "14.9 g", 14.9),
        ("exact", (5.0,), Scale("", 0), "5", 5.0),
        ("about", (40.0,), Scale("g", 0), "≈ 40 g", "≈ 40"),
        ("at_most", (180.0,), Scale("h", 0), "≤ 180 h", "≤ 180"),
        ("less_than", (20000.0,), Scale("USD", 0), "< 20,000 USD", "< 20,000"),
        ("at_least", (5.0,), Scale("year", 0), "≥ 5 years", "≥ 5"),
        ("more_than", (10000.0,), Scale("", 0), "> 10,000", "> 10,000"),
        ("range", (30.0, 40.0), Scale("%", 0), "30–40 %", "30–40"),
        ("plus_minus", (6.0,), Scale("µm", 0), "± 6 µm", "± 6"),
    ],
)
def test_modifiers_stay_visible(modifier: str, numbers: tuple[float, ...], scale: Scale, text: str, value: object) -> None:
    assert format_quantity(modifier, DisplayNumbers(numbers, 0), scale) == Cell(text, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567.0, 0, "1,234,567"), (0.5, 2, "0.50"), (-0.04, 1, "0.0"), (-0.0, 0, "0"), (-1234.5, 1, "-1,234.5")],
)
def test_number(value: float, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("one", "cell"),
    [
        (spec(kind="flag", nominal=1.0), Cell("yes", True, "yes")),
        (spec(kind="flag", nominal=0.0), Cell("no", False, "no")),
        (spec(kind="unknown"), Cell("unknown", "unknown", "unknown")),
        (spec(kind="not_applicable"), Cell("n/a", "not applicable", "not-applicable")),
        (spec(kind="text", text="no"), Cell("no", "no")),
        (spec(kind="choice", text="unknown"), Cell("unknown", "unknown")),
        (spec(kind="date", text="2026-Q2"), Cell("2026-Q2", "2026-Q2")),
        (spec(kind="reference", target="acme", target_name="Acme Ltd"), Cell("Acme Ltd", "acme")),
    ],
)
def test_shows_states_apart(one: Spec, cell: Cell) -> None:
    assert formatting.format_value(one) == cell


def test_not_stated_is_none_of_them() -> None:
    states = [formatting.format_value(spec(kind=kind)).state for kind in ("unknown", "not_applicable")]
    flags = [formatting.format_value(spec(kind="flag", nominal=nominal)).state for nominal in (0.0, 1.0)]
    assert len({*states, *flags, formatting.NOT_STATED.state, ""}) == 6


def test_qualifiers_follow_the_value() -> None:
    cell = Cell("50,000 CNY", 50000.0)
    assert formatting.with_qualifiers(spec(qualifiers="edition=standard;status=target"), cell) == Cell(
        "50,000 CNY (edition=standard, status=target)", 50000.0
    )
    assert formatting.with_qualifiers(spec(), cell) == cell


@pytest.mark.parametrize(
    ("name", "qualifiers", "unit", "heading"),
    [
        ("weight", "", "", "weight"),
        ("weight", "", "g", "weight [g]"),
        ("compute", "precision=FP4", "PFLOPS", "compute [PFLOPS] (precision=FP4)"),
        ("price", "a=1;b=2", "", "price (a=1, b=2)"),
    ],
)
def test_label(name: str, qualifiers: str, unit: str, heading: str) -> None:
    assert formatting.format_label(name, qualifiers, unit) == heading


def test_several_values_in_one_cell() -> None:
    assert formatting.join_cells([Cell("FP4", "FP4"), Cell("FP8", "FP8")]) == Cell("FP4, FP8", "FP4, FP8")
    assert formatting.join_cells([Cell("yes", True, "yes")]) == Cell("yes", True, "yes")


@given(st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True))
def test_in_its_own_unit_a_figure_keeps_its_digits(digits: str) -> None:
    ((text,), decimals) = row(f"{digits} g", unit="g"), len(digits.partition(".")[2])
    assert text == f"{float(digits):,.{decimals}f} g"
