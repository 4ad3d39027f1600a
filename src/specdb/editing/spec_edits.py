"""Edit single specs: add, retract, and set the rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.bundles.drafts import SpecDraft
from specdb.bundles.resolve import Resolver
from specdb.database.name_index import NameIndex
from specdb.database.reconcile import add_specs, retract_specs, select_rows, statement_identity, table_named
from specdb.domain import qualifiers
from specdb.editing import entity_names
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, ValidationError
from specdb.figures import dates, formatting

if TYPE_CHECKING:
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product
    from specdb.editing.edit_session import EditSession

    Row = dict[str, Any]

RANKS = ("preferred", "normal", "deprecated")
_VALUE_COLUMNS = ("kind", "modifier", "number", "unit", "text", "target_id", "nominal")
"""The columns in which two specs of one attribute have the same value."""


def add_spec(session: EditSession, product: str, draft: SpecDraft) -> list[str]:
    """Add a spec of a product, replacing what its source states for the same question.

    If the draft names no source, the source of the current spec is used. Whatever else it leaves out (printed, at,
    as_of) is taken from the replaced spec. For an attribute with many values, a new value is added beside the others.

    Returns:
        Remarks for the user.

    Raises:
        NotFoundError: There is no such product or source.
        AmbiguousNameError: The source states several values; `draft.at` must select one.
        UsageError: The draft is not valid, or names no source where there is not exactly one.
    """
    found = entity_names.find_product(session.repository, product)
    attribute = entity_names.require_not_computed(session, session.repository.attribute(draft.attribute))
    qualifier_text = qualifiers.to_text(draft.qualifiers)
    question = f"{formatting.format_label(attribute.key, qualifier_text)} of {found.slug}"
    current = _current_specs(session, found, attribute, qualifier_text)
    source = session.repository.source(draft.source) if draft.source else _only_source(session, current, question)
    draft = entity_names.normalize_draft(draft._replace(attribute=attribute.key, source=source.slug))
    new = _resolve_draft(session, found, attribute, source, draft)
    same_source = [row for row in current if row["source_id"] == new["source_id"]]
    old = _replaced_spec(same_source, new, draft, question, many=attribute.many)
    if old:
        same_value = _same_value(old, new)
        new["locator"] = draft.at or old["locator"]
        new["as_of"] = new["as_of"] if draft.as_of else old["as_of"]
        new["printed"] = old["printed"] if same_value and not draft.printed else new["printed"]
        new["rank"] = old["rank"]
        if statement_identity("spec", old) == statement_identity("spec", new):
            return []
        retract_specs(session.changeset, [old])
    add_specs(session.changeset, [new])
    others = [row for row in current if row is not old and row["source_id"] != new["source_id"]]
    return _other_sources_remark(session, others)


def retract_spec(
    session: EditSession,
    product: str,
    key: str,
    qualifier_values: dict[str, str],
    *,
    value: str = "",
    source: str = "",
    at: str = "",
) -> None:
    """Retract the current specs of a product's attribute with these qualifiers.

    Args:
        session: The edit that this is part of.
        product: The slug or an alias of the product.
        key: The key or an alias of the attribute.
        qualifier_values: The qualifiers of the specs.
        value: Retract only specs with this value.
        source: Retract only specs of this source.
        at: Retract only specs with this locator.

    Raises:
        NotFoundError: Nothing matches.
    """
    found = entity_names.find_product(session.repository, product)
    attribute = session.repository.attribute(key)
    qualifier_text = qualifiers.to_text(qualifier_values)
    current = _current_specs(session, found, attribute, qualifier_text)
    matches = current
    if source:
        source_id = session.repository.source(source).id
        matches = [row for row in matches if row["source_id"] == source_id]
    if at:
        matches = [row for row in matches if row["locator"] == at]
    if value:
        wanted = _resolve_value(session, attribute, qualifier_text, value, current)
        matches = [row for row in matches if wanted is not None and _same_value(row, wanted)]
    if not matches:
        raise _nothing_to_retract(session, found, attribute, qualifier_text, current)
    retract_specs(session.changeset, matches)


def set_rank(session: EditSession, spec_id: int, rank: str) -> None:
    """Set the rank of a current spec: the spec is retracted, and a copy with the rank is added.

    Raises:
        UsageError: `rank` is not a rank.
        NotFoundError: There is no such spec, or it has been retracted.
    """
    if rank not in RANKS:
        raise UsageError(f"unknown rank {rank!r}", f"use one of {', '.join(RANKS)}")
    rows = select_rows(session.changeset, "spec", [spec_id])
    if not rows:
        raise NotFoundError(f"there is no spec {spec_id}", "list the ids with specdb show PRODUCT --ids")
    if rows[0]["retracted_id"] is not None:
        raise NotFoundError(f"spec {spec_id} has been retracted", "list current specs with specdb show PRODUCT --ids")
    if rows[0]["rank"] != rank:
        retract_specs(session.changeset, rows)
        add_specs(session.changeset, [{**rows[0], "rank": rank}])


def _current_specs(session: EditSession, product: Product, attribute: Attribute, qualifier_text: str | None) -> list[Row]:
    """Return the current specs of a product's attribute with these qualifiers, or with any if None."""
    spec = table_named("spec")
    conditions = [spec.c.attribute_id == attribute.id, spec.c.retracted_id.is_(None)]
    if qualifier_text is not None:
        conditions.append(spec.c.qualifiers == qualifier_text)
    return select_rows(session.changeset, "spec", [product.id], "product_id", *conditions)


def _only_source(session: EditSession, current: list[Row], question: str) -> Source:
    """Return the source of the current specs, if it is the only one."""
    sources = list(session.repository.sources({row["source_id"] for row in current}).values())
    if len(sources) == 1:
        return sources[0]
    if sources:
        slugs = ", ".join(source.slug for source in sources)
        raise UsageError(f"{len(sources)} sources state {question}", f"select one with --source: {slugs}")
    raise UsageError(
        f"no source given for {question}",
        "specify one with --source SLUG (see specdb list sources); for your own measurement, add a source: "
        f'specdb source add SLUG --title "Measured by me" --date {dates.today().isoformat()}',
    )


def _resolve_draft(session: EditSession, product: Product, attribute: Attribute, source: Source, draft: SpecDraft) -> Row:
    """Return the draft as a row; raise UsageError with all its issues."""
    index = NameIndex(session.changeset.connection)
    index.restrict(attribute, source)
    resolver = Resolver(index)
    columns = resolver.spec(draft)
    if resolver.issues:
        raise entity_names.to_usage_error(ValidationError("", resolver.issues))
    return {"product_id": product.id, "category_id": product.category_id, **columns}


def _resolve_value(
    session: EditSession, attribute: Attribute, qualifier_text: str, value: str, current: list[Row]
) -> Row | None:
    """Return the columns of a value to search for among the current specs."""
    if not current:
        return None
    source = next(iter(session.repository.sources({current[0]["source_id"]}).values()))
    product = session.repository.products_of([current[0]["product_id"]])[0]
    draft = SpecDraft(attribute.key, qualifiers.from_text(qualifier_text), value, source=source.slug)
    return _resolve_draft(session, product, attribute, source, draft)


def _replaced_spec(same_source: list[Row], new: Row, draft: SpecDraft, question: str, *, many: bool) -> Row | None:
    """Return the current spec of the same source that the new spec replaces, or None."""
    same_value = [row for row in same_source if _same_value(row, new)]
    same_place = [row for row in same_value or same_source if draft.at and row["locator"] == draft.at]
    if many or same_value:
        return next(iter(same_place or same_value), None)
    candidates = same_place or same_source
    if len(candidates) > 1:
        places = ", ".join(f"{row['locator'] or 'no place'} ({row['printed']})" for row in same_source)
        problem = f"{draft.source} states {question} {len(same_source)} times"
        raise AmbiguousNameError(problem, f"select a place with --at: {places}")
    return next(iter(candidates), None)


def _same_value(row: Row, other: Row) -> bool:
    return all(row[name] == other[name] for name in _VALUE_COLUMNS)


def _other_sources_remark(session: EditSession, rows: list[Row]) -> list[str]:
    """Return the remark that other sources answer the same question."""
    sources = session.repository.sources({row["source_id"] for row in rows}) if rows else {}
    slugs = ", ".join(source.slug for source in sources.values())
    return [f"{slugs} also {'state' if len(sources) > 1 else 'states'} it; that is unchanged"] if sources else []


def _nothing_to_retract(
    session: EditSession, product: Product, attribute: Attribute, qualifier_text: str, current: list[Row]
) -> NotFoundError:
    """Return the error that nothing matches, with what is current."""
    label = formatting.format_label(attribute.key, qualifier_text)
    if current:
        sources = session.repository.sources({row["source_id"] for row in current})
        stated = "; ".join(f"{row['printed']} ({sources[row['source_id']].slug}, {row['locator']})" for row in current)
        return NotFoundError(f"no current {label} of {product.slug} matches", f"current: {stated}")
    others = sorted({row["qualifiers"] for row in _current_specs(session, product, attribute, None)})
    options = " or ".join(" ".join(f"-q {pair}" for pair in text.split(";") if pair) or "no -q" for text in others)
    hint = f"it has {attribute.key} with {options}" if others else ""
    return NotFoundError(f"{product.slug} has no current {label}", hint)
