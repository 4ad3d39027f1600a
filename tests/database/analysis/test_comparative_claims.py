"""Cells of a comparison that checked claims mark, and their footnotes."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.analysis.build_view import build_view
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING
from specdb.analysis.comparative_claims import comparative_claims
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import load
from specdb.reports.compare import CompareOptions, compare

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.view import View

Marked = dict[tuple[str, str], list[str]]


def _marked(view: View, *names: str) -> Marked:
    """Verdicts by the product's slug and the attribute's heading."""
    products = [view.product(name) for name in names]
    slugs = {product.id: product.slug for product in products}
    return {
        (slugs[product], f"{view.attributes([attribute])[attribute].key}[{bound}]".replace("[]", "")): [
            pair.checked.verdict for pair in found
        ]
        for (product, attribute, bound), found in comparative_claims(view, products).items()
    }


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (
            ("ascend-950pr", "h20"),
            {
                ("ascend-950pr", "compute[precision=FP4]"): [HOLDS, ROUNDING, HOLDS, HOLDS],
                ("ascend-950pr", "memory"): [HOLDS, HOLDS],
                ("ascend-950pr", "cards-needed"): [HOLDS, HOLDS],
            },
        ),
        (
            ("a1", "a1-pro"),
            {
                ("a1-pro", "battery"): [HOLDS, HOLDS],
                ("a1-pro", "recording"): [ROUNDING],
                ("a1-pro", "standby"): [HOLDS],
                ("a1-pro", "pickup-range"): [ROUNDING],
            },
        ),
        (("ascend-950", "h200"), {("ascend-950", "compute[precision=FP8]"): [HOLDS]}),
        # the record is set against three weights; with one of them missing only the single comparison is left
        (("moonix", "meta-ray-ban-display"), {("moonix", "weight"): [HOLDS]}),
        (
            ("moonix", "meta-ray-ban-display", "lightest-ai-glasses", "mainstream-ai-glasses"),
            {("moonix", "weight"): [HOLDS] * 4, ("lightest-ai-glasses", "weight"): [HOLDS]},
        ),
        (("h20", "h200"), {}),
        (
            ("ascend-950-orders", "ascend-950pr"),
            {("ascend-950-orders", "order-value"): [FAILS], ("ascend-950-orders", "order-volume"): [FAILS]},
        ),
        (("optimus-v3", "a1"), {}),  # a claim about one product alone marks nothing
    ],
)
def test_what_is_marked(view: View, names: tuple[str, ...], wanted: Marked) -> None:
    assert _marked(view, *names) == wanted


CLAIMS = """specdb: 1
claims:
- {about: a1-pro, expression: battery of dingtalk-a1-pro / battery of dingtalk-a1, value: 6 x, printed: 6x, source: moonix}
- {about: a1, expression: weight of a1-pro, relation: less_than, value: 10 g, printed: one side, source: dingtalk-a1-pro}
- {about: a1, printed: no figures, source: dingtalk-a1-pro, why: none}
"""


def test_an_alias_is_the_product_and_a_failure_is_shown(database: Location, tmp_path: Path) -> None:
    """2980 / 660 = 4.515, 2979.5 / 660.5 = 4.511 and 2980.5 / 659.5 = 4.519, against 5.5..6.5."""
    file = tmp_path / "more.yaml"
    file.write_text(CLAIMS, encoding="utf-8")
    load(database, file)
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        assert _marked(view, "a1", "a1-pro")["a1-pro", "battery"] == [HOLDS, HOLDS, FAILS]
        table = compare(view, ["a1", "a1-pro"], CompareOptions(attributes=("battery", "standby"), sources=True))
        battery, standby = table.rows
        assert [cell.claim for cell in battery.cells] == ["", "", "fails", ""]
        assert [cell.claim for cell in standby.cells] == ["", "", "holds", ""]
        notes = [list(table.footnotes)[note - 1] for note in battery.cells[2].notes]
        assert notes[-1] == "claimed “6x”: 2,980 mAh / 660 mAh = 4.515 x [4.511, 4.519] ≟ 6 x: fails"
        plain = compare(view, ["a1", "a1-pro"], CompareOptions(attributes=("battery",)))
        assert [cell.claim for cell in next(iter(plain.rows)).cells] == ["", "", "fails", ""]
        assert list(plain.footnotes) == []
