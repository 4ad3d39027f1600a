"""Rank products by a weighted mean of attributes that are scaled to 0 to 1."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import criteria, ranking
from specdb.domain.quantity import Interval
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UnknownKeyError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.analysis.criteria import Criterion
    from specdb.analysis.ranking import Ranked
    from specdb.database.view import View
    from specdb.domain.spec import Product, Spec

MISSING_POLICIES = ("exclude", "median", "worst")
"""How to rank a product without a value: not at all, or with the median or the worst value of the other products."""

_NOT_RANKED = "not ranked: a value is missing"


class RankOptions(NamedTuple):
    """Options of a ranking.

    Attributes:
        category: Name of a category: only products of it and of the categories below it. '' for all.
        missing: One of MISSING_POLICIES.
        limit: Maximum number of rows, None for all.
    """

    category: str = ""
    missing: str = "exclude"
    limit: int | None = None


DEFAULTS = RankOptions()


def rank(view: View, by: Sequence[str], options: RankOptions = DEFAULTS) -> Table:
    """Return products by score, the best first, then the products that are not ranked.

    Args:
        view: The view to read from.
        by: Criteria in the form that `analysis.criteria` parses, such as "weight:2".
        options: Options of the ranking.

    Raises:
        UnknownKeyError: If the policy for missing values is unknown.
        UsageError: If the limit is negative or a criterion is invalid.
    """
    if options.missing not in MISSING_POLICIES:
        hint = f"use {', '.join(MISSING_POLICIES)}"
        raise UnknownKeyError(f"unknown policy {options.missing!r} for missing values", hint)
    if options.limit is not None and options.limit < 0:
        raise UsageError(f"negative --limit {options.limit}", "specify 0 or more")
    wanted = criteria.criteria(view, by)
    products = view.products(view.category(options.category) if options.category else ())
    return Ranking(view, products, wanted, options).table()


class Ranking:
    """Products with their values of the criteria; products without any of these values are only counted."""

    def __init__(self, view: View, products: Sequence[Product], wanted: Sequence[Criterion], options: RankOptions) -> None:
        """Read the values of products for the wanted criteria."""
        self.view = view
        self.wanted = wanted
        self.options = options
        self.specs, self.remarks = criteria.find_specs(view, [product.id for product in products], wanted)
        values = {
            product.id: [
                criteria.usable_interval(one, specs.get(product.id)) for one, specs in zip(wanted, self.specs, strict=True)
            ]
            for product in products
        }
        self.values = {product_id: row for product_id, row in values.items() if any(row)}
        self.products = [product for product in products if product.id in self.values]
        self.without_values = len(products) - len(self.products)
        self.used, uncounted = criteria.used_criteria(wanted, self.values)
        self.remarks += uncounted
        self.imputed: dict[int, float] = {}
        self.footnotes: list[str] = []

    def table(self) -> Table:
        """Return one row for each product, the best first."""
        if self.options.missing != "exclude":
            self._impute()  # before other footnotes, so that these footnotes come first
        incomplete = [product for product in self.products if not self._is_complete(product)]
        complete = [product for product in self.products if self._is_complete(product)]
        weights = [self.wanted[index].weight for index in self.used]
        ranked = dict(zip(complete, ranking.rank([self._values(product) for product in complete], weights), strict=True))
        order = [*sorted(complete, key=lambda product: ranked[product].place), *incomplete][: self.options.limit]
        columns = [Column("product", "product"), Column("product_name", "name"), Column("place", "place", numeric=True)]
        columns += [Column("could_be", "could be", difference=True), Column("score", "score", numeric=True)]
        criterion_columns = [self._criterion_columns(index, order, ranked) for index in range(len(self.wanted))]
        columns += [column for headings, _ in criterion_columns for column in headings]
        rows = []
        for number, product in enumerate(order):
            cells = [Cell(product.slug, product.slug), Cell(product.name, product.name), *_place_cells(ranked.get(product))]
            cells += [cell for _, cells_of_products in criterion_columns for cell in cells_of_products[number]]
            rows.append(Row(tuple(cells), "" if product in ranked else _NOT_RANKED))
        self._add_remarks(incomplete, ranked)
        return Table(columns, rows, remarks=self.remarks, footnotes=self.footnotes)

    def _impute(self) -> None:
        """Find the replacement of missing values: the median or worst stated value of each criterion."""
        for index in self.used:
            stated = [row[index] for row in self.values.values()]
            numbers = [min(max(value.nominal, value.lo), value.hi) for value in stated if value]
            if len(numbers) < len(stated):
                worst = min if self.wanted[index].higher else max
                self.imputed[index] = ranking.median(numbers) if self.options.missing == "median" else worst(numbers)
                source = f"the {self.options.missing} of {len(numbers)} values" if len(numbers) > 1 else "the only stated value"
                self.footnotes.append(f"{self.wanted[index].key} is missing; ranked with {source}")

    def _is_complete(self, product: Product) -> bool:
        return all(self.values[product.id][index] or index in self.imputed for index in self.used)

    def _values(self, product: Product) -> list[Interval]:
        """Return the values of a product for ranking; an imputed value may actually be any value."""
        row = []
        for index in self.used:
            criterion = self.wanted[index]
            value = self.values[product.id][index]
            if value is None:
                floor = -inf if criterion.attribute.signed or criterion.attribute.kind == "date" else 0.0
                value = Interval(floor, self.imputed[index], 1.0 if criterion.attribute.kind == "flag" else inf)
            row.append(ranking.normalize_direction(value, higher=criterion.higher))
        return row

    def _criterion_columns(
        self, index: int, order: Sequence[Product], ranked: dict[Product, Ranked]
    ) -> tuple[list[Column], list[list[Cell]]]:
        """Return the columns of a criterion, its value and its part of the score, and the cells of each product."""
        criterion = self.wanted[index]
        specs = {product: spec for product in order if (spec := self.specs[index].get(product.id))}
        cell_of, scale = self._format_specs(list(specs.values()))
        cells = [cell_of[specs[product].id] if product in specs else formatting.NOT_STATED for product in order]
        title = formatting.format_label(criterion.attribute.name, criterion.qualifiers, scale.name)
        columns = [Column(criterion.key, title, criterion.attribute.kind == "quantity")]
        if index not in self.used:
            return columns, [[cell] for cell in cells]
        weight = f" ×{criterion.weight:g}" if criterion.weight != 1 else ""
        columns.append(Column(f"{criterion.key} part", f"part{weight}", numeric=True, difference=True))
        rows = []
        for product, cell in zip(order, cells, strict=True):
            if product in ranked and self.values[product.id][index] is None:
                cell = self._imputed_cell(index, cell, scale)
            part = ranked[product].parts[self.used.index(index)] if product in ranked else None
            rows.append([cell, Cell("") if part is None else Cell(f"{part:.2f}", round(part, 6))])
        return columns, rows

    def _format_specs(self, specs: Sequence[Spec]) -> tuple[dict[int, Cell], formatting.Scale]:
        """Return the cells of specs by spec id, and their scale if they share one.

        Quantities share a precision for each unit. A converted amount has a footnote with its exchange rate.
        """
        quantities = [spec for spec in specs if spec.kind == "quantity"]
        cells = {spec.id: formatting.format_value(spec) for spec in specs if spec.kind != "quantity"}
        scales = []
        for unit in dict.fromkeys(spec.value_unit for spec in quantities):
            same_unit = [spec for spec in quantities if spec.value_unit == unit]
            figures, scale = formatting.display_numbers(same_unit, unit, self.view.unit)
            cells |= {spec.id: formatting.format_quantity(spec.modifier, figures[spec.id], scale) for spec in same_unit}
            scales.append(scale)
        converted = self.view.currency.of if self.view.currency else {}
        for spec in specs:
            if spec.id in converted:
                cells[spec.id] = cells[spec.id]._replace(notes=(self._footnote(str(converted[spec.id][1])),))
        return cells, scales[0] if len(scales) == 1 else formatting.Scale("", 0)

    def _footnote(self, text: str) -> int:
        if text not in self.footnotes:
            self.footnotes.append(text)
        return self.footnotes.index(text) + 1

    def _imputed_cell(self, index: int, missing: Cell, scale: formatting.Scale) -> Cell:
        """Return the cell of an imputed value, with a footnote; for programs it has no value."""
        value, kind = self.imputed[index], self.wanted[index].attribute.kind
        if kind == "date":
            from datetime import date

            text = date.fromordinal(round(value)).isoformat()
        elif kind == "flag":
            text = {0.0: "no", 1.0: "yes"}.get(value, f"{value:g}")
        else:
            body = formatting.format_number(value, scale.decimals + (round(value, scale.decimals) != value))
            text = f"{body} {formatting.pluralize_unit(scale.name, body)}".rstrip()
        note = list(self.imputed).index(index) + 1
        return missing._replace(text=f"{missing.text} → {text}", value=None, notes=(note,))

    def _add_remarks(self, incomplete: Sequence[Product], ranked: dict[Product, Ranked]) -> None:
        """Add remarks about products that are not ranked, and about places that are not certain."""
        if self.without_values:
            count = "1 product has" if self.without_values == 1 else f"{self.without_values} products have"
            self.remarks.append(f"not ranked: {count} no value of any of these attributes")
        if incomplete:
            used = [self.wanted[index] for index in self.used]
            rows = [[self.values[product.id][index] for index in self.used] for product in incomplete]
            lacks = criteria.format_missing(used, rows)
            total = f"{len(incomplete)} of {len(self.products)} products"
            hint = "use --missing median or --missing worst to rank them"
            self.remarks.append(f"not ranked: {total} without a value of {lacks}; {hint}")
        if uncertain := sum(place.first < place.last for place in ranked.values()):
            total = f"{uncertain} of {len(ranked)} products"
            self.remarks.append(f"the order is not certain: within the stated intervals, {total} may have another place")


def _place_cells(ranked: Ranked | None) -> tuple[Cell, Cell, Cell]:
    """Return a product's place, its possible places if there are several, and its score."""
    if ranked is None:
        return Cell("—"), Cell(""), Cell("—")
    certain = ranked.first == ranked.last
    best = "" if ranked.place > 1 else "certain" if certain else "likely"
    first, last = ranked.first, ranked.last
    possible = Cell("", str(ranked.place)) if certain else Cell(f"{first}–{last}", f"{first}-{last}")
    return Cell(str(ranked.place), ranked.place), possible, Cell(f"{ranked.score:.3f}", ranked.score, best=best)
