"""Exports: the long layout, headings of the wide layout, and escaped formulas."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

import specdb
from helpers.sample_products import HOSTILE_NAME
from specdb.errors import NotFoundError, UnknownKeyError
from specdb.render import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

FIELDS = [
    "product",
    "product_name",
    "category",
    "attribute",
    "attribute_name",
    "qualifiers",
    "kind",
    "value",
    "low",
    "high",
    "unit",
    "modifier",
    "printed",
    "as_of",
    "source",
    "locator",
    "rank",
    "written",
]


@pytest.fixture
def db(sample_database: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(sample_database)) as opened:
        yield opened


def as_json(table: specdb.ResultTable) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(to_text(table, "json"))
    return found


def as_csv(table: specdb.ResultTable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_text(table, "csv"), newline="")))


def test_long_fields(db: specdb.Database) -> None:
    assert [column.key for column in db.export("t1").columns] == FIELDS
    assert all(list(one) == FIELDS for one in as_json(db.export("t1")))
    assert db.export("t1").render("csv").split("\n")[0] == ",".join(FIELDS)


def test_long_has_every_spec_once(db: specdb.Database) -> None:
    table = db.export(category="torch")
    assert [one["product"] for one in as_json(table)] == ["t1"] * 16 + ["t2"] * 12 + ["t3"] * 3


@pytest.mark.parametrize(
    ("product", "attribute", "expected"),
    [
        ("t1", "beam", ["quantity", 100, 100, 100, "m", "exact", "100m", "2026-01-02", "sheet", "page 1", "normal"]),
        ("t2", "beam", ["quantity", 250, 237.5, 262.5, "m", "about", "about 0.25 km", "2026-01-02", "sheet", "page 2"]),
        ("t3", "beam", ["quantity", 35, 30, 40, "m", "range", "30-40 m"]),
        ("t1", "recording", ["quantity", 180, None, 180, "h", "at_most", "up to 180 hours"]),
        ("t1", "template-count", ["quantity", 10000, 10000, None, "", "more_than", "over 10,000"]),
        ("s1", "weight", ["quantity", 2000, None, 2000, "g", "less_than", "< 2 kg"]),
        ("t1", "drift", ["quantity", -5, -5, -5, "mm", "exact", "-5 mm"]),
        ("t1", "price", ["quantity", 20, 20, 20, "EUR", "exact", "20 EUR"]),
        ("t1", "on-sale", ["date", "2026-05", "2026-05-01", "2026-05-31", "", "range", "May 2026"]),
        ("t2", "on-sale", ["date", "2026-05-03", "2026-05-03", "2026-05-03", "", "exact", "2026-05-03"]),
        ("t1", "dimmable", ["flag", True, None, None, "", "", "yes"]),
        ("t1", "strobe", ["flag", False, None, None, "", "", "no"]),
        ("t2", "strobe", ["unknown", None, None, None, "", "", "to be announced"]),
        ("t3", "strobe", ["not_applicable", None, None, None, "", "", "n/a"]),
        ("t1", "lens", ["choice", "glass", None, None, "", "", "glass"]),
        ("a1", "maker", ["reference", "dingtalk", None, None, "", ""]),
    ],
    ids=str,
)
def test_long_values(db: specdb.Database, product: str, attribute: str, expected: list[object]) -> None:
    found = next(one for one in as_json(db.export(product)) if one["attribute"] == attribute)
    values = [found[field] for field in FIELDS[6:]]
    assert [type(value) for value in values[: len(expected)]] == [type(value) for value in expected]
    assert values[: len(expected)] == expected


def test_csv_and_json_contain_the_same(db: specdb.Database) -> None:
    def text(field: str, value: object) -> str:
        if field == "qualifiers" and isinstance(value, dict):
            return ";".join(f"{name}={one}" for name, one in value.items())
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str) and value[:1] in ("=", "-", "+", "@"):
            return f"'{value}"
        return "" if value is None else str(value)

    table = db.export
    for one, other in zip(as_json(table()), as_csv(table()), strict=True):
        assert {field: text(field, value) for field, value in one.items()} == other


def test_qualifiers(db: specdb.Database) -> None:
    one = next(one for one in as_json(db.export("t1")) if one["attribute"] == "compute")
    other = next(one for one in as_csv(db.export("t1")) if one["attribute"] == "compute")
    assert (one["qualifiers"], other["qualifiers"]) == ({"precision": "FP4"}, "precision=FP4")
    many = next(one for one in as_csv(db.export("950pr")) if one["attribute"] == "energy-reduction")
    assert many["qualifiers"] == "versus=NVIDIA chips;workload=DeepSeek V4"


def test_formulas_are_harmless_and_negative_numbers_stay_numbers(db: specdb.Database) -> None:
    rows = as_csv(db.export("t1"))
    assert [row["value"] for row in rows if row["attribute"] == "remark"] == ["'=1+1", "plain"]
    assert [row["value"] for row in rows if row["attribute"] == "drift"] == ["-5"]
    assert [row["printed"] for row in rows if row["attribute"] == "drift"] == ["'-5 mm"]
    assert as_csv(db.export("t1", layout="wide"))[0]["drift [mm]"] == "-5"


def test_hostile_text_is_kept_for_programs(db: specdb.Database) -> None:
    (row,) = [row for row in as_json(db.export("t3")) if row["attribute"] == "remark"]
    assert (row["product_name"], row["value"]) == (HOSTILE_NAME, '=gl\x1b[31mass, "quoted"')
    (other,) = [row for row in as_csv(db.export("t3")) if row["attribute"] == "remark"]
    assert (other["product_name"], other["value"]) == (HOSTILE_NAME, '\'=gl\x1b[31mass, "quoted"')


def test_wide_headings(db: specdb.Database) -> None:
    keys = [column.key for column in db.export("t1", "t2", layout="wide").columns]
    assert keys[:3] == ["product", "product_name", "category"]
    assert set(keys[3:]) == {
        "price [EUR]",
        "price [USD]",
        "price-per-pflops [EUR/PFLOPS]",
        "mean-current [mA]",
        "weight [g]",
        "battery [mAh]",
        "recording [h]",
        "recording modifier",
        "compute [PFLOPS] (precision=FP4)",
        "compute [PFLOPS] (precision=FP8)",
        "template-count",
        "template-count modifier",
        "beam [m]",
        "beam modifier",
        "drift [mm]",
        "dimmable",
        "strobe",
        "lens",
        "remark",
        "on-sale",
    }


@pytest.mark.parametrize(
    ("product", "cells"),
    [
        (
            "t1",
            {
                "beam [m]": 100,
                "beam modifier": "exact",
                "recording [h]": 180,
                "recording modifier": "at_most",
                "price [EUR]": 20,
                "price [USD]": None,
                "dimmable": True,
                "strobe": False,
                "remark": "=1+1, plain",
                "on-sale": "2026-05",
                "compute [PFLOPS] (precision=FP8)": None,
            },
        ),
        ("t2", {"beam [m]": 250, "beam modifier": "about", "dimmable": False, "strobe": "unknown", "drift [mm]": None}),
        ("t3", {"beam [m]": 35, "beam modifier": "range", "strobe": "not applicable", "dimmable": None}),
    ],
)
def test_wide_values(db: specdb.Database, product: str, cells: dict[str, object]) -> None:
    found = {one["product"]: one for one in as_json(db.export("t1", "t2", "t3", layout="wide"))}[product]
    assert {key: found[key] for key in cells} == cells


def test_everything_some_or_none(db: specdb.Database) -> None:
    everything = [one["product"] for one in as_json(db.export(layout="wide"))]
    assert len(everything) == len(set(everything)) == len(list(db.list("products").rows))
    assert [one["product"] for one in as_json(db.export("t2", "t1", "t2", layout="wide"))] == ["t2", "t1"]
    assert [one["product"] for one in as_json(db.export("t2", category="torch", layout="wide"))] == ["t2", "t1", "t3"]
    empty = db.export(category="robot-part")
    assert len(as_json(empty)) > 0


def test_refused(db: specdb.Database) -> None:
    with pytest.raises(UnknownKeyError, match="unknown layout 'tall'\nuse wide or long"):
        db.export(layout="tall")
    with pytest.raises(NotFoundError, match="there is no product 'nobody'"):
        db.export("nobody")
