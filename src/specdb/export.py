"""All specs of some products: one a row with everything known of it (long), or one product a row (wide). Streamed."""

from __future__ import annotations

from itertools import groupby
from math import isinf
from typing import TYPE_CHECKING

from specdb.core import dates, display, qualifiers
from specdb.core.table import Cell, Column, Row, Table
from specdb.errors import UnknownKey
from specdb.store import overview

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.core.specs import Attribute, Product, Spec
    from specdb.core.table import Scalar
    from specdb.store.catalog import Catalog

LONG = (
    "product",
    "product_name",
    "category",
    "attribute",
    "attribute_name",
    "qualifiers",
    "kind",
    "value",
    "low",
    "high",
    "unit",
    "modifier",
    "printed",
    "as_of",
    "source",
    "locator",
    "rank",
)
"""The fields of the long layout: a contract."""

_NUMERIC = ("value", "low", "high")
_OPEN_BELOW = ("at_most", "less_than")
_OPEN_ABOVE = ("at_least", "more_than")


def export(catalog: Catalog, names: Sequence[str] = (), category: str = "", layout: str = "wide") -> Table:
    """The specs of these products, or of a category and those below it, or all; the table streams from the database."""
    if layout not in ("wide", "long"):
        raise UnknownKey(f"{layout!r} is no layout", "write wide or long")
    products = [catalog.product(name) for name in names]
    if category or not names:
        products += catalog.products(catalog.category(category) if category else ())
    products = list(dict.fromkeys(products))
    return _long(catalog, products) if layout == "long" else _wide(catalog, products)


def _long(catalog: Catalog, products: Sequence[Product]) -> Table:
    """One row a current spec."""
    attributes, sources = catalog.attributes(), catalog.sources()

    def rows() -> Iterator[Row]:
        for product, specs in _by_product(catalog, products, shown=False):
            for spec in specs:
                attribute = attributes[spec.attribute_id]
                given = (product.slug, product.name, product.category, attribute.key, attribute.name)
                bound = qualifiers.from_text(spec.qualifiers)
                modifier = spec.modifier if spec.kind in ("quantity", "date") else ""
                said = (
                    spec.value_unit,
                    modifier,
                    spec.printed,
                    spec.as_of,
                    sources[spec.source_id].slug,
                    spec.locator,
                    spec.rank,
                )
                yield Row(tuple(map(_cell, (*given, bound, spec.kind, *bounds(spec), *said))))

    return Table([Column(field, field, field in _NUMERIC) for field in LONG], rows())


def bounds(spec: Spec) -> tuple[Scalar, Scalar, Scalar]:
    """A spec's value, low and high: numbers in `value_unit`, or ISO dates; None where open, unknown or not applicable."""
    if spec.kind == "quantity":
        low = None if spec.modifier in _OPEN_BELOW or isinf(spec.lo) else spec.lo
        high = None if spec.modifier in _OPEN_ABOVE or isinf(spec.hi) else spec.hi
        if spec.modifier == "less_than":
            high = spec.nominal  # hi is the float below it
        elif spec.modifier == "more_than":
            low = spec.nominal
        return spec.nominal, low, high
    if spec.kind == "date":
        span = dates.from_ordinals(spec.text, spec.lo, spec.hi)
        return span.iso, span.first.isoformat(), span.last.isoformat()
    value = display.plain(spec).value
    return None if spec.kind in ("unknown", "not_applicable") else value, None, None


def _wide(catalog: Catalog, products: Sequence[Product]) -> Table:
    """One row a product, a column for each attribute with its qualifiers (and currency) that one of them states.

    Numbers stay numbers; where a column has figures that are not exact, one beside it names their modifiers.
    """
    heads = _heads(catalog, [product.id for product in products])
    columns = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    for (attribute, bound, unit), modified in heads.items():
        numeric = attribute.kind == "quantity"
        columns.append(Column(display.label(attribute.key, bound, unit), display.label(attribute.name, bound, unit), numeric))
        if modified:
            columns.append(
                Column(
                    display.label(f"{attribute.key} modifier", bound),
                    display.label(f"{attribute.name} modifier", bound),
                )
            )
    place = {(attribute.id, bound, unit): modified for (attribute, bound, unit), modified in heads.items()}

    def rows() -> Iterator[Row]:
        for product, specs in _by_product(catalog, products, shown=True):
            mine: dict[tuple[int, str, str], list[Spec]] = {}
            for spec in specs:
                mine.setdefault((spec.attribute_id, spec.qualifiers, spec.value_unit), []).append(spec)
            cells = [_cell(text) for text in (product.slug, product.name, product.category)]
            for key, modified in place.items():
                cells += _wide_cells(mine.get(key) or mine.get((*key[:2], ""), []), modified)
            yield Row(tuple(cells))

    return Table(columns, rows())


def _heads(catalog: Catalog, products: Sequence[int]) -> dict[tuple[Attribute, str, str], bool]:
    """The columns of the wide layout in order, each with whether some of its figures are not exact."""
    attributes = catalog.attributes()
    found = overview.questions(catalog, products)
    measured = {(id, bound) for id, bound, unit, _ in found if unit}
    heads: dict[tuple[Attribute, str, str], bool] = {}
    for id, bound, unit, modified in found:
        attribute = attributes[id]
        if not unit and (id, bound) in measured:
            continue  # unknown or not applicable: it stands in the column of those that have a value
        unit = unit or (attribute.unit if attribute.kind == "quantity" else "")
        key = (attribute, bound, unit)
        heads[key] = heads.get(key, False) or bool(modified)
    order = {id: index for index, id in enumerate(attributes)}
    return dict(sorted(heads.items(), key=lambda item: order[item[0][0].id]))


def _wide_cells(specs: Sequence[Spec], modified: bool) -> list[Cell]:
    """A product's cell in a column, and the one of its modifier where there is such a column."""
    if not specs:
        return [Cell("")] * (2 if modified else 1)
    if specs[0].kind == "quantity":
        cell = display.joined([_cell(spec.nominal) for spec in specs])
    else:
        cell = display.joined([display.plain(spec) for spec in specs])
    return [cell, _cell(specs[0].modifier)] if modified else [cell]


def _by_product(catalog: Catalog, products: Sequence[Product], *, shown: bool) -> Iterator[tuple[Product, list[Spec]]]:
    """Each product with its current specs, or those shown, in order; read in portions."""
    for start in range(0, len(products), 1000):
        part = products[start : start + 1000]
        specs = sorted(catalog.specs([product.id for product in part]), key=lambda spec: spec.product_id)
        groups = {id: list(group) for id, group in groupby(specs, key=lambda spec: spec.product_id)}
        for product in part:
            yield product, [spec for spec in groups.get(product.id, []) if spec.shown or not shown]


def _cell(value: Scalar) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, dict):
        return Cell(qualifiers.to_text(value), value)
    return Cell("" if value is None else str(value), value)
