"""Migrations and models describe the same schema."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect
from sqlmodel import SQLModel

from specdb import resources
from specdb.database import create, transaction
from specdb.database.connection import connect
from specdb.database.constants import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


def nothing(connection: Connection) -> None:
    """Fills a database with nothing."""


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(resources.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_programs_schema() -> None:
    assert script().get_heads() == [f"{SCHEMA_VERSION:04}"]
    assert [int(revision.revision) for revision in script().walk_revisions()] == list(range(SCHEMA_VERSION, 0, -1))


def test_models_and_migrations_agree(new_place: Location, dialect: str) -> None:
    assert create.create(new_place, nothing)
    made = transaction.engine(new_place)
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, SQLModel.metadata)
        assert [one for one in differences if "alembic_version" not in str(one)] == []
        inspected = inspect(connection)
        for name, table in SQLModel.metadata.tables.items():
            there = {
                one["name"]: one["column_names"] for one in inspected.get_indexes(name) if "duplicates_constraint" not in one
            }
            assert there == {str(one.name): [column.name for column in one.columns] for one in table.indexes}
            checks = {str(one["name"]): one["sqltext"] for one in inspected.get_check_constraints(name)}
            meant = {str(one.name): str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)}
            assert set(checks) == set(meant)
            if dialect == "sqlite":
                assert checks == meant  # a server has them in words of its own
                kept = table.dialect_options["sqlite"]
                assert inspected.get_table_options(name).get("sqlite_strict") == kept["strict"]
                assert inspected.get_table_options(name).get("sqlite_with_rowid", True) == kept["with_rowid"]
    made.dispose()


@pytest.mark.postgres
def test_an_upgrade_of_a_server_can_be_run_again(new_place: Location) -> None:
    assert create.create(new_place, nothing)
    create.upgrade(new_place)
    with closing(connect(new_place)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(f"{SCHEMA_VERSION:04}",)]


@pytest.mark.sqlite
def test_partial_indexes_have_the_models_conditions(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert create.create(path, nothing)
    with closing(connect(path)) as connection:
        there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    meant = {
        str(index.name): str(index.dialect_options["sqlite"]["where"])
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
    }
    assert set(there) == set(meant)
    assert {name: sql.partition(" WHERE ")[2] or "None" for name, sql in there.items()} == meant


@pytest.mark.sqlite
def test_an_upgrade_marks_the_file_and_can_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    create.upgrade(path)
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(f"{SCHEMA_VERSION:04}",)]
        schema = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
    kept = shutil.copy(path, tmp_path / "kept.db")
    create.upgrade(path)
    with closing(connect(path)) as connection:
        assert connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall() == schema
    with closing(sqlite3.connect(kept)) as one, closing(sqlite3.connect(path)) as other:
        assert list(one.iterdump()) == list(other.iterdump())


@pytest.mark.sqlite
def test_a_failing_upgrade_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("CREATE TABLE spec (x)")  # in the way of the migration, after it has made others
        before = list(old.iterdump())
    try:
        create.upgrade(path)
        refused = False
    except Exception as error:
        refused = "already exists" in str(error)
    assert refused
    with closing(sqlite3.connect(path)) as found:
        assert list(found.iterdump()) == before
