"""Products in order of merit: each attribute on a ruler from 0 to 1, the weighted mean as the score, the parts shown."""

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
"""What is done with a product that lacks a value: it is not ranked, or ranked with the median or worst value of the others."""

_NOT_RANKED = "not ranked: a value is missing"


class RankOptions(NamedTuple):
    """Which products (all if `category` is ''), what is done about missing values, and how many rows are wanted."""

    category: str = ""
    missing: str = "exclude"
    limit: int | None = None


DEFAULTS = RankOptions()


def rank(view: View, by: Sequence[str], options: RankOptions = DEFAULTS) -> Table:
    """The products by their score, one a row, then those that are not ranked; `by` holds texts as criteria reads them."""
    if options.missing not in MISSING_POLICIES:
        raise UnknownKeyError(f"{options.missing!r} is no way to treat missing values", f"write {', '.join(MISSING_POLICIES)}")
    if options.limit is not None and options.limit < 0:
        raise UsageError(f"--limit {options.limit} is negative", "give a limit of 0 or more")
    wanted = criteria.criteria(view, by)
    products = view.products(view.category(options.category) if options.category else ())
    return Ranking(view, products, wanted, options).table()


class Ranking:
    """The products with what they state of the criteria; those without any value of them are only counted."""

    def __init__(self, view: View, products: Sequence[Product], wanted: Sequence[Criterion], options: RankOptions) -> None:
        self.view = view
        self.wanted = wanted
        self.options = options
        self.specs, self.remarks = criteria.figures(view, [product.id for product in products], wanted)
        values = {
            product.id: [criteria.value(one, specs.get(product.id)) for one, specs in zip(wanted, self.specs, strict=True)]
            for product in products
        }
        self.values = {id: mine for id, mine in values.items() if any(mine)}
        self.products = [product for product in products if product.id in self.values]
        self.silent = len(products) - len(self.products)
        self.used, uncounted = criteria.counted(wanted, self.values)
        self.remarks += uncounted
        self.imputed: dict[int, float] = {}
        self.footnotes: list[str] = []

    def table(self) -> Table:
        """One row a product, the best first."""
        if self.options.missing != "exclude":
            self._impute()  # first, for its footnotes are the first
        short = [product for product in self.products if not self._complete(product)]
        ranked = [product for product in self.products if self._complete(product)]
        weights = [self.wanted[place].weight for place in self.used]
        found = dict(zip(ranked, ranking.rank([self._row(product) for product in ranked], weights), strict=True))
        order = [*sorted(ranked, key=lambda product: found[product].place), *short][: self.options.limit]
        columns = [Column("product", "product"), Column("product_name", "name"), Column("place", "place", numeric=True)]
        columns += [Column("could_be", "could be", difference=True), Column("score", "score", numeric=True)]
        drawn = [self._column(place, order, found) for place in range(len(self.wanted))]
        columns += [column for heads, _ in drawn for column in heads]
        rows = []
        for number, product in enumerate(order):
            cells = [Cell(product.slug, product.slug), Cell(product.name, product.name), *_standing(found.get(product))]
            cells += [cell for _, pairs in drawn for cell in pairs[number]]
            rows.append(Row(tuple(cells), "" if product in found else _NOT_RANKED))
        self._explain(short, found)
        return Table(columns, rows, remarks=self.remarks, footnotes=self.footnotes)

    def _impute(self) -> None:
        """Finds what is put in the place of missing values: the median or the worst of those that there are."""
        for place in self.used:
            stated = [mine[place] for mine in self.values.values()]
            numbers = [min(max(one.nominal, one.lo), one.hi) for one in stated if one]
            if len(numbers) < len(stated):
                worst = min if self.wanted[place].higher else max
                self.imputed[place] = ranking.median(numbers) if self.options.missing == "median" else worst(numbers)
                what = f"the {self.options.missing} of the {len(numbers)} stated" if len(numbers) > 1 else "the only one stated"
                self.footnotes.append(f"{self.wanted[place].key} is missing here, and ranked as {what}")

    def _complete(self, product: Product) -> bool:
        return all(self.values[product.id][place] or place in self.imputed for place in self.used)

    def _row(self, product: Product) -> list[Interval]:
        """A product's figures as they are ranked; what is imputed could in truth be anything."""
        row = []
        for place in self.used:
            one = self.wanted[place]
            figure = self.values[product.id][place]
            if figure is None:
                floor = -inf if one.attribute.signed or one.attribute.kind == "date" else 0.0
                figure = Interval(floor, self.imputed[place], 1.0 if one.attribute.kind == "flag" else inf)
            row.append(ranking.normalize_direction(figure, higher=one.higher))
        return row

    def _column(
        self, place: int, order: Sequence[Product], found: dict[Product, Ranked]
    ) -> tuple[list[Column], list[list[Cell]]]:
        """The columns of a criterion, its value and its part of the score, and each product's cells in them."""
        one = self.wanted[place]
        specs = {product: spec for product in order if (spec := self.specs[place].get(product.id))}
        values, scale = self._cells(list(specs.values()))
        heads = [
            Column(
                one.key,
                formatting.format_label(one.attribute.name, one.qualifiers, scale.name),
                one.attribute.kind == "quantity",
            )
        ]
        if place not in self.used:
            return heads, [[values[specs[product].id] if product in specs else formatting.NOT_STATED] for product in order]
        times = f" ×{one.weight:g}" if one.weight != 1 else ""
        heads.append(Column(f"{one.key} part", f"part{times}", numeric=True, difference=True))
        drawn = []
        for product in order:
            cell = values[specs[product].id] if product in specs else formatting.NOT_STATED
            if product in found and self.values[product.id][place] is None:
                cell = self._stand_in(place, cell, scale)
            part = found[product].parts[self.used.index(place)] if product in found else None
            drawn.append([cell, Cell("") if part is None else Cell(f"{part:.2f}", round(part, 6))])
        return heads, drawn

    def _cells(self, specs: Sequence[Spec]) -> tuple[dict[int, Cell], formatting.Scale]:
        """Specs as cells, by spec id, quantities in one precision, a currency in its own; and the scale if it is one.

        What is converted has its rate as a footnote.
        """
        quantities = [spec for spec in specs if spec.kind == "quantity"]
        cells = {spec.id: formatting.format_value(spec) for spec in specs if spec.kind != "quantity"}
        scales = []
        for unit in dict.fromkeys(spec.value_unit for spec in quantities):
            same = [spec for spec in quantities if spec.value_unit == unit]
            figures, scale = formatting.display_numbers(same, unit, self.view.unit)
            cells |= {spec.id: formatting.format_quantity(spec.modifier, figures[spec.id], scale) for spec in same}
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

    def _stand_in(self, place: int, missing: Cell, scale: formatting.Scale) -> Cell:
        """The cell of an imputed value: what was missing, what stands in for it, and a footnote; programs get no value."""
        value, kind = self.imputed[place], self.wanted[place].attribute.kind
        if kind == "date":
            from datetime import date

            text = date.fromordinal(round(value)).isoformat()
        elif kind == "flag":
            text = {0.0: "no", 1.0: "yes"}.get(value, f"{value:g}")
        else:
            body = formatting.format_number(value, scale.decimals + (round(value, scale.decimals) != value))
            text = f"{body} {formatting.pluralize_unit(scale.name, body)}".rstrip()
        note = list(self.imputed).index(place) + 1
        return missing._replace(text=f"{missing.text} → {text}", value=None, notes=(note,))

    def _explain(self, short: Sequence[Product], found: dict[Product, Ranked]) -> None:
        """Says what is not ranked and why, and whether the order is sure."""
        if self.silent:
            count = "1 product has" if self.silent == 1 else f"{self.silent} products have"
            self.remarks.append(f"not ranked: {count} no value of any of these attributes")
        if short:
            used = [self.wanted[place] for place in self.used]
            lacks = criteria.short_of(used, [[self.values[product.id][place] for place in self.used] for product in short])
            total = f"{len(short)} of {len(self.products)} products"
            self.remarks.append(f"not ranked: {total}, without a value of {lacks}; --missing median or worst ranks them too")
        if open := sum(one.first < one.last for one in found.values()):
            total = f"{open} of {len(found)} products"
            self.remarks.append(f"the order is not certain: by all that the figures can be, {total} could have another place")


def _standing(one: Ranked | None) -> tuple[Cell, Cell, Cell]:
    """A product's place, the places it could have if that is more than one, and its score."""
    if one is None:
        return Cell("—"), Cell(""), Cell("—")
    sure = one.first == one.last
    best = "" if one.place > 1 else "certain" if sure else "likely"
    could = Cell("", str(one.place)) if sure else Cell(f"{one.first}–{one.last}", f"{one.first}-{one.last}")
    return Cell(str(one.place), one.place), could, Cell(f"{one.score:.3f}", one.score, best=best)
