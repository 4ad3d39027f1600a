"""Dates: find launches before the announcement, planned dates that have passed, and old sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import FAILS
from specdb.domain import qualifiers
from specdb.figures import dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.spec import Product, Spec

ANNOUNCED, LAUNCH = "announced", "launch"
"""Keys of the attributes whose order is checked."""


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield the findings on each product, then those on sources in use."""
    for product in scope.products:
        days = [spec for spec in scope.specs[product.id] if spec.kind == "date" and spec.rank != "deprecated"]
        yield from _order(scope, product, days)
        for spec in days:
            if qualifiers.from_text(spec.qualifiers).get("status") == "planned" and spec.hi < scope.today.toordinal():
                name = scope.attributes[spec.attribute_id].name
                why = f"the planned date is before {scope.today}"
                yield Finding(
                    "dates", product.slug, f"{name}: {spec.text}", WARNS, why, scope.place(spec.source_id, spec.locator)
                )
    yield from _stale(scope)


def _order(scope: Scope, product: Product, days: list[Spec]) -> Iterator[Finding]:
    """Yield launches that end before every announcement begins; dates with an event qualifier are about the event only."""
    candidates = [spec for spec in days if "event" not in qualifiers.from_text(spec.qualifiers)]
    of_key = {
        key: [spec for spec in candidates if scope.attributes[spec.attribute_id].key == key] for key in (ANNOUNCED, LAUNCH)
    }
    for launch in of_key[LAUNCH]:
        if of_key[ANNOUNCED] and all(launch.hi < spec.lo for spec in of_key[ANNOUNCED]):
            first = min(of_key[ANNOUNCED], key=lambda spec: spec.lo)
            place = " and ".join(scope.place(spec.source_id, spec.locator) for spec in (launch, first))
            why = "the launch is before the announcement"
            yield Finding("dates", product.slug, f"launch {launch.text} < announced {first.text}", FAILS, why, place)


def _stale(scope: Scope) -> Iterator[Finding]:
    """Yield the sources in use that are older than `scope.oldest`."""
    if not scope.oldest:
        return
    used = {spec.source_id for product in scope.products for spec in scope.specs[product.id]}
    for source_id in sorted(used):
        source = scope.sources[source_id]
        last = dates.parse_date(source.date).last
        if last < scope.oldest:
            yield Finding(
                "dates", "", f"{source.slug}: {source.date}", WARNS, f"the source is older than {scope.oldest}", source.slug
            )
