"""Find the products that meet conditions, with their match levels and the values that conditions test."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.database import condition_compiler
from specdb.domain import qualifiers
from specdb.domain.conditions import MATCH_LEVELS, AttributeCondition, Node, leaves
from specdb.errors import UnknownKeyError, UsageError
from specdb.query.condition_reader import Condition, ConditionReader
from specdb.query.evaluator import Evaluator, attribute_conditions
from specdb.query.result import QueryColumn, QueryResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute
    from specdb.domain.table import Table

__all__ = ["Condition", "QueryOptions", "query"]


class QueryOptions(NamedTuple):
    """Options of a query.

    Attributes:
        category: Key or alias of the category to search, with all categories below it; '' for all products.
        where: A condition in the language of condition_language.lark; '' for none.
        match: The lowest match level to accept, a key of MATCH_LEVELS; '' is likely for conditions and certain for `pareto`.
        sort: Attribute keys, or "name", each with a leading hyphen for descending order; the most important first.
        limit: Maximum number of rows; None for all.
        offset: Number of rows to skip.
        columns: Attribute keys, or `KEY[qualifier=value]`, to show besides those that are filtered or sorted by.
        group_by: "category" or an attribute's key: the rows are then groups of the products found; '' for one row a product.
        pareto: Criteria: only products that no other product found beats on all of them (docs/explanation/ranking.md).
    """

    category: str = ""
    where: str = ""
    match: str = ""
    sort: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    columns: tuple[str, ...] = ()
    group_by: str = ""
    pareto: tuple[str, ...] = ()


DEFAULTS = QueryOptions()
_MAX_INTEGER = 2**63 - 1
"""The largest integer that SQLite supports: 64 bits, signed."""

_STREAM_ABOVE = 5000
"""With `stream`, more products than this are read in portions."""


def query(view: View, conditions: Sequence[Condition] = (), options: QueryOptions = DEFAULTS, *, stream: bool = False) -> Table:
    """Return the products that meet all conditions.

    Args:
        view: The view to read through.
        conditions: Conditions of single attributes; a product must meet them and `options.where`.
        options: Category, match level, order, columns and grouping.
        stream: Read the rows of a large result only as they are taken; they can then be taken once.

    Returns:
        A table with one row a product, or a group of products. Its remarks name the assumptions made, the exchange rates
        used, and why products are missing.

    Raises:
        UnknownKeyError: The match level or an attribute is unknown.
        NotFoundError: The category or a product is unknown.
        UsageError: A condition or an option is invalid.
        MissingRateError: The view has a currency, and a price has no exchange rate to it.
    """
    if options.match not in ("", *MATCH_LEVELS):
        raise UnknownKeyError(f"unknown match level {options.match!r}", f"write {', '.join(MATCH_LEVELS)}")
    for name, number in (("limit", options.limit or 0), ("offset", options.offset)):
        if number < 0:
            raise UsageError(f"--{name} {number} is negative", f"use a {name} of 0 or more")
    reader = ConditionReader(view)
    nodes = [reader.option(condition) for condition in conditions]
    nodes += [reader.where(options.where)] if options.where else []
    order = [_order(view, key) for key in options.sort]
    categories = view.category(options.category) if options.category else []
    evaluator = Evaluator(view, nodes, order)
    level, offset = MATCH_LEVELS[options.match or "likely"], min(options.offset, _MAX_INTEGER)
    limit = None if options.limit is None else min(options.limit, _MAX_INTEGER)
    if options.pareto:
        found, pareto_remarks = _pareto_front(view, evaluator.find(categories, level), options)
    else:
        found, pareto_remarks = evaluator.find(categories, level, limit, offset), []
    columns = _columns(view, nodes, order, (*(key.partition(":")[0] for key in options.pareto), *options.columns))
    if stream and len(found) > _STREAM_ABOVE and not options.group_by:
        from specdb.query.stream import streamed

        table = streamed(view, found, columns, evaluator)
    else:
        result = QueryResult(view, found, columns, evaluator)
        table = _grouped(result, options.group_by) if options.group_by else result.table()
    table.remarks += [remark for part in (view.currency, evaluator.equivalents) if part for remark in part.remarks()]
    table.remarks += [*reader.remarks, *pareto_remarks]
    if limit != 0:
        table.remarks += _explain(evaluator, categories, options, bool(found))
    return table


def _grouped(result: QueryResult, by: str) -> Table:
    from specdb.query.grouping import grouped

    return grouped(result, by)


def _pareto_front(view: View, found: Sequence[int], options: QueryOptions) -> tuple[list[int], list[str]]:
    """Return the products that no other product beats on all criteria of `pareto`, and remarks."""
    from specdb.analysis import criteria

    result = criteria.pareto_front(view, found, options.pareto, options.match or "certain")
    end = None if options.limit is None else options.offset + options.limit
    return result.kept[options.offset : end], result.remarks


def _order(view: View, key: str) -> condition_compiler.Order:
    name = key.removeprefix("-")
    return condition_compiler.Order(None if name == "name" else view.attribute(name), key.startswith("-"))


def _columns(
    view: View, nodes: Iterable[Node], order: Iterable[condition_compiler.Order], keys: Iterable[str]
) -> list[QueryColumn]:
    """Return the columns: attributes that are filtered by, sorted by, named in `keys` or defined for this request."""
    filtered = [QueryColumn(leaf.attribute) for leaf in attribute_conditions(nodes)]
    sorted_by = [QueryColumn(part.attribute) for part in order if part.attribute]
    adhoc = [QueryColumn(attribute) for attribute in view.adhoc.values()]
    return list(dict.fromkeys([*filtered, *sorted_by, *(_column(view, key) for key in keys), *adhoc]))


def _column(view: View, text: str) -> QueryColumn:
    """Return the column of `KEY` or `KEY[qualifier=value]`."""
    key, given = qualifiers.parse_qualified_key(text)
    return QueryColumn(view.attribute(key), given)


def _explain(evaluator: Evaluator, categories: Sequence[int], options: QueryOptions, found: bool) -> list[str]:
    """Return remarks on products that state no value of a negated attribute or, if none was found, of any tested attribute."""
    among = f" of category {options.category}" if options.category else ""
    lacking: dict[Attribute, bool] = {}
    for node in evaluator.conditions:
        for leaf, negated in leaves(node):
            if isinstance(leaf, AttributeCondition) and not leaf.state:
                lacking[leaf.attribute] = lacking.get(leaf.attribute, False) or negated
    after = f" after the first {options.offset}" if options.offset else ""
    remarks = [] if found else [f"no product matches{after}"]
    for attribute, negated in lacking.items():
        if found and not negated:
            continue
        total, without = evaluator.count_without(categories, attribute)
        if without:
            ending = ": neither a test nor its negation matches them" if negated else ""
            products = "product" if total == 1 else "products"
            do = "does" if without == 1 else "do"
            remarks.append(f"{without} of {total} {products}{among} {do} not state {attribute.key}{ending}")
    return remarks
