"""Check the expressions of a bundle: claims, rules and computed attributes must be possible to evaluate."""

from __future__ import annotations

import re
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from specdb.analysis import adhoc_attributes
from specdb.analysis.adhoc_attributes import sample_operands
from specdb.analysis.operand_values import constant
from specdb.analysis.operands import SpecOperands
from specdb.domain import expression, interval_arithmetic
from specdb.errors import Issue, SpecdbError, nearest
from specdb.figures import unit_registry
from specdb.figures.expression_parser import parse_expression
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.bundles.drafts import Bundle, ClaimDraft, RuleDraft
    from specdb.database.name_index import NameIndex
    from specdb.database.view import View


def syntax_issues(bundle: Bundle, index: NameIndex) -> Iterator[Issue]:
    """Find invalid expressions and unknown names, without evaluating anything.

    Args:
        bundle: The drafts to check.
        index: The names in the database and in the bundle.
    """
    for claim in bundle.claims:
        if claim.expression and not claim.value:
            yield Issue(
                claim.line, "a claim has an expression but no value", "add value: with what the expression is compared with"
            )
        for text in filter(None, (claim.expression, claim.value)):
            yield from _names(text, claim.line, index)
    written = [(one.expression, one.line) for one in bundle.rules] + [(one.expression, one.line) for one in bundle.attributes]
    for text, line in written:
        if text:  # otherwise already reported, or optional
            yield from _names(text, line, index)
    yield from circular_definitions(bundle)


def circular_definitions(bundle: Bundle) -> Iterator[Issue]:
    """Find computed attributes that depend on themselves, directly or through others."""
    names = {name: draft.key for draft in bundle.attributes for name in (draft.key, *draft.aliases)}
    needs: dict[str, set[str]] = {}
    for draft in bundle.attributes:
        with suppress(SpecdbError):  # already reported
            operands = expression.operands(parse_expression(draft.expression)) if draft.expression else ()
            needs[draft.key] = {names[operand.key] for operand in operands if operand.key in names}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = error.args[1]
        line = next(draft.line for draft in bundle.attributes if draft.key == circle[0])
        yield Issue(line, f"circular definition: {' from '.join(circle)}", "compute it from attributes with specs")


def _names(text: str, line: int, index: NameIndex) -> Iterator[Issue]:
    """Find the issues of one expression."""
    try:
        node = parse_expression(text)
    except SpecdbError as error:
        yield Issue(line, error.problem, error.hint)
        return
    for operand in expression.operands(node):
        for table, name in (("attribute", operand.key), ("product", operand.product)):
            if name and name not in index.names[table]:
                figure = re.fullmatch(r"([0-9]+)([a-z]+)", name)
                spaced = f"for a figure, write {figure[1]} {figure[2]}" if figure and table == "attribute" else ""
                yield Issue(line, f"there is no {table} {name!r}", nearest(name, index.names[table]) or spaced)


def evaluation_issues(bundle: Bundle, view: View) -> Iterator[Issue]:
    """Find expressions that cannot be evaluated whatever the figures are.

    Args:
        bundle: The drafts to check.
        view: A view that contains everything that the bundle names.
    """
    for claim in bundle.claims:
        yield from _claim(claim, view)
    for rule in bundle.rules:
        yield from _rule(rule, view)
    for draft in bundle.attributes:
        try:
            if draft.expression:
                adhoc_attributes.check_expression(view, view.attribute(draft.key), draft.expression)
        except SpecdbError as error:
            yield Issue(draft.line, f"{draft.key}: {error.problem}", error.hint)


def uncheckable_claims(claims: Iterable[ClaimDraft], view: View) -> Iterator[str]:
    """Remark on claims that cannot be checked with the current figures; they are kept, as figures change."""
    operands = SpecOperands(view)
    for claim in claims:
        try:
            if claim.expression:
                operands.check(claim.expression, claim.relation, claim.value)
        except SpecdbError as error:
            yield uncheckable_remark(claim.printed, claim.about, error.problem)


def uncheckable_remark(printed: str, product: str, reason: str) -> str:
    """Return the remark on a claim that cannot be checked."""
    return f"the claim “{printed}” about {product} cannot be checked: {reason}"


def _claim(claim: ClaimDraft, view: View) -> Iterator[Issue]:
    """Find a claim whose sides have different dimensions; all currencies count as one."""
    found = sample_operands(view)
    operands = SpecOperands(view)

    def measured(operand: expression.Operand) -> interval_arithmetic.IntervalMeasure:
        operands.whose(operand)
        return _one_currency(found(operand))

    def side(text: str) -> interval_arithmetic.IntervalMeasure:
        return expression.evaluate(parse_expression(text), lambda figure: _one_currency(constant(figure, view.unit)), measured)

    try:
        sides = [side(text) for text in (claim.expression, claim.value) if text]
        if len(sides) == 2:
            interval_arithmetic.subtract(*sides)
    except SpecdbError as error:
        yield Issue(claim.line, error.problem, error.hint)


def _one_currency(found: interval_arithmetic.IntervalMeasure) -> interval_arithmetic.IntervalMeasure:
    powers = [("currency" if name.startswith("currency ") else name, power) for name, power in found.powers]
    return found._replace(powers=tuple(sorted(powers)))


def _rule(rule: RuleDraft, view: View) -> Iterator[Issue]:
    """Find a rule whose range and expression have different dimensions."""
    try:
        wanted = parse_quantity(rule.plausible)
        range_ = interval_arithmetic.from_quantity(wanted, unit_registry.resolve_unit(wanted.unit), rounded=False, signed=True)
        node = parse_expression(rule.expression)
        found = expression.evaluate(node, lambda figure: constant(figure, view.unit), sample_operands(view))
        interval_arithmetic.subtract(found, range_)
    except SpecdbError as error:
        yield Issue(rule.line, error.problem, error.hint)
