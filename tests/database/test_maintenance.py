"""Information about a database, and the problems that maintenance finds."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb import __version__, resources
from specdb.database import maintenance
from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.database.models import SpecRow

if TYPE_CHECKING:
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


def test_info(seeded: Location, dialect: str) -> None:
    with closing(connect(seeded)) as connection:
        found = maintenance.database_info(connection, seeded)
    assert found["database"] == str(seeded)
    assert found["kind"].startswith("SQLite 3." if dialect == "sqlite" else "PostgreSQL 1")
    assert found["schema"] == SCHEMA_VERSION
    assert found["size"] > 100_000
    assert found["current_specs"] == found["specs"] > 500
    assert found["changesets"] == 2
    assert found["bundle"] == f"specdb {__version__}"
    assert found["bundle_digest"] == sha256(resources.SEED.read_bytes()).hexdigest()


def faults(place: Location) -> list[tuple[str, ...]]:
    with closing(connect(place)) as connection:
        return [tuple(fault) for fault in maintenance.stored_row_issues(connection, place)]


def test_nothing_is_wrong_with_the_packaged_specs(seeded: Location) -> None:
    assert faults(seeded) == []


COLUMNS = ", ".join(column.name for column in SpecRow.__table__.columns if column.name not in ("id", "shown"))  # type: ignore[attr-defined]
FIRST = "id = (SELECT MIN(id) FROM spec WHERE kind = 'quantity' AND shown)"


@pytest.mark.parametrize(
    ("statements", "check", "problem"),
    [
        ([f"UPDATE spec SET shown = (1 = 0) WHERE {FIRST}"], "derived", "shown is False, expected True"),
        (
            [f"UPDATE spec SET rank = 'deprecated' WHERE {FIRST}"],
            "derived",
            "shown is True, expected False",
        ),
        (
            [f"UPDATE spec SET category_id = (SELECT MAX(id) FROM category) WHERE {FIRST}"],
            "derived",
            "category_id is ",
        ),
        (
            ["UPDATE product SET removed_id = 1 WHERE slug = 'a1-pro'"],
            "orphans",
            "is current, but its product a1-pro was removed",
        ),
        (["UPDATE attribute SET removed_id = 1 WHERE key = 'weight'"], "orphans", "but its attribute weight was removed"),
        ([f"UPDATE spec SET added_id = 2, retracted_id = 1 WHERE {FIRST}"], "orphans", "was retracted by an earlier changeset"),
        (
            [f"INSERT INTO spec (id, shown, {COLUMNS}) SELECT id + 100000, (1 = 0), {COLUMNS} FROM spec WHERE {FIRST}"],
            "overlapping",
            "stated 2 times by ",
        ),
        *(
            ([statement], "written", "rows that it added or retracted are not as they were written")
            for statement in (
                f"UPDATE spec SET locator = 'line 1000' WHERE {FIRST}",
                f"UPDATE spec SET attribute_id = attribute_id + 1 WHERE {FIRST}",
                f"UPDATE spec SET retracted_id = 2 WHERE {FIRST}",
                f"UPDATE spec SET restores_id = 2 WHERE {FIRST}",
                f"DELETE FROM spec WHERE {FIRST}",
                "UPDATE claim SET printed = 'half' WHERE id = 1",
                "UPDATE changeset SET reason = 'none' WHERE id = 1",
                "UPDATE change SET after = '{}' WHERE changeset_id = 2 AND position = 1",
            )
        ),
        (["UPDATE product SET name = 'A2' WHERE slug = 'a1-pro'"], "written", "differs from what @2 wrote"),
        (["UPDATE alias SET position = 7 WHERE name = '950pr'"], "written", "differs from what @2 wrote"),
        (["UPDATE change SET after = '[' WHERE changeset_id = 2 AND position = 1"], "written", "differs from what @2 wrote"),
        (["DELETE FROM alias WHERE name = '950pr'"], "written", "is missing; @2 wrote it"),
    ],
)
def test_what_is_wrong_is_named(statements: list[str], check: str, problem: str, database: Location) -> None:
    with closing(connect(database, write=True)) as connection:
        for statement in statements:
            connection.execute(statement)
    found = [fault for fault in faults(database) if fault[0] == check and problem in fault[2]]
    assert found
    assert all(fault[1] for fault in found)


@pytest.mark.sqlite
def test_a_missing_row(database: Path) -> None:
    with closing(connect(database, write=True)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE claim SET product_id = 99999 WHERE id = 1")
    assert ("foreign keys", "claim 1", "product_id is 99999, which is not a row of product") in faults(database)


@pytest.mark.sqlite
def test_a_damaged_file(database: Path) -> None:
    with closing(connect(database)) as connection:
        ((page, size),) = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'spec_hi'"
        )
    with database.open("rb+") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(b"\xff" * 200)
    assert {fault[0] for fault in faults(database)} == {"integrity"}


def test_vacuum_changes_nothing(database: Location) -> None:
    from helpers.database_backends import digest_of

    before = digest_of(database)
    maintenance.vacuum(database)
    assert digest_of(database) == before
    if isinstance(database, Path):
        assert [file.name for file in database.parent.iterdir()] == [database.name]
