"""Rank products by several attributes: weighted scores, the Pareto front, and the similarity of two products.

Figures are intervals, normalized by `normalize_direction` so that higher is always better.
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
"""The match levels at which a product must be beaten to be left out."""

LOG_RATIO = 10
"""Figures whose range spans more than this ratio are compared by their logarithms; our choice."""

PRIOR_DIFFERENCES = 10
"""The number of attributes, all different, that a similarity adds to those compared; our choice.

It is the pseudocount of additive smoothing: a few equal attributes are little evidence that two products are similar.
"""

_DECIMALS = 9
"""Scores are rounded to this many decimals, so that rounding errors do not decide the order."""


def normalize_direction(value: Interval, *, higher: bool) -> Interval:
    """Return the interval, negated if lower is better; the nominal value is clamped to its ends."""
    nominal = min(max(value.nominal, value.lo), value.hi)
    return Interval(value.lo, nominal, value.hi) if higher else Interval(-value.hi, -nominal, -value.lo)


class Ranked(NamedTuple):
    """The rank of one product.

    Attributes:
        score: The weighted mean of the parts, from 0 to 1.
        parts: The score in each column, from 0 to 1.
        place: Its place by score, from 1; equal scores share a place.
        first: Its best possible place, over all values in the intervals.
        last: Its worst possible place.
    """

    score: float
    parts: tuple[float, ...]
    place: int
    first: int
    last: int


def rank(rows: Sequence[Sequence[Interval]], weights: Sequence[float]) -> list[Ranked]:
    """Score and rank rows of normalized figures.

    Each column is min-max normalized: the least nominal value scores 0 and the greatest 1; if all are equal, each scores 1.
    The ends of an interval are on the same scale and may be below 0 or above 1. A row is certainly ahead of another if its
    least score is above the greatest score of the other.

    Args:
        rows: A row of figures for each product.
        weights: The weight of each column, above 0.

    Returns:
        The rank of each row, in the order of `rows`.
    """
    columns = [_normalize_column(column) for column in zip(*rows, strict=True)]
    total = sum(weights)
    scores = []
    for parts in zip(*columns, strict=True):
        sums = [sum(weight * part[end] for weight, part in zip(weights, parts, strict=True)) for end in range(3)]
        scores.append(Interval(*(round(number / total, _DECIMALS) for number in sums)))
    lows, nominals, highs = (sorted(score[end] for score in scores) for end in range(3))
    count = len(scores)
    ranked = []
    for score, parts in zip(scores, zip(*columns, strict=True), strict=True):
        could_pass = count - bisect_right(highs, score.lo) - (score.hi > score.lo)
        place, first = (1 + count - bisect_right(ends, at) for ends, at in ((nominals, score.nominal), (lows, score.hi)))
        ranked.append(Ranked(score.nominal, tuple(part.nominal for part in parts), place, first, 1 + could_pass))
    return ranked


def _normalize_column(column: Sequence[Interval]) -> list[Interval]:
    """Return the intervals of a column, min-max normalized by their nominal values."""
    nominals = [value.nominal for value in column]
    worst, span = min(nominals), max(nominals) - min(nominals)

    def place(at: float) -> float:
        if span:
            return (at - worst) / span
        return 1.0 if at == worst else inf if at > worst else -inf

    return [Interval(*map(place, value)) for value in column]


def non_dominated(rows: Sequence[Sequence[Interval]], match: str = "certain") -> list[int]:
    """Return the indexes of the rows of normalized figures that no other row dominates.

    A row dominates another if it is at least as good in every column and better in one (Pareto dominance).

    Args:
        rows: A row of figures for each product.
        match: One of MATCHES. "certain" compares the worst values of a row with the best values of the other, "likely" the
            nominal values, "possible" the best values with the worst of the other. A row kept at a later one of MATCHES is
            kept at the earlier ones; at "possible", two rows can dominate each other.

    Raises:
        UnknownKeyError: The match level is unknown.
    """
    if match not in MATCHES:
        raise UnknownKeyError(f"unknown match level {match!r}", f"write {', '.join(MATCHES)}")
    attack_end, defense_end = {"certain": (0, 2), "likely": (1, 1), "possible": (2, 0)}[match]
    attacks = [tuple(value[attack_end] for value in row) for row in rows]
    defenses = [tuple(value[defense_end] for value in row) for row in rows]
    front = _front(attacks)
    kept = []
    for index, defense in enumerate(defenses):
        # At "possible" a row of the front may hide the only row that dominates it: compare it with all rows.
        attackers = range(len(rows)) if match == "possible" and index in front else front
        if not any(_beats(attacks[other], defense) for other in attackers if other != index):
            kept.append(index)
    return kept


def _front(points: Sequence[tuple[float, ...]]) -> dict[int, None]:
    """Return the indexes of the Pareto front: every point is at most as high as one of them in all columns."""
    front: dict[int, None] = {}
    for index in sorted(range(len(points)), key=lambda index: points[index], reverse=True):
        if not any(all(map(ge, points[other], points[index])) for other in front):
            front[index] = None
    return front


def _beats(attack: tuple[float, ...], defense: tuple[float, ...]) -> bool:
    return attack != defense and all(map(ge, attack, defense))


def median(numbers: Sequence[float]) -> float:
    """Return the median of numbers."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else ordered[middle - 1] / 2 + ordered[middle] / 2


def relative_distance(a: float, b: float, least: float, most: float) -> float:
    """Return the distance of two figures, from 0 to 1, as a share of the range of all figures (Gower, 1971).

    Logarithms are compared if the range is positive and spans more than LOG_RATIO.

    Args:
        a: The first figure.
        b: The second figure.
        least: The least of all figures.
        most: The greatest of all figures.
    """
    if least > 0 and most / least > LOG_RATIO:
        return abs(log(a) - log(b)) / (log(most) - log(least))
    return abs(a - b) / (most - least) if most > least else 0.0


def jaccard_distance(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the Jaccard distance of two sets of words: the share of words that only one of the sets contains."""
    return len(a ^ b) / len(a | b) if a or b else 0.0


def similarity(distances: Sequence[float]) -> tuple[float, float]:
    """Return similarity and closeness of two products, both from 0 to 1.

    Closeness is the mean of 1 - distance. Similarity is the same with PRIOR_DIFFERENCES more attributes that all differ:
    1 attribute in common gives at most 1/11, 10 give at most 1/2, 90 at most 9/10.

    Args:
        distances: The distance in each attribute that both products state, from 0 to 1.
    """
    close = len(distances) - sum(distances)
    return close / (len(distances) + PRIOR_DIFFERENCES), close / len(distances) if distances else 0.0
