"""Recompute a source's claim about its own figures: does it hold for what was printed?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol

from specdb.domain import expression, interval_arithmetic, quantity
from specdb.domain.interval_arithmetic import Endpoint
from specdb.errors import InvalidValueError
from specdb.figures import formatting
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from specdb.domain.expression import Constant, Node, Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.unit import Unit

HOLDS = "holds"
ROUNDING = "holds within rounding"
FAILS = "fails"
UNCHECKED = "cannot be checked"

RELATIONS = {"equals": "≟", "about": "≈", "more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤"}
"""The sign of each relation between the expression and the value of a claim."""

_REASONS = {
    HOLDS: "",
    ROUNDING: "not as printed, but what the printed figures stand for reaches it",
    FAILS: "out of reach of what the printed figures stand for",
}
_AS_PRINTED = "as printed, though not for all that the printed figures stand for"


class Operands(Protocol):
    """The source of the figures of an expression's operands."""

    def measure(self, operand: Operand) -> IntervalMeasure:
        """Return the interval of an operand's figure."""

    def spelled(self, operand: Operand) -> str:
        """Return an operand's figure as text."""

    def unit(self, text: str) -> Unit:
        """Return the unit of a written form."""

    def unit_of(self, operand: Operand) -> Unit:
        """Return the unit that an operand's attribute is shown in."""


class ClaimResult(NamedTuple):
    """The result of a check: the arithmetic as text, the verdict, and the reason in one line."""

    arithmetic: str
    verdict: str
    reason: str


def check_claim(text: str, relation: str, value: str, operands: Operands) -> ClaimResult:
    """Recompute a claim.

    Args:
        text: The expression that is claimed about.
        relation: A key of RELATIONS.
        value: The claimed figure, or another expression.
        operands: The figures of the operands.

    Raises:
        InvalidValueError: The relation is unknown, an operand is missing, or a divisor can be zero.
        DimensionError: Dimensions do not match.
    """
    if relation not in RELATIONS:
        raise InvalidValueError(f"unknown relation {relation!r}", "the database is damaged: restore it from a backup")
    node, claimed = parse_expression(text), parse_expression(value)
    left = evaluate(node, operands)
    if isinstance(claimed, expression.Constant):
        right = constant(claimed, operands, rounded=relation in ("equals", "about"))
    else:
        right = evaluate(claimed, operands)
    unit = _unit(claimed, right, operands) or _unit(node, left, operands)
    verdict = judge(left, relation, right)
    reason = _AS_PRINTED if verdict == ROUNDING and _nominally(left, relation, right) else _REASONS[verdict]
    result = _spelled(node, left, unit, operands)
    return ClaimResult(f"{result} {RELATIONS[relation]} {_spelled(claimed, right, unit, operands)}", verdict, reason)


def evaluate(node: Node, operands: Operands) -> IntervalMeasure:
    """Return the interval of an expression; figures written in it are exact."""
    return expression.evaluate(node, lambda figure: constant(figure, operands, rounded=False), operands.measure)


def constant(figure: Constant, operands: Operands, *, rounded: bool) -> IntervalMeasure:
    """Return the interval of a figure written in an expression."""
    parsed = figure.quantity
    return interval_arithmetic.from_quantity(parsed, operands.unit(parsed.unit), rounded=rounded, signed=True)


def judge(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> str:
    """Return the verdict: the relation holds for all values that the figures can have, for some, or for none."""
    difference = interval_arithmetic.subtract(left, right)
    if relation in ("equals", "about"):
        return _judge_equal(left, right, about=relation == "about")
    if relation in ("less_than", "at_most"):
        difference = interval_arithmetic.subtract(right, left)
    strict = relation in ("more_than", "less_than")
    lo, hi = difference.lo, difference.hi
    if lo.at > 0 or (lo.at == 0 and (lo.open or not strict)):
        return HOLDS
    if hi.at < 0 or (hi.at == 0 and (hi.open or strict)):
        return FAILS
    return ROUNDING


def _judge_equal(left: IntervalMeasure, right: IntervalMeasure, *, about: bool) -> str:
    """Return the verdict on equality: the nominal result, or only another possible one, is in the claimed interval."""
    lo, hi = right.lo, right.hi
    if about:
        reach = max(right.nominal, -right.nominal) / quantity.ABOUT_DIVISOR
        lo = min(lo, Endpoint(right.nominal - reach))
        hi = max(hi, Endpoint(right.nominal + reach), key=lambda end: (end.at, not end.open))
    if _beyond(left.lo, hi) or _beyond(lo, left.hi):
        return FAILS
    return HOLDS if lo.at <= left.nominal <= hi.at else ROUNDING


def _beyond(lo: Endpoint, hi: Endpoint) -> bool:
    """Return whether nothing lies between a lower and an upper end."""
    return lo.at > hi.at or (lo.at == hi.at and (lo.open or hi.open))


def _nominally(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> bool:
    """Return whether an inequality holds for the nominal values."""
    one, other = left.nominal, right.nominal
    return {"more_than": one > other, "at_least": one >= other, "less_than": one < other, "at_most": one <= other}.get(
        relation, False
    )


def _unit(node: Node, value: IntervalMeasure, operands: Operands) -> Unit | None:
    """Return the unit to show a result in: that of its figure, or of the first operand of its dimension."""
    if isinstance(node, expression.Constant):
        return operands.unit(node.quantity.unit)
    for operand in expression.operands(node):
        unit = operands.unit_of(operand)
        if interval_arithmetic.powers_of(unit) == value.powers:
            return unit
    return None


def _spelled(node: Node, value: IntervalMeasure, unit: Unit | None, operands: Operands) -> str:
    """Format an expression with its figures, and its result if it is more than one figure."""
    text = expression.format_expression(node, spelled, operands.spelled)
    if not isinstance(node, expression.Operation):
        return text
    return f"{text} = {result(value, unit)}"


def spelled(figure: Constant) -> str:
    """Format a constant with thousands separators."""
    parsed = figure.quantity
    body = "–".join(formatting.format_number(float(number), len(number.partition(".")[2])) for number in parsed.numbers)
    return f"{quantity.MODIFIER_SYMBOLS[parsed.modifier]}{body} {parsed.unit}".rstrip()


def result(value: IntervalMeasure, unit: Unit | None) -> str:
    """Format a result: "2.889 x [2.853, 2.925]", without the interval if it is exact.

    A round bracket marks an end that is not reached: "63.64 % (61.72, 100]".

    Args:
        value: The result.
        unit: The unit to show it in; base units if None.
    """
    factor = unit.factor if unit else Fraction(1)
    lo, nominal, hi = (_number(number, factor) for number in (value.lo.at, value.nominal, value.hi.at))
    name = unit.name if unit else "" if value.powers else "x"
    text = f"{nominal} {name}".rstrip()
    first, last = ("(" if _unreached(value.lo) else "["), (")" if _unreached(value.hi) else "]")
    return text if lo == hi else f"{text} {first}{lo}, {hi}{last}"


def _unreached(end: Endpoint) -> bool:
    return end.open or isinstance(end.at, float)


def _number(number: interval_arithmetic.Number, factor: Fraction) -> str:
    """Format a number with four significant digits, or all digits before the decimal point."""
    if isinstance(number, float):
        return "∞" if number > 0 else "-∞"
    try:
        value = float(number / factor)
    except OverflowError:
        raise InvalidValueError("the result is too large for a number", "use larger units") from None
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
