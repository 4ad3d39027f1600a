"""Conflicts: two current statements on one question that cannot both be true."""

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
    """A finding for every pair of statements whose intervals do not meet, or whose choices differ."""
    for product in scope.products:
        current = [spec for spec in scope.specs[product.id] if spec.rank != "deprecated"]
        for (attribute_id, bound), group in groupby(current, key=lambda spec: (spec.attribute_id, spec.qualifiers)):
            attribute = scope.attributes[attribute_id]
            for one, other in combinations([] if attribute.many else group, 2):
                if contradicts(one, other):
                    subject = formatting.format_label(attribute.name, bound)
                    said = " against ".join(f"{spec.printed!r}" for spec in (one, other))
                    places = " and ".join(dict.fromkeys(scope.place(spec.source_id, spec.locator) for spec in (one, other)))
                    yield Finding("conflicts", product.slug, f"{subject}: {said}", FAILS, _shown(one, other), places)


def _shown(one: Spec, other: Spec) -> str:
    """Which of the two is shown."""
    shown = next((spec for spec in (one, other) if spec.shown), None)
    return f"{shown.printed!r} is shown ({shown.rank})" if shown else "neither is shown"
