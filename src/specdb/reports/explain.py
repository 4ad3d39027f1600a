"""The report `show --why`: which spec is shown, by which rule, and which specs corroborate or contradict it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from specdb.database import spec_history
from specdb.domain.source import format_citation
from specdb.domain.spec_conflicts import agrees, contradicts
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.spec_history import HistoricSpec
    from specdb.database.view import View
    from specdb.domain.spec import Attribute

_COLUMNS = [
    Column("value", "value"),
    Column("shown", "shown"),
    Column("why", "why"),
    Column("agreement", "agreement"),
    Column("stated", "stated in"),
    Column("rank", "rank"),
    Column("spec", "spec", True),
]


def explain(view: View, product: str, attribute: str = "", qualifiers: str = "") -> Table:
    """Return the current specs of a product with the reason why each is shown or not.

    Args:
        view: The view to read from.
        product: Name of the product.
        attribute: Name of an attribute; '' for all questions (attribute and qualifiers) that have several specs.
        qualifiers: Qualifiers in the form of `domain.qualifiers.to_text`; specs must have at least these.

    Returns:
        One row for each spec, grouped by question, in order of precedence.
    """
    about = view.product(product)
    only = view.attribute(attribute) if attribute else None
    stated = spec_history.spec_history(view, about.id, only.id if only else None, qualifiers)
    current = [entry for entry in stated if entry.retracted is None]
    attributes = view.attributes({entry.spec.attribute_id for entry in current})
    sources = view.sources({entry.spec.source_id for entry in current})
    rows = []
    for (attribute_id, bound), group in groupby(current, key=lambda entry: (entry.spec.attribute_id, entry.spec.qualifiers)):
        entries = list(group)
        if only is None and (len(entries) == 1 or attributes[attribute_id].many):
            continue
        heading = formatting.format_label(attributes[attribute_id].name, bound)
        for entry, reason, agreement in _explain_entries(entries, attributes[attribute_id]):
            spec = entry.spec
            texts = (reason, agreement, format_citation(sources[spec.source_id], spec.as_of, spec.locator), spec.rank)
            cells = [formatting.format_spec(spec, view.unit), Cell("shown" if spec.shown else "", bool(spec.shown))]
            cells += [Cell(text, text or None) for text in texts]
            rows.append(Row((*cells, Cell(str(spec.id), spec.id)), heading))
    remarks = [] if rows else [_explain_no_specs(view, about.slug, only)]
    return Table(_COLUMNS, rows, title=about.name, grouped_by="question", remarks=remarks)


def _explain_no_specs(view: View, product: str, attribute: Attribute | None) -> str:
    if attribute is None:
        return f"No attribute of {product} has several specs with the same qualifiers."
    if attribute.id in view.computed:
        return f"{attribute.key} is computed: {view.computed[attribute.id]}"
    return f"{product} has no spec of {attribute.key}."


def _explain_entries(entries: list[HistoricSpec], attribute: Attribute) -> Iterator[tuple[HistoricSpec, str, str]]:
    """Yield each spec of a question with the reason why it is shown or not, and how it agrees with the shown spec."""
    candidates = [entry for entry in entries if entry.spec.rank != "deprecated"]
    first = candidates[0] if candidates else None
    for entry in entries:
        if entry.spec.rank == "deprecated":
            yield entry, "deprecated specs are never shown", _agreement(first, entry)
        elif attribute.many:
            yield entry, "all values of this attribute are shown", ""
        elif entry is first:
            backing = [other for other in candidates[1:] if agrees(entry.spec, other.spec) and _independent(entry, other)]
            rule = _rule(entry, candidates[1], is_shown=True) if len(candidates) > 1 else "no other spec"
            yield entry, rule, f"corroborated by {_count_sources(backing)}" if backing else ""
        elif first:
            yield entry, _rule(first, entry, is_shown=False), _agreement(first, entry)


def _independent(entry: HistoricSpec, other: HistoricSpec) -> bool:
    return entry.spec.source_id != other.spec.source_id


def _count_sources(entries: list[HistoricSpec]) -> str:
    count = len({entry.spec.source_id for entry in entries})
    return "1 other source" if count == 1 else f"{count} other sources"


def _agreement(shown: HistoricSpec | None, entry: HistoricSpec) -> str:
    """Return how a spec agrees with the spec that is shown instead of it."""
    if shown is None:
        return ""
    if agrees(shown.spec, entry.spec):
        return "corroborates it" if _independent(shown, entry) else "repeats it"
    return "contradicts it" if contradicts(shown.spec, entry.spec) else "differs"


def _rule(first: HistoricSpec, other: HistoricSpec, *, is_shown: bool) -> str:
    """Return the first rule of `database.precedence.PRECEDENCE_ORDER` that puts one spec before another."""
    if first.spec.rank != other.spec.rank:
        return "rank: this spec is preferred" if is_shown else "rank: another spec is preferred"
    rules = (
        ("source precedence", first.precedence, other.precedence),
        ("precedence of the kind of source", first.kind_precedence, other.kind_precedence),
        ("later as-of date", first.spec.as_of, other.spec.as_of),
    )
    for name, winning, losing in rules:
        if winning != losing:
            kinds = f", {first.source_kind} before {other.source_kind}" if name.endswith("kind of source") else ""
            return f"{name}: {winning} before {losing}{kinds}"
    return "earlier spec" if is_shown else "later spec"
