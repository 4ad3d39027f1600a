"""Computed attributes behave like other specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.analysis.adhoc_attributes import define_adhoc
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.database import condition_compiler
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.quantity import Quantity
from specdb.editing.load import load
from specdb.query.evaluator import Evaluator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.database.view import View
    from specdb.domain.spec import Spec

pytestmark = pytest.mark.both_dialects

LAMPS = """specdb: 1
categories: [{key: lamp, name: lamps, parent: device}]
attributes:
- {key: power, name: power, kind: quantity, unit: W}
- {key: light, name: light, kind: quantity, unit: lm}
- {key: efficacy, name: efficacy, kind: quantity, unit: lm/W, better: higher, expression: light / power}
- {key: twice, name: twice that, kind: quantity, unit: lm/W, expression: efficacy * 2}
- {key: price-per-light, name: price by light, kind: quantity, unit: EUR/lm, expression: price / light}
- {key: gain, name: light against the plain lamp, kind: quantity, unit: x, expression: light / light of plain}
- {key: age, name: age at the fair, kind: quantity, unit: day, signed: yes, expression: fair - launch}
- {key: fair, name: fair, kind: date}
sources: [{slug: box, title: Box, date: 2026-02-02}, {slug: shop, title: Shop, date: 2026-01-01}]
products:
- slug: plain
  name: plain lamp
  category: lamp
  specs:
  - {attribute: power, value: 10 W, source: box}
  - {attribute: light, value: 800 lm, source: box}
  - {attribute: price, value: 4 EUR, source: shop}
  - {attribute: fair, value: 2026-03-05, source: box}
  - {attribute: launch, value: 2026-03-01, source: box}
- slug: rough
  name: rough lamp
  category: lamp
  specs:
  - {attribute: power, value: up to 8 W, source: box}
  - {attribute: light, value: about 1000 lm, source: box}
  - {attribute: price, value: 5 USD, source: shop, qualifiers: {edition: red}}
  - {attribute: price, value: 6 USD, source: shop, qualifiers: {edition: blue}}
- slug: silent
  name: silent lamp
  category: lamp
  specs:
  - {attribute: power, state: unknown, source: box}
  - {attribute: light, value: 700 lm, source: box}
- slug: dark
  name: dark lamp
  category: lamp
  specs:
  - {attribute: power, value: 0 W, source: box}
  - {attribute: light, value: 0 lm, source: box}
- slug: modes
  name: lamp with modes
  category: lamp
  specs:
  - {attribute: power, qualifiers: {mode: low}, value: 2 W, source: box}
  - {attribute: power, qualifiers: {mode: high}, value: 9 W, source: box}
  - {attribute: light, qualifiers: {mode: low}, value: 100 lm, source: box}
  - {attribute: light, qualifiers: {mode: high}, value: 900 lm, source: box}
"""


@pytest.fixture
def lamps(database: Path, tmp_path: Path) -> Iterator[View]:
    file = tmp_path / "lamps.yaml"
    file.write_text(LAMPS, encoding="utf-8")
    load(database, file)
    connection = connect(database)
    yield build_view(Repository(connection))
    connection.close()


def of(view: View, product: str, key: str) -> list[Spec]:
    return read_specs(view, [view.product(product).id], [view.attribute(key).id])


def said(spec: Spec) -> str:
    text = str(Quantity(spec.modifier, tuple(spec.number.split("..")), spec.unit)) if spec.kind == "quantity" else spec.kind
    return f"{spec.qualifiers}: {text}".removeprefix(": ")


@pytest.mark.parametrize(
    ("product", "key", "wanted"),
    [
        ("plain", "efficacy", ["80 lm/W"]),
        ("plain", "twice", ["160 lm/W"]),
        ("plain", "gain", ["1 x"]),
        ("plain", "age", ["4 day"]),
        ("plain", "price-per-light", ["0.005 EUR/lm"]),
        ("rough", "gain", ["≈ 1.25 x"]),
        ("rough", "price-per-light", ["edition=blue: ≈ 0.006 USD/lm", "edition=red: ≈ 0.005 USD/lm"]),
        ("rough", "efficacy", []),  # up to 8 W may be none
        ("silent", "efficacy", ["unknown"]),
        ("silent", "price-per-light", []),
        ("dark", "efficacy", []),
        ("modes", "efficacy", ["mode=high: 100 lm/W", "mode=low: 50 lm/W"]),
    ],
)
def test_values(lamps: View, product: str, key: str, wanted: list[str]) -> None:
    assert [said(spec) for spec in of(lamps, product, key)] == wanted


def test_a_computed_spec_says_where_it_comes_from(lamps: View) -> None:
    (spec,) = of(lamps, "plain", "price-per-light")
    assert spec.locator == "computed: price / light = 4 EUR / 800 lm"
    assert (spec.as_of, lamps.sources([spec.source_id])[spec.source_id].slug) == ("2026-01-01", "shop")
    assert (spec.printed, spec.shown, spec.rank) == ("0.005 EUR/lm", True, "normal")
    assert spec.id < 0


def test_all_specs_of_a_product_hold_the_computed_ones_in_order(lamps: View) -> None:
    found = read_specs(lamps, [lamps.product("plain").id])
    keys = [lamps.attributes()[spec.attribute_id].key for spec in found]
    assert {"power", "efficacy", "twice", "gain", "age"} <= set(keys)
    assert [spec.attribute_id for spec in found] == sorted(spec.attribute_id for spec in found)
    assert len({spec.id for spec in found}) == len(found)


def test_nothing_is_stored(lamps: View) -> None:
    ids = tuple(lamps.computed)
    assert len(ids) > 5
    sql = "SELECT COUNT(*) FROM spec JOIN attribute ON attribute.id = attribute_id WHERE expression <> ''"
    assert lamps.rows(sql) == [(0,)]


def test_money_is_shown_in_another_currency(lamps: View) -> None:
    blue, red = of(build_view(lamps, currency="EUR"), "rough", "price-per-light")
    assert (blue.value_unit, red.value_unit) == ("EUR/lm", "EUR/lm")
    assert 0.004 < blue.nominal < 0.006


def test_order_and_lack(lamps: View) -> None:
    efficacy = lamps.attribute("efficacy")
    categories = lamps.category("lamp")
    evaluator = Evaluator(lamps, [], [condition_compiler.Order(efficacy, True)])
    ids = evaluator.find(categories, 2, 2)
    assert [lamps.products_of([attribute_id])[0].slug for attribute_id in ids] == ["modes", "plain"]
    assert evaluator.count_without(categories, efficacy) == (5, 3)


def test_defined_for_one_view(lamps: View) -> None:
    made = define_adhoc(lamps, ["x = power * 2", "y [mW] = x - power"])
    assert [said(spec) for spec in of(made, "plain", "x")] == ["20 W"]
    assert [said(spec) for spec in of(made, "plain", "y")] == ["10000 mW"]
    assert lamps.find_attribute("x") is None
