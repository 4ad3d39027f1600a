"""Why a value is shown: all that is stated on a question, what wins by which rule, and what bears it out."""

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
    """All current specs of an attribute, question by question, as they are preferred; without one, where there are several.

    Of questions that have at least these qualifiers (as `core.qualifiers.to_text` writes them).
    """
    about = view.product(product)
    what = view.attribute(attribute) if attribute else None
    found = [
        one for one in spec_history.spec_history(view, about.id, what.id if what else None, qualifiers) if one.retracted is None
    ]
    attributes = view.attributes({one.spec.attribute_id for one in found})
    sources = view.sources({one.spec.source_id for one in found})
    rows = []
    for (id, bound), group in groupby(found, key=lambda one: (one.spec.attribute_id, one.spec.qualifiers)):
        asked = list(group)
        if what is None and (len(asked) == 1 or attributes[id].many):
            continue
        heading = formatting.format_label(attributes[id].name, bound)
        for one, reason, agreement in _judged(asked, attributes[id]):
            spec = one.spec
            stated = format_citation(sources[spec.source_id], spec.as_of, spec.locator)
            texts = (reason, agreement, stated, spec.rank)
            cells = [formatting.format_spec(spec, view.unit), Cell("shown" if spec.shown else "", bool(spec.shown))]
            cells += [Cell(text, text or None) for text in texts]
            rows.append(Row((*cells, Cell(str(spec.id), spec.id)), heading))
    remarks = [] if rows else [_nothing(view, about.slug, what)]
    return Table(_COLUMNS, rows, title=about.name, grouped_by="question", remarks=remarks)


def _nothing(view: View, product: str, what: Attribute | None) -> str:
    if what is None:
        return f"No attribute of {product} has several specs for one question."
    if what.id in view.computed:
        return f"{what.key} is computed: {view.computed[what.id]}"
    return f"No spec says anything of {product}'s {what.key}."


def _judged(asked: list[HistoricSpec], attribute: Attribute) -> Iterator[tuple[HistoricSpec, str, str]]:
    """Each spec for one question, with why it is shown or not, and how it stands to the one that is."""
    standing = [one for one in asked if one.spec.rank != "deprecated"]
    first = standing[0] if standing else None
    for one in asked:
        if one.spec.rank == "deprecated":
            yield one, "deprecated specs are never shown", _agreement(first, one)
        elif attribute.many:
            yield one, "all values of it are shown", ""
        elif one is first:
            backing = [other for other in standing[1:] if agrees(one.spec, other.spec) and _independent(one, other)]
            rule = _rule(one, standing[1], won=True) if len(standing) > 1 else "nothing else is stated"
            yield one, rule, f"corroborated by {_sources(backing)}" if backing else ""
        elif first:
            yield one, _rule(first, one, won=False), _agreement(first, one)


def _independent(one: HistoricSpec, other: HistoricSpec) -> bool:
    return one.spec.source_id != other.spec.source_id


def _sources(some: list[HistoricSpec]) -> str:
    count = len({one.spec.source_id for one in some})
    return "1 other source" if count == 1 else f"{count} other sources"


def _agreement(first: HistoricSpec | None, one: HistoricSpec) -> str:
    """How a spec that is not shown stands to the one that is."""
    if first is None:
        return ""
    if agrees(first.spec, one.spec):
        return "corroborates it" if _independent(first, one) else "repeats it"
    return "contradicts it" if contradicts(first.spec, one.spec) else "differs"


def _rule(first: HistoricSpec, other: HistoricSpec, *, won: bool) -> str:
    """The rule by which one spec goes before another; the rules of store.shown.ORDER, in its order."""
    if first.spec.rank != other.spec.rank:
        return "rank: it is preferred" if won else "rank: another is preferred"
    pairs = (
        ("source precedence", first.precedence, other.precedence),
        ("precedence of the kind of source", first.kind_precedence, other.kind_precedence),
        ("later as-of date", first.spec.as_of, other.spec.as_of),
    )
    for name, mine, theirs in pairs:
        if mine != theirs:
            kinds = f", {first.source_kind} before {other.source_kind}" if name.endswith("kind of source") else ""
            return f"{name}: {mine} before {theirs}{kinds}"
    return "earlier statement" if won else "later statement"
