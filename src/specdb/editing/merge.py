"""Merge drafts of specs into a database: what is new is added, and nothing is retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.bundles.drafts import Bundle
from specdb.bundles.resolve import Resolver
from specdb.database.name_index import NameIndex
from specdb.database.reconcile import add_specs, reconcile, select_rows, statement_identity, table_named
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.editing.edit_session import EditSession


def add_drafts(session: EditSession, drafts: Bundle, path: str, rejected: Iterable[tuple[str, str, str]] = ()) -> None:
    """Add the specs in `drafts`, with the attributes, sources and products that the database lacks.

    An existing product or source keeps its fields, and a spec that is already current is not added again.

    Args:
        session: The edit that this is part of.
        drafts: The drafts to add.
        path: The name of the file, for error messages.
        rejected: Figures not to be drafted again, each by its source's slug, locator and printed text.

    Raises:
        ValidationError: The drafts have issues, all of which are listed.
    """
    index = NameIndex(session.changeset.connection)
    new = Bundle(
        attributes=tuple(draft for draft in drafts.attributes if draft.key not in index.names["attribute"]),
        sources=tuple(draft for draft in drafts.sources if draft.slug not in index.ids["source"]),
        products=tuple(draft._replace(specs=()) for draft in drafts.products if draft.slug not in index.names["product"]),
    )
    resolver = Resolver(index)
    resolver.run(new)
    product_ids = index.names["product"]
    specs = [
        {"product_id": product_ids[product.slug], **resolver.spec(spec)}
        for product in drafts.products
        for spec in product.specs
    ]
    if resolver.issues:
        raise ValidationError(path, resolver.issues)
    reconcile(session.changeset, resolver.rows, index)
    _add_missing_specs(session, specs)
    source_ids = index.ids["source"]
    _reject(session, {(source_ids[source], locator, printed) for source, locator, printed in rejected})


def _add_missing_specs(session: EditSession, specs: list[dict[str, Any]]) -> None:
    products = {row["product_id"] for row in specs}
    categories = {row["id"]: row["category_id"] for row in select_rows(session.changeset, "product", products)}
    current = table_named("spec").c.retracted_id.is_(None)
    stored = {
        statement_identity("spec", row) for row in select_rows(session.changeset, "spec", products, "product_id", current)
    }
    missing = {statement_identity("spec", row): row for row in specs if statement_identity("spec", row) not in stored}
    add_specs(session.changeset, [{**row, "category_id": categories[row["product_id"]]} for row in missing.values()])


def _reject(session: EditSession, figures: set[tuple[int, str, str]]) -> None:
    """Record rejected figures."""
    columns = ("source_id", "locator", "printed")
    sources = {source_id for source_id, *_ in figures}
    stored = {
        tuple(row[column] for column in columns) for row in select_rows(session.changeset, "rejected", sources, "source_id")
    }
    rows = [
        {**dict(zip(columns, figure, strict=True)), "added_id": session.changeset.id} for figure in sorted(figures - stored)
    ]
    session.changeset.add({"rejected": rows})
