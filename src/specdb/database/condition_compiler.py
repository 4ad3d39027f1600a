"""Compile conditions and an order into SQL, and find the products that meet them."""

from __future__ import annotations

from math import inf, isfinite, nextafter
from typing import TYPE_CHECKING

from specdb.database.repository import escape_like, placeholders
from specdb.domain.conditions import CERTAIN, LIKELY, And, AttributeCondition, CategoryCondition, NameCondition, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.database.repository import Repository
    from specdb.domain.spec import Attribute


class Order:
    """A sort key: products without a value come last.

    Attributes:
        attribute: Sort by its nominal value or text; None to sort by the product's name.
        descending: Whether to sort from the greatest to the least.
        unit: Only specs in this unit count; '' for all. Conditions on money in several currencies need it.
    """

    __slots__ = ("attribute", "descending", "unit")  # no NamedTuple: making one costs each start

    def __init__(self, attribute: Attribute | None, descending: bool = False, unit: str = "") -> None:
        self.attribute = attribute
        self.descending = descending
        self.unit = unit


class SqlFragment:
    """A piece of SQL and the values bound in it."""

    __slots__ = ("bound", "sql")

    def __init__(self, sql: str, bound: tuple[object, ...] = ()) -> None:
        self.sql = sql
        self.bound = bound


class _Place:
    """The columns of a statement that hold the id and the category of the product."""

    __slots__ = ("category", "product")

    def __init__(self, product: str, category: str) -> None:
        self.product = product
        self.category = category


_PRODUCT = _Place("p.id", "p.category_id")
_SPEC = _Place("d.product_id", "d.category_id")
_NAMED = "SELECT id FROM product WHERE (slug LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') AND removed_id IS NULL"


def find_products(
    repository: Repository,
    categories: Sequence[int],
    conditions: Sequence[Node],
    strength: int,
    order: Sequence[Order],
    limit: int | None,
    offset: int = 0,
) -> list[int]:
    """Return the ids of the products that meet all conditions, in order. Attributes must be stored, not computed.

    Args:
        repository: The database.
        categories: Ids of categories, those below them included; all if empty.
        conditions: The conditions, all of which must hold.
        strength: The least match level: one of `domain.conditions.MATCH_LEVELS`.
        order: Sort keys, the most important first; by category and id if empty.
        limit: The most products to return; None for all.
        offset: The number of products to skip.
    """
    if limit is not None and (first := _first(repository, categories, conditions, strength, order, limit + offset)):
        return first[offset:]
    drive = None if _by_name(order) else next((node for node in conditions if _indexed(node)), None)
    at = _SPEC if drive else _PRODUCT
    tests = [_condition(node, categories, strength, at, negated=False) for node in conditions if node is not drive]
    if isinstance(drive, AttributeCondition):
        table = "spec d"
        tests.insert(0, _spec_test(drive, categories, _valued(drive, _test(drive, strength, "d"), "d"), "d"))
        if limit is not None and not order:  # what the index gives first: it need not find all
            end = "nominal" if strength >= LIKELY else "lo" if isfinite(drive.high) else "hi"
            return _read(repository, tests, ["category_id", end], "ASC", limit + offset)[offset:]
        if len(categories) == 1 and not order:  # told apart and sorted here: SQLite takes longer
            found = _and(tests)
            return sorted(set(repository.column(f"SELECT d.product_id FROM spec d WHERE {found.sql}", found.bound)))[offset:]
    else:
        table = "product p"
        tests += [_in_categories(categories, at)] if categories else []
        tests.append(SqlFragment("p.removed_id IS NULL"))
    keys = [_key(part, at) for part in order]
    own = [at.product] if len(categories) == 1 else [at.product, at.category]
    columns = ", ".join([*own, *(key.sql for key in keys)])
    by = [f"{place} {'DESC' if part.descending else 'ASC'} NULLS LAST" for place, part in enumerate(order, len(own) + 1)]
    by += ["2", "1"][2 - len(own) :]
    where = " AND ".join(test.sql for test in tests) or "1 = 1"
    bound = [value for text in (*keys, *tests) for value in text.bound]
    sql = f"SELECT {'DISTINCT ' if drive else ''}{columns} FROM {table} WHERE {where}"
    sql += f" ORDER BY {', '.join(by)}" if by else ""
    if limit is not None or offset:
        sql += " LIMIT ? OFFSET ?"
        bound += [2**62 if limit is None else limit, offset]
    return repository.column(sql, bound)


def _first(
    repository: Repository,
    categories: Sequence[int],
    conditions: Sequence[Node],
    strength: int,
    order: Sequence[Order],
    count: int,
) -> list[int]:
    """The first products by one number, read in the order of an index until there are enough; [] if that cannot be done.

    It cannot where there are fewer: those that lack the attribute must then follow.
    """
    attribute = order[0].attribute if len(order) == 1 else None
    if attribute is None or attribute.kind not in ("quantity", "date") or order[0].unit:
        return []
    shown = _spec_test(AttributeCondition(attribute), categories, SqlFragment("d.nominal IS NOT NULL"), "d")
    tests = [shown, *(_condition(node, categories, strength, _SPEC, negated=False) for node in conditions)]
    direction = "DESC" if order[0].descending else "ASC"
    found = _read(repository, tests, ["nominal"] if len(categories) == 1 else ["nominal", "category_id"], direction, count)
    return found if len(found) == count else []


def _read(repository: Repository, tests: Sequence[SqlFragment], order: Sequence[str], direction: str, count: int) -> list[int]:
    """Return the first products by their specs that pass the tests, read in an index's order until there are enough.

    The order is by the columns `order`, the first of them in the direction, then by product. They are selected too: only then
    SQLite reads a view that unites tables in the order of their indexes.
    """
    columns = ", ".join(("d.product_id", *(f"d.{column}" for column in order)))
    by = ", ".join((f"2 {direction}", *map(str, range(3, len(order) + 2)), "1"))
    sql = f"SELECT {columns} FROM spec d WHERE {' AND '.join(test.sql for test in tests)} ORDER BY {by} LIMIT ?"
    bound = [value for test in tests for value in test.bound]
    size = min(count, 2**62)  # of specs: where several are of one product, that is too few
    while True:
        rows = repository.column(sql, (*bound, size))
        found = list(dict.fromkeys(rows))
        if len(found) >= count or len(rows) < size:
            return found[:count]
        size *= 8


def _by_name(order: Sequence[Order]) -> bool:
    return any(part.attribute is None for part in order)


def _indexed(node: Node) -> bool:
    """Return whether an index can look the condition up by range, so that it can lead the search."""
    return isinstance(node, AttributeCondition) and not node.state and (isfinite(node.low) or isfinite(node.high))


def count_without(repository: Repository, categories: Sequence[int], attribute: Attribute) -> tuple[int, int]:
    """Return how many products these categories (all if empty) have, and how many of them have no value of the attribute."""
    where = f"WHERE p.removed_id IS NULL{f' AND p.category_id IN ({placeholders(len(categories))})' if categories else ''}"
    sql = f"""
    SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (
        SELECT 1 FROM spec s WHERE s.product_id = p.id AND s.attribute_id = ? AND s.shown AND s.kind = ?
    ) THEN 0 ELSE 1 END), 0) FROM product p {where}
    """
    ((total, without),) = repository.rows(sql, (attribute.id, attribute.kind, *categories))
    return total, without


def _condition(node: Node, categories: Sequence[int], strength: int, at: _Place, *, negated: bool) -> SqlFragment:
    """That a product matches a condition (or its negation) at least so strongly; negations are moved to the leaves."""
    if isinstance(node, Not):
        return _condition(node.part, categories, strength, at, negated=not negated)
    if isinstance(node, And | Or):
        parts = [_condition(part, categories, strength, at, negated=negated) for part in node.parts]
        joint = " AND " if isinstance(node, And) != negated else " OR "
        return SqlFragment(
            f"({joint.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.bound)
        )
    if isinstance(node, CategoryCondition):
        return _not(_in_categories(node.ids, at), negated)
    if isinstance(node, NameCondition):
        return _not(_called(node, at), negated)
    if node.state:
        return _not(_state(node, categories, at), negated)

    def passing(test: SqlFragment) -> SqlFragment:
        return _some_spec(node, categories, _valued(node, test, "s"), at)

    if not negated:
        return passing(_test(node, strength, "s"))
    # What is not matched so strongly must be stated, and must not be matched even as strongly as the rest leaves open.
    stated = _some_spec(node, categories, _valued(node._replace(low=-inf, high=inf), SqlFragment("1 = 1"), "s"), at)
    matched = passing(_test(node, CERTAIN + 1 - strength, "s"))
    return SqlFragment(f"({stated.sql} AND NOT {matched.sql})", stated.bound + matched.bound)


def _and(texts: Sequence[SqlFragment]) -> SqlFragment:
    """Join conditions by AND."""
    if len(texts) == 1:
        return texts[0]
    return SqlFragment(" AND ".join(text.sql for text in texts), tuple(value for text in texts for value in text.bound))


def _not(text: SqlFragment, negated: bool) -> SqlFragment:
    return SqlFragment(f"NOT {text.sql}", text.bound) if negated else text


def _in_categories(ids: Sequence[int], at: _Place) -> SqlFragment:
    return SqlFragment(f"{at.category} IN ({placeholders(len(ids))})", tuple(ids))


def _called(node: NameCondition, at: _Place) -> SqlFragment:
    if node.slug:
        return SqlFragment(f"{at.product} = (SELECT id FROM product WHERE slug = ?)", (node.slug,))
    part = f"%{escape_like(node.part.lower())}%"
    return SqlFragment(f"{at.product} IN ({_NAMED})", (part, part))


def _state(node: AttributeCondition, categories: Sequence[int], at: _Place) -> SqlFragment:
    """That an attribute is stated, unknown, not applicable or not stated."""
    if node.state == "not_stated":
        return _not(_some_spec(node, categories, SqlFragment("1 = 1"), at), True)
    kind = node.attribute.kind if node.state == "stated" else node.state
    return _some_spec(node, categories, SqlFragment("s.kind = ?", (kind,)), at)


def _valued(node: AttributeCondition, test: SqlFragment, alias: str) -> SqlFragment:
    """The test, passed only by a value of the attribute, for money one in the currency asked for."""
    tests = [SqlFragment(f"{alias}.value_unit = ?", (node.unit,))] if node.unit else []
    if not _indexed(node):  # what has an end or a nominal value is of the attribute's kind
        tests.append(SqlFragment(f"{alias}.kind = ?", (node.attribute.kind,)))
    return _and([*tests, test])


def _some_spec(node: AttributeCondition, categories: Sequence[int], test: SqlFragment, at: _Place) -> SqlFragment:
    """That the product has a shown spec of the attribute and its qualifiers which passes the test.

    Beside a leading filter it is looked up product by product; without one, all of them at once, by category and range.
    """
    found = _spec_test(node, categories, test, "s") if at is _PRODUCT else _spec_test(node, None, test, "s")
    if at is _PRODUCT:
        return SqlFragment(f"{at.product} IN (SELECT s.product_id FROM spec s WHERE {found.sql})", found.bound)
    return SqlFragment(f"EXISTS (SELECT 1 FROM spec s WHERE s.product_id = {at.product} AND {found.sql})", found.bound)


def _spec_test(node: AttributeCondition, categories: Sequence[int] | None, test: SqlFragment, alias: str) -> SqlFragment:
    """That a spec is a shown one of the attribute and its qualifiers, of these categories, and passes the test.

    No categories are all: naming them lets the index be used, which begins with them; None leaves them out.
    """
    sql = f"{alias}.attribute_id = ? AND {alias}.shown AND {test.sql}"
    bound: tuple[object, ...] = (node.attribute.id, *test.bound)
    for pair in filter(None, node.qualifiers.split(";")):
        sql += f" AND ';' || {alias}.qualifiers || ';' LIKE ? ESCAPE '!'"
        bound += (f"%;{escape_like(pair)};%",)
    if categories is not None:
        within = placeholders(len(categories)) if categories else "SELECT id FROM category"
        return SqlFragment(f"{sql} AND {alias}.category_id IN ({within})", bound + tuple(categories))
    return SqlFragment(sql, bound)


def _test(condition: AttributeCondition, strength: int, alias: str) -> SqlFragment:
    """Test one spec: `domain.conditions.match_level` in SQL."""
    if condition.attribute.kind == "reference":
        return _reference_test(condition, alias)
    if condition.attribute.kind in ("choice", "text"):
        if condition.words:
            words = f"% {escape_like(condition.words.lower())} %"
            return SqlFragment(f"' ' || LOWER({alias}.text) || ' ' LIKE ? ESCAPE '!'", (words,))
        return SqlFragment(f"LOWER({alias}.text) LIKE ? ESCAPE '!'", (f"%{escape_like(condition.part.lower())}%",))
    tests: list[SqlFragment] = []
    for inner, outer, sign, bound, away in (("hi", "lo", "<=", condition.high, inf), ("lo", "hi", ">=", condition.low, -inf)):
        if not isfinite(bound):
            continue
        # The nominal value may stand one float outside the ends. The sign + keeps an end from leading the search.
        near, beyond = f"{alias}.nominal {sign} ?", nextafter(bound, away)
        if strength == CERTAIN:
            tests.append(SqlFragment(f"{near} AND +{alias}.{inner} {sign} ?", (beyond, bound)))
        elif strength == LIKELY:
            ends = f"+{alias}.{outer} {sign} ? AND (+{alias}.nominal {sign} ? OR +{alias}.{inner} {sign} ?)"
            tests.append(SqlFragment(f"{near} AND {ends}", (beyond, bound, bound, bound)))
        else:
            tests.append(SqlFragment(f"{alias}.{outer} {sign} ?", (bound,)))
    return _and(tests) if tests else SqlFragment(f"{alias}.lo IS NOT NULL")


def _reference_test(condition: AttributeCondition, alias: str) -> SqlFragment:
    if condition.target:
        return SqlFragment(f"{alias}.target_id = (SELECT id FROM product WHERE slug = ?)", (condition.target,))
    part = f"%{escape_like(condition.part.lower())}%"
    return SqlFragment(f"{alias}.target_id IN ({_NAMED})", (part, part))


def _key(order: Order, at: _Place) -> SqlFragment:
    """What to sort by: of several specs the one that comes first in this direction."""
    if order.attribute is None:
        return SqlFragment("LOWER(p.name)")
    value = "nominal" if order.attribute.kind in ("quantity", "date", "flag") else "text"
    least = "MAX" if order.descending else "MIN"
    sql = f"(SELECT {least}(s.{value}) FROM spec s WHERE s.product_id = {at.product} AND s.attribute_id = ? AND s.shown)"
    return SqlFragment(sql, (order.attribute.id,))
