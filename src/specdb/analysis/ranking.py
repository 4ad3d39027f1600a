"""Choosing by several attributes at once: scores and places, which products no other beats, and how near two are.

Figures are Intervals. What is ranked or set against each other is `oriented` first, so that more is always better.
"""

from __future__ import annotations

from bisect import bisect_right
from math import inf, log
from operator import ge
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.quantity import Interval
from specdb.errors import UnknownKeyError

if TYPE_CHECKING:
    from collections.abc import Sequence

MATCHES = ("certain", "likely", "possible")
"""How surely a product must be beaten to be dropped from what no other beats."""

DECADE = 10
"""Figures that span more than this ratio are compared by their logarithms."""

DOUBT = 10
"""How many attributes, all different, a likeness is taken to rest on besides those that were compared."""

_DIGITS = 9
"""Scores that agree to so many decimals are one score: what is left of rounding makes no order."""


def normalize_direction(value: Interval, *, higher: bool) -> Interval:
    """The figure with more being better, and its nominal value inside its ends."""
    nominal = min(max(value.nominal, value.lo), value.hi)
    return Interval(value.lo, nominal, value.hi) if higher else Interval(-value.hi, -nominal, -value.lo)


class Ranked(NamedTuple):
    """What became of one product: its score from 0 to 1, the parts it is the weighted mean of, and its place from 1.

    `first` and `last` are the places that it could have, were each figure anything that it can be.
    """

    score: float
    parts: tuple[float, ...]
    place: int
    first: int
    last: int


def rank(rows: Sequence[Sequence[Interval]], weights: Sequence[float]) -> list[Ranked]:
    """Each row of oriented figures with its score and place; `weights` are above 0, one a column.

    A column's nominal values are the ruler: the least is 0, the greatest 1, and where all are level each is 1. The
    other things that a figure can be are measured on the same ruler, beyond its ends too. A row is certainly ahead of
    another if the least of its scores is above the greatest of the other's.
    """
    columns = [_ruled(column) for column in zip(*rows, strict=True)]
    total = sum(weights)
    scores = []
    for parts in zip(*columns, strict=True):
        sums = [sum(weight * part[end] for weight, part in zip(weights, parts, strict=True)) for end in range(3)]
        scores.append(Interval(*(round(one / total, _DIGITS) for one in sums)))
    lows, nominals, highs = (sorted(score[end] for score in scores) for end in range(3))
    count = len(scores)
    ranked = []
    for score, parts in zip(scores, zip(*columns, strict=True), strict=True):
        could_pass = count - bisect_right(highs, score.lo) - (score.hi > score.lo)
        place, first = (1 + count - bisect_right(ends, at) for ends, at in ((nominals, score.nominal), (lows, score.hi)))
        ranked.append(Ranked(score.nominal, tuple(part.nominal for part in parts), place, first, 1 + could_pass))
    return ranked


def _ruled(column: Sequence[Interval]) -> list[Interval]:
    """A column's figures on its own ruler."""
    nominals = [value.nominal for value in column]
    worst, span = min(nominals), max(nominals) - min(nominals)

    def place(at: float) -> float:
        if span:
            return (at - worst) / span
        return 1.0 if at == worst else inf if at > worst else -inf

    return [Interval(*map(place, value)) for value in column]


def non_dominated(rows: Sequence[Sequence[Interval]], match: str = "certain") -> list[int]:
    """The places of the rows of oriented figures that no other row dominates.

    One row dominates another if it is at least as good in every column and better in one. Certain: whatever both can
    be. Likely: by their nominal values. Possible: if it is all that it can be at best, and the other at worst. So a row
    that is kept at a later one of MATCHES is kept at the earlier ones; at possible, two can dominate each other.
    """
    if match not in MATCHES:
        raise UnknownKeyError(f"{match!r} is no strength of match", f"write {', '.join(MATCHES)}")
    mine, others = {"certain": (0, 2), "likely": (1, 1), "possible": (2, 0)}[match]
    strikes = [tuple(value[mine] for value in row) for row in rows]
    shields = [tuple(value[others] for value in row) for row in rows]
    front = _front(strikes)
    kept = []
    for index, shield in enumerate(shields):
        # What a row can be at best may hide another that beats it at worst: only then the front does not speak for all.
        strikers = range(len(rows)) if match == "possible" and index in front else front
        if not any(_beats(strikes[other], shield) for other in strikers if other != index):
            kept.append(index)
    return kept


def _front(points: Sequence[tuple[float, ...]]) -> dict[int, None]:
    """The places of points such that each point is at most one of them in every column; of equal ones only the first."""
    front: dict[int, None] = {}
    for index in sorted(range(len(points)), key=lambda index: points[index], reverse=True):
        if not any(all(map(ge, points[other], points[index])) for other in front):
            front[index] = None
    return front


def _beats(strike: tuple[float, ...], shield: tuple[float, ...]) -> bool:
    return strike != shield and all(map(ge, strike, shield))


def median(numbers: Sequence[float]) -> float:
    """The middle one of some numbers, or halfway between the middle two."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else ordered[middle - 1] / 2 + ordered[middle] / 2


def relative_distance(one: float, other: float, least: float, most: float) -> float:
    """How far apart two figures are, from 0 to 1: their share of the range from `least` to `most` that all figures span.

    Of the range of their logarithms, where the range is of positive figures and spans more than a DECADE.
    """
    if least > 0 and most / least > DECADE:
        return abs(log(one) - log(other)) / (log(most) - log(least))
    return abs(one - other) / (most - least) if most > least else 0.0


def jaccard_distance(one: frozenset[str], other: frozenset[str]) -> float:
    """How far apart two sets of words are, from 0 to 1: the share of all their words that only one of them has."""
    return len(one ^ other) / len(one | other) if one or other else 0.0


def similarity(gaps: Sequence[float]) -> tuple[float, float]:
    """How alike two products are, from 0 to below 1, and how close, from 0 to 1, by their gaps in what both state.

    Closeness is the mean of what the gaps leave of 1. Likeness is the same as if DOUBT more attributes had been compared
    and were all different: 1 attribute in common gives at most 1/11, 10 give at most 1/2, 90 at most 9/10.
    """
    close = len(gaps) - sum(gaps)
    return close / (len(gaps) + DOUBT), close / len(gaps) if gaps else 0.0
