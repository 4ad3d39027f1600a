"""Money in several currencies: display in one, conditions across all, by rates worked out by hand."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import specdb
from specdb.analysis.build_view import build_view
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.editing.load import load
from specdb.errors import MissingRateError, SpecdbError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.table import Table

pytestmark = pytest.mark.both_dialects

# One euro on 2026-04-30: 1.1702 USD, 7.991 CNY, 183.21 JPY.
# So 1 CNY = 0.146440 USD, 1 JPY = 0.043617 CNY, 1 USD = 6.828747 CNY.
MARKET = """specdb: 1
sources:
- {slug: april, title: April, date: 2026-04-30}
- {slug: may, title: May, date: 2026-05, precedence: 1}
categories:
- {key: kettle, name: kettles, parent: device}
- {key: taiwanese, name: kettles of Taiwan, parent: kettle}
products:
- {slug: k-us, name: K US, category: kettle, specs: [{attribute: price, value: 159 USD, source: april}]}
- {slug: k-cn, name: K CN, category: kettle, specs: [{attribute: price, value: 1099 CNY, source: april}]}
- {slug: k-jp, name: K JP, category: kettle, specs: [{attribute: price, value: ≈ 30000 JPY, source: april}]}
- {slug: k-none, name: K none, category: kettle, specs: [{attribute: price, state: unknown, source: april}]}
- slug: k-two
  name: K two
  category: kettle
  specs:
  - {attribute: price, value: 1099 CNY, source: april}
  - {attribute: price, value: 1099 CNY, source: may}
  - {attribute: weight, value: 900 g, source: april}
- slug: k-tw
  name: K TW
  category: taiwanese
  specs:
  - {attribute: price, value: 5000 TWD, source: april}
  - {attribute: weight, value: 1 kg, source: april}
"""


@pytest.fixture(scope="module")
def market(backend: DatabaseBackend, seed_template: Location, tmp_path_factory: pytest.TempPathFactory) -> Location:
    place, file = backend.copied(seed_template), tmp_path_factory.mktemp("market") / "market.yaml"
    file.write_text(MARKET, encoding="utf-8")
    assert load(place, file) == (6, 9, [])
    return place


@pytest.fixture
def db(market: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(market)) as opened:
        yield opened


def _texts(table: Table, column: str) -> dict[str, str]:
    """The column's texts by product."""
    place = [one.key for one in table.columns].index(column)
    return {row.cells[0].text: row.cells[place].text for row in table.rows}


@pytest.mark.parametrize(
    ("currency", "texts", "rates"),
    [
        (
            "USD",
            {"k-us": "159.00 USD", "k-cn": "160.94 USD", "k-jp": "≈ 191.62 USD", "k-none": "unknown"},
            ["1 CNY = 0.1464 USD, ECB 2026-04-30", "1 JPY = 0.006387 USD, ECB 2026-04-30"],
        ),
        (
            "RMB",
            {"k-us": "1,085.77 CNY", "k-cn": "1,099.00 CNY", "k-jp": "≈ 1,308.00 CNY", "k-none": "unknown"},
            ["1 USD = 6.829 CNY, ECB 2026-04-30", "1 JPY = 0.04362 CNY, ECB 2026-04-30"],
        ),
    ],
)
def test_query_shows_one_currency(db: specdb.Database, currency: str, texts: dict[str, str], rates: list[str]) -> None:
    where = "product in (k-us, k-cn, k-jp, k-none)"
    table = db.query(where=where, columns=["price"], currency=currency)
    assert _texts(table, "price") == texts
    assert table.columns[3].title == f"price [{'USD' if currency == 'USD' else 'CNY'}]"
    assert table.remarks == [f"money is converted at {'; '.join(rates)}"]


@pytest.mark.parametrize(
    ("where", "match", "found"),
    [
        ("price <= 160 USD", "certain", {"k-us": "certain"}),
        ("price <= 161 USD", "certain", {"k-us": "certain", "k-cn": "certain"}),
        ("price <= 163 USD", "certain", {"k-us": "certain", "k-cn": "certain", "k-two": "certain"}),
        ("price >= 160 USD", "likely", {"k-cn": "certain", "k-jp": "certain", "k-two": "certain"}),
        ("price <= 191 USD", "possible", {"k-us": "", "k-cn": "", "k-two": "", "k-jp": "possible (about)"}),
        ("price > 1085.77 CNY and price < 1085.78 CNY", "certain", {"k-us": "certain"}),  # 1085.7708...
        ("not price <= 160 USD", "certain", {"k-cn": "certain", "k-jp": "certain", "k-two": "certain"}),
        ("price <= 160 USD or price >= 30000 JPY", "likely", {"k-us": "", "k-jp": "likely (price about)"}),
        ("price is unknown or price <= 160 USD", "likely", {"k-us": "", "k-none": ""}),
        ("price = 1099 CNY", "likely", {"k-cn": "certain", "k-two": "certain"}),
        ("price in 130..140 EUR", "likely", {"k-us": "certain", "k-cn": "certain", "k-two": "certain"}),
    ],
)
@pytest.mark.parametrize("currency", ["", "EUR"])
def test_filters_judge_all_currencies(
    db: specdb.Database, where: str, match: str, found: dict[str, str], currency: str
) -> None:
    table = db.query("kettle", where=f"({where}) and not product = k-tw", match=match, currency=currency)
    matches = _texts(table, "match")
    assert set(matches) == set(found)
    assert {slug: text for slug, text in found.items() if text and matches[slug] != text} == {}


def test_values_stay_in_their_own_currency_without_one(db: specdb.Database) -> None:
    table = db.query("kettle", max_price="200 USD")
    own = {"k-us": "159 USD", "k-cn": "1,099 CNY", "k-jp": "≈ 30,000 JPY", "k-two": "1,099 CNY"}
    assert _texts(table, "price") == own
    assert table.remarks == [
        "compared across currencies at 1 CNY = 0.1464 USD, ECB 2026-04-30; 1 JPY = 0.006387 USD, ECB 2026-04-30; "
        "1 CNY = 0.1478 USD, ECB 2026-05-29",
        "1 product has money in TWD without an exchange rate to USD, which cannot be compared; "
        "add one: specdb rate set 2026-04-30 TWD USD RATE --source TEXT",
    ]


@pytest.mark.parametrize(
    ("sort", "currency", "order"),
    [
        ("price", "", ["k-us", "k-cn", "k-two", "k-jp"]),
        ("-price", "", ["k-jp", "k-cn", "k-two", "k-us"]),
        ("price", "JPY", ["k-us", "k-cn", "k-two", "k-jp"]),
    ],
)
def test_sorts_across_currencies(db: specdb.Database, sort: str, currency: str, order: list[str]) -> None:
    table = db.query("kettle", where="not product = k-tw", sort=[sort], currency=currency)
    assert [row.cells[0].text for row in table.rows] == [*order, "k-none"]
    assert list(_texts(db.query("kettle", where="not product = k-tw", sort=[sort], limit=2, offset=1), "price")) == order[1:3]


def test_what_has_no_rate_comes_last(db: specdb.Database) -> None:
    table = db.query("kettle", sort=["-price"])
    assert [row.cells[0].text for row in table.rows][-2:] == ["k-none", "k-tw"]
    assert "without an exchange rate to CNY" in table.remarks[1]


def test_a_rate_of_ones_own_is_judged_by(database: Location, tmp_path: Path) -> None:
    (tmp_path / "market.yaml").write_text(MARKET, encoding="utf-8")
    load(database, tmp_path / "market.yaml")
    set_rate(database, RateDraft("2026-04-28", "TWD", "USD", "0.031", "central bank"))
    with specdb.open(str(database)) as db:
        assert list(_texts(db.query("taiwanese", where="price = 155 USD"), "match")) == ["k-tw"]  # 5000 x 0.031
        shown = db.query("taiwanese", columns=["price"], currency="USD")
        assert _texts(shown, "price") == {"k-tw": "155.00 USD"}
        assert shown.remarks == ["money is converted at 1 TWD = 0.031 USD, central bank 2026-04-28"]
        assert [row.cells[4].text for row in db.list("rates").rows] == ["central bank"]


def test_a_bare_number_is_of_the_currency_shown(db: specdb.Database) -> None:
    table = db.query("kettle", max_price="160", currency="USD", where="not product = k-tw")
    assert list(_texts(table, "match")) == ["k-us"]
    assert "price: 160 is read as 160 USD" in table.remarks


def test_groups_are_measured_in_the_currency_shown(db: specdb.Database) -> None:
    table = db.query(where="product in (k-us, k-jp)", columns=["price"], group_by="category", currency="USD")
    assert [cell.value for cell in next(iter(table.rows)).cells] == ["kettle", 2, 159.0, pytest.approx(175.31), 191.62]
    assert table.columns[2].title == "price min [USD]"


def test_compare_meets_in_one_row(db: specdb.Database) -> None:
    apart = db.compare("k-us", "k-cn", attributes=["price"])
    assert [[cell.text for cell in row.cells] for row in apart.rows] == [
        ["price", "159 USD", "—", ""],
        ["price", "—", "1,099 CNY", ""],
    ]
    table = db.compare("k-us", "k-cn", attributes=["price"], currency="USD")
    (row,) = table.rows
    assert [cell.text for cell in row.cells] == ["price", "159.00 USD", "160.94 USD", "+1.94 USD, 1.0x"]
    assert [cell.best for cell in row.cells] == ["", "certain", "", ""]
    assert row.cells[0].value == "price [USD]"
    assert row.cells[2].notes == (1,)
    assert table.footnotes == ["1 CNY = 0.1464 USD, ECB 2026-04-30"]


def test_the_same_price_on_two_days_is_no_disagreement(db: specdb.Database) -> None:
    table = db.compare("k-us", "k-two", attributes=["price"], currency="USD")
    assert table.footnotes == ["1 CNY = 0.1478 USD, ECB 2026-05-29"]


def test_claims_are_checked_as_they_were_stated(db: specdb.Database) -> None:
    plain, shown = (db.compare("950pr", "h20", currency=currency) for currency in ("", "CNY"))
    assert [cell.claim for row in plain.rows for cell in row.cells] == [cell.claim for row in shown.rows for cell in row.cells]
    assert any(cell.claim for row in shown.rows for cell in row.cells)


def test_only_what_is_asked_for_needs_a_rate(db: specdb.Database) -> None:
    table = db.compare("k-tw", "k-two", attributes=["weight"], currency="USD")
    assert [cell.text for cell in next(iter(table.rows)).cells][:3] == ["weight", "1,000 g", "900 g"]
    with pytest.raises(
        MissingRateError, match="no exchange rate from TWD to USD for 2026-04-30: the ECB's rates do not include TWD"
    ):
        db.compare("k-tw", "k-two", currency="USD")


def test_show_and_export(db: specdb.Database) -> None:
    shown = db.show("k-cn", currency="USD")
    assert ("price", "160.94 USD") in [(row.cells[0].text, row.cells[1].text) for row in shown.rows]
    assert shown.remarks == ["money is converted at 1 CNY = 0.1464 USD, ECB 2026-04-30"]
    long = db.export("k-cn", "k-two", currency="USD")
    assert long.remarks == [f"money is converted at {shown.remarks[0][22:]}; 1 CNY = 0.1478 USD, ECB 2026-05-29"]
    prices = [record for record in long.records() if record["attribute"] == "price"]
    assert [(one["value"], one["unit"], one["printed"]) for one in prices][:1] == [(160.94, "USD", "1099 CNY")]
    assert len(prices) == 3
    wide = db.export("k-us", "k-cn", "k-none", layout="wide", currency="USD")
    assert [record["price [USD]"] for record in wide.records()] == [159, 160.94, "unknown"]


@pytest.mark.parametrize("layout", ["long", "wide"])
def test_an_export_fails_before_its_first_row(db: specdb.Database, layout: str) -> None:
    with pytest.raises(MissingRateError):
        db.export("k-us", "k-tw", layout=layout, currency="USD")


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda db: db.compare("k-us", "k-cn", currency="UDS"), UsageError, "did you mean UZS, USD"),
        (
            lambda db: db.compare("k-us", "k-cn", currency="USD", units="as-printed"),
            UsageError,
            "--units as-printed conflicts with --currency",
        ),
        (
            lambda db: db.query("kettle", columns=["price"], currency="USD"),
            MissingRateError,
            "specdb rate set 2026-04-30 TWD USD",
        ),
        (lambda db: db.show("k-us", currency="TWD"), MissingRateError, "specdb rate set 2026-04-30 USD TWD"),
        (lambda db: db.query(where="price <= 5 USD/month"), UsageError, "price has currency USD"),
    ],
)
def test_errors(db: specdb.Database, ask: object, error: type[SpecdbError], said: str) -> None:
    with pytest.raises(error, match=said.replace("?", r"\?")):
        ask(db)  # type: ignore[operator]


def test_one_currency_stays_in_sql(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> list[int]:
        raise AssertionError("answered in Python")

    from specdb.query import Condition, QueryOptions, query
    from specdb.query.evaluator import Evaluator

    monkeypatch.setattr(Evaluator, "_find_in_python", never)
    table = query(view, [Condition("max", "price", "2000 CNY")], QueryOptions(sort=("price",)))
    assert [row.cells[0].text for row in table.rows] == ["a1-pro"]
    shown = query(build_view(view, currency="USD"), [Condition("max", "price", "2000 CNY")], QueryOptions())
    assert [row.cells[-1].text for row in shown.rows] == ["certain"]
    with pytest.raises(AssertionError, match="answered in Python"):
        query(view, [Condition("max", "price", "2000 USD")])


LOADED = """
import sys, specdb
with specdb.open(sys.argv[1]) as db:
    db.query(sort=["price"], max_price="2000 CNY"), db.compare("a1", "a1-pro"), db.show("a1-pro"), list(db.export().rows)
    print("currency_converter" in sys.modules, "specdb.analysis.exchange_rates" in sys.modules)
    db.query(max_price="200 USD")
    print("currency_converter" in sys.modules)
"""


def test_rates_are_loaded_only_for_a_conversion(seeded: Location) -> None:
    result = subprocess.run([sys.executable, "-c", LOADED, str(seeded)], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["False True", "True"]


def test_money_for_a_time_is_judged_by_the_attributes_time(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "fees.yaml"
    file.write_text(
        """specdb: 1
sources: [{slug: april, title: April, date: 2026-04-30}]
attributes: [{key: fee, name: fee, kind: quantity, unit: CNY/month}]
categories: [{key: plan, name: plans, parent: device}]
products:
- {slug: f-year, name: F year, category: plan, specs: [{attribute: fee, value: 120 USD/year, source: april}]}
- {slug: f-month, name: F month, category: plan, specs: [{attribute: fee, value: 80 CNY/month, source: april}]}
""",
        encoding="utf-8",
    )
    load(database, file)
    with specdb.open(str(database)) as db:
        assert _texts(db.query("plan", columns=["fee"]), "fee") == {"f-year": "10.0 USD/month", "f-month": "80 CNY/month"}
        assert set(_texts(db.query("plan", where="fee > 120 USD/year"), "fee")) == {"f-month"}  # 11.72 USD a month
        assert set(_texts(db.query("plan", where="fee <= 10 USD/month"), "fee")) == {"f-year"}
        shown = _texts(db.query("plan", columns=["fee"], currency="CNY"), "fee")
    assert shown == {"f-year": "68.287 CNY/month", "f-month": "80.000 CNY/month"}
