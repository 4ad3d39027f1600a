from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from choosing_catalog import made
from specdb.errors import NotFound, SpecdbError, UnknownKey, UsageError
from specdb.reports.similar import Options, similar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homes import Home
    from specdb.database.repository import Catalog
    from specdb.domain.table import Table

LAMPS = {
    "lean": {
        "weight": "10 g",
        "output": "100 lm",
        "price[edition=pro]": "300 CNY",
        "launch": "2026-01-01",
        "dimmable": "yes",
        "socket": "E27",
        "maker": "acme",
        "seller": "acme + bolt",
        "note": "reading",
    },
    "twin@desk-lamp": {
        "weight": "≈ 10 g",
        "output": "1000 lm",
        "price[edition=pro]": "300 USD",
        "launch": "2026-02-01",
        "dimmable": "no",
        "socket": "E27",
        "maker": "acme",
        "seller": "bolt",
        "note": "reading",
    },
    "half": {"weight": "30 g", "output": "10 lm", "price": "300 CNY", "socket": "E14", "maker": "bolt", "launch": "unknown"},
    "lone": {"maker": "acme"},
    "mute": {"note": "reading"},
    "rack@organisation": {"weight": "5 g", "maker": "acme"},
}


@pytest.fixture(scope="module")
def lamps(home: Home) -> Iterator[Catalog]:
    catalog = made(home.new(), LAMPS)
    yield catalog
    catalog.connection.close()


def said(table: Table) -> list[tuple[object, ...]]:
    keys = ("product", "likeness", "closeness", "shared", "share", "differs")
    return [tuple(one[key] for key in keys) for one in table.records()]


@pytest.mark.parametrize(
    ("name", "options", "rows"),
    [
        pytest.param(
            "lean",
            Options(),
            [
                # weight 0, output half of two decades, launch all of its range, dimmable 1, sellers half, the rest 0
                (
                    "twin", 4 / 17, 4 / 7, 7, 7 / 8,
                    "launch 2026-02-01 (2026-01-01); dimmable no (yes); light output 1,000 lm (100 lm)",
                ),
                ("lone", 1 / 11, 1, 1, 1 / 8, ""),
                (
                    "half", 0.5 / 14, 0.125, 4, 4 / 8,
                    "weight 30 g (10 g); socket E14 (E27); maker Bolt (Acme)",
                ),
            ],
            id="all that both state",
        ),
        pytest.param("lean", Options(limit=1, by=("maker",)), [("lone", 1 / 11, 1, 1, 1, "")], id="by one, and one only"),
        pytest.param(
            "lean",
            Options(by=("weight", "output")),
            [
                ("twin", 1.5 / 12, 0.75, 2, 1, "light output 1,000 lm (100 lm)"),
                ("half", 0.5 / 12, 0.25, 2, 1, "weight 30 g (10 g); light output 10 lm (100 lm)"),
            ],
            id="by two",
        ),
        pytest.param("twin", Options(), [], id="its own category has no other"),
        pytest.param("twin", Options(category="desk-lamp"), [], id="nor has it when named"),
        pytest.param(
            "lean",
            Options(category="organisation"),
            [("rack", 1 / 12, 0.5, 2, 2 / 8, "weight 5 g (10 g)")],
            id="another category",
        ),
        pytest.param("half", Options(by=("price",)), [], id="qualifiers must be the same"),
        pytest.param("lean", Options(by=("price[edition=pro]",)), [], id="a currency too"),
    ],
)  # fmt: skip
def test_similar(lamps: Catalog, name: str, options: Options, rows: list[tuple[object, ...]]) -> None:
    found = said(similar(lamps, name, options))
    assert [(one[0], one[3], one[5]) for one in found] == [(one[0], one[3], one[5]) for one in rows]
    for one, wanted in zip(found, rows, strict=True):
        assert [one[1], one[2], one[4]] == pytest.approx([wanted[1], wanted[2], wanted[4]], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "remarks"),
    [
        ("lean", Options(), ["1 of 4 other products share no value with lean"]),
        (
            "lean",
            Options(limit=1),
            ["1 of 4 other products share no value with lean", "2 more are less alike: --limit 3 shows them"],
        ),
        ("twin", Options(), []),
    ],
)
def test_remarks(lamps: Catalog, name: str, options: Options, remarks: list[str]) -> None:
    assert similar(lamps, name, options).remarks == remarks


def test_columns(lamps: Catalog) -> None:
    titles = ["product", "name", "likeness", "closeness", "shared of 8", "share", "differs most (lean in brackets)"]
    assert [column.title for column in similar(lamps, "lean").columns] == titles
    wide = similar(lamps, "lean", Options(category="goods"))
    assert [column.title for column in wide.columns] == [*titles[:2], "category", *titles[2:]]
    assert [row.cells[2].text for row in wide.rows] == ["desk-lamp", "lamp", "lamp"]


@pytest.mark.parametrize(
    ("name", "options", "error", "problem", "mend"),
    [
        ("lein", Options(), NotFound, "no product 'lein'", "did you mean lean"),
        ("mute", Options(), NotFound, "mute has no value to compare by", "specdb show mute"),
        ("lone", Options(("weight",)), NotFound, "lone has no value of weight", "specdb show lone"),
        ("lean", Options(("note",)), UsageError, "note is a text, and texts are not compared", "another"),
        ("lean", Options(("wieght",)), UnknownKey, "no attribute 'wieght'", "weight"),
        ("lean", Options(("weight:2",)), UsageError, "'weight:2' has a setting", "KEY"),
        ("lean", Options(category="lamb"), NotFound, "no category 'lamb'", "lamp"),
        ("lean", Options(limit=-1), UsageError, "--limit -1 is negative", "0 or more"),
    ],
)
def test_errors(lamps: Catalog, name: str, options: Options, error: type[SpecdbError], problem: str, mend: str) -> None:
    with pytest.raises(error, match=f"(?s){problem}.*{mend}"):
        similar(lamps, name, options)


def test_a_product_that_shares_one_attribute_does_not_lead_by_luck(catalog: Catalog) -> None:
    """In the packaged specs the enterprise version shares only its maker with the A1 Pro, and the A1 twelve attributes."""
    table = similar(catalog, "a1-pro")
    assert [(one["product"], one["shared"], one["closeness"]) for one in table.records()][:2] == [
        ("a1", 12, 0.25),
        ("a1-pro-enterprise", 1, 1),
    ]
