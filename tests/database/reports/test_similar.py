from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.ranking_database import lamp_view
from specdb.errors import NotFoundError, SpecdbError, UnknownKeyError, UsageError
from specdb.reports.similar import SimilarOptions, similar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.view import View
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
def lamps(backend: DatabaseBackend) -> Iterator[View]:
    view = lamp_view(backend.new(), LAMPS)
    yield view
    view.connection.close()


def said(table: Table) -> list[tuple[object, ...]]:
    keys = ("product", "likeness", "closeness", "shared", "share", "differs")
    return [tuple(one[key] for key in keys) for one in table.records()]


@pytest.mark.parametrize(
    ("name", "options", "rows"),
    [
        pytest.param(
            "lean",
            SimilarOptions(),
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
        pytest.param("lean", SimilarOptions(limit=1, by=("maker",)), [("lone", 1 / 11, 1, 1, 1, "")], id="by one"),
        pytest.param(
            "lean",
            SimilarOptions(by=("weight", "output")),
            [
                ("twin", 1.5 / 12, 0.75, 2, 1, "light output 1,000 lm (100 lm)"),
                ("half", 0.5 / 12, 0.25, 2, 1, "weight 30 g (10 g); light output 10 lm (100 lm)"),
            ],
            id="by two",
        ),
        pytest.param("twin", SimilarOptions(), [], id="its own category has no other"),
        pytest.param("twin", SimilarOptions(category="desk-lamp"), [], id="nor has it when named"),
        pytest.param(
            "lean",
            SimilarOptions(category="organisation"),
            [("rack", 1 / 12, 0.5, 2, 2 / 8, "weight 5 g (10 g)")],
            id="another category",
        ),
        pytest.param("half", SimilarOptions(by=("price",)), [], id="qualifiers must be the same"),
        pytest.param("lean", SimilarOptions(by=("price[edition=pro]",)), [], id="a currency too"),
    ],
)  # fmt: skip
def test_similar(lamps: View, name: str, options: SimilarOptions, rows: list[tuple[object, ...]]) -> None:
    found = said(similar(lamps, name, options))
    assert [(one[0], one[3], one[5]) for one in found] == [(one[0], one[3], one[5]) for one in rows]
    for one, wanted in zip(found, rows, strict=True):
        assert [one[1], one[2], one[4]] == pytest.approx([wanted[1], wanted[2], wanted[4]], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "remarks"),
    [
        ("lean", SimilarOptions(), ["1 of 4 other products share no value with lean"]),
        (
            "lean",
            SimilarOptions(limit=1),
            [
                "1 of 4 other products share no value with lean",
                "2 less similar products are not listed; use --limit 3 to list them",
            ],
        ),
        ("twin", SimilarOptions(), []),
    ],
)
def test_remarks(lamps: View, name: str, options: SimilarOptions, remarks: list[str]) -> None:
    assert similar(lamps, name, options).remarks == remarks


def test_columns(lamps: View) -> None:
    titles = ["product", "name", "likeness", "closeness", "shared of 8", "share", "differs most (lean in brackets)"]
    assert [column.title for column in similar(lamps, "lean").columns] == titles
    wide = similar(lamps, "lean", SimilarOptions(category="goods"))
    assert [column.title for column in wide.columns] == [*titles[:2], "category", *titles[2:]]
    assert [row.cells[2].text for row in wide.rows] == ["desk-lamp", "lamp", "lamp"]


@pytest.mark.parametrize(
    ("name", "options", "error", "problem", "hint"),
    [
        ("lein", SimilarOptions(), NotFoundError, "no product 'lein'", "did you mean lean"),
        ("mute", SimilarOptions(), NotFoundError, "mute has no value to compare", "specdb show mute"),
        ("lone", SimilarOptions(("weight",)), NotFoundError, "lone has no value of weight", "specdb show lone"),
        ("lean", SimilarOptions(("note",)), UsageError, "note is a text; texts are not compared", "another"),
        ("lean", SimilarOptions(("wieght",)), UnknownKeyError, "no attribute 'wieght'", "weight"),
        ("lean", SimilarOptions(("weight:2",)), UsageError, "'weight:2' has a weight or direction", "KEY"),
        ("lean", SimilarOptions(category="lamb"), NotFoundError, "no category 'lamb'", "lamp"),
        ("lean", SimilarOptions(limit=-1), UsageError, "negative --limit -1", "0 or more"),
    ],
)
def test_errors(lamps: View, name: str, options: SimilarOptions, error: type[SpecdbError], problem: str, hint: str) -> None:
    with pytest.raises(error, match=f"(?s){problem}.*{hint}"):
        similar(lamps, name, options)


def test_a_product_that_shares_one_attribute_does_not_lead_by_luck(view: View) -> None:
    """In the packaged specs the enterprise version shares only its maker with the A1 Pro, and the A1 twelve attributes."""
    table = similar(view, "a1-pro")
    assert [(one["product"], one["shared"], one["closeness"]) for one in table.records()][:2] == [
        ("a1", 12, 0.25),
        ("a1-pro-enterprise", 1, 1),
    ]
