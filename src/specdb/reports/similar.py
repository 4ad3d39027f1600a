"""The products nearest to one, by what both state: figures by their share of the range, the rest by being the same."""

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

    Answers = Mapping[Question, Sequence[Spec]]

COMPARED = ("quantity", "date", "flag", "choice", "reference")
"""The kinds of attribute that products can be alike in; texts are not."""

_NAMED = 3
"""How many of the attributes that differ most are named."""

_DIGITS = 9
"""What agrees to so many decimals is level: what is left of rounding makes no order."""


class SimilarOptions(NamedTuple):
    """By which attributes (all if none), among which category (the product's own if ''), and how many are wanted."""

    by: tuple[str, ...] = ()
    category: str = ""
    limit: int = 10


DEFAULTS = SimilarOptions()


class Near(NamedTuple):
    """A product set against another: how alike and how close they are, and their gap in each question that both answer."""

    product: Product
    likeness: float
    closeness: float
    gaps: dict[Question, float]


def similar(view: View, name: str, options: SimilarOptions = DEFAULTS) -> Table:
    """The products most like the one of this name, the nearest first; NotFound where it states nothing to compare by."""
    if options.limit < 0:
        raise UsageError(f"--limit {options.limit} is negative", "give a limit of 0 or more")
    product = view.product(name)
    attributes, mine = _asked(view, product, options.by)
    if not mine:
        by = f" of {', '.join(options.by)}" if options.by else ""
        raise NotFoundError(f"{product.slug} has no value{by} to compare by", f"see specdb show {product.slug}")
    categories = view.category(options.category) if options.category else view.below(product.category_id)
    others = [other for other in view.products(categories) if other.id != product.id]
    spans = criteria.spans(view, categories, list(attributes))
    found = list(_near(view, others, attributes, mine, spans))
    nearest = nsmallest(options.limit, found, key=lambda near: (-round(near.likeness, _DIGITS), -len(near.gaps)))
    remarks = []
    if apart := len(others) - len(found):
        remarks.append(f"{apart} of {len(others)} other products share no value with {product.slug}")
    if len(found) > len(nearest):
        remarks.append(f"{len(found) - len(nearest)} more are less alike: --limit {len(found)} shows them")
    table = _table(view, product, attributes, mine, nearest, with_category=bool(options.category))
    table.remarks += remarks
    return table


def _asked(view: View, product: Product, by: Sequence[str]) -> tuple[dict[int, Attribute], Answers]:
    """The attributes to compare by, and what the product states of them."""
    wanted: dict[int, set[str | None]] = {}
    for text in by:
        attribute, qualifiers, settings = criteria.parse_term(view, text)
        if settings:
            raise UsageError(f"{text!r} has a setting", "write KEY or KEY[qualifier=value]: each attribute counts the same")
        if attribute.kind not in COMPARED:
            raise UsageError(f"{attribute.key} is a {attribute.kind}, and texts are not compared", "name another attribute")
        wanted.setdefault(attribute.id, set()).add(qualifiers)
    # What is computed would count twice, with what it is computed from.
    specs = read_specs(view, [product.id], list(wanted)) if by else view.stored_specs([product.id])
    known = view.attributes({spec.attribute_id for spec in specs})
    mine = _answers([spec for spec in specs if not by or wanted[spec.attribute_id] & {None, spec.qualifiers}], known)
    return {id: known[id] for id in dict.fromkeys(id for id, _, _ in mine)}, mine


def _answers(specs: Iterable[Spec], attributes: Mapping[int, Attribute]) -> dict[Question, list[Spec]]:
    """The values among some specs of one product, by the question they answer."""
    found: dict[Question, list[Spec]] = {}
    for spec in specs:
        if spec.shown and spec.kind in COMPARED and spec.kind == attributes[spec.attribute_id].kind:
            found.setdefault((spec.attribute_id, spec.qualifiers, spec.value_unit), []).append(spec)
    return found


def _near(
    view: View,
    others: Sequence[Product],
    attributes: Mapping[int, Attribute],
    mine: Answers,
    spans: Mapping[Question, tuple[float, float]],
) -> Iterator[Near]:
    """Each of the other products that shares a value, in portions, so that memory does not grow with their specs."""
    by_id = {product.id: product for product in others}
    for part in chunks(list(by_id)):
        specs: dict[int, list[Spec]] = {}
        for spec in read_specs(view, part, list(attributes)):
            specs.setdefault(spec.product_id, []).append(spec)
        for id in part:
            theirs = _answers(specs.get(id, ()), attributes)
            gaps = {key: _gap(own, theirs[key], spans.get(key)) for key, own in mine.items() if key in theirs}
            if gaps:
                yield Near(by_id[id], *ranking.similarity(list(gaps.values())), gaps)


def _gap(mine: Sequence[Spec], theirs: Sequence[Spec], span: tuple[float, float] | None) -> float:
    """How far apart two answers to one question are: 0 to 1."""
    if mine[0].kind in ("quantity", "date"):
        one, other = mine[0].nominal, theirs[0].nominal
        least, most = span or (one, one)  # the product itself may be of a category that is not looked at
        return ranking.relative_distance(one, other, min(one, other, least), max(one, other, most))
    return ranking.jaccard_distance(_words(mine), _words(theirs))


def _words(specs: Sequence[Spec]) -> frozenset[str]:
    return frozenset(spec.target or spec.text.casefold() or str(spec.nominal) for spec in specs)


def _table(
    view: View,
    product: Product,
    attributes: Mapping[int, Attribute],
    mine: Answers,
    nearest: Sequence[Near],
    *,
    with_category: bool,
) -> Table:
    """One row a product: how alike, on how much that rests, and where the two differ most."""
    specs: dict[int, list[Spec]] = {}
    for spec in read_specs(view, [near.product.id for near in nearest], list(attributes)):
        specs.setdefault(spec.product_id, []).append(spec)
    rows = []
    for near in nearest:
        theirs = _answers(specs[near.product.id], attributes)
        apart = sorted((key for key in near.gaps if near.gaps[key]), key=lambda key: -round(near.gaps[key], _DIGITS))[:_NAMED]
        said = "; ".join(_difference(view, attributes[key[0]], mine[key], theirs[key]) for key in apart)
        cells = [Cell(text, text) for text in (near.product.slug, near.product.name)]
        cells += [Cell(near.product.category, near.product.category)] if with_category else []
        share = len(near.gaps) / len(mine)
        cells += [Cell(f"{number:.2f}", round(number, 6)) for number in (near.likeness, near.closeness)]
        cells += [
            Cell(str(len(near.gaps)), len(near.gaps)),
            Cell(f"{share:.0%}", round(share, 6)),
            Cell(said or "nothing", said),
        ]
        rows.append(Row(tuple(cells)))
    columns = [Column("product", "product"), Column("product_name", "name")]
    columns += [Column("category", "category")] if with_category else []
    columns += [Column("likeness", "likeness", numeric=True), Column("closeness", "closeness", numeric=True, difference=True)]
    columns += [
        Column("shared", f"shared of {len(mine)}", numeric=True),
        Column("share", "share", numeric=True, difference=True),
    ]
    return Table([*columns, Column("differs", f"differs most ({product.slug} in brackets)")], rows)


def _difference(view: View, attribute: Attribute, mine: Sequence[Spec], theirs: Sequence[Spec]) -> str:
    """An attribute with two products' values: "battery capacity 660 mAh (2,980 mAh)"."""
    both = [*mine, *theirs]
    figures: dict[int, formatting.DisplayNumbers] = {}
    scale = formatting.Scale("", 0)
    if both[0].kind == "quantity":
        figures, scale = formatting.display_numbers(both, both[0].value_unit, view.unit)

    def text(specs: Sequence[Spec]) -> str:
        cells = [
            formatting.format_quantity(one.modifier, figures[one.id], scale) if figures else formatting.format_value(one)
            for one in specs
        ]
        return formatting.join_cells(cells).text

    return f"{formatting.format_label(attribute.name, mine[0].qualifiers)} {text(theirs)} ({text(mine)})"
