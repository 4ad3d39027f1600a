"""Plausibility: figures outside their attribute's range, or far from all others of their category."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import FAILS
from specdb.database import metadata
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.spec import Product, Spec

FEWEST = 8
"""A category needs so many values of an attribute before one of them can be called an outlier."""

FARTHEST = 3.5
"""How many scaled median deviations from the median an outlier is away (Iglewicz and Hoaglin, 1993)."""

_SCALE = 1.4826
"""Makes the median deviation of a normal distribution its standard deviation: 1 / Φ⁻¹(3/4)."""


def findings(scope: Scope) -> Iterator[Finding]:
    """Figures out of range, then outliers."""
    ranges = metadata.plausible(scope.view)
    for product in scope.products:
        for spec in _figures(scope, product):
            attribute = scope.attributes[spec.attribute_id]
            text, lo, hi = ranges.get(spec.attribute_id, ("", spec.nominal, spec.nominal))
            same = spec.value_unit == attribute.unit
            if same and not lo <= spec.nominal <= hi:
                yield _finding(scope, product, spec, FAILS, f"the plausible range is {text}")
    yield from _outliers(scope)


def _figures(scope: Scope, product: Product) -> Iterator[Spec]:
    return (spec for spec in scope.specs[product.id] if spec.kind == "quantity" and spec.rank != "deprecated")


def _finding(scope: Scope, product: Product, spec: Spec, verdict: str, why: str) -> Finding:
    subject = formatting.format_label(scope.attributes[spec.attribute_id].name, spec.qualifiers)
    place = scope.place(spec.source_id, spec.locator)
    return Finding("plausibility", product.slug, f"{subject}: {spec.printed!r}", verdict, why, place)


def _outliers(scope: Scope) -> Iterator[Finding]:
    """Figures that stand far from the median of all in their category, one finding a figure."""
    asked = {product.id for product in scope.products}
    groups: dict[tuple[int, int, str, str], list[tuple[Product, Spec]]] = {}
    for product in scope.peers:
        for spec in _figures(scope, product):
            if spec.shown:
                key = (product.category_id, spec.attribute_id, spec.qualifiers, spec.value_unit)
                groups.setdefault(key, []).append((product, spec))
    for members in groups.values():
        if len(members) < FEWEST:
            continue
        middle = median(spec.nominal for _, spec in members)
        spread = _SCALE * median(abs(spec.nominal - middle) for _, spec in members)
        for product, spec in members:
            if product.id in asked and spread and abs(spec.nominal - middle) / spread > FARTHEST:
                away = abs(spec.nominal - middle) / spread
                why = f"{away:.1f} scaled median deviations from the median {middle:g} {spec.value_unit} of {len(members)}"
                yield _finding(scope, product, spec, WARNS, why)
