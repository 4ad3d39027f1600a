"""Parse arithmetic over specs: `compute[precision=FP4] of ascend-950pr / compute[precision=FP4] of h20`.

    sum      = product (("+" | "-") product)*         spaces around signs: keys and units may contain - and /
    product  = factor (("*" | "/") factor)*
    factor   = "(" sum ")" | ("min" | "max") "(" sum ("," sum)* ")" | figure | operand
    figure   = a number with or without a unit, a space between them: 450000, 60 %, 8..10 x, 1.5e6
    operand  = KEY ["[" k=v {"," k=v} "]"] ["of" PRODUCT]    without PRODUCT, of the product being evaluated

`eval` is never used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specdb.domain import qualifiers
from specdb.domain.expression import Constant, Node, Operand, Operation
from specdb.errors import InvalidValueError
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH = 1000
MAX_DEPTH = 40
MAX_LEAVES = 100
"""Limits of an expression: characters, nested brackets, figures and operands."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<call>(?:min|max)(?=\s*\())
    |(?P<operand>(?![0-9]+e[+-]?[0-9]+(?![0-9a-z-]))(?=[0-9a-z-]*[a-z])[a-z0-9][a-z0-9-]*+(?:\[[^\]]*\])?(?:\s+of\s+[a-z0-9][a-z0-9-]*)?)(?![^\s()+*/,-])
    |(?P<figure>[0-9][0-9.]*(?:e[+-]?[0-9]+)?(?:\s?(?!of\b|(?:min|max)\s*\()[^\W\d_][^\s()+*,]*|\s?[%°][^\s()+*,]*)?)
    |(?P<sign>[-+*/(),])
    )""",
    re.VERBOSE,
)
_ENDS = ("", ")", ",")


def parse_expression(text: str) -> Node:
    """Parse an expression.

    Raises:
        InvalidValueError: The text is not an expression; the message names the column.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(f"expression of {len(text)} characters", f"an expression has at most {MAX_LENGTH} characters")
    parser = _Parser(text)
    node = parser.parse_sum(0)
    if parser.lookahead:
        raise parser.unexpected("an operator or the end")
    return node


class _Parser:
    """A recursive descent parser with one token ahead, `lookahead`, and its `kind`, '' at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = 0
        self.end = 0
        self.leaves = 0
        self.kind = self.lookahead = ""
        self.advance()

    def advance(self) -> str:
        """Return the current token and read the next."""
        current = self.lookahead
        found = _TOKEN.match(self.text, self.end)
        self.start = self.end
        if found:
            self.kind, self.lookahead, self.end = str(found.lastgroup), found[str(found.lastgroup)], found.end()
            self.start = self.end - len(self.lookahead)
        elif self.text[self.end :].strip():
            raise self.unexpected("a figure, KEY of PRODUCT, or one of + - * / ( )")
        else:
            self.kind = self.lookahead = ""
        return current

    def unexpected(self, expected: str) -> InvalidValueError:
        """Return the error for the current token."""
        rest = self.text[self.start :].lstrip()
        found = repr(rest.rstrip()[:20]) if rest else "the end of the expression"
        column = len(self.text) - len(rest) + 1
        return InvalidValueError(f"unexpected {found} at column {column} of {self.text!r}", f"expected {expected}")

    def parse_sum(self, depth: int) -> Node:
        """Parse a sum of products."""
        return self._parse_chain(("+", "-"), self.parse_product, depth)

    def parse_product(self, depth: int) -> Node:
        """Parse a product of factors."""
        return self._parse_chain(("*", "/"), self.parse_factor, depth)

    def _parse_chain(self, signs: tuple[str, str], parse_part: Callable[[int], Node], depth: int) -> Node:
        node = parse_part(depth)
        while self.lookahead in signs:
            sign = self.advance()
            node = Operation(sign, (node, parse_part(depth)))
        return node

    def parse_factor(self, depth: int) -> Node:
        """Parse a figure, an operand, a call of min or max, or a sum in brackets."""
        if depth > MAX_DEPTH:
            raise InvalidValueError(f"{self.text[:40]!r}… has more than {MAX_DEPTH} nested brackets", "shorten the expression")
        if self.kind in ("figure", "operand"):
            return self._parse_leaf()
        call = self.advance() if self.kind == "call" else ""
        self._expect("(")
        parts = [self.parse_sum(depth + 1)]
        while call and self.lookahead == ",":
            self.advance()
            parts.append(self.parse_sum(depth + 1))
        self._expect(")")
        return Operation(call, tuple(parts)) if call else parts[0]

    def _parse_leaf(self) -> Node:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise InvalidValueError(f"{self.text[:40]!r}… has more than {MAX_LEAVES} figures", "shorten the expression")
        column = self.start + 1
        try:
            if self.kind == "operand":
                return _parse_operand(self.advance())
            figure = parse_quantity(self.lookahead)
        except InvalidValueError as error:
            raise InvalidValueError(f"{error.problem}, at column {column}", error.hint) from error
        return Constant(self.advance(), figure)

    def _expect(self, bracket: str) -> None:
        if self.lookahead != bracket:
            raise self.unexpected('")"' if bracket == ")" else "a figure, KEY of PRODUCT, or a bracket")
        self.advance()


def _parse_operand(text: str) -> Operand:
    found = re.fullmatch(r"([a-z0-9-]+(?:\[[^\]]*\])?)(?:\s+of\s+([a-z0-9-]+))?", text)
    if not found:
        raise InvalidValueError(f"invalid operand {text!r}", "write KEY[qualifier=value] of PRODUCT")
    key, given = qualifiers.parse_qualified_key(found[1])
    return Operand(key, given or "", found[2] or "")
