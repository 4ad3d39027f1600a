"""Parse the language of --where into a tree of conditions; their names and values are not yet resolved."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.domain import qualifiers
from specdb.domain.conditions import And, Not, Or
from specdb.errors import UsageError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_LENGTH = 4000
"""The longest condition, in characters."""

MAX_DEPTH = 50
"""The deepest nesting of brackets and negations."""


class ParsedCondition(NamedTuple):
    """A test of one attribute.

    Attributes:
        key: The attribute's key, or "category", "product" or "name", in lower case.
        qualifiers: The canonical text of the qualifiers that specs must have; '' for any.
        operator: A comparison sign, "in" (a range), "list" (one of several values), "is" (a state) or "bare" (a flag).
        values: The values as written, without quotes.
        column: The column where the test begins, from 1.
    """

    key: str
    qualifiers: str
    operator: str
    values: tuple[str, ...]
    column: int


Node = ParsedCondition | And | Or | Not
"""A condition whose leaves are parsed but not resolved: `ConditionReader` turns them into AttributeConditions."""


class ConditionSyntaxError(UsageError):
    """A condition with a syntax error, or an unknown name or invalid value; the hint marks the place with a caret."""

    def __init__(self, text: str, column: int, problem: str, hint: str) -> None:
        super().__init__(f"--where, column {column}: {problem}", f"{text}\n{' ' * (column - 1)}^ {hint}")
        self.column = column


def parse(text: str) -> Node:
    """Parse a condition.

    Args:
        text: The condition, with at most MAX_LENGTH characters and MAX_DEPTH nested brackets.

    Raises:
        ConditionSyntaxError: The text has a syntax error.
        UsageError: The text is too long or too deeply nested.
    """
    from lark.exceptions import UnexpectedEOF, UnexpectedInput

    if len(text) > MAX_LENGTH:
        raise UsageError(f"the condition has {len(text)} characters", f"use at most {MAX_LENGTH}")
    flat = re.sub(r"\s", " ", text)  # on one line, a column is a position
    if _depth(flat) > MAX_DEPTH:
        raise UsageError(f"the condition has more than {MAX_DEPTH} nested brackets", "use fewer nested brackets")
    try:
        return _node(_grammar().parse(flat))
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedEOF) or error.column < 1 or str(getattr(error, "token", "x")) == ""
        column = len(flat.rstrip()) + 1 if ended else error.column
        found = f"unexpected {flat[column - 1 :].split(' ')[0]!r}" if column <= len(flat) else "the condition is incomplete"
        raise ConditionSyntaxError(flat, column, found, _expected(error)) from None


def _depth(text: str) -> int:
    """Return the greatest nesting depth of brackets and negations."""
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


_TOKEN_NAMES = {
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
    """List the tokens that are valid at the position of an error."""
    names = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    words = sorted({_TOKEN_NAMES.get(name, name.lower()) for name in names})
    return f"expected: {', '.join(words)}"


def _node(tree: Tree[Token]) -> Node:
    """Convert a node of the parse tree."""
    if tree.data in ("disjunction", "conjunction"):
        parts = tuple(_node(child) for child in tree.children if not isinstance(child, str))
        return Or(parts) if tree.data == "disjunction" else And(parts)
    if tree.data == "negated":
        return Not(_node(tree.children[0]))  # type: ignore[arg-type]
    subject, *rest = tree.children
    key, *brackets = subject.children  # type: ignore[union-attr]
    values = tuple(_text(child) for child in rest if not (isinstance(child, str) and child.type == "COMPARE"))
    operator = {"listed": "list", "ranged": "in", "stated": "is", "bare": "bare"}.get(tree.data) or str(rest[0])
    name, given = qualifiers.parse_qualified_key(f"{key}{brackets[0] if brackets else ''}")
    return ParsedCondition(name.lower(), given or "", operator, values, int(getattr(key, "column", 1)))


def _text(child: Any) -> str:
    """Return the text of a value without its quotes."""
    token = str(child if isinstance(child, str) else child.children[0])
    return token[1:-1] if token[:1] in ("'", '"') else token.strip()
