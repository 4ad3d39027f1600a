"""The expression language: syntax trees, errors with positions, and formatting back."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain import expression, interval_arithmetic
from specdb.domain.expression import Constant, Node, Operand, Operation
from specdb.errors import InvalidValueError
from specdb.figures.expression_parser import MAX_DEPTH, MAX_LEAVES, MAX_LENGTH, parse_expression
from specdb.figures.quantity_parser import parse_quantity

A_MOMENT = 1.0
"""Seconds in which any refusal must come; each takes some milliseconds."""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # operands: key, qualifiers, product
        ("battery", "<battery>"),
        ("battery of a1", "<battery of a1>"),
        ("battery  of\ta1-pro", "<battery of a1-pro>"),
        ("compute[precision=FP4] of h20", "<compute[precision=FP4] of h20>"),
        ("price[status=target, edition=premium]", "<price[edition=premium,status=target]>"),  # in their one order
        (
            "service-life[scope=industrial applications] of joint-module",
            "<service-life[scope=industrial applications] of joint-module>",
        ),
        ("battery[]", "<battery>"),
        ("3c-certified of a1", "<3c-certified of a1>"),
        ("min of a1", "<min of a1>"),  # a key may be called so; it is no call without a bracket
        # figures
        ("450000", "'450000'"),
        ("60 %", "'60 %'"),
        ("60%", "'60%'"),
        ("1.56 PFLOPS", "'1.56 PFLOPS'"),
        ("25 °C", "'25 °C'"),
        ("2.87x", "'2.87x'"),
        ("8..10 x", "'8..10 x'"),
        ("1e6", "'1e6'"),
        ("1.5e-3 g", "'1.5e-3 g'"),
        ("10000 count/year", "'10000 count/year'"),
        ("10 min", "'10 min'"),  # minutes
        ("2 min(3, 4)", None),
        # hyphens and minus signs
        ("battery-life", "<battery-life>"),
        ("battery - life", "(<battery> - <life>)"),
        ("battery -life", "(<battery> - <life>)"),
        ("battery- life", None),  # a key may end in a hyphen
        ("5 - 3", "('5' - '3')"),
        ("5-3", "('5' - '3')"),
        ("5-3 g", "('5' - '3 g')"),
        ("1 - weight of a1-pro / weight of a1", "('1' - (<weight of a1-pro> / <weight of a1>))"),
        # precedence: products before sums, from left to right
        ("1 + 2 * 3", "('1' + ('2' * '3'))"),
        ("1 - 2 - 3", "(('1' - '2') - '3')"),
        ("8 / 4 / 2", "(('8' / '4') / '2')"),
        ("8-2µg", "('8' - '2µg')"),
        ("8 / (4 / 2)", "('8' / ('4' / '2'))"),
        ("(1 + 2) * 3", "(('1' + '2') * '3')"),
        ("((battery))", "<battery>"),
        # calls
        ("min(1, 2, 3)", "min('1', '2', '3')"),
        ("max (weight of a, min(1 g, 2 g))", "max(<weight of a>, min('1 g', '2 g'))"),
        ("min(1)", "min('1')"),
        ("min(1 g, 2 g) / max(3 g, 4 g)", "(min('1 g', '2 g') / max('3 g', '4 g'))"),
        ("  1+2  ", "('1' + '2')"),
    ],
)
def test_what_it_parses_to(text: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(InvalidValueError):
            parse_expression(text)
    else:
        assert _shape(parse_expression(text)) == wanted


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("", 1, "the end of the expression"),
        ("   ", 4, "the end of the expression"),
        ("battery of", 9, "'of'"),
        ("battery of a1 battery", 15, "'battery'"),
        ("1 +", 4, "the end of the expression"),
        ("1 + + 2", 5, "'+ 2'"),
        ("-1", 1, "'-1'"),  # no sign before a figure: write 0 - 1
        ("* 2", 1, "'* 2'"),
        ("2 ** 3", 4, "'* 3'"),
        ("2 // 3", 4, "'/ 3'"),
        ("2 ^ 3", 3, "'^ 3'"),
        ("2 % 3", 5, "'3'"),  # 2 % is a figure
        ("(1 + 2", 7, "the end of the expression"),
        ("1 + 2)", 6, "')'"),
        ("()", 2, "')'"),
        ("min()", 5, "')'"),
        ("min(1,)", 7, "')'"),
        ("min(1; 2)", 6, "'; 2)'"),
        ("abs(1)", 4, "'(1)'"),
        ("__import__('os')", 1, "\"__import__('os')\""),
        ("lambda: 0", 1, "'lambda: 0'"),
        ("lambda x", 8, "'x'"),
        ("a.b", 1, "'a.b'"),
        ("battery if 1 else 2", 9, "'if 1 else 2'"),
        ("1 == 1", 3, "'== 1'"),
        ("1 < 2", 3, "'< 2'"),
        ("battery[precision=FP4", 1, "'battery[precision=FP'"),
        ("Battery", 1, "'Battery'"),
        ("battery of A1", 1, None),
        ("'battery'", 1, "\"'battery'\""),
        ("1 , 2", 3, "', 2'"),
        ("1;2", 2, "';2'"),
        ("1\x002", 2, None),
        ("２", 1, "'２'"),  # a full-width digit is no digit here
        ("≈ 30 %", 1, "'≈ 30 %'"),
        ("1 g  ?", 6, "'?'"),
    ],
)
def test_refused_with_its_column(text: str, column: int, found: str | None) -> None:
    with pytest.raises(InvalidValueError, match=rf"at column {column}\b" if found else "column") as caught:
        parse_expression(text)
    assert caught.value.hint
    if found:
        assert f"unexpected {found} at column" in caught.value.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1 + 1.2.3", "'1.2.3' is not a figure, at column 5"),
        ("2 * 1..", "'1..' is not a figure, at column 5"),
        ("1 + battery[precision]", "invalid value '' of the qualifier precision, at column 5"),
        ("1 + battery[Precision=4]", "invalid qualifier key 'Precision', at column 5"),
        ("battery[a=1,a=2]", "'battery[a=1,a=2]' has the same qualifier twice, at column 1"),
        ("battery[a=1=2]", "'battery[a=1=2]' has the same qualifier twice, at column 1"),
    ],
)
def test_a_wrong_part_is_refused_with_its_column(text: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_expression(text)
    assert caught.value.problem == problem
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "expression of 20001 characters"),
        ("1" * 1_000_000, "expression of 1000000 characters"),
        (" " * 1_000_000, "expression of 1000000 characters"),
        ("(" * 400 + "1" + ")" * 400, "nested brackets"),
        ("min(" * 240 + "1", "nested brackets"),
        ("1+" * 499 + "1", f"more than {MAX_LEAVES} figures"),
        ("1*(" * 300 + "1", "nested brackets"),
        ("a" + " " * 990 + "of", "column 992"),
        ("1 " * 500, "column 3"),
        ("9" * MAX_LENGTH, "figure of 1000 characters"),
        ("a[" + "=" * 900 + "]", "has the same qualifier twice"),
        ("[" * MAX_LENGTH, "column 1"),
        (".".join("1" * 400), "figure of 799 characters"),
    ],
    ids=lambda text: f"{text[:8]}…{len(text)}",
)
def test_endless_texts_are_refused_at_once(text: str, problem: str) -> None:
    start = perf_counter()
    with pytest.raises(InvalidValueError) as caught:
        parse_expression(text)
    assert perf_counter() - start < A_MOMENT
    assert problem in caught.value.problem
    assert len(str(caught.value)) < 2 * MAX_LENGTH


def test_the_longest_and_deepest_are_computed() -> None:
    deep = "(" * MAX_DEPTH + "1 + 1" + ")" * MAX_DEPTH
    wide = " + ".join(["1"] * MAX_LEAVES)
    for text, wanted in ((deep, 2), (wide, MAX_LEAVES)):
        found = expression.evaluate(
            parse_expression(text), lambda figure: interval_arithmetic.exact(Fraction(figure.text)), _no_operand
        )
        assert found == interval_arithmetic.exact(Fraction(wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("8 / 4 / 2", 1),
        ("min(5, 3, 4) + max(5, 3, 4)", 8),
        ("100 * (1 - 20 / 50)", 60),
    ],
)
def test_evaluate(text: str, wanted: int) -> None:
    found = expression.evaluate(
        parse_expression(text), lambda figure: interval_arithmetic.exact(Fraction(figure.text)), _no_operand
    )
    assert found == interval_arithmetic.exact(Fraction(wanted))


def test_operands_from_left_to_right() -> None:
    node = parse_expression("min(battery of a, 3) / (weight + battery of b[x=1])".replace(" of b[x=1]", "[x=1] of b"))
    assert [str(one) for one in expression.operands(node)] == ["battery of a", "weight", "battery[x=1] of b"]


# --- the law: parse(spell(node)) == node

_name = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
_value = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=";=[],"), min_size=1, max_size=8)
_bound = st.dictionaries(_name, _value, max_size=2).map(lambda bound: ";".join(f"{key}={bound[key]}" for key in sorted(bound)))
_leaf = st.builds(
    lambda number, unit: Constant(text := f"{number}{unit}", parse_quantity(text)),
    st.decimals(min_value=0, max_value=10**6, places=2) | st.integers(0, 10**9),
    st.sampled_from(["", " %", " g", " PFLOPS", " count/year", " min", " °C"]),
) | st.builds(Operand, _name, _bound, st.just("") | _name)


def _larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.tuples(parts, parts)
    call = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(Operation, st.sampled_from("+-*/"), two) | st.builds(Operation, st.sampled_from(["min", "max"]), call)


@given(st.recursive(_leaf, _larger, max_leaves=8))
def test_formatted_expressions_parse_to_the_same(node: Node) -> None:
    text = expression.format_expression(node, lambda figure: figure.text, str)
    if len(text) <= MAX_LENGTH:
        assert parse_expression(text) == node


@given(st.text(st.sampled_from("ab1 9.-+*/(),[]=%°xofmine_") | st.characters(), max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        node = parse_expression(text)
    except InvalidValueError as fault:
        assert fault.problem  # noqa: PT017  either is right
    else:
        assert parse_expression(expression.format_expression(node, lambda figure: figure.text, str)) == node


def _no_operand(operand: Operand) -> interval_arithmetic.IntervalMeasure:
    raise AssertionError(operand)


def _shape(node: Node) -> str:
    """A node with all its brackets."""
    if isinstance(node, Constant):
        return repr(node.text)
    if isinstance(node, Operand):
        return f"<{node}>"
    parts = [_shape(part) for part in node.parts]
    return f"({parts[0]} {node.sign} {parts[1]})" if node.sign in "+-*/" else f"{node.sign}({', '.join(parts)})"
