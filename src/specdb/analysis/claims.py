"""Check a source's claim about its own figures, such as "2.87x", by interval arithmetic on the printed figures."""

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
    ROUNDING: "false for the printed values, but true for other values that the printed figures allow",
    FAILS: "false for all values that the printed figures allow",
}
_AS_PRINTED = "true for the printed values, but not for all values that the printed figures allow"


class Operands(Protocol):
    """The source of the figures of an expression's operands."""

    def measure(self, operand: Operand) -> IntervalMeasure:
        """Return the interval of an operand's figure."""

    def spelled(self, operand: Operand) -> str:
        """Format the figure of an operand."""

    def unit(self, text: str) -> Unit:
        """Return the unit with this name or alias."""

    def unit_of(self, operand: Operand) -> Unit:
        """Return the unit that an operand's attribute is shown in."""


class ClaimResult(NamedTuple):
    """The result of a check.

    Attributes:
        arithmetic: The calculation as text: "4,450 mAh / 1,600 mAh = 2.781 x [2.766, 2.797] ≟ 2.8 x".
        verdict: HOLDS, ROUNDING, FAILS or UNCHECKED.
        reason: The reason in one line; '' if the claim holds.
    """

    arithmetic: str
    verdict: str
    reason: str


def check_claim(text: str, relation: str, value: str, operands: Operands) -> ClaimResult:
    """Check a claim.

    Args:
        text: The expression that the claim is about.
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
    verdict = evaluate_relation(left, relation, right)
    reason = _AS_PRINTED if verdict == ROUNDING and _holds_nominally(left, relation, right) else _REASONS[verdict]
    calculation = _format_side(node, left, unit, operands)
    return ClaimResult(f"{calculation} {RELATIONS[relation]} {_format_side(claimed, right, unit, operands)}", verdict, reason)


def evaluate(node: Node, operands: Operands) -> IntervalMeasure:
    """Return the interval of an expression; figures written in it are exact."""
    return expression.evaluate(node, lambda figure: constant(figure, operands, rounded=False), operands.measure)


def constant(figure: Constant, operands: Operands, *, rounded: bool) -> IntervalMeasure:
    """Return the interval of a figure written in an expression."""
    parsed = figure.quantity
    return interval_arithmetic.from_quantity(parsed, operands.unit(parsed.unit), rounded=rounded, signed=True)


def evaluate_relation(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> str:
    """Return the verdict on a relation between two intervals.

    Returns:
        HOLDS if the relation is true for all values in the intervals, ROUNDING if it is true for some, FAILS for none.
        "equals" and "about" compare the nominal value on the left with the interval on the right, see `_evaluate_equality`.
    """
    difference = interval_arithmetic.subtract(left, right)
    if relation in ("equals", "about"):
        return _evaluate_equality(left, right, about=relation == "about")
    if relation in ("less_than", "at_most"):
        difference = interval_arithmetic.subtract(right, left)
    strict = relation in ("more_than", "less_than")
    lo, hi = difference.lo, difference.hi
    if lo.at > 0 or (lo.at == 0 and (lo.open or not strict)):
        return HOLDS
    if hi.at < 0 or (hi.at == 0 and (hi.open or strict)):
        return FAILS
    return ROUNDING


def _evaluate_equality(left: IntervalMeasure, right: IntervalMeasure, *, about: bool) -> str:
    """Return HOLDS if the nominal result is in the claimed interval, ROUNDING if the intervals overlap, else FAILS.

    For "about", the claimed interval is at least its nominal value ± 1/ABOUT_DIVISOR of it.
    """
    lo, hi = right.lo, right.hi
    if about:
        margin = max(right.nominal, -right.nominal) / quantity.ABOUT_DIVISOR
        lo = min(lo, Endpoint(right.nominal - margin))
        hi = max(hi, Endpoint(right.nominal + margin), key=lambda end: (end.at, not end.open))
    if _is_empty(left.lo, hi) or _is_empty(lo, left.hi):
        return FAILS
    return HOLDS if lo.at <= left.nominal <= hi.at else ROUNDING


def _is_empty(lo: Endpoint, hi: Endpoint) -> bool:
    """Return whether no number lies between a lower and an upper end."""
    return lo.at > hi.at or (lo.at == hi.at and (lo.open or hi.open))


def _holds_nominally(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> bool:
    """Return whether an inequality holds for the nominal values."""
    a, b = left.nominal, right.nominal
    return {"more_than": a > b, "at_least": a >= b, "less_than": a < b, "at_most": a <= b}.get(relation, False)


def _unit(node: Node, value: IntervalMeasure, operands: Operands) -> Unit | None:
    """Return the unit to show a result in: that of the constant, or of the first operand with its dimension."""
    if isinstance(node, expression.Constant):
        return operands.unit(node.quantity.unit)
    for operand in expression.operands(node):
        unit = operands.unit_of(operand)
        if interval_arithmetic.powers_of(unit) == value.powers:
            return unit
    return None


def _format_side(node: Node, value: IntervalMeasure, unit: Unit | None, operands: Operands) -> str:
    """Format an expression with its figures, and with its result if it has an operation."""
    text = expression.format_expression(node, format_constant, operands.spelled)
    if not isinstance(node, expression.Operation):
        return text
    return f"{text} = {format_result(value, unit)}"


def format_constant(figure: Constant) -> str:
    """Format a constant with thousands separators."""
    parsed = figure.quantity
    body = "–".join(formatting.format_number(float(number), len(number.partition(".")[2])) for number in parsed.numbers)
    return f"{quantity.MODIFIER_SYMBOLS[parsed.modifier]}{body} {parsed.unit}".rstrip()


def format_result(value: IntervalMeasure, unit: Unit | None) -> str:
    """Format a result: "2.889 x [2.853, 2.925]", without the interval if it is exact.

    A round bracket marks an excluded end: "63.64 % (61.72, 100]".

    Args:
        value: The result.
        unit: The unit to show it in; None for base units.
    """
    factor = unit.factor if unit else Fraction(1)
    lo, nominal, hi = (_number(number, factor) for number in (value.lo.at, value.nominal, value.hi.at))
    name = unit.name if unit else "" if value.powers else "x"
    text = f"{nominal} {name}".rstrip()
    first, last = ("(" if _is_excluded(value.lo) else "["), (")" if _is_excluded(value.hi) else "]")
    return text if lo == hi else f"{text} {first}{lo}, {hi}{last}"


def _is_excluded(end: Endpoint) -> bool:
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
