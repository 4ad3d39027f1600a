"""Find the products that meet conditions: in SQL, or in Python if an attribute is computed or its currency converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.specs import read_specs
from specdb.database.condition_compiler import Order, count_without, find_products
from specdb.domain.conditions import And, AttributeCondition, evaluate, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.analysis.currency import MoneyEquivalents
    from specdb.database.view import View
    from specdb.domain.conditions import Node
    from specdb.domain.spec import Attribute, Product, Spec

    SpecsOf = dict[int, dict[int, list[Spec]]]
    """Shown specs by product id and attribute id."""


class Evaluator:
    """Evaluates conditions and sort keys. Money is compared across currencies, at the rate of each spec's as-of date.

    Attributes:
        conditions: The conditions, all of which must hold.
        order: The sort keys, the most important first.
        equivalents: Converts the money that conditions and sort keys compare; None if all of it is in one currency.
    """

    def __init__(self, view: View, conditions: Sequence[Node], order: Sequence[Order]) -> None:
        self.view = view.with_currency(None)
        self.conditions = conditions
        self.order = list(order)
        self.equivalents: MoneyEquivalents | None = None
        attributes = [leaf.attribute for leaf in attribute_conditions(conditions)]
        if any(attribute and attribute.is_money for attribute in (*attributes, *(part.attribute for part in order))):
            from specdb.analysis.currency import money_equivalents  # loaded only if money is compared

            self.order, self.equivalents = money_equivalents(view, conditions, order)
        self._in_python = {*self.view.computed, *(self.equivalents.wanted if self.equivalents else ())}

    def find(self, categories: Sequence[int], level: int, limit: int | None = None, offset: int = 0) -> list[int]:
        """Return the sorted ids of the products of these categories (all if empty) that match at least at this level."""
        if not self._needs_python(self.conditions, self.order):
            return find_products(self.view, categories, self.conditions, level, self.order, limit, offset)
        return self._find_in_python(categories, level)[offset:][:limit]

    def shown_specs(self, products: Sequence[int], attributes: Sequence[int]) -> SpecsOf:
        """Return the shown specs of these products and attributes, with the equivalents that conditions compare."""
        specs = read_specs(self.view, products, attributes)
        return group_shown(products, self.equivalents.add_equivalents(specs) if self.equivalents else specs)

    def count_without(self, categories: Sequence[int], attribute: Attribute) -> tuple[int, int]:
        """Return how many products the categories have, and how many of them have no value of the attribute."""
        if attribute.id not in self.view.computed:
            return count_without(self.view, categories, attribute)
        products = [product.id for product in self.view.products(categories)]
        specs = read_specs(self.view, products, [attribute.id])
        return len(products), len(products) - len({spec.product_id for spec in specs if spec.kind == attribute.kind})

    def _needs_python(self, conditions: Sequence[Node], order: Sequence[Order]) -> bool:
        """Return whether conditions or sort keys use an attribute whose specs are computed or converted."""
        if not self._in_python:
            return False
        attributes = [leaf.attribute for leaf in attribute_conditions(conditions)]
        attributes += [part.attribute for part in order if part.attribute]
        return not self._in_python.isdisjoint(attribute.id for attribute in attributes)

    def _find_in_python(self, categories: Sequence[int], level: int) -> list[int]:
        """Evaluate the conditions on stored attributes in SQL, the other conditions and the sort keys in Python."""
        stored = [condition for condition in self.conditions if not self._needs_python([condition], [])]
        rest = And(tuple(condition for condition in self.conditions if condition not in stored))
        candidates = find_products(self.view, categories, stored, level, [], None)
        wanted = {leaf.attribute.id for leaf in attribute_conditions([rest])}
        wanted |= {part.attribute.id for part in self.order if part.attribute}
        specs = self.shown_specs(candidates, sorted(wanted))
        kept = [
            product
            for product in self.view.products_of(candidates)
            if not rest.parts or evaluate(rest, product, specs[product.id])[0] >= level
        ]
        place = {product: index for index, product in enumerate(candidates)}
        kept.sort(key=lambda product: place[product.id])
        for part in reversed(self.order):
            kept = _sorted(kept, part, specs)
        return [product.id for product in kept]


def attribute_conditions(nodes: Iterable[Node]) -> list[AttributeCondition]:
    """Return the attribute conditions that these conditions consist of."""
    return [leaf for node in nodes for leaf, _ in leaves(node) if isinstance(leaf, AttributeCondition)]


def group_shown(products: Sequence[int], specs: Iterable[Spec]) -> SpecsOf:
    """Group the shown specs by product and attribute; each product has an entry."""
    grouped: SpecsOf = {product: {} for product in products}
    for spec in specs:
        if spec.shown:
            grouped[spec.product_id].setdefault(spec.attribute_id, []).append(spec)
    return grouped


def _sorted(products: list[Product], order: Order, specs: SpecsOf) -> list[Product]:
    """Sort as SQL does: of several values the first in the direction counts; products without a value come last."""
    attribute = order.attribute
    if attribute is None:
        return sorted(products, key=lambda product: product.name.lower(), reverse=order.descending)
    numeric = attribute.kind in ("quantity", "date", "flag")
    first = max if order.descending else min
    values: dict[int, float | str] = {}
    for product in products:
        counted = [spec for spec in specs[product.id].get(attribute.id, []) if order.unit in ("", spec.value_unit)]
        stated = [value for spec in counted if (value := spec.nominal if numeric else spec.text) is not None]
        if stated:
            values[product.id] = first(stated)
    having = [product for product in products if product.id in values]
    having.sort(key=lambda product: values[product.id], reverse=order.descending)
    return [*having, *(product for product in products if product.id not in values)]
