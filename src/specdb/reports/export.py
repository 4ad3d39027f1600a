"""All specs of some products: one a row with everything known of it (long), or one product a row (wide). Streamed."""

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

    Portions = Callable[[], Iterator[Sequence[Product]]]
    """The products in order, some at a time, so that not all of them are held; as often as it is called."""

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
"""The fields of the long layout: a contract."""

_NUMERIC = ("value", "low", "high")
_OPEN_BELOW = ("at_most", "less_than")
_OPEN_ABOVE = ("at_least", "more_than")


def export(view: View, names: Sequence[str] = (), category: str = "", layout: str = "wide") -> Table:
    """The specs of these products, or of a category and those below it, or all; the table streams from the database."""
    if layout not in ("wide", "long"):
        raise UnknownKeyError(f"{layout!r} is no layout", "write wide or long")
    portions = _portions(view, names, category)
    if view.currency:
        view.currency.prepare(map(_ids, portions()), shown=layout == "wide")
    table = _long(view, portions) if layout == "long" else _wide(view, portions)
    table.remarks += view.currency.remarks() if view.currency else []
    return table


def _portions(view: View, names: Sequence[str], category: str) -> Portions:
    """The products named, then those of the category (of all, where nothing is named), each once."""
    named = dict.fromkeys(view.product(name) for name in names)
    categories = view.category(category) if category else ()

    def portions() -> Iterator[Sequence[Product]]:
        yield from chunks(list(named))
        for part in view.portions(categories) if category or not names else ():
            yield [one for one in part if one not in named] if named else part

    return portions


def _ids(products: Sequence[Product]) -> list[int]:
    return [product.id for product in products]


def _long(view: View, portions: Portions) -> Table:
    """One row a current spec."""
    attributes, sources = view.attributes(), view.sources()

    def rows() -> Iterator[Values]:
        for product, specs in _by_product(view, portions()):
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
                    input_text(spec),
                )
                yield (*given, bound, spec.kind, *value_bounds(spec), *said)

    return Table.of_values([Column(field, field, field in _NUMERIC) for field in LONG_FIELDS], rows())


def value_bounds(spec: Spec) -> tuple[Scalar, Scalar, Scalar]:
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
    value = formatting.format_value(spec).value
    return None if spec.kind in ("unknown", "not_applicable") else value, None, None


def input_text(spec: Spec) -> str | None:
    """A spec's value as `specdb import` and our YAML read it: "≤ 60 h", "yes", a product's slug; None where it has none."""
    if spec.kind == "quantity":
        return str(Quantity(spec.modifier, tuple(spec.number.split("..")), spec.unit))
    if spec.kind == "flag":
        return "yes" if spec.nominal else "no"
    if spec.kind in ("unknown", "not_applicable"):
        return None
    return spec.target if spec.kind == "reference" else spec.text


def _wide(view: View, portions: Portions) -> Table:
    """One row a product, a column for each attribute with its qualifiers (and currency) that one of them states.

    Numbers stay numbers; where a column has figures that are not exact, one beside it names their modifiers.
    """
    heads = _heads(view, map(_ids, portions()))
    columns = [Column("product", "product"), Column("product_name", "name"), Column("category", "category")]
    place: dict[Question | int, int] = {}
    modified = set()
    apart = len({attribute.id for attribute, *_ in heads}) < len(heads)
    for (attribute, bound, unit), inexact in heads.items():
        # What is unknown or not applicable has no unit: it stands in the first column of its question.
        place.setdefault((attribute.id, bound, ""), len(columns))
        place[attribute.id, bound, unit] = place[attribute.id] = len(columns)
        numeric = attribute.kind == "quantity"
        key, name = (formatting.format_label(word, bound, unit) for word in (attribute.key, attribute.name))
        columns.append(Column(key, name, numeric))
        if inexact:
            modified.add(len(columns) - 1)
            key, name = (formatting.format_label(f"{word} modifier", bound) for word in (attribute.key, attribute.name))
            columns.append(Column(key, name))

    flags = {place[attribute.id, bound, unit] for attribute, bound, unit in heads if attribute.kind == "flag"}

    def rows() -> Iterator[list[Scalar]]:
        empty: list[Scalar] = [None] * (len(columns) - 3)
        for products in portions():
            part = {one.id: [one.slug, one.name, one.category, *empty] for one in products}
            for product, question, modifier, number, said in _answers(view, list(part), apart=apart):
                try:
                    row, index = part[product], place[question]
                except KeyError:  # it was not there when the columns were read
                    raise DatabaseError("the database was written while it was exported", "export it again") from None
                value = said if number is None else bool(number) if index in flags else number
                row[index] = value if row[index] is None else f"{row[index]}, {value}"
                if index in modified:
                    row[index + 1] = modifier
            yield from part.values()

    return Table.of_values(columns, rows())


Question = tuple[int, str, str]
"""An attribute's id, qualifiers, and the unit of the answer ('' but for a quantity)."""

Answer = tuple[int, "Question | int", str, "float | None", "Scalar"]
"""A product's id; a Question, or an attribute's id where each has one column; the modifier of the spec shown, '' for none; its
value: a number, or where that is None what stands after it."""


def _answers(view: View, products: Sequence[int], *, apart: bool) -> Iterator[Answer]:
    """What is shown of these products: as it is stored, and for some attributes as the lenses tell."""
    unstored = view.unstored
    stored: Iterator[Any] = metadata.answers(view, products, apart=apart)
    if unstored:
        stored = (answer for answer in stored if answer[1] not in unstored)
    if apart:
        stored = ((product, (id, bound, unit), *said) for product, id, *said, bound, unit in stored)
    told = read_specs(view, products, sorted(unstored)) if unstored else []
    return chain(stored, (_answer(spec, apart=apart) for spec in told if spec.shown))


def _answer(spec: Spec, *, apart: bool) -> Answer:
    """What `overview.answers` gives of a spec."""
    numeric = spec.kind == "quantity"
    number, said = (spec.nominal, None) if numeric else (None, formatting.format_value(spec).value)
    question = (spec.attribute_id, spec.qualifiers, spec.value_unit) if apart else spec.attribute_id
    return spec.product_id, question, spec.modifier if numeric else "", number, said


def _heads(view: View, portions: Iterable[Sequence[int]]) -> dict[tuple[Attribute, str, str], bool]:
    """The columns of the wide layout in order, each with whether some of its figures are not exact."""
    attributes = view.attributes()
    unstored = view.unstored
    found: set[tuple[int, str, str, bool]] = set()
    for products in portions:
        found.update(one for one in metadata.questions(view, products) if one[0] not in unstored)
        for spec in read_specs(view, products, sorted(unstored)) if unstored else []:
            if spec.shown:
                inexact = spec.kind == "quantity" and spec.modifier != "exact"
                found.add((spec.attribute_id, spec.qualifiers, spec.value_unit, inexact))
    measured = {(id, bound) for id, bound, unit, _ in found if unit}
    heads: dict[tuple[Attribute, str, str], bool] = {}
    for id, bound, unit, inexact in sorted(found):
        attribute = attributes[id]
        if not unit and (id, bound) in measured:
            continue
        own = view.currency.unit_name(attribute.unit) if view.currency and attribute.is_money else attribute.unit
        key = (attribute, bound, unit or own)
        heads[key] = heads.get(key, False) or inexact
    order = {id: index for index, id in enumerate(attributes)}
    return dict(sorted(heads.items(), key=lambda item: order[item[0][0].id]))


def _by_product(view: View, portions: Iterator[Sequence[Product]]) -> Iterator[tuple[Product, list[Spec]]]:
    """Each product with its current specs, in order."""
    for part in portions:
        specs = sorted(read_specs(view, _ids(part)), key=lambda spec: spec.product_id)
        groups = {id: list(group) for id, group in groupby(specs, key=lambda spec: spec.product_id)}
        for product in part:
            yield product, groups.get(product.id, [])
