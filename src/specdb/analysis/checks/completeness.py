"""Completeness: find required attributes of a category without a spec; unknown and not applicable are specs too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import HOLDS
from specdb.database import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.spec import Attribute, Product


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield for each category the share of required attributes stated, then the checked products that lack some."""
    by_category: dict[int, list[Product]] = {}
    for product in scope.peers:
        by_category.setdefault(product.category_id, []).append(product)
    for category, products in by_category.items():
        required = metadata.required(scope.view, category)
        if required:
            yield from _category(scope, products, required)


def _category(scope: Scope, products: list[Product], required: list[Attribute]) -> Iterator[Finding]:
    missing = {product: _missing(scope, product, required) for product in products}
    total = len(required) * len(products)
    answered = total - sum(map(len, missing.values()))
    share = f"{answered} of {total} required attributes answered, {answered / total:.0%}"
    yield Finding("completeness", products[0].category, share, HOLDS if answered == total else WARNS)
    for product, attributes in missing.items():
        if attributes and product in scope.products:
            count = f"{len(required) - len(attributes)} of {len(required)} answered"
            yield Finding(
                "completeness",
                product.slug,
                count,
                WARNS,
                f"not stated: {', '.join(attribute.name for attribute in attributes)}",
            )


def _missing(scope: Scope, product: Product, required: list[Attribute]) -> list[Attribute]:
    answered = {spec.attribute_id for spec in scope.specs[product.id]}
    return [attribute for attribute in required if attribute.id not in answered]
