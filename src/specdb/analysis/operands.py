"""Look up the operands of expressions among the shown specs of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis import claims
from specdb.analysis.operand_values import format_operand, interval_measure
from specdb.analysis.specs import read_specs
from specdb.domain import expression
from specdb.errors import DatabaseError, InvalidValueError, SpecdbError
from specdb.figures import formatting
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.database.view import View
    from specdb.domain.expression import Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.source import Claim
    from specdb.domain.spec import Attribute, Product, Spec
    from specdb.domain.unit import Unit


class SpecOperands:
    """Looks up operands; operands without a product are those of the default product `at_hand`."""

    def __init__(self, view: View, at_hand: Product | None = None) -> None:
        self.view = view
        self.at_hand = at_hand
        self._found: dict[Operand, tuple[Attribute, Spec]] = {}

    def spec(self, operand: Operand) -> tuple[Attribute, Spec]:
        """Return the attribute and the shown spec of an operand; InvalidValueError unless exactly one spec matches."""
        if operand not in self._found:
            self._found[operand] = self._look_up(operand)
        return self._found[operand]

    def _look_up(self, operand: Operand) -> tuple[Attribute, Spec]:
        attribute, product = self.view.attribute(operand.key), self.whose(operand)
        specs = [spec for spec in read_specs(self.view, [product.id], [attribute.id]) if spec.shown]
        matching = [spec for spec in specs if spec.qualifiers == operand.qualifiers]
        if len(matching) != 1:
            stated = ", ".join(sorted({spec.qualifiers or "no qualifiers" for spec in specs}))
            label = formatting.format_label(attribute.key, operand.qualifiers)
            raise InvalidValueError(
                f"{product.slug} has {'no' if not matching else 'several'} {label}",
                f"it has {attribute.key} with {stated}" if stated else "state it, or leave the expression out and say why",
            )
        if matching[0].kind not in ("quantity", "date"):
            raise InvalidValueError(
                f"{operand} is not a number but {matching[0].kind.replace('_', ' ')}", "use a quantity or a date"
            )
        return attribute, matching[0]

    def whose(self, operand: Operand) -> Product:
        """Return the product of an operand; InvalidValueError if neither the operand nor `at_hand` names one."""
        if operand.product:
            return self.view.product(operand.product)
        if not self.at_hand:
            raise InvalidValueError(f"{operand} does not name a product", f"write {operand} of PRODUCT")
        return self.at_hand

    def check(self, text: str, relation: str, value: str) -> claims.ClaimResult:
        """Check a claim; money in several currencies is converted to that of its first price, at the rate of each date."""
        return claims.check_claim(text, relation, value, self._in_one_currency((text, value)))

    def _in_one_currency(self, texts: Iterable[str]) -> SpecOperands:
        """Return operands that convert money if the expressions have several currencies, otherwise these operands."""
        found = [self.spec(operand) for text in texts for operand in expression.operands(parse_expression(text))]
        units = list(dict.fromkeys(spec.value_unit for attribute, spec in found if attribute.is_money))
        if len(units) < 2:
            return self
        from specdb.analysis.currency import in_currency

        return SpecOperands(in_currency(self.view, units[0]), self.at_hand)

    def measure(self, operand: Operand) -> IntervalMeasure:
        """Return the interval of an operand's figure; a date is a time since a fixed day."""
        return interval_measure(*self.spec(operand), self.unit)

    def spelled(self, operand: Operand) -> str:
        """Return an operand's figure as text."""
        return format_operand(self.spec(operand)[1], self.unit)

    def unit(self, text: str) -> Unit:
        """Return the unit of a written form."""
        return self.view.unit(text)

    def unit_of(self, operand: Operand) -> Unit:
        """Return the unit that an operand's figure is shown in."""
        _, spec = self.spec(operand)
        return self.unit("day" if spec.kind == "date" else spec.value_unit)


def recompute(claim: Claim, operands: SpecOperands) -> claims.ClaimResult:
    """Check a stored claim; without an expression, or with missing operands, it cannot be checked."""
    if not claim.expression:
        return claims.ClaimResult("", claims.UNCHECKED, claim.why)
    try:
        checked = operands.check(claim.expression, claim.relation, claim.value)
    except DatabaseError:  # a failed read is not a result of the claim
        raise
    except SpecdbError as error:
        return claims.ClaimResult("", claims.UNCHECKED, error.problem)
    return checked._replace(reason="; ".join(filter(None, (checked.reason, claim.why))))


def has_operands(operands: SpecOperands, wanted: list[Operand]) -> bool:
    """Return whether all these operands have a spec."""
    try:
        return all(operands.spec(operand) for operand in wanted)
    except DatabaseError:
        raise
    except SpecdbError:
        return False
