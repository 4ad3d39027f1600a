"""Completeness: what a category requires of its products and nobody has stated, found unknown or not applicable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import HOLDS
from specdb.database import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.spec import Attribute, Product


def findings(scope: Scope) -> Iterator[Finding]:
    """For each category the share of all its products, then each product that is checked and lacks something."""
    by_category: dict[int, list[Product]] = {}
    for product in scope.peers:
        by_category.setdefault(product.category_id, []).append(product)
    for category, products in by_category.items():
        required = metadata.required(scope.view, category)
        if required:
            yield from _category(scope, products, required)


def _category(scope: Scope, products: list[Product], required: list[Attribute]) -> Iterator[Finding]:
    missing = {product: _missing(scope, product, required) for product in products}
    wanted = len(required) * len(products)
    answered = wanted - sum(map(len, missing.values()))
    share = f"{answered} of {wanted} required attributes answered, {answered / wanted:.0%}"
    yield Finding("completeness", products[0].category, share, HOLDS if answered == wanted else WARNS)
    for product, attributes in missing.items():
        if attributes and product in scope.products:
            count = f"{len(required) - len(attributes)} of {len(required)} answered"
            yield Finding(
                "completeness", product.slug, count, WARNS, f"not stated: {', '.join(one.name for one in attributes)}"
            )


def _missing(scope: Scope, product: Product, required: list[Attribute]) -> list[Attribute]:
    answered = {spec.attribute_id for spec in scope.specs[product.id]}
    return [attribute for attribute in required if attribute.id not in answered]
