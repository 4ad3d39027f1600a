"""What earlier imports have stated, for a new one to compare with: also what has been retracted or replaced since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import SQLModel

from specdb.database.journal import PORTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

_STATED = """
SELECT s.product_id, s.attribute_id, s.qualifiers, s.source_id, s.locator, s.kind, s.modifier, s.number, s.unit, s.text,
       s.target_id, s.printed, s.as_of, s.id, c.id,
       c.origin = 'import' AND COALESCE(u.origin, '') <> 'undo' AS imported, s.retracted_id IS NULL AS live
FROM spec s
LEFT JOIN spec r ON r.product_id = s.product_id AND r.id = s.restores_id
JOIN changeset c ON c.id = COALESCE(r.added_id, s.added_id)
LEFT JOIN changeset u ON u.id = s.retracted_id
WHERE s.product_id IN :products AND s.source_id IN :sources
"""
"""What an undo brought back counts as what it was at first, and then; what an undone import stated, as never imported."""


_MUCH = 50_000
"""Specs from which on it pays to make the indexes anew, where they are more than there are already."""


def prepare(connection: Connection, expected: int, there: int) -> bool:
    """Readies the open transaction for many specs; whether the indexes of specs were dropped, for `restore` to make them.

    An import needs none of them: it asks by product, which is how the table is clustered. Where about `expected` specs come
    to the `there` ones, to make the indexes at the end costs less than a third of keeping them.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -65536")  # 64 MiB: with the usual 2, pages come and go
    if connection.dialect.name != "sqlite" or expected < max(_MUCH, there):
        return False  # on a server others would have to wait for the indexes
    for index in _indexes():
        index.drop(connection)
    return True


def restore(connection: Connection) -> None:
    """Makes the indexes of specs again."""
    for index in _indexes():
        index.create(connection)


def _indexes() -> list[Any]:
    table: Any = SQLModel.metadata.tables["spec"]
    return sorted(table.indexes, key=lambda index: str(index.name))


def products(connection: Connection) -> Iterator[tuple[int, str, str, int, str]]:
    """Each product's id, slug, name, category, and the origin of the changeset that removed it, '' if it is there."""
    sql = """
    SELECT p.id, slug, name, category_id, COALESCE(origin, '')
    FROM product p LEFT JOIN changeset c ON c.id = removed_id ORDER BY p.id
    """
    for row in connection.execute(text(sql)):
        yield tuple(row)


def category_of(connection: Connection, product: int) -> int:
    """The id of a product's category."""
    return int(connection.scalar(text("SELECT category_id FROM product WHERE id = :product"), {"product": product}) or 0)


def source_kinds(connection: Connection) -> set[str]:
    """The kinds of sources that have a precedence."""
    return set(connection.scalars(text("SELECT kind FROM source_kind")))


def category_names(connection: Connection) -> dict[str, int]:
    """The categories' ids by their names, folded."""
    return {name.casefold(): id for name, id in connection.execute(text("SELECT name, id FROM category"))}


CLAIM_COLUMNS = ("product_id", "expression", "relation", "value", "why", "printed", "source_id", "locator")
"""What makes a claim the same one."""


def claims(connection: Connection) -> set[tuple[Any, ...]]:
    """All claims that there ever were, by CLAIM_COLUMNS."""
    return {tuple(row) for row in connection.execute(text(f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claim"))}


class Stated(NamedTuple):
    """A spec of a product: what it says, which changeset added it at first, whether that imported it, and if it is current."""

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


def merged(connection: Connection) -> dict[int, int]:
    """The products that were merged into others, with those: removed, and their slugs are aliases."""
    sql = """
    SELECT p.id, a.product_id FROM product p JOIN alias a ON a.scope = 'product' AND a.name = p.slug
    WHERE p.removed_id IS NOT NULL
    """
    return {row.id: row.product_id for row in connection.execute(text(sql))}


def stated(connection: Connection, products: set[int], sources: Sequence[int], merged: Mapping[int, int]) -> Iterator[Stated]:
    """All that these sources were ever said to state of these products, and of those that were `merged` into them."""
    query: Any = text(_STATED).bindparams(bindparam("products", expanding=True), bindparam("sources", expanding=True))
    ordered = sorted(products | {old for old, new in merged.items() if new in products})
    for start in range(0, len(ordered), PORTION):
        for product, *row in connection.execute(
            query, {"products": ordered[start : start + PORTION], "sources": list(sources)}
        ):
            yield Stated(merged.get(product, product), *row)
