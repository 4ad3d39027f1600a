"""Completeness: required and inherited attributes, per product and per category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.check_databases import findings, load_yaml
from specdb.analysis.checks.finding import WARNS
from specdb.analysis.claims import HOLDS

if TYPE_CHECKING:
    from specdb.database.location import Location

THINGS = """
categories:
- {key: thing, name: things, required: [weight, price]}
- {key: small, name: small things, parent: thing, required: [port]}
- {key: free, name: free things}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: price, name: price, kind: quantity, unit: CNY}
- {key: port, name: port, kind: text}
sources:
- {slug: paper, title: Paper, date: 2026-01-01}
products:
- slug: full
  name: Full
  category: thing
  specs:
  - {attribute: weight, value: 1 g, source: paper}
  - {attribute: price, state: unknown, source: paper}
- slug: half
  name: Half
  category: small
  specs:
  - {attribute: weight, value: 1 g, source: paper}
  - {attribute: weight, qualifiers: {part: case}, value: 2 g, source: paper}
  - {attribute: port, state: not-applicable, source: paper}
- {slug: empty, name: Empty, category: small}
- {slug: whatever, name: Whatever, category: free}
"""
SMALL = ("small", WARNS, "2 of 6 required attributes answered, 33%", None)


def test_reports_shares_and_missing_attributes(units_database: Location) -> None:
    """Unknown and not applicable are answers; of two small things three attributes each are asked, and two are answered."""
    assert findings(load_yaml(units_database, THINGS), "completeness") == [
        SMALL,
        ("half", WARNS, "2 of 3 answered", "not stated: price"),
        ("empty", WARNS, "0 of 3 answered", "not stated: weight, price, port"),
        ("thing", HOLDS, "2 of 2 required attributes answered, 100%", None),
    ]


def test_share_is_of_the_whole_category(units_database: Location) -> None:
    path = load_yaml(units_database, THINGS)
    assert findings(path, "completeness", products=("half",)) == [
        SMALL,
        ("half", WARNS, "2 of 3 answered", "not stated: price"),
    ]
    assert findings(path, "completeness", products=("whatever",)) == []
