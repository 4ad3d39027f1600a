"""Exchange rates: the choice of day and source, and missing rates. Rates of past days do not change."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.analysis import currency
from specdb.analysis.build_view import build_view
from specdb.analysis.exchange_rates import RateTable
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database import metadata
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain import money
from specdb.domain.spec import Attribute, Spec
from specdb.errors import InvalidValueError, MissingRateError, SpecdbError

if TYPE_CHECKING:
    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects

# What one euro was worth, as the ECB published it.
USD_0430, CNY_0430, JPY_0430 = Fraction("1.1702"), Fraction("7.991"), Fraction("183.21")  # 2026-04-30, a Thursday


@pytest.mark.parametrize(
    ("base", "quote", "as_of", "value", "day"),
    [
        ("CNY", "USD", "2026-04-30", USD_0430 / CNY_0430, "2026-04-30"),
        ("USD", "CNY", "2026-04-30", CNY_0430 / USD_0430, "2026-04-30"),
        ("EUR", "USD", "2026-04-30", USD_0430, "2026-04-30"),
        ("JPY", "EUR", "2026-04-30", 1 / JPY_0430, "2026-04-30"),
        ("CNY", "USD", "2026-05-01", USD_0430 / CNY_0430, "2026-04-30"),  # no rates on Labour Day
        ("CNY", "USD", "2026-05-03", USD_0430 / CNY_0430, "2026-04-30"),  # nor on the Sunday after it
        ("EUR", "USD", "2026-04", USD_0430, "2026-04-30"),  # a month: its last day
        ("EUR", "USD", "2026-04-06", Fraction("1.1525"), "2026-04-02"),  # Easter Monday
        ("EUR", "USD", "2026-Q1..2026-04-06", Fraction("1.1525"), "2026-04-02"),
        ("EUR", "USD", "2025", Fraction("1.175"), "2025-12-31"),
        ("EUR", "RUB", "2022-03-08", Fraction("117.201"), "2022-03-01"),  # the last rate of the rouble, seven days on
        ("EUR", "USD", "1999-01-04", Fraction("1.1789"), "1999-01-04"),
    ],
)
def test_rate_of_a_day(view: View, base: str, quote: str, as_of: str, value: Fraction, day: str) -> None:
    rate = RateTable(view).need(base, quote, as_of)
    assert (rate.value, rate.day.isoformat(), rate.source) == (value, day, "ECB")


@pytest.mark.parametrize(
    ("base", "quote", "as_of", "said", "hint"),
    [
        (
            "TWD",
            "USD",
            "2026-04-30",
            "the ECB's rates do not include TWD",
            "specdb rate set 2026-04-30 TWD USD RATE --source TEXT",
        ),
        ("USD", "VND", "2026-04", "the ECB's rates do not include VND", "specdb rate set 2026-04-30 USD VND RATE"),
        ("TWD", "VND", "2026-04-30", "do not include TWD and VND", "specdb rate set 2026-04-30 TWD VND RATE"),
        ("EUR", "RUB", "2022-03-09", "have none within 7 days", "specdb rate set 2022-03-09 EUR RUB RATE"),
        ("CNY", "USD", "1998-12-31", "the ECB's rates, from 1999-01-04 to", "specdb rate set 1998-12-31 CNY USD RATE"),
        ("CNY", "USD", "9999", "have none within 7 days", "specdb rate set 9999-12-31 CNY USD RATE"),
        ("CNY", "USD", "0001-01-01", "have none within 7 days", "specdb rate set 0001-01-01 CNY USD RATE"),
    ],
)
def test_no_rate(view: View, base: str, quote: str, as_of: str, said: str, hint: str) -> None:
    rates = RateTable(view)
    assert rates.find(base, quote, as_of) is None
    with pytest.raises(MissingRateError) as caught:
        rates.need(base, quote, as_of)
    assert said in caught.value.problem
    assert hint in caught.value.hint
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("base", "quote", "as_of", "value", "source"),
    [
        ("TWD", "USD", "2026-11-20", Fraction("0.031"), "bank"),
        ("USD", "TWD", "2026-11-20", 1 / Fraction("0.031"), "bank"),  # the other direction, exactly
        ("TWD", "USD", "2026-11-24", Fraction("0.031"), "bank"),
        ("TWD", "USD", "2026-11-25", Fraction("0.032"), "later"),  # until the next known one
        ("TWD", "USD", "2026-12-02", Fraction("0.032"), "later"),
        ("TWD", "USD", "2026-12-03", None, ""),  # at most seven days
        ("TWD", "USD", "2026-11-19", None, ""),
        ("TWD", "CNY", "2026-11-20", None, ""),  # rates are not chained
        ("EUR", "USD", "2026-04-30", Fraction("1.2"), "mine"),  # before the ECB's for that day
        ("EUR", "USD", "2026-04-29", Fraction("1.1706"), "ECB"),
        ("EUR", "USD", "2026-05-03", Fraction("1.2"), "mine"),
        ("EUR", "CNY", "2026-04-30", CNY_0430, "ECB"),
    ],
)
def test_own_rates(catalog_of_rates: View, base: str, quote: str, as_of: str, value: Fraction | None, source: str) -> None:
    rate = RateTable(catalog_of_rates).find(base, quote, as_of)
    assert (rate and rate.value, rate.source if rate else "") == (value, source)


def test_a_banking_day_ends_a_rate_of_ones_own(catalog_of_rates: View) -> None:
    rate = RateTable(catalog_of_rates).need("EUR", "USD", "2026-05-04")  # a Monday
    assert (rate.source, rate.day.isoformat()) == ("ECB", "2026-05-04")


@pytest.fixture(scope="module")
def rated(backend: DatabaseBackend, seed_template: Location) -> Location:
    """A database with rates, one of them set anew in the other direction."""
    path = backend.copied(seed_template)
    for day, base, quote, rate, source in (
        ("2026-11-20", "USD", "TWD", "99", "wrong"),
        ("2026-11-20", "TWD", "US$", "0.031", "bank"),
        ("2026-11-25", "twd", "USD", "0.032", "later"),
        ("2026-04-30", "EUR", "USD", "1.2", "mine"),
    ):
        set_rate(path, RateDraft(day, base, quote, rate, source))
    return path


@pytest.fixture(scope="module")
def catalog_of_rates(rated: Location) -> View:
    return build_view(Repository(connect(rated)))


def test_setting_a_rate_retracts_the_old_one(rated: Location) -> None:
    with closing(connect(rated)) as connection:
        rows = connection.execute(
            "SELECT r.base, r.rate, r.added_id, c.id, c.reason, c.author <> '' FROM rate r"
            " LEFT JOIN changeset c ON c.id = r.retracted_id WHERE r.day = '2026-11-20' ORDER BY r.id"
        ).fetchall()
    assert rows[0][:2] == ("USD", "99")
    assert rows[0][3:] == (rows[1][2], "exchange rate of TWD and USD on 2026-11-20", 1)
    assert rows[1][:2] + rows[1][3:] == ("TWD", "0.031", None, None, None)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (("2026-11", "TWD", "USD", "0.031", "bank"), "'2026-11' is not a single day"),
        (("2026-11-31", "TWD", "USD", "0.031", "bank"), "is not in the calendar"),
        (("2026-11-20", "TWX", "USD", "0.031", "bank"), "unknown currency 'TWX'"),
        (("2026-11-20", "TWD", "kg", "0.031", "bank"), "unknown currency 'kg'"),
        (("2026-11-20", "TWD", "", "0.031", "bank"), "unknown currency ''"),
        (("2026-11-20", "TWD", "USD/h", "0.031", "bank"), "unknown currency 'USD/h'"),
        (("2026-11-20", "TWD", "NT$", "0.031", "bank"), "an exchange rate from TWD to itself"),
        (("2026-11-20", "TWD", "USD", "0", "bank"), "the rate '0' is not a positive number"),
        (("2026-11-20", "TWD", "USD", "0.000", "bank"), "is not a positive number"),
        (("2026-11-20", "TWD", "USD", "-1", "bank"), "is not a positive number"),
        (("2026-11-20", "TWD", "USD", "1e9", "bank"), "is not a positive number"),
        (("2026-11-20", "TWD", "USD", "٣", "bank"), "is not a positive number"),
        (("2026-11-20", "TWD", "USD", "9" * 33, "bank"), "is not a positive number"),
        (("2026-11-20", "TWD", "USD", "0.031", " "), "an exchange rate without a source"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_is_no_rate(database: Location, draft: tuple[str, str, str, str, str], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said.replace("$", r"\$")):
        set_rate(database, RateDraft(*draft))
    with closing(connect(database)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM rate").fetchone() == (0,)


@pytest.mark.parametrize(
    ("text", "code"),
    [("USD", "USD"), ("usd", "USD"), ("$", "USD"), ("RMB", "CNY"), ("¥", "CNY"), ("€", "EUR")],
)
def test_currency_code(view: View, text: str, code: str) -> None:
    assert currency.code(view, text) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [("UDS", "USD"), ("kg", "did you mean"), ("", "write its code, as in USD"), ("$$$", "write its code, as in USD")],
)
def test_no_currency(view: View, text: str, hint: str) -> None:
    with pytest.raises(SpecdbError, match="unknown currency") as caught:
        currency.code(view, text)
    assert (caught.value.exit_code, hint in caught.value.hint) == (2, True)


@pytest.mark.sqlite
def test_a_currency_is_looked_up_in_an_index(view: View) -> None:
    plan = view.rows(f"EXPLAIN QUERY PLAN {metadata.MONEY_UNIT.format('DESC')}", (1,))
    assert "USING INDEX spec_currency (attribute_id=?)" in plan[0][3]


@pytest.mark.sqlite
def test_every_currency_is_in_the_index(view: View) -> None:
    found = view.rows(
        "SELECT COUNT(*), SUM(name GLOB '[A-Z][A-Z][A-Z]*') FROM unit WHERE dimension LIKE 'currency%' AND name <> ''"
    )
    assert found[0][0] == found[0][1] > 150


PRICE = Attribute(1, "price", "price", "quantity", "CNY", "currency CNY", "lower", "", False, False)


def _price(modifier: str, number: str, unit: str = "CNY") -> Spec:
    texts = ("as printed", 1, "", "2026-04-30", "normal", True)
    return Spec(1, 1, 1, "", "quantity", modifier, number, unit, unit, 0.0, 0.0, 0.0, "", "", "", *texts)


@pytest.mark.parametrize(
    ("modifier", "number", "base", "quote", "digits", "ends"),
    [
        ("exact", "1299", "CNY", "USD", "190.23", (190.23, 190.23)),  # 1299 x 1.1702 / 7.991 = 190.2259...
        ("exact", "159", "USD", "CNY", "1085.77", (1085.77, 1085.77)),  # 159 x 7.991 / 1.1702 = 1085.7708...
        ("about", "50000", "CNY", "USD", "7322", (6955.9, 7688.1)),  # 7321.98..., and 5 % about it
        ("about", "5", "USD", "EUR", "4.27", (4.0565, 4.4835)),  # 4.2727..., which without cents would be 6 % off
        ("less_than", "20000", "USD", "CNY", "136575", (0.0, 136575.0)),
        ("at_most", "1000", "USD", "JPY", "156563", (0.0, 156563.0)),
        ("range", "100..200", "USD", "EUR", "85.46..170.91", (85.46, 170.91)),  # 85.4554..., 170.9109...
        ("exact", "100", "JPY", "USD", "0.639", (0.639, 0.639)),  # 0.63872...: its three digits kept
        ("exact", "5", "JPY", "USD", "0.032", (0.032, 0.032)),  # 0.03193...: at least two
        ("exact", "0", "USD", "CNY", "0", (0.0, 0.0)),
        ("exact", "25000000000000", "USD", "CNY", "170718680567424", (170718680567424.0,) * 2),
    ],
)
def test_converted_figure(
    view: View, modifier: str, number: str, base: str, quote: str, digits: str, ends: tuple[float, float]
) -> None:
    spec, rate = _price(modifier, number, base), RateTable(view).need(base, quote, "2026-04-30")
    found = money.convert_money(spec, view.unit(base), view.unit(base), rate, PRICE, rounded=True)
    assert (found.number, found.unit, found.value_unit, found.modifier) == (digits, quote, quote, modifier)
    assert (found.lo, found.hi) == pytest.approx(ends, rel=1e-12)
    assert found.printed == "as printed"


def test_money_for_something_stays_for_it(view: View) -> None:
    rate = RateTable(view).need("CNY", "USD", "2026-04-30")
    year, month = view.unit("CNY/year"), view.unit("CNY/month")
    found = money.convert_money(_price("exact", "99", "CNY/month"), month, month, rate, PRICE, rounded=True)
    assert (found.value_unit, found.number) == ("USD/month", "14.50")
    found = money.convert_money(_price("exact", "1188", "CNY/year"), year, month, rate, PRICE, rounded=True)
    assert (found.value_unit, found.number, found.unit) == ("USD/month", "173.97", "USD/year")
    assert found.nominal == pytest.approx(173.97 / 12)


@given(
    amount=st.decimals(min_value="0.01", max_value=10**9, places=2),
    value=st.fractions(min_value=Fraction(1, 100_000), max_value=100_000),
    modifier=st.sampled_from(["exact", "about", "at_most", "more_than"]),
)
def test_there_and_back(catalog_of_rates: View, amount: object, value: Fraction, modifier: str) -> None:
    from datetime import date

    there = money.Rate("CNY", "USD", value, date(2026, 4, 30), "law")
    back = money.Rate("USD", "CNY", 1 / value, date(2026, 4, 30), "law")
    yuan, dollar = catalog_of_rates.unit("CNY"), catalog_of_rates.unit("USD")
    spec = _price(modifier, f"{amount:f}")
    converted = money.convert_money(spec, yuan, yuan, there, PRICE, rounded=True)
    returned = money.convert_money(converted, dollar, dollar, back, PRICE, rounded=True)
    half = [Fraction(1, 2 * 10 ** len(one.number.partition(".")[2])) for one in (converted, returned)]
    assert abs(Fraction(returned.number) - Fraction(spec.number)) <= half[0] / value + half[1]
    exact = money.convert_money(spec, yuan, yuan, there, PRICE, rounded=False)
    assert exact.nominal == float(Fraction(spec.number) * value)
    assert Fraction(spec.number) * value <= Fraction(converted.number) + half[0]
    assert exact.modifier == converted.modifier == returned.modifier == modifier
