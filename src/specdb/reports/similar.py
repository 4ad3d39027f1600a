"""Find similar products: distances of figures relative to their range, and Jaccard distances of other values."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import criteria, ranking
from specdb.analysis.specs import read_specs
from specdb.database.repository import chunks
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import NotFoundError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from specdb.analysis.criteria import Question
    from specdb.database.view import View
    from specdb.domain.spec import Attribute, Product, Spec

    SpecsByQuestion = Mapping[Question, Sequence[Spec]]

COMPARED_KINDS = ("quantity", "date", "flag", "choice", "reference")
"""The kinds of attributes that are compared; texts are not."""

_MAX_DIFFERENCES = 3
"""Maximum number of differing attributes in a row."""

_DECIMALS = 9
"""Distances are sorted by this many decimals, so that rounding errors do not affect the order."""


class SimilarOptions(NamedTuple):
    """Options of a search for similar products.

    Attributes:
        by: Attributes to compare, each `KEY` or `KEY[qualifier=value]`; all if empty.
        category: Name of the category to search, with the categories below it; '' for the product's own category.
        limit: Maximum number of rows.
    """

    by: tuple[str, ...] = ()
    category: str = ""
    limit: int = 10


DEFAULTS = SimilarOptions()


class SimilarProduct(NamedTuple):
    """A product with its similarity to another product.

    Attributes:
        product: The product.
        likeness: The similarity, from 0 to 1, by all questions of the other product.
        closeness: The similarity by the shared questions alone.
        distances: The distance for each shared question, from 0 to 1.
    """

    product: Product
    likeness: float
    closeness: float
    distances: dict[Question, float]


def similar(view: View, name: str, options: SimilarOptions = DEFAULTS) -> Table:
    """Return the products that are most similar to a product, the most similar first.

    Args:
        view: The view to read from.
        name: Name of the product.
        options: Options of the search.

    Raises:
        UsageError: If the limit is negative or an attribute cannot be compared.
        NotFoundError: If the product has no value to compare.
    """
    if options.limit < 0:
        raise UsageError(f"negative --limit {options.limit}", "specify 0 or more")
    product = view.product(name)
    attributes, own = _select_specs(view, product, options.by)
    if not own:
        by = f" of {', '.join(options.by)}" if options.by else ""
        raise NotFoundError(f"{product.slug} has no value{by} to compare", f"see specdb show {product.slug}")
    categories = view.category(options.category) if options.category else view.below(product.category_id)
    others = [other for other in view.products(categories) if other.id != product.id]
    spans = criteria.spans(view, categories, list(attributes))
    found = list(_compare_products(view, others, attributes, own, spans))
    nearest = nsmallest(options.limit, found, key=lambda near: (-round(near.likeness, _DECIMALS), -len(near.distances)))
    remarks = []
    if unrelated := len(others) - len(found):
        remarks.append(f"{unrelated} of {len(others)} other products share no value with {product.slug}")
    if len(found) > len(nearest):
        remarks.append(
            f"{len(found) - len(nearest)} less similar products are not listed; use --limit {len(found)} to list them"
        )
    table = _table(view, product, attributes, own, nearest, with_category=bool(options.category))
    table.remarks += remarks
    return table


def _select_specs(view: View, product: Product, by: Sequence[str]) -> tuple[dict[int, Attribute], SpecsByQuestion]:
    """Return the attributes to compare, and the specs of the product."""
    wanted: dict[int, set[str | None]] = {}
    for text in by:
        attribute, qualifiers, settings = criteria.parse_term(view, text)
        if settings:
            raise UsageError(
                f"{text!r} has a weight or direction", "use KEY or KEY[qualifier=value]; all attributes have the same weight"
            )
        if attribute.kind not in COMPARED_KINDS:
            raise UsageError(f"{attribute.key} is a {attribute.kind}; texts are not compared", "specify another attribute")
        wanted.setdefault(attribute.id, set()).add(qualifiers)
    # Computed attributes would count twice, since their operands count too.
    specs = read_specs(view, [product.id], list(wanted)) if by else view.stored_specs([product.id])
    known = view.attributes({spec.attribute_id for spec in specs})
    own = _group_by_question([spec for spec in specs if not by or wanted[spec.attribute_id] & {None, spec.qualifiers}], known)
    return {question[0]: known[question[0]] for question in own}, own


def _group_by_question(specs: Iterable[Spec], attributes: Mapping[int, Attribute]) -> dict[Question, list[Spec]]:
    """Group the shown specs of a product by question; texts and missing values are omitted."""
    found: dict[Question, list[Spec]] = {}
    for spec in specs:
        if spec.shown and spec.kind in COMPARED_KINDS and spec.kind == attributes[spec.attribute_id].kind:
            found.setdefault((spec.attribute_id, spec.qualifiers, spec.value_unit), []).append(spec)
    return found


def _compare_products(
    view: View,
    others: Sequence[Product],
    attributes: Mapping[int, Attribute],
    own: SpecsByQuestion,
    spans: Mapping[Question, tuple[float, float]],
) -> Iterator[SimilarProduct]:
    """Yield the products that share a question, read in batches, so that memory does not grow with their number."""
    by_id = {product.id: product for product in others}
    for batch in chunks(list(by_id)):
        specs: dict[int, list[Spec]] = {}
        for spec in read_specs(view, batch, list(attributes)):
            specs.setdefault(spec.product_id, []).append(spec)
        for product_id in batch:
            theirs = _group_by_question(specs.get(product_id, ()), attributes)
            distances = {key: _distance(mine, theirs[key], spans.get(key)) for key, mine in own.items() if key in theirs}
            if distances:
                yield SimilarProduct(by_id[product_id], *ranking.similarity(list(distances.values())), distances)


def _distance(own: Sequence[Spec], theirs: Sequence[Spec], span: tuple[float, float] | None) -> float:
    """Return the distance of the specs of two products for the same question, from 0 to 1."""
    if own[0].kind in ("quantity", "date"):
        one, other = own[0].nominal, theirs[0].nominal
        least, most = span or (one, one)  # the product itself may belong to a category outside of the search
        return ranking.relative_distance(one, other, min(one, other, least), max(one, other, most))
    return ranking.jaccard_distance(_value_set(own), _value_set(theirs))


def _value_set(specs: Sequence[Spec]) -> frozenset[str]:
    return frozenset(spec.target or spec.text.casefold() or str(spec.nominal) for spec in specs)


def _table(
    view: View,
    product: Product,
    attributes: Mapping[int, Attribute],
    own: SpecsByQuestion,
    nearest: Sequence[SimilarProduct],
    *,
    with_category: bool,
) -> Table:
    """Return one row for each product: its similarity, the shared questions, and the largest differences."""
    specs: dict[int, list[Spec]] = {}
    for spec in read_specs(view, [near.product.id for near in nearest], list(attributes)):
        specs.setdefault(spec.product_id, []).append(spec)
    rows = []
    for near in nearest:
        theirs = _group_by_question(specs[near.product.id], attributes)
        differing = [key for key, distance in near.distances.items() if distance]
        differing.sort(key=lambda key: -round(near.distances[key], _DECIMALS))
        parts = [_difference(view, attributes[key[0]], own[key], theirs[key]) for key in differing[:_MAX_DIFFERENCES]]
        differences = "; ".join(parts)
        cells = [Cell(text, text) for text in (near.product.slug, near.product.name)]
        cells += [Cell(near.product.category, near.product.category)] if with_category else []
        share = len(near.distances) / len(own)
        cells += [Cell(f"{number:.2f}", round(number, 6)) for number in (near.likeness, near.closeness)]
        cells += [
            Cell(str(len(near.distances)), len(near.distances)),
            Cell(f"{share:.0%}", round(share, 6)),
            Cell(differences or "nothing", differences),
        ]
        rows.append(Row(tuple(cells)))
    columns = [Column("product", "product"), Column("product_name", "name")]
    columns += [Column("category", "category")] if with_category else []
    columns += [Column("likeness", "likeness", numeric=True), Column("closeness", "closeness", numeric=True, difference=True)]
    columns += [
        Column("shared", f"shared of {len(own)}", numeric=True),
        Column("share", "share", numeric=True, difference=True),
    ]
    return Table([*columns, Column("differs", f"differs most ({product.slug} in brackets)")], rows)


def _difference(view: View, attribute: Attribute, own: Sequence[Spec], theirs: Sequence[Spec]) -> str:
    """Return an attribute with the values of both products: "battery capacity 660 mAh (2,980 mAh)"."""
    both = [*own, *theirs]
    figures: dict[int, formatting.DisplayNumbers] = {}
    scale = formatting.Scale("", 0)
    if both[0].kind == "quantity":
        figures, scale = formatting.display_numbers(both, both[0].value_unit, view.unit)

    def text(specs: Sequence[Spec]) -> str:
        cells = [
            formatting.format_quantity(spec.modifier, figures[spec.id], scale) if figures else formatting.format_value(spec)
            for spec in specs
        ]
        return formatting.join_cells(cells).text

    return f"{formatting.format_label(attribute.name, own[0].qualifiers)} {text(theirs)} ({text(own)})"
