"""The language of --where: syntax trees, and positions of errors."""

from __future__ import annotations

import pytest

from specdb.domain.conditions import And, Not
from specdb.errors import UsageError
from specdb.query.condition_language import ConditionSyntaxError, Node, ParsedCondition, parse


def spelled(node: Node) -> str:
    """A condition with every bracket written out."""
    if isinstance(node, ParsedCondition):
        bound = f"[{node.qualifiers}]" if node.qualifiers else ""
        return f"{node.key}{bound} {node.operator} {' | '.join(node.values)}".rstrip()
    if isinstance(node, Not):
        return f"not({spelled(node.part)})"
    joint = " and " if isinstance(node, And) else " or "
    return f"({joint.join(spelled(part) for part in node.parts)})"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("weight <= 20 g", "weight <= 20 g"),
        ("weight<=20g", "weight <= 20g"),
        ("a = 1 and b = 2 or c = 3", "((a = 1 and b = 2) or c = 3)"),
        ("a = 1 and (b = 2 or c = 3)", "(a = 1 and (b = 2 or c = 3))"),
        ("not a = 1 and b = 2", "(not(a = 1) and b = 2)"),
        ("not (a = 1 and b = 2)", "not((a = 1 and b = 2))"),
        ("not not touchscreen", "not(not(touchscreen bare))"),
        ("A = 1 AND NOT B = 2", "(a = 1 and not(b = 2))"),
        ("compute[precision=FP4] >= 1 PFLOPS or memory > 100 GB", "(compute[precision=FP4] >= 1 PFLOPS or memory > 100 GB)"),
        ("price[status=target,edition=premium] != 5 CNY", "price[edition=premium;status=target] != 5 CNY"),
        ("category = ai-recorder and not touchscreen", "(category = ai-recorder and not(touchscreen bare))"),
        ("launch in 2026-Q2..2026-Q4 and price is unknown", "(launch in 2026-Q2..2026-Q4 and price is unknown)"),
        ("price is not stated", "price is not stated"),
        ("price is not-applicable", "price is not-applicable"),
        ("price is NOT  Applicable", "price is NOT  Applicable"),
        ('maker ~ "ding" and microphone in (MEMS, array)', "(maker ~ ding and microphone list MEMS | array)"),
        ("name = 'this and that'", "name = this and that"),
        ("orders > 1", "orders > 1"),
        ("notebook = yes", "notebook = yes"),
        ("3c-certified", "3c-certified bare"),
        ("weight\n<=\t20 g", "weight <= 20 g"),
    ],
)
def test_parse(text: str, meant: str) -> None:
    assert spelled(parse(text)) == meant


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "an attribute"),
        ("weight <= 20 g)", 15, "the end"),
        ("weight <=", 10, "a value"),
        ("weight <= and", 11, "a value"),
        ("(weight < 3", 12, ")"),
        ("foo bar", 5, "and"),
        ("weight is heavy", 11, "unknown"),
        ("weight in (1 g, 2 g", 20, ")"),
        ("and weight < 3", 1, "an attribute"),
        ("weight < 3 or", 14, "an attribute"),
        ("weight[precision=FP4 < 3", 7, "[qualifier=value]"),
        ("weight == 3", 9, "a value"),
    ],
)
def test_error_points_at_the_place(text: str, column: int, expected: str) -> None:
    with pytest.raises(ConditionSyntaxError) as raised:
        parse(text)
    shown, caret = raised.value.hint.split("\n")[:2]
    assert (raised.value.column, shown, caret.index("^") + 1) == (column, text, column)
    assert expected in caret


@pytest.mark.parametrize(
    "text", ["(" * 10_000 + "a" + ")" * 10_000, "not " * 10_000 + "a", "a = " + "1" * 10_000, "a or " * 10_000]
)
def test_endless_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the condition has"):
        parse(text)
