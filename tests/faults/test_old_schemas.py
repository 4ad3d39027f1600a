"""Older schemas are upgraded with their data; newer ones are rejected by name."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from old_schemas import at_revision, server_at_revision

from helpers.database_backends import digest_of
from specdb.bundles.save import save_bundle
from specdb.database import backup, create
from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.editing import derived_columns
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.database_backends import DatabaseBackend
    from specdb.database.server import Server


pytestmark = pytest.mark.both_dialects


@pytest.mark.sqlite
@pytest.mark.parametrize("revision", range(1, SCHEMA_VERSION))
def test_an_older_schema_is_refused_then_upgraded_with_its_data(seeded: Path, tmp_path: Path, revision: int) -> None:
    path = tmp_path / "old.db"
    at_revision(f"{revision:04}", seeded, path)
    with pytest.raises(DatabaseError, match=f"has schema version {revision}"):
        connect(path)
    create.upgrade(path)
    with closing(connect(path)) as connection:
        text = save_bundle(connection)
        assert derived_columns.database_issues(connection, path) == []
    same = tmp_path / "same.db"
    shutil.copy(seeded, same)
    with closing(sqlite3.connect(same)) as connection:
        if revision < 2:
            connection.execute("UPDATE attribute SET expression = ''")  # there were none
        connection.commit()
    with closing(connect(same)) as connection:
        assert save_bundle(connection) == text
        assert len(re.findall(r"\{attribute: ", text)) > 500


@pytest.mark.sqlite
def test_a_newer_schema_is_refused_and_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = database.read_bytes()
    for act in (connect, create.upgrade):
        with pytest.raises(
            DatabaseError,
            match=f"has schema version {SCHEMA_VERSION + 1}; this specdb supports versions up to {SCHEMA_VERSION}",
        ):
            act(database)
    assert database.read_bytes() == before


@pytest.mark.postgres
@pytest.mark.parametrize("revision", range(1, SCHEMA_VERSION))
def test_a_backup_before_an_upgrade(
    seeded: Server, new_place: Server, backend: DatabaseBackend, tmp_path: Path, revision: int
) -> None:
    """It has the schema of what it was made of, and what it holds comes back as that does which is upgraded."""
    file = tmp_path / "before.db"
    server_at_revision(f"{revision:04}", seeded, new_place)
    backup.backup(new_place, file)
    with pytest.raises(DatabaseError, match=f"has schema version {revision}"):
        connect(file)
    create.upgrade(new_place)
    other = backend.new()
    backup.restore(other, file)
    assert digest_of(other) == digest_of(new_place)
    backend.drop(other)
