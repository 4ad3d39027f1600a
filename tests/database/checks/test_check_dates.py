"""Dates: their order, overdue plans, and old sources."""

from __future__ import annotations

from datetime import date
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
attributes:
- {key: announced, name: announced, kind: date}
- {key: launch, name: launch, kind: date}
- {key: weight, name: weight, kind: quantity, unit: g}
sources:
- {slug: old, title: Old, date: 2025-05}
- {slug: new, title: New, date: 2026-05-20}
- {slug: unused, title: Unused, date: 2020}
products:
- slug: one
  name: One
  category: thing
  specs:
"""


def _specs(*specs: str) -> str:
    return HEAD + "".join(f"  - {{attribute: {spec}, source: new}}\n" for spec in specs)


@pytest.mark.parametrize(
    ("launch", "announced", "bound", "fails"),
    [
        ("2026-04-30", "2026-04-29", "", False),
        ("2026-04-28", "2026-04-29", "", True),
        ("2026-04-29", "2026-04-29", "", False),
        ("2026-04", "2026-04-29", "", False),  # may be the 30th
        ("2026-Q1", "2026-04", "", True),
        ("2026-03-31..2026-04-01", "2026-04", "", False),
        ("2020", "2026-04-29", ", qualifiers: {event: discontinuation}", False),  # announced was something else
        ("2020", "2026-04-29", ", qualifiers: {status: past}", True),
        ("2020", "2026-04-29", ", rank: deprecated", False),
    ],
)
def test_a_launch_before_its_announcement(
    units_database: Location, launch: str, announced: str, bound: str, fails: bool
) -> None:
    path = load_yaml(units_database, _specs(f"launch, value: {launch}", f"announced, value: {announced}{bound}"))
    why = "the launch is before the announcement"
    assert findings(path, "dates") == ([("one", FAILS, f"launch {launch} < announced {announced}", why)] if fails else [])


@pytest.mark.parametrize(
    ("plan", "status", "today", "past"),
    [
        ("2026-06", "planned", date(2026, 6, 30), False),  # its last day is not past
        ("2026-06", "planned", date(2026, 7, 1), True),
        ("2026-06-15", "planned", date(2026, 6, 15), False),
        ("2026-07-21..2026-08", "planned", date(2026, 9, 1), True),
        ("2026-Q4", "planned", date(2026, 12, 31), False),
        ("2026-06", "past", date(2030, 1, 1), False),
    ],
)
def test_a_plan_whose_date_is_past(units_database: Location, plan: str, status: str, today: date, past: bool) -> None:
    path = load_yaml(units_database, _specs(f"launch, value: {plan}, qualifiers: {{status: {status}}}"))
    why = f"the planned date is before {today}"
    assert findings(path, "dates", today=today) == ([("one", WARNS, f"launch: {plan}", why)] if past else [])


@pytest.mark.parametrize(
    ("stale", "wanted"),
    [
        ("", []),
        ("18mo", []),  # 2025-05-24 is before the last of May
        ("17mo", ["old: 2025-05"]),
        ("541d", ["old: 2025-05"]),  # 2025-06-01
        ("542d", []),
        ("1y", ["old: 2025-05"]),
        ("26w", ["old: 2025-05", "new: 2026-05-20"]),  # 2026-05-26
        ("27w", ["old: 2025-05"]),
    ],
)
def test_an_old_source(units_database: Location, stale: str, wanted: list[str]) -> None:
    path = load_yaml(units_database, f"{_specs('weight, value: 1 g')}  - {{attribute: launch, value: 2025, source: old}}\n")
    assert [(row[0], row[1], row[2]) for row in findings(path, "dates", stale=stale)] == [
        (None, WARNS, text) for text in wanted
    ]


def test_only_sources_of_the_products_asked_for(units_database: Location) -> None:
    other = "- slug: other\n  name: Other\n  category: thing\n  specs:\n  - {attribute: launch, value: 2025, source: old}\n"
    path = load_yaml(units_database, _specs("weight, value: 1 g") + other)
    assert findings(path, "dates", products=("one",), stale="1y") == []
    assert [row[2] for row in findings(path, "dates", products=("other",), stale="1y")] == ["old: 2025-05"]
