"""Plausibility: ranges, and outliers by median and median deviation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.check_databases import findings, load_yaml
from specdb.analysis.checks.finding import WARNS
from specdb.analysis.claims import FAILS

if TYPE_CHECKING:
    from specdb.database.location import Location


HEAD = """
categories:
- {key: thing, name: things}
- {key: small, name: small things, parent: thing}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g, plausible: 1..2000 g}
- {key: price, name: price, kind: quantity, unit: CNY, plausible: 1..1000 CNY}
- {key: battery, name: battery, kind: quantity, unit: mAh}
sources:
- {slug: paper, title: Paper, date: 2026-01-01}
products:
"""


def _products(attribute: str, *values: str, category: str = "thing", rank: str = "normal") -> str:
    return "".join(
        f"- slug: {category}{number}\n  name: P{number}\n  category: {category}\n  specs:\n"
        f"  - {{attribute: {attribute}, value: '{value}', source: paper, at: line {number}, rank: {rank}}}\n"
        for number, value in enumerate(values)
    )


@pytest.mark.parametrize(
    ("attribute", "value", "fails"),
    [
        ("weight", "1 g", False),
        ("weight", "2 kg", False),
        ("weight", "2.1 kg", True),
        ("weight", "900 mg", True),
        ("weight", "≤ 2.1 kg", True),
        ("weight", "> 1990 g", False),  # the figure itself lies inside
        ("price", "1001 CNY", True),
        ("price", "1001 USD", False),  # the range is one of CNY
        ("battery", "0.001 mAh", False),
    ],
)
def test_range(units_database: Location, attribute: str, value: str, fails: bool) -> None:
    path = load_yaml(units_database, HEAD + _products(attribute, value))
    ranges = {"weight": "1..2000 g", "price": "1..1000 CNY", "battery": ""}
    wanted = [("thing0", FAILS, f"{attribute}: {value!r}", f"the plausible range is {ranges[attribute]}")]
    assert findings(path, "plausibility") == (wanted if fails else [])


def test_ignores_deprecated_figures(units_database: Location) -> None:
    assert findings(load_yaml(units_database, HEAD + _products("weight", "9 kg", rank="deprecated")), "plausibility") == []


# 10 11 12 13 14 15 16 40: the median is 13.5, the deviations 0.5 0.5 1.5 1.5 2.5 2.5 3.5 26.5, their median 2; 1.4826 × 2 =
# 2.9652, and 26.5 / 2.9652 = 8.94. At 24 it is 10.5 / 2.9652 = 3.54, at 23.8 it is 10.3 / 2.9652 = 3.47.
EIGHT = ("10 g", "11 g", "12 g", "13 g", "14 g", "15 g", "16 g")


@pytest.mark.parametrize(
    ("values", "away"),
    [
        ((*EIGHT, "40 g"), "8.9"),
        ((*EIGHT, "24 g"), "3.5"),
        ((*EIGHT, "23.8 g"), None),
        ((*EIGHT[1:], "40 g"), None),  # seven are too few
        (("10 g",) * 8, None),
        (("10 g",) * 7 + ("40 g",), None),  # half of them level: no deviation to measure by
    ],
)
def test_outlier(units_database: Location, values: tuple[str, ...], away: str | None) -> None:
    path = load_yaml(units_database, HEAD + _products("weight", *values))
    why = f"{away} scaled median absolute deviations from the median 13.5 g of 8"
    assert findings(path, "plausibility") == ([("thing7", WARNS, f"weight: {values[-1]!r}", why)] if away else [])


def test_outliers_are_of_the_whole_category(units_database: Location) -> None:
    path = load_yaml(units_database, HEAD + _products("weight", *EIGHT, "40 g") + _products("weight", "1 kg", category="small"))
    assert [row[0] for row in findings(path, "plausibility", products=("thing7",))] == ["thing7"]
    assert findings(path, "plausibility", products=("thing6",)) == []
    assert findings(path, "plausibility", products=("small0",)) == []  # a category of its own


def test_qualifiers_and_currencies_are_not_mixed(units_database: Location) -> None:
    prices = [f"{number} CNY" for number in (10, 11, 12, 13, 14, 15, 16)]
    path = load_yaml(units_database, HEAD + _products("price", *prices, "400 USD"))
    assert findings(path, "plausibility") == []
