"""Add the categories, attributes, rules, sources and rates that a mapping or bundle declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.analysis.build_view import build_view
from specdb.bundles import formulas
from specdb.bundles.drafts import Bundle
from specdb.database import import_history, reconcile
from specdb.database.repository import Repository
from specdb.errors import Issue, SpecdbError, ValidationError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from specdb.bundles.drafts import AttributeDraft
    from specdb.bundles.resolve import Resolver
    from specdb.ingest.tables.import_writer import ImportWriter


def add_declarations(
    wanted: Bundle, resolver: Resolver, writer: ImportWriter, path: str, issues: list[Issue], *, create: bool
) -> None:
    """Add the declarations that the database lacks, by key or slug.

    Args:
        wanted: The declarations.
        resolver: Resolves drafts to rows.
        writer: Writes the rows.
        path: File name for errors.
        issues: Issues found earlier, to raise together with new ones.
        create: Whether new attributes may be created.

    Raises:
        ValidationError: There are issues, a new attribute may not be created, or an existing one has another kind or dimension.
    """
    known = writer.known
    attributes = tuple(draft for draft in wanted.attributes if draft.key not in known.ids["attribute"])
    issues = [*issues, *_find_conflicts(wanted.attributes, resolver)]
    if attributes and not create:
        keys = ", ".join(draft.key for draft in attributes)
        raise ValidationError(
            path, [Issue(attributes[0].line, f"new attributes: {keys}", "check them, then add --create-attributes")]
        )
    kinds = import_history.source_kinds(writer.edit.connection) if wanted.source_kinds else set()
    new = Bundle(
        categories=tuple(draft for draft in wanted.categories if draft.key not in known.ids["category"]),
        attributes=attributes,
        rules=tuple(draft for draft in wanted.rules if draft.key not in known.ids["rule"]),
        source_kinds=tuple(draft for draft in wanted.source_kinds if draft.kind not in kinds),
        sources=tuple(draft for draft in wanted.sources if draft.slug not in known.ids["source"]),
        rates=tuple(draft for draft in wanted.rates if (draft.day, frozenset((draft.base, draft.quote))) not in known.rates),
        products=tuple(draft._replace(specs=()) for draft in wanted.products if draft.slug not in known.ids["product"]),
    )
    if not any(new):
        if issues:
            raise ValidationError(path, issues)
        return
    rows = resolve_rows(new, resolver, path, issues)
    for table in ("category", "attribute", "rule", "source", "rate"):
        count_created(writer, "categories" if table == "category" else f"{table}s", len(rows.get(table, [])))
    writer.report.products += len(rows.get("product", []))
    reconcile.reconcile(writer.edit, rows, writer.known)  # restores rows that were removed
    issues = list(formulas.evaluation_issues(new, build_view(Repository(writer.reads))))
    if issues:
        raise ValidationError(path, issues)


def count_created(writer: ImportWriter, what: str, created: int) -> None:
    """Count created rows other than products and specs."""
    if created:
        writer.report.made[what] = writer.report.made.get(what, 0) + created


def resolve_rows(new: Bundle, resolver: Resolver, path: str, issues: list[Issue]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of these drafts and clear the resolver."""
    resolver.run(new)
    rows, resolver.rows = resolver.rows, {}
    all_issues, resolver.issues = [*issues, *resolver.issues], []
    if all_issues:
        raise ValidationError(path, all_issues)
    return rows


def _find_conflicts(attributes: tuple[AttributeDraft, ...], resolver: Resolver) -> list[Issue]:
    """List attributes that the database has with another kind or dimension."""
    issues = []
    ids = resolver.index.ids["attribute"]
    for draft in attributes:
        target = resolver.targets.get(ids.get(draft.key, 0))
        if target is None:
            continue
        try:
            same = draft.kind == target.kind and (
                draft.kind != "quantity"
                or unit_registry.resolve_unit(draft.unit or "").dimension
                == unit_registry.resolve_unit(target.unit or "").dimension
            )
        except SpecdbError:
            same = False
        if not same:
            has = f"a {target.kind}" + (f" in {target.unit or 'count'}" if target.kind == "quantity" else "")
            issues.append(
                Issue(draft.line, f"the attribute {draft.key} exists as {has}", "use another key for the new attribute")
            )
    return issues
