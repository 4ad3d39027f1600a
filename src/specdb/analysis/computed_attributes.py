"""Attributes that are computed from others when they are read: "battery / recording" as specs like any.

An operand stands for each spec of its attribute that has the qualifiers it names; what else those have, the result has too:
a price for two editions gives two results. Where two operands have the same qualifier they must agree in it.
"""

from __future__ import annotations

from itertools import count, product
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import computed_figure
from specdb.analysis.operands import constant, format_operand, interval_measure
from specdb.analysis.specs import read_specs
from specdb.domain import expression, qualifiers
from specdb.domain.quantity import Quantity
from specdb.domain.unit import CURRENCY_PREFIX, with_currency
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from specdb.database.view import View
    from specdb.domain.expression import Node, Operand
    from specdb.domain.interval_arithmetic import IntervalMeasure
    from specdb.domain.spec import Attribute, Product, Spec
    from specdb.domain.unit import Unit

    Chosen = Mapping[Operand, Spec]
    Stated = Mapping[tuple[int, int], Sequence[Spec]]

_ids = count(-1, -1)
"""Ids that no stored spec has."""

_STATES = ("not_applicable", "unknown")


class Formula(NamedTuple):
    """A computed attribute, its expression as text and parsed, and for each operand its attribute and, if named, product."""

    attribute: Attribute
    text: str
    node: Node
    operands: dict[Operand, tuple[Attribute, Product | None]]


def computed_specs(view: View, products: Sequence[int], expressions: Mapping[int, str]) -> list[Spec]:
    """What these expressions, by the ids of their attributes, come to for these products; nothing where nothing can be said."""
    plain = view.with_currency(None)
    attributes = plain.attributes(expressions)
    formulas = [parse_formula(plain, attributes[id], text) for id, text in expressions.items()]
    pairs = [pair for one in formulas for pair in one.operands.values()]
    wanted = sorted({attribute.id for attribute, _ in pairs})
    everyone = dict.fromkeys([*products, *(other.id for _, other in pairs if other)])
    stated: dict[tuple[int, int], list[Spec]] = {}
    for spec in read_specs(plain, list(everyone), wanted):
        if spec.shown:
            stated.setdefault((spec.product_id, spec.attribute_id), []).append(spec)
    return [spec for id in products for one in formulas for spec in _of_product(plain, id, one, stated)]


def parse_formula(view: View, attribute: Attribute, text: str) -> Formula:
    """The formula of a computed attribute; ValueFault, NotFound or UnknownKey where the text is none of this view's."""
    node = parse_expression(text)
    operands = {
        one: (view.attribute(one.key), view.product(one.product) if one.product else None) for one in expression.operands(node)
    }
    return Formula(attribute, text, node, operands)


def _of_product(view: View, id: int, formula: Formula, stated: Stated) -> Iterator[Spec]:
    """A product's specs of a computed attribute: one for each set of qualifiers that its operands agree in."""
    choices = [
        [(operand, spec) for spec in stated.get((other.id if other else id, attribute.id), ()) if _meant(operand, spec)]
        for operand, (attribute, other) in formula.operands.items()
    ]
    found: set[str] = set()
    for pairs in product(*choices):
        bound = _free(pairs)
        if bound is None or bound in found:
            continue
        spec = _spec(view, id, bound, formula, dict(pairs))
        if spec:
            found.add(bound)
            yield spec


def _meant(operand: Operand, spec: Spec) -> bool:
    """Whether a spec has all the qualifiers that an operand names."""
    return qualifiers.from_text(operand.qualifiers).items() <= qualifiers.from_text(spec.qualifiers).items()


def _free(pairs: Sequence[tuple[Operand, Spec]]) -> str | None:
    """The qualifiers that specs have beyond those their operands name; None where they contradict each other."""
    free: dict[str, str] = {}
    for operand, spec in pairs:
        named = qualifiers.from_text(operand.qualifiers)
        for name, value in qualifiers.from_text(spec.qualifiers).items():
            if name not in named and free.setdefault(name, value) != value:
                return None
    return qualifiers.to_text(free)


def _spec(view: View, id: int, bound: str, formula: Formula, chosen: Chosen) -> Spec | None:
    """What these specs come to: unknown or not applicable if one of them is; None where there is no such number.

    It has source and date of the latest of them, or of the price among them, at whose day it is converted.
    """
    money = [spec for operand, spec in chosen.items() if formula.operands[operand][0].is_money]
    base = max(money or chosen.values(), key=lambda spec: spec.as_of)
    same = {"product_id": id, "attribute_id": formula.attribute.id, "qualifiers": bound, "rank": "normal"}
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
    """The attribute's unit, with the currency that is computed with in place of its own."""
    unit = view.unit(attribute.unit)
    codes = [name.removeprefix(CURRENCY_PREFIX) for name, _ in found.powers if name.startswith(CURRENCY_PREFIX)]
    return with_currency(unit, codes[0]) if len(codes) == 1 else unit
