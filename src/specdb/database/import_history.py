"""Read what earlier imports stated, for comparison with a new import: also specs retracted or replaced since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, text

from specdb.database.changeset_writer import PRODUCTS_PER_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

# A spec that an undo restored counts as the original, with its changeset; an import that was undone never happened.
_SPECS = """
SELECT s.product_id, s.attribute_id, s.qualifiers, s.source_id, s.locator, s.kind, s.modifier, s.number, s.unit, s.text,
       s.target_id, s.printed, s.as_of, s.id, c.id,
       c.origin = 'import' AND COALESCE(u.origin, '') <> 'undo' AS imported, s.retracted_id IS NULL AS live
FROM spec s
LEFT JOIN spec r ON r.product_id = s.product_id AND r.id = s.restores_id
JOIN changeset c ON c.id = COALESCE(r.added_id, s.added_id)
LEFT JOIN changeset u ON u.id = s.retracted_id
WHERE s.product_id IN :products AND s.source_id IN :sources
"""

CLAIM_COLUMNS = ("product_id", "expression", "relation", "value", "why", "printed", "source_id", "locator")
"""The columns that identify a claim."""


class RecordedSpec(NamedTuple):
    """A spec of a product, current or retracted.

    Attributes:
        added_id: The changeset that first added it.
        imported: Whether that was an import that has not been undone.
        live: Whether the spec is current.
    """

    product_id: int
    attribute_id: int
    qualifiers: str
    source_id: int
    locator: str
    kind: str
    modifier: str
    number: str
    unit: str
    text: str
    target_id: int | None
    printed: str
    as_of: str
    id: int
    added_id: int
    imported: bool
    live: bool


def products(connection: Connection) -> Iterator[tuple[int, str, str, int, str]]:
    """Iterate over all products: id, slug, name, category id, and the origin of the changeset that removed it, or ""."""
    sql = """
    SELECT p.id, slug, name, category_id, COALESCE(origin, '')
    FROM product p LEFT JOIN changeset c ON c.id = removed_id ORDER BY p.id
    """
    for row in connection.execute(text(sql)):
        yield tuple(row)


def category_of(connection: Connection, product_id: int) -> int:
    """Return the id of a product's category."""
    sql = "SELECT category_id FROM product WHERE id = :product"
    return int(connection.scalar(text(sql), {"product": product_id}) or 0)


def source_kinds(connection: Connection) -> set[str]:
    """Return the kinds of sources that have a precedence."""
    return set(connection.scalars(text("SELECT kind FROM source_kind")))


def category_names(connection: Connection) -> dict[str, int]:
    """Return the ids of the categories by their casefolded names."""
    return {name.casefold(): row_id for name, row_id in connection.execute(text("SELECT name, id FROM category"))}


def all_claims(connection: Connection) -> set[tuple[Any, ...]]:
    """Return all claims, current and retracted, as tuples of CLAIM_COLUMNS."""
    return {tuple(row) for row in connection.execute(text(f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claim"))}


def merged_products(connection: Connection) -> dict[int, int]:
    """Return the products that were merged into others, with the ids of those: removed, their slugs now aliases."""
    sql = """
    SELECT p.id, a.product_id FROM product p JOIN alias a ON a.scope = 'product' AND a.name = p.slug
    WHERE p.removed_id IS NOT NULL
    """
    return {row.id: row.product_id for row in connection.execute(text(sql))}


def recorded_specs(
    connection: Connection, products: set[int], sources: Sequence[int], merged: Mapping[int, int]
) -> Iterator[RecordedSpec]:
    """Iterate over all specs that these sources ever stated about these products.

    Args:
        connection: A connection of SQLAlchemy.
        products: Ids of products.
        sources: Ids of sources.
        merged: The products that were merged into others, as `merged_products` returns them; their specs count as the
            other's.
    """
    query: Any = text(_SPECS).bindparams(bindparam("products", expanding=True), bindparam("sources", expanding=True))
    ordered = sorted(products | {old for old, new in merged.items() if new in products})
    for start in range(0, len(ordered), PRODUCTS_PER_STATEMENT):
        batch = ordered[start : start + PRODUCTS_PER_STATEMENT]
        for product, *row in connection.execute(query, {"products": batch, "sources": list(sources)}):
            yield RecordedSpec(merged.get(product, product), *row)
