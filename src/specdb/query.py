"""Products that meet conditions: which, how surely, and the values that decided it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from specdb.core import dates, display, quantity
from specdb.core.filters import CERTAIN, STRENGTHS, Filter, strength
from specdb.core.table import Cell, Column, Row, Table
from specdb.errors import DimensionFault, UnknownKey, UsageError, ValueFault
from specdb.store import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.core.specs import Attribute, Spec
    from specdb.store.catalog import Catalog

_WHY = {
    "about": "about",
    "at_most": "up to",
    "less_than": "below",
    "at_least": "at least",
    "more_than": "over",
    "range": "range",
    "plus_minus": "tolerance",
}
_STRENGTH_NAMES = {number: name for name, number in STRENGTHS.items()}


class Condition(NamedTuple):
    """What was asked: `test` is min, max, is, yes or no; `key` names an attribute; `value` is text as written."""

    test: str
    key: str
    value: str = ""


class Options(NamedTuple):
    """Where to look, how sure a match must be, and what to show in which order.

    `sort` holds attribute keys, or "name", each with a leading hyphen for descending order; `columns` attribute keys
    to show beside those that are filtered or sorted by.
    """

    category: str = ""
    match: str = "likely"
    sort: tuple[str, ...] = ()
    limit: int | None = None
    columns: tuple[str, ...] = ()


def query(catalog: Catalog, conditions: Sequence[Condition] = (), options: Options = Options()) -> Table:
    """The products that meet all conditions, one a row; what was assumed, and why there are none, is in the remarks."""
    if options.match not in STRENGTHS:
        raise UnknownKey(f"{options.match!r} is no strength of match", f"write {', '.join(STRENGTHS)}")
    if options.limit is not None and options.limit < 0:
        raise UsageError(f"a limit of {options.limit}", "give a limit of 0 or more")
    remarks: list[str] = []
    filters = [_filter(catalog, condition, remarks) for condition in conditions]
    order = [_order(catalog, key) for key in options.sort]
    categories = catalog.category(options.category) if options.category else []
    found = search.products(catalog, categories, filters, STRENGTHS[options.match], order, options.limit)
    if not found:
        remarks += _explain(catalog, categories, filters, options.category)
    extra = [catalog.attribute(key) for key in options.columns]
    columns = dict.fromkeys([*(one.attribute for one in filters), *(one.attribute for one in order if one.attribute), *extra])
    table = _table(catalog, found, list(columns), filters)
    table.remarks += remarks
    return table


def _order(catalog: Catalog, key: str) -> search.Order:
    name = key.removeprefix("-")
    return search.Order(None if name == "name" else catalog.attribute(name), key.startswith("-"))


def _filter(catalog: Catalog, condition: Condition, remarks: list[str]) -> Filter:
    """The filter that a condition means; what had to be assumed goes to the remarks."""
    attribute = catalog.attribute(condition.key)
    if condition.test in ("yes", "no") or attribute.kind == "flag":
        return _flag(attribute, condition)
    if condition.test in ("min", "max") and attribute.kind not in ("quantity", "date"):
        raise UsageError(
            f"{attribute.key} is a {attribute.kind}, which has no {condition.test}imum",
            f"write --{attribute.key} VALUE",
        )
    if attribute.kind == "quantity":
        return _quantity(catalog, attribute, condition, remarks)
    if attribute.kind == "date":
        span = dates.parse(condition.value)
        return _within(attribute, condition.test, float(span.first.toordinal()), float(span.last.toordinal()))
    if attribute.kind == "reference":
        return Filter(attribute, target=catalog.product(condition.value, target_of=attribute).slug)
    if not condition.value:
        raise ValueFault(f"--{attribute.key} is empty", "write a part of the text to find")
    return Filter(attribute, part=condition.value)


def _flag(attribute: Attribute, condition: Condition) -> Filter:
    wanted = {"yes": 1.0, "no": 0.0}.get(condition.value or condition.test)
    if attribute.kind != "flag":
        raise UsageError(f"{attribute.key} is a {attribute.kind}, not a yes or no", f"write --{attribute.key} VALUE")
    if wanted is None or condition.test in ("min", "max"):
        raise UsageError(f"{attribute.key} is a yes or no", f"write --{attribute.key} or --no-{attribute.key}")
    return Filter(attribute, wanted, wanted)


def _within(attribute: Attribute, test: str, low: float, high: float, unit: str = "") -> Filter:
    """The filter for at least `low`, at most `high`, or from `low` to `high`."""
    return Filter(attribute, -inf if test == "max" else low, inf if test == "min" else high, unit)


def _quantity(catalog: Catalog, attribute: Attribute, condition: Condition, remarks: list[str]) -> Filter:
    """The filter for a quantity: its figure in the attribute's unit, a bare number being taken in that unit."""
    figure = quantity.parse(condition.value)
    target = catalog.unit(attribute.unit)
    unit = catalog.unit(figure.unit) if figure.unit else target
    if not figure.unit and target.name:
        remarks.append(f"{attribute.key}: {condition.value} is taken as {condition.value} {target.name}")
    if attribute.is_money and unit.dimension.startswith("currency"):
        target = unit
    if unit.dimension != target.dimension:
        raise DimensionFault(
            f"{condition.value!r} is a figure of {unit.dimension}, and {attribute.key} one of {target.dimension}",
            f"give it in {target.name or 'a bare number'}, or another unit of {target.dimension}",
        )
    low, _, high = quantity.interval(figure, unit, target, signed=True)
    return _within(attribute, condition.test, low, high, target.name if attribute.is_money else "")


def _explain(catalog: Catalog, categories: Sequence[int], filters: Iterable[Filter], category: str) -> list[str]:
    """Why nothing was found: how many products there are, and how many of them lack what was asked for."""
    among = f" of category {category}" if category else ""
    said = []
    for attribute in dict.fromkeys(one.attribute for one in filters):
        total, without = search.lacking(catalog, categories, attribute)
        said.append(f"{without} of {total} products{among} do not state {attribute.key}")
    return ["no product matches", *said]


def _table(catalog: Catalog, found: Sequence[int], attributes: Sequence[Attribute], filters: Sequence[Filter]) -> Table:
    """The table of the products found, with a column for each attribute and, where filtered, the strength of the match."""
    by_id = {product.id: product for product in catalog.products_of(found)}
    specs: dict[tuple[int, int], list[Spec]] = {}
    for spec in catalog.specs(found, [attribute.id for attribute in attributes]):
        if spec.shown:
            specs.setdefault((spec.product_id, spec.attribute_id), []).append(spec)
    columns = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    parts = [_column(catalog, attribute, found, specs) for attribute in attributes]
    columns += [column for column, _ in parts]
    columns += [Column("match", "match")] if filters else []
    rows = []
    for id in found:
        product = by_id[id]
        cells = [Cell(text, text) for text in (product.slug, product.name, product.category)]
        cells += [shown.get(id, display.NOT_STATED) for _, shown in parts]
        cells += [_match(id, specs, filters)] if filters else []
        rows.append(Row(tuple(cells)))
    return Table(columns, rows)


def _column(
    catalog: Catalog, attribute: Attribute, found: Sequence[int], specs: dict[tuple[int, int], list[Spec]]
) -> tuple[Column, dict[int, Cell]]:
    """An attribute's column, in one unit and one precision, and its cells by product."""
    mine = {id: specs[id, attribute.id] for id in found if (id, attribute.id) in specs}
    figures: dict[int, display.Figure] = {}
    scales: dict[str, display.Scale] = {}
    quantities = [spec for group in mine.values() for spec in group if spec.kind == "quantity"]
    for unit in dict.fromkeys(spec.value_unit for spec in quantities):
        shown, scales[unit] = display.figures([spec for spec in quantities if spec.value_unit == unit], unit, catalog.unit)
        figures |= shown
    cells = {
        id: display.joined(display.qualified(spec, figures, scales.get(spec.value_unit)) for spec in group)
        for id, group in mine.items()
    }
    unit = attribute.unit if len(scales) < 2 and attribute.unit in scales else ""
    return Column(attribute.key, display.label(attribute.name, "", unit), numeric=attribute.kind == "quantity"), cells


def _match(id: int, specs: dict[tuple[int, int], list[Spec]], filters: Sequence[Filter]) -> Cell:
    """How surely a product matches all filters, and what makes it less than certain."""
    weakest, why = CERTAIN, []
    for condition in filters:
        level, spec = max(
            ((strength(condition, spec), spec) for spec in specs[id, condition.attribute.id]), key=lambda pair: pair[0]
        )
        weakest = min(weakest, level)
        if level < CERTAIN:
            said = _WHY.get(spec.modifier, "span")
            why.append(said if len(filters) == 1 else f"{condition.attribute.name} {said}")
    name = _STRENGTH_NAMES[weakest]
    return Cell(f"{name} ({', '.join(why)})" if why else name, name)
