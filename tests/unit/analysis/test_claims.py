"""Verdicts: each relation at its limits, and the sources' own comparisons worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.analysis import claims
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING
from specdb.domain import expression, interval_arithmetic
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures import unit_registry
from specdb.figures.expression_parser import parse_expression
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from specdb.domain.expression import Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.unit import Unit


class Printed:
    """Operands by key, as they are printed."""

    def __init__(self, **figures: str) -> None:
        self.figures = figures

    def measure(self, operand: Operand) -> IntervalMeasure:
        figure = parse_quantity(self.figures[operand.key])
        return interval_arithmetic.from_quantity(figure, unit_registry.resolve_unit(figure.unit))

    def spelled(self, operand: Operand) -> str:
        return self.figures[operand.key]

    def unit(self, text: str) -> Unit:
        return unit_registry.resolve_unit(text)

    def unit_of(self, operand: Operand) -> Unit:
        return unit_registry.resolve_unit(parse_quantity(self.figures[operand.key]).unit)


@pytest.mark.parametrize(
    ("left", "relation", "right", "wanted"),
    [
        # more than: 20 stands for 19.5 to 20.5
        ("21 g", "more_than", "20 g", ROUNDING),  # 20.5..21.5 and 19.5..20.5 touch, and touching is not more
        ("21.0 g", "more_than", "20 g", HOLDS),  # 20.95 > 20.5
        ("20 g", "more_than", "20 g", ROUNDING),
        ("19 g", "more_than", "20 g", FAILS),  # at most 19.5, which is not more than 19.5
        ("19.1 g", "more_than", "20 g", FAILS),
        ("> 20", "more_than", "20", HOLDS),
        ("≥ 20", "more_than", "20", ROUNDING),
        ("< 20", "more_than", "20", FAILS),
        ("20", "more_than", "20", FAILS),
        # at least
        ("20", "at_least", "20", HOLDS),
        ("21 g", "at_least", "20 g", HOLDS),
        ("19 g", "at_least", "20 g", ROUNDING),  # 19.5 each
        ("18 g", "at_least", "20 g", FAILS),
        ("≤ 20", "at_least", "20", ROUNDING),
        ("< 20", "at_least", "20", FAILS),
        ("≥ 20", "at_least", "20", HOLDS),
        # less than and at most mirror them
        ("19 g", "less_than", "20 g", ROUNDING),
        ("19.0 g", "less_than", "20 g", HOLDS),
        ("20", "less_than", "20", FAILS),
        ("< 20", "less_than", "20", HOLDS),
        ("≤ 20", "less_than", "20", ROUNDING),
        ("> 20", "less_than", "20", FAILS),
        ("≥ 20", "less_than", "20", FAILS),
        ("20", "at_most", "20", HOLDS),
        ("21 g", "at_most", "20 g", ROUNDING),
        ("22 g", "at_most", "20 g", FAILS),
        ("> 20", "at_most", "20", FAILS),
        ("≤ 20", "at_most", "20", HOLDS),
        # equals: the nominal result in what the claimed figure stands for
        ("20 g", "equals", "20 g", HOLDS),
        ("20.4 g", "equals", "20 g", HOLDS),  # 19.5..20.5 holds 20.4
        ("20.5 g", "equals", "20 g", HOLDS),
        ("20.55 g", "equals", "20 g", FAILS),  # from 20.545
        ("21 g", "equals", "20 g", ROUNDING),  # 20.5 each
        ("20", "equals", "20", HOLDS),
        ("21", "equals", "20", FAILS),
        ("20", "equals", "< 20", FAILS),  # nothing lies in both
        ("< 20", "equals", "< 20", HOLDS),
        ("> 20", "equals", "20", FAILS),
        ("≥ 20", "equals", "20", HOLDS),
        ("30..40 g", "equals", "35 g", HOLDS),
        ("30..40 g", "equals", "39 g", ROUNDING),
        # about: 5 % to either side of the claimed figure, or its half digit if that is more
        ("21", "about", "20", HOLDS),
        ("21.1", "about", "20", FAILS),
        ("21.0 g", "about", "20 g", HOLDS),
        ("21.04 g", "about", "20 g", FAILS),  # from 21.035
        ("21.4 g", "about", "20 g", FAILS),  # from 21.35
        ("22 g", "about", "21 g", HOLDS),  # 19.95..22.05
        ("22.1 g", "about", "21 g", ROUNDING),  # 22.05..22.15
        ("19", "about", "20", HOLDS),
        ("18.9", "about", "20", FAILS),
        ("1.4 g", "about", "1 g", HOLDS),  # 0.5..1.5
        ("21", "about", "≈ 20", HOLDS),  # about an about is not twice as far
        ("21.1", "about", "≈ 20", FAILS),
        # units are converted
        ("0.0206 kg", "more_than", "20 g", HOLDS),  # 20.55 > 20.5
        ("2 h", "equals", "120 min", HOLDS),
        ("90 min", "at_most", "1 h", ROUNDING),  # 89.5 and 30..90 min
    ],
)
def test_relations_at_their_edges(left: str, relation: str, right: str, wanted: str) -> None:
    one, other = (Printed(x=text).measure(expression.Operand("x", "", "")) for text in (left, right))
    assert claims.evaluate_relation(one, relation, other) == wanted


# What each figure stands for and what follows, by hand; the figures are those of the four articles.
FROM_THE_ARTICLES = [
    # 1.555 / 0.545 = 2.8532, 1.565 / 0.535 = 2.9252; 2.87 is 2.865..2.875, and 1.56 / 0.54 = 2.889 is not in it
    (
        {"one": "1.56 PFLOPS", "other": "0.54 PFLOPS"},
        ("one / other", "equals", "2.87 x"),
        "1.56 PFLOPS / 0.54 PFLOPS = 2.889 x [2.853, 2.925] ≟ 2.87 x",
        ROUNDING,
        "false for the printed values, but true for other values that the printed figures allow",
    ),
    # 475e9 / 450e3 = 1,055,556; 451.25e9 / 472.5e3 = 955,026; 498.75e9 / 427.5e3 = 1,166,667; 70,000 × 1.05 = 73,500
    (
        {"value": "≈ 475000000000 CNY", "volume": "≈ 450000", "dearest": "≈ 70000 CNY"},
        ("value / volume", "at_most", "dearest"),
        "≈ 475000000000 CNY / ≈ 450000 = 1,055,556 CNY [955,026, 1,166,667] ≤ ≈ 70000 CNY",
        FAILS,
        "false for all values that the printed figures allow",
    ),
    # [0, 20000) / [52250, 57750] = [0, 0.38278), so 1 - that is (61.72 %, 100 %]; 20000 / 55000 = 36.36 %
    (
        {"target": "< 20000 USD", "current": "≈ 55000 USD"},
        ("1 - target / current", "more_than", "60 %"),
        "1 - < 20000 USD / ≈ 55000 USD = 63.64 % (61.72, 100] > 60 %",
        HOLDS,
        "",
    ),
    # 3 × 0.535 = 1.605 and 3 × 0.545 = 1.635 against 1.555..1.565
    (
        {"cards": "3", "h": "0.54 PFLOPS", "pr": "1.56 PFLOPS"},
        ("cards * h", "at_least", "pr"),
        "3 * 0.54 PFLOPS = 1.62 PFLOPS [1.605, 1.635] ≥ 1.56 PFLOPS",
        HOLDS,
        "",
    ),
    # (3 - 1) × 0.535 = 1.07 and (3 - 1) × 0.545 = 1.09
    (
        {"cards": "3", "h": "0.54 PFLOPS", "pr": "1.56 PFLOPS"},
        ("(cards - 1) * h", "less_than", "pr"),
        "(3 - 1) * 0.54 PFLOPS = 1.08 PFLOPS [1.07, 1.09] < 1.56 PFLOPS",
        HOLDS,
        "",
    ),
    # 69.5 / 40.5 = 1.7160, 80.5 / 29.5 = 2.7288, 75 / 35 = 2.1429
    (
        {"new": "70..80 %", "old": "30..40 %"},
        ("new / old", "more_than", "1 x"),
        "70..80 % / 30..40 % = 2.143 x [1.716, 2.729] > 1 x",
        HOLDS,
        "",
    ),
    # 100 × [0, 10000) = [0, 1,000,000), and one million lies beyond it
    (
        {"capacity": "1000000 count/year", "market": "< 10000 count/year"},
        ("capacity", "more_than", "100 x * market"),
        "1000000 count/year > 100 x * < 10000 count/year = 1,000,000 count/year [0, 1,000,000)",
        HOLDS,
        "",
    ),
    # 28 × 0.95 = 26.6 up to 28 × 1.05 = 29.4, all below 40
    (
        {"light": "≈ 28 g"},
        ("light", "more_than", "40 g"),
        "≈ 28 g > 40 g",
        FAILS,
        "false for all values that the printed figures allow",
    ),
    # 450,000 × 0.95 = 427,500 up to 472,500
    ({"volume": "≈ 450000"}, ("volume", "more_than", "400000"), "≈ 450000 > 400,000", HOLDS, ""),
    (
        {"volume": "≈ 450000"},
        ("volume", "equals", "400000"),
        "≈ 450000 ≟ 400,000",
        FAILS,
        "false for all values that the printed figures allow",
    ),
    # "up to 180" is 0..180, and 45 is 44.5..45.5: 180 > 45, but 40 would not be
    (
        {"new": "≤ 180 h", "old": "45 h"},
        ("new", "more_than", "old"),
        "≤ 180 h > 45 h",
        ROUNDING,
        "true for the printed values, but not for all values that the printed figures allow",
    ),
    # (40, ∞] and 68.5..69.5: the least is over 40 and at most 69.5
    (
        {"lightest": "≈ 28 g", "usual": "> 40 g", "display": "69 g"},
        ("lightest", "less_than", "min(usual, display)"),
        "≈ 28 g < min(> 40 g, 69 g) = 40 g (40, 69.5]",
        HOLDS,
        "",
    ),
    # 112.5 / 95.5 = 1.1780, 111.5 / 96.5 = 1.1554
    (
        {"pr": "112 GB", "h": "96 GB"},
        ("pr / h", "more_than", "1 x"),
        "112 GB / 96 GB = 1.167 x [1.155, 1.178] > 1 x",
        HOLDS,
        "",
    ),
    # 5 % is less than half a year: 0.5..1.5; a bound stands as it is printed: from 5
    ({"now": "≈ 1 year", "wanted": "≥ 5 year"}, ("now", "less_than", "wanted"), "≈ 1 year < ≥ 5 year", HOLDS, ""),
]


@pytest.mark.parametrize(("figures", "claim", "arithmetic", "verdict", "reason"), FROM_THE_ARTICLES)
def test_the_articles_comparisons(
    figures: dict[str, str], claim: tuple[str, str, str], arithmetic: str, verdict: str, reason: str
) -> None:
    text, relation, value = claim
    assert claims.check_claim(text, relation, value, Printed(**figures)) == (arithmetic, verdict, reason)


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("weight", "3", "cannot combine mass with a plain number"),
        ("weight", "3 mm", "cannot combine mass with length"),
        ("weight + length", "3 g", "cannot combine mass with length"),
        ("weight / length", "3 g", "cannot combine length^-1 × mass with mass"),
        ("weight * weight", "3 g", "cannot combine mass^2 with mass"),
        ("cost", "3 CNY", "cannot combine currency USD with currency CNY"),
        ("min(weight, length)", "3 g", "cannot combine mass with length"),
    ],
)
def test_mixed_dimensions_are_refused(text: str, value: str, wanted: str) -> None:
    with pytest.raises(DimensionError) as caught:
        claims.check_claim(text, "equals", value, Printed(weight="14.9 g", length="4 mm", cost="5 USD"))
    assert caught.value.problem == wanted


@pytest.mark.parametrize("divisor", ["0", "zero", "small", "most", "(one - one)", "(one - 3)"])
def test_a_divisor_that_can_be_zero_is_refused(divisor: str) -> None:
    figures = Printed(zero="0 g", small="0.4..1 g", most="≤ 180 h", one="3 g")
    divisor = divisor.replace("- 3", "- 3 g")
    with pytest.raises(InvalidValueError, match="can be zero"):
        claims.check_claim(f"one / {divisor}", "equals", "1 x", figures)


def test_small_divisors_need_not_reach_zero() -> None:
    assert claims.check_claim("one / small", "equals", "1 x", Printed(one="3 g", small="0.6 g")).verdict == FAILS


@pytest.mark.parametrize("value", [" * ".join(["1e31"] * 10), f"{' * '.join(['1e31'] * 10)} - most"])
def test_a_result_beyond_all_numbers_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError, match="too large for a number"):
        claims.check_claim("most", "less_than", value, Printed(most="> 3"))


@pytest.mark.parametrize(
    ("value", "unit", "wanted"),
    [
        ("1 g + 1 g", "g", "2 g"),
        ("60 g / 7", "kg", "0.008571 kg"),
        ("1234567 g", "g", "1,234,567 g"),
        ("3 / 2", None, "1.5 x"),
        ("one", "g", "3 g [2.5, 3.5]"),
        ("less", "g", "3 g [0, 3)"),
        ("more", "g", "3 g (3, ∞)"),
        ("from_", "g", "3 g [3, ∞)"),
        ("0 g - more", "g", "-3 g (-∞, -3)"),
    ],
)
def test_how_a_result_reads(value: str, unit: str | None, wanted: str) -> None:
    printed = Printed(one="3 g", less="< 3 g", more="> 3 g", **{"from": "≥ 3 g"})
    found = claims.evaluate(parse_expression(value.replace("from_", "from")), printed)
    assert claims.format_result(found, unit_registry.resolve_unit(unit) if unit else None) == wanted
