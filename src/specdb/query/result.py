"""Build the table of a query: a column for each attribute, with one precision for each unit in it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis.specs import read_specs
from specdb.domain.conditions import CERTAIN, MATCH_LEVELS, And, evaluate, match_level
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import DatabaseError
from specdb.figures import formatting
from specdb.query.evaluator import attribute_conditions, group_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.view import View
    from specdb.domain.conditions import Node
    from specdb.domain.spec import Attribute, Spec
    from specdb.query.evaluator import Evaluator

    Scales = dict[str, formatting.Scale]
    """The precision of a column's figures, by unit."""

_UNCERTAINTIES = {
    "about": "about",
    "at_most": "up to",
    "less_than": "below",
    "at_least": "at least",
    "more_than": "over",
    "range": "range",
    "plus_minus": "tolerance",
}
_LEVEL_NAMES = {number: name for name, number in MATCH_LEVELS.items()}


class QueryColumn(NamedTuple):
    """A column of a query.

    Attributes:
        attribute: The attribute.
        qualifiers: Only specs with exactly these qualifiers are shown; None for all specs, each with its qualifiers.
    """

    attribute: Attribute
    qualifiers: str | None = None

    @property
    def key(self) -> str:
        """Return the column's name for programs."""
        return formatting.format_label(self.attribute.key, self.qualifiers or "")


def heads(columns: Sequence[QueryColumn], conditions: Sequence[Node], scales: Sequence[Scales]) -> list[Column]:
    """Return the columns of the table; a title has the unit if all figures of the column share it."""
    heads = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    for column, units in zip(columns, scales, strict=True):
        unit = next(iter(units)) if len(units) == 1 else ""
        title = formatting.format_label(column.attribute.name, column.qualifiers or "", unit)
        heads.append(Column(column.key, title, numeric=column.attribute.kind == "quantity"))
    return [*heads, Column("match", "match")] if attribute_conditions(conditions) else heads


class QueryResult:
    """The products found by a query.

    Attributes:
        found: Ids of the products, in order.
        columns: The columns to show.
        conditions: The conditions that the products met.
        products: The products by id.
        specs: Shown specs in the columns, by product id and attribute id.
        evaluated: The specs that conditions are evaluated on: those of `specs`, or money as stated with its equivalents.
    """

    def __init__(
        self,
        view: View,
        found: Sequence[int],
        columns: Sequence[QueryColumn],
        evaluator: Evaluator | None = None,
    ) -> None:
        self.view = view
        self.found = found
        self.columns = columns
        self.conditions = evaluator.conditions if evaluator else ()
        self.products = {product.id: product for product in view.products_of(found)}
        attributes = sorted({column.attribute.id for column in columns})
        self.specs = self.evaluated = group_shown(found, read_specs(view, found, attributes))
        if evaluator and self.conditions and (evaluator.equivalents or view.currency):
            self.evaluated = evaluator.shown_specs(found, attributes)

    def table(self) -> Table:
        """Return a table with one row a product."""
        scales = self.scales()
        return Table(heads(self.columns, self.conditions, scales), list(self.rows(scales)))

    def scales(self) -> list[Scales]:
        """Return for each column the precision of its figures, by unit."""
        return [scales for _, _, scales in self._column_specs]

    @cached_property
    def _column_specs(self) -> list[tuple[dict[int, list[Spec]], dict[int, formatting.DisplayNumbers], Scales]]:
        """Return for each column its specs by product id, their figures by spec id, and its scales."""
        prepared = []
        for column in self.columns:
            by_product = {product_id: specs for product_id in self.found if (specs := self.of(product_id, column))}
            figures: dict[int, formatting.DisplayNumbers] = {}
            scales: Scales = {}
            quantities = [spec for specs in by_product.values() for spec in specs if spec.kind == "quantity"]
            for unit in dict.fromkeys(spec.value_unit for spec in quantities):
                same = [spec for spec in quantities if spec.value_unit == unit]
                shown, scales[unit] = formatting.display_numbers(same, unit, self.view.unit)
                figures |= shown
            prepared.append((by_product, figures, scales))
        return prepared

    def rows(self, scales: Sequence[Scales]) -> Iterator[Row]:
        """Yield one row a product, its figures with the precision of these scales."""
        columns = zip(self.columns, self._column_specs, scales, strict=True)
        parts = [
            self._cells(column, by_product, figures, scales_of_column)
            for column, (by_product, figures, _), scales_of_column in columns
        ]
        filtered = bool(attribute_conditions(self.conditions))
        for product_id in self.found:
            product = self.products[product_id]
            cells = [Cell(text, text) for text in (product.slug, product.name, product.category)]
            cells += [cells_of.get(product_id, formatting.NOT_STATED) for cells_of in parts]
            cells += [self._match(product_id)] if filtered else []
            yield Row(tuple(cells))

    def of(self, product_id: int, column: QueryColumn) -> list[Spec]:
        """Return the specs of a product in a column."""
        specs = self.specs[product_id].get(column.attribute.id, [])
        return specs if column.qualifiers is None else [spec for spec in specs if spec.qualifiers == column.qualifiers]

    def _cells(
        self,
        column: QueryColumn,
        by_product: dict[int, list[Spec]],
        figures: dict[int, formatting.DisplayNumbers],
        scales: Scales,
    ) -> dict[int, Cell]:
        """Return the cells of a column by product id."""

        def cell(spec: Spec) -> Cell:
            if spec.id in figures:
                shown = formatting.format_quantity(spec.modifier, figures[spec.id], scales[spec.value_unit])
            else:
                shown = formatting.format_value(spec)
            return formatting.with_qualifiers(spec, shown) if column.qualifiers is None else shown

        return {
            product_id: cell(*specs) if len(specs) == 1 else formatting.join_cells(map(cell, specs))
            for product_id, specs in by_product.items()
        }

    def _match(self, product_id: int) -> Cell:
        """Return the match level of a product, and why it is less than certain: "likely (about, range)"."""
        condition = And(tuple(self.conditions))
        level, _ = evaluate(condition, self.products[product_id], self.evaluated[product_id])
        if not level:  # SQL found the product through an index
            raise DatabaseError("the database is damaged: an index does not match its table", "restore it from a backup")
        name = _LEVEL_NAMES[level]
        if level == CERTAIN:
            return Cell(name, name)
        tests = [leaf for leaf in attribute_conditions(self.conditions) if not leaf.state]
        reasons: dict[str, None] = {}
        for leaf in tests:
            for spec in self.evaluated[product_id].get(leaf.attribute.id, []):
                if 0 < match_level(leaf, spec) < CERTAIN:
                    reason = _UNCERTAINTIES.get(spec.modifier, "span")
                    reasons[reason if len(tests) == 1 else f"{leaf.attribute.name} {reason}"] = None
        return Cell(f"{name} ({', '.join(reasons)})" if reasons else name, name)
