"""Group the products of a query: counts, and minimum, median and maximum of their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.specs import read_specs
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.query.result import QueryColumn, QueryResult


def _median(values: list[float]) -> float:
    from statistics import median  # slow to import; only groups need it

    return median(values)


_AGGREGATES: dict[str, Callable[[list[float]], float]] = {"min": min, "median": _median, "max": max}
_NOT_STATED = "not stated"


def grouped(result: QueryResult, by: str) -> Table:
    """Return a table with one row a group, the largest group first.

    Args:
        result: The products, and the columns to aggregate.
        by: "category" or an attribute's key; a product with several values of the attribute is in the group of each value.

    Raises:
        UnknownKeyError: The attribute is unknown.
    """
    groups: dict[str, list[int]] = {}
    for product in result.found:
        for name in _groups(result, product, by):
            groups.setdefault(name, []).append(product)
    measured = [column for column in result.columns if column.attribute.kind == "quantity" and column.attribute.key != by]
    columns = [Column(by, by), Column("products", "products", numeric=True)]
    for column in measured:
        unit = _unit(result, column)
        for name in _AGGREGATES:
            title = formatting.format_label(f"{column.attribute.name} {name}", column.qualifiers or "", unit)
            columns.append(Column(f"{column.key} {name}", title, numeric=True))
    rows = []
    for name, ids in sorted(groups.items(), key=lambda item: (item[0] == _NOT_STATED, -len(item[1]), item[0])):
        cells = [Cell(name, None if name == _NOT_STATED else name), Cell(str(len(ids)), len(ids))]
        for column in measured:
            cells += _aggregates(result, ids, column)
        rows.append(Row(tuple(cells)))
    return Table(columns, rows)


def _groups(result: QueryResult, product: int, by: str) -> list[str]:
    """Return the groups that a product is in."""
    if by == "category":
        return [result.products[product].category]
    attribute = result.view.attribute(by)
    specs = [spec for spec in read_specs(result.view, [product], [attribute.id]) if spec.shown]
    texts = [spec.printed if spec.kind == "quantity" else formatting.format_value(spec).text for spec in specs]
    return list(dict.fromkeys(texts)) or [_NOT_STATED]


def _unit(result: QueryResult, column: QueryColumn) -> str:
    """Return the unit of a column: the attribute's, or with the currency of the view."""
    unit, currency = column.attribute.unit, result.view.currency
    return currency.unit_name(unit) if currency and column.attribute.is_money else unit


def _aggregates(result: QueryResult, ids: list[int], column: QueryColumn) -> list[Cell]:
    """Return minimum, median and maximum of the nominal values of a group; "not stated" if there are none."""
    unit = _unit(result, column)
    values = [
        spec.nominal
        for product in ids
        for spec in result.of(product, column)
        if spec.kind == "quantity" and (spec.value_unit == unit or not column.attribute.is_money)
    ]
    if not values:
        return [formatting.NOT_STATED] * len(_AGGREGATES)
    return [Cell(f"{aggregate(values):,.6g}", aggregate(values)) for aggregate in _AGGREGATES.values()]
