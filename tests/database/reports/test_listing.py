"""Lists of all entities or of a category, for programs and for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import specdb
from helpers.sample_products import row_texts
from specdb.errors import NotFoundError, UnknownKeyError, UsageError
from specdb.reports.listing import LISTS, list_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

MEAN = "mean current while recording"


@pytest.fixture
def db(sample_database: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(sample_database)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("what", "key", "cells"),
    [
        ("products", "t1", ["Torch One", "torch", "15"]),
        ("categories", "  torch", ["torches", "flashlight", "3", "maker, launch, price, beam"]),
        ("categories", "    head-torch", ["head torches", "", "1", "maker, launch, price, beam"]),
        ("attributes", "beam", ["beam distance", "quantity", "m", "higher", "light", "throw", "", "4"]),
        ("attributes", "strobe", ["strobe", "flag", "", "", "light", "", "", "3"]),
        ("attributes", "mean-current", [MEAN, "quantity", "mA", "lower", "power", "", "battery / recording", ""]),
        ("sources", "sheet", ["Torch sheet", "Torch Ltd", "2026-01-02", "", "31"]),
        ("units", "mAh", ["electric charge", "milliampere hour, mah, milliamp hour, milliamp hours"]),
    ],
)
def test_rows(db: specdb.Database, what: str, key: str, cells: list[str]) -> None:
    found = row_texts(db.list(what))[key]
    if what == "units":
        assert (len(found), bool(re.search("charge", found[0]))) == (2, True)
    else:
        assert found == cells


@pytest.mark.parametrize(
    ("what", "category", "keys"),
    [
        ("products", "torch", ["t1", "t2", "t3"]),
        ("products", "stove", ["s1"]),
        ("categories", "torch", ["  torch", "    head-torch"]),
        ("attributes", "stove", ["weight", "dimmable", "lens"]),
        ("sources", "stove", ["sheet"]),
    ],
)
def test_of_a_category(db: specdb.Database, what: str, category: str, keys: list[str]) -> None:
    assert list(row_texts(db.list(what, category))) == keys


def test_a_category_counts_what_is_below_it(db: specdb.Database) -> None:
    counts = {row.cells[0].value: row.cells[3].value for row in db.list("categories").rows}
    for category, count in counts.items():
        assert count == len(list(db.list("products", str(category)).rows)), category


def test_a_brief_list_is_narrow(db: specdb.Database) -> None:
    table = list_items(db._view(), "attributes", brief=True)
    assert [column.title for column in table.columns] == ["attribute", "name", "unit or kind", "better", "specs"]
    found = row_texts(table)
    assert found["beam"] == ["beam distance (throw)", "m", "higher", "4"]
    assert found["mean-current"][0] == "mean current while recording = battery / recording"
    assert found["strobe"] == ["strobe", "flag", "", "3"]
    assert {row.group for row in table.rows} > {"light", "words", "power"}
    sources = list_items(db._view(), "sources", "glasses", brief=True)
    assert [column.key for column in sources.columns] == ["source", "title", "date", "specs"]


@pytest.mark.parametrize("what", LISTS)
def test_every_list_has_its_columns_even_when_it_is_empty(db: specdb.Database, what: str) -> None:
    for brief in (False, True):
        table = list_items(db._view(), what, brief=brief)
        assert len(table.columns) > 2
        assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_refused(db: specdb.Database) -> None:
    with pytest.raises(UnknownKeyError, match=r"unknown list 'prodcuts'\ndid you mean products\?"):
        db.list("prodcuts")
    with pytest.raises(NotFoundError, match="there is no category 'toch'\ndid you mean torch"):
        db.list("products", "toch")
    with pytest.raises(UsageError, match="units have no category"):
        db.list("units", "torch")
