"""Operands of expressions: the specs they refer to, their values, and missing ones."""

from __future__ import annotations

from contextlib import closing, suppress
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

import pytest

from specdb.analysis.build_view import build_view
from specdb.analysis.claims import UNCHECKED, ClaimResult
from specdb.analysis.operands import SpecOperands, has_operands, recompute
from specdb.database import metadata
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain import expression
from specdb.domain.source import Claim
from specdb.editing.load import load
from specdb.errors import DatabaseError, InvalidValueError, NotFoundError, SpecdbError, UnknownKeyError
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.expression import Operand


def _operand(text: str) -> Operand:
    node = parse_expression(text)
    assert isinstance(node, expression.Operand)
    return node


@pytest.mark.parametrize(
    ("text", "spelled", "unit", "interval"),
    [
        ("battery of a1-pro", "2,980 mAh", "mAh", (2979.5, 2980, 2980.5)),
        ("battery-capacity of dingtalk-a1-pro", "2,980 mAh", "mAh", (2979.5, 2980, 2980.5)),  # by their aliases
        ("recording of a1-pro", "(≤ 180 h)", "h", (0, 180, 180)),  # the preferred one of two
        ("weight of a1-pro", "≈ 40 g", "g", (38, 40, 42)),
        ("compute[precision=FP4] of ascend-950pr", "1.56 PFLOPS", "PFLOPS", (1.555, 1.56, 1.565)),
        ("manufacturing-cost[status=target] of optimus-v3", "(< 20,000 USD)", "USD", (0, 20000, 20000)),
        ("manufacturing-cost[status=current] of optimus-v3", "≈ 55,000 USD", "USD", (52250, 55000, 57750)),
        ("service-life[scope=industrial applications,status=required] of joint-module", "(≥ 5 years)", "year", (5, 5, inf)),
        ("cards-needed of h20", "3", "", (3, 3, 3)),
        ("utilisation of traditional-cluster", "30–40 %", "%", (29.5, 35, 40.5)),
        ("temple-thickness of moonix", "(≥ 4 mm)", "mm", (4, 4, inf)),
        # a date is a time: ordinals of its first and last day, the middle between them
        ("launch[status=past] of a1-pro", "2026-04-30", "day", (739736, 739736, 739736)),
        ("announced[status=past] of moonix", "2026-04-29", "day", (739735, 739735, 739735)),
    ],
)
def test_what_an_operand_is(view: View, text: str, spelled: str, unit: str, interval: tuple[float, float, float]) -> None:
    operands, operand = SpecOperands(view), _operand(text)
    assert operands.spelled(operand) == spelled
    assert operands.unit_of(operand).name == unit
    factor = operands.unit_of(operand).factor
    found = operands.measure(operand)
    ends = (found.lo.at, found.nominal, found.hi.at)
    assert tuple(end if isinstance(end, float) else float(end / Fraction(factor)) for end in ends) == interval


def test_operands_default_to_the_current_product(view: View) -> None:
    operands = SpecOperands(view, view.product("a1"))
    assert operands.spelled(_operand("battery")) == "660 mAh"
    assert operands.spelled(_operand("battery of a1-pro")) == "2,980 mAh"


@pytest.mark.parametrize(
    ("text", "kind", "problem", "hint"),
    [
        ("battery", InvalidValueError, "battery does not name a product", "write battery of PRODUCT"),
        ("battry of a1", UnknownKeyError, "there is no attribute 'battry'", "did you mean battery"),
        ("battery of a2-pro", NotFoundError, "there is no product 'a2-pro'", "did you mean a1-pro"),
        ("weight of a1", InvalidValueError, "a1 has no weight", "state it, or leave the expression out and say why"),
        (
            "compute of ascend-950pr",
            InvalidValueError,
            "ascend-950pr has no compute",
            "it has compute with precision=FP4",
        ),
        (
            "compute[precision=FP8] of ascend-950pr",
            InvalidValueError,
            "ascend-950pr has no compute (precision=FP8)",
            "it has compute with precision=FP4",
        ),
        ("price of moonix", InvalidValueError, "price of moonix is not a number but unknown", "use a quantity or a date"),
        ("touchscreen of a1", InvalidValueError, "touchscreen of a1 is not a number but flag", "use a quantity or a date"),
        ("maker of a1", InvalidValueError, "maker of a1 is not a number but reference", "use a quantity or a date"),
        ("ai-output of a1-pro", InvalidValueError, "a1-pro has several ai-output", "it has ai-output with no qualifiers"),
    ],
)
def test_what_is_no_operand(view: View, text: str, kind: type[SpecdbError], problem: str, hint: str) -> None:
    operands, operand = SpecOperands(view), _operand(text)
    with pytest.raises(kind) as caught:
        operands.measure(operand)
    assert caught.value.problem == problem
    assert caught.value.hint.startswith(hint)
    assert not has_operands(operands, [operand])


def test_answers(view: View) -> None:
    operands = SpecOperands(view)
    there = [_operand("battery of a1"), _operand("battery of a1-pro")]
    assert has_operands(operands, there)
    assert has_operands(operands, [])
    assert not has_operands(operands, [*there, _operand("weight of a1")])


@pytest.mark.parametrize(
    ("text", "value", "why", "wanted"),
    [
        ("", "", "nobody says", ClaimResult("", UNCHECKED, "nobody says")),
        ("weight of a1", "1 g", "", ClaimResult("", UNCHECKED, "a1 has no weight")),
        (
            "battery of a1 / recording of a1-pro",
            "1 mA",
            "",
            ClaimResult("", UNCHECKED, "division by a value that can be zero"),
        ),
        ("battery of a1", "660 mAh", "", ClaimResult("660 mAh ≟ 660 mAh", "holds", "")),
        ("battery of a1", "660 mAh", "so it is", ClaimResult("660 mAh ≟ 660 mAh", "holds", "so it is")),
        (
            "battery of a1",
            "700 mAh",
            "so it is",
            ClaimResult("660 mAh ≟ 700 mAh", "fails", "false for all values that the printed figures allow; so it is"),
        ),
    ],
)
def test_recompute(view: View, text: str, value: str, why: str, wanted: ClaimResult) -> None:
    assert recompute(Claim("a1", text, "equals", value, why, "", 1, ""), SpecOperands(view)) == wanted


@pytest.mark.postgres
def test_a_read_that_fails_is_no_answer(database: Location) -> None:
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        products = [product.id for product in view.products()]
        claim = next(one for one in metadata.claims(view, products) if one.expression)
        wanted = list(expression.operands(parse_expression(claim.expression)))
        for ask in (lambda: recompute(claim, SpecOperands(view)), lambda: has_operands(SpecOperands(view), wanted)):
            with suppress(DatabaseError):
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            with pytest.raises(DatabaseError):
                ask()


def test_money_of_two_currencies_is_set_against_each_other(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(
        """specdb: 1
sources:
- {slug: fx, title: Two price lists, date: 2026-04-30}
products:
- slug: us-rec
  name: US recorder
  category: ai-recorder
  specs:
  - {attribute: price, value: 159 USD, source: fx, at: line 1}
- slug: cn-rec
  name: CN recorder
  category: ai-recorder
  specs:
  - {attribute: price, value: 1000 CNY, source: fx, at: line 2}
claims:
- {about: cn-rec, expression: price of cn-rec, relation: less_than, value: price of us-rec, printed: cheaper, source: fx}
""",
        encoding="utf-8",
    )
    load(database, file)
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        ((claim,),) = [metadata.claims(view, [view.product("cn-rec").id])]
        # 159 USD at 0.1464 USD a CNY, the ECB's rate of 2026-04-30, are about 1,086 CNY.
        checked = recompute(claim, SpecOperands(view))
    assert (checked.verdict, checked.arithmetic) == ("holds", "1,000 CNY < 1,085.77 CNY")
