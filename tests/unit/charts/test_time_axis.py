"""Ticks of the time axis: at the start of periods, within the axis, evenly spaced, and not too many."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts import DATES, date_value
from specdb.charts import time_axis

DAYS = st.integers(date.min.toordinal(), date.max.toordinal())


@pytest.mark.parametrize(
    ("first", "last", "most", "texts"),
    [
        ("2026-04-29", "2026-05-02", 5, ["2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02"]),
        ("2026-04-29", "2026-05-20", 5, ["2026-05-04", "2026-05-11", "2026-05-18"]),
        ("2026-04-01", "2026-07-30", 5, ["2026-04", "2026-05", "2026-06", "2026-07"]),
        ("2025-11-15", "2027-02-01", 5, ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01"]),
        ("2024-12-31", "2027-02-01", 3, ["2025", "2026", "2027"]),
        ("1994-05-01", "2027-02-01", 5, ["2000", "2010", "2020"]),
        ("0001-01-01", "9999-12-31", 5, ["2000", "4000", "6000", "8000"]),
        ("9999-12-30", "9999-12-31", 5, ["9999-12-30", "9999-12-31"]),
    ],
)
def test_ticks(first: str, last: str, most: int, texts: list[str]) -> None:
    places, found = time_axis.ticks(date_value(first).lo, date_value(last).hi, most)
    assert found == texts
    assert places == [date_value(f"{text}-01-01"[: max(len(text), 10)]).lo for text in texts]


@given(ends=st.tuples(DAYS, DAYS).map(sorted), most=st.integers(2, 12))
def test_ticks_are_within_and_not_too_many(ends: list[int], most: int) -> None:
    low, high = time_axis.limits([date_value(date.fromordinal(end).isoformat()) for end in ends])
    places, texts = time_axis.ticks(low, high, most)
    assert 1 <= len(places) <= most
    assert len(texts) == len(places)
    assert all(low <= place <= high for place in places)
    gaps = [later - earlier for earlier, later in pairwise(places)]
    assert not gaps or max(gaps) - min(gaps) <= max(3, 0.02 * max(gaps))  # months and years are not all alike


@pytest.mark.parametrize(("texts", "days"), [(["2026-05-03"], 4.2), (["2026-05"], 2.1), (["2026-05-03", "2026-05-04"], 1.0)])
def test_limits_leave_room(texts: list[str], days: float) -> None:
    values = [date_value(text) for text in texts]
    low, high = time_axis.limits(values)
    assert (values[0].lo - low, high - values[-1].hi) == pytest.approx((days, days))


def test_limits_hold_all_dates() -> None:
    low, high = time_axis.limits(DATES)
    assert low < min(one.lo for one in DATES)
    assert high > max(one.hi for one in DATES)
    assert time_axis.limits([]) < (730120.0, 730120.0)
