"""Two specs that answer one question agree, contradict each other, or neither."""

from __future__ import annotations

import pytest

from helpers.spec_factories import figure, spec
from specdb.domain.spec_conflicts import agrees, contradicts

CASES = [
    # two figures
    ("40 g", "40 g", True, False),
    ("40 g", "0.04 kg", True, False),
    ("40 g", "41 g", False, True),
    ("≈ 40 g", "41 g", True, False),
    ("≈ 40 g", "43 g", False, True),
    ("40..50 g", "41 g", True, False),
    ("40..50 g", "51 g", False, True),
    # an open end bears nothing out but itself
    ("≤ 40 g", "12 g", False, False),
    ("≤ 40 g", "40 g", True, False),
    ("≤ 40 g", "≤ 40 g", True, False),
    ("> 40 g", "12 g", False, True),
]


@pytest.mark.parametrize(("one", "other", "agreeing", "excluding"), CASES)
def test_figures(one: str, other: str, agreeing: bool, excluding: bool) -> None:
    specs = figure(one, "g"), figure(other, "g")
    for pair in (specs, specs[::-1]):
        assert (agrees(*pair), contradicts(*pair)) == (agreeing, excluding)


@pytest.mark.parametrize(
    ("one", "other", "agreeing", "excluding"),
    [
        ({"kind": "text", "text": "Blue"}, {"kind": "text", "text": "blue"}, True, False),
        ({"kind": "text", "text": "blue"}, {"kind": "text", "text": "navy"}, False, False),
        ({"kind": "choice", "text": "a"}, {"kind": "choice", "text": "b"}, False, True),
        ({"kind": "reference", "target": "a"}, {"kind": "reference", "target": "a"}, True, False),
        ({"kind": "reference", "target": "a"}, {"kind": "reference", "target": "b"}, False, True),
        ({"kind": "flag", "lo": 1.0, "nominal": 1.0, "hi": 1.0}, {"kind": "flag"}, False, True),
        ({"kind": "unknown"}, {"kind": "unknown"}, True, False),
        ({"kind": "unknown"}, {"kind": "text", "text": "blue"}, False, False),
        ({"value_unit": "EUR"}, {"value_unit": "USD"}, False, False),
    ],
)
def test_other_kinds(one: dict[str, object], other: dict[str, object], agreeing: bool, excluding: bool) -> None:
    assert (agrees(spec(**one), spec(**other)), contradicts(spec(**one), spec(**other))) == (agreeing, excluding)
