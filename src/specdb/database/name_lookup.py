"""Look up who has a slug, key or alias, and which expressions use names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.database.protocols import Connection

_EXPRESSIONS = """
SELECT 'claim about ' || p.slug, k.expression, k.value FROM claim k JOIN product p ON p.id = k.product_id
WHERE k.retracted_id IS NULL AND k.expression <> '' AND k.product_id <> ?
UNION ALL SELECT 'rule ' || key, expression, '0' FROM rule
UNION ALL SELECT 'attribute ' || key, expression, '0' FROM attribute WHERE expression <> '' AND removed_id IS NULL
"""


def name_owner(connection: Connection, table: str, name: str) -> int | None:
    """Return the id of the current product, attribute or category with this slug, key or alias, or None."""
    column = "slug" if table == "product" else "key"
    current = " AND removed_id IS NULL" if table != "category" else ""
    sql = f"""
    SELECT id FROM {table} WHERE {column} = ?{current}
    UNION ALL SELECT {table}_id FROM alias WHERE scope = ? AND name = ?
    """
    found = connection.execute(sql, (name, table, name)).fetchone()
    return None if found is None else int(found[0])


def alias_owner(connection: Connection, table: str, name: str) -> int | None:
    """Return the id of the product or attribute with this alias, or None."""
    found = connection.execute(f"SELECT {table}_id FROM alias WHERE scope = ? AND name = ?", (table, name)).fetchone()
    return None if found is None else int(found[0])


def removed_rows(connection: Connection, table: str, name: str) -> list[int]:
    """Return the ids of the removed products or attributes that have this slug or key."""
    column = "slug" if table == "product" else "key"
    sql = f"SELECT id FROM {table} WHERE {column} = ? AND removed_id IS NOT NULL"
    return [row_id for (row_id,) in connection.execute(sql, (name,)).fetchall()]


def next_alias_position(connection: Connection, table: str, row_id: int) -> int:
    """Return the position of a new alias, after the existing ones."""
    sql = f"SELECT COALESCE(MAX(position), -1) + 1 FROM alias WHERE scope = ? AND {table}_id = ?"
    return int(connection.execute(sql, (table, row_id)).fetchone()[0])


def alias_scopes(connection: Connection, name: str) -> list[str]:
    """Return which of product, attribute and category have this alias."""
    rows = connection.execute("SELECT scope FROM alias WHERE name = ? AND scope <> 'unit'", (name,)).fetchall()
    return [scope for (scope,) in rows]


def all_aliases(connection: Connection) -> list[str]:
    """Return all aliases of products, attributes and categories."""
    return [name for (name,) in connection.execute("SELECT name FROM alias WHERE scope <> 'unit'").fetchall()]


def attribute_expression(connection: Connection, attribute_id: int) -> str:
    """Return the expression from which an attribute is computed, or "" if it is stated."""
    found = connection.execute("SELECT expression FROM attribute WHERE id = ?", (attribute_id,)).fetchone()
    return str(found[0])


def expressions(connection: Connection, except_claims_about: int = 0) -> list[tuple[str, str, str]]:
    """Return all expressions: a label of where they are used, the expression and the value that it is compared with.

    Args:
        connection: The database.
        except_claims_about: The id of a product; claims about it are left out.
    """
    return connection.execute(_EXPRESSIONS, (except_claims_about,)).fetchall()
