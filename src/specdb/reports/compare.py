"""Products side by side: a row for each attribute with its qualifiers, in one unit and one precision."""

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
UNIT_SYSTEMS = ("metric", "imperial", "as-printed")


class CompareOptions(NamedTuple):
    """What a comparison is to show.

    `attributes` are keys, all if empty; `baseline` a product name, the first if ''; `units` metric, imperial or
    as-printed; `unit` maps attribute keys to units that go before it; `diff` keeps the rows that differ.
    """

    attributes: tuple[str, ...] = ()
    baseline: str = ""
    units: str = "metric"
    unit: Mapping[str, str] = {}
    diff: bool = False
    sources: bool = False


DEFAULTS = CompareOptions()


class ComparisonLine(NamedTuple):
    """One row before it is drawn: for each product the specs shown, and those that are not."""

    attribute: Attribute
    qualifiers: str
    shown: list[list[Spec]]
    hidden: list[list[Spec]]


def compare(view: View, names: Sequence[str], options: CompareOptions = DEFAULTS) -> Table:
    """The comparison of the products of these names; UsageError for fewer than two or more than MOST."""
    if options.units not in UNIT_SYSTEMS:
        raise UnknownKeyError(f"{options.units!r} is no system of units", f"write {', '.join(UNIT_SYSTEMS)}")
    if options.units == "as-printed" and view.currency:
        raise UsageError("--units as-printed shows money as it was printed", "leave out --currency, or --units")
    products = list(dict.fromkeys(view.product(name) for name in names))
    if not 2 <= len(products) <= MAX_PRODUCTS:
        given = "1 product" if len(products) == 1 else f"{len(products)} different products"
        raise UsageError(f"{given} to compare", f"name two to {MAX_PRODUCTS} different ones")
    base = _baseline(view, products, options.baseline)
    lines = _lines(view, products, options)
    remarks = []
    if len({product.category_id for product in products}) > 1:
        lines, remark = _shared(lines, products)
        remarks += remark
    table = Comparison(view, products, base, options).table(lines)
    table.remarks += remarks
    return table


def _baseline(view: View, products: Sequence[Product], name: str) -> int:
    """The place of the product that the others are measured against."""
    if not name:
        return 0
    product = view.product(name)
    if product not in products:
        raise UsageError(f"the baseline {product.slug} is not compared", "name it among the products too")
    return products.index(product)


def _lines(view: View, products: Sequence[Product], options: CompareOptions) -> list[ComparisonLine]:
    """The rows of the comparison, in the order of the attributes."""
    keys = [*options.attributes, *(view.adhoc if options.attributes else ())]
    wanted = {view.attribute(key).id for key in keys}
    specs = read_specs(view, [product.id for product in products], sorted(wanted) or None)
    attributes = view.attributes({spec.attribute_id for spec in specs})
    place = {product.id: index for index, product in enumerate(products)}
    lines: dict[tuple[int, str, str], ComparisonLine] = {}
    for spec in specs:
        attribute = attributes[spec.attribute_id]
        currency = spec.value_unit if attribute.is_money else ""
        key = (attribute.id, spec.qualifiers, currency)
        if key not in lines:
            lines[key] = ComparisonLine(attribute, spec.qualifiers, [[] for _ in products], [[] for _ in products])
        side = lines[key].shown if spec.shown else lines[key].hidden
        side[place[spec.product_id]].append(spec)
    order = {id: index for index, id in enumerate(attributes)}
    shown = [line for line in lines.values() if any(line.shown)]
    return sorted(shown, key=lambda line: order[line.attribute.id])


def _shared(lines: list[ComparisonLine], products: Sequence[Product]) -> tuple[list[ComparisonLine], list[str]]:
    """Across categories: the rows that at least two products state, and a remark on the others."""
    kept = [line for line in lines if sum(map(bool, line.shown)) > 1]
    left = list(dict.fromkeys(line.attribute.name for line in lines if line not in kept))
    if not left:
        return kept, []
    categories = ", ".join(dict.fromkeys(product.category for product in products))
    listed = ", ".join(left[:6]) + (f" and {len(left) - 6} more" if len(left) > 6 else "")
    return kept, [f"different categories ({categories}): left out what only one of them states: {listed}"]


class Comparison:
    """Draws lines as a table, gathering footnotes on the way."""

    def __init__(self, view: View, products: Sequence[Product], base: int, options: CompareOptions) -> None:
        self.view = view
        self.products = products
        self.base = base
        self.options = options
        self.unit = cache(view.unit)
        self.units = {view.attribute(key).id: _unit(view, key, unit) for key, unit in options.unit.items()}
        self.claims = comparative_claims(view.with_currency(None), products)
        self.footnotes: dict[str, int] = {}
        self.sources = view.sources(())

    def table(self, lines: list[ComparisonLine]) -> Table:
        """The whole table."""
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
        """The row of a line, or none where `diff` drops it."""
        firsts = [specs[0] if len(specs) == 1 else None for specs in line.shown]
        figures, scale = self._figures(line)
        cells = []
        for place, specs in enumerate(line.shown):
            cells.append(self._cell(specs, line.hidden[place], figures, scale))
        if self.options.diff and len({cell.text for cell in cells}) == 1:
            return
        marked = zip(cells, difference.best(firsts, line.attribute.better), strict=True)
        cells = [cell._replace(best=mark) if mark else cell for cell, mark in marked]
        cells = [self._claimed(cell, line, place) for place, cell in enumerate(cells)]
        changes = [self._difference(spec, firsts[self.base], figures, scale) for spec in firsts]
        drawn = [self._heading(line, scale)]
        for place, cell in enumerate(cells):
            drawn.append(cell)
            if place != self.base:
                drawn.append(changes[place])
        yield Row(tuple(drawn), line.attribute.group)

    def _claimed(self, cell: Cell, line: ComparisonLine, place: int) -> Cell:
        """A cell marked by what came of the claims about it; the sources' footnotes tell the arithmetic."""
        found = self.claims.get((self.products[place].id, line.attribute.id, line.qualifiers), [])
        if not found:
            return cell
        notes = cell.notes
        if self.options.sources:
            said = (f"claimed “{claim.printed}”: {checked.arithmetic}: {checked.verdict}" for claim, checked in found)
            notes += tuple(self._footnote(text) for text in said)
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
        """Each quantity of a line in the line's one unit, by spec id, and that unit with the line's one precision."""
        specs = [spec for specs in line.shown for spec in specs if spec.kind == "quantity"]
        if not specs:
            return {}, formatting.Scale("", 0)
        target = self._target(line.attribute, specs[0].value_unit)
        return formatting.display_numbers(specs, target, self.unit)

    def _target(self, attribute: Attribute, unit: str) -> str:
        """The unit that an attribute's values are shown in."""
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
        """A product's cell: its shown specs, with footnotes for what is disputed and, if asked for, the sources."""
        if not specs:
            return formatting.NOT_STATED
        cell = formatting.join_cells([self._one(spec, figures, scale) for spec in specs])
        if not (hidden or self.options.sources or self.view.currency):
            return cell
        notes = [self._footnote(str(rate)) for spec in specs for _, rate in self._stated(spec)]
        before = [self._before(spec) for spec in specs]
        notes += [
            self._footnote(f"also stated: {other.printed} ({self._place(other)})")
            for other in hidden
            if _apart(specs, other) and _apart(before, self._before(other))
        ]
        if self.options.sources:
            notes += [self._footnote(self._place(spec)) for spec in specs]
        return cell._replace(notes=tuple(dict.fromkeys(notes)))

    def _stated(self, spec: Spec) -> list[tuple[Spec, Rate]]:
        """A converted spec as it was stated, with its rate; nothing for any other."""
        found = self.view.currency.of.get(spec.id) if self.view.currency else None
        return [found] if found else []

    def _before(self, spec: Spec) -> Spec:
        """A spec before it was converted."""
        return next((stated for stated, _ in self._stated(spec)), spec)

    def _one(self, spec: Spec, figures: dict[int, formatting.DisplayNumbers], scale: formatting.Scale) -> Cell:
        if spec.kind != "quantity":
            return formatting.format_value(spec)
        if self.options.units == "as-printed":
            return Cell(spec.printed, spec.printed)
        return formatting.format_quantity(spec.modifier, figures[spec.id], scale)

    def _place(self, spec: Spec) -> str:
        source = self.sources[spec.source_id]
        return ", ".join(filter(None, (source.title, spec.as_of, spec.locator)))

    def _footnote(self, text: str) -> int:
        return self.footnotes.setdefault(text, len(self.footnotes) + 1)

    def _difference(
        self, spec: Spec | None, base: Spec | None, figures: dict[int, formatting.DisplayNumbers], scale: formatting.Scale
    ) -> Cell:
        """How a value differs from the baseline's; empty where they cannot be set against each other."""
        if not spec or not base or spec.id not in figures or base.id not in figures:
            return Cell("")
        if self.options.units == "as-printed" and spec.unit != base.unit:
            return Cell("")
        return difference.difference(spec.modifier, figures[spec.id], base.modifier, figures[base.id], scale)


def _unit(view: View, key: str, name: str) -> Unit:
    """The unit that an attribute is to be shown in; DimensionFault if it measures something else."""
    attribute, unit = view.attribute(key), view.unit(name)
    if unit.dimension != attribute.dimension:
        if attribute.is_money and (code := currency_of(unit)):
            raise DimensionError(f"{name!r} is a currency, and converts at the rate of a day", f"write --currency {code}")
        measured = attribute.dimension or f"a {attribute.kind}, without a unit"
        other = f"give a unit of {attribute.dimension}" if attribute.dimension else "leave it out"
        raise DimensionError(f"{name!r} is a unit of {unit.dimension}, and {key} is {measured}", other)
    return unit


def _apart(shown: list[Spec], other: Spec) -> bool:
    """Whether a statement that is not shown disagrees with all that are: no common value, or another word."""
    if other.rank == "deprecated":
        return False
    if other.kind in ("quantity", "date", "flag"):
        return all(spec.kind != other.kind or spec.lo > other.hi or spec.hi < other.lo for spec in shown)
    return all((spec.kind, spec.text, spec.target) != (other.kind, other.text, other.target) for spec in shown)
