"""Which products answer a query: a condition and an order, as one SQL text with bound values."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from specdb.core.filters import CERTAIN, LIKELY, All, Called, Filter, InCategory, Negated, Node, Some, leaves, truth
from specdb.store.catalog import escaped, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.core.specs import Attribute, Product, Spec
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
    conditions: Sequence[Node],
    strength: int,
    order: Sequence[Order],
    limit: int | None,
    offset: int = 0,
) -> list[int]:
    """The ids of the products of these categories (all if empty) that match every condition so strongly, in order."""
    if _derived(catalog, conditions, order):
        return _products_in_python(catalog, categories, conditions, strength, order)[offset:][:limit]
    tests = [_condition(condition, categories, strength, negated=False) for condition in conditions]
    if categories:
        tests.insert(0, _in_categories(categories))
    keys = [_key(part) for part in order]
    where = " AND ".join(test.sql for test in tests) or "1 = 1"
    by = "".join(f"{key.sql}, " for key in keys)
    bound = [value for text in (*tests, *keys) for value in text.bound]
    sql = f"SELECT p.id FROM product p WHERE {where} ORDER BY {by}p.category_id, p.id"
    if limit is not None or offset:
        sql += " LIMIT ? OFFSET ?"
        bound += [2**62 if limit is None else limit, offset]
    return [id for (id,) in catalog.rows(sql, bound)]


def _derived(catalog: Catalog, conditions: Sequence[Node], order: Sequence[Order]) -> bool:
    """Whether one of the attributes asked for is not as it is stored."""
    asked = {leaf.attribute for node in conditions for leaf, _ in leaves(node) if isinstance(leaf, Filter)}
    return not catalog.derived.isdisjoint(one.id for one in (*asked, *(part.attribute for part in order)) if one)


def _products_in_python(
    catalog: Catalog, categories: Sequence[int], conditions: Sequence[Node], strength: int, order: Sequence[Order]
) -> list[int]:
    """The same answer where attributes are derived: SQL for the conditions that are not, Python for the rest and the order."""
    stored = [condition for condition in conditions if not _derived(catalog, [condition], [])]
    rest = All(tuple(condition for condition in conditions if condition not in stored))
    candidates = products(catalog, categories, stored, strength, [], None)
    wanted = {leaf.attribute.id for leaf, _ in leaves(rest) if isinstance(leaf, Filter)}
    wanted |= {part.attribute.id for part in order if part.attribute}
    specs: dict[int, dict[int, list[Spec]]] = {id: {} for id in candidates}
    for spec in catalog.specs(candidates, sorted(wanted)):
        if spec.shown:
            specs[spec.product_id].setdefault(spec.attribute_id, []).append(spec)
    kept = [
        product
        for product in catalog.products_of(candidates)
        if not rest.parts or truth(rest, product, specs[product.id])[0] >= strength
    ]
    place = {id: index for index, id in enumerate(candidates)}
    kept.sort(key=lambda product: place[product.id])
    for part in reversed(order):
        _sort(kept, part, specs)
    return [product.id for product in kept]


def _sort(kept: list[Product], order: Order, specs: dict[int, dict[int, list[Spec]]]) -> None:
    """Sorts as `_key` does in SQL: by the first of several values in the direction; what has none comes last."""
    attribute = order.attribute
    if attribute is None:
        kept.sort(key=lambda product: product.name.lower(), reverse=order.descending)
        return
    numeric = attribute.kind in ("quantity", "date", "flag")
    first = max if order.descending else min
    found: dict[int, float | str] = {}
    for product in kept:
        values = [spec.nominal if numeric else spec.text for spec in specs[product.id].get(attribute.id, [])]
        values = [value for value in values if value is not None]
        if values:
            found[product.id] = first(values)
    having = [product for product in kept if product.id in found]
    having.sort(key=lambda product: found[product.id], reverse=order.descending)
    kept[:] = [*having, *(product for product in kept if product.id not in found)]


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


def _condition(node: Node, categories: Sequence[int], strength: int, *, negated: bool) -> Text:
    """That a product matches a condition (or its negation) at least so strongly; negations are moved to the leaves."""
    if isinstance(node, Negated):
        return _condition(node.part, categories, strength, negated=not negated)
    if isinstance(node, All | Some):
        parts = [_condition(part, categories, strength, negated=negated) for part in node.parts]
        joint = " AND " if isinstance(node, All) != negated else " OR "
        return Text(f"({joint.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.bound))
    if isinstance(node, InCategory):
        return _not(_in_categories(node.ids), negated)
    if isinstance(node, Called):
        return _not(_called(node), negated)
    if node.state:
        return _not(_state(node, categories), negated)
    if not negated:
        return _has(node, categories, _test(node, strength))
    # What is not matched so strongly must be stated, and must not be matched even as strongly as the rest leaves open.
    stated, matched = _has(node, categories, Text("1 = 1")), _has(node, categories, _test(node, CERTAIN + 1 - strength))
    return Text(f"({stated.sql} AND NOT {matched.sql})", stated.bound + matched.bound)


def _not(text: Text, negated: bool) -> Text:
    return Text(f"NOT {text.sql}", text.bound) if negated else text


def _in_categories(ids: Sequence[int]) -> Text:
    return Text(f"p.category_id IN ({marks(len(ids))})", tuple(ids))


def _called(node: Called) -> Text:
    if node.slug:
        return Text("p.slug = ?", (node.slug,))
    part = f"%{escaped(node.part.lower())}%"
    return Text("(p.slug LIKE ? ESCAPE '!' OR LOWER(p.name) LIKE ? ESCAPE '!')", (part, part))


def _state(node: Filter, categories: Sequence[int]) -> Text:
    """That an attribute is stated, unknown, not applicable or not stated."""
    if node.state == "not_stated":
        return _not(_some_spec(node, categories, Text("1 = 1")), True)
    kind = node.attribute.kind if node.state == "stated" else node.state
    return _some_spec(node, categories, Text("s.kind = ?", (kind,)))


def _has(node: Filter, categories: Sequence[int], test: Text) -> Text:
    """That the product has a value of the attribute which passes the test."""
    currency = Text("s.value_unit = ? AND ", (node.unit,)) if node.unit else Text("")
    sql = f"s.kind = ? AND {currency.sql}{test.sql}"
    return _some_spec(node, categories, Text(sql, (node.attribute.kind, *currency.bound, *test.bound)))


def _some_spec(node: Filter, categories: Sequence[int], test: Text) -> Text:
    """That the product has a shown spec of the attribute and its qualifiers which passes the test.

    Looked up by category and range in an index, where both are given.
    """
    sql = f"SELECT s.product_id FROM spec s WHERE s.attribute_id = ? AND s.shown AND {test.sql}"
    bound: tuple[object, ...] = (node.attribute.id, *test.bound)
    if categories:
        sql += f" AND s.category_id IN ({marks(len(categories))})"
        bound += tuple(categories)
    for pair in filter(None, node.qualifiers.split(";")):
        sql += " AND ';' || s.qualifiers || ';' LIKE ? ESCAPE '!'"
        bound += (f"%;{escaped(pair)};%",)
    return Text(f"p.id IN ({sql})", bound)


def _test(condition: Filter, strength: int) -> Text:
    """That one spec matches: `core.filters.strength` in SQL."""
    if condition.attribute.kind == "reference":
        return _reference_test(condition)
    if condition.attribute.kind in ("choice", "text"):
        if condition.words:
            return Text("' ' || LOWER(s.text) || ' ' LIKE ? ESCAPE '!'", (f"% {escaped(condition.words.lower())} %",))
        return Text("LOWER(s.text) LIKE ? ESCAPE '!'", (f"%{escaped(condition.part.lower())}%",))
    tests: list[Text] = []
    for inner, outer, sign, bound in (("hi", "lo", "<=", condition.high), ("lo", "hi", ">=", condition.low)):
        if not isfinite(bound):
            continue
        if strength == CERTAIN:
            tests.append(Text(f"s.{inner} {sign} ?", (bound,)))
            continue
        tests.append(Text(f"s.{outer} {sign} ?", (bound,)))
        if strength == LIKELY:
            tests.append(Text(f"(s.nominal {sign} ? OR s.{inner} {sign} ?)", (bound, bound)))
    if not tests:
        return Text("s.lo IS NOT NULL")
    return Text(" AND ".join(test.sql for test in tests), tuple(value for test in tests for value in test.bound))


def _reference_test(condition: Filter) -> Text:
    if condition.target:
        return Text("s.target_id = (SELECT id FROM product WHERE slug = ?)", (condition.target,))
    part = f"%{escaped(condition.part.lower())}%"
    named = "SELECT id FROM product WHERE slug LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!'"
    return Text(f"s.target_id IN ({named})", (part, part))


def _key(order: Order) -> Text:
    """What to sort by: of several specs the one that comes first in this direction."""
    direction = "DESC" if order.descending else "ASC"
    if order.attribute is None:
        return Text(f"LOWER(p.name) {direction}")
    value = "nominal" if order.attribute.kind in ("quantity", "date", "flag") else "text"
    least = "MAX" if order.descending else "MIN"
    sql = f"(SELECT {least}(s.{value}) FROM spec s WHERE s.product_id = p.id AND s.attribute_id = ? AND s.shown)"
    return Text(f"{sql} {direction} NULLS LAST", (order.attribute.id,))
