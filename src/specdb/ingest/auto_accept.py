"""Store the drafts of an article that need no review.

These are the drafts with enough confidence, of known products and attributes, that no other figure contradicts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from specdb.bundles.drafts import Bundle, ProductDraft, SpecDraft
from specdb.bundles.resolve import Resolver
from specdb.database import name_index, reconcile
from specdb.editing.merge import add_drafts
from specdb.errors import SpecdbError
from specdb.ingest.yaml_writer import DraftWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.bundles.drafts import SourceDraft
    from specdb.editing.edit_session import EditSession
    from specdb.ingest.documents.tagged_figure import FigureDraft

    Row = dict[str, Any]

_REASONS = {
    "uncertain": "below the confidence threshold",
    "new": "of a new product or attribute",
    "invalid": "with a value that is not valid for the attribute",
    "conflict": "in conflict with another figure of this source",
}
"""Why a draft needs review, in the order in which the remarks list the reasons."""


def accept_drafts(session: EditSession, drafts: Sequence[FigureDraft], source: SourceDraft, min_confidence: float) -> list[str]:
    """Add the drafts that need no review as specs of `source`.

    Left for review are drafts with less confidence, of a new product or attribute, with a value that is not valid for
    the attribute, and those that differ from another figure of the source for the same question. Drafts whose locator
    or value the source has already are skipped, even if that spec was corrected or retracted since.

    Args:
        session: The edit session that the specs are added in.
        drafts: The figures found in the article.
        source: The source of the article, which is created if the database does not have it.
        min_confidence: Lowest confidence, from 0 to 1, of a draft to be added.

    Returns:
        Remarks that count the drafts left for review, by reason, and the drafts already stored.

    Raises:
        SpecdbError: The source itself is not valid.
    """
    selection = _DraftFilter(session, source)
    specs = selection.select(drafts, min_confidence)
    if specs:
        known = [(session.repository.product(slug), tuple(added)) for slug, added in specs.items()]
        products = [ProductDraft(product.slug, product.name, product.category, specs=added) for product, added in known]
        add_drafts(session, Bundle(sources=(source,), products=tuple(products)), "")
    return selection.remarks()


class _DraftFilter:
    """Selects the drafts that need no review; `skipped` counts the others by reason."""

    def __init__(self, session: EditSession, source: SourceDraft) -> None:
        self.source = source
        self.skipped: Counter[str] = Counter()
        index = name_index.NameIndex(session.changeset.connection)
        self.resolver = Resolver(index)
        stored = []
        if source.slug in index.ids["source"]:
            stored = reconcile.select_rows(session.changeset, "spec", [index.ids["source"][source.slug]], "source_id")
        else:
            self.resolver.run(Bundle(sources=(source,)))
            if issues := self.resolver.issues:  # an issue of the source would be reported for the first draft
                raise SpecdbError("; ".join(issue.problem for issue in issues), issues[0].hint)
        self.products = index.names["product"]
        self.places = {(row["locator"], row["printed"]) for row in stored}
        self.values = {_value_key(row) for row in stored}
        self.current = {_question_key(row) for row in stored if row["retracted_id"] is None}
        self.multivalued = {attribute.id for attribute in session.repository.attributes().values() if attribute.many}
        self.writer = DraftWriter(session.repository)
        self.writer.sources.append(source)

    def select(self, drafts: Sequence[FigureDraft], min_confidence: float) -> dict[str, list[SpecDraft]]:
        """Return the specs to add, by the slug of their product."""
        answers: dict[Any, dict[Any, tuple[str, SpecDraft]]] = defaultdict(dict)
        for draft in drafts:
            reason, specs = self._assess(draft, min_confidence)
            if reason:
                self.skipped[reason] += 1
            for spec, row in specs:
                answers[_question_key(row)].setdefault(_value_key(row), (draft.product, spec))
        selected: dict[str, list[SpecDraft]] = defaultdict(list)
        for question, values in answers.items():
            if question[1] not in self.multivalued and (len(values) > 1 or question in self.current):
                self.skipped["conflict"] += len({(spec.at, spec.printed or spec.value) for _, spec in values.values()})
            else:
                for slug, spec in values.values():
                    selected[slug].append(spec)
        return selected

    def _assess(self, draft: FigureDraft, min_confidence: float) -> tuple[str, list[tuple[SpecDraft, Row]]]:
        """Return why a draft is skipped, '' if it is not, and its specs with their rows."""
        if draft.confidence < min_confidence:
            return "uncertain", []
        if not (draft.product_known and draft.attribute_known):
            return "new", []
        specs = [(spec, self._row(draft.product, spec)) for spec in self.writer.specs_of(draft)]
        if not specs or self.resolver.issues:
            self.resolver.issues.clear()
            return "invalid", []
        if all((row["locator"], row["printed"]) in self.places or _value_key(row) in self.values for _, row in specs):
            return "stored", []
        return "", specs

    def _row(self, product: str, spec: SpecDraft) -> Row:
        return {"product_id": self.products[product], **self.resolver.spec(spec)}

    def remarks(self) -> list[str]:
        """Count the skipped drafts by reason."""
        counts = [f"{self.skipped[reason]} {words}" for reason, words in _REASONS.items() if self.skipped[reason]]
        total = sum(self.skipped[reason] for reason in _REASONS)
        remarks = [f"{_figure_count(total)} left for review: {', '.join(counts)}"] if counts else []
        stored = self.skipped["stored"]
        return [*remarks, f"{_figure_count(stored)} already stored"] if stored else remarks


def _figure_count(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


def _question_key(row: Row) -> tuple[Any, ...]:
    return row["product_id"], row["attribute_id"], row["qualifiers"]


def _value_key(row: Row) -> tuple[Any, ...]:
    """Return the key of a value, without its modifier: a reader and a person may judge the modifier differently."""
    return tuple(row[name] for name in ("product_id", "attribute_id", "kind", "number", "unit", "text", "target_id"))
