"""Comparisons: rows, units, precision, differences, marks, states, footnotes and omissions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import specdb
from helpers.sample_products import HOSTILE_NAME, cells_of_row, row_texts
from specdb.errors import SpecdbError, UsageError
from specdb.render import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location

EIGHT = ["t1", "t2", "t3", "a1", "a1-pro", "h20", "h200", "moonix"]


@pytest.fixture
def db(sample_database: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(sample_database)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("beam distance", ["100 m", "≈ 250 m", "≈ +150 m, ≈ 2.5x"]),
        ("weight", ["40 g", "43 g", "+3 g, 1.1x"]),
        ("battery capacity", ["1,000 mAh", "4,500 mAh", "+3,500 mAh, 4.5x"]),
        ("continuous recording", ["≤ 180 h", "45 h", "≥ -135 h, ≥ 0.25x"]),
        ("note templates", ["> 10,000", "5", "≤ -9,995, ≤ 0.00050x"]),
        ("dimmable", ["yes", "no", ""]),
        ("strobe", ["no", "unknown", ""]),
        ("drift", ["-5 mm", "—", ""]),
        ("compute (precision=FP4)", ["2 PFLOPS", "—", ""]),
        ("compute (precision=FP8)", ["—", "4 PFLOPS", ""]),
        ("lens", ["glass", "plastic lens", ""]),
        ("on sale", ["2026-05", "2026-05-03", ""]),
        ("remarks", ["=1+1, plain", "—", ""]),
    ],
)
def test_rows(db: specdb.Database, heading: str, cells: list[str]) -> None:
    assert row_texts(db.compare("t1", "t2"))[heading] == cells


def test_currencies_have_rows_of_their_own(db: specdb.Database) -> None:
    prices = [[cell.text for cell in one.cells[1:]] for one in db.compare("t1", "t2", attributes=["price"]).rows]
    assert prices == [["20 EUR", "—", ""], ["—", "20 USD", ""]]


@pytest.mark.parametrize(
    ("heading", "marks"),
    [
        ("beam distance", ["", "certain", ""]),
        ("weight", ["certain", "", ""]),
        ("continuous recording", ["likely", "", ""]),
        ("compute (precision=FP4)", ["", "", ""]),
        ("drift", ["", "", ""]),
    ],
)
def test_best(db: specdb.Database, heading: str, marks: list[str]) -> None:
    assert [cell.best for cell in cells_of_row(db.compare("t1", "t2"), heading)] == marks


def test_distinguishes_five_states_everywhere(db: specdb.Database) -> None:
    table = db.compare("t1", "t2", "t3", "s1", attributes=["dimmable", "strobe"])
    dimmable, strobe = cells_of_row(table, "dimmable"), cells_of_row(table, "strobe")
    cells = [dimmable[0], dimmable[1], strobe[1], strobe[3], dimmable[3]]
    assert [cell.state for cell in cells] == ["yes", "no", "unknown", "not-applicable", "not-stated"]
    assert [cell.text for cell in cells] == ["yes", "no", "unknown", "n/a", "—"]
    first, second = json.loads(to_text(table, "json"))
    assert [first["t1"], first["t2"], second["t2"], second["t3"], first["t3"]] == [
        True,
        False,
        "unknown",
        "not applicable",
        None,
    ]
    csv = to_text(table, "csv").splitlines()
    assert csv[1:] == ["dimmable,true,false,,,,true,", "strobe,false,unknown,,not applicable,,,"]
    assert to_text(table, "tsv").splitlines()[2].split("\t")[1:5] == ["no", "unknown", "", "n/a"]
    for format in ("table", "markdown", "html"):
        assert len({text for text in ("yes", "no", "unknown", "n/a", "—") if text in to_text(table, format)}) == 5


@pytest.mark.parametrize(
    ("options", "heading", "cells"),
    [
        ({"baseline": "t2"}, "battery capacity", ["1,000 mAh", "-3,500 mAh, 0.22x", "4,500 mAh"]),
        ({"units": "imperial"}, "weight", ["1.4 oz", "1.5 oz", "+0.1 oz, 1.1x"]),
        ({"units": "imperial"}, "beam distance", ["328 ft", "≈ 820 ft", "≈ +492 ft, ≈ 2.5x"]),
        ({"units": "imperial"}, "battery capacity", ["1,000 mAh", "4,500 mAh", "+3,500 mAh, 4.5x"]),
        ({"units": "imperial", "unit": {"weight": "kg"}}, "weight", ["0.040 kg", "0.043 kg", "+0.003 kg, 1.1x"]),
        ({"unit": {"mass": "oz"}}, "weight", ["1.4 oz", "1.5 oz", "+0.1 oz, 1.1x"]),
        ({"units": "as-printed"}, "beam distance", ["100m", "about 0.25 km", ""]),
        ({"units": "as-printed"}, "note templates", ["over 10,000", "5", "≤ -9,995, ≤ 0.00050x"]),
    ],
    ids=str,
)
def test_units(db: specdb.Database, options: dict[str, object], heading: str, cells: list[str]) -> None:
    assert row_texts(db.compare("t1", "t2", **options))[heading] == cells  # type: ignore[arg-type]


def test_one_unit_and_one_precision_a_row(db: specdb.Database) -> None:
    cells = cells_of_row(db.compare("t1", "t2", "t3", attributes=["throw"]), "beam distance")
    assert [cell.text for cell in cells] == ["100 m", "≈ 250 m", "≈ +150 m, ≈ 2.5x", "30–40 m", "≈ -65 m, ≈ 0.35x"]


def test_attributes_are_kept_in_their_order_whatever_was_asked_first(db: specdb.Database) -> None:
    table = db.compare("t1", "t2", attributes=["dimmable", "weight"])
    assert [one.cells[0].text for one in table.rows] == ["weight", "dimmable"]
    assert [one.group for one in table.rows] == ["body", "light"]


def test_diff_omits_equal_rows(db: specdb.Database) -> None:
    whole = set(row_texts(db.compare("moonix", "moonix-pro")))
    kept = row_texts(db.compare("moonix", "moonix-pro", diff=True))
    assert set(kept) < whole
    assert all(cells[0] != cells[1] for cells in kept.values())
    assert "price" in whole - set(kept)  # unknown on both sides


def test_sources_are_footnotes(db: specdb.Database) -> None:
    table = db.compare("t1", "t2", attributes=["beam"], sources=True)
    assert table.footnotes == [
        "also stated: 80 metres (Torch review, 2026-02, page 9)",
        "Torch sheet, 2026-01-02, page 1",
        "Torch sheet, 2026-01-02, page 2",
    ]
    assert [cell.notes for cell in cells_of_row(table, "beam distance")] == [(1, 2), (3,), ()]


def test_a_disagreement_is_a_footnote_without_being_asked_for(db: specdb.Database) -> None:
    table = db.compare("t1", "t2", attributes=["beam"])
    assert len(table.footnotes) == 1
    assert table.footnotes[0].startswith("also stated: ")
    assert cells_of_row(table, "beam distance")[0].notes == (1,)


def test_other_categories_share_only_common_rows(db: specdb.Database) -> None:
    table = db.compare("t1", "s1")
    assert set(row_texts(table)) == {"weight", "dimmable", "lens"}
    (remark,) = table.remarks
    assert remark.startswith("different categories (torch, stove): omitted attributes that only one product states: ")
    assert "price by compute" in remark
    assert remark.endswith(" more")


def test_head_torches_are_no_torches_where_columns_are_counted(db: specdb.Database) -> None:
    table = db.compare("t1", "t2", "t3")
    assert "beam distance" in row_texts(table)
    assert "drift" not in row_texts(table)


@pytest.mark.parametrize("count", range(2, 9))
def test_two_to_eight(db: specdb.Database, count: int) -> None:
    table = db.compare(*EIGHT[:count])
    assert len(table.columns) == 2 * count
    assert len({column.key for column in table.columns}) == 2 * count


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "0 different products to compare\nspecify 2 to 8 products"),
        (["t1"], "only 1 product to compare"),
        (["t1", "first-torch", "T1"], "only 1 product to compare"),
        ([*EIGHT, "moonix-pro"], "9 different products to compare"),
    ],
    ids=str,
)
def test_other_counts(db: specdb.Database, names: list[str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        db.compare(*names)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": {"price": "USD"}}, "'USD' is a currency, which needs an exchange rate\nuse --currency USD"),
        ({"unit": {"weight": "h"}}, "'h' is a unit of time, but weight is mass\nuse a unit of mass"),
        ({"unit": {"maker": "h"}}, "maker is a reference without a unit\nomit the unit of maker"),
        ({"unit": {"weight": "parsec"}}, "unknown unit 'parsec'"),
        ({"units": "metrc"}, "unknown system of units 'metrc'\nuse metric, imperial, as-printed"),
        ({"baseline": "h20"}, "baseline h20 is not among the compared products\nadd it to the products"),
        ({"baseline": "nobody"}, "there is no product 'nobody'"),
        ({"attributes": ["wieght"]}, "there is no attribute 'wieght'\ndid you mean weight"),
    ],
    ids=str,
)
def test_refused(db: specdb.Database, options: dict[str, object], said: str) -> None:
    with pytest.raises(SpecdbError) as raised:
        db.compare("t1", "t2", **options)  # type: ignore[arg-type]
    assert said in str(raised.value)


def test_hostile_names_are_shown_not_obeyed(db: specdb.Database) -> None:
    table = db.compare("t1", "t3")
    assert HOSTILE_NAME in [column.title for column in table.columns]
    for format in ("table", "tsv", "markdown", "html"):
        assert "\x1b" not in to_text(table, format)
    assert "[red]T3[/red] ␛[31mred␛[0m [/x]" in to_text(table, "tsv")
