"""What a query asks of one attribute, and how strongly a spec answers it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from specdb.core.specs import Attribute, Spec

NO, POSSIBLE, LIKELY, CERTAIN = range(4)
"""How strongly a spec matches; each strength contains the ones above it."""

STRENGTHS = {"certain": CERTAIN, "likely": LIKELY, "possible": POSSIBLE}


class Filter(NamedTuple):
    """A condition on the attribute's specs, whatever their qualifiers.

    For a quantity, date or flag the value must lie within [low, high], floats in the attribute's unit (for money in the
    currency `unit`); a choice or text must contain `part`, in any case; a reference must be to the product `target`.
    """

    attribute: Attribute
    low: float = -inf
    high: float = inf
    unit: str = ""
    part: str = ""
    target: str = ""


def strength(condition: Filter, spec: Spec) -> int:
    """How strongly one shown spec of the condition's attribute matches it.

    Certain: all that the figure can be lies within. Likely: what it can be reaches in, and its nominal value does.
    Possible: what it can be reaches in. A spec that is unknown or not applicable does not match.
    """
    if spec.kind != condition.attribute.kind:
        return NO
    if condition.target:
        return CERTAIN if spec.target == condition.target else NO
    if spec.kind in ("choice", "text"):
        return CERTAIN if condition.part.lower() in spec.text.lower() else NO
    if (condition.unit and spec.value_unit != condition.unit) or spec.lo > condition.high or spec.hi < condition.low:
        return NO
    if spec.lo >= condition.low and spec.hi <= condition.high:
        return CERTAIN
    nominal = min(max(spec.nominal, spec.lo), spec.hi)  # "below 20" has its nominal value just outside
    return LIKELY if condition.low <= nominal <= condition.high else POSSIBLE
