"""Read all current rows of a database, or of one product, in the order in which they were added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.database.record import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.protocols import Connection


def keys(connection: Connection, table: str) -> dict[int, str]:
    """Return the keys of the categories or attributes by id, with removed ones."""
    return dict(connection.execute(f"SELECT id, key FROM {table}").fetchall())


def slugs(connection: Connection, table: str) -> dict[int, str]:
    """Return the slugs of the sources or products by id, with removed ones."""
    return dict(connection.execute(f"SELECT id, slug FROM {table}").fetchall())


def source_dates(connection: Connection) -> dict[int, str]:
    """Return the dates of the sources by id."""
    return dict(connection.execute("SELECT id, date FROM source").fetchall())


def aliases(connection: Connection, table: str, row_id: int) -> tuple[str, ...]:
    """Return the aliases of a category, attribute or product, in order."""
    sql = f"SELECT name FROM alias WHERE scope = ? AND {table}_id = ? ORDER BY position"
    return tuple(name for (name,) in connection.execute(sql, (table, row_id)))


def categories(connection: Connection) -> list[dict[str, Any]]:
    """Return the rows of the categories."""
    return list(records(connection, "SELECT * FROM category WHERE removed_id IS NULL ORDER BY id"))


def category_members(connection: Connection, category_id: int, *, required: bool) -> list[int]:
    """Return the ids of the attributes that a category itself requires, or expects, in order."""
    sql = "SELECT attribute_id FROM category_attribute WHERE category_id = ? AND required = ? ORDER BY position"
    return [attribute_id for (attribute_id,) in connection.execute(sql, (category_id, required))]


def attributes(connection: Connection) -> list[dict[str, Any]]:
    """Return the rows of the attributes, each with the name of its inverse relation, or None, as `inverse`."""
    sql = "SELECT attribute.*, inverse FROM attribute LEFT JOIN relation ON attribute_id = id"
    return list(records(connection, f"{sql} WHERE removed_id IS NULL ORDER BY id"))


def rules(connection: Connection) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of the rules."""
    return records(connection, "SELECT * FROM rule ORDER BY id")


def source_kinds(connection: Connection) -> list[tuple[str, int]]:
    """Return the kinds of sources with their precedence."""
    return connection.execute("SELECT kind, precedence FROM source_kind ORDER BY kind").fetchall()


def sources(connection: Connection) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of the sources, without ids."""
    sql = "SELECT slug, title, publisher, kind, date, url, sha256, precedence FROM source WHERE removed_id IS NULL"
    return records(connection, f"{sql} ORDER BY id")


def rates(connection: Connection) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of the exchange rates, without ids."""
    return records(connection, "SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY id")


def products(connection: Connection, product_id: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of the products, or of one product."""
    if product_id is None:
        return list(records(connection, "SELECT * FROM product WHERE removed_id IS NULL ORDER BY id"))
    return list(records(connection, "SELECT * FROM product WHERE id = ?", (product_id,)))


def specs(connection: Connection, product_id: int) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of a product's specs; a restored spec takes the place of the original."""
    sql = "SELECT * FROM spec WHERE product_id = ? AND retracted_id IS NULL ORDER BY COALESCE(restores_id, id)"
    return records(connection, sql, (product_id,))


def claims(connection: Connection, product_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of the claims, or of the claims about one product."""
    if product_id is None:
        return records(connection, "SELECT * FROM claim WHERE retracted_id IS NULL ORDER BY id")
    sql = "SELECT * FROM claim WHERE retracted_id IS NULL AND product_id = ? ORDER BY id"
    return records(connection, sql, (product_id,))
