"""Compute the difference and ratio of two figures, with a modifier if they are not exact; find the best of several."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.domain.table import Cell
from specdb.figures.formatting import DisplayNumbers, Scale, format_number, pluralize_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.domain.spec import Spec

_BOUND = {
    "at_most": "upper",
    "less_than": "upper",
    "at_least": "lower",
    "more_than": "lower",
    "about": "about",
    "range": "about",
}
"""The bound that a figure with a modifier gives: upper, lower, or an approximate value."""

_FLIPPED = {"upper": "lower", "lower": "upper"}
_SIGN = {
    "": "",
    "about": MODIFIER_SYMBOLS["about"],
    "upper": MODIFIER_SYMBOLS["at_most"],
    "lower": MODIFIER_SYMBOLS["at_least"],
}

_WITHOUT_RATIO = ("°C", "°F")
"""Units without a ratio: their zero is arbitrary, so 40 °C is not twice 20 °C."""


def difference(modifier: str, figure: DisplayNumbers, base_modifier: str, base: DisplayNumbers, scale: Scale) -> Cell:
    """Return the difference of a figure from a baseline: "+2,320 mAh, 4.5x", "≤ +135 h, ≤ 4.0x", or "=" if equal.

    If both figures are upper bounds or both lower bounds, their difference has no bound: the text then starts with
    "bounds:" and gives the difference of the bounds.

    Args:
        modifier: Modifier of the figure.
        figure: The figure.
        base_modifier: Modifier of the baseline.
        base: The baseline.
        scale: Unit and decimals of both.

    Returns:
        The cell; its value is the difference as a number if both figures are exact, otherwise the text.
    """
    value, base_value = (sum(shown.numbers) / len(shown.numbers) for shown in (figure, base))
    if figure.numbers == base.numbers and modifier == base_modifier:
        return Cell("=", 0)
    bound = _combine_bounds(
        _BOUND.get(modifier, ""), _FLIPPED.get(_BOUND.get(base_modifier, ""), _BOUND.get(base_modifier, ""))
    )
    sign, prefix = (_SIGN[bound], "") if bound in _SIGN else ("", "bounds: ")
    change = format_number(value - base_value, scale.decimals)
    if float(change.replace(",", "")) > 0:
        change = f"+{change}"
    text = f"{prefix}{sign}{change} {pluralize_unit(scale.name, change)}".rstrip()
    if value > 0 and base_value > 0 and scale.name not in _WITHOUT_RATIO:
        text += f", {sign}{ratio(value / base_value)}"
    return Cell(text, text if prefix or sign else round(value - base_value, scale.decimals) + 0.0)


def _combine_bounds(first: str, second: str) -> str:
    """Return the bound of a sum from the bounds of its parts; "none" if one is upper and the other lower."""
    bounds = {first, second} & {"upper", "lower"}
    if len(bounds) == 2:
        return "none"
    return next(iter(bounds)) if bounds else (first or second)


def ratio(value: float) -> str:
    """Format a ratio with two significant digits, above 10 without decimals: 4.5x, 12x, 0.85x."""
    if value >= 10:
        return f"{value:,.0f}x"
    return f"{value:.1f}x" if value >= 1 else f"{value:.{1 - floor(log10(value))}f}x"


def best(specs: Sequence[Spec | None], better: str) -> list[str]:
    """Return the match level at which each spec of a row is the best.

    The best nominal value is "certain" if no other interval overlaps its interval, otherwise "likely".

    Args:
        specs: The specs of a row, None where a product states nothing.
        better: "higher", "lower" or "" if there is no better direction.

    Returns:
        For each spec "certain", "likely" or "" (not the best); all "" if all values are equal or in different units.
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
        certain = min(spec.lo for spec in winners) > max(spec.hi for spec in losers)
    else:
        certain = max(spec.hi for spec in winners) < min(spec.lo for spec in losers)
    mark = "certain" if certain else "likely"
    return [mark if spec in winners else "" for spec in specs]
