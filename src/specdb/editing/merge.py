"""Drafts of specs into a database beside what it holds: what is new in them is made, and nothing is retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.bundles.drafts import Bundle
from specdb.bundles.resolve import Resolver
from specdb.database import name_index, reconcile
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.editing.edit_session import EditSession


def add_drafts(work: EditSession, drafts: Bundle, path: str, rejected: Iterable[tuple[str, str, str]] = ()) -> None:
    """Adds the specs in `drafts`, with the attributes, sources and products among them that the database lacks.

    A product or source that it has keeps its fields, and a spec that it has already is not stated twice. `rejected` are
    figures not to be drafted again, each by its source's slug, locator and printed text. FileFaults, naming `path`, for
    all that is wrong.
    """
    known = name_index.NameIndex(work.edit.connection)
    new = Bundle(
        attributes=tuple(one for one in drafts.attributes if one.key not in known.names["attribute"]),
        sources=tuple(one for one in drafts.sources if one.slug not in known.ids["source"]),
        products=tuple(one._replace(specs=()) for one in drafts.products if one.slug not in known.names["product"]),
    )
    resolver = Resolver(known)
    resolver.run(new)
    names = known.names["product"]
    specs = [{"product_id": names[one.slug], **resolver.spec(spec)} for one in drafts.products for spec in one.specs]
    if resolver.issues:
        raise ValidationError(path, resolver.issues)
    reconcile.reconcile(work.edit, resolver.rows, known)
    _state(work, specs)
    sources = known.ids["source"]
    _reject(work, {(sources[source], locator, printed) for source, locator, printed in rejected})


def _state(work: EditSession, specs: list[dict[str, Any]]) -> None:
    """Adds the specs that do not stand there."""
    products = {row["product_id"] for row in specs}
    categories = {row["id"]: row["category_id"] for row in reconcile.select_rows(work.edit, "product", products)}
    current = reconcile.table_named("spec").c.retracted_id.is_(None)
    there = {
        reconcile.statement_identity("spec", row)
        for row in reconcile.select_rows(work.edit, "spec", products, "product_id", current)
    }
    lacking = {
        reconcile.statement_identity("spec", row): row
        for row in specs
        if reconcile.statement_identity("spec", row) not in there
    }
    reconcile.add_specs(work.edit, [{**row, "category_id": categories[row["product_id"]]} for row in lacking.values()])


def _reject(work: EditSession, figures: set[tuple[int, str, str]]) -> None:
    """Remembers figures that a person has refused."""
    keys = ("source_id", "locator", "printed")
    there = {
        tuple(row[key] for key in keys)
        for row in reconcile.select_rows(work.edit, "rejected", {source for source, *_ in figures}, "source_id")
    }
    rows = [{**dict(zip(keys, one, strict=True)), "added_id": work.edit.id} for one in sorted(figures - there)]
    work.edit.add({"rejected": rows})
