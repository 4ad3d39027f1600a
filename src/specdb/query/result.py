"""The products found, as a table: a column for each attribute asked for, in one unit and one precision."""

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
    """The precision of a column's figures, by their unit."""

_WHY = {
    "about": "about",
    "at_most": "up to",
    "less_than": "below",
    "at_least": "at least",
    "more_than": "over",
    "range": "range",
    "plus_minus": "tolerance",
}
_STRENGTH_NAMES = {number: name for name, number in MATCH_LEVELS.items()}


class QueryColumn(NamedTuple):
    """A column: an attribute, and the qualifiers that its specs must have, each in their own; all of them if None."""

    attribute: Attribute
    qualifiers: str | None = None

    @property
    def key(self) -> str:
        """The column's name for programs."""
        return formatting.format_label(self.attribute.key, self.qualifiers or "")


def heads(columns: Sequence[QueryColumn], conditions: Sequence[Node], scales: Sequence[Scales]) -> list[Column]:
    """The columns of the table, each with its unit where that is one (there is one a currency)."""
    heads = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    for asked, units in zip(columns, scales, strict=True):
        unit = next(iter(units)) if len(units) == 1 else ""
        title = formatting.format_label(asked.attribute.name, asked.qualifiers or "", unit)
        heads.append(Column(asked.key, title, numeric=asked.attribute.kind == "quantity"))
    return [*heads, Column("match", "match")] if attribute_conditions(conditions) else heads


class QueryResult:
    """The products `found`, by id in order, with what is shown of them, and the conditions that they met, if any."""

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
        attributes = sorted({asked.attribute.id for asked in columns})
        self.specs = self.evaluated = group_shown(found, read_specs(view, found, attributes))
        if evaluator and self.conditions and (evaluator.judge or view.currency):
            self.evaluated = evaluator.shown_specs(found, attributes)

    def table(self) -> Table:
        """One row a product."""
        scales = self.scales()
        return Table(heads(self.columns, self.conditions, scales), list(self.rows(scales)))

    def scales(self) -> list[Scales]:
        """For each column the precision of its figures, by unit."""
        return [scales for _, _, scales in self._drawn]

    @cached_property
    def _drawn(self) -> list[tuple[dict[int, list[Spec]], dict[int, formatting.DisplayNumbers], Scales]]:
        """For each column the specs in it by product, their figures by spec, and the precisions."""
        drawn = []
        for asked in self.columns:
            mine = {product_id: specs for product_id in self.found if (specs := self.of(product_id, asked))}
            figures: dict[int, formatting.DisplayNumbers] = {}
            scales: Scales = {}
            quantities = [spec for specs in mine.values() for spec in specs if spec.kind == "quantity"]
            for unit in dict.fromkeys(spec.value_unit for spec in quantities):
                same = [spec for spec in quantities if spec.value_unit == unit]
                shown, scales[unit] = formatting.display_numbers(same, unit, self.view.unit)
                figures |= shown
            drawn.append((mine, figures, scales))
        return drawn

    def rows(self, scales: Sequence[Scales]) -> Iterator[Row]:
        """One row a product, its figures in these precisions."""
        columns = zip(self.columns, self._drawn, scales, strict=True)
        parts = [self._cells(asked, mine, figures, given) for asked, (mine, figures, _), given in columns]
        filtered = bool(attribute_conditions(self.conditions))
        for product_id in self.found:
            product = self.products[product_id]
            cells = [Cell(text, text) for text in (product.slug, product.name, product.category)]
            cells += [cells_of.get(product_id, formatting.NOT_STATED) for cells_of in parts]
            cells += [self._match(product_id)] if filtered else []
            yield Row(tuple(cells))

    def of(self, product_id: int, asked: QueryColumn) -> list[Spec]:
        """A product's specs in a column."""
        specs = self.specs[product_id].get(asked.attribute.id, [])
        return specs if asked.qualifiers is None else [spec for spec in specs if spec.qualifiers == asked.qualifiers]

    def _cells(
        self, asked: QueryColumn, mine: dict[int, list[Spec]], figures: dict[int, formatting.DisplayNumbers], scales: Scales
    ) -> dict[int, Cell]:
        """A column's cells by product."""

        def cell(spec: Spec) -> Cell:
            if spec.id in figures:
                shown = formatting.format_quantity(spec.modifier, figures[spec.id], scales[spec.value_unit])
            else:
                shown = formatting.format_value(spec)
            return formatting.with_qualifiers(spec, shown) if asked.qualifiers is None else shown

        return {
            product_id: cell(*specs) if len(specs) == 1 else formatting.join_cells(map(cell, specs))
            for product_id, specs in mine.items()
        }

    def _match(self, product_id: int) -> Cell:
        """How surely a product matches the condition, and what makes it less than certain."""
        condition = And(tuple(self.conditions))
        level, _ = evaluate(condition, self.products[product_id], self.evaluated[product_id])
        if not level:  # an index says otherwise than its table
            raise DatabaseError("the database is damaged: an index is not what it was made from", "restore it from a backup")
        name = _STRENGTH_NAMES[level]
        if level == CERTAIN:
            return Cell(name, name)
        tests = [leaf for leaf in attribute_conditions(self.conditions) if not leaf.state]
        why: dict[str, None] = {}
        for leaf in tests:
            for spec in self.evaluated[product_id].get(leaf.attribute.id, []):
                if 0 < match_level(leaf, spec) < CERTAIN:
                    said = _WHY.get(spec.modifier, "span")
                    why[said if len(tests) == 1 else f"{leaf.attribute.name} {said}"] = None
        return Cell(f"{name} ({', '.join(why)})" if why else name, name)
