"""Products that meet conditions: which, how surely, and the values that decided it."""

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
    """Where to look, how sure a match must be, and what to show in which order.

    `where` is a text in the language of condition_language.lark. `sort` holds attribute keys, or "name", each with a leading
    hyphen for descending order; `columns` keys, with qualifiers in brackets if wanted, to show beside those that are
    filtered or sorted by. With `group_by` (category or an attribute's key) the rows are groups of the products found.
    With `pareto` only those stay that no other of them beats on all these attributes (docs/explanation/ranking.md). A `match`
    that is '' is likely for conditions, and certain for being beaten.
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
_MOST = 2**63 - 1
"""The largest number that SQLite takes."""

_MANY = 5000
"""Up to so many products are read at once."""


def query(view: View, conditions: Sequence[Condition] = (), options: QueryOptions = DEFAULTS, *, stream: bool = False) -> Table:
    """The products that meet all conditions, one a row; what was assumed, and why there are none, is in the remarks.

    With `stream` many rows are read from the database only as they are taken, once, and never all held.
    """
    if options.match not in ("", *MATCH_LEVELS):
        raise UnknownKeyError(f"unknown match level {options.match!r}", f"write {', '.join(MATCH_LEVELS)}")
    for name, number in (("limit", options.limit or 0), ("offset", options.offset)):
        if number < 0:
            raise UsageError(f"--{name} {number} is negative", f"give a {name} of 0 or more")
    reader = ConditionReader(view)
    nodes = [reader.option(condition) for condition in conditions]
    nodes += [reader.where(options.where)] if options.where else []
    order = [_order(view, key) for key in options.sort]
    categories = view.category(options.category) if options.category else []
    evaluator = Evaluator(view, nodes, order)
    strength, offset = MATCH_LEVELS[options.match or "likely"], min(options.offset, _MOST)
    limit = None if options.limit is None else min(options.limit, _MOST)
    if options.pareto:
        found, unbeaten = _unbeaten(view, evaluator.find(categories, strength), options)
    else:
        found, unbeaten = evaluator.find(categories, strength, limit, offset), []
    columns = _columns(view, nodes, order, (*(key.partition(":")[0] for key in options.pareto), *options.columns))
    if stream and len(found) > _MANY and not options.group_by:
        from specdb.query.stream import streamed

        table = streamed(view, found, columns, evaluator)
    else:
        result = QueryResult(view, found, columns, evaluator)
        table = _grouped(result, options.group_by) if options.group_by else result.table()
    table.remarks += [remark for part in (view.currency, evaluator.judge) if part for remark in part.remarks()]
    table.remarks += [*reader.remarks, *unbeaten]
    if limit != 0:
        table.remarks += _explain(evaluator, categories, options, bool(found))
    return table


def _grouped(result: QueryResult, by: str) -> Table:
    from specdb.query.grouping import grouped

    return grouped(result, by)


def _unbeaten(view: View, found: Sequence[int], options: QueryOptions) -> tuple[list[int], list[str]]:
    """The products that no other beats on all the attributes of `pareto`, with what is to be said of it."""
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
    """The columns to show: what is filtered by, sorted by, asked for, and defined for this call."""
    filtered = [QueryColumn(leaf.attribute) for leaf in attribute_conditions(nodes)]
    sorted_by = [QueryColumn(one.attribute) for one in order if one.attribute]
    adhoc = [QueryColumn(attribute) for attribute in view.adhoc.values()]
    return list(dict.fromkeys([*filtered, *sorted_by, *(_column(view, key) for key in keys), *adhoc]))


def _column(view: View, text: str) -> QueryColumn:
    """Return the column that `KEY` or `KEY[qualifier=value]` asks for."""
    key, given = qualifiers.parse_qualified_key(text)
    return QueryColumn(view.attribute(key), given)


def _explain(evaluator: Evaluator, categories: Sequence[int], options: QueryOptions, found: bool) -> list[str]:
    """Which products could not be judged: those that lack what is negated, and if none was found, what is asked for at all."""
    among = f" of category {options.category}" if options.category else ""
    lacking: dict[Attribute, bool] = {}
    for node in evaluator.conditions:
        for leaf, negated in leaves(node):
            if isinstance(leaf, AttributeCondition) and not leaf.state:
                lacking[leaf.attribute] = lacking.get(leaf.attribute, False) or negated
    after = f" after the first {options.offset}" if options.offset else ""
    said = [] if found else [f"no product matches{after}"]
    for attribute, negated in lacking.items():
        if found and not negated:
            continue
        total, without = evaluator.count_without(categories, attribute)
        if without:
            end = ": neither a test nor its negation matches them" if negated else ""
            products = "product" if total == 1 else "products"
            do = "does" if without == 1 else "do"
            said.append(f"{without} of {total} {products}{among} {do} not state {attribute.key}{end}")
    return said
