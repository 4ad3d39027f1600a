"""Expression trees over specs: constants, operands and operations; evaluation and formatting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.domain import interval_arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.quantity import Quantity


class Constant(NamedTuple):
    """A number with its unit: the text as written, and the parsed quantity."""

    text: str
    quantity: Quantity


class Operand(NamedTuple):
    """A reference to a spec.

    Attributes:
        key: Key of the attribute.
        qualifiers: Qualifiers in canonical form; '' for none.
        product: Slug of the product; '' for the product that the expression is evaluated for.
    """

    key: str
    qualifiers: str
    product: str

    def __str__(self) -> str:
        """Return the operand as the expression parser reads it: "compute[precision=FP4] of h20"."""
        brackets = f"[{self.qualifiers.replace(';', ',')}]" if self.qualifiers else ""
        return f"{self.key}{brackets}{' of ' if self.product else ''}{self.product}"


class Operation(NamedTuple):
    """An operation: `sign` is + - * / with two parts, or min or max with any number of parts."""

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
    """Yield all operands of an expression from left to right."""
    if isinstance(node, Operand):
        yield node
    elif isinstance(node, Operation):
        for part in node.parts:
            yield from operands(part)


def evaluate(
    node: Node, figure: Callable[[Constant], IntervalMeasure], operand: Callable[[Operand], IntervalMeasure]
) -> IntervalMeasure:
    """Return the interval of values that the expression can have.

    Args:
        node: The expression.
        figure: Returns the interval of a constant.
        operand: Returns the interval of an operand.

    Raises:
        DimensionError: Terms of a sum or a comparison have different dimensions.
        InvalidValueError: A divisor can be zero.
    """
    if isinstance(node, Constant):
        return figure(node)
    if isinstance(node, Operand):
        return operand(node)
    parts = [evaluate(part, figure, operand) for part in node.parts]
    if node.sign in _OPERATIONS:
        return _OPERATIONS[node.sign](parts[0], parts[1])
    return (interval_arithmetic.minimum if node.sign == "min" else interval_arithmetic.maximum)(parts)


def format_expression(node: Node, figure: Callable[[Constant], str], operand: Callable[[Operand], str], level: int = 0) -> str:
    """Format an expression with the fewest brackets: "1.56 PFLOPS / 0.54 PFLOPS".

    Args:
        node: The expression.
        figure: Formats a constant.
        operand: Formats an operand.
        level: Precedence of the enclosing operation: 0 for none, 1 for a sum, 2 for a product; a weaker one is bracketed.
    """
    if isinstance(node, Constant):
        return figure(node)
    if isinstance(node, Operand):
        return operand(node)
    if node.sign in ("min", "max"):
        return f"{node.sign}({', '.join(format_expression(part, figure, operand) for part in node.parts)})"
    precedence = 1 if node.sign in "+-" else 2
    left = format_expression(node.parts[0], figure, operand, precedence)
    right = format_expression(node.parts[1], figure, operand, precedence + 1)
    text = f"{left} {node.sign} {right}"
    return f"({text})" if precedence < level else text
