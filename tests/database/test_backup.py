"""Backups are complete during writes, are restored completely or not at all, and overwrite nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database import backup, create, transaction
from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

PATHS = os.pathsep.join(sys.path)


def change(place: Location, rate: str) -> None:
    set_rate(place, RateDraft("2026-11-20", "TWD", "USD", rate, "bank"))


def test_there_and_back(database: Location, new_place: Location, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "backup.db"
    change(database, "0.031")
    backup.backup(database, file)
    whole = digest_of(database)
    assert digest_of(file) == whole
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    change(database, "0.032")
    assert digest_of(database) != whole
    assert backup.restore(database, file) == ""
    assert digest_of(database) == whole
    change(database, "0.033")
    backup.backup(database, file)  # in place of the earlier one
    assert backup.restore(new_place, file) == ""
    assert digest_of(new_place) == digest_of(database) == digest_of(file) != whole
    change(new_place, "0.034")
    if isinstance(database, Path):
        assert [one.name for one in database.parent.iterdir()] == [database.name]
        assert database.stat().st_mode & 0o777 == 0o600


def test_readers_see_the_old_or_the_new_database(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup.backup(database, file)
    change(database, "0.031")
    with closing(connect(database)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM rate").fetchone() == (1,)
        backup.restore(database, file)
        assert reader.execute("SELECT COUNT(*) FROM rate").fetchone() == (1,)
        reader.rollback()
        assert reader.execute("SELECT COUNT(*) FROM rate").fetchone() == (0,)


@pytest.mark.sqlite
def test_writes_do_not_restart_a_backup(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_PAGES", 10)
    before, file = digest_of(database), tmp_path / "backup.db"
    heard: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        heard.append((done, total))
        change(database, f"0.{len(heard)}")

    backup.backup(database, file, progress)
    assert len(heard) > 5
    assert heard == sorted(heard)
    assert len({total for _, total in heard}) == 1
    assert heard[-1][0] == heard[-1][1]
    assert digest_of(file) == before != digest_of(database)


WRITES = """
import sys
import time
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database.location import locate
for day in range(1, 29):
    set_rate(locate(sys.argv[1]), RateDraft(f"2026-01-{day:02}", "TWD", "USD", "1", "x"))
    print(day, flush=True)
"""


def test_while_others_write(database: Location, tmp_path: Path) -> None:
    words = [sys.executable, "-c", WRITES, str(database)]
    with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": PATHS}, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        writer.stdout.readline()
        for number in range(3):
            file = tmp_path / f"{number}.db"
            backup.backup(database, file)
            with closing(connect(file)) as connection:
                rates, changesets = connection.execute("SELECT (SELECT COUNT(*) FROM rate), COUNT(*) FROM changeset").fetchone()
                assert changesets == rates + 2
                assert rates >= 1
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert writer.stdout.read().endswith("28\n")


def unsound(kind: str, file: Path) -> None:
    """Damages a backup."""
    if kind == "cut":
        os.truncate(file, file.stat().st_size // 2)
    elif kind == "text":
        file.write_text("weights: 20 g\n" * 300)
    elif kind == "foreign keys":
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE claim SET product_id = 99999 WHERE id = 1")
    elif kind == "newer":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    else:
        file.unlink()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("cut", "cannot read|is damaged"),
        ("text", "is not a SQLite database"),
        ("foreign keys", "is damaged: claim 1: product_id is 99999"),
        ("newer", "this specdb supports versions up to"),
        ("missing", "there is no database at"),
    ],
)
def test_an_unsound_backup_changes_nothing(kind: str, said: str, database: Location, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup.backup(database, file)
    unsound(kind, file)
    change(database, "0.031")
    before = digest_of(database)
    with pytest.raises(DatabaseError, match=said):
        backup.restore(database, file)
    assert digest_of(database) == before
    if isinstance(database, Path):
        assert [one.name for one in database.parent.iterdir()] == [database.name]


@pytest.mark.sqlite
def test_restores_backups_of_older_schemas(tmp_path: Path, database: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as made:
        made.executescript(
            "PRAGMA application_id = 0x73706462; CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
        )
    backup.restore(database, old)
    with closing(connect(database)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM spec").fetchone() == (0,)


@pytest.mark.sqlite
@pytest.mark.parametrize("damage", [b"", b"something else entirely\n" * 100])
def test_what_cannot_be_read_is_kept_aside(damage: bytes, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup.backup(database, file)
    whole = digest_of(database)
    database.write_bytes(damage)
    kept = Path(backup.restore(database, file))
    assert kept.read_bytes() == damage
    assert digest_of(database) == whole
    assert sorted(one.name for one in database.parent.iterdir()) == sorted([database.name, kept.name])


@pytest.mark.sqlite
def test_a_database_that_is_being_written(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "backup.db"
    backup.backup(database, file)
    monkeypatch.setattr(backup, "BUSY_TIMEOUT", 0.05)
    with transaction.write_transaction(database), pytest.raises(DatabaseError, match="another program is writing to"):
        backup.restore(database, file)
    assert backup.restore(database, file) == ""


def test_nothing_else_is_overwritten(database: Location, seeded: Location, tmp_path: Path) -> None:
    text, used = tmp_path / "notes.txt", tmp_path / "used.db"
    text.write_text("notes\n")
    backup.backup(seeded, used)
    with closing(sqlite3.connect(used)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM claim")
        other.commit()
        for file, said in ((text, "it was not overwritten"), (used, "is a database in use"), (tmp_path, "is a directory")):
            with pytest.raises(DatabaseError, match=said):
                backup.backup(database, file)
    assert text.read_text() == "notes\n"
    if isinstance(database, Path):
        with pytest.raises(DatabaseError, match="is the database itself"):
            backup.backup(database, database)


def test_an_interrupted_backup_leaves_nothing(database: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        backup.backup(database, tmp_path / "backup.db")
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name] == []


def test_what_a_killed_process_left_is_cleared_away_later(database: Location, tmp_path: Path) -> None:
    for name, age in ((".backup.db.old.aside", create.ABANDONED_AFTER + 60), (".backup.db.new.aside", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "backup.db").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    backup.backup(database, tmp_path / "backup.db")
    assert sorted(one.name for one in tmp_path.iterdir() if "backup" in one.name) == [".backup.db.new.aside", "backup.db"]


@pytest.mark.parametrize("file", ["/proc/backup.db", "/dev/null/backup.db"])
def test_where_none_can_be_written(file: str, database: Location) -> None:
    with pytest.raises(DatabaseError, match=r"cannot write|cannot access|cannot open"):
        backup.backup(database, Path(file))
