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
        attribute: The attribute whose nominal value or text to sort by; None for the product's name.
        descending: Whether to sort in descending order.
        unit: Only specs in this unit count; '' for all. Conditions on money in several currencies need it.
    """

    __slots__ = ("attribute", "descending", "unit")  # not a NamedTuple: defining one slows down every start

    def __init__(self, attribute: Attribute | None, descending: bool = False, unit: str = "") -> None:
        self.attribute = attribute
        self.descending = descending
        self.unit = unit


class SqlFragment:
    """A piece of SQL with the values of its placeholders."""

    __slots__ = ("parameters", "sql")

    def __init__(self, sql: str, parameters: tuple[object, ...] = ()) -> None:
        self.sql = sql
        self.parameters = parameters


class _ProductColumns:
    """The columns of a statement that hold the product's id and category."""

    __slots__ = ("category", "product")

    def __init__(self, product: str, category: str) -> None:
        self.product = product
        self.category = category


_PRODUCT = _ProductColumns("p.id", "p.category_id")
_SPEC = _ProductColumns("d.product_id", "d.category_id")
_ID_BY_NAME = "SELECT id FROM product WHERE (slug LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') AND removed_id IS NULL"


def find_products(
    repository: Repository,
    categories: Sequence[int],
    conditions: Sequence[Node],
    level: int,
    order: Sequence[Order],
    limit: int | None,
    offset: int = 0,
) -> list[int]:
    """Return the ids of the products that meet all conditions, in order. Attributes must be stored, not computed.

    Args:
        repository: The database.
        categories: Ids of categories, those below them included; all if empty.
        conditions: The conditions, all of which must hold.
        level: The lowest match level to accept, a value of `domain.conditions.MATCH_LEVELS`.
        order: Sort keys, the most important first; by category and id if empty.
        limit: The maximum number of products; None for all.
        offset: The number of products to skip.
    """
    if limit is not None and (first := _first_by_index(repository, categories, conditions, level, order, limit + offset)):
        return first[offset:]
    drive = None if _by_name(order) else next((node for node in conditions if _indexed(node)), None)
    at = _SPEC if drive else _PRODUCT
    tests = [_condition(node, categories, level, at, negated=False) for node in conditions if node is not drive]
    if isinstance(drive, AttributeCondition):
        table = "spec d"
        tests.insert(0, _spec_test(drive, categories, _value_test(drive, _test(drive, level, "d"), "d"), "d"))
        if limit is not None and not order:  # in the order of the index, so that it can stop early
            end = "nominal" if level >= LIKELY else "lo" if isfinite(drive.high) else "hi"
            return _read_in_order(repository, tests, ["category_id", end], "ASC", limit + offset)[offset:]
        if len(categories) == 1 and not order:  # Python removes duplicates and sorts faster than SQLite
            found = _and(tests)
            return sorted(set(repository.column(f"SELECT d.product_id FROM spec d WHERE {found.sql}", found.parameters)))[
                offset:
            ]
    else:
        table = "product p"
        tests += [_in_categories(categories, at)] if categories else []
        tests.append(SqlFragment("p.removed_id IS NULL"))
    keys = [_sort_key(part, at) for part in order]
    own = [at.product] if len(categories) == 1 else [at.product, at.category]
    columns = ", ".join([*own, *(key.sql for key in keys)])
    by = [f"{place} {'DESC' if part.descending else 'ASC'} NULLS LAST" for place, part in enumerate(order, len(own) + 1)]
    by += ["2", "1"][2 - len(own) :]
    where = " AND ".join(test.sql for test in tests) or "1 = 1"
    parameters = [value for text in (*keys, *tests) for value in text.parameters]
    sql = f"SELECT {'DISTINCT ' if drive else ''}{columns} FROM {table} WHERE {where}"
    sql += f" ORDER BY {', '.join(by)}" if by else ""
    if limit is not None or offset:
        sql += " LIMIT ? OFFSET ?"
        parameters += [2**62 if limit is None else limit, offset]
    return repository.column(sql, parameters)


def _first_by_index(
    repository: Repository,
    categories: Sequence[int],
    conditions: Sequence[Node],
    level: int,
    order: Sequence[Order],
    count: int,
) -> list[int]:
    """Return the first products by one number, read in the order of an index; [] if an index cannot give them.

    It cannot if fewer than `count` products have the attribute: those without a value must then follow.
    """
    attribute = order[0].attribute if len(order) == 1 else None
    if attribute is None or attribute.kind not in ("quantity", "date") or order[0].unit:
        return []
    shown = _spec_test(AttributeCondition(attribute), categories, SqlFragment("d.nominal IS NOT NULL"), "d")
    tests = [shown, *(_condition(node, categories, level, _SPEC, negated=False) for node in conditions)]
    direction = "DESC" if order[0].descending else "ASC"
    found = _read_in_order(
        repository, tests, ["nominal"] if len(categories) == 1 else ["nominal", "category_id"], direction, count
    )
    return found if len(found) == count else []


def _read_in_order(
    repository: Repository, tests: Sequence[SqlFragment], order: Sequence[str], direction: str, count: int
) -> list[int]:
    """Return the first `count` products with specs that pass the tests, read in the order of an index.

    The order is by the columns `order`, the first in `direction`, then by product. The columns are selected too: otherwise
    SQLite does not read a UNION ALL view in the order of the indexes.
    """
    columns = ", ".join(("d.product_id", *(f"d.{column}" for column in order)))
    by = ", ".join((f"2 {direction}", *map(str, range(3, len(order) + 2)), "1"))
    sql = f"SELECT {columns} FROM spec d WHERE {' AND '.join(test.sql for test in tests)} ORDER BY {by} LIMIT ?"
    parameters = [value for test in tests for value in test.parameters]
    size = min(count, 2**62)  # in specs: several specs of one product need another round
    while True:
        rows = repository.column(sql, (*parameters, size))
        found = list(dict.fromkeys(rows))
        if len(found) >= count or len(rows) < size:
            return found[:count]
        size *= 8


def _by_name(order: Sequence[Order]) -> bool:
    return any(part.attribute is None for part in order)


def _indexed(node: Node) -> bool:
    """Return whether an index can find the specs of the condition by range."""
    return isinstance(node, AttributeCondition) and not node.state and (isfinite(node.low) or isfinite(node.high))


def count_without(repository: Repository, categories: Sequence[int], attribute: Attribute) -> tuple[int, int]:
    """Return the number of products of these categories (all if empty), and how many of them lack a value of the attribute."""
    where = f"WHERE p.removed_id IS NULL{f' AND p.category_id IN ({placeholders(len(categories))})' if categories else ''}"
    sql = f"""
    SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (
        SELECT 1 FROM spec s WHERE s.product_id = p.id AND s.attribute_id = ? AND s.shown AND s.kind = ?
    ) THEN 0 ELSE 1 END), 0) FROM product p {where}
    """
    ((total, without),) = repository.rows(sql, (attribute.id, attribute.kind, *categories))
    return total, without


def _condition(node: Node, categories: Sequence[int], level: int, at: _ProductColumns, *, negated: bool) -> SqlFragment:
    """Test that a product matches a condition, or its negation, at this level or higher; negations move to the leaves."""
    if isinstance(node, Not):
        return _condition(node.part, categories, level, at, negated=not negated)
    if isinstance(node, And | Or):
        parts = [_condition(part, categories, level, at, negated=negated) for part in node.parts]
        joint = " AND " if isinstance(node, And) != negated else " OR "
        return SqlFragment(
            f"({joint.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.parameters)
        )
    if isinstance(node, CategoryCondition):
        return _not(_in_categories(node.ids, at), negated)
    if isinstance(node, NameCondition):
        return _not(_name_test(node, at), negated)
    if node.state:
        return _not(_state_test(node, categories, at), negated)

    def passing(test: SqlFragment) -> SqlFragment:
        return _product_test(node, categories, _value_test(node, test, "s"), at)

    if not negated:
        return passing(_test(node, level, "s"))
    # A negation matches stated values only, at the level complementary to that of the condition.
    stated = _product_test(node, categories, _value_test(node._replace(low=-inf, high=inf), SqlFragment("1 = 1"), "s"), at)
    matched = passing(_test(node, CERTAIN + 1 - level, "s"))
    return SqlFragment(f"({stated.sql} AND NOT {matched.sql})", stated.parameters + matched.parameters)


def _and(texts: Sequence[SqlFragment]) -> SqlFragment:
    """Join conditions by AND."""
    if len(texts) == 1:
        return texts[0]
    return SqlFragment(" AND ".join(text.sql for text in texts), tuple(value for text in texts for value in text.parameters))


def _not(text: SqlFragment, negated: bool) -> SqlFragment:
    return SqlFragment(f"NOT {text.sql}", text.parameters) if negated else text


def _in_categories(ids: Sequence[int], at: _ProductColumns) -> SqlFragment:
    return SqlFragment(f"{at.category} IN ({placeholders(len(ids))})", tuple(ids))


def _name_test(node: NameCondition, at: _ProductColumns) -> SqlFragment:
    if node.slug:
        return SqlFragment(f"{at.product} = (SELECT id FROM product WHERE slug = ?)", (node.slug,))
    part = f"%{escape_like(node.part.lower())}%"
    return SqlFragment(f"{at.product} IN ({_ID_BY_NAME})", (part, part))


def _state_test(node: AttributeCondition, categories: Sequence[int], at: _ProductColumns) -> SqlFragment:
    """Test that an attribute is stated, unknown, not applicable or not stated."""
    if node.state == "not_stated":
        return _not(_product_test(node, categories, SqlFragment("1 = 1"), at), True)
    kind = node.attribute.kind if node.state == "stated" else node.state
    return _product_test(node, categories, SqlFragment("s.kind = ?", (kind,)), at)


def _value_test(node: AttributeCondition, test: SqlFragment, alias: str) -> SqlFragment:
    """Limit a test to values of the attribute, for money to values in the unit of the condition."""
    tests = [SqlFragment(f"{alias}.value_unit = ?", (node.unit,))] if node.unit else []
    if not _indexed(node):  # only values of the attribute's kind have ends and a nominal value
        tests.append(SqlFragment(f"{alias}.kind = ?", (node.attribute.kind,)))
    return _and([*tests, test])


def _product_test(node: AttributeCondition, categories: Sequence[int], test: SqlFragment, at: _ProductColumns) -> SqlFragment:
    """Test that the product has a shown spec of the attribute and its qualifiers which passes the test.

    After an indexed condition the specs are looked up product by product; without one, all at once by category and range.
    """
    found = _spec_test(node, categories, test, "s") if at is _PRODUCT else _spec_test(node, None, test, "s")
    if at is _PRODUCT:
        return SqlFragment(f"{at.product} IN (SELECT s.product_id FROM spec s WHERE {found.sql})", found.parameters)
    return SqlFragment(f"EXISTS (SELECT 1 FROM spec s WHERE s.product_id = {at.product} AND {found.sql})", found.parameters)


def _spec_test(node: AttributeCondition, categories: Sequence[int] | None, test: SqlFragment, alias: str) -> SqlFragment:
    """Test that a spec is shown, has the attribute, qualifiers and one of these categories, and passes the test.

    An empty list means all categories: they are listed so that the index, which begins with them, is used. None omits them.
    """
    sql = f"{alias}.attribute_id = ? AND {alias}.shown AND {test.sql}"
    parameters: tuple[object, ...] = (node.attribute.id, *test.parameters)
    for pair in filter(None, node.qualifiers.split(";")):
        sql += f" AND ';' || {alias}.qualifiers || ';' LIKE ? ESCAPE '!'"
        parameters += (f"%;{escape_like(pair)};%",)
    if categories is not None:
        within = placeholders(len(categories)) if categories else "SELECT id FROM category"
        return SqlFragment(f"{sql} AND {alias}.category_id IN ({within})", parameters + tuple(categories))
    return SqlFragment(sql, parameters)


def _test(condition: AttributeCondition, level: int, alias: str) -> SqlFragment:
    """Test the match level of one spec: the SQL form of `domain.conditions.match_level`."""
    if condition.attribute.kind == "reference":
        return _reference_test(condition, alias)
    if condition.attribute.kind in ("choice", "text"):
        if condition.words:
            words = f"% {escape_like(condition.words.lower())} %"
            return SqlFragment(f"' ' || LOWER({alias}.text) || ' ' LIKE ? ESCAPE '!'", (words,))
        return SqlFragment(f"LOWER({alias}.text) LIKE ? ESCAPE '!'", (f"%{escape_like(condition.part.lower())}%",))
    tests: list[SqlFragment] = []
    for inner, outer, sign, limit, direction in (
        ("hi", "lo", "<=", condition.high, inf),
        ("lo", "hi", ">=", condition.low, -inf),
    ):
        if not isfinite(limit):
            continue
        # The nominal value may be one float outside the ends. The unary + keeps SQLite from using an end's index.
        near, beyond = f"{alias}.nominal {sign} ?", nextafter(limit, direction)
        if level == CERTAIN:
            tests.append(SqlFragment(f"{near} AND +{alias}.{inner} {sign} ?", (beyond, limit)))
        elif level == LIKELY:
            ends = f"+{alias}.{outer} {sign} ? AND (+{alias}.nominal {sign} ? OR +{alias}.{inner} {sign} ?)"
            tests.append(SqlFragment(f"{near} AND {ends}", (beyond, limit, limit, limit)))
        else:
            tests.append(SqlFragment(f"{alias}.{outer} {sign} ?", (limit,)))
    return _and(tests) if tests else SqlFragment(f"{alias}.lo IS NOT NULL")


def _reference_test(condition: AttributeCondition, alias: str) -> SqlFragment:
    if condition.target:
        return SqlFragment(f"{alias}.target_id = (SELECT id FROM product WHERE slug = ?)", (condition.target,))
    part = f"%{escape_like(condition.part.lower())}%"
    return SqlFragment(f"{alias}.target_id IN ({_ID_BY_NAME})", (part, part))


def _sort_key(order: Order, at: _ProductColumns) -> SqlFragment:
    """Return the value to sort by: of several specs, the first in the direction."""
    if order.attribute is None:
        return SqlFragment("LOWER(p.name)")
    value = "nominal" if order.attribute.kind in ("quantity", "date", "flag") else "text"
    least = "MAX" if order.descending else "MIN"
    sql = f"(SELECT {least}(s.{value}) FROM spec s WHERE s.product_id = {at.product} AND s.attribute_id = ? AND s.shown)"
    return SqlFragment(sql, (order.attribute.id,))
