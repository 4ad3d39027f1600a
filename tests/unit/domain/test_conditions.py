from __future__ import annotations

from math import inf, nextafter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.spec_factories import attribute, figure, spec
from specdb.domain.conditions import CERTAIN, LIKELY, NO, POSSIBLE, AttributeCondition, match_level

if TYPE_CHECKING:
    from specdb.domain.spec import Spec

GRAMS = attribute()
numbers = st.integers(0, 60).map(lambda number: number / 4)
forms = ["{} g", "≈ {} g", "≤ {} g", "< {} g", "≥ {} g", "> {} g"]


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """A figure in grams, of every modifier."""
    number = draw(numbers)
    form = draw(st.sampled_from([*forms, "range"]))
    if form == "range":
        return figure(f"{number}..{number + draw(numbers)} g", "g")
    return figure(form.format(number or 1), "g")


@pytest.mark.parametrize(
    ("printed", "most", "expected"),
    [
        ("14.9 g", 20.0, CERTAIN),
        ("20 g", 20.0, CERTAIN),
        ("20.1 g", 20.0, NO),
        ("about 19 g", 20.0, CERTAIN),
        ("about 20 g", 20.0, LIKELY),
        ("about 21 g", 20.0, POSSIBLE),
        ("about 22 g", 20.0, NO),
        ("up to 20 g", 20.0, CERTAIN),
        ("up to 30 g", 20.0, POSSIBLE),
        ("below 20 g", nextafter(20.0, 0), CERTAIN),
        ("below 20 g", 19.0, POSSIBLE),
        ("at least 20 g", 20.0, LIKELY),
        ("at least 15 g", 20.0, LIKELY),
        ("over 20 g", 20.0, NO),
        ("over 19 g", 20.0, LIKELY),
        ("15..25 g", 20.0, LIKELY),
        ("16..25 g", 20.0, POSSIBLE),
    ],
)
def test_at_most(printed: str, most: float, expected: int) -> None:
    assert match_level(AttributeCondition(GRAMS, high=most), figure(printed, "g")) == expected


@pytest.mark.parametrize(
    ("printed", "least", "expected"),
    [
        ("20 g", 20.0, CERTAIN),
        ("about 20 g", 20.0, LIKELY),
        ("about 19 g", 20.0, NO),
        ("about 19.5 g", 20.0, POSSIBLE),
        ("up to 30 g", 20.0, LIKELY),
        ("up to 20 g", 20.0, LIKELY),
        ("below 20 g", 20.0, NO),
        ("over 20 g", 20.0, CERTAIN),
        ("at least 10 g", 20.0, POSSIBLE),
    ],
)
def test_at_least(printed: str, least: float, expected: int) -> None:
    assert match_level(AttributeCondition(GRAMS, low=least), figure(printed, "g")) == expected


@pytest.mark.parametrize(
    ("condition", "one", "expected"),
    [
        (AttributeCondition(attribute("flag"), 1.0, 1.0), spec(kind="flag", lo=1.0, nominal=1.0, hi=1.0), CERTAIN),
        (AttributeCondition(attribute("flag"), 1.0, 1.0), spec(kind="flag"), NO),
        (AttributeCondition(attribute("flag"), 1.0, 1.0), spec(kind="unknown", lo=None, nominal=None, hi=None), NO),
        (AttributeCondition(GRAMS, high=inf), spec(kind="not_applicable", lo=None, nominal=None, hi=None), NO),
        (AttributeCondition(attribute("text"), part="mems"), spec(kind="text", text="a MEMS microphone"), CERTAIN),
        (AttributeCondition(attribute("text"), part="ÄRGER"), spec(kind="text", text="kein ärger"), CERTAIN),
        (AttributeCondition(attribute("text"), part="%"), spec(kind="text", text="half"), NO),
        (AttributeCondition(attribute("choice"), words="touch"), spec(kind="choice", text="Touch screen"), CERTAIN),
        (AttributeCondition(attribute("choice"), words="touch"), spec(kind="choice", text="touchscreen"), NO),
        (AttributeCondition(attribute("reference"), target="acme"), spec(kind="reference", target="acme"), CERTAIN),
        (AttributeCondition(attribute("reference"), target="acme"), spec(kind="reference", target="acme-2"), NO),
        (
            AttributeCondition(attribute("reference"), part="ACME"),
            spec(kind="reference", target="x", target_name="Acme Ltd"),
            CERTAIN,
        ),
        (AttributeCondition(attribute(unit="CNY"), high=9.0, unit="USD"), figure("5 CNY", "CNY"), NO),
        (AttributeCondition(attribute(unit="CNY"), high=9.0, unit="CNY"), figure("5 CNY", "CNY"), CERTAIN),
    ],
)
def test_other_kinds(condition: AttributeCondition, one: Spec, expected: int) -> None:
    assert match_level(condition, one) == expected


@given(specs(), st.one_of(st.just(-inf), numbers), st.one_of(st.just(inf), numbers))
def test_certain_is_likely_and_likely_is_possible(one: Spec, low: float, high: float) -> None:
    found = match_level(AttributeCondition(GRAMS, low, high), one)
    nominal = min(max(one.nominal, one.lo), one.hi)
    certain = low <= one.lo and one.hi <= high
    likely = low <= nominal <= high
    possible = one.lo <= high and low <= one.hi
    assert (found >= CERTAIN) == certain if low <= high else found < CERTAIN
    assert (found >= LIKELY) == (certain or (likely and possible)) if low <= high else found < LIKELY
    assert (found >= POSSIBLE) == possible
    assert match_level(AttributeCondition(GRAMS, low, inf), one) >= found
    assert match_level(AttributeCondition(GRAMS, -inf, high), one) >= found


@given(specs(), numbers, numbers)
def test_a_wider_bound_matches_no_weaker(one: Spec, bound: float, more: float) -> None:
    assert match_level(AttributeCondition(GRAMS, high=bound + more), one) >= match_level(
        AttributeCondition(GRAMS, high=bound), one
    )
    assert match_level(AttributeCondition(GRAMS, low=bound), one) >= match_level(
        AttributeCondition(GRAMS, low=bound + more), one
    )
