"""Claims of the packaged specs: each kind of verdict, with the arithmetic worked out by hand."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.check_databases import findings, load_yaml, run_check
from specdb.analysis.build_view import build_view
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED
from specdb.database import metadata
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.expression import operands
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.domain.table import Row


@pytest.fixture(scope="module")
def rows(seeded: Location) -> list[Row]:
    """All findings on claims of the packaged specs."""
    return list(run_check(seeded, "claims").rows)


@pytest.mark.parametrize(
    ("product", "finding", "verdict", "why"),
    [
        # 1.555 / 0.545 = 2.853 and 1.565 / 0.535 = 2.925; 1.56 / 0.54 = 2.889 is not 2.865..2.875
        (
            "ascend-950pr",
            "“2.87x”: 1.56 PFLOPS / 0.54 PFLOPS = 2.889 x [2.853, 2.925] ≟ 2.87 x",
            ROUNDING,
            "false for the printed values, but true for other values that the printed figures allow",
        ),
        # "up to 180" is 0..180, 45 is 44.5..45.5
        (
            "a1-pro",
            "“180 hours”: (≤ 180 h) > 45 h",
            ROUNDING,
            "true for the printed values, but not for all values that the printed figures allow",
        ),
        # "up to 10" is 0..10, 8 is 7.5..8.5
        (
            "a1-pro",
            "“10 meters”: (≤ 10 m) > 8 m",
            ROUNDING,
            "true for the printed values, but not for all values that the printed figures allow",
        ),
        # 475e9 / 450e3 = 1,055,556; (475 - 23.75)e9 / 472.5e3 = 955,026; (475 + 23.75)e9 / 427.5e3 = 1,166,667; to 73,500
        (
            "ascend-950-orders",
            "“around 475 billion RMB”: ≈ 475,000,000,000 CNY / ≈ 450,000 = 1,055,556 CNY [955,026, 1,166,667] ≤ ≈ 70,000 CNY",
            FAILS,
            "false for all values that the printed figures allow",
        ),
        # 28 ± 5 % is 26.6..29.4
        ("ai-glasses-market", "“consistently over 40 grams”: ≈ 28 g > 40 g", FAILS, "false for all values"),
        # 450,000 ± 5 % is 427,500..472,500
        ("ascend-950-orders", "“400,000 orders”: ≈ 450,000 ≟ 400,000", FAILS, "false for all values"),
        ("ascend-950-orders", "“Exceed 400,000”: ≈ 450,000 > 400,000", HOLDS, ""),
        # 1 - 20,000 / 52,250 = 61.72 %, and below 20,000 it is more; 1 - 20,000 / 55,000 = 63.64 %
        ("optimus-v3", "“exceeding 60%”: 1 - (< 20,000 USD) / ≈ 55,000 USD = 63.64 % (61.72, 100] > 60 %", HOLDS, ""),
        ("optimus-v3", "“From $55,000 to $20,000”: (< 20,000 USD) < ≈ 55,000 USD", HOLDS, ""),
        # 100 × 10,000 = 1,000,000, which is not reached
        (
            "fremont-line",
            "“over 100 times”: 1,000,000 count/year > 100 x * (< 10,000 count/year) = 1,000,000 count/year [0, 1,000,000)",
            HOLDS,
            "",
        ),
        # 3 × 0.535 = 1.605 and 3 × 0.545 = 1.635, over 1.565
        (
            "ascend-950pr",
            "“three cards”: 3 * 0.54 PFLOPS = 1.62 PFLOPS [1.605, 1.635] ≥ 1 * 1.56 PFLOPS = 1.56 PFLOPS [1.555, 1.565]",
            HOLDS,
            "",
        ),
        # 2 × 0.545 = 1.09, under 1.555
        (
            "ascend-950pr",
            "“three cards”: (3 - 1) * 0.54 PFLOPS = 1.08 PFLOPS [1.07, 1.09] < 1 * 1.56 PFLOPS = 1.56 PFLOPS [1.555, 1.565]",
            HOLDS,
            "",
        ),
        # 111.5 / 96.5 = 1.155 and 112.5 / 95.5 = 1.178; the other ratio starts at 2.853
        (
            "ascend-950pr",
            "“Multiple Metrics Surpass Benchmarks”: min(1.56 PFLOPS / 0.54 PFLOPS, 112 GB / 96 GB)"
            " = 1.167 x [1.155, 1.178] > 1 x",
            HOLDS,
            "",
        ),
        ("ascend-950pr", "“exceeds the H20’s 96GB”: 112 GB > 96 GB", HOLDS, ""),
        # 69.5 / 40.5 = 1.716, 80.5 / 29.5 = 2.729, 75 / 35 = 2.143
        ("atlas-950-superpod", "“30%-40% to 70%-80%”: 70–80 % / 30–40 % = 2.143 x [1.716, 2.729] > 1 x", HOLDS, ""),
        # 0.5..1.5 against 4.45..4.55
        ("ascend-950", "“4.5 PFLOPS”: ≈ 1 PFLOPS < 4.5 PFLOPS", HOLDS, ""),
        # 4.5..5.5 against 2.5..3.5
        ("smic-n3", "“generational gap”: 5 nm > 3 nm", HOLDS, ""),
        # 14.95 against the least of 26.6..29.4, over 40 and 68.5..69.5
        ("moonix", "“new industry record”: 14.9 g < min(≈ 28 g, (> 40 g), 69 g) = 28 g [26.6, 29.4]", HOLDS, ""),
        (
            "lightest-ai-glasses",
            "“lightest AI glasses on the market”: ≈ 28 g < min((> 40 g), 69 g) = 40 g (40, 69.5]",
            HOLDS,
            "",
        ),
        ("a1-pro", "“larger battery”: 2,980 mAh > 660 mAh", HOLDS, ""),
        # 0.5..1.5 against 5 and more
        ("joint-module", "“far below the 5+ years”: ≈ 1 year < (≥ 5 years)", HOLDS, ""),
        ("ascend-950pr", "“35x”", UNCHECKED, "no comparator named"),
        ("atlas-950-superpod", "“8-10x”", UNCHECKED, "no throughput figure on either side"),
        ("a1-pro", "“thinner than the Apple iPhone 17 Pro Max”", UNCHECKED, "the thickness of the phone is not given"),
        ("cann-9-0", "“months” to “hours”", UNCHECKED, "no number of months or of hours"),
    ],
)
def test_verdicts(rows: list[Row], product: str, finding: str, verdict: str, why: str) -> None:
    fitting = [row for row in rows if (row.cells[0].text, row.cells[2].text) == (product, finding)]
    assert [row.cells[1].text for row in fitting] == [verdict]
    assert fitting[0].cells[3].text.startswith(why)


def test_all_claims_of_the_articles_are_judged(rows: list[Row]) -> None:
    assert Counter(row.cells[1].text for row in rows) == {FAILS: 3, ROUNDING: 3, HOLDS: 22, UNCHECKED: 49}
    assert {row.cells[4].text.split(",")[0] for row in rows} == {"dingtalk-a1-pro", "moonix", "ascend", "optimus"}
    assert all(row.cells[3].text for row in rows if row.cells[1].text in (FAILS, ROUNDING, UNCHECKED))


def test_every_claim_with_an_expression_can_be_checked(seeded: Location, rows: list[Row]) -> None:
    with closing(connect(seeded)) as connection:
        view = build_view(Repository(connection))
        written = metadata.claims(view, [product.id for product in view.products()])
    expected = sum(bool(claim.expression) for claim in written)
    assert expected == sum(row.cells[1].text != UNCHECKED for row in rows)
    assert all(list(operands(parse_expression(claim.expression))) for claim in written if claim.expression)


CLAIMED = """
categories:
- {key: thing, name: things}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: launch, name: launch, kind: date}
sources:
- {slug: paper, title: Paper, date: 2026-01-01}
products:
- slug: one
  name: One
  category: thing
  specs:
  - {attribute: weight, value: 1 kg, source: paper, at: line 1}
  - {attribute: launch, value: 2026-03-11, source: paper, at: line 2}
- slug: other
  name: Other
  category: thing
  specs:
  - {attribute: weight, value: 500 g, source: paper, at: line 3}
  - {attribute: launch, value: 2026-03-01, source: paper, at: line 4}
claims:
- {about: one, expression: weight of one / weight of other, value: 2 x, printed: twice, source: paper, at: line 5}
- {about: one, expression: launch of one - launch of other, value: 10 day, printed: ten days, source: paper, at: line 6}
- {about: one, expression: weight of one, relation: less_than, value: weight of other, printed: lighter, source: paper, why: no}
- {about: one, printed: best, source: paper, at: line 8, why: nobody knows}
"""


def test_units_and_dates(units_database: Location) -> None:
    """0.5 / 0.5005 = 0.999, 1.5 / 0.4995 = 3.003: one kilogram is anything from 500 to 1,500 g."""
    path = load_yaml(units_database, CLAIMED)
    assert findings(path, "claims") == [
        (
            "one",
            ROUNDING,
            "“lighter”: 1 kg < 500 g",
            "false for the printed values, but true for other values that the printed figures allow; no",
        ),
        ("one", HOLDS, "“twice”: 1 kg / 500 g = 2 x [0.999, 3.003] ≟ 2 x", None),
        ("one", HOLDS, "“ten days”: 2026-03-11 - 2026-03-01 = 10 day ≟ 10 day", None),
        ("one", UNCHECKED, "“best”", "nobody knows"),
    ]


def test_a_claim_whose_figure_has_gone_cannot_be_checked(units_database: Location) -> None:
    path = load_yaml(units_database, CLAIMED)
    with closing(connect(path, write=True)) as connection:
        connection.execute("UPDATE spec SET retracted_id = 1, shown = ? WHERE number = '500'", (False,))
    assert ("one", UNCHECKED, "“twice”", "other has no weight") in findings(path, "claims")
