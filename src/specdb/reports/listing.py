"""Lists of the records of a database: products, categories, attributes, sources, units, rates."""

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


def list_items(view: View, what: str, category: str = "", *, brief: bool = False) -> Table:
    """Return a list of records.

    Args:
        view: The view to read from.
        what: A key of LISTS.
        category: Name of a category: only records of it and of the categories below it. '' for all.
        brief: Whether the table is for people: with aliases beside the name, grouped attributes and no empty columns.

    Raises:
        UnknownKeyError: If there is no such list.
        UsageError: If a category is given for units or rates.
    """
    if what not in LISTS:
        raise UnknownKeyError(f"unknown list {what!r}", nearest(what, LISTS) or f"use {', '.join(LISTS)}")
    if category and what in ("units", "rates"):
        raise UsageError(f"{what} have no category", "omit --category")
    table = LISTS[what](view, view.category(category) if category else ())
    return _brief(table) if brief else table


def _brief(table: Table) -> Table:
    """Return a list with fewer columns, for a narrow terminal."""
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
    """Return a table of plain values; `columns` are keys separated by spaces."""
    keys = columns.split()
    headings = [Column(key, key.replace("_", " "), key in ("products", "specs")) for key in keys]
    return Table(headings, [Row(tuple(Cell("" if value is None else str(value), value) for value in row)) for row in rows])


def _products(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "product_id")
    products = view.products(categories)
    rows = [(product.slug, product.name, product.category, counts.get(product.id, 0)) for product in products]
    return _table("product name category specs", rows)


def _categories(view: View, categories: Sequence[int]) -> Table:
    """List the tree, indented by depth; the products of a category include those of the categories below it."""
    columns = [
        Column("category", "category"),
        Column("name", "name"),
        Column("aliases", "aliases"),
        Column("products", "products", True),
        Column("required", "required"),
    ]
    rows = []
    totals: dict[int, int] = {}  # by depth: the products below the next node, from the last node to the first
    for category_id, depth, key, name, products in reversed(metadata.category_tree(view)):
        total = products + totals.pop(depth + 1, 0)
        totals[depth] = totals.get(depth, 0) + total
        if not categories or category_id in categories:
            aliases = ", ".join(metadata.aliases(view, "category", category_id))
            required = ", ".join(attribute.key for attribute in metadata.required(view, category_id))
            names = (Cell("  " * depth + key, key), Cell(name, name), Cell(aliases, aliases))
            rows.append(Row((*names, Cell(str(total), total), Cell(required, required))))
    return Table(columns, rows[::-1])


def _attributes(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "attribute_id", categories)
    rows = [
        (
            attribute.key,
            attribute.name,
            attribute.kind,
            _unit(attribute),
            attribute.better,
            attribute.group,
            ", ".join(metadata.aliases(view, "attribute", attribute.id)),
            view.computed.get(attribute.id, ""),
            counts.get(attribute.id, None if attribute.id in view.computed else 0),
        )
        for attribute in view.attributes().values()
        if not categories or attribute.id in counts
    ]
    return _table("attribute name kind unit better group aliases computed specs", rows)


def _unit(attribute: Attribute) -> str:
    """Return the unit of an attribute as in a YAML file, where the unit of plain numbers is `count`."""
    return attribute.unit or ("count" if attribute.kind == "quantity" else "")


def _sources(view: View, categories: Sequence[int]) -> Table:
    counts = metadata.spec_counts(view, "source_id", categories)
    rows = [
        (source.slug, source.title, source.publisher, source.date, source.url, counts.get(source.id, 0))
        for source in view.sources().values()
        if not categories or source.id in counts
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
"""Each list with the function that returns it."""
