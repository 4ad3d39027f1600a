from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import inf, nextafter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specdb.analysis import ranking
from specdb.domain.quantity import Interval
from specdb.errors import UnknownKeyError

Rows = list[list[Interval]]

SHARP = st.integers(-6, 6).map(lambda n: Interval(float(n), float(n), float(n)))
VAGUE = st.tuples(*[st.integers(-6, 6)] * 3).map(lambda ends: Interval(*sorted(map(float, ends))))
OPEN = st.builds(
    lambda one, low, high: Interval(-inf if low else one.lo, one.nominal, inf if high else one.hi),
    VAGUE,
    st.booleans(),
    st.booleans(),
)
FIGURES = SHARP | VAGUE | OPEN
FACTORS = st.sampled_from([0.001, 0.0625, 3.0, 28.349523125, 1000.0])


@st.composite
def tables(draw: st.DrawFn, figures: st.SearchStrategy[Interval] = FIGURES, most: int = 8) -> Rows:
    width = draw(st.integers(1, 3))
    return draw(st.lists(st.lists(figures, min_size=width, max_size=width), max_size=most))


@st.composite
def weighted(draw: st.DrawFn, figures: st.SearchStrategy[Interval] = FIGURES) -> tuple[Rows, list[float]]:
    rows = draw(tables(figures))
    width = len(rows[0]) if rows else 1
    return rows, [float(weight) for weight in draw(st.lists(st.integers(1, 5), min_size=width, max_size=width))]


def exact(*numbers: float) -> list[Interval]:
    return [Interval(number, number, number) for number in numbers]


@pytest.mark.parametrize(
    ("figure", "higher", "oriented"),
    [
        ((38, 40, 42), True, (38, 40, 42)),
        ((38, 40, 42), False, (-42, -40, -38)),
        ((0, 16, 16), False, (-16, -16, 0)),
        ((5, 5, inf), False, (-inf, -5, -5)),
        ((0, 20, nextafter(20, 0)), True, (0, nextafter(20, 0), nextafter(20, 0))),
    ],
)
def test_oriented(figure: tuple[float, float, float], higher: bool, oriented: tuple[float, float, float]) -> None:
    assert ranking.normalize_direction(Interval(*figure), higher=higher) == oriented


@pytest.mark.parametrize(
    ("rows", "weights", "scores", "places"),
    [
        pytest.param([], [1], [], [], id="nothing"),
        pytest.param([exact(7)], [1], [1], ["1"], id="one alone is level with itself"),
        pytest.param([exact(1), exact(2), exact(5)], [1], [0, 0.25, 1], ["3", "2", "1"], id="one column"),
        pytest.param([exact(1, 0), exact(3, 0)], [1, 1], [0.5, 1], ["2", "1"], id="a level column is 1 for all"),
        pytest.param([exact(0, 1), exact(1, 0)], [2, 1], [1 / 3, 2 / 3], ["2", "1"], id="weights"),
        pytest.param([exact(0, 1), exact(1, 0), exact(0, 0)], [1, 1], [0.5, 0.5, 0], ["1", "1", "3"], id="ties share a place"),
        pytest.param(
            [exact(4), [Interval(0, 3, 5)], exact(0)], [1], [1, 0.75, 0], ["1 (1-2)", "2 (1-2)", "3 (2-3)"], id="overlaps"
        ),
        pytest.param([exact(4), [Interval(0, 3, 4)]], [1], [1, 0], ["1", "2 (1-2)"], id="level at best"),
        pytest.param(
            [exact(14.9, 16), [*exact(17.9), Interval(0, 16, 16)]], [1, 1], [0.5, 1], ["2 (1-2)", "1 (1-2)"], id="up to"
        ),
    ],
)
def test_rank(rows: Rows, weights: list[float], scores: list[float], places: list[str]) -> None:
    ranked = ranking.rank(rows, weights)
    assert [one.score for one in ranked] == pytest.approx(scores)
    assert [f"{one.place}" + (f" ({one.first}-{one.last})" if one.first < one.last else "") for one in ranked] == places


def reference(rows: Rows, weights: list[float]) -> list[tuple[Fraction, int, int, int]]:
    """Score, place, first and last place of each row, pair by pair and in fractions."""

    def part(column: int, at: float) -> Fraction | float:
        nominals = [Fraction(row[column].nominal) for row in rows]
        worst, span = min(nominals), max(nominals) - min(nominals)
        if at in (inf, -inf):
            return at
        if span:
            return (Fraction(at) - worst) / span
        return Fraction(1) if at == worst else inf if at > worst else -inf

    def score(row: list[Interval], end: int) -> Fraction | float:
        parts = [part(column, row[column][end]) for column in range(len(row))]
        return next((one for one in parts if one in (inf, -inf)), None) or (
            sum((Fraction(weight) * Fraction(one) for weight, one in zip(weights, parts, strict=True)), Fraction())
            / Fraction(sum(weights))
        )

    scores = [[score(row, end) for end in range(3)] for row in rows]
    result = []
    for mine in scores:
        others = [other for other in scores if other is not mine]
        place = 1 + sum(other[1] > mine[1] for other in others)
        first = 1 + sum(other[0] > mine[2] for other in others)
        last = 1 + sum(other[2] > mine[0] for other in others)
        result.append((Fraction(mine[1]), place, first, last))
    return result


@given(weighted())
def test_rank_is_the_reference(given: tuple[Rows, list[float]]) -> None:
    ranked = ranking.rank(*given)
    expected = reference(*given)
    assert [(one.place, one.first, one.last) for one in ranked] == [tuple(places) for _, *places in expected]
    assert [one.score for one in ranked] == pytest.approx([float(score) for score, *_ in expected], abs=1e-8)


@given(weighted())
def test_a_score_is_the_weighted_mean_of_parts_between_0_and_1(given: tuple[Rows, list[float]]) -> None:
    rows, weights = given
    for one in ranking.rank(rows, weights):
        assert one.score == pytest.approx(sum(map(float.__mul__, weights, one.parts)) / sum(weights), abs=1e-8)
        assert all(0 <= part <= 1 for part in one.parts)
        assert 1 <= one.first <= one.place <= one.last <= len(rows)


@given(weighted(), FACTORS)
def test_the_scale_of_the_weights_changes_nothing(given: tuple[Rows, list[float]], factor: float) -> None:
    rows, weights = given
    assert ranking.rank(rows, [weight * factor for weight in weights]) == ranking.rank(rows, weights)


@given(weighted(), st.lists(FACTORS, min_size=3, max_size=3))
def test_units_change_no_ranking(given: tuple[Rows, list[float]], factors: list[float]) -> None:
    rows, weights = given
    scaled = [[Interval(*(end * by for end in one)) for one, by in zip(row, factors, strict=False)] for row in rows]
    before, after = ranking.rank(rows, weights), ranking.rank(scaled, weights)
    assert [(one.place, one.score) for one in after] == [(one.place, one.score) for one in before]
    assert [ranking.non_dominated(scaled, match) for match in ranking.MATCHES] == [
        ranking.non_dominated(rows, match) for match in ranking.MATCHES
    ]


@given(weighted(SHARP))
def test_exact_figures_leave_no_doubt(given: tuple[Rows, list[float]]) -> None:
    assert all(one.first == one.place == one.last for one in ranking.rank(*given))


@given(weighted(), st.randoms(use_true_random=False))
def test_no_truth_gives_a_place_that_was_not_foreseen(given: tuple[Rows, list[float]], random: object) -> None:
    """Any one value within each figure, on the same ruler, gives each row a place between its first and last."""
    rows, weights = given
    ruler = [[min(one.nominal for one in column), max(one.nominal for one in column)] for column in zip(*rows, strict=True)]
    true = [[max(one.lo, -9.0) if getattr(random, "random")() < 0.5 else min(one.hi, 9.0) for one in row] for row in rows]  # noqa: B009
    if any(low == high for low, high in ruler):
        return
    scores = [
        sum(weight * (at - low) / (high - low) for weight, at, (low, high) in zip(weights, row, ruler, strict=True))
        for row in true
    ]
    for mine, one in zip(scores, ranking.rank(rows, weights), strict=True):
        assert one.first <= 1 + sum(other > mine + 1e-6 for other in scores) <= one.last


UP_TO, ABOUT = Interval(0, 16, 16), Interval(38, 40, 42)


@pytest.mark.parametrize(
    ("rows", "certain", "likely", "possible"),
    [
        pytest.param([], "", "", "", id="nothing"),
        pytest.param([exact(1)], "0", "0", "0", id="one alone"),
        pytest.param([exact(1), exact(2)], "1", "1", "1", id="the better one"),
        pytest.param([exact(1, 2), exact(2, 1)], "01", "01", "01", id="each is better in one"),
        pytest.param([exact(1, 2), exact(1, 2)], "01", "01", "01", id="ties stay"),
        pytest.param([exact(1, 2), exact(1, 1)], "0", "0", "0", id="level in one, better in the other"),
        pytest.param([[UP_TO], exact(12)], "01", "0", "", id="up to 16 against 12"),
        pytest.param([[UP_TO], exact(16)], "01", "01", "1", id="up to 16 against 16"),
        pytest.param([[UP_TO], exact(17)], "1", "1", "1", id="up to 16 against 17"),
        pytest.param([[UP_TO], [UP_TO]], "01", "01", "", id="either may beat the other"),
        pytest.param([[ABOUT], exact(37)], "0", "0", "0", id="about 40 against 37"),
        pytest.param([[ABOUT], exact(38)], "01", "0", "0", id="about 40 may be 38: level is not beaten"),
        pytest.param([[UP_TO, *exact(3)], exact(9, 2), exact(2, 2)], "01", "0", "0", id="the third is beaten by a beaten one"),
    ],
)
def test_pareto(rows: Rows, certain: str, likely: str, possible: str) -> None:
    wanted = {"certain": certain, "likely": likely, "possible": possible}
    assert {match: ranking.non_dominated(rows, match) for match in ranking.MATCHES} == {
        match: [int(place) for place in places if place != " "] for match, places in wanted.items()
    }


def beats(one: list[Interval], other: list[Interval], match: str) -> bool:
    ends = {"certain": ("lo", "hi"), "likely": ("nominal", "nominal"), "possible": ("hi", "lo")}[match]
    pairs = [(getattr(mine, ends[0]), getattr(theirs, ends[1])) for mine, theirs in zip(one, other, strict=True)]
    return all(mine >= theirs for mine, theirs in pairs) and any(mine > theirs for mine, theirs in pairs)


@pytest.mark.parametrize("match", ranking.MATCHES)
@given(rows=tables())
def test_pareto_is_the_reference(match: str, rows: Rows) -> None:
    kept = [
        index
        for index, row in enumerate(rows)
        if not any(beats(other, row, match) for place, other in enumerate(rows) if place != index)
    ]
    assert ranking.non_dominated(rows, match) == kept


@given(tables())
def test_a_weaker_match_keeps_no_more(rows: Rows) -> None:
    kept = [set(ranking.non_dominated(rows, match)) for match in ranking.MATCHES]
    assert all(later <= earlier for earlier, later in pairwise(kept))
    assert not rows or kept[1]


@pytest.mark.parametrize("match", ["certain", "likely"])
@given(rows=tables(SHARP | VAGUE), place=st.integers(0, 7), less=st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_a_product_that_is_beaten_changes_nothing_for_the_others(match: str, rows: Rows, place: int, less: list[int]) -> None:
    assume(rows and any(less[: len(rows[0])]))
    by = rows[place % len(rows)]
    top = [(one.lo if match == "certain" else one.nominal) - step for one, step in zip(by, less, strict=False)]
    added = [Interval(at - 2, at, at if match == "certain" else at + 5) for at in top]
    assert beats(by, added, match)
    assert ranking.non_dominated([*rows, added], match) == ranking.non_dominated(rows, match)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, random: object) -> None:
    order = list(range(len(rows)))
    getattr(random, "shuffle")(order)  # noqa: B009
    for match in ranking.MATCHES:
        shuffled = ranking.non_dominated([rows[place] for place in order], match)
        assert sorted(order[place] for place in shuffled) == ranking.non_dominated(rows, match)


def test_pareto_of_another_match() -> None:
    with pytest.raises(UnknownKeyError, match="unknown match level 'surely'"):
        ranking.non_dominated([], "surely")


@pytest.mark.parametrize(("numbers", "middle"), [([3], 3), ([1, 9, 2], 2), ([1, 2, 4, 9], 3), ([17.9, 14.9], 16.4)])
def test_median(numbers: list[float], middle: float) -> None:
    assert ranking.median(numbers) == pytest.approx(middle)


@pytest.mark.parametrize(
    ("one", "other", "least", "most", "gap"),
    [
        (40, 40, 40, 40, 0),
        (40, 40, 30, 50, 0),
        (35, 40, 30, 50, 0.25),
        (1, 10, 1, 10, 1),
        (1, 5.5, 1, 10, 0.5),
        (1, 10, 1, 100, 0.5),
        (10, 100, 1, 10_000, 0.25),
        (0, 50, 0, 100, 0.5),
        (-50, 50, -100, 100, 0.5),
        (1e-320, 1, 1e-320, 1, 1),
    ],
)
def test_gap(one: float, other: float, least: float, most: float, gap: float) -> None:
    assert (
        ranking.relative_distance(one, other, least, most)
        == ranking.relative_distance(other, one, least, most)
        == pytest.approx(gap)
    )


@given(st.lists(st.floats(1e-9, 1e9), min_size=2, max_size=6), FACTORS)
def test_a_gap_lies_between_0_and_1_in_any_unit(numbers: list[float], factor: float) -> None:
    least, most = min(numbers), max(numbers)
    gap = ranking.relative_distance(numbers[0], numbers[1], least, most)
    assert 0 <= gap <= 1 + 1e-9
    if most / least > ranking.LOG_RATIO * 1.001 or most / least < ranking.LOG_RATIO * 0.999:
        scaled = ranking.relative_distance(numbers[0] * factor, numbers[1] * factor, least * factor, most * factor)
        assert scaled == pytest.approx(gap, abs=1e-5)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("a", "a", 0), ("a", "b", 1), ("ab", "bc", 2 / 3), ("ab", "a", 0.5), ("a", "", 1)],
)
def test_unlike(one: str, other: str, apart: float) -> None:
    assert ranking.jaccard_distance(frozenset(one), frozenset(other)) == pytest.approx(apart)


@pytest.mark.parametrize(
    ("gaps", "likeness", "closeness"),
    [([], 0, 0), ([0], 1 / 11, 1), ([1], 0, 0), ([0] * 10, 0.5, 1), ([0, 1], 1 / 12, 0.5), ([0.5] * 10, 0.25, 0.5)],
)
def test_likeness(gaps: list[float], likeness: float, closeness: float) -> None:
    assert list(ranking.similarity(gaps)) == pytest.approx([likeness, closeness])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_more_that_is_alike_is_more_alike(gaps: list[float]) -> None:
    assert ranking.similarity([*gaps, 0])[0] > ranking.similarity(gaps)[0] - 1e-12
    assert ranking.similarity([*gaps, 1])[0] <= ranking.similarity(gaps)[0]
