"""Define attributes for one request by expressions, and check that an expression fits the unit of its attribute."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from specdb.analysis.computed_attributes import parse_formula, unit_for
from specdb.analysis.operand_values import constant
from specdb.domain import expression, interval_arithmetic
from specdb.domain.spec import Attribute
from specdb.errors import DimensionError, InvalidValueError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.database.view import View
    from specdb.domain.expression import Node, Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure

_FIRST_ID = 2**40
"""The first id of ad-hoc attributes, above the ids of any database."""

_DEFINED = re.compile(r"\s*([a-z0-9][a-z0-9-]{0,99})\s*(?:\[([^]=]*)\]\s*)?=(.*)", re.DOTALL)


def define_adhoc(view: View, texts: Sequence[str]) -> View:
    """Return the view with more computed attributes.

    Args:
        view: The view to add them to.
        texts: Definitions, "KEY = EXPRESSION" or "KEY [UNIT] = EXPRESSION". Each may use the attributes defined before it.

    Raises:
        UsageError: A text is not a definition, or the key is in use.
        InvalidValueError: An expression is invalid, or an operand has no number.
        DimensionError: The dimension of an expression does not fit the unit.
    """
    for text in texts:
        found = _DEFINED.fullmatch(text)
        if not found:
            raise UsageError(f"invalid definition {text!r}", 'write "x = battery / weight", or "x [mAh/g] = battery / weight"')
        key, unit, written = found[1], found[2], found[3].strip()
        if view.find_attribute(key):
            raise UsageError(f"the attribute {key} already exists", "use another name")
        node = parse_formula(view, Attribute(0, key, key, "quantity", "", "", "", "", False, False), written).node
        named = view.unit(_unit(view, node) if unit is None else unit.strip())
        # A difference can be below zero.
        attribute = Attribute(
            _FIRST_ID + len(view.adhoc), key, key, "quantity", named.name, named.dimension, "", "", False, True
        )
        check_expression(view, attribute, written)
        view = view.with_attribute(attribute, written)
    return view


def check_expression(view: View, attribute: Attribute, text: str) -> None:
    """Raise InvalidValueError or DimensionError if no specs could make the expression a value of the attribute."""
    whole = parse_formula(view, attribute, text)
    for operand, (one, _) in whole.operands.items():
        if one.many:
            raise InvalidValueError(f"{operand} can have several values", "use an attribute with one value")
    found = expression.evaluate(whole.node, lambda figure: constant(figure, view.unit), stand_in(view))
    powers = interval_arithmetic.powers_of(unit_for(view, attribute, found))
    if found.powers != powers:
        wanted = interval_arithmetic.format_dimension(powers)
        raise DimensionError(
            f"{text!r} is {interval_arithmetic.format_dimension(found.powers)}, and {attribute.key} {wanted}",
            "change the expression or the unit",
        )


def stand_in(view: View) -> Callable[[Operand], IntervalMeasure]:
    """Return a function that gives each operand a number of its dimension, such that no likely divisor is zero."""
    powers = count(1)

    def measured(operand: Operand) -> IntervalMeasure:
        attribute = view.attribute(operand.key)
        if attribute.kind not in ("quantity", "date"):
            raise InvalidValueError(f"{attribute.key} is a {attribute.kind}, not a number", "use quantities and dates")
        unit = view.unit("day" if attribute.kind == "date" else attribute.unit)
        return interval_arithmetic.exact(Fraction(7919 ** next(powers), 9973), interval_arithmetic.powers_of(unit))

    return measured


def _unit(view: View, node: Node) -> str:
    """Return the unit of an expression by the units in it: "mAh/g"; that of the first part for a sum."""
    powers = _powers(view, node)
    above, below = ("·".join(name for name, power in powers.items() for _ in range(sign * power)) for sign in (1, -1))
    return f"{above or 'count'}/{below}" if below else above


def _powers(view: View, node: Node) -> Counter[str]:
    """Count the power of each unit in an expression."""
    if isinstance(node, expression.Constant):
        return _named(view.unit(node.quantity.unit).name)
    if isinstance(node, expression.Operand):
        attribute = view.attribute(node.key)
        return _named("day" if attribute.kind == "date" else attribute.unit)
    parts = [_powers(view, part) for part in node.parts]
    if node.sign not in ("*", "/"):
        return parts[0]
    total = Counter(parts[0])
    (total.update if node.sign == "*" else total.subtract)(parts[1])
    return total


def _named(unit: str) -> Counter[str]:
    """Count the power of each unit that a compound name consists of."""
    found: Counter[str] = Counter()
    for place, part in enumerate(unit.split("/")):
        for name in filter(None, part.split("·")):
            found[name] += -1 if place else 1
    return found
