"""The drafts of an article that need no person: sure ones, of known products and attributes, that nothing contradicts."""

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
    "unsure": "less sure than that",
    "new": "of a new product or attribute",
    "unfit": "no value that the attribute can have",
    "several": "at odds with another of this source",
}
"""Why drafts are left to a person, in the order in which it is said."""


def accept_drafts(work: EditSession, drafts: Sequence[FigureDraft], source: SourceDraft, least: float) -> list[str]:
    """States the drafts with a confidence of at least `least` that need no person, by the word of `source`; remarks.

    The remarks count the others: less sure ones, those of a new product or attribute, those that do not fit their
    attribute, those that differ about one question among themselves or from what the source states, and those whose place
    in the source, or whose value, has been stated before, even if it was corrected or retracted since.
    """
    sorting = _DraftFilter(work, source)
    specs = sorting.wanted(drafts, least)
    if specs:
        known = [(work.repository.product(slug), tuple(some)) for slug, some in specs.items()]
        products = [ProductDraft(one.slug, one.name, one.category, specs=some) for one, some in known]
        add_drafts(work, Bundle(sources=(source,), products=tuple(products)), "")
    return sorting.remarks()


class _DraftFilter:
    """Sorts drafts; `left` counts, by the reason, those that are not stated."""

    def __init__(self, work: EditSession, source: SourceDraft) -> None:
        self.source = source
        self.left: Counter[str] = Counter()
        known = name_index.NameIndex(work.edit.connection)
        self.resolver = Resolver(known)
        stated = []
        if source.slug in known.ids["source"]:
            stated = reconcile.select_rows(work.edit, "spec", [known.ids["source"][source.slug]], "source_id")
        else:
            self.resolver.run(Bundle(sources=(source,)))
            if issues := self.resolver.issues:  # else the first draft would be blamed for them
                raise SpecdbError("; ".join(issue.problem for issue in issues), issues[0].hint)
        self.products = known.names["product"]
        self.places = {(row["locator"], row["printed"]) for row in stated}
        self.values = {_value_key(row) for row in stated}
        self.current = {_question_key(row) for row in stated if row["retracted_id"] is None}
        self.many = {one.id for one in work.repository.attributes().values() if one.many}
        self.writer = DraftWriter(work.repository)
        self.writer.sources.append(source)

    def wanted(self, drafts: Sequence[FigureDraft], least: float) -> dict[str, list[SpecDraft]]:
        """The specs to be stated, by their product's slug."""
        answers: dict[Any, dict[Any, tuple[str, SpecDraft]]] = defaultdict(dict)
        for draft in drafts:
            reason, specs = self._judged(draft, least)
            if reason:
                self.left[reason] += 1
            for spec, row in specs:
                answers[_question_key(row)].setdefault(_value_key(row), (draft.product, spec))
        wanted: dict[str, list[SpecDraft]] = defaultdict(list)
        for question, values in answers.items():
            if question[1] not in self.many and (len(values) > 1 or question in self.current):
                self.left["several"] += len({(spec.at, spec.printed or spec.value) for _, spec in values.values()})
            else:
                for slug, spec in values.values():
                    wanted[slug].append(spec)
        return wanted

    def _judged(self, draft: FigureDraft, least: float) -> tuple[str, list[tuple[SpecDraft, Row]]]:
        """Why a draft is not stated, '' if it may be; its specs, if they may be, and as rows."""
        if draft.confidence < least:
            return "unsure", []
        if not (draft.product_known and draft.attribute_known):
            return "new", []
        specs = [(spec, self._row(draft.product, spec)) for spec in self.writer.specs_of(draft)]
        if not specs or self.resolver.issues:
            self.resolver.issues.clear()
            return "unfit", []
        if all((row["locator"], row["printed"]) in self.places or _value_key(row) in self.values for _, row in specs):
            return "there", []
        return "", specs

    def _row(self, product: str, spec: SpecDraft) -> Row:
        return {"product_id": self.products[product], **self.resolver.spec(spec)}

    def remarks(self) -> list[str]:
        """What was left out, and why."""
        said = [f"{self.left[reason]} {words}" for reason, words in _REASONS.items() if self.left[reason]]
        count = sum(self.left[reason] for reason in _REASONS)
        remarks = [f"{_figure_count(count)} left to a person: {', '.join(said)}"] if said else []
        there = self.left["there"]
        return [*remarks, f"{_figure_count(there)} stated before"] if there else remarks


def _figure_count(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


def _question_key(row: Row) -> tuple[Any, ...]:
    return row["product_id"], row["attribute_id"], row["qualifiers"]


def _value_key(row: Row) -> tuple[Any, ...]:
    """A value of an attribute of a product; its modifier apart, which the tagger may read otherwise than a person did."""
    return tuple(row[name] for name in ("product_id", "attribute_id", "kind", "number", "unit", "text", "target_id"))
