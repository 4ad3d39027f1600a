"""Plausibility: find figures outside the range of their attribute, and outliers in their category."""

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

MIN_VALUES = 8
"""The fewest values of an attribute in a category among which outliers are searched for; our choice."""

OUTLIER_DISTANCE = 3.5
"""The distance of an outlier from the median, in scaled median absolute deviations.

Source: B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press, 1993.
"""

_SCALE = 1.4826
"""1 / Φ⁻¹(3/4): scales the median absolute deviation of a normal distribution to its standard deviation."""


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield figures out of range, then outliers."""
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
    """Yield a finding for each figure that is far from the median of its category."""
    checked = {product.id for product in scope.products}
    groups: dict[tuple[int, int, str, str], list[tuple[Product, Spec]]] = {}
    for product in scope.peers:
        for spec in _figures(scope, product):
            if spec.shown:
                key = (product.category_id, spec.attribute_id, spec.qualifiers, spec.value_unit)
                groups.setdefault(key, []).append((product, spec))
    for members in groups.values():
        if len(members) < MIN_VALUES:
            continue
        middle = median(spec.nominal for _, spec in members)
        spread = _SCALE * median(abs(spec.nominal - middle) for _, spec in members)
        for product, spec in members:
            if product.id in checked and spread and abs(spec.nominal - middle) / spread > OUTLIER_DISTANCE:
                distance = abs(spec.nominal - middle) / spread
                reference = f"the median {middle:g} {spec.value_unit} of {len(members)}"
                why = f"{distance:.1f} scaled median absolute deviations from {reference}"
                yield _finding(scope, product, spec, WARNS, why)
