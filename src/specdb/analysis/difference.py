"""Compute difference and ratio of two figures, as surely as both allow; find the best of several."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.domain.table import Cell
from specdb.figures.formatting import DisplayNumbers, Scale, format_number, pluralize_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.domain.spec import Spec

# What is known of the sign-bearing side: both ends, only an upper or a lower one, or roughly where it is.
_SIDE = {
    "at_most": "upper",
    "less_than": "upper",
    "at_least": "lower",
    "more_than": "lower",
    "about": "about",
    "range": "about",
}
_FLIPPED = {"upper": "lower", "lower": "upper"}
_SIGN = {
    "": "",
    "about": MODIFIER_SYMBOLS["about"],
    "upper": MODIFIER_SYMBOLS["at_most"],
    "lower": MODIFIER_SYMBOLS["at_least"],
}

_WITHOUT_RATIO = ("°C", "°F")
"""Degrees are counted from an arbitrary zero: 40 °C are not twice 20 °C."""


def difference(modifier: str, figure: DisplayNumbers, base_modifier: str, base: DisplayNumbers, scale: Scale) -> Cell:
    """Return the difference of a figure from a baseline: "+2,320 mAh, 4.5x", "≤ +135 h, ≤ 4.0x", or "=" if equal.

    Two figures bounded on the same side leave their difference open: "bounds:" marks the difference of the bounds. The
    value of the cell is the difference as a number if both figures are exact, otherwise the text.

    Args:
        modifier: Modifier of the figure.
        figure: The figure.
        base_modifier: Modifier of the baseline.
        base: The baseline.
        scale: Unit and decimals of both.
    """
    value, other = (sum(side.numbers) / len(side.numbers) for side in (figure, base))
    if figure.numbers == base.numbers and modifier == base_modifier:
        return Cell("=", 0)
    side = _combined(_SIDE.get(modifier, ""), _FLIPPED.get(_SIDE.get(base_modifier, ""), _SIDE.get(base_modifier, "")))
    sign, before = (_SIGN[side], "") if side in _SIGN else ("", "bounds: ")
    change = format_number(value - other, scale.decimals)
    if float(change.replace(",", "")) > 0:
        change = f"+{change}"
    text = f"{before}{sign}{change} {pluralize_unit(scale.name, change)}".rstrip()
    if value > 0 and other > 0 and scale.name not in _WITHOUT_RATIO:
        text += f", {sign}{ratio(value / other)}"
    return Cell(text, text if before or sign else round(value - other, scale.decimals) + 0.0)


def _combined(one: str, other: str) -> str:
    """Return which side of a difference is known, from the sides of its operands; "none" if they conflict."""
    ends = {one, other} & {"upper", "lower"}
    if len(ends) == 2:
        return "none"
    return next(iter(ends)) if ends else (one or other)


def ratio(value: float) -> str:
    """Format a ratio with about two digits: 4.5x, 12x, 0.85x."""
    if value >= 10:
        return f"{value:,.0f}x"
    return f"{value:.1f}x" if value >= 1 else f"{value:.{1 - floor(log10(value))}f}x"


def best(specs: Sequence[Spec | None], better: str) -> list[str]:
    """Return for each spec of a row whether it is the best: "certain", "likely" or "".

    The best nominal value is certain if no other figure can reach it. No spec is the best if all are equal.

    Args:
        specs: The specs of a row, None where a product states nothing.
        better: "higher", "lower" or "" if there is no better direction.
    """
    marks = [""] * len(specs)
    stated = [spec for spec in specs if spec and spec.kind == "quantity"]
    if not better or len(stated) < 2 or len({spec.value_unit for spec in stated}) > 1:
        return marks
    top = (max if better == "higher" else min)(spec.nominal for spec in stated)
    winners = [spec for spec in stated if spec.nominal == top]
    if len(winners) == len(stated):
        return marks
    losers = [spec for spec in stated if spec.nominal != top]
    if better == "higher":
        sure = min(spec.lo for spec in winners) > max(spec.hi for spec in losers)
    else:
        sure = max(spec.hi for spec in winners) < min(spec.lo for spec in losers)
    mark = "certain" if sure else "likely"
    return [mark if spec in winners else "" for spec in specs]
