"""Lists of what the database holds: products, categories, attributes, sources, units, rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.core.table import Cell, Column, Row, Table
from specdb.errors import UnknownKey, nearest
from specdb.store import overview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from specdb.core.table import Scalar
    from specdb.store.catalog import Catalog


def listing(catalog: Catalog, what: str, category: str = "") -> Table:
    """The list of this name (see LISTS), of a category and those below it where that is given."""
    if what not in LISTS:
        raise UnknownKey(f"there is no list of {what!r}", nearest(what, LISTS) or f"write {', '.join(LISTS)}")
    return LISTS[what](catalog, catalog.category(category) if category else ())


def _table(columns: str, rows: Iterable[Sequence[Scalar]]) -> Table:
    """A table of plain values; the column `specs` and its like are numbers."""
    keys = columns.split()
    heads = [Column(key, key.replace("_", " "), key in ("products", "specs")) for key in keys]
    return Table(heads, [Row(tuple(Cell("" if value is None else str(value), value) for value in row)) for row in rows])


def _products(catalog: Catalog, categories: Sequence[int]) -> Table:
    counts = overview.spec_counts(catalog, "product_id")
    rows = [(one.slug, one.name, one.category, counts.get(one.id, 0)) for one in catalog.products(categories)]
    return _table("product name category specs", rows)


def _categories(catalog: Catalog, categories: Sequence[int]) -> Table:
    """The tree, each node below its parent and set in by its depth."""
    rows = []
    for id, depth, key, name, products in overview.category_tree(catalog):
        if not categories or id in categories:
            aliases = ", ".join(overview.aliases(catalog, "category", id))
            heading = Cell("  " * depth + key, key)
            required = ", ".join(attribute.key for attribute in overview.required(catalog, id))
            rows.append(
                Row(
                    (
                        heading,
                        *(Cell(text, text) for text in (name, aliases)),
                        Cell(str(products), products),
                        Cell(required, required),
                    )
                )
            )
    columns = [
        Column("category", "category"),
        Column("name", "name"),
        Column("aliases", "aliases"),
        Column("products", "products", True),
    ]
    return Table([*columns, Column("required", "required")], rows)


def _attributes(catalog: Catalog, categories: Sequence[int]) -> Table:
    counts = overview.spec_counts(catalog, "attribute_id", categories)
    rows = [
        (
            one.key,
            one.name,
            one.kind,
            one.unit,
            one.better,
            one.group,
            ", ".join(overview.aliases(catalog, "attribute", one.id)),
            counts.get(one.id, 0),
        )
        for one in catalog.attributes().values()
        if not categories or one.id in counts
    ]
    return _table("attribute name kind unit better group aliases specs", rows)


def _sources(catalog: Catalog, categories: Sequence[int]) -> Table:
    counts = overview.spec_counts(catalog, "source_id", categories)
    rows = [
        (one.slug, one.title, one.publisher, one.date, one.url, counts.get(one.id, 0))
        for one in catalog.sources().values()
        if not categories or one.id in counts
    ]
    return _table("source title publisher date url specs", rows)


def _units(catalog: Catalog, _categories: Sequence[int]) -> Table:
    return _table("unit dimension written", overview.unit_names(catalog))


def _rates(catalog: Catalog, _categories: Sequence[int]) -> Table:
    return _table("day base quote rate source", overview.rates(catalog))


LISTS: dict[str, Callable[[Catalog, Sequence[int]], Table]] = {
    "products": _products,
    "categories": _categories,
    "attributes": _attributes,
    "sources": _sources,
    "units": _units,
    "rates": _rates,
}
"""Each list with the function that makes it."""
