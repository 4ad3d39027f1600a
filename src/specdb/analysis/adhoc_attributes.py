"""Define attributes for one request by expressions; check that an expression has the dimension of its attribute."""

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
"""The first id of ad-hoc attributes, above all ids in a database."""

_DEFINITION = re.compile(r"\s*([a-z0-9][a-z0-9-]{0,99})\s*(?:\[([^]=]*)\]\s*)?=(.*)", re.DOTALL)


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
        found = _DEFINITION.fullmatch(text)
        if not found:
            raise UsageError(f"invalid definition {text!r}", 'write "x = battery / weight", or "x [mAh/g] = battery / weight"')
        key, unit, formula = found[1], found[2], found[3].strip()
        if view.find_attribute(key):
            raise UsageError(f"the attribute {key} already exists", "use another name")
        node = parse_formula(view, Attribute(0, key, key, "quantity", "", "", "", "", False, False), formula).node
        shown_in = view.unit(_unit(view, node) if unit is None else unit.strip())
        # The attribute is signed: a difference can be below zero.
        attribute = Attribute(
            _FIRST_ID + len(view.adhoc), key, key, "quantity", shown_in.name, shown_in.dimension, "", "", False, True
        )
        check_expression(view, attribute, formula)
        view = view.with_attribute(attribute, formula)
    return view


def check_expression(view: View, attribute: Attribute, text: str) -> None:
    """Check that an expression can give values of an attribute.

    Args:
        view: The view to look up operands and units in.
        attribute: The attribute that the expression defines.
        text: The expression.

    Raises:
        InvalidValueError: The expression is invalid, or an operand is not a single number.
        DimensionError: The expression has another dimension than the attribute.
    """
    formula = parse_formula(view, attribute, text)
    for operand, (operand_attribute, _) in formula.operands.items():
        if operand_attribute.many:
            raise InvalidValueError(f"{operand} can have several values", "use an attribute with one value")
    found = expression.evaluate(formula.node, lambda figure: constant(figure, view.unit), sample_operands(view))
    powers = interval_arithmetic.powers_of(unit_for(view, attribute, found))
    if found.powers != powers:
        given, wanted = interval_arithmetic.format_dimension(found.powers), interval_arithmetic.format_dimension(powers)
        raise DimensionError(
            f"{text!r} has the dimension {given}, but {attribute.key} has {wanted}",
            "change the expression or the unit",
        )


def sample_operands(view: View) -> Callable[[Operand], IntervalMeasure]:
    """Return a function that gives each operand a sample number in its unit, to find the dimension of an expression.

    The samples are powers of a prime over another prime, so that sums and differences of operands are not zero by chance.
    """
    powers = count(1)

    def measure(operand: Operand) -> IntervalMeasure:
        attribute = view.attribute(operand.key)
        if attribute.kind not in ("quantity", "date"):
            raise InvalidValueError(f"{attribute.key} is a {attribute.kind}, not a number", "use quantities and dates")
        unit = view.unit("day" if attribute.kind == "date" else attribute.unit)
        return interval_arithmetic.exact(Fraction(7919 ** next(powers), 9973), interval_arithmetic.powers_of(unit))

    return measure


def _unit(view: View, node: Node) -> str:
    """Combine the units of an expression: "mAh/g"; a sum has the unit of its first part."""
    powers = _powers(view, node)
    numerator, denominator = ("·".join(name for name, power in powers.items() for _ in range(sign * power)) for sign in (1, -1))
    return f"{numerator or 'count'}/{denominator}" if denominator else numerator


def _powers(view: View, node: Node) -> Counter[str]:
    """Return the power of each unit in an expression."""
    if isinstance(node, expression.Constant):
        return _name_powers(view.unit(node.quantity.unit).name)
    if isinstance(node, expression.Operand):
        attribute = view.attribute(node.key)
        return _name_powers("day" if attribute.kind == "date" else attribute.unit)
    parts = [_powers(view, part) for part in node.parts]
    if node.sign not in ("*", "/"):
        return parts[0]
    total = Counter(parts[0])
    (total.update if node.sign == "*" else total.subtract)(parts[1])
    return total


def _name_powers(unit: str) -> Counter[str]:
    """Return the power of each unit in a compound name such as "mAh/g"."""
    found: Counter[str] = Counter()
    for place, part in enumerate(unit.split("/")):
        for name in filter(None, part.split("·")):
            found[name] += -1 if place else 1
    return found
