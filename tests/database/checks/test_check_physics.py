"""Physics: the rules in the database, with the arithmetic worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.check_databases import findings, load_yaml, run_check
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED

if TYPE_CHECKING:
    from specdb.database.location import Location


HEAD = """
categories:
- {key: thing, name: things}
- {key: small, name: small things, parent: thing}
- {key: other, name: others}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: battery, name: battery, kind: quantity, unit: mAh}
- {key: nominal-voltage, name: nominal voltage, kind: quantity, unit: V}
rules:
- {key: density, name: energy density, category: thing, expression: battery * nominal-voltage / weight, plausible: 5..350 Wh/kg}
sources:
- {slug: paper, title: Paper, date: 2026-01-01}
products:
"""


def _product(category: str = "thing", **specs: str) -> str:
    lines = "".join(
        f"  - {{attribute: {key.replace('_', '-')}, value: '{value}', source: paper, at: line {number}}}\n"
        for number, (key, value) in enumerate(specs.items(), 1)
    )
    return f"- slug: one\n  name: One\n  category: {category}\n  specs:\n{lines}"


@pytest.mark.parametrize(
    ("weight", "verdict", "result"),
    [
        # 1 Ah × 3.7 V = 3.7 Wh; 0.9995 × 3.65 / 40.5 = 0.09008, 1.0005 × 3.75 / 39.5 = 0.09498
        ("40 g", HOLDS, "92.5 Wh/kg [90.08, 94.98]"),
        # 3.7 / 0.01 = 370; 3.648175 / 0.0105 = 347.4
        ("10 g", ROUNDING, "370 Wh/kg [347.4, 394.9]"),
        ("9.0 g", FAILS, "411.1 Wh/kg [403.1, 419.2]"),
        # below 10 g there is no upper end: 3.648175 / 0.01 = 364.8
        ("< 10 g", UNCHECKED, None),
    ],
)
def test_verdicts(units_database: Location, weight: str, verdict: str, result: str | None) -> None:
    path = load_yaml(units_database, HEAD + _product(battery="1000 mAh", nominal_voltage="3.7 V", weight=weight))
    shown = f"({weight})" if weight[0] == "<" else weight
    text = f"energy density: 1,000 mAh * 3.7 V / {shown}"
    why = "division by a value that can be zero" if result is None else "the plausible range is 5..350 Wh/kg"
    wanted = ("one", verdict, f"{text} = {result}" if result else text, None if verdict == HOLDS else why)
    assert findings(path, "physics") == [wanted]


@pytest.mark.parametrize("category", ["small", "other"])
def test_rules_apply_to_subcategories(units_database: Location, category: str) -> None:
    path = load_yaml(units_database, HEAD + _product(category, battery="1000 mAh", nominal_voltage="3.7 V", weight="40 g"))
    assert len(findings(path, "physics")) == (category == "small")


def test_ignores_products_without_all_figures(units_database: Location) -> None:
    assert findings(load_yaml(units_database, HEAD + _product(battery="1000 mAh", weight="40 g")), "physics") == []


def test_locates_figures(units_database: Location) -> None:
    path = load_yaml(units_database, HEAD + _product(battery="1000 mAh", nominal_voltage="3.7 V", weight="40 g"))
    (row,) = run_check(path, "physics").rows
    assert row.cells[4].text == "paper, line 1 and paper, line 2 and paper, line 3"


def test_the_rules_of_the_packaged_specs(seeded: Location) -> None:
    """660 / 45 = 14.667; 660 / (60 × 24) = 0.4583; 475e9 / (450e3 × 70e3) = 15.08, 451.25 / (472.5 × 0.0735) = 12.99."""
    assert [row[:3] for row in findings(seeded, "physics")] == [
        (
            "ascend-950-orders",
            FAILS,
            "order value against volume × price: ≈ 475,000,000,000 CNY / (≈ 450,000 * ≈ 70,000 CNY) = 15.08 x [12.99, 17.54]",
        ),
        ("a1", HOLDS, "mean current while recording: 660 mAh / 45 h = 14.67 mA [14.49, 14.84]"),
        ("a1", HOLDS, "mean current on standby: 660 mAh / 60 days = 0.4583 mA [0.4542, 0.4625]"),
        ("a1-pro", HOLDS, "mean current on standby: 2,980 mAh / 180 days = 0.6898 mA [0.6878, 0.6919]"),
        ("a1-pro", UNCHECKED, "mean current while recording: 2,980 mAh / (≤ 180 h)"),
    ]
