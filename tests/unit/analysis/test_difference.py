from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.spec_factories import figure, spec
from specdb.analysis.difference import best, difference, ratio
from specdb.figures import formatting, unit_registry

if TYPE_CHECKING:
    from specdb.domain.spec import Spec
    from specdb.domain.table import Cell

PRINTED = ["6 g", "≈ 6 g", "≤ 6 g", "< 6 g", "≥ 6 g", "> 6 g", "5..7 g", "± 6 g"]


def against(one: str, base: str, unit: str) -> Cell:
    """The difference of two printed figures, shown in `unit`."""
    specs = [figure(text, unit_registry.resolve_unit(text.split()[-1]).name, signed=True) for text in (one, base)]
    shown, scale = formatting.display_numbers(specs, unit, unit_registry.resolve_unit)
    return difference(specs[0].modifier, shown[specs[0].id], specs[1].modifier, shown[specs[1].id], scale)


@pytest.mark.parametrize(
    ("one", "base", "unit", "text", "value"),
    [
        ("2980 mAh", "660 mAh", "mAh", "+2,320 mAh, 4.5x", 2320.0),
        ("660 mAh", "2980 mAh", "mAh", "-2,320 mAh, 0.22x", -2320.0),
        ("14.9 g", "40 g", "g", "-25.1 g, 0.37x", -25.1),
        ("40 g", "40 g", "g", "=", 0),
        ("0.040 kg", "40 g", "g", "=", 0),
        ("2 day", "1 day", "day", "+1 day, 2.0x", 1.0),
        ("60 day", "3 day", "day", "+57 days, 20x", 57.0),
        ("0 g", "5 g", "g", "-5 g", -5.0),
        ("5 g", "0 g", "g", "+5 g", 5.0),
        ("-5 g", "5 g", "g", "-10 g", -10.0),
        ("1 g", "1000000 g", "g", "-999,999 g, 0.0000010x", -999999.0),
        # what is known of one side only
        ("≤ 180 h", "45 h", "h", "≤ +135 h, ≤ 4.0x", "≤ +135 h, ≤ 4.0x"),
        ("45 h", "≤ 180 h", "h", "≥ -135 h, ≥ 0.25x", "≥ -135 h, ≥ 0.25x"),
        ("≥ 180 h", "45 h", "h", "≥ +135 h, ≥ 4.0x", "≥ +135 h, ≥ 4.0x"),
        ("> 180 h", "< 45 h", "h", "≥ +135 h, ≥ 4.0x", "≥ +135 h, ≥ 4.0x"),
        ("≤ 180 h", "≥ 45 h", "h", "≤ +135 h, ≤ 4.0x", "≤ +135 h, ≤ 4.0x"),
        ("≤ 180 h", "≤ 45 h", "h", "bounds: +135 h, 4.0x", "bounds: +135 h, 4.0x"),
        ("≥ 180 h", "> 45 h", "h", "bounds: +135 h, 4.0x", "bounds: +135 h, 4.0x"),
        ("≤ 180 h", "≤ 180 h", "h", "=", 0),
        # about
        ("≈ 40 g", "14.9 g", "g", "≈ +25.1 g, ≈ 2.7x", "≈ +25.1 g, ≈ 2.7x"),
        ("14.9 g", "≈ 40 g", "g", "≈ -25.1 g, ≈ 0.37x", "≈ -25.1 g, ≈ 0.37x"),
        ("≈ 40 g", "40 g", "g", "≈ 0 g, ≈ 1.0x", "≈ 0 g, ≈ 1.0x"),
        ("≤ 40 g", "≈ 20 g", "g", "≤ +20 g, ≤ 2.0x", "≤ +20 g, ≤ 2.0x"),
        # ranges with one middle are not the same
        ("30..40 %", "25..45 %", "%", "≈ 0 %, ≈ 1.0x", "≈ 0 %, ≈ 1.0x"),
        ("30..40 %", "30..40 %", "%", "=", 0),
        # degrees have no ratio
        ("40 °C", "20 °C", "°C", "+20 °C", 20.0),
        ("40 K", "20 K", "K", "+20 K, 2.0x", 20.0),
        # no sign on what rounds to zero
        ("20 g", "0.7055 oz", "oz", "0.0000 oz, 1.00x", 0.0),
    ],
)
def test_difference(one: str, base: str, unit: str, text: str, value: object) -> None:
    found = against(one, base, unit)
    assert (found.text, found.value) == (text, value)
    assert "-0.0" not in repr(found.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1,234x"),
        (10.0, "10x"),
        (4.515, "4.5x"),
        (1.0, "1.0x"),
        (0.999, "1.00x"),
        (0.85, "0.85x"),
        (0.05, "0.050x"),
        (0.000012, "0.000012x"),
    ],
)
def test_ratio(value: float, text: str) -> None:
    assert ratio(value) == text


@given(st.sampled_from(PRINTED), st.sampled_from(PRINTED))
def test_a_difference_is_never_surer_than_its_operands(one: str, base: str) -> None:
    found = against(one, base, "g")
    exact = all(text in ("6 g", "± 6 g") for text in (one, base))
    assert isinstance(found.value, int | float) == (exact or one == base)


FLAG = spec(kind="flag", nominal=1.0)
UNKNOWN = spec(kind="unknown", lo=None, nominal=None, hi=None)


@pytest.mark.parametrize(
    ("printed", "better", "marks"),
    [
        (["2980 mAh", "660 mAh"], "higher", "certain -"),
        (["2980 mAh", "660 mAh"], "lower", "- certain"),
        (["2980 mAh", "660 mAh"], "", "- -"),
        (["5 g", "5 g"], "lower", "- -"),
        (["5 g", "5 g", "6 g"], "lower", "certain certain -"),
        (["5 g", None, "6 g"], "lower", "certain - -"),
        (["5 g", None, None], "lower", "- - -"),
        (["≤ 180 h", "45 h"], "higher", "likely -"),
        (["≥ 180 h", "45 h"], "higher", "certain -"),
        (["≥ 180 h", "≤ 45 h"], "higher", "certain -"),
        (["180 h", "≥ 45 h"], "higher", "likely -"),
        (["≈ 40 g", "43 g"], "lower", "certain -"),
        (["≈ 40 g", "41 g"], "lower", "likely -"),
        (["≤ 40 g", "41 g"], "lower", "certain -"),
        (["40 g", "≤ 41 g"], "lower", "likely -"),
        (["10..20 g", "15..30 g"], "lower", "likely -"),
        (["10..20 g", "21..30 g"], "lower", "certain -"),
        (["5 CNY", "4 USD"], "lower", "- -"),
    ],
)
def test_best(printed: list[str | None], better: str, marks: str) -> None:
    specs = [figure(text, text.split()[-1]) if text else None for text in printed]
    assert best(specs, better) == [mark.strip("-") for mark in marks.split()]


@pytest.mark.parametrize(
    ("specs", "marks"),
    [
        ([], []),
        ([FLAG, FLAG], ["", ""]),
        ([UNKNOWN, figure("5 g", "g")], ["", ""]),
        ([UNKNOWN, figure("5 g", "g"), figure("6 g", "g")], ["", "", "certain"]),
    ],
)
def test_only_figures_can_be_best(specs: list[Spec], marks: list[str]) -> None:
    assert best(specs, "higher") == marks
