"""Conflicts: find pairs of current specs of one attribute that cannot both be true."""

from __future__ import annotations

from itertools import combinations, groupby
from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import Finding, Scope
from specdb.analysis.claims import FAILS
from specdb.domain.spec_conflicts import contradicts
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.spec import Spec


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield a finding for each pair of specs whose intervals do not overlap, or whose choices differ."""
    for product in scope.products:
        current = [spec for spec in scope.specs[product.id] if spec.rank != "deprecated"]
        for (attribute_id, spec_qualifiers), group in groupby(current, key=lambda spec: (spec.attribute_id, spec.qualifiers)):
            attribute = scope.attributes[attribute_id]
            for first, second in combinations([] if attribute.many else group, 2):
                if contradicts(first, second):
                    subject = formatting.format_label(attribute.name, spec_qualifiers)
                    figures = " against ".join(f"{spec.printed!r}" for spec in (first, second))
                    places = " and ".join(dict.fromkeys(scope.place(spec.source_id, spec.locator) for spec in (first, second)))
                    yield Finding("conflicts", product.slug, f"{subject}: {figures}", FAILS, _precedence(first, second), places)


def _precedence(first: Spec, second: Spec) -> str:
    """Return which of the two specs is shown."""
    shown = next((spec for spec in (first, second) if spec.shown), None)
    return f"{shown.printed!r} is shown ({shown.rank})" if shown else "neither spec is shown"
