"""Read what a changeset changed: recorded rows, specs, claims and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.database.record import records
from specdb.database.repository import chunks, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.protocols import Connection

_SPECS = """
SELECT s.*, p.slug AS product, a.key AS attribute, o.slug AS source, o.date AS source_date
FROM spec s JOIN product p ON p.id = s.product_id JOIN attribute a ON a.id = s.attribute_id
JOIN source o ON o.id = s.source_id
WHERE (s.added_id = ? OR s.retracted_id = ?) AND s.product_id IN
"""
_CLAIMS = """
SELECT k.*, p.slug AS product, o.slug AS source FROM claim k JOIN product p ON p.id = k.product_id
JOIN source o ON o.id = k.source_id WHERE k.added_id = ? OR k.retracted_id = ? ORDER BY k.id
"""
_RATES = "SELECT day, base, quote, rate, source, added_id FROM rate WHERE added_id = ? OR retracted_id = ? ORDER BY id"
_CHANGES = "SELECT relation, before, after FROM change WHERE changeset_id = ? ORDER BY position"

NAME_COLUMNS = {"category": "key", "attribute": "key", "rule": "key", "product": "slug", "source": "slug"}
"""The column of each entity table that identifies a row to people."""


def entity_names(connection: Connection) -> dict[str, dict[int, str]]:
    """Return the keys and slugs of all entities by table and id, with removed ones."""
    return {
        table: dict(connection.execute(f"SELECT id, {column} FROM {table}").fetchall())
        for table, column in NAME_COLUMNS.items()
    }


def changed_rows(connection: Connection, changeset: int) -> list[tuple[str, str, str]]:
    """Return table, row before and row after, as JSON or "", of each recorded change, in order."""
    return connection.execute(_CHANGES, (changeset,)).fetchall()


def changed_specs(connection: Connection, changeset: int, products: Sequence[int]) -> Iterator[list[dict[str, Any]]]:
    """Iterate over batches of the specs of these products that the changeset added or retracted.

    A row also has `product` (slug), `attribute` (key), `source` (slug) and `source_date`. All specs of a product are in
    the same batch.
    """
    for part in chunks(products):
        sql = f"{_SPECS} ({placeholders(len(part))}) ORDER BY s.product_id, s.attribute_id, s.qualifiers, s.id"
        yield list(records(connection, sql, (changeset, changeset, *part)))


def changed_claims(connection: Connection, changeset: int) -> Iterator[dict[str, Any]]:
    """Iterate over the claims that the changeset added or retracted, with `product` and `source` as slugs."""
    return records(connection, _CLAIMS, (changeset, changeset))


def changed_rates(connection: Connection, changeset: int) -> Iterator[dict[str, Any]]:
    """Iterate over the exchange rates that the changeset added or retracted."""
    return records(connection, _RATES, (changeset, changeset))
