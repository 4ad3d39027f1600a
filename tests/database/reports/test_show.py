"""Everything about a product: specs with locators, relations, sources, completeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import specdb
from helpers.sample_products import HOSTILE_NAME, row_texts
from specdb.errors import AmbiguousNameError, NotFoundError
from specdb.render import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location


@pytest.fixture
def db(sample_database: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(sample_database)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("group", "heading", "cells"),
    [
        ("product", "slug", ["t1", ""]),
        ("product", "aliases", ["first-torch", ""]),
        ("product", "category", ["device > torch", ""]),
        ("product", "description", ["the plain one", ""]),
        ("light", "beam distance", ["100 m", "sheet, page 1"]),
        ("light", "beam distance", ["also: 80 m", "review, page 9"]),
        ("light", "drift", ["-5 mm", "sheet"]),
        ("light", "strobe", ["no", "sheet"]),
        ("compute", "compute (precision=FP4)", ["2 PFLOPS", "sheet"]),
        ("words", "remarks", ["=1+1", "sheet"]),
        ("words", "remarks", ["plain", "sheet"]),
        ("words", "on sale", ["2026-05", "sheet"]),
        ("sources", "sheet", ["Torch sheet, Torch Ltd, 2026-01-02", "14 specs"]),
        ("sources", "review", ["Torch review, 2026-02", "1 spec"]),
        ("completeness", "required", ["2 of 4 answered", ""]),
        ("completeness", "not stated", ["maker, launch", ""]),
    ],
)
def test_rows(db: specdb.Database, group: str, heading: str, cells: list[str]) -> None:
    rows = [(row.group, row.cells[0].text, [cell.text for cell in row.cells[1:]]) for row in db.show("t1").rows]
    assert (group, heading, cells) in rows


def test_order_of_groups(db: specdb.Database) -> None:
    groups = list(dict.fromkeys(row.group for row in db.show("t1").rows))
    assert groups[0] == "product"
    assert groups[-2:] == ["sources", "completeness"]
    assert groups.index("body") < groups.index("light") < groups.index("words")


def test_reports_other_sources(db: specdb.Database) -> None:
    related = {row.cells[0].text: row.cells[1] for row in db.show("a1-pro").rows if row.group == "related"}
    assert (related["predecessor"].text, related["predecessor"].value) == ("DingTalk A1", "a1")


def test_states(db: specdb.Database) -> None:
    assert row_texts(db.show("t2"))["strobe"] == ["unknown", "sheet"]
    assert row_texts(db.show("t3"))["strobe"] == ["n/a", "sheet"]


@pytest.mark.parametrize("name", ["t1", "T1", "first-torch", "First-Torch", "Torch One", "orch on"])
def test_names(db: specdb.Database, name: str) -> None:
    assert db.show(name).title == "Torch One"


def test_wrong_names(db: specdb.Database) -> None:
    with pytest.raises(NotFoundError, match="there is no product 'moonx'\ndid you mean moonix"):
        db.show("moonx")
    with pytest.raises(AmbiguousNameError, match="'torch' is part of the names of 2 products\nwrite one of t1, t2"):
        db.show("torch")


def test_hostile_name(db: specdb.Database) -> None:
    table = db.show("t3")
    assert table.title == HOSTILE_NAME
    assert "\x1b" not in to_text(table, "table")
