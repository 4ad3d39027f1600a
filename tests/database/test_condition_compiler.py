"""Searches use indexes and ignore case beyond ASCII. Results are checked in test_search_law.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.database import condition_compiler
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.conditions import CERTAIN, LIKELY, POSSIBLE, And, AttributeCondition, NameCondition, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects


class Planner:
    """A connection that keeps SQLite's plan of each query beside its answer."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.plans = ""

    def execute(self, sql: str, bound: Sequence[object] = ()) -> Any:
        """The answer; its plan is added to `plans`."""
        plan = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", bound).fetchall()
        self.plans += "\n".join(row[3] for row in plan) + "\n"
        return self.connection.execute(sql, bound)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


class Planned(Repository):
    """A repository over a `Planner`."""

    connection: Planner


@pytest.fixture
def planned(seeded: Path) -> Iterator[Planned]:
    connection = connect(seeded)
    yield Planned(Planner(connection))
    connection.close()


def of(view: Repository, key: str, **given: Any) -> AttributeCondition:
    return AttributeCondition(view.attribute(key), **given)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("level", "index"),
    [(CERTAIN, "spec_nominal"), (LIKELY, "spec_nominal"), (POSSIBLE, "spec_(lo|hi|nominal)")],
)
@pytest.mark.parametrize("categories", [True, False])
def test_a_range_is_looked_up_in_an_index(level: int, index: str, categories: bool, planned: Planned) -> None:
    within = planned.category("glasses") if categories else []
    asked: list[list[Node]] = [
        [of(planned, "weight", high=20.0)],
        [of(planned, "weight", low=5.0)],
        [of(planned, "weight", low=5.0, high=20.0), of(planned, "price", high=9e9, unit="CNY")],
        [Or((of(planned, "weight", high=20.0), of(planned, "battery", low=20.0)))],
        [of(planned, "weight", high=20.0), Not(of(planned, "battery", low=900.0))],
    ]
    for conditions in asked:
        planned.connection.plans = ""
        condition_compiler.find_products(planned, within, conditions, level, [], None)
        assert re.search(rf"USING (COVERING )?INDEX {index}", planned.connection.plans)
        assert not re.search(r"SCAN (s|d|spec)\b", planned.connection.plans)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "ask",
    [
        lambda view, ids: view.stored_specs(ids),
        lambda view, ids: view.stored_specs(ids, [1, 2]),
        lambda view, ids: view.products_of(ids),
    ],
)
def test_products_are_looked_up_by_their_key(ask: Callable[[Repository, list[int]], object], planned: Planned) -> None:
    ids = [planned.product("a1").id, planned.product("a1-pro").id]
    planned.connection.plans = ""
    assert ask(planned, ids)
    assert (
        "USING PRIMARY KEY (product_id" in planned.connection.plans
        or "USING INTEGER PRIMARY KEY (rowid" in planned.connection.plans
    )
    assert not re.search(r"SCAN (s|p|spec|product)\b", planned.connection.plans)


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("ÄRGER", "ärger", True),
        ("ärger", "ÄRG", True),
        ("Ärger", "arger", False),
        ("МИКРОФОН", "микро", True),
        ("50 % off", "%", True),
        ("half off", "%", False),
        ("snake_case", "e_c", True),
        ("snakecase", "e_c", False),
        ("what!", "!", True),
        ("降噪麦克风", "麦克", True),
        ("a 🎧 set", "🎧", True),
        ("it's", "'S", True),
    ],
)
def test_a_part_of_a_text(text: str, part: str, found: bool, database: Location) -> None:
    writing = connect(database, write=True)
    writing.execute("UPDATE spec SET text = ? WHERE kind = 'text' AND product_id = 1", (text,))
    writing.execute("UPDATE product SET name = ?", (text,))
    writing.close()
    connection = connect(database)
    view = build_view(Repository(connection))
    asked = [NameCondition(part=part)]
    assert bool(condition_compiler.find_products(view, [], asked, LIKELY, [], None)) is found
    one = next((spec for spec in read_specs(view, [1]) if spec.kind == "text" and spec.shown), None)
    if one:
        attribute = view.attributes([one.attribute_id])[one.attribute_id]
        assert (
            1 in condition_compiler.find_products(view, [], [AttributeCondition(attribute, part=part)], LIKELY, [], None)
        ) is found
    connection.close()


def test_order_limit_and_offset(view: View) -> None:
    weight = view.attribute("weight")
    by_weight = condition_compiler.find_products(view, [], [], LIKELY, [condition_compiler.Order(weight)], None)
    specs = {
        spec.product_id: spec.nominal
        for spec in read_specs(view, by_weight, [weight.id])
        if spec.shown and spec.kind == "quantity"
    }
    weights = [specs[product_id] for product_id in by_weight if product_id in specs]
    assert weights == sorted(weights)
    assert all(product_id in specs for product_id in by_weight[: len(weights)]), "products without a weight come last"
    down = condition_compiler.find_products(view, [], [], LIKELY, [condition_compiler.Order(weight, descending=True)], None)
    assert [specs[product_id] for product_id in down if product_id in specs] == sorted(weights, reverse=True)
    assert all(product_id in specs for product_id in down[: len(weights)])
    assert condition_compiler.find_products(view, [], [], LIKELY, [condition_compiler.Order(weight)], 2, 1) == by_weight[1:3]
    assert condition_compiler.find_products(view, [], [], LIKELY, [], 0) == []
    assert condition_compiler.find_products(view, [], [], LIKELY, [], None, 10_000) == []


def test_by_name_in_any_case(view: View) -> None:
    found = condition_compiler.find_products(view, [], [], LIKELY, [condition_compiler.Order(None)], None)
    names = [product.name.lower() for product_id in found for product in view.products_of([product_id])]
    assert names == sorted(names)


def test_counts_products_without_an_attribute(view: View) -> None:
    glasses, weight = view.category("glasses"), view.attribute("weight")
    products = view.products(glasses)
    specs = read_specs(view, [product.id for product in products], [weight.id])
    having = {spec.product_id for spec in specs if spec.kind == "quantity"}
    assert condition_compiler.count_without(view, glasses, weight) == (len(products), len(products) - len(having))
    assert condition_compiler.count_without(view, [], weight)[0] == len(view.products())


def test_conditions_that_hold_for_all(view: View) -> None:
    everything = sorted(product.id for product in view.products())
    assert sorted(condition_compiler.find_products(view, [], [], LIKELY, [], None)) == everything
    tautology = Or((NameCondition(part="a"), Not(NameCondition(part="a"))))
    assert sorted(condition_compiler.find_products(view, [], [tautology], CERTAIN, [], None)) == everything
    assert (
        condition_compiler.find_products(
            view, [], [And((NameCondition(part="a"), Not(NameCondition(part="a"))))], POSSIBLE, [], None
        )
        == []
    )
