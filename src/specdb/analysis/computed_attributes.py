"""Compute the specs of attributes that are defined by an expression, such as "battery / recording".

An operand means each spec of its attribute with the qualifiers that it names. The result has the other qualifiers of these
specs: a price for two editions gives two results. Operands with the same qualifier must have the same value of it.
"""

from __future__ import annotations

from itertools import count, product
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import computed_figure
from specdb.analysis.operand_values import constant, format_operand, interval_measure
from specdb.domain import expression, qualifiers
from specdb.domain.quantity import Quantity
from specdb.domain.unit import CURRENCY_PREFIX, with_currency
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from specdb.database.view import View
    from specdb.domain.expression import Node, Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.spec import Attribute, Product, Spec
    from specdb.domain.unit import Unit

    Chosen = Mapping[Operand, Spec]
    Stated = Mapping[tuple[int, int], Sequence[Spec]]
    SpecReader = Callable[[View, Sequence[int], Sequence[int]], list[Spec]]
    """Reads the specs of products, for some attributes."""

_ids = count(-1, -1)
"""Ids of computed specs: negative, so that no stored spec has them."""

_STATES = ("not_applicable", "unknown")


class Formula(NamedTuple):
    """A computed attribute, its expression as text and parsed, and for each operand its attribute and, if named, product."""

    attribute: Attribute
    text: str
    node: Node
    operands: dict[Operand, tuple[Attribute, Product | None]]


def computed_specs(view: View, products: Sequence[int], expressions: Mapping[int, str], read_specs: SpecReader) -> list[Spec]:
    """Return the specs that expressions give for products, without those that have no value.

    Args:
        view: The view to read operands through; money is computed as stated.
        products: Ids of products.
        expressions: Expressions by the ids of their attributes.
        read_specs: Reads the operands, which may be computed themselves.
    """
    plain = view.with_currency(None)
    attributes = plain.attributes(expressions)
    formulas = [parse_formula(plain, attributes[attribute_id], text) for attribute_id, text in expressions.items()]
    pairs = [pair for one in formulas for pair in one.operands.values()]
    wanted = sorted({attribute.id for attribute, _ in pairs})
    everyone = dict.fromkeys([*products, *(other.id for _, other in pairs if other)])
    stated: dict[tuple[int, int], list[Spec]] = {}
    for spec in read_specs(plain, list(everyone), wanted):
        if spec.shown:
            stated.setdefault((spec.product_id, spec.attribute_id), []).append(spec)
    return [spec for product_id in products for one in formulas for spec in _product_specs(plain, product_id, one, stated)]


def parse_formula(view: View, attribute: Attribute, text: str) -> Formula:
    """Parse the expression of a computed attribute and look up its operands.

    Raises:
        InvalidValueError: The expression is invalid.
        UnknownKeyError: It names an unknown attribute.
        NotFoundError: It names an unknown product.
    """
    node = parse_expression(text)
    operands = {
        one: (view.attribute(one.key), view.product(one.product) if one.product else None) for one in expression.operands(node)
    }
    return Formula(attribute, text, node, operands)


def _product_specs(view: View, product_id: int, formula: Formula, stated: Stated) -> Iterator[Spec]:
    """Yield a product's specs of a computed attribute: one for each set of qualifiers that its operands agree in."""
    choices = [
        [
            (operand, spec)
            for spec in stated.get((other.id if other else product_id, attribute.id), ())
            if _matches(operand, spec)
        ]
        for operand, (attribute, other) in formula.operands.items()
    ]
    found: set[str] = set()
    for pairs in product(*choices):
        bound = _free_qualifiers(pairs)
        if bound is None or bound in found:
            continue
        spec = _computed_spec(view, product_id, bound, formula, dict(pairs))
        if spec:
            found.add(bound)
            yield spec


def _matches(operand: Operand, spec: Spec) -> bool:
    """Return whether a spec has all the qualifiers that an operand names."""
    return qualifiers.from_text(operand.qualifiers).items() <= qualifiers.from_text(spec.qualifiers).items()


def _free_qualifiers(pairs: Sequence[tuple[Operand, Spec]]) -> str | None:
    """Return the qualifiers of specs that their operands do not name; None if they contradict each other."""
    free: dict[str, str] = {}
    for operand, spec in pairs:
        named = qualifiers.from_text(operand.qualifiers)
        for name, value in qualifiers.from_text(spec.qualifiers).items():
            if name not in named and free.setdefault(name, value) != value:
                return None
    return qualifiers.to_text(free)


def _computed_spec(view: View, product_id: int, bound: str, formula: Formula, chosen: Chosen) -> Spec | None:
    """Return the spec computed from these; unknown or not applicable if one of them is, None if it has no value.

    It has the source and date of the latest of them, or of the price among them, whose date decides the exchange rate.
    """
    money = [spec for operand, spec in chosen.items() if formula.operands[operand][0].is_money]
    base = max(money or chosen.values(), key=lambda spec: spec.as_of)
    same = {"product_id": product_id, "attribute_id": formula.attribute.id, "qualifiers": bound, "rank": "normal"}
    base = base._replace(**same, id=next(_ids), text="", locator=f"computed: {formula.text}")  # type: ignore[arg-type]
    for state in _STATES:
        for spec in chosen.values():
            if spec.kind == state:
                return spec._replace(**same, id=base.id, locator=base.locator)  # type: ignore[arg-type]
    try:
        found = expression.evaluate(
            formula.node,
            lambda figure: constant(figure, view.unit),
            lambda operand: interval_measure(formula.operands[operand][0], chosen[operand], view.unit, rounded=False),
        )
        unit = unit_for(view, formula.attribute, found)
        modifiers = {spec.modifier for spec in chosen.values() if spec.kind == "quantity"}
        figure = computed_figure.figure(found, unit, modifiers, signed=formula.attribute.signed)
    except (InvalidValueError, DimensionError):  # a divisor that can be zero, or money in two currencies
        return None
    if figure is None:
        return None
    base = base._replace(kind="quantity", modifier=figure.modifier, number="..".join(figure.numbers))
    base = base._replace(unit=unit.name, value_unit=unit.name, **figure.interval._asdict())
    worked = expression.format_expression(
        formula.node, lambda figure: figure.text, lambda one: format_operand(chosen[one], view.unit)
    )
    printed = str(Quantity(figure.modifier, figure.numbers, unit.name))
    return base._replace(printed=printed, locator=f"{base.locator} = {worked}")


def unit_for(view: View, attribute: Attribute, found: IntervalMeasure) -> Unit:
    """Return the attribute's unit, with the currency of the computation in place of its own."""
    unit = view.unit(attribute.unit)
    codes = [name.removeprefix(CURRENCY_PREFIX) for name, _ in found.powers if name.startswith(CURRENCY_PREFIX)]
    return with_currency(unit, codes[0]) if len(codes) == 1 else unit
