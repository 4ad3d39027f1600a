"""What a query asks, and how strongly a product answers it: conditions on one attribute each, joined by and, or, not.

Annotations are not postponed here, since a NamedTuple would compile each.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from specdb.domain import qualifiers as bound_to
from specdb.domain.spec import Attribute, Product, Spec

NO, POSSIBLE, LIKELY, CERTAIN = range(4)
"""How strongly a spec matches; each strength contains the ones above it."""

MATCH_LEVELS = {"certain": CERTAIN, "likely": LIKELY, "possible": POSSIBLE}


class AttributeCondition(NamedTuple):
    """A condition on the attribute's specs: those that have at least `qualifiers`, in their one form; '' for any.

    For a quantity, date or flag the value must lie within [low, high], floats in the attribute's unit (for money in the
    currency `unit`); a choice or text must contain `part`, or the whole words `words`, in any case; a reference must be
    to the product `target`, or to one whose slug or name contains `part`. Or else, with a `state`, there must be a value
    (stated), none but a statement of the kind unknown or not_applicable, or no statement at all (not_stated).
    """

    attribute: Attribute
    low: float = -inf
    high: float = inf
    unit: str = ""
    part: str = ""
    target: str = ""
    words: str = ""
    state: str = ""
    qualifiers: str = ""


class CategoryCondition(NamedTuple):
    """That the product is of one of these categories, by id."""

    ids: tuple[int, ...]


class NameCondition(NamedTuple):
    """That the product's slug or name contains `part`, in any case; or its slug is `slug`."""

    part: str = ""
    slug: str = ""


class And(NamedTuple):
    """Every part must match."""

    parts: tuple[Any, ...]


class Or(NamedTuple):
    """At least one part must match."""

    parts: tuple[Any, ...]


class Not(NamedTuple):
    """The part must not match, though the product states what it asks for."""

    part: Any


Node = AttributeCondition | CategoryCondition | NameCondition | And | Or | Not


def match_level(condition: AttributeCondition, spec: Spec) -> int:
    """How strongly one shown spec of the condition's attribute matches it.

    Certain: all that the figure can be lies within. Likely: what it can be reaches in, and its nominal value does.
    Possible: what it can be reaches in. A spec that is unknown or not applicable does not match.
    """
    if spec.kind != condition.attribute.kind:
        return NO
    if spec.kind == "reference":
        hit = spec.target == condition.target if condition.target else _holds(condition.part, spec.target, spec.target_name)
        return CERTAIN if hit else NO
    if spec.kind in ("choice", "text"):
        if condition.words:
            return CERTAIN if f" {condition.words.lower()} " in f" {spec.text.lower()} " else NO
        return CERTAIN if _holds(condition.part, spec.text) else NO
    if (condition.unit and spec.value_unit != condition.unit) or spec.lo > condition.high or spec.hi < condition.low:
        return NO
    if spec.lo >= condition.low and spec.hi <= condition.high:
        return CERTAIN
    nominal = min(max(spec.nominal, spec.lo), spec.hi)  # "below 20" has its nominal value just outside
    return LIKELY if condition.low <= nominal <= condition.high else POSSIBLE


def _holds(part: str, *texts: str) -> bool:
    return any(part.lower() in text.lower() for text in texts)


def evaluate(node: Node, product: Product, specs: Mapping[int, Sequence[Spec]]) -> tuple[int, int]:
    """How strongly a product matches a condition, and how strongly it does not.

    `specs` are its shown specs by attribute id. What is certainly so is not even possibly otherwise, and the other way
    round; a product that does not state an attribute matches neither a test of it nor the test's negation.
    """
    if isinstance(node, And | Or):
        pairs = [evaluate(part, product, specs) for part in node.parts]
        matches, misses = [match for match, _ in pairs], [miss for _, miss in pairs]
        return (min(matches), max(misses)) if isinstance(node, And) else (max(matches), min(misses))
    if isinstance(node, Not):
        match, miss = evaluate(node.part, product, specs)
        return miss, match
    if isinstance(node, CategoryCondition):
        return _sure(product.category_id in node.ids)
    if isinstance(node, NameCondition):
        return _sure(product.slug == node.slug if node.slug else _holds(node.part, product.slug, product.name))
    mine = [spec for spec in specs.get(node.attribute.id, ()) if bound_to.within(node.qualifiers, spec.qualifiers)]
    if node.state:
        return _sure(_is(node, mine))
    stated = [spec for spec in mine if spec.kind == node.attribute.kind and node.unit in ("", spec.value_unit)]
    if not stated:
        return NO, NO
    best = max(match_level(node, spec) for spec in stated)
    return best, CERTAIN - best


def _sure(so: bool) -> tuple[int, int]:
    return (CERTAIN, NO) if so else (NO, CERTAIN)


def _is(node: AttributeCondition, specs: Sequence[Spec]) -> bool:
    """Whether what is shown of an attribute is in the state asked for."""
    if node.state == "not_stated":
        return not specs
    return any(spec.kind == (node.attribute.kind if node.state == "stated" else node.state) for spec in specs)


def leaves(node: Node, negated: bool = False) -> list[tuple[Any, bool]]:
    """The conditions on one attribute each, with whether each stands under an odd number of negations."""
    if isinstance(node, And | Or):
        return [leaf for part in node.parts for leaf in leaves(part, negated)]
    if isinstance(node, Not):
        return leaves(node.part, not negated)
    return [(node, negated)]
