"""Rank by several attributes: scores and places, products that no other beats, and the similarity of two products.

Figures are Intervals, normalized by `normalize_direction` so that higher is always better.
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
"""How surely a product must be beaten to be left out."""

DECADE = 10
"""Figures that span more than this ratio are compared by their logarithms."""

DOUBT = 10
"""The number of further attributes, all different, that a similarity assumes besides those compared."""

_DIGITS = 9
"""Scores equal to this many decimals are equal: rounding errors must not decide the order."""


def normalize_direction(value: Interval, *, higher: bool) -> Interval:
    """Return the figure such that higher is better, with its nominal value inside its ends."""
    nominal = min(max(value.nominal, value.lo), value.hi)
    return Interval(value.lo, nominal, value.hi) if higher else Interval(-value.hi, -nominal, -value.lo)


class Ranked(NamedTuple):
    """The rank of one product.

    Attributes:
        score: The weighted mean of the parts, from 0 to 1.
        parts: The score in each column, from 0 to 1.
        place: Its place by score, from 1; equal scores share a place.
        first: The best place it could have, whatever values the figures can have.
        last: The worst such place.
    """

    score: float
    parts: tuple[float, ...]
    place: int
    first: int
    last: int


def rank(rows: Sequence[Sequence[Interval]], weights: Sequence[float]) -> list[Ranked]:
    """Score and rank rows of normalized figures.

    In each column the least nominal value scores 0 and the greatest 1; if all are equal, each scores 1. The ends of a figure
    are measured on the same scale, also below 0 and above 1. A row is certainly ahead of another if its least score is above
    the greatest score of the other.

    Args:
        rows: A row of figures for each product.
        weights: The weight of each column, above 0.
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
    """Return the figures of a column on its scale."""
    nominals = [value.nominal for value in column]
    worst, span = min(nominals), max(nominals) - min(nominals)

    def place(at: float) -> float:
        if span:
            return (at - worst) / span
        return 1.0 if at == worst else inf if at > worst else -inf

    return [Interval(*map(place, value)) for value in column]


def non_dominated(rows: Sequence[Sequence[Interval]], match: str = "certain") -> list[int]:
    """Return the indexes of the rows of normalized figures that no other row dominates.

    A row dominates another if it is at least as good in every column and better in one. "certain": for all values that both
    can have; "likely": by their nominal values; "possible": with its best values and the worst of the other. A row kept at a
    later one of MATCHES is kept at the earlier ones; at "possible", two rows can dominate each other.
    """
    if match not in MATCHES:
        raise UnknownKeyError(f"unknown match level {match!r}", f"write {', '.join(MATCHES)}")
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
    """Return the indexes of points so that each point is at most one of them in every column; the first of equal ones."""
    front: dict[int, None] = {}
    for index in sorted(range(len(points)), key=lambda index: points[index], reverse=True):
        if not any(all(map(ge, points[other], points[index])) for other in front):
            front[index] = None
    return front


def _beats(strike: tuple[float, ...], shield: tuple[float, ...]) -> bool:
    return strike != shield and all(map(ge, strike, shield))


def median(numbers: Sequence[float]) -> float:
    """Return the median of numbers."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else ordered[middle - 1] / 2 + ordered[middle] / 2


def relative_distance(one: float, other: float, least: float, most: float) -> float:
    """Return the distance of two figures from 0 to 1: its share of the range from `least` to `most` of all figures.

    Logarithms are compared if the range is positive and spans more than a DECADE.
    """
    if least > 0 and most / least > DECADE:
        return abs(log(one) - log(other)) / (log(most) - log(least))
    return abs(one - other) / (most - least) if most > least else 0.0


def jaccard_distance(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard distance of two sets of words: the share of their words that only one of them has."""
    return len(one ^ other) / len(one | other) if one or other else 0.0


def similarity(gaps: Sequence[float]) -> tuple[float, float]:
    """Return similarity and closeness of two products, from the distances in the attributes that both state.

    Closeness is the mean of 1 - distance. Similarity is the same with DOUBT more attributes that all differ: 1 attribute in
    common gives at most 1/11, 10 give at most 1/2, 90 at most 9/10.
    """
    close = len(gaps) - sum(gaps)
    return close / (len(gaps) + DOUBT), close / len(gaps) if gaps else 0.0
