"""Parse arithmetic over specs: `compute[precision=FP4] of ascend-950pr / compute[precision=FP4] of h20`.

    sum      = product (("+" | "-") product)*         signs stand between spaces: keys and units may hold - and /
    product  = factor (("*" | "/") factor)*
    factor   = "(" sum ")" | ("min" | "max") "(" sum ("," sum)* ")" | figure | operand
    figure   = a number with or without a unit, a space between them: 450000, 60 %, 8..10 x, 1.5e6
    operand  = KEY ["[" k=v {"," k=v} "]"] ["of" PRODUCT]    of the product at hand where none is named

Nothing is ever given to `eval`.
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

LONGEST = 1000
DEEPEST = 40
MOST = 100
"""So many characters, brackets in each other, and figures and operands may an expression have."""

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
    """The expression that `text` writes; ValueFault, with the column, where it writes none."""
    if len(text) > LONGEST:
        raise InvalidValueError(f"an expression of {len(text)} characters", f"at most {LONGEST}")
    parser = _Parser(text)
    node = parser.sum(0)
    if parser.ahead:
        raise parser.issue("an operator or the end")
    return node


class _Parser:
    """Reads one token ahead: `kind` and `ahead`, '' at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.end = 0
        self.leaves = 0
        self.kind = self.ahead = ""
        self.next()

    def next(self) -> str:
        """Takes the token at hand and reads the following one."""
        taken = self.ahead
        found = _TOKEN.match(self.text, self.end)
        self.place = self.end
        if found:
            self.kind, self.ahead, self.end = str(found.lastgroup), found[str(found.lastgroup)], found.end()
            self.place = self.end - len(self.ahead)
        elif self.text[self.end :].strip():
            raise self.issue("a figure, KEY of PRODUCT, or one of + - * / ( )")
        else:
            self.kind = self.ahead = ""
        return taken

    def issue(self, wanted: str) -> InvalidValueError:
        """What is wrong at the token at hand."""
        rest = self.text[self.place :].lstrip()
        found = repr(rest.rstrip()[:20]) if rest else "its end"
        column = len(self.text) - len(rest) + 1
        return InvalidValueError(f"{self.text!r} has {found} at column {column}", f"{wanted} is expected there")

    def sum(self, depth: int) -> Node:
        """A sum of products."""
        return self._chain(("+", "-"), self.product, depth)

    def product(self, depth: int) -> Node:
        """A product of factors."""
        return self._chain(("*", "/"), self.factor, depth)

    def _chain(self, signs: tuple[str, str], part: Callable[[int], Node], depth: int) -> Node:
        node = part(depth)
        while self.ahead in signs:
            sign = self.next()
            node = Operation(sign, (node, part(depth)))
        return node

    def factor(self, depth: int) -> Node:
        """A figure, an operand, a call or what stands in brackets."""
        if depth > DEEPEST:
            raise InvalidValueError(f"{self.text[:40]!r}… has more than {DEEPEST} brackets in each other", "write it shorter")
        if self.kind in ("figure", "operand"):
            return self._leaf()
        call = self.next() if self.kind == "call" else ""
        self._take("(")
        parts = [self.sum(depth + 1)]
        while call and self.ahead == ",":
            self.next()
            parts.append(self.sum(depth + 1))
        self._take(")")
        return Operation(call, tuple(parts)) if call else parts[0]

    def _leaf(self) -> Node:
        self.leaves += 1
        if self.leaves > MOST:
            raise InvalidValueError(f"{self.text[:40]!r}… has more than {MOST} figures", "write it shorter")
        column = self.place + 1
        try:
            if self.kind == "operand":
                return _operand(self.next())
            figure = parse_quantity(self.ahead)
        except InvalidValueError as error:
            raise InvalidValueError(f"{error.problem}, at column {column}", error.hint) from error
        return Constant(self.next(), figure)

    def _take(self, wanted: str) -> None:
        if self.ahead != wanted:
            raise self.issue(f'"{wanted}"' if wanted == ")" else "a figure, KEY of PRODUCT, or a bracket")
        self.next()


def _operand(text: str) -> Operand:
    found = re.fullmatch(r"([a-z0-9-]+)(?:\[([^\]]*)\])?(?:\s+of\s+([a-z0-9-]+))?", text)
    if not found:
        raise InvalidValueError(f"{text!r} is no operand", "write KEY[qualifier=value] of PRODUCT")
    bound = qualifiers.from_text(found[2] or "")
    if len(bound) < (found[2] or "").count("="):
        raise InvalidValueError(f"{text!r} gives a qualifier twice", "keep one of them")
    return Operand(found[1], qualifiers.to_text(bound), found[3] or "")
