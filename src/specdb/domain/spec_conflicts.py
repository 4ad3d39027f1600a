"""Whether two statements on one question agree, exclude each other, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.domain.spec import Spec

_ONE_SIDED = frozenset(("at_most", "less_than", "at_least", "more_than"))


def contradicts(one: Spec, other: Spec) -> bool:
    """Whether two statements exclude each other; text may say one thing in two ways, and unknown excludes nothing."""
    if one.kind != other.kind or one.value_unit != other.value_unit:
        return False
    if one.kind in ("quantity", "date", "flag"):
        return one.lo > other.hi or one.hi < other.lo
    return one.kind in ("choice", "reference") and (one.text, one.target) != (other.text, other.target)


def agrees(one: Spec, other: Spec) -> bool:
    """Whether two statements say the same: one figure's nominal value lies within what the other stands for.

    "up to 180 h" leaves too much open to be borne out by 45 h; it agrees with what has the same nominal value.
    """
    if one.kind != other.kind or one.value_unit != other.value_unit:
        return False
    if one.kind in ("quantity", "date", "flag"):
        if _ONE_SIDED & {one.modifier, other.modifier}:
            return one.nominal == other.nominal
        return one.lo <= other.nominal <= one.hi or other.lo <= one.nominal <= other.hi
    return (one.text.casefold(), one.target) == (other.text.casefold(), other.target)
