"""Queries: each kind of condition, three match levels, order, limits, columns, notes, and empty results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import specdb
from helpers.sample_products import row_texts
from specdb.errors import DimensionError, InvalidValueError, NotFoundError, SpecdbError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


@pytest.fixture
def db(sample_database: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(sample_database)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["t1", "t2", "t3"]),
        ({"category": "flashlight"}, ["t1", "t2", "t3"]),
        ({"category": "head-torch"}, ["t3"]),
        ({"min_beam": "50 m"}, ["t1", "t2"]),
        ({"min_throw": "50 m"}, ["t1", "t2"]),
        ({"max_beam": "0.1 km"}, ["t1", "t3"]),
        ({"beam": "100 m"}, ["t1"]),
        ({"beam": "about 100 m"}, ["t1"]),
        ({"max_weight": "1.45 oz"}, ["t1"]),
        ({"dimmable": True}, ["t1"]),
        ({"dimmable": False}, ["t2"]),
        ({"dimmable": "yes"}, ["t1"]),
        ({"strobe": False}, ["t1"]),
        ({"strobe": True}, []),
        ({"lens": "GLASS"}, ["t1"]),
        ({"lens": "lens"}, ["t2"]),
        ({"remark": "=1"}, ["t1"]),
        ({"remark": "%"}, []),
        ({"min_on_sale": "2026-05-02"}, ["t1", "t2"]),
        ({"min_on_sale": "2026-05-02", "match": "certain"}, ["t2"]),
        ({"max_on_sale": "2026-05"}, ["t1", "t2"]),
        ({"on_sale": "2026-05-03"}, ["t2"]),
        ({"max_price": "20.50 USD"}, ["t2"]),
        ({"max_price": "25 EUR"}, ["t1", "t2"]),
        ({"min_beam": "50 m", "dimmable": False}, ["t2"]),
        ({"sort": ["beam"]}, ["t3", "t1", "t2"]),
        ({"sort": ["-beam"]}, ["t2", "t1", "t3"]),
        ({"sort": ["dimmable", "-beam"]}, ["t2", "t1", "t3"]),
        ({"sort": ["-name"]}, ["t2", "t1", "t3"]),
        ({"sort": ["beam"], "limit": 2}, ["t3", "t1"]),
        ({"sort": ["beam"], "limit": 1, "offset": 1}, ["t1"]),
        ({"limit": 0}, []),
    ],
    ids=str,
)
def test_found(db: specdb.Database, asked: dict[str, Any], found: list[str]) -> None:
    table = db.query(**{"category": "torch", **asked})
    assert [row.cells[0].value for row in table.rows] == found


@pytest.mark.parametrize(
    ("asked", "by_level"),
    [
        ({"min_recording": "100 h"}, [[], ["t1"], ["t1"]]),
        ({"max_recording": "100 h"}, [["t2"], ["t2"], ["t1", "t2"]]),
        ({"min_beam": "245 m"}, [[], ["t2"], ["t2"]]),
        ({"max_beam": "245 m"}, [["t1", "t3"], ["t1", "t3"], ["t1", "t2", "t3"]]),
        ({"min_beam": "36 m"}, [["t1", "t2"], ["t1", "t2"], ["t1", "t2", "t3"]]),
        ({"min_template_count": "10000"}, [["t1"], ["t1"], ["t1"]]),
        ({"min_template_count": "10001"}, [[], [], ["t1"]]),
    ],
    ids=str,
)
def test_certain_is_among_likely_is_among_possible(
    db: specdb.Database, asked: dict[str, Any], by_level: list[list[str]]
) -> None:
    found = [
        [row.cells[0].value for row in db.query("torch", match=match, **asked).rows]
        for match in ("certain", "likely", "possible")
    ]
    assert found == by_level


@pytest.mark.parametrize(
    "value", ["14.9g", "14.9 g", "0.0149kg", "14900mg", "14900000 µg", "14.9 grams", "1.49e1 g", "14,900 mg"]
)
def test_equal_quantities_find_the_same(db: specdb.Database, value: str) -> None:
    assert [row.cells[0].value for row in db.query("glasses", max_weight=value).rows] == ["moonix"]
    assert [row.cells[0].value for row in db.query("glasses", weight=value).rows] == ["moonix"]
    assert "moonix" in [row.cells[0].value for row in db.query("glasses", min_weight=value).rows]


def test_a_row_says_what_decided_it(db: specdb.Database) -> None:
    table = db.query("torch", min_beam="36 m", match="possible", columns=["price", "remark"])
    assert [column.title for column in table.columns] == [
        "product",
        "name",
        "category",
        "beam distance [m]",
        "price",
        "remarks",
        "match",
    ]
    found = row_texts(table)
    assert found["t1"][2:] == ["100 m", "20 EUR", "=1+1, plain", "certain"]
    assert found["t2"][2:] == ["≈ 250 m", "20 USD", "—", "certain"]
    assert found["t3"][2:4] == ["30–40 m", "—"]
    assert found["t3"][-1] == "possible (range)"


def test_two_reasons_name_their_attributes(db: specdb.Database) -> None:
    table = db.query("torch", min_recording="100 h", min_beam="36 m")
    assert row_texts(table)["t1"][-1] == "likely (continuous recording up to)"


def test_qualifiers_are_shown(db: specdb.Database) -> None:
    table = db.query("torch", min_compute="1 PFLOPS", columns=["compute[precision=FP4]"])
    assert [column.title for column in table.columns][3:5] == ["compute [PFLOPS]", "compute [PFLOPS] (precision=FP4)"]
    assert row_texts(table)["t1"][2:4] == ["2 PFLOPS (precision=FP4)", "2 PFLOPS"]
    assert row_texts(table)["t2"][2:4] == ["4 PFLOPS (precision=FP8)", "—"]


@pytest.mark.parametrize(
    ("asked", "remarks"),
    [
        ({"max_weight": "41"}, ["weight: 41 is read as 41 g"]),
        ({"max_weight": "41g"}, []),
        ({"min_template_count": "4"}, []),
        ({"max_beam": "1 m"}, ["no product matches"]),
        ({"max_beam": "1 m", "limit": 0}, []),
        ({"max_beam": "1 km", "offset": 3}, ["no product matches after the first 3"]),
        ({"max_drift": "-6 mm"}, ["no product matches", "2 of 3 products of category torch do not state drift"]),
        ({"max_standby": "1 h"}, ["no product matches", "3 of 3 products of category torch do not state standby"]),
        ({"strobe": True}, ["no product matches", "2 of 3 products of category torch do not state strobe"]),
        (
            {"lens": "glass", "max_beam": "1 m"},
            ["no product matches", "1 of 3 products of category torch does not state lens"],
        ),
        (
            {"category": "stove", "max_beam": "1 m"},
            ["no product matches", "1 of 1 product of category stove does not state beam"],
        ),
    ],
    ids=str,
)
def test_remarks(db: specdb.Database, asked: dict[str, Any], remarks: list[str]) -> None:
    assert db.query(**{"category": "torch", "match": "possible", **asked}).remarks == remarks


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ({"max_weight": "20h"}, DimensionError, "'20h' has the dimension time, but weight has mass\nuse g"),
        ({"max_price": "20 g"}, DimensionError, "'20 g' has the dimension mass, but price has currency"),
        ({"max_wieght": "20g"}, UnknownKeyError, "there is no attribute 'wieght'\ndid you mean weight"),
        ({"max_dimmable": "3"}, UsageError, "dimmable is a flag"),
        ({"dimmable": "perhaps"}, UsageError, "dimmable is a flag"),
        ({"weight": True}, UsageError, "weight is a quantity, not a flag"),
        ({"min_lens": "3"}, UsageError, "lens is a choice: it does not support --min-lens\nwrite --lens VALUE"),
        ({"lens": " "}, InvalidValueError, "the text to find in lens is empty"),
        ({"max_on_sale": "5 g"}, InvalidValueError, "'5 g' is not a date"),
        ({"maker": "nobody"}, NotFoundError, "there is no product 'nobody'"),
        ({"category": "toch"}, NotFoundError, "there is no category 'toch'\ndid you mean torch"),
        ({"match": "sure"}, UnknownKeyError, "unknown match level 'sure'\nwrite certain, likely, possible"),
        ({"limit": -1}, UsageError, "--limit -1 is negative\nuse a limit of 0 or more"),
        ({"offset": -1}, UsageError, "--offset -1 is negative"),
        ({"sort": ["wieght"]}, UnknownKeyError, "did you mean weight"),
        ({"columns": ["wieght"]}, UnknownKeyError, "did you mean weight"),
        ({"max_weight": "10**10**10 g"}, InvalidValueError, "is not a figure"),
        ({"max_weight": "nan g"}, InvalidValueError, "is not a figure"),
        ({"max_weight": "1e400 g"}, InvalidValueError, "1e400"),
        (
            {"max_weight": "9" * 1_000_000},
            InvalidValueError,
            "figure of 1000000 characters\na figure has at most 96 characters",
        ),
        ({"max_weight": "1 g\x00"}, SpecdbError, ""),
        ({"remark": "a" * 60_000}, SpecdbError, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_refused(db: specdb.Database, asked: dict[str, Any], kind: type[SpecdbError], said: str) -> None:
    with pytest.raises(kind) as raised:
        db.query(**asked)
    assert said in str(raised.value)
