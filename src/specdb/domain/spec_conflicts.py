"""Compare two specs that answer the same question: they agree, contradict each other, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.domain.spec import Spec

_ONE_SIDED = frozenset(("at_most", "less_than", "at_least", "more_than"))


def contradicts(first: Spec, second: Spec) -> bool:
    """Return whether two specs cannot both be true.

    Texts never contradict each other, as they may say the same in different words; nor do unknown values.
    """
    if first.kind != second.kind or first.value_unit != second.value_unit:
        return False
    if first.kind in ("quantity", "date", "flag"):
        return first.lo > second.hi or first.hi < second.lo
    return first.kind in ("choice", "reference") and (first.text, first.target) != (second.text, second.target)


def agrees(first: Spec, second: Spec) -> bool:
    """Return whether two specs state the same: the nominal value of one lies in the interval of the other.

    One-sided figures agree only if their nominal values are equal: 45 h does not confirm "up to 180 h".
    """
    if first.kind != second.kind or first.value_unit != second.value_unit:
        return False
    if first.kind in ("quantity", "date", "flag"):
        if _ONE_SIDED & {first.modifier, second.modifier}:
            return first.nominal == second.nominal
        return first.lo <= second.nominal <= first.hi or second.lo <= first.nominal <= second.hi
    return (first.text.casefold(), first.target) == (second.text.casefold(), second.target)
