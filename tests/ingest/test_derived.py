"""Derived columns: found wrong, put right, and nothing else touched."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from homes import held
from specdb.ingest import derived
from specdb.store.engine import connect

if TYPE_CHECKING:
    from specdb.store.engine import Place


def faults(place: Place) -> list[tuple[str, ...]]:
    with closing(connect(place)) as connection:
        return [tuple(fault) for fault in derived.faults(connection, place)]


def test_the_packaged_specs_are_sound(seeded: Place) -> None:
    assert faults(seeded) == []


@pytest.mark.parametrize(
    ("setting", "where", "problems"),
    [
        ("hi = 661", "number = '660'", ["hi is 661.0 and should be 660.0"]),
        ("lo = 0, nominal = 1", "number = '660'", ["lo is 0.0 and should be 660.0", "nominal is 1.0 and should be 660.0"]),
        ("value_unit = 'g'", "number = '660'", ["value_unit is g and should be mAh"]),
        ("nominal = lo", "kind = 'date' AND text = '2026-Q4'", ["nominal is 739890.0 and should be 739935.5"]),
        ("shown = (1 = 0)", "number = '660'", ["is not shown and should be"]),
        ("category_id = (SELECT MIN(id) FROM category)", "number = '660'", ["category_id is "]),
    ],
)
def test_rebuild(setting: str, where: str, problems: list[str], database: Place) -> None:
    before = held(database)
    with closing(connect(database, write=True)) as connection:
        connection.execute(f"UPDATE spec SET {setting} WHERE id = (SELECT MIN(id) FROM spec WHERE {where})")
    found = faults(database)
    assert [problem for _, _, problem in found if problem.startswith("category")] or [one[2] for one in found] == problems
    assert {check for check, _, _ in found} == {"derived"}
    assert derived.rebuild(database) == 1
    assert (faults(database), held(database)) == ([], before)
    assert derived.rebuild(database) == 0


def test_what_nothing_can_be_derived_from_is_named_and_left(database: Place) -> None:
    with closing(connect(database, write=True)) as connection:
        connection.execute("UPDATE spec SET number = 'many' WHERE number = '660'")
    ((check, where, problem),) = faults(database)
    assert (check, "a1 battery" in where, "many" in problem) == ("derived", True, True)
    assert derived.rebuild(database) == 0
    assert len(faults(database)) == 1
