"""Lists of what the database holds: products, categories, attributes, sources, units, rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import metadata
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UnknownKeyError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute
    from specdb.domain.table import Scalar


def listing(view: View, what: str, category: str = "", *, brief: bool = False) -> Table:
    """The list of this name (see LISTS), of a category and those below it where that is given.

    A `brief` one is for people: aliases stand beside the name, attributes below their group, and no column is empty.
    """
    if what not in LISTS:
        raise UnknownKeyError(f"there is no list of {what!r}", nearest(what, LISTS) or f"write {', '.join(LISTS)}")
    if category and what in ("units", "rates"):
        raise UsageError(f"{what} belong to no category", "leave out --category")
    table = LISTS[what](view, view.category(category) if category else ())
    return _brief(table) if brief else table


def _brief(table: Table) -> Table:
    """A list with fewer columns, for a narrow terminal."""
    columns = {column.key: column for column in table.columns}
    rows: list[tuple[str, dict[str, Cell]]] = []
    for row in table.rows:
        cells = dict(zip(columns, row.cells, strict=True))
        if "aliases" in cells and (aliases := cells.pop("aliases").text):
            cells["name"] = Cell(f"{cells['name'].text} ({aliases})")
        if "computed" in cells and (expression := cells.pop("computed").text):
            cells["name"] = Cell(f"{cells['name'].text} = {expression}")
        if "kind" in cells:
            kind = cells.pop("kind")
            cells["unit"] = cells["unit"] if cells["unit"].text else kind
        rows.append((cells.pop("group").text if "group" in cells else "", cells))
    if not rows:
        return table
    kept = [key for key in columns if any(key in cells and cells[key].text for _, cells in rows)]
    if "kind" in columns:
        columns["unit"] = Column("unit", "unit or kind")
    shown = [Row(tuple(cells[key] for key in kept), group) for group, cells in rows]
    return Table([columns[key] for key in kept], shown, title=table.title, remarks=table.remarks)


def _table(columns: str, rows: Iterable[Sequence[Scalar]]) -> Table:
    """A table of plain values; the column `specs` and its like are numbers."""
    keys = columns.split()
    heads = [Column(key, key.replace("_", " "), key in ("products", "specs")) for key in keys]
    return Table(heads, [Row(tuple(Cell("" if value is None else str(value), value) for value in row)) for row in rows])


def _products(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "product_id")
    rows = [(one.slug, one.name, one.category, counts.get(one.id, 0)) for one in view.products(categories)]
    return _table("product name category specs", rows)


def _categories(view: View, categories: Sequence[int]) -> Table:
    """The tree, each node below its parent and set in by its depth; its products are those of all below it too."""
    columns = [
        Column("category", "category"),
        Column("name", "name"),
        Column("aliases", "aliases"),
        Column("products", "products", True),
        Column("required", "required"),
    ]
    rows = []
    totals: dict[int, int] = {}  # by depth: the products of the nodes below the one that comes next, from the last up
    for id, depth, key, name, products in reversed(metadata.category_tree(view)):
        total = products + totals.pop(depth + 1, 0)
        totals[depth] = totals.get(depth, 0) + total
        if not categories or id in categories:
            aliases = ", ".join(metadata.aliases(view, "category", id))
            required = ", ".join(attribute.key for attribute in metadata.required(view, id))
            said = (Cell(text, text) for text in (name, aliases))
            rows.append(Row((Cell("  " * depth + key, key), *said, Cell(str(total), total), Cell(required, required))))
    return Table(columns, rows[::-1])


def _attributes(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "attribute_id", categories)
    rows = [
        (
            one.key,
            one.name,
            one.kind,
            _unit(one),
            one.better,
            one.group,
            ", ".join(metadata.aliases(view, "attribute", one.id)),
            view.computed.get(one.id, ""),
            counts.get(one.id, None if one.id in view.computed else 0),
        )
        for one in view.attributes().values()
        if not categories or one.id in counts
    ]
    return _table("attribute name kind unit better group aliases computed specs", rows)


def _unit(attribute: Attribute) -> str:
    """An attribute's unit as a file of attributes has it: that of a bare number is count."""
    return attribute.unit or ("count" if attribute.kind == "quantity" else "")


def _sources(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "source_id", categories)
    rows = [
        (one.slug, one.title, one.publisher, one.date, one.url, counts.get(one.id, 0))
        for one in view.sources().values()
        if not categories or one.id in counts
    ]
    return _table("source title publisher date url specs", rows)


def _units(view: View, _categories: Sequence[int]) -> Table:
    return _table("unit dimension written", metadata.unit_names(view))


def _rates(view: View, _categories: Sequence[int]) -> Table:
    return _table("day base quote rate source", metadata.rates(view))


LISTS: dict[str, Callable[[View, Sequence[int]], Table]] = {
    "products": _products,
    "categories": _categories,
    "attributes": _attributes,
    "sources": _sources,
    "units": _units,
    "rates": _rates,
}
"""Each list with the function that makes it."""
