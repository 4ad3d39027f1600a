"""Which products answer a query: filters and an order, as one SQL text with bound values."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from specdb.core.filters import CERTAIN, POSSIBLE
from specdb.store.catalog import escaped, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.core.filters import Filter
    from specdb.core.specs import Attribute
    from specdb.store.catalog import Catalog


class Order(NamedTuple):
    """To sort by an attribute's nominal value or text, or by name where it is None; products that lack it come last."""

    attribute: Attribute | None
    descending: bool = False


class Text(NamedTuple):
    """A piece of SQL and the values bound in it."""

    sql: str
    bound: tuple[object, ...] = ()


def products(
    catalog: Catalog,
    categories: Sequence[int],
    filters: Sequence[Filter],
    strength: int,
    order: Sequence[Order],
    limit: int | None,
) -> list[int]:
    """The ids of the products of these categories (all if empty) that match every filter at least so strongly, in order."""
    conditions = [_exists(condition, categories, strength) for condition in filters]
    if categories:
        conditions.insert(0, Text(f"p.category_id IN ({marks(len(categories))})", tuple(categories)))
    keys = [_key(part) for part in order]
    where = " AND ".join(condition.sql for condition in conditions) or "1 = 1"
    by = "".join(f"{key.sql}, " for key in keys)
    bound = [value for text in (*conditions, *keys) for value in text.bound]
    sql = f"SELECT p.id FROM product p WHERE {where} ORDER BY {by}p.category_id, p.id"
    if limit is not None:
        sql += " LIMIT ?"
        bound.append(limit)
    return [id for (id,) in catalog.rows(sql, bound)]


def lacking(catalog: Catalog, categories: Sequence[int], attribute: Attribute) -> tuple[int, int]:
    """How many products of these categories there are, and how many of them have no value of the attribute."""
    where = f"WHERE p.category_id IN ({marks(len(categories))})" if categories else ""
    sql = f"""
    SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (
        SELECT 1 FROM spec s WHERE s.product_id = p.id AND s.attribute_id = ? AND s.shown AND s.kind = ?
    ) THEN 0 ELSE 1 END), 0) FROM product p {where}
    """
    ((total, without),) = catalog.rows(sql, (attribute.id, attribute.kind, *categories))
    return total, without


def _exists(condition: Filter, categories: Sequence[int], strength: int) -> Text:
    """That the product has a shown spec which matches: looked up by category and range in an index where both are given."""
    test = _test(condition, strength)
    sql = f"SELECT s.product_id FROM spec s WHERE s.attribute_id = ? AND s.kind = ? AND s.shown AND {test.sql}"
    bound: tuple[object, ...] = (condition.attribute.id, condition.attribute.kind, *test.bound)
    if categories:
        sql += f" AND s.category_id IN ({marks(len(categories))})"
        bound += tuple(categories)
    return Text(f"p.id IN ({sql})", bound)


def _test(condition: Filter, strength: int) -> Text:
    """That one spec matches: `core.filters.strength` in SQL."""
    if condition.target:
        return Text("s.target_id = (SELECT id FROM product WHERE slug = ?)", (condition.target,))
    if condition.attribute.kind in ("choice", "text"):
        return Text("LOWER(s.text) LIKE ? ESCAPE '!'", (f"%{escaped(condition.part.lower())}%",))
    tests = [Text("s.value_unit = ?", (condition.unit,))] if condition.unit else []
    for inner, outer, sign, bound in (("hi", "lo", "<=", condition.high), ("lo", "hi", ">=", condition.low)):
        if not isfinite(bound):
            continue
        if strength == CERTAIN:
            tests.append(Text(f"s.{inner} {sign} ?", (bound,)))
            continue
        tests.append(Text(f"s.{outer} {sign} ?", (bound,)))
        if strength > POSSIBLE:
            tests.append(Text(f"(s.nominal {sign} ? OR s.{inner} {sign} ?)", (bound, bound)))
    if not tests:
        return Text("s.lo IS NOT NULL")
    return Text(" AND ".join(test.sql for test in tests), tuple(value for test in tests for value in test.bound))


def _key(order: Order) -> Text:
    """What to sort by: of several specs the one that comes first in this direction."""
    direction = "DESC" if order.descending else "ASC"
    if order.attribute is None:
        return Text(f"LOWER(p.name) {direction}")
    value = "nominal" if order.attribute.kind in ("quantity", "date", "flag") else "text"
    least = "MAX" if order.descending else "MIN"
    sql = f"(SELECT {least}(s.{value}) FROM spec s WHERE s.product_id = p.id AND s.attribute_id = ? AND s.shown)"
    return Text(f"{sql} {direction} NULLS LAST", (order.attribute.id,))
