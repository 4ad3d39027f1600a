"""Physics: check the rules of the database, each an expression over a product's specs with a plausible range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis import claims
from specdb.analysis.checks.finding import Finding, Scope
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED
from specdb.analysis.operands import SpecOperands, has_operands
from specdb.database import metadata
from specdb.domain import expression, interval_arithmetic
from specdb.errors import DatabaseError, SpecdbError
from specdb.figures.expression_parser import parse_expression
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.source import Rule
    from specdb.domain.spec import Product


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield a finding for each rule and each product that has all operands of the rule."""
    for rule in metadata.rules(scope.view):
        categories = set(scope.view.below(rule.category_id))
        for product in scope.products:
            if product.category_id in categories:
                operands = SpecOperands(scope.view, product)
                if has_operands(operands, list(expression.operands(parse_expression(rule.expression)))):
                    yield _finding(scope, rule, product, operands)


def _finding(scope: Scope, rule: Rule, product: Product, operands: SpecOperands) -> Finding:
    """Check a rule for a product."""
    node = parse_expression(rule.expression)
    plausible = parse_quantity(rule.plausible)
    unit = operands.unit(plausible.unit)
    used = [operands.spec(operand)[1] for operand in expression.operands(node)]
    place = " and ".join(dict.fromkeys(scope.place(spec.source_id, spec.locator) for spec in used))
    text = f"{rule.name}: {expression.format_expression(node, claims.format_constant, operands.spelled)}"
    try:
        value = claims.evaluate(node, operands)
        verdict = _verdict(value, interval_arithmetic.from_quantity(plausible, unit, rounded=False, signed=True))
    except DatabaseError:  # a failed read is not a result of the rule
        raise
    except SpecdbError as error:
        return Finding("physics", product.slug, text, UNCHECKED, error.problem, place)
    why = "" if verdict == HOLDS else f"the plausible range is {rule.plausible}"
    return Finding("physics", product.slug, f"{text} = {claims.format_result(value, unit)}", verdict, why, place)


def _verdict(value: interval_arithmetic.IntervalMeasure, plausible: interval_arithmetic.IntervalMeasure) -> str:
    """Return HOLDS if the nominal result is in the range, ROUNDING if its interval overlaps the range, else FAILS."""
    interval_arithmetic.subtract(value, plausible)  # raises DimensionError if the dimensions differ
    if plausible.lo.at <= value.nominal <= plausible.hi.at:
        return HOLDS
    return ROUNDING if value.lo.at <= plausible.hi.at and value.hi.at >= plausible.lo.at else FAILS
