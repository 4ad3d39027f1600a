"""Query conditions: a tree of tests joined by and, or, not, and how certainly a product matches it.

Annotations are not postponed here: a NamedTuple would compile each of them.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from specdb.domain.qualifiers import is_subset
from specdb.domain.spec import Attribute, Product, Spec

NO, POSSIBLE, LIKELY, CERTAIN = range(4)
"""Match levels, weakest first: a certain match is also likely, and a likely match is also possible."""

MATCH_LEVELS = {"certain": CERTAIN, "likely": LIKELY, "possible": POSSIBLE}


class AttributeCondition(NamedTuple):
    """A test of the specs of one attribute. Text comparisons ignore case.

    Attributes:
        attribute: The attribute to test.
        low: Lower end of the range for a quantity, date (day ordinal) or flag (0 or 1), in the attribute's unit.
        high: Upper end of that range; both ends are included.
        unit: Currency that `low` and `high` are in, for money; '' for the attribute's own unit.
        part: Substring of a choice, a text, or the slug or name of a referenced product.
        target: Slug of the product that a reference must name.
        words: Whole words that a choice or text must contain.
        state: '' to test the value; or stated (has a value), unknown, not_applicable, or not_stated (has no spec).
        qualifiers: Qualifiers in canonical form that a spec must have at least; '' for any.
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
    """The product belongs to one of these categories, given by id."""

    ids: tuple[int, ...]


class NameCondition(NamedTuple):
    """The product's slug or name contains `part`, ignoring case; or its slug equals `slug`."""

    part: str = ""
    slug: str = ""


class And(NamedTuple):
    """Every part must match."""

    parts: tuple[Any, ...]


class Or(NamedTuple):
    """At least one part must match."""

    parts: tuple[Any, ...]


class Not(NamedTuple):
    """The part must not match, and the product must state the attribute that the part tests."""

    part: Any


Node = AttributeCondition | CategoryCondition | NameCondition | And | Or | Not


def match_level(condition: AttributeCondition, spec: Spec) -> int:
    """Return how certainly one spec of the condition's attribute matches.

    Returns:
        CERTAIN if the spec's whole interval lies in the range, LIKELY if the intervals overlap and the nominal value lies
        in the range, POSSIBLE if they only overlap, else NO. A spec that is unknown or not applicable returns NO.
    """
    if spec.kind != condition.attribute.kind:
        return NO
    if spec.kind == "reference":
        if condition.target:
            return CERTAIN if spec.target == condition.target else NO
        return CERTAIN if _contains(condition.part, spec.target, spec.target_name) else NO
    if spec.kind in ("choice", "text"):
        if condition.words:
            return CERTAIN if f" {condition.words.lower()} " in f" {spec.text.lower()} " else NO
        return CERTAIN if _contains(condition.part, spec.text) else NO
    if (condition.unit and spec.value_unit != condition.unit) or spec.lo > condition.high or spec.hi < condition.low:
        return NO
    if spec.lo >= condition.low and spec.hi <= condition.high:
        return CERTAIN
    nominal = min(max(spec.nominal, spec.lo), spec.hi)  # the nominal value of "below 20" lies just outside
    return LIKELY if condition.low <= nominal <= condition.high else POSSIBLE


def _contains(part: str, *texts: str) -> bool:
    return any(part.lower() in text.lower() for text in texts)


def evaluate(node: Node, product: Product, specs: Mapping[int, Sequence[Spec]]) -> tuple[int, int]:
    """Return the levels at which a product matches a condition and at which it matches the negation.

    A product that does not state an attribute matches neither a test of it nor the test's negation.

    Args:
        node: The condition.
        product: The product to test.
        specs: The product's shown specs by attribute id.

    Returns:
        Two match levels. Where the first is CERTAIN the second is NO, and the other way round.
    """
    if isinstance(node, And | Or):
        pairs = [evaluate(part, product, specs) for part in node.parts]
        matches, misses = [match for match, _ in pairs], [miss for _, miss in pairs]
        return (min(matches), max(misses)) if isinstance(node, And) else (max(matches), min(misses))
    if isinstance(node, Not):
        match, miss = evaluate(node.part, product, specs)
        return miss, match
    if isinstance(node, CategoryCondition):
        return _certainty(product.category_id in node.ids)
    if isinstance(node, NameCondition):
        return _certainty(product.slug == node.slug if node.slug else _contains(node.part, product.slug, product.name))
    candidates = [spec for spec in specs.get(node.attribute.id, ()) if is_subset(node.qualifiers, spec.qualifiers)]
    if node.state:
        return _certainty(_has_state(node, candidates))
    stated = [spec for spec in candidates if spec.kind == node.attribute.kind and node.unit in ("", spec.value_unit)]
    if not stated:
        return NO, NO
    best = max(match_level(node, spec) for spec in stated)
    return best, CERTAIN - best


def _certainty(holds: bool) -> tuple[int, int]:
    """Return the levels of a test that cannot be uncertain."""
    return (CERTAIN, NO) if holds else (NO, CERTAIN)


def _has_state(node: AttributeCondition, specs: Sequence[Spec]) -> bool:
    """Return whether the specs of an attribute are in the state that the condition asks for."""
    if node.state == "not_stated":
        return not specs
    return any(spec.kind == (node.attribute.kind if node.state == "stated" else node.state) for spec in specs)


def leaves(node: Node, negated: bool = False) -> list[tuple[Any, bool]]:
    """List the leaf conditions of a tree, each with whether it is under an odd number of negations."""
    if isinstance(node, And | Or):
        return [leaf for part in node.parts for leaf in leaves(part, negated)]
    if isinstance(node, Not):
        return leaves(node.part, not negated)
    return [(node, negated)]
