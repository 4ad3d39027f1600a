"""References to changesets, and counts of their changes."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers import lamp_changesets
from specdb.analysis.build_view import build_view
from specdb.database import changesets
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.errors import InvalidValueError, NotFoundError, SpecdbError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects


@pytest.fixture(scope="module")
def record(backend: DatabaseBackend) -> Location:
    """Four changesets, of 1 January, 2 January, 31 March and 2 May 2026."""
    path = lamp_changesets.create_lamps(backend.new())
    lamp_changesets.record(path, lamp_changesets.set_weight(42))
    lamp_changesets.load_yaml(path)
    days = ("2026-01-01T00:00:00", "2026-01-02T12:00:00", "2026-03-31T23:59:59", "2026-05-02T08:00:00")
    for number, at in enumerate(days, 1):
        lamp_changesets.set_date(path, number, f"{at}+00:00")
    return path


@pytest.fixture
def lamps(record: Location) -> Iterator[View]:
    with closing(connect(record)) as connection:
        yield build_view(Repository(connection))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("@1", 1),
        ("@4", 4),
        ("@004", 4),
        ("@", 4),
        ("2026-01-01", 1),
        ("2026-01", 2),
        ("2026-03-30", 2),
        ("2026-03-31", 3),
        ("2026-Q1", 3),
        ("2026-04", 3),
        ("2026-05-02", 4),
        ("2026-01..2026-03", 3),
        ("2026", 4),
    ],
)
def test_a_text_names_a_changeset(lamps: View, text: str, number: int) -> None:
    assert changesets.find(lamps, text) == number


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("@0", NotFoundError, "the database has @1 to @4"),
        ("@5", NotFoundError, "the database has @1 to @4"),
        ("@99999999999999999999", NotFoundError, "the database has @1 to @4"),
        ("@x", InvalidValueError, "write @N: the database has @1 to @4"),
        ("@-1", InvalidValueError, "write @N"),
        ("2025-12-31", NotFoundError, "the first changeset is @1 of 2026-01-01"),
        ("2400", NotFoundError, "the last changeset is @4 of 2026-05-02"),
        ("yesterday", InvalidValueError, "write @12 or 2026-05-01"),
        ("2026-02-30", InvalidValueError, "write @12 or 2026-05-01"),
    ],
)
def test_what_names_none(lamps: View, text: str, error: type[SpecdbError], said: str) -> None:
    with pytest.raises(error, match=said):
        changesets.find(lamps, text)


def test_what_each_did(lamps: View) -> None:
    done = changesets.change_summaries(lamps, [1, 2, 3, 4])
    assert (done[1].added, done[1].changed, done[1].products) == ({}, {}, [])
    assert (done[2].added, done[2].changed["product"], done[2].products) == ({"spec": 5}, 2, ["l1"])
    assert (done[3].added, done[3].retracted, done[3].changed, done[3].products) == ({"spec": 1}, {"spec": 1}, {}, ["l1"])
    assert (done[4].added, done[4].products) == ({"spec": 2, "claim": 1}, ["t9"])
    assert done[4].changed == {"category": 1, "source": 1, "product": 1, "alias": 1}


def test_changes_of_one_product(lamps: View) -> None:
    product = lamps.product("l1")
    assert changesets.of_product(lamps, product.id) == {2, 3}
    done = changesets.change_summaries(lamps, [2, 3], product.id)
    assert (done[2].added, done[2].changed) == ({"spec": 5}, {"product": 1, "alias": 1})
    assert (done[3].added, done[3].retracted) == ({"spec": 1}, {"spec": 1})


@pytest.mark.parametrize(("text", "is_moment"), [("@3", True), ("2026-05", True), ("old.db", False), ("./2026", False)])
def test_distinguishes_moments_from_databases(text: str, is_moment: bool) -> None:
    assert changesets.is_moment(text) is is_moment
