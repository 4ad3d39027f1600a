"""The expressions of a file: claims and rules are refused when they are loaded if they could not be computed."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from specdb.core import claims, expression, measure, quantity, units
from specdb.errors import Fault, SpecdbError, ValueFault, nearest
from specdb.store.operands import SpecOperands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specdb.core.measure import Measure
    from specdb.ingest.drafts import Bundle, ClaimDraft, RuleDraft
    from specdb.store.catalog import Catalog
    from specdb.store.journal import Known


def spelling(bundle: Bundle, known: Known) -> Iterator[Fault]:
    """Faults that need no figures: what is no expression, or names what is not there; `known` has the file's names too."""
    for claim in bundle.claims:
        if claim.expression and not claim.value:
            yield Fault(claim.line, "a claim with an expression but no value", "write what it is set against in value:")
        for text in filter(None, (claim.expression, claim.value)):
            yield from _names(text, claim.line, known)
    for rule in bundle.rules:
        if rule.expression:  # else said already
            yield from _names(rule.expression, rule.line, known)


def _names(text: str, line: int, known: Known) -> Iterator[Fault]:
    """Faults of one expression."""
    try:
        node = expression.parse(text)
    except SpecdbError as error:
        yield Fault(line, error.problem, error.mend)
        return
    for operand in expression.operands(node):
        for table, name in (("attribute", operand.key), ("product", operand.product)):
            if name and name not in known.names[table]:
                figure = re.fullmatch(r"([0-9]+)([a-z]+)", name)
                spaced = f"write {figure[1]} {figure[2]} for a figure" if figure and table == "attribute" else ""
                yield Fault(line, f"there is no {table} {name!r}", nearest(name, known.names[table]) or spaced)


def figures(bundle: Bundle, catalog: Catalog) -> Iterator[Fault]:
    """Faults that show when the expressions are computed, once the file's specs are in the database of `catalog`."""
    operands = SpecOperands(catalog)
    for claim in bundle.claims:
        yield from _claim(claim, operands)
    for rule in bundle.rules:
        yield from _rule(rule, catalog)


def _claim(claim: ClaimDraft, operands: SpecOperands) -> Iterator[Fault]:
    try:
        if claim.expression:
            operands.check(claim.expression, claim.relation, claim.value)
        elif claim.value:
            claims.evaluate(expression.parse(claim.value), operands)
    except SpecdbError as error:
        yield Fault(claim.line, error.problem, error.mend)


def _rule(rule: RuleDraft, catalog: Catalog) -> Iterator[Fault]:
    """A rule's range must measure what its expression does; whether a product has the figures or not."""
    try:
        wanted = quantity.parse(rule.plausible)
        range_ = measure.from_quantity(wanted, units.resolve(wanted.unit), rounded=False, signed=True)
        found = expression.evaluate(expression.parse(rule.expression), _figure, _stand_in(catalog))
        measure.subtract(found, range_)
    except SpecdbError as error:
        yield Fault(rule.line, error.problem, error.mend)


def _figure(figure: expression.Figure) -> Measure:
    written = expression.figure_of(figure)
    return measure.from_quantity(written, units.resolve(written.unit), rounded=False)


def _stand_in(catalog: Catalog) -> Callable[[expression.Operand], Measure]:
    """Numbers in place of specs, with their attributes' dimensions; such that no divisor anyone writes comes to zero."""
    powers = count(1)

    def measured(operand: expression.Operand) -> Measure:
        attribute = catalog.attribute(operand.key)
        if attribute.kind not in ("quantity", "date"):
            raise ValueFault(f"{attribute.key} is a {attribute.kind}, no number", "use quantities and dates")
        unit = units.resolve("day" if attribute.kind == "date" else attribute.unit)
        return measure.exact(Fraction(7919 ** next(powers), 9973), measure.powers_of(unit))

    return measured
