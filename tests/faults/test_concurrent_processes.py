"""Concurrent processes create one database and write one after another."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database import transaction
from specdb.database.connection import connect

if TYPE_CHECKING:
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

PATHS = os.pathsep.join(sys.path)
AT_ONCE = """
import sys
from specdb.editing.load import create_seeded
from specdb.database.location import locate
print(create_seeded(locate(sys.argv[1])))
"""
WRITES = """
import sys
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database.location import locate
for day in range(1, 11):
    set_rate(locate(sys.argv[1]), RateDraft(f"2026-{int(sys.argv[2]):02}-{day:02}", "TWD", "USD", "1", "x"))
    set_rate(locate(sys.argv[1]), RateDraft("2025-01-01", "TWD", "USD", str(day), "x"))
"""


def at_once(program: str, place: Location, count: int) -> list[str]:
    """What processes print that run at the same time."""
    environment = {**os.environ, "PYTHONPATH": PATHS}
    words = [sys.executable, "-c", program, str(place)]
    running = [
        subprocess.Popen([*words, str(number + 1)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(count)
    ]
    done = [one.communicate(timeout=120) for one in running]
    assert [said for _, said in done] == [""] * count
    return sorted(out.strip() for out, _ in done)


PROCESSES = pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.long)])


@PROCESSES
def test_several_first_runs_at_once_make_one(new_place: Location, count: int) -> None:
    assert at_once(AT_ONCE, new_place, count) == ["False"] * (count - 1) + ["True"]
    with closing(connect(new_place)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM changeset").fetchone() == (2,)


@PROCESSES
def test_writers_at_once_lose_nothing(database: Location, count: int) -> None:
    at_once(WRITES, database, count)
    with closing(connect(database)) as connection:
        current = "SELECT COUNT(*), COUNT(DISTINCT day) FROM rate WHERE retracted_id IS NULL"
        assert connection.execute(current).fetchone() == (10 * count + 1,) * 2, (
            "one of each day; of that which all set, the last"
        )
        assert connection.execute("SELECT COUNT(*) FROM rate").fetchone() == (20 * count,)
        assert connection.execute("SELECT COUNT(*) FROM changeset").fetchone() == (20 * count + 2,)


def failing(database: Location) -> None:
    with transaction.write_transaction(database) as connection:
        connection.exec_driver_sql("DELETE FROM claim")
        raise ZeroDivisionError


def test_a_failing_write_leaves_nothing(database: Location) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(database)
    set_rate(database, RateDraft("2026-11-20", "TWD", "USD", "1", "x"))
    with closing(connect(database)) as reading:
        assert reading.execute("SELECT COUNT(*) > 0 FROM claim").fetchone() == (True,)
