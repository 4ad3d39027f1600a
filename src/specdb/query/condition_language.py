"""The language of --where: text to a tree of questions, whose names and values are resolved with a database at hand."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.domain import qualifiers
from specdb.domain.conditions import And, Not, Or
from specdb.errors import UsageError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LONGEST = 4000
DEEPEST = 50


class ParsedCondition(NamedTuple):
    """A test of one attribute: `operator` is a comparison, "in", "list", "is" or "bare"; `values` are texts as written."""

    key: str
    qualifiers: str
    operator: str
    values: tuple[str, ...]
    column: int


Node = ParsedCondition | And | Or | Not
"""A condition whose leaves are Questions still; resolved, they are Filters."""


class ConditionSyntaxError(UsageError):
    """A text that is no condition, or a name or value in it that will not do; shows the place with a caret."""

    def __init__(self, text: str, column: int, problem: str, hint: str) -> None:
        super().__init__(f"--where, column {column}: {problem}", f"{text}\n{' ' * (column - 1)}^ {hint}")
        self.column = column


def parse(text: str) -> Node:
    """The condition that `text` writes; WhereFault, with a caret under the place, where it writes none."""
    from lark.exceptions import UnexpectedEOF, UnexpectedInput

    if len(text) > LONGEST:
        raise UsageError(f"a condition of {len(text)} characters", f"at most {LONGEST}")
    flat = re.sub(r"\s", " ", text)  # so that a column is a place in one line
    if _depth(flat) > DEEPEST:
        raise UsageError(f"a condition with more than {DEEPEST} brackets in each other", "write it flatter")
    try:
        return _node(_grammar().parse(flat))
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedEOF) or error.column < 1 or str(getattr(error, "token", "x")) == ""
        column = len(flat.rstrip()) + 1 if ended else error.column
        found = f"unexpected {flat[column - 1 :].split(' ')[0]!r}" if column <= len(flat) else "it ends too early"
        raise ConditionSyntaxError(flat, column, found, _expected(error)) from None


def _depth(text: str) -> int:
    """How deep brackets and negations stand in each other, at most."""
    deepest = depth = 0
    for token in re.findall(r"[()]|\bnot\b", text, re.IGNORECASE):
        depth += -1 if token == ")" else 1
        deepest = max(deepest, depth)
    return deepest


@cache
def _grammar() -> Lark:
    from pathlib import Path

    from lark import Lark

    return Lark(
        Path(__file__).with_name("condition_language.lark").read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False
    )


_SPOKEN = {
    "COMPARE": "= != < <= > >= ~",
    "NAME": "an attribute",
    "BARE": "a value",
    "QUOTED": '"a text"',
    "STATE": "stated, unknown, not applicable or not stated",
    "QUALIFIERS": "[qualifier=value]",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "$END": "the end",
}


def _expected(error: Any) -> str:
    """What could stand at the place of an error, in words."""
    names = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    words = sorted({_SPOKEN.get(name, name.lower()) for name in names})
    return f"expected: {', '.join(words)}"


def _node(tree: Tree[Token]) -> Node:
    """A node of the condition from one of the parser's tree."""
    if tree.data in ("disjunction", "conjunction"):
        parts = tuple(_node(child) for child in tree.children if not isinstance(child, str))
        return Or(parts) if tree.data == "disjunction" else And(parts)
    if tree.data == "negated":
        return Not(_node(tree.children[0]))  # type: ignore[arg-type]
    subject, *rest = tree.children
    key, *bound = subject.children  # type: ignore[union-attr]
    values = tuple(_text(child) for child in rest if not (isinstance(child, str) and child.type == "COMPARE"))
    operator = {"listed": "list", "ranged": "in", "stated": "is", "bare": "bare"}.get(tree.data) or str(rest[0])
    name, given = qualifiers.parse_qualified_key(f"{key}{bound[0] if bound else ''}")
    return ParsedCondition(name.lower(), given or "", operator, values, int(getattr(key, "column", 1)))


def _text(child: Any) -> str:
    """A value's text without its quotes."""
    token = str(child if isinstance(child, str) else child.children[0])
    return token[1:-1] if token[:1] in ("'", '"') else token.strip()
