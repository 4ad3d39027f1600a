"""One spec at a time: stated, retracted, or given another rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.bundles.resolve import Resolver
from specdb.database import name_index, reconcile
from specdb.domain import qualifiers
from specdb.editing import entity_names
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, ValidationError
from specdb.figures import dates, formatting

if TYPE_CHECKING:
    from specdb.bundles.drafts import SpecDraft
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product
    from specdb.editing.edit_session import EditSession

    Row = dict[str, Any]

RANKS = ("preferred", "normal", "deprecated")
_VALUE = ("kind", "modifier", "number", "unit", "text", "target_id", "nominal")
"""The columns in which two specs of one attribute are the same value."""


def add_spec(work: EditSession, product: str, draft: SpecDraft) -> list[str]:
    """States what `draft` says of a product, in place of what its source has said to the same question.

    Where the draft names no source, it is the one by whose word the figure stands now. What else it leaves out (printed,
    at, as_of) stays as it was. Of an attribute that is many a new value is added beside the others. Remarks.
    """
    about = entity_names.find_product(work.repository, product)
    attribute = entity_names.require_not_computed(work, work.repository.attribute(draft.attribute))
    bound = qualifiers.to_text(draft.qualifiers)
    question = f"{formatting.format_label(attribute.key, bound)} of {about.slug}"
    there = _current(work, about, attribute, bound)
    source = work.repository.source(draft.source) if draft.source else _source(work, there, question)
    draft = entity_names.normalize_draft(draft._replace(attribute=attribute.key, source=source.slug))
    new = _resolved(work, about, attribute, source, draft)
    mine = [row for row in there if row["source_id"] == new["source_id"]]
    old = _replaced(mine, new, draft, question, many=attribute.many)
    if old:
        alike = _same_value(old, new)
        new["locator"] = draft.at or old["locator"]
        new["as_of"] = new["as_of"] if draft.as_of else old["as_of"]
        new["printed"] = old["printed"] if alike and not draft.printed else new["printed"]
        new["rank"] = old["rank"]
        if reconcile.statement_identity("spec", old) == reconcile.statement_identity("spec", new):
            return []
        reconcile.retract_specs(work.edit, [old])
    reconcile.add_specs(work.edit, [new])
    return _others([row for row in there if row is not old and row["source_id"] != new["source_id"]], work)


def retract_spec(
    work: EditSession, product: str, key: str, bound: dict[str, str], *, value: str = "", source: str = "", at: str = ""
) -> None:
    """Retracts what is stated of a product's attribute with these qualifiers, or only what has this value, source or place."""
    about = entity_names.find_product(work.repository, product)
    attribute = work.repository.attribute(key)
    asked = qualifiers.to_text(bound)
    rows = _current(work, about, attribute, asked)
    wanted = rows
    if source:
        id = work.repository.source(source).id
        wanted = [row for row in wanted if row["source_id"] == id]
    if at:
        wanted = [row for row in wanted if row["locator"] == at]
    if value:
        draft = _draft(attribute, asked, value, work, rows)
        wanted = [row for row in wanted if draft is not None and _same_value(row, draft)]
    if not wanted:
        raise _nothing(work, about, attribute, asked, rows)
    reconcile.retract_specs(work.edit, wanted)


def set_rank(work: EditSession, spec: int, to: str) -> None:
    """Gives a current spec another rank: it is retracted, and a copy with that rank added."""
    if to not in RANKS:
        raise UsageError(f"{to!r} is no rank", f"write {', '.join(RANKS)}")
    rows = reconcile.select_rows(work.edit, "spec", [spec])
    if not rows:
        raise NotFoundError(f"there is no spec {spec}", "specdb show PRODUCT --ids lists their numbers")
    if rows[0]["retracted_id"] is not None:
        raise NotFoundError(f"spec {spec} has been retracted", "specdb show PRODUCT --ids lists those that stand")
    if rows[0]["rank"] != to:
        reconcile.retract_specs(work.edit, rows)
        reconcile.add_specs(work.edit, [{**rows[0], "rank": to}])


def _current(work: EditSession, product: Product, attribute: Attribute, bound: str | None) -> list[Row]:
    """The current specs of a product's attribute, with these qualifiers or all."""
    spec = reconcile.table_named("spec")
    tests = [spec.c.attribute_id == attribute.id, spec.c.retracted_id.is_(None)]
    if bound is not None:
        tests.append(spec.c.qualifiers == bound)
    return reconcile.select_rows(work.edit, "spec", [product.id], "product_id", *tests)


def _source(work: EditSession, there: list[Row], question: str) -> Source:
    """The one source by whose word something stands."""
    sources = list(work.repository.sources({row["source_id"] for row in there}).values())
    if len(sources) == 1:
        return sources[0]
    if sources:
        listed = ", ".join(source.slug for source in sources)
        raise UsageError(f"{question} is stated by {len(sources)} sources", f"say which one with --source: {listed}")
    raise UsageError(
        f"no source is given for {question}",
        "say who states it with --source SLUG (specdb list sources); your own measurement is a source too: "
        f'specdb source add SLUG --title "Measured by me" --date {dates.today().isoformat()}',
    )


def _resolved(work: EditSession, product: Product, attribute: Attribute, source: Source, draft: SpecDraft) -> Row:
    """The draft, of this attribute and source, as a row; UsageError for all that is wrong with it."""
    known = name_index.NameIndex(work.edit.connection)
    known.restrict(attribute, source)
    resolver = Resolver(known)
    columns = resolver.spec(draft)
    if resolver.issues:
        raise entity_names.to_usage_error(ValidationError("", resolver.issues))
    return {"product_id": product.id, "category_id": product.category_id, **columns}


def _replaced(mine: list[Row], new: Row, draft: SpecDraft, question: str, *, many: bool) -> Row | None:
    """The current spec, of those of the same source, that the new one stands in place of."""
    alike = [row for row in mine if _same_value(row, new)]
    placed = [row for row in alike or mine if draft.at and row["locator"] == draft.at]
    if many or alike:
        return next(iter(placed or alike), None)
    if len(placed or mine) > 1:
        places = ", ".join(f"{row['locator'] or 'no place'} ({row['printed']})" for row in mine)
        raise AmbiguousNameError(f"{draft.source} states {question} {len(mine)} times", f"name the place with --at: {places}")
    return next(iter(placed or mine), None)


def _same_value(one: Row, other: Row) -> bool:
    return all(one[name] == other[name] for name in _VALUE)


def _others(rows: list[Row], work: EditSession) -> list[str]:
    """The remark that other sources state the same question."""
    sources = work.repository.sources({row["source_id"] for row in rows}) if rows else {}
    return [f"also stated by {', '.join(one.slug for one in sources.values())}, which stands beside it"] if sources else []


def _draft(attribute: Attribute, bound: str, value: str, work: EditSession, rows: list[Row]) -> Row | None:
    """The columns of a value to look for."""
    from specdb.bundles.drafts import SpecDraft

    if not rows:
        return None
    source = next(iter(work.repository.sources({rows[0]["source_id"]}).values()))
    draft = SpecDraft(attribute.key, qualifiers.from_text(bound), value, source=source.slug)
    return _resolved(work, work.repository.products_of([rows[0]["product_id"]])[0], attribute, source, draft)


def _nothing(work: EditSession, product: Product, attribute: Attribute, bound: str, rows: list[Row]) -> NotFoundError:
    """That nothing stands that could be retracted, and what does."""
    label = formatting.format_label(attribute.key, bound)
    if rows:
        sources = work.repository.sources({row["source_id"] for row in rows})
        there = "; ".join(f"{row['printed']} ({sources[row['source_id']].slug}, {row['locator']})" for row in rows)
        return NotFoundError(f"{product.slug} has no such {label}", f"it has {there}")
    other = sorted({row["qualifiers"] for row in _current(work, product, attribute, None)})
    ways = " or ".join(" ".join(f"-q {pair}" for pair in one.split(";") if pair) or "no -q" for one in other)
    return NotFoundError(f"{product.slug} has no current {label}", f"it has {attribute.key} with {ways}" if other else "")
