"""Arithmetic over specs as a tree: constants, operands and operations, evaluated and written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.domain import interval_arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.quantity import Quantity


class Constant(NamedTuple):
    """A number with its unit, as written and as parsed: an exact constant."""

    text: str
    quantity: Quantity


class Operand(NamedTuple):
    """A spec: its attribute's key, its qualifiers in their one form, and its product's slug ('' for the one at hand)."""

    key: str
    qualifiers: str
    product: str

    def __str__(self) -> str:
        bound = f"[{self.qualifiers.replace(';', ',')}]" if self.qualifiers else ""
        return f"{self.key}{bound}{' of ' if self.product else ''}{self.product}"


class Operation(NamedTuple):
    """An operation on two or, for min and max, any number of nodes."""

    sign: str
    parts: tuple[Node, ...]


Node = Constant | Operand | Operation

_OPERATIONS: dict[str, Callable[[IntervalMeasure, IntervalMeasure], IntervalMeasure]] = {
    "+": interval_arithmetic.add,
    "-": interval_arithmetic.subtract,
    "*": interval_arithmetic.multiply,
    "/": interval_arithmetic.divide,
}


def operands(node: Node) -> Iterator[Operand]:
    """All operands of an expression, from left to right."""
    if isinstance(node, Operand):
        yield node
    elif isinstance(node, Operation):
        for part in node.parts:
            yield from operands(part)


def evaluate(
    node: Node, figure: Callable[[Constant], IntervalMeasure], operand: Callable[[Operand], IntervalMeasure]
) -> IntervalMeasure:
    """What the expression can be, its leaves measured by `figure` and `operand`; raises as the operations of measure do."""
    if isinstance(node, Constant):
        return figure(node)
    if isinstance(node, Operand):
        return operand(node)
    parts = [evaluate(part, figure, operand) for part in node.parts]
    if node.sign in _OPERATIONS:
        return _OPERATIONS[node.sign](parts[0], parts[1])
    return (interval_arithmetic.least if node.sign == "min" else interval_arithmetic.greatest)(parts)


def format_expression(node: Node, figure: Callable[[Constant], str], operand: Callable[[Operand], str], level: int = 0) -> str:
    """The expression as text, its leaves spelled by `figure` and `operand`: "1.56 PFLOPS / 0.54 PFLOPS"."""
    if isinstance(node, Constant):
        return figure(node)
    if isinstance(node, Operand):
        return operand(node)
    if node.sign in ("min", "max"):
        return f"{node.sign}({', '.join(format_expression(part, figure, operand) for part in node.parts)})"
    own = 1 if node.sign in "+-" else 2
    left, right = node.parts
    text = f"{format_expression(left, figure, operand, own)} {node.sign} {format_expression(right, figure, operand, own + 1)}"
    return f"({text})" if own < level else text
