from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.errors import InvalidValueError
from specdb.figures import dates
from specdb.figures.dates import DateInterval

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "first", "last", "iso"),
    [
        ("2026-04-30", "2026-04-30", "2026-04-30", "2026-04-30"),
        (" 2026-04\n", "2026-04-01", "2026-04-30", "2026-04"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-02"),
        ("2026-12", "2026-12-01", "2026-12-31", "2026-12"),
        ("2026", "2026-01-01", "2026-12-31", "2026"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2026-01-01/2026-03-31"),
        ("2026-q4", "2026-10-01", "2026-12-31", "2026-10-01/2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30", "2026-01-01/2026-06-30"),
        ("2026-h2", "2026-07-01", "2026-12-31", "2026-07-01/2026-12-31"),
        ("2026-07-21..2026-08", "2026-07-21", "2026-08-31", "2026-07-21/2026-08-31"),
        ("2026 .. 2027-q1", "2026-01-01", "2027-03-31", "2026-01-01/2027-03-31"),
        ("2026..2026", "2026-01-01", "2026-12-31", "2026-01-01/2026-12-31"),
        ("0001", "0001-01-01", "0001-12-31", "0001"),
        ("9999-H2", "9999-07-01", "9999-12-31", "9999-07-01/9999-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_parse(text: str, first: str, last: str, iso: str) -> None:
    span = dates.parse_date(text)
    assert (span.first.isoformat(), span.last.isoformat(), span.iso) == (first, last, iso)
    assert dates.parse_date(span.text) == span
    assert span.text == span.text.strip().upper()
    assert dates.from_ordinals(span.text, float(span.first.toordinal()), float(span.last.toordinal())) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2026..",
        "..2026",
        "2026..2027..2028",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "2026-4",
        "26-04-30",
        "0000",
        "10000",
        "2026-Q5",
        "2026-Q0",
        "2026-H3",
        "2026-04-30T12:00",
        "30.04.2026",
        "Avril 2026",
        "Q5 2026",
        "H3 2026",
        "31 April 2026",
        "12 March 5, 2026",
        "March 26",
        "Q 2026",
        "２０２６",
        "20\n26",
        "2026\0",
        "2027..2026",
        "9" * 1_000_000,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        dates.parse_date(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("day", "age", "earlier"),
    [
        ("2026-04-30", "90d", "2026-01-30"),
        ("2026-04-30", "6w", "2026-03-19"),
        ("2026-04-30", "2 mo", "2026-02-28"),
        ("2024-04-30", "2mo", "2024-02-29"),
        ("2024-02-29", "1y", "2023-02-28"),
        ("2026-01-15", "1mo", "2025-12-15"),
        ("2026-04-30", "0d", "2026-04-30"),
    ],
)
def test_before(day: str, age: str, earlier: str) -> None:
    assert dates.subtract_age(date.fromisoformat(day), age).isoformat() == earlier


@pytest.mark.parametrize("age", ["", "90", "d", "-1d", "1.5y", "99999d", "3 years", "9999y", "2027y"])
def test_what_is_no_age_is_refused(age: str) -> None:
    with pytest.raises(InvalidValueError):
        dates.subtract_age(date(2026, 4, 30), age)


@pytest.mark.parametrize("age", ["9999d", "9999w", "9999mo", "9999y"])
def test_an_age_beyond_the_calendar_is_refused(age: str) -> None:
    with pytest.raises(InvalidValueError, match="goes back before year 1"):
        dates.subtract_age(date(2, 1, 1), age)


@given(st.dates(), st.dates())
def test_spans_are_kept(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert dates.parse_date(f"{first}..{last}") == DateInterval(f"{first}..{last}", first, last)


@given(st.integers(1, 9998))
def test_parts_of_a_year_follow_each_other(year: int) -> None:
    for forms in (
        [f"{year:04}-{month:02}" for month in range(1, 13)],
        [f"{year:04}-Q{quarter}" for quarter in range(1, 5)],
        [f"{year:04}-H{half}" for half in (1, 2)],
    ):
        spans = [dates.parse_date(form) for form in forms]
        assert (spans[0].first, spans[-1].last) == dates.parse_date(f"{year:04}")[1:]
        assert all(one.last + DAY == two.first for one, two in pairwise(spans))
