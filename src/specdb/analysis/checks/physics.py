"""Physics: the rules of the database, each an expression over a product's specs and the range that it must lie in."""

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
    """A finding for every rule and every product that has all of the rule's figures."""
    for rule in metadata.rules(scope.view):
        categories = set(scope.view.below(rule.category_id))
        for product in scope.products:
            if product.category_id in categories:
                operands = SpecOperands(scope.view, product)
                if has_operands(operands, list(expression.operands(parse_expression(rule.expression)))):
                    yield _finding(scope, rule, product, operands)


def _finding(scope: Scope, rule: Rule, product: Product, operands: SpecOperands) -> Finding:
    """What a rule says of a product."""
    node = parse_expression(rule.expression)
    wanted = parse_quantity(rule.plausible)
    unit = operands.unit(wanted.unit)
    used = [operands.spec(operand)[1] for operand in expression.operands(node)]
    place = " and ".join(dict.fromkeys(scope.place(spec.source_id, spec.locator) for spec in used))
    text = f"{rule.name}: {expression.format_expression(node, claims.spelled, operands.spelled)}"
    try:
        value = claims.evaluate(node, operands)
        verdict = _verdict(value, interval_arithmetic.from_quantity(wanted, unit, rounded=False, signed=True))
    except DatabaseError:  # that a read has failed says nothing of the rule
        raise
    except SpecdbError as error:
        return Finding("physics", product.slug, text, UNCHECKED, error.problem, place)
    why = "" if verdict == HOLDS else f"the plausible range is {rule.plausible}"
    return Finding("physics", product.slug, f"{text} = {claims.result(value, unit)}", verdict, why, place)


def _verdict(value: interval_arithmetic.IntervalMeasure, range_: interval_arithmetic.IntervalMeasure) -> str:
    """Holds if the nominal result lies in the range, within rounding if another that is possible does."""
    interval_arithmetic.subtract(value, range_)  # refuses another dimension
    if range_.lo.at <= value.nominal <= range_.hi.at:
        return HOLDS
    return ROUNDING if value.lo.at <= range_.hi.at and value.hi.at >= range_.lo.at else FAILS
