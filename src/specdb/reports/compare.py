"""Compare products: a row for each attribute with its qualifiers, in one unit and one precision."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import difference
from specdb.analysis.claims import FAILS
from specdb.analysis.comparative_claims import comparative_claims
from specdb.analysis.specs import read_specs
from specdb.domain.table import Cell, Column, Row, Table
from specdb.domain.unit import currency_of
from specdb.errors import DimensionError, UnknownKeyError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from specdb.database.view import View
    from specdb.domain.money import Rate
    from specdb.domain.spec import Attribute, Product, Spec
    from specdb.domain.unit import Unit

MAX_PRODUCTS = 8
"""Maximum number of products in a comparison."""

UNIT_SYSTEMS = ("metric", "imperial", "as-printed")
"""The values of `CompareOptions.units`."""

_MAX_OMITTED = 6  # omitted attributes named in a remark


class CompareOptions(NamedTuple):
    """Options of a comparison.

    Attributes:
        attributes: Keys of the attributes to show, all if empty.
        baseline: Name of the product that differences refer to; '' for the first product.
        units: One of UNIT_SYSTEMS.
        unit: Units by attribute key, which take precedence over `units`.
        diff: Whether only rows with different values are shown.
        sources: Whether footnotes name the source of each value.
    """

    attributes: tuple[str, ...] = ()
    baseline: str = ""
    units: str = "metric"
    unit: Mapping[str, str] = {}
    diff: bool = False
    sources: bool = False


DEFAULTS = CompareOptions()


class ComparisonLine(NamedTuple):
    """The specs of a row, by the index of the product.

    Attributes:
        attribute: The attribute of the row.
        qualifiers: The qualifiers of the row.
        shown: For each product the specs that are shown.
        hidden: For each product the specs that are not shown.
    """

    attribute: Attribute
    qualifiers: str
    shown: list[list[Spec]]
    hidden: list[list[Spec]]


def compare(view: View, names: Sequence[str], options: CompareOptions = DEFAULTS) -> Table:
    """Return a comparison of products: a column for each product, with its difference from the baseline.

    Args:
        view: The view to read from.
        names: 2 to 8 products.
        options: Options of the comparison.

    Raises:
        UnknownKeyError: If the system of units is unknown.
        UsageError: If there are fewer than 2 or more than 8 products, or options conflict.
        DimensionError: If a unit does not fit its attribute.
    """
    if options.units not in UNIT_SYSTEMS:
        raise UnknownKeyError(f"unknown system of units {options.units!r}", f"use {', '.join(UNIT_SYSTEMS)}")
    if options.units == "as-printed" and view.currency:
        raise UsageError("--units as-printed conflicts with --currency", "omit one of them")
    products = list(dict.fromkeys(view.product(name) for name in names))
    if not 2 <= len(products) <= MAX_PRODUCTS:
        given = "only 1 product" if len(products) == 1 else f"{len(products)} different products"
        raise UsageError(f"{given} to compare", f"specify 2 to {MAX_PRODUCTS} products")
    base = _baseline(view, products, options.baseline)
    lines = _lines(view, products, options)
    remarks: list[str] = []
    if len({product.category_id for product in products}) > 1:
        lines, remarks = _shared_lines(lines, products)
    table = Comparison(view, products, base, options).table(lines)
    table.remarks += remarks
    return table


def _baseline(view: View, products: Sequence[Product], name: str) -> int:
    """Return the index of the product that differences refer to."""
    if not name:
        return 0
    product = view.product(name)
    if product not in products:
        raise UsageError(f"baseline {product.slug} is not among the compared products", "add it to the products")
    return products.index(product)


def _lines(view: View, products: Sequence[Product], options: CompareOptions) -> list[ComparisonLine]:
    """Read the specs and group them into rows, in the order of attributes."""
    keys = [*options.attributes, *(view.adhoc if options.attributes else ())]
    wanted = {view.attribute(key).id for key in keys}
    specs = read_specs(view, [product.id for product in products], sorted(wanted) or None)
    attributes = view.attributes({spec.attribute_id for spec in specs})
    index_of = {product.id: index for index, product in enumerate(products)}
    lines: dict[tuple[int, str, str], ComparisonLine] = {}
    for spec in specs:
        attribute = attributes[spec.attribute_id]
        currency = spec.value_unit if attribute.is_money else ""
        key = (attribute.id, spec.qualifiers, currency)
        if key not in lines:
            lines[key] = ComparisonLine(attribute, spec.qualifiers, [[] for _ in products], [[] for _ in products])
        side = lines[key].shown if spec.shown else lines[key].hidden
        side[index_of[spec.product_id]].append(spec)
    order = {attribute_id: index for index, attribute_id in enumerate(attributes)}
    shown = [line for line in lines.values() if any(line.shown)]
    return sorted(shown, key=lambda line: order[line.attribute.id])


def _shared_lines(lines: list[ComparisonLine], products: Sequence[Product]) -> tuple[list[ComparisonLine], list[str]]:
    """Return the rows that at least two products state, and a remark about the other rows."""
    kept = [line for line in lines if sum(map(bool, line.shown)) > 1]
    omitted = list(dict.fromkeys(line.attribute.name for line in lines if line not in kept))
    if not omitted:
        return kept, []
    categories = ", ".join(dict.fromkeys(product.category for product in products))
    more = f" and {len(omitted) - _MAX_OMITTED} more" if len(omitted) > _MAX_OMITTED else ""
    listed = ", ".join(omitted[:_MAX_OMITTED]) + more
    return kept, [f"different categories ({categories}): omitted attributes that only one product states: {listed}"]


class Comparison:
    """Build the table of a comparison and collect its footnotes."""

    def __init__(self, view: View, products: Sequence[Product], base: int, options: CompareOptions) -> None:
        """Read the units and claims of the comparison; `base` is the index of the baseline."""
        self.view = view
        self.products = products
        self.base = base
        self.options = options
        self.unit = cache(view.unit)
        self.units = {view.attribute(key).id: _parse_unit(view, key, unit) for key, unit in options.unit.items()}
        self.claims = comparative_claims(view.with_currency(None), products)
        self.footnotes: dict[str, int] = {}
        self.sources = view.sources(())

    def table(self, lines: list[ComparisonLine]) -> Table:
        """Return the table of these rows."""
        ids = {spec.source_id for line in lines for specs in (*line.shown, *line.hidden) for spec in specs}
        self.sources = self.view.sources(ids)
        columns = [Column("attribute", "")]
        base = self.products[self.base]
        for product in self.products:
            columns.append(Column(product.slug, product.name))
            if product != base:
                columns.append(Column(f"{product.slug} - {base.slug}", f"against {base.name}", difference=True))
        rows = [row for line in lines for row in self._row(line)]
        return Table(columns, rows, title=" / ".join(product.name for product in self.products), footnotes=self.footnotes)

    def _row(self, line: ComparisonLine) -> Iterator[Row]:
        """Yield the row of a line; nothing if its values are equal and `diff` is set."""
        firsts = [specs[0] if len(specs) == 1 else None for specs in line.shown]
        figures, scale = self._figures(line)
        cells = []
        for index, specs in enumerate(line.shown):
            cells.append(self._cell(specs, line.hidden[index], figures, scale))
        if self.options.diff and len({cell.text for cell in cells}) == 1:
            return
        marked = zip(cells, difference.best(firsts, line.attribute.better), strict=True)
        cells = [cell._replace(best=mark) if mark else cell for cell, mark in marked]
        cells = [self._mark_claims(cell, line, index) for index, cell in enumerate(cells)]
        changes = [self._difference(spec, firsts[self.base], figures, scale) for spec in firsts]
        row = [self._heading(line, scale)]
        for index, cell in enumerate(cells):
            row.append(cell)
            if index != self.base:
                row.append(changes[index])
        yield Row(tuple(row), line.attribute.group)

    def _mark_claims(self, cell: Cell, line: ComparisonLine, index: int) -> Cell:
        """Return a cell with the mark of checked claims; if sources are shown, footnotes show the arithmetic."""
        found = self.claims.get((self.products[index].id, line.attribute.id, line.qualifiers), [])
        if not found:
            return cell
        notes = cell.notes
        if self.options.sources:
            texts = (f"claimed “{claim.printed}”: {checked.arithmetic}: {checked.verdict}" for claim, checked in found)
            notes += tuple(self._footnote(text) for text in texts)
        fails = any(checked.verdict == FAILS for _, checked in found)
        return cell._replace(claim="fails" if fails else "holds", notes=notes)

    def _heading(self, line: ComparisonLine, scale: formatting.Scale) -> Cell:
        attribute = line.attribute
        unit = scale.name if attribute.kind == "quantity" and self.options.units != "as-printed" else ""
        return Cell(
            formatting.format_label(attribute.name, line.qualifiers),
            formatting.format_label(attribute.key, line.qualifiers, unit),
        )

    def _figures(self, line: ComparisonLine) -> tuple[dict[int, formatting.DisplayNumbers], formatting.Scale]:
        """Return the quantities of a row by spec id, and their common unit and precision."""
        specs = [spec for specs in line.shown for spec in specs if spec.kind == "quantity"]
        if not specs:
            return {}, formatting.Scale("", 0)
        target = self._target(line.attribute, specs[0].value_unit)
        return formatting.display_numbers(specs, target, self.unit)

    def _target(self, attribute: Attribute, unit: str) -> str:
        """Return the unit in which the values of an attribute are shown."""
        if attribute.id in self.units:
            return self.units[attribute.id].name
        if self.options.units == "imperial":
            return self.unit(unit).imperial or unit
        if self.options.units == "metric" and not attribute.is_money:
            return self.unit(unit).metric or unit
        return unit

    def _cell(
        self, specs: list[Spec], hidden: list[Spec], figures: dict[int, formatting.DisplayNumbers], scale: formatting.Scale
    ) -> Cell:
        """Return the cell of a product, with footnotes for rates, for contradicting specs and, if requested, for sources."""
        if not specs:
            return formatting.NOT_STATED
        cell = formatting.join_cells([self._spec_cell(spec, figures, scale) for spec in specs])
        if not (hidden or self.options.sources or self.view.currency):
            return cell
        notes = [self._footnote(str(rate)) for spec in specs for _, rate in self._conversion(spec)]
        originals = [self._original(spec) for spec in specs]
        notes += [
            self._footnote(f"also stated: {other.printed} ({self._citation(other)})")
            for other in hidden
            if _contradicts_all(other, specs) and _contradicts_all(self._original(other), originals)
        ]
        if self.options.sources:
            notes += [self._footnote(self._citation(spec)) for spec in specs]
        return cell._replace(notes=tuple(dict.fromkeys(notes)))

    def _conversion(self, spec: Spec) -> list[tuple[Spec, Rate]]:
        """Return the original of a converted spec and its exchange rate; an empty list for other specs."""
        found = self.view.currency.of.get(spec.id) if self.view.currency else None
        return [found] if found else []

    def _original(self, spec: Spec) -> Spec:
        """Return a spec as it was before its conversion to another currency."""
        return next((original for original, _ in self._conversion(spec)), spec)

    def _spec_cell(self, spec: Spec, figures: dict[int, formatting.DisplayNumbers], scale: formatting.Scale) -> Cell:
        if spec.kind != "quantity":
            return formatting.format_value(spec)
        if self.options.units == "as-printed":
            return Cell(spec.printed, spec.printed)
        return formatting.format_quantity(spec.modifier, figures[spec.id], scale)

    def _citation(self, spec: Spec) -> str:
        source = self.sources[spec.source_id]
        return ", ".join(filter(None, (source.title, spec.as_of, spec.locator)))

    def _footnote(self, text: str) -> int:
        return self.footnotes.setdefault(text, len(self.footnotes) + 1)

    def _difference(
        self, spec: Spec | None, base: Spec | None, figures: dict[int, formatting.DisplayNumbers], scale: formatting.Scale
    ) -> Cell:
        """Return the difference from the value of the baseline; empty if the values are not comparable."""
        if not spec or not base or spec.id not in figures or base.id not in figures:
            return Cell("")
        if self.options.units == "as-printed" and spec.unit != base.unit:
            return Cell("")
        return difference.difference(spec.modifier, figures[spec.id], base.modifier, figures[base.id], scale)


def _parse_unit(view: View, key: str, name: str) -> Unit:
    """Return the unit in which an attribute is shown; DimensionError if it has another dimension."""
    attribute, unit = view.attribute(key), view.unit(name)
    if unit.dimension != attribute.dimension:
        if attribute.is_money and (code := currency_of(unit)):
            raise DimensionError(f"{name!r} is a currency, which needs an exchange rate", f"use --currency {code}")
        measured = attribute.dimension or f"a {attribute.kind} without a unit"
        hint = f"use a unit of {attribute.dimension}" if attribute.dimension else f"omit the unit of {key}"
        raise DimensionError(f"{name!r} is a unit of {unit.dimension}, but {key} is {measured}", hint)
    return unit


def _contradicts_all(other: Spec, shown: list[Spec]) -> bool:
    """Return whether a spec has no value in common with any of the shown specs; False if it is deprecated."""
    if other.rank == "deprecated":
        return False
    if other.kind in ("quantity", "date", "flag"):
        return all(spec.kind != other.kind or spec.lo > other.hi or spec.hi < other.lo for spec in shown)
    return all((spec.kind, spec.text, spec.target) != (other.kind, other.text, other.target) for spec in shown)
