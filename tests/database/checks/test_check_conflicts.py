"""Conflicts: specs that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.check_databases import findings, load_yaml, run_check
from specdb.analysis.claims import FAILS

if TYPE_CHECKING:
    from specdb.database.location import Location


HEAD = """
categories:
- {key: thing, name: things}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: price, name: price, kind: quantity, unit: CNY}
- {key: launch, name: launch, kind: date}
- {key: touch, name: touch, kind: flag}
- {key: stage, name: stage, kind: choice, choices: [planned, begun]}
- {key: note, name: note, kind: text}
- {key: maker, name: maker, kind: reference, inverse: makes}
- {key: buyer, name: buyers, kind: reference, many: yes, inverse: buys}
sources:
- {slug: paper, title: Paper, date: 2026-01-01}
- {slug: sheet, title: Sheet, date: 2026-02-01}
products:
- {slug: a, name: A, category: thing}
- {slug: b, name: B, category: thing}
- slug: one
  name: One
  category: thing
  specs:
"""


@pytest.mark.parametrize(
    ("attribute", "one", "other", "conflict"),
    [
        ("weight", "14.9 g", "15 g", True),
        ("weight", "14.9 g", "0.0149 kg", False),
        ("weight", "≈ 40 g", "42 g", False),  # 38..42
        ("weight", "≈ 40 g", "43 g", True),
        ("weight", "≤ 40 g", "40 g", False),
        ("weight", "< 40 g", "40 g", True),
        ("weight", "> 40 g", "40 g", True),
        ("weight", "≥ 40 g", "≤ 40 g", False),
        ("weight", "> 40 g", "≤ 40 g", True),
        ("weight", "30..40 g", "35 g", False),
        ("weight", "30..40 g", "41..50 g", True),
        ("price", "10 USD", "10 CNY", False),  # two currencies are two statements
        ("launch", "2026-04", "2026-04-30", False),
        ("launch", "2026-Q1", "2026-04-01", True),
        ("touch", "yes", "no", True),
        ("touch", "yes", "yes", False),
        ("stage", "planned", "begun", True),
        ("note", "one word", "another", False),  # texts may say one thing in two ways
        ("maker", "a", "b", True),
        ("buyer", "a", "b", False),  # several at once
    ],
)
def test_what_excludes_what(units_database: Location, attribute: str, one: str, other: str, conflict: bool) -> None:
    path = load_yaml(
        units_database,
        f"{HEAD}  - {{attribute: {attribute}, value: '{one}', source: paper}}\n"
        f"  - {{attribute: {attribute}, value: '{other}', source: sheet}}\n",
    )
    names = {"touch": "touch", "buyer": "buyers"}
    finding = f"{names.get(attribute, attribute)}: {one!r} against {other!r}"
    shown = f"{other!r} is shown (normal)"  # of the later source
    assert findings(path, "conflicts") == ([("one", FAILS, finding, shown)] if conflict else [])


@pytest.mark.parametrize(
    ("specs", "wanted"),
    [
        (["value: 1 g, qualifiers: {edition: a}", "value: 2 g, qualifiers: {edition: b}"], []),
        (["value: 1 g", "value: 2 g, rank: deprecated"], []),
        (["value: 1 g", "state: unknown"], []),
        (["value: 1 g", "value: 2 g, rank: preferred"], ["'1 g' against '2 g'"]),
        (["value: 1 g", "value: 2 g", "value: 3 g"], ["'1 g' against '2 g'", "'1 g' against '3 g'", "'2 g' against '3 g'"]),
    ],
    ids=str,
)
def test_who_is_asked(units_database: Location, specs: list[str], wanted: list[str]) -> None:
    lines = "".join(f"  - {{attribute: weight, {spec}, source: paper}}\n" for spec in specs)
    table = run_check(load_yaml(units_database, HEAD + lines), "conflicts")
    assert [row.cells[2].text for row in table.rows] == [f"weight: {text}" for text in wanted]


def test_which_is_shown_and_where_it_stands(units_database: Location) -> None:
    specs = "  - {attribute: weight, value: 1 g, source: sheet, at: line 3}\n"
    specs += "  - {attribute: weight, value: 2 g, printed: two, source: paper, at: line 5, rank: preferred}\n"
    (row,) = run_check(load_yaml(units_database, HEAD + specs), "conflicts").rows
    assert [cell.text for cell in row.cells[2:]] == [
        "weight: '1 g' against 'two'",
        "'two' is shown (preferred)",
        "sheet, line 3 and paper, line 5",
    ]
