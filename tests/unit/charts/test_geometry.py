"""Geometry of bars, axes and labels: extents, limits, ticks, and labels that never overlap."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BELOW_ZERO,
    DATES,
    EXACT,
    LESS,
    MORE,
    RANGE,
    TOLERANCE,
    VALUES,
    ZERO,
    date_value,
    points,
)
from specdb.charts import geometry
from specdb.charts.label_placement import Box, LabelPlacer, line_crosses_box
from specdb.charts.model import ChartValue

SIGNED_MOST = ChartValue("at_most", -inf, 3.0, 3.0, "≤ 3 mm")
BELOW_MOST = ChartValue("at_most", -inf, -3.0, -3.0, "≤ -3 mm")


@pytest.mark.parametrize(
    ("value", "extent"),
    [
        (EXACT, ((0.0, 4.0), None, 0)),
        (TOLERANCE, ((0.0, 6.0), None, 0)),
        (BELOW_ZERO, ((-4.0, 0.0), None, 0)),
        (ZERO, ((0.0, 0.0), None, 0)),
        (ABOUT, ((0.0, 38.0), (38.0, 42.0), 0)),
        (RANGE, ((0.0, 30.0), (30.0, 40.0), 0)),
        (AT_MOST, (None, (0.0, 18.0), -1)),
        (AT_LEAST, ((0.0, 5.0), (5.0, 50.0), 1)),
        (MORE, ((0.0, pytest.approx(10.0)), (pytest.approx(10.0), 50.0), 1)),
        (SIGNED_MOST, (None, (-10.0, 3.0), -1)),
        (BELOW_MOST, ((-3.0, 0.0), (-10.0, -3.0), -1)),
        (date_value("2026-05-03"), (None, None, 0)),
        (date_value("2026-05"), (None, (739737.0, 739767.0), 0)),
    ],
)
def test_extent(value: ChartValue, extent: tuple[object, ...]) -> None:
    assert tuple(geometry.bar_extent(value, -10.0, 50.0)) == extent


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([EXACT], (0.0, 4.0)),
        ([EXACT, BELOW_ZERO], (-4.0, 4.0)),
        ([AT_MOST, EXACT], (0.0, 18.0)),
        ([ABOUT], (0.0, 42.0)),
        ([AT_LEAST], (0.0, 5.75)),
        ([SIGNED_MOST], (-0.45, 3.0)),
        ([ZERO], (0.0, 0.15)),
        ([], (0.0, 0.15)),
    ],
)
def test_bar_limits(values: list[ChartValue], limits: tuple[float, float]) -> None:
    assert geometry.bar_limits(values) == pytest.approx(limits)


@pytest.mark.parametrize(
    ("values", "low"),
    [([EXACT, ABOUT], 0.0), ([AT_MOST], 0.0), ([LESS, EXACT], 0.0), ([RANGE], 29.3), ([ZERO], 0.0)],
)
def test_point_limits_start_at_zero_where_that_is_near_or_possible(values: list[ChartValue], low: float) -> None:
    found = geometry.point_limits(values)
    assert found[0] == pytest.approx(low)
    assert found[1] > max(value.nominal for value in values)


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        ([EXACT], ["exact"]),
        ([AT_LEAST, LESS, EXACT, AT_MOST], ["exact", "upper", "lower"]),
        (VALUES, ["exact", "about", "range", "upper", "lower", "tolerance"]),
        (DATES, ["day", "span"]),
        ([], []),
    ],
)
def test_signs_of_a_legend(values: list[ChartValue], signs: list[str]) -> None:
    assert geometry.legend_keys(values) == signs
    assert set(signs) <= set(geometry.LEGEND_TEXTS)


@pytest.mark.parametrize(
    ("limits", "most", "texts"),
    [
        ((0.0, 2980.0), 5, ["0", "1,000", "2,000"]),
        ((0.0, 1.56), 5, ["0.0", "0.5", "1.0", "1.5"]),
        ((-4.0, 4.0), 5, ["-4", "-2", "0", "2", "4"]),
        ((0.0, 0.003), 4, ["0.000", "0.001", "0.002", "0.003"]),
        ((0.0, 4.75e11), 3, ["0", "2e11", "4e11"]),
        ((14.7, 18.1), 4, ["15", "16", "17", "18"]),
    ],
)
def test_ticks(limits: tuple[float, float], most: int, texts: list[str]) -> None:
    assert geometry.tick_labels(geometry.round_ticks(*limits, most)) == texts


@given(
    low=st.floats(-1e9, 1e9, allow_nan=False),
    reach=st.floats(1e-3, 1e12, allow_nan=False),
    most=st.integers(2, 12),
)
def test_ticks_are_within_evenly_spaced_and_not_too_many(low: float, reach: float, most: int) -> None:
    high = low + reach
    found = geometry.round_ticks(low, high, most)
    assert len(found) <= most
    slack = 1e-6 * max(abs(low), abs(high), reach)
    assert all(low - slack <= tick <= high + slack for tick in found)
    gaps = [b - a for a, b in pairwise(found)]
    assert all(isclose(gap, gaps[0], rel_tol=1e-6, abs_tol=slack) for gap in gaps)


def test_omitted_products_are_listed_by_reason_at_most_8() -> None:
    many = points((EXACT, EXACT))._replace(omitted=tuple((f"P{number}", "weight not stated") for number in range(20)))
    assert geometry.omission_note(many) == "not drawn: P0, P1, P2, P3, P4, P5, P6, P7 and 12 more (weight not stated)"


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(5, 90)), min_size=1, max_size=25))
def test_labels_never_overlap_nor_leave_the_area(spots: list[tuple[float, float, float]]) -> None:
    dots = [(x, y) for x, y, _ in spots]
    placer = LabelPlacer(dots, Box(-20, -20, 440, 340), [Box(100, 100, 108, 150)])
    found = [placer.place(index, (spots[index][2], 9.0)) for index in placer.order()]
    boxes = [placed.box for placed in found if placed]
    assert sorted(placer.order()) == list(range(len(spots)))
    assert all(one.overlap(other) == 0 for one, other in combinations(boxes, 2))
    assert all(placer.area.contains(box) and box.overlap(placer.occupied[0]) == 0 for box in boxes)
    assert not any(line_crosses_box(line, box) for line in placer.lines for box in boxes)


def test_a_label_without_placer_has_none() -> None:
    placer = LabelPlacer([(5.0, 5.0)], Box(0, 0, 10, 10), [])
    assert placer.place(0, (30.0, 9.0)) is None


@pytest.mark.parametrize(
    ("line", "hit"),
    [(((0, 0), (10, 10)), True), (((0, 0), (0, 10)), False), (((0, 9), (4, 9)), False), (((0, 5), (20, 5)), True)],
)
def test_crosses(line: tuple[tuple[float, float], tuple[float, float]], hit: bool) -> None:
    assert line_crosses_box(line, Box(4, 4, 8, 8)) is hit
