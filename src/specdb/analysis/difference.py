"""How one value stands to another: the difference and the ratio, no surer than the two allow; and which value is best."""

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
    """`figure` against `base`: "+2,320 mAh, 4.5x", "≤ +135 h, ≤ 4.0x", or "=" where the two say the same.

    Two figures that are bounded on the same side leave their difference open: "bounds:" says that theirs is meant. The
    cell's value is the difference as a number where both figures are exact, else its text.
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
    """Which side of a difference is known, from those of its two operands; "none" where they point apart."""
    ends = {one, other} & {"upper", "lower"}
    if len(ends) == 2:
        return "none"
    return next(iter(ends)) if ends else (one or other)


def ratio(value: float) -> str:
    """A ratio with about two digits: 4.5x, 12x, 0.85x."""
    if value >= 10:
        return f"{value:,.0f}x"
    return f"{value:.1f}x" if value >= 1 else f"{value:.{1 - floor(log10(value))}f}x"


def best(specs: Sequence[Spec | None], better: str) -> list[str]:
    """For each of a row's specs "certain", "likely" or "": whether it is the best, or stands level with the best.

    The best by nominal value is certain if no other can reach it; nobody is best where all are level.
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
