"""Export specs, one spec with all its fields on a row (long) or one product on a row (wide); rows are streamed."""

from __future__ import annotations

from itertools import chain, groupby
from math import isinf
from typing import TYPE_CHECKING, Any

from specdb.analysis.specs import read_specs
from specdb.database import metadata
from specdb.database.repository import chunks
from specdb.domain import qualifiers
from specdb.domain.quantity import Quantity
from specdb.domain.table import Column, Table
from specdb.errors import DatabaseError, UnknownKeyError
from specdb.figures import dates, formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute, Product, Spec
    from specdb.domain.table import Scalar, Values

    ProductBatches = Callable[[], Iterator[Sequence[Product]]]
    """Iterate over the products in batches, from the start at each call."""

LONG_FIELDS = (
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
    "written",
)
"""The fields of the long layout, which programs depend on."""

_NUMERIC = ("value", "low", "high")
_OPEN_BELOW = ("at_most", "less_than")
_OPEN_ABOVE = ("at_least", "more_than")


def export(view: View, names: Sequence[str] = (), category: str = "", layout: str = "wide") -> Table:
    """Return the specs of products. The table streams from the database, so it can be read only once.

    Args:
        view: The view to read from.
        names: Names of products; with a category, they are exported in addition to its products.
        category: Name of a category, exported with the categories below it; '' for all products if there are no names.
        layout: wide or long.

    Raises:
        UnknownKeyError: If the layout is unknown.
    """
    if layout not in ("wide", "long"):
        raise UnknownKeyError(f"unknown layout {layout!r}", "use wide or long")
    batches = _product_batches(view, names, category)
    if view.currency:
        view.currency.prepare(map(_ids, batches()), shown=layout == "wide")
    table = _long(view, batches) if layout == "long" else _wide(view, batches)
    table.remarks += view.currency.remarks() if view.currency else []
    return table


def _product_batches(view: View, names: Sequence[str], category: str) -> ProductBatches:
    """Return the named products, then those of the category (all products if there are no names), without duplicates."""
    named = dict.fromkeys(view.product(name) for name in names)
    categories = view.category(category) if category else ()

    def batches() -> Iterator[Sequence[Product]]:
        yield from chunks(list(named))
        for batch in view.portions(categories) if category or not names else ():
            yield [product for product in batch if product not in named] if named else batch

    return batches


def _ids(products: Sequence[Product]) -> list[int]:
    return [product.id for product in products]


def _long(view: View, batches: ProductBatches) -> Table:
    """Return one row for each current spec."""
    attributes, sources = view.attributes(), view.sources()

    def rows() -> Iterator[Values]:
        for product, specs in _by_product(view, batches()):
            for spec in specs:
                attribute = attributes[spec.attribute_id]
                subject = (product.slug, product.name, product.category, attribute.key, attribute.name)
                bound_to = qualifiers.from_text(spec.qualifiers)
                modifier = spec.modifier if spec.kind in ("quantity", "date") else ""
                details = (
                    spec.value_unit,
                    modifier,
                    spec.printed,
                    spec.as_of,
                    sources[spec.source_id].slug,
                    spec.locator,
                    spec.rank,
                    input_text(spec),
                )
                yield (*subject, bound_to, spec.kind, *value_bounds(spec), *details)

    return Table.of_values([Column(field, field, field in _NUMERIC) for field in LONG_FIELDS], rows())


def value_bounds(spec: Spec) -> tuple[Scalar, Scalar, Scalar]:
    """Return value, low and high of a spec: numbers in `value_unit`, or ISO dates; None if open, unknown or not applicable."""
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
    value = formatting.format_value(spec).value
    return None if spec.kind in ("unknown", "not_applicable") else value, None, None


def input_text(spec: Spec) -> str | None:
    """Return a value in the form that `specdb import` and YAML read: "≤ 60 h", "yes", a product's slug; None if missing."""
    if spec.kind == "quantity":
        return str(Quantity(spec.modifier, tuple(spec.number.split("..")), spec.unit))
    if spec.kind == "flag":
        return "yes" if spec.nominal else "no"
    if spec.kind in ("unknown", "not_applicable"):
        return None
    return spec.target if spec.kind == "reference" else spec.text


def _wide(view: View, batches: ProductBatches) -> Table:
    """Return one row for each product, and a column for each attribute with qualifiers and currency that is stated.

    Numbers stay numbers; if a column has values that are not exact, the next column has their modifiers.
    """
    headings = _headings(view, map(_ids, batches()))
    columns = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    column_of: dict[Question | int, int] = {}
    modified = set()
    by_question = len({attribute.id for attribute, *_ in headings}) < len(headings)
    for (attribute, bound, unit), inexact in headings.items():
        # Unknown and not applicable have no unit; they belong to the first column of their attribute and qualifiers.
        column_of.setdefault((attribute.id, bound, ""), len(columns))
        column_of[attribute.id, bound, unit] = column_of[attribute.id] = len(columns)
        numeric = attribute.kind == "quantity"
        key, name = (formatting.format_label(word, bound, unit) for word in (attribute.key, attribute.name))
        columns.append(Column(key, name, numeric))
        if inexact:
            modified.add(len(columns) - 1)
            key, name = (formatting.format_label(f"{word} modifier", bound) for word in (attribute.key, attribute.name))
            columns.append(Column(key, name))

    flags = {column_of[attribute.id, bound, unit] for attribute, bound, unit in headings if attribute.kind == "flag"}

    def rows() -> Iterator[list[Scalar]]:
        empty: list[Scalar] = [None] * (len(columns) - 3)
        for products in batches():
            batch = {product.id: [product.slug, product.name, product.category, *empty] for product in products}
            for product_id, question, modifier, number, other in _answers(view, list(batch), by_question=by_question):
                try:
                    row, index = batch[product_id], column_of[question]
                except KeyError:  # added after the columns were read
                    raise DatabaseError("the database was changed during the export", "export it again") from None
                value = other if number is None else bool(number) if index in flags else number
                row[index] = value if row[index] is None else f"{row[index]}, {value}"
                if index in modified:
                    row[index + 1] = modifier
            yield from batch.values()

    return Table.of_values(columns, rows())


Question = tuple[int, str, str]
"""An attribute's id, its qualifiers, and the unit of a quantity, otherwise ''."""

Answer = tuple[int, "Question | int", str, "float | None", "Scalar"]
"""A product's id; a Question, or an attribute's id if each attribute has one column; the modifier of the shown spec; its
value as a number, or None and its value of another type."""


def _answers(view: View, products: Sequence[int], *, by_question: bool) -> Iterator[Answer]:
    """Yield the shown values of products: stored values, then computed and converted values."""
    unstored = view.unstored
    stored: Iterator[Any] = metadata.answers(view, products, apart=by_question)
    if unstored:
        stored = (answer for answer in stored if answer[1] not in unstored)
    if by_question:
        stored = ((product, (attribute_id, bound, unit), *value) for product, attribute_id, *value, bound, unit in stored)
    specs = read_specs(view, products, sorted(unstored)) if unstored else []
    return chain(stored, (_answer(spec, by_question=by_question) for spec in specs if spec.shown))


def _answer(spec: Spec, *, by_question: bool) -> Answer:
    """Return a spec in the form of `metadata.answers`."""
    numeric = spec.kind == "quantity"
    number, other = (spec.nominal, None) if numeric else (None, formatting.format_value(spec).value)
    question = (spec.attribute_id, spec.qualifiers, spec.value_unit) if by_question else spec.attribute_id
    return spec.product_id, question, spec.modifier if numeric else "", number, other


def _headings(view: View, batches: Iterable[Sequence[int]]) -> dict[tuple[Attribute, str, str], bool]:
    """Return the columns of the wide layout in order: attribute, qualifiers and unit, and whether values are inexact."""
    attributes = view.attributes()
    unstored = view.unstored
    found: set[tuple[int, str, str, bool]] = set()
    for products in batches:
        found.update(question for question in metadata.questions(view, products) if question[0] not in unstored)
        for spec in read_specs(view, products, sorted(unstored)) if unstored else []:
            if spec.shown:
                inexact = spec.kind == "quantity" and spec.modifier != "exact"
                found.add((spec.attribute_id, spec.qualifiers, spec.value_unit, inexact))
    with_unit = {(attribute_id, bound) for attribute_id, bound, unit, _ in found if unit}
    headings: dict[tuple[Attribute, str, str], bool] = {}
    for attribute_id, bound, unit, inexact in sorted(found):
        attribute = attributes[attribute_id]
        if not unit and (attribute_id, bound) in with_unit:
            continue
        own = view.currency.unit_name(attribute.unit) if view.currency and attribute.is_money else attribute.unit
        key = (attribute, bound, unit or own)
        headings[key] = headings.get(key, False) or inexact
    order = {attribute_id: index for index, attribute_id in enumerate(attributes)}
    return dict(sorted(headings.items(), key=lambda item: order[item[0][0].id]))


def _by_product(view: View, batches: Iterator[Sequence[Product]]) -> Iterator[tuple[Product, list[Spec]]]:
    """Yield each product with its current specs, in order."""
    for batch in batches:
        specs = sorted(read_specs(view, _ids(batch)), key=lambda spec: spec.product_id)
        groups = {product_id: list(group) for product_id, group in groupby(specs, key=lambda spec: spec.product_id)}
        for product in batch:
            yield product, groups.get(product.id, [])
