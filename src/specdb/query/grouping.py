"""Products found, in groups: counts, and the least, median and largest of their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.specs import read_specs
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.query.result import QueryColumn, QueryResult


def _median(values: list[float]) -> float:
    from statistics import median  # slow to load, and wanted for groups only

    return median(values)


_MEASURES: dict[str, Callable[[list[float]], float]] = {"min": min, "median": _median, "max": max}
_NONE = "not stated"


def grouped(result: QueryResult, by: str) -> Table:
    """One row a group, the largest first; a product with several values of the attribute is in each of their groups."""
    groups: dict[str, list[int]] = {}
    for product in result.found:
        for name in _groups(result, product, by):
            groups.setdefault(name, []).append(product)
    measured = [asked for asked in result.columns if asked.attribute.kind == "quantity" and asked.attribute.key != by]
    columns = [Column(by, by), Column("products", "products", numeric=True)]
    for asked in measured:
        unit = _unit(result, asked)
        for name in _MEASURES:
            title = formatting.format_label(f"{asked.attribute.name} {name}", asked.qualifiers or "", unit)
            columns.append(Column(f"{asked.key} {name}", title, numeric=True))
    rows = []
    for name, ids in sorted(groups.items(), key=lambda item: (item[0] == _NONE, -len(item[1]), item[0])):
        cells = [Cell(name, None if name == _NONE else name), Cell(str(len(ids)), len(ids))]
        for asked in measured:
            cells += _measures(result, ids, asked)
        rows.append(Row(tuple(cells)))
    return Table(columns, rows)


def _groups(result: QueryResult, product: int, by: str) -> list[str]:
    """The groups that a product is in."""
    if by == "category":
        return [result.products[product].category]
    attribute = result.view.attribute(by)
    specs = [spec for spec in read_specs(result.view, [product], [attribute.id]) if spec.shown]
    texts = [spec.printed if spec.kind == "quantity" else formatting.format_value(spec).text for spec in specs]
    return list(dict.fromkeys(texts)) or [_NONE]


def _unit(result: QueryResult, asked: QueryColumn) -> str:
    """The unit that a column is measured in: the attribute's, or the currency that money is shown in."""
    unit, currency = asked.attribute.unit, result.view.currency
    return currency.unit_name(unit) if currency and asked.attribute.is_money else unit


def _measures(result: QueryResult, ids: list[int], asked: QueryColumn) -> list[Cell]:
    """The least, median and largest nominal value of a column in a group; empty where no product of it has one."""
    unit = _unit(result, asked)
    values = [
        spec.nominal
        for product in ids
        for spec in result.of(product, asked)
        if spec.kind == "quantity" and (spec.value_unit == unit or not asked.attribute.is_money)
    ]
    if not values:
        return [formatting.NOT_STATED] * len(_MEASURES)
    return [Cell(f"{measure(values):,.6g}", measure(values)) for measure in _MEASURES.values()]
