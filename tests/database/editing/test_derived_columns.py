"""Derived columns: errors are found and repaired, and nothing else is touched."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from helpers.editing import run_change
from helpers.lamp_changesets import create_lamps
from specdb.database.connection import connect
from specdb.editing import derived_columns, entities
from specdb.editing.spec_edits import retract_spec

if TYPE_CHECKING:
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


def faults(place: Location) -> list[tuple[str, ...]]:
    with closing(connect(place)) as connection:
        return [tuple(fault) for fault in derived_columns.database_issues(connection, place)]


def test_the_packaged_specs_are_sound(seeded: Location) -> None:
    assert faults(seeded) == []


@pytest.mark.parametrize(
    ("setting", "where", "problems"),
    [
        ("hi = 661", "number = '660'", ["hi is 661.0, expected 660.0"]),
        ("lo = 0, nominal = 1", "number = '660'", ["lo is 0.0, expected 660.0", "nominal is 1.0, expected 660.0"]),
        ("value_unit = 'g'", "number = '660'", ["value_unit is g, expected mAh"]),
        ("nominal = lo", "kind = 'date' AND text = '2026-Q4'", ["nominal is 739890.0, expected 739935.5"]),
        ("shown = (1 = 0)", "number = '660'", ["shown is False, expected True"]),
        ("category_id = (SELECT MIN(id) FROM category)", "number = '660'", ["category_id is "]),
    ],
)
def test_rebuild(setting: str, where: str, problems: list[str], database: Location) -> None:
    before = digest_of(database)
    with closing(connect(database, write=True)) as connection:
        connection.execute(f"UPDATE spec SET {setting} WHERE id = (SELECT MIN(id) FROM spec WHERE {where})")
    found = faults(database)
    assert [problem for _, _, problem in found if problem.startswith("category")] or [one[2] for one in found] == problems
    assert {check for check, _, _ in found} == {"derived"}
    assert derived_columns.rebuild_derived_columns(database) == 1
    assert (faults(database), digest_of(database)) == ([], before)
    assert derived_columns.rebuild_derived_columns(database) == 0


def test_what_nothing_can_be_derived_from_is_named_and_left(database: Location) -> None:
    with closing(connect(database, write=True)) as connection:
        connection.execute("UPDATE spec SET number = 'many' WHERE number = '660'")
    found = faults(database)
    assert [check for check, _, _ in found] == ["written", "derived"]
    assert "a1 battery" in found[1][1]
    assert "many" in found[1][2]
    assert derived_columns.rebuild_derived_columns(database) == 0
    assert faults(database) == found


def test_retracted_specs_do_not_block_attribute_changes(new_place: Location) -> None:
    place = create_lamps(new_place)
    run_change(place, retract_spec, "l1", "output", {"mode": "high"})
    run_change(place, entities.edit_entity, "attribute", "output", {"unit": "lm"})
    assert faults(place) == []
    run_change(place, entities.edit_entity, "attribute", "output", {"unit": "W"})
    run_change(place, entities.edit_entity, "attribute", "output", {"expression": "weight / 5 g * 1 W"})
    run_change(place, entities.edit_entity, "attribute", "output", {"unit": "kW"})
    assert faults(place) == []


@pytest.mark.parametrize(
    ("statement", "place", "problem"),
    [
        ("UPDATE spec SET lo = 1 WHERE id = (SELECT MIN(id) FROM spec WHERE kind = 'flag' AND lo = 0)", "spec ", "lo is 1.0"),
        ("UPDATE spec SET hi = 1 WHERE id = (SELECT MIN(id) FROM spec WHERE kind = 'text')", "spec ", "hi is 1.0"),
        ("UPDATE unit SET factor = '3' WHERE name = 'g'", "unit g", "factor is 3, expected 1"),
        ("UPDATE unit SET name = 'blick' WHERE name = 'AFN'", "unit blick", "is not a unit that specdb knows"),
        ("UPDATE alias SET unit = 'kg' WHERE scope = 'unit' AND name = 'gram'", "unit kg", "gram is not an alias of it"),
        ("UPDATE alias SET name = 'krams' WHERE scope = 'unit' AND name = 'grams'", "unit g", "krams is not an alias of it"),
        ("UPDATE alias SET position = 9 WHERE scope = 'unit' AND name = 'gram'", "alias gram", "position is 9"),
    ],
)
def test_what_does_not_follow_is_named(statement: str, place: str, problem: str, database: Location) -> None:
    with closing(connect(database, write=True)) as connection:
        connection.execute(statement)
    assert [fault for fault in faults(database) if fault[0] == "derived" and place in fault[1] and problem in fault[2]]
