from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.ranking_database import lamp_view
from specdb.analysis import criteria
from specdb.analysis.build_view import build_view
from specdb.domain.qualifiers import split_keys
from specdb.errors import AmbiguousNameError, MissingRateError, NotFoundError, SpecdbError, UnknownKeyError, UsageError
from specdb.reports.rank import RankOptions, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.table import Cell, Table

LAMPS = {
    "lean": {
        "weight": "10 g",
        "output": "100 lm",
        "price": "300 CNY",
        "switches": "1",
        "launch": "2026-01-01",
        "dimmable": "no",
    },
    "wide": {
        "weight": "0.02 kg",
        "output": "≤ 400 lm",
        "price": "100 CNY",
        "switches": "2",
        "launch": "2026-03",
        "dimmable": "yes",
    },
    "bare": {"weight": "40 g", "output": "not-applicable", "price[edition=pro]": "900 CNY"},
    "dark": {"note": "nothing that has an order"},
    "tall@desk-lamp": {"weight": "30 g", "output": "400 lm", "price": "unknown", "launch": "2026-02-01", "dimmable": "yes"},
}


@pytest.fixture(scope="module")
def lamps(backend: DatabaseBackend) -> Iterator[View]:
    view = lamp_view(backend.new(), LAMPS)
    yield view
    view.connection.close()


def cells(table: Table, product: str) -> dict[str, Cell]:
    (row,) = [row for row in table.rows if row.cells[0].value == product]
    return {column.key: cell for column, cell in zip(table.columns, row.cells, strict=True)}


@pytest.mark.parametrize(
    ("by", "missing", "order"),
    [
        ("weight", "exclude", "lean 1.000, wide 0.667, tall 0.333, bare 0.000"),
        ("weight:higher", "exclude", "bare 1.000, tall 0.667, wide 0.333, lean 0.000"),
        ("output", "exclude", "wide 1.000, tall 1.000, lean 0.000"),
        ("weight,output", "exclude", "wide 0.750, lean 0.500, tall 0.500, bare —"),
        ("weight:3, output", "exclude", "lean 0.750, wide 0.625, tall 0.250, bare —"),
        ("weight, output:0.5", "exclude", "lean 0.667, wide 0.667, tall 0.333, bare —"),
        ("weight, output", "worst", "wide 0.833, tall 0.667, lean 0.500, bare 0.000"),
        ("weight, output", "median", "wide 0.833, tall 0.667, lean 0.500, bare 0.500"),
        ("price", "exclude", "wide 1.000, lean 0.000"),
        ("price[edition=pro]", "exclude", "bare 1.000"),
        ("weight, price:CNY:2", "exclude", "wide 0.667, lean 0.333, bare —, tall —"),
        ("switches:higher", "exclude", "wide 1.000, lean 0.000"),
        ("launch:lower", "exclude", "lean 1.000, tall 0.581, wide 0.000"),
        ("dimmable:higher", "exclude", "wide 1.000, tall 1.000, lean 0.000"),
        ("weight, offset", "exclude", "lean 1.000, wide 0.667, tall 0.333, bare 0.000"),
        ("offset", "worst", ""),
    ],
)
def test_order(lamps: View, by: str, missing: str, order: str) -> None:
    table = rank(lamps, split_keys(by), RankOptions("light", missing))
    score = [column.key for column in table.columns].index("score")
    assert ", ".join(f"{row.cells[0].text} {row.cells[score].text}" for row in table.rows) == order


@pytest.mark.parametrize(
    ("by", "options", "remarks"),
    [
        ("weight", RankOptions("lamp"), ["not ranked: 1 product has no value of any of these attributes"]),
        ("weight", RankOptions("desk-lamp"), []),
        ("weight", RankOptions("organisation"), ["not ranked: 2 products have no value of any of these attributes"]),
        (
            "weight, output",
            RankOptions("lamp"),
            [
                "not ranked: 1 product has no value of any of these attributes",
                "not ranked: 1 of 4 products without a value of output; use --missing median or --missing worst to rank them",
                "the order is not certain: within the stated intervals, 3 of 3 products may have another place",
            ],
        ),
        (
            "weight, price, offset",
            RankOptions("lamp"),
            [
                "specs with qualifiers are ignored: price[edition=pro]",
                "none of these products has a value of offset: it is ignored",
                "not ranked: 1 product has no value of any of these attributes",
                "not ranked: 2 of 4 products without a value of price; use --missing median or --missing worst to rank them",
            ],
        ),
    ],
)
def test_remarks(lamps: View, by: str, options: RankOptions, remarks: list[str]) -> None:
    assert rank(lamps, split_keys(by), options).remarks == remarks


def test_cells(lamps: View) -> None:
    table = rank(lamps, split_keys("weight:2, output"), RankOptions("lamp"))
    titles = ["product", "name", "place", "could be", "score", "weight [g]", "part ×2", "light output [lm]", "part"]
    assert [column.title for column in table.columns] == titles
    keys = ["product", "product_name", "place", "could_be", "score", "weight", "weight part", "output", "output part"]
    assert [column.key for column in table.columns] == keys
    assert list(table.records()) == [
        dict(zip(keys, ["lean", "Lean", 1, "1", 0.666666667, 10, 1, 100, 0], strict=True)),
        dict(zip(keys, ["wide", "Wide", 1, "1-3", 0.666666667, 20, 0.5, "≤ 400", 1], strict=True)),
        dict(zip(keys, ["tall", "Tall", 3, "2-3", 0.333333333, 30, 0, 400, 1], strict=True)),
        dict(zip(keys, ["bare", "Bare", None, None, None, 40, None, "not applicable", None], strict=True)),
    ]
    assert [cells(table, slug)["score"].best for slug in ("lean", "wide", "tall", "bare")] == ["certain", "likely", "", ""]
    assert [row.group for row in table.rows] == ["", "", "", "not ranked: a value is missing"]
    assert cells(rank(lamps, ["weight"], RankOptions("lamp")), "lean")["score"].best == "certain"


@pytest.mark.parametrize(
    ("by", "missing", "product", "key", "text", "footnote"),
    [
        ("weight, output", "median", "bare", "output", "n/a → 400 lm", "the median of 3 values"),
        ("weight, output", "worst", "bare", "output", "n/a → 100 lm", "the worst of 3 values"),
        ("weight, price", "median", "tall", "price", "unknown → 200 CNY", "the median of 2 values"),
        ("weight, price", "worst", "bare", "price", "— → 300 CNY", "the worst of 2 values"),
        ("weight, switches:higher", "median", "tall", "switches", "— → 1.5", "the median of 2 values"),
        ("weight, launch:lower", "worst", "bare", "launch", "— → 2026-03-16", "the worst of 3 values"),
        ("weight, dimmable:higher", "worst", "bare", "dimmable", "— → no", "the worst of 3 values"),
        ("weight, price[edition=pro]", "median", "lean", "price (edition=pro)", "— → 900 CNY", "the only stated value"),
    ],
)  # fmt: skip
def test_what_stands_in_for_a_missing_value_is_marked(
    lamps: View, by: str, missing: str, product: str, key: str, text: str, footnote: str
) -> None:
    table = rank(lamps, split_keys(by), RankOptions("lamp", missing))
    cell = cells(table, product)[key]
    assert (cell.text, cell.value, cell.notes) == (text, None, (1,))
    assert cell.state in ("unknown", "not-stated", "not-applicable")
    assert isinstance(cells(table, product)[f"{key} part"].value, float)
    assert table.footnotes == [f"{key} is missing; ranked with {footnote}"]
    assert cells(table, product)["could_be"].text  # what is missing could be anything


@pytest.mark.parametrize(("limit", "count"), [(None, 4), (2, 2), (0, 0), (99, 4)])
def test_limit(lamps: View, limit: int | None, count: int) -> None:
    table = rank(lamps, ["weight"], RankOptions("lamp", limit=limit))
    assert [cell["place"] for cell in table.records()] == [1, 2, 3, 4][:count]


@pytest.mark.parametrize(
    ("by", "options", "error", "problem", "hint"),
    [
        ("", RankOptions(), UsageError, "no criteria were given", "write KEY"),
        ("wieght", RankOptions(), UnknownKeyError, "there is no attribute 'wieght'", "did you mean weight"),
        ("weight", RankOptions("light-bulb"), NotFoundError, "no category 'light-bulb'", ""),
        ("switches", RankOptions(), UsageError, "switches has no better direction", "switches:higher or switches:lower"),
        ("socket", RankOptions(), UsageError, "socket is a choice, whose values have no order", "use a quantity"),
        ("seller", RankOptions(), UsageError, "seller is a reference|seller can have several values", "use a quantity"),
        ("weight:0", RankOptions(), UsageError, "weight has a weight of 0", "leave it out"),
        ("weight:-1", RankOptions(), UsageError, "invalid setting '-1' for weight: expected a weight or a direction",
         "weight:2"),
        ("weight:inf", RankOptions(), UsageError, "invalid setting 'inf' for weight", "weight:2"),
        ("weight:", RankOptions(), UsageError, "invalid setting '' for weight", "weight:2"),
        ("weight:1:2", RankOptions(), UsageError, "sets its direction, weight or currency twice", "weight:2"),
        ("weight:CNY", RankOptions(), UsageError, "invalid setting 'CNY' for weight: expected a weight or a direction",
         "weight:2"),
        ("price:g", RankOptions(), UsageError, "invalid setting 'g' for price: expected a weight, a direction or a currency",
         "weight:2"),
        ("price:nonsense", RankOptions(), UsageError, "invalid setting 'nonsense' for price", "weight:2"),
        ("weight, weight:2", RankOptions(), UsageError, "weight is given twice", "once"),
        ("weight[a", RankOptions(), UsageError, "invalid criterion 'weight\\[a'", "write KEY"),
        ("weight[edition=pro]", RankOptions(), AmbiguousNameError, "these products state weight.* only with other qualifiers",
         "write weight$"),
        ("weight", RankOptions(missing="zero"), UnknownKeyError, "unknown policy 'zero' for missing", "exclude, median, worst"),
        ("weight", RankOptions(limit=-1), UsageError, "negative --limit -1", "0 or more"),
    ],
)  # fmt: skip
def test_errors(lamps: View, by: str, options: RankOptions, error: type[SpecdbError], problem: str, hint: str) -> None:
    with pytest.raises(error, match=f"(?s)({problem}).*{hint}"):
        rank(lamps, split_keys(by), options)


def test_currencies_are_not_mixed(new_place: Location) -> None:
    prices = {"one": {"price": "100 CNY"}, "two": {"price": "90 USD"}, "six": {"price": "80 CNY"}}
    view = lamp_view(new_place, prices)
    with pytest.raises(AmbiguousNameError, match=r"2 currencies: CNY, USD\n.*price:CNY; .*missing; or .* --currency CNY$"):
        rank(view, ["price"], RankOptions("lamp"))
    table = rank(view, ["price:RMB"], RankOptions("lamp"))
    assert [cell["product"] for cell in table.records()] == ["six", "one"]
    table = rank(view, ["price:CNY/month"], RankOptions("lamp"))  # of money for a time, what counts is the currency
    assert [cell["product"] for cell in table.records()] == ["six", "one"]
    view.connection.close()


def test_currencies_are_brought_into_one(new_place: Location) -> None:
    prices = {"one": {"price": "100 CNY"}, "two": {"price": "90 USD"}, "six": {"price": "≈ 80 CNY"}, "ten": {"weight": "1 g"}}
    view = lamp_view(new_place, prices)
    table = rank(build_view(view, currency="USD"), ["price", "weight:0.001"], RankOptions("lamp", "median"))
    assert [cells(table, slug)["price"].text for slug in ("one", "two", "six", "ten")] == [
        *("14.28 USD", "90.00 USD", "≈ 11.00 USD"),
        "— → 14.28 USD",
    ]
    assert [cells(table, slug)["price"].notes for slug in ("one", "two", "six", "ten")] == [(3,), (), (3,), (1,)]
    assert table.footnotes[2] == "1 CNY = 0.1428 USD, ECB 2025-12-31"
    assert [one["product"] for one in table.records()] == ["six", "one", "ten", "two"]
    assert table.columns[5].title == "price [USD]"
    in_dollars = rank(build_view(view, currency="USD"), ["price:USD"], RankOptions("lamp"))
    assert [one["place"] for one in in_dollars.records()] == [1, 2, 3]
    with pytest.raises(
        UsageError, match=r"'price:CNY' conflicts with --currency USD: no price is shown in CNY\nuse only one of the two"
    ):
        rank(build_view(view, currency="USD"), ["price:CNY"], RankOptions("lamp"))
    with pytest.raises(MissingRateError, match="no exchange rate from CNY to TWD for 2026-01-01"):
        rank(build_view(view, currency="TWD"), ["price"], RankOptions("lamp"))
    assert rank(build_view(view, currency="TWD"), ["weight"], RankOptions("lamp")).footnotes == []
    view.connection.close()


@pytest.mark.parametrize(
    ("attributes", "match", "kept", "remarks"),
    [
        ("weight", "certain", "lean", ["1 of 5 products cannot be compared: no value of weight"]),
        ("weight, output", "certain", "lean wide tall", ["2 of 5 products cannot be compared: no value of weight (1), output"]),
        ("weight, output", "likely", "lean wide", ["2 of 5 products cannot be compared: no value of weight (1), output"]),
        ("weight, output", "possible", "lean", ["2 of 5 products cannot be compared: no value of weight (1), output"]),
        ("output", "possible", "tall", ["2 of 5 products cannot be compared: no value of output"]),
        ("weight:higher", "certain", "bare", ["1 of 5 products cannot be compared: no value of weight"]),
        (
            "weight, offset",
            "certain",
            "lean",
            ["none of these products has a value of offset: it is ignored",
             "1 of 5 products cannot be compared: no value of weight"],
        ),
        ("offset", "certain", "", ["none of these products has a value of offset: it is ignored"]),
    ],
)  # fmt: skip
def test_pareto(lamps: View, attributes: str, match: str, kept: str, remarks: list[str]) -> None:
    products = lamps.products(lamps.category("lamp"))
    found = criteria.pareto_front(lamps, [product.id for product in products], split_keys(attributes), match)
    assert [product.slug for product in products if product.id in found.kept] == kept.split()
    assert found.remarks == remarks


@pytest.mark.parametrize(
    ("attributes", "match", "problem"),
    [
        ("weight:2", "certain", "has a weight"),
        ("", "certain", "no criteria were given"),
        ("weight", "sure", "unknown match level 'sure'"),
    ],
)
def test_pareto_errors(lamps: View, attributes: str, match: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        criteria.pareto_front(lamps, [1], split_keys(attributes), match)
