"""A source's statement about its own figures, recomputed: does it hold for what was printed?"""

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
"""How a claim sets its expression against its value."""

_REASONS = {
    HOLDS: "",
    ROUNDING: "not as printed, but what the printed figures stand for reaches it",
    FAILS: "out of reach of what the printed figures stand for",
}
_AS_PRINTED = "as printed, though not for all that the printed figures stand for"


class Operands(Protocol):
    """Where an expression's leaves get their values."""

    def measure(self, operand: Operand) -> IntervalMeasure:
        """What the operand's figure stands for."""

    def spelled(self, operand: Operand) -> str:
        """The operand's figure as text."""

    def unit(self, text: str) -> Unit:
        """The unit written so."""

    def unit_of(self, operand: Operand) -> Unit:
        """The unit that the operand's attribute is shown in."""


class ClaimResult(NamedTuple):
    """What came of a claim: the arithmetic as text, the verdict, and why in a line."""

    arithmetic: str
    verdict: str
    reason: str


def check_claim(text: str, relation: str, value: str, operands: Operands) -> ClaimResult:
    """Recomputes a claim: the expression `text` set by `relation` against `value`, a figure or another expression.

    Raises ValueFault and DimensionFault for no relation, or where an operand is missing, dimensions are mixed or a divisor
    can be zero.
    """
    if relation not in RELATIONS:
        raise InvalidValueError(f"{relation!r} is no relation", "the database is damaged: restore it from a backup")
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
    """What an expression can be, its figures being exact constants."""
    return expression.evaluate(node, lambda figure: constant(figure, operands, rounded=False), operands.measure)


def constant(figure: Constant, operands: Operands, *, rounded: bool) -> IntervalMeasure:
    """What a figure of an expression stands for."""
    parsed = figure.quantity
    return interval_arithmetic.from_quantity(parsed, operands.unit(parsed.unit), rounded=rounded, signed=True)


def judge(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> str:
    """Whether `left` stands to `right` as claimed: for all that the figures can be, for some of it, or for none."""
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
    """Equality: the nominal result lies in what the claimed figure stands for, or only some other result does."""
    lo, hi = right.lo, right.hi
    if about:
        reach = max(right.nominal, -right.nominal) / quantity.ABOUT_DIVISOR
        lo = min(lo, Endpoint(right.nominal - reach))
        hi = max(hi, Endpoint(right.nominal + reach), key=lambda end: (end.at, not end.open))
    if _beyond(left.lo, hi) or _beyond(lo, left.hi):
        return FAILS
    return HOLDS if lo.at <= left.nominal <= hi.at else ROUNDING


def _beyond(lo: Endpoint, hi: Endpoint) -> bool:
    """Whether nothing lies between a lower and an upper end."""
    return lo.at > hi.at or (lo.at == hi.at and (lo.open or hi.open))


def _nominally(left: IntervalMeasure, relation: str, right: IntervalMeasure) -> bool:
    """Whether an inequality holds of the nominal values."""
    one, other = left.nominal, right.nominal
    return {"more_than": one > other, "at_least": one >= other, "less_than": one < other, "at_most": one <= other}.get(
        relation, False
    )


def _unit(node: Node, value: IntervalMeasure, operands: Operands) -> Unit | None:
    """A unit to show a result in: the one of its figure, or of the first operand that measures the same."""
    if isinstance(node, expression.Constant):
        return operands.unit(node.quantity.unit)
    for operand in expression.operands(node):
        unit = operands.unit_of(operand)
        if interval_arithmetic.powers_of(unit) == value.powers:
            return unit
    return None


def _spelled(node: Node, value: IntervalMeasure, unit: Unit | None, operands: Operands) -> str:
    """An expression with its figures in place, and its result where it is more than one figure."""
    text = expression.format_expression(node, spelled, operands.spelled)
    if not isinstance(node, expression.Operation):
        return text
    return f"{text} = {result(value, unit)}"


def spelled(figure: Constant) -> str:
    """A constant as it is shown: with separators."""
    parsed = figure.quantity
    body = "–".join(formatting.format_number(float(number), len(number.partition(".")[2])) for number in parsed.numbers)
    return f"{quantity.MODIFIER_SYMBOLS[parsed.modifier]}{body} {parsed.unit}".rstrip()


def result(value: IntervalMeasure, unit: Unit | None) -> str:
    """A result in `unit` (base units if None): "2.889 x [2.853, 2.925]"; without brackets where there is no doubt.

    A round bracket stands at an end that is not reached: "63.64 % (61.72, 100]".
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
    """A number with four significant digits, or all of those before the point."""
    if isinstance(number, float):
        return "∞" if number > 0 else "-∞"
    try:
        value = float(number / factor)
    except OverflowError:
        raise InvalidValueError("a result that is beyond what a number can hold", "use larger units") from None
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
