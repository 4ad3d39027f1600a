"""The products found, as a table: a column for each attribute asked for, in one unit and one precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.core import display
from specdb.core.filters import CERTAIN, STRENGTHS, Filter, leaves, strength, truth
from specdb.core.table import Cell, Column, Row, Table
from specdb.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.core.filters import Node
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


class Asked(NamedTuple):
    """A column: an attribute, and the qualifiers that its specs must have, each in their own; all of them if None."""

    attribute: Attribute
    qualifiers: str | None = None

    @property
    def key(self) -> str:
        """The column's name for programs."""
        return display.label(self.attribute.key, self.qualifiers or "")


class Result:
    """The products `found`, by id in order, with what is shown of them, and the condition that they met, if any.

    `judging` is the catalog whose specs the condition is about, where that is another one.
    """

    def __init__(
        self,
        catalog: Catalog,
        found: Sequence[int],
        columns: Sequence[Asked],
        condition: Node | None,
        judging: Catalog | None = None,
    ) -> None:
        self.catalog = catalog
        self.found = found
        self.columns = columns
        self.condition = condition
        self.products = {product.id: product for product in catalog.products_of(found)}
        self.specs = self._read(catalog)
        self.judged = self.specs if judging in (None, catalog) or not condition else self._read(judging or catalog)

    def _read(self, catalog: Catalog) -> dict[int, dict[int, list[Spec]]]:
        """The specs shown of the products found, by product and attribute."""
        specs: dict[int, dict[int, list[Spec]]] = {id: {} for id in self.found}
        for spec in catalog.specs(self.found, sorted({asked.attribute.id for asked in self.columns})):
            if spec.shown:
                specs[spec.product_id].setdefault(spec.attribute_id, []).append(spec)
        return specs

    def table(self) -> Table:
        """One row a product."""
        parts = [self._column(asked) for asked in self.columns]
        columns = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
        columns += [column for column, _ in parts]
        filtered = self.condition is not None and any(isinstance(leaf, Filter) for leaf, _ in leaves(self.condition))
        columns += [Column("match", "match")] if filtered else []
        rows = []
        for id in self.found:
            product = self.products[id]
            cells = [Cell(text, text) for text in (product.slug, product.name, product.category)]
            cells += [cells_of.get(id, display.NOT_STATED) for _, cells_of in parts]
            cells += [self._match(id)] if filtered else []
            rows.append(Row(tuple(cells)))
        return Table(columns, rows)

    def of(self, id: int, asked: Asked) -> list[Spec]:
        """A product's specs in a column."""
        specs = self.specs[id].get(asked.attribute.id, [])
        return specs if asked.qualifiers is None else [spec for spec in specs if spec.qualifiers == asked.qualifiers]

    def _column(self, asked: Asked) -> tuple[Column, dict[int, Cell]]:
        """A column, in one unit (one a currency) and one precision, and its cells by product."""
        attribute = asked.attribute
        mine = {id: specs for id in self.found if (specs := self.of(id, asked))}
        figures: dict[int, display.Figure] = {}
        scales: dict[str, display.Scale] = {}
        quantities = [spec for specs in mine.values() for spec in specs if spec.kind == "quantity"]
        for unit in dict.fromkeys(spec.value_unit for spec in quantities):
            same = [spec for spec in quantities if spec.value_unit == unit]
            shown, scales[unit] = display.figures(same, unit, self.catalog.unit)
            figures |= shown

        def cell(spec: Spec) -> Cell:
            if spec.id in figures:
                shown = display.quantity(spec.modifier, figures[spec.id], scales[spec.value_unit])
            else:
                shown = display.plain(spec)
            return display.qualified(spec, shown) if asked.qualifiers is None else shown

        cells = {id: display.joined(map(cell, specs)) for id, specs in mine.items()}
        unit = next(iter(scales)) if len(scales) == 1 else ""
        title = display.label(attribute.name, asked.qualifiers or "", unit)
        return Column(asked.key, title, numeric=attribute.kind == "quantity"), cells

    def _match(self, id: int) -> Cell:
        """How surely a product matches the condition, and what makes it less than certain."""
        condition: Any = self.condition
        level, _ = truth(condition, self.products[id], self.judged[id])
        if not level:  # an index says otherwise than its table
            raise StoreError("the database is damaged: an index is not what it was made from", "restore it from a backup")
        name = _STRENGTH_NAMES[level]
        if level == CERTAIN:
            return Cell(name, name)
        tests = [leaf for leaf, _ in leaves(condition) if isinstance(leaf, Filter) and not leaf.state]
        why: dict[str, None] = {}
        for leaf in tests:
            for spec in self.judged[id].get(leaf.attribute.id, []):
                if 0 < strength(leaf, spec) < CERTAIN:
                    said = _WHY.get(spec.modifier, "span")
                    why[said if len(tests) == 1 else f"{leaf.attribute.name} {said}"] = None
        return Cell(f"{name} ({', '.join(why)})" if why else name, name)
