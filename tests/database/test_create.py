"""A database is created completely or not at all, by any number of processes."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.analysis.build_view import build_view
from specdb.database import changeset_writer, create, transaction
from specdb.database.connection import connect
from specdb.database.constants import APPLICATION_ID
from specdb.database.repository import Repository
from specdb.editing.load import create_seeded, unit_rows
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

pytestmark = pytest.mark.sqlite

FORK = """
import os, signal, sys, time
from pathlib import Path
import alembic.command, specdb.database.models, sqlalchemy
from specdb.editing.load import create_seeded
from specdb.database.create import upgrade
def forked(work, path):
    child = os.fork()
    if not child:
        try:
            os._exit(0 if work(Path(path)) is not False else 3)
        finally:
            os._exit(9)
    return child
"""
"""Begins a program whose processes need not import anything: they begin at once, and a kill falls into their work."""

AT_ONCE = """
children = [forked(create_seeded, sys.argv[1]) for _ in range(int(sys.argv[2]))]
print(sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""
KILLED = """
work = {"create": create_seeded, "upgrade": upgrade}[sys.argv[1]]
for argument in sys.argv[2:]:
    path, _, after = argument.rpartition("@")
    child = forked(work, path)
    time.sleep(float(after))
    os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


KILLS = pytest.mark.parametrize("count", [2, pytest.param(10, marks=pytest.mark.long)])


def forking(program: str, *words: str) -> str:
    """What a program prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", FORK + program, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


def moments(seed: int, count: int, longest: float) -> list[float]:
    """When to kill: the same moments each time."""
    found = random.Random(seed)  # noqa: S311
    return [found.uniform(0, longest) for _ in range(count)]


def fill(connection: Connection) -> None:
    changeset_writer.add_rows(connection, unit_rows(), author="test", reason="units")


def test_a_new_database_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "of its own" / "deeper" / "a?b #%20é.db"
    assert create.create(path, fill)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_nlink == 1
    with closing(connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) > 100 FROM unit").fetchone() == (1,)
        assert connection.execute("SELECT COUNT(*) > 0 FROM sqlite_stat1").fetchone() == (1,)
    with transaction.write_transaction(path) as writing:
        writing.exec_driver_sql("DELETE FROM alias")
        beside = {file.name.removeprefix(path.name): file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert beside == {"": 0o600, "-wal": 0o600, "-shm": 0o600}


def test_does_not_touch_existing_files(seeded: Path, tmp_path: Path) -> None:
    path = tmp_path / "there.db"
    path.write_text("something of the user's")
    assert not create.create(path, fill)
    assert path.read_text() == "something of the user's"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), sqlite3.OperationalError("database or disk is full")])
def test_a_failing_fill_leaves_nothing(error: BaseException, tmp_path: Path) -> None:
    def failing(connection: Connection) -> None:
        fill(connection)
        raise error

    expected = DatabaseError if isinstance(error, sqlite3.Error) else type(error)
    with pytest.raises(expected):
        create.create(tmp_path / "new.db", failing)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["a file/new.db", "a file/deeper/new.db", "/proc/new.db", "x" * 250])
def test_rejects_unusable_locations(place: str, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(DatabaseError, match="cannot create a database at"):
        create.create(tmp_path / place, fill)
    assert [file.name for file in tmp_path.iterdir()] == ["a file"]


def test_what_a_killed_process_left_is_cleared_away_later(tmp_path: Path) -> None:
    path, names = (
        tmp_path / "it.db",
        [".it.db.abc.new", ".it.db.abc.new-journal", ".it.db.def.new", "it.db.new", ".other.db.abc.new"],
    )
    for name in names:
        (tmp_path / name).touch()
        if "def" not in name:
            os.utime(tmp_path / name, (time.time() - create.ABANDONED_AFTER - 1,) * 2)
    assert create.create(path, fill)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(["it.db", *names[2:]])


@pytest.mark.parametrize("count", [2, pytest.param(8, marks=pytest.mark.long)])
def test_processes_at_once_make_one(tmp_path: Path, count: int) -> None:
    path = tmp_path / "shared.db"
    assert forking(AT_ONCE, str(path), str(count)) == f"{[0] + [3] * (count - 1)}\n"
    assert list(tmp_path.iterdir()) == [path]
    with closing(connect(path)) as connection:
        assert len(build_view(Repository(connection)).products()) > 10
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@KILLS
def test_a_killed_create_makes_a_whole_one_or_none(tmp_path: Path, count: int) -> None:
    start = time.perf_counter()
    assert create_seeded(tmp_path / "whole.db")
    kills = {
        tmp_path / f"{n}" / "it.db": after for n, after in enumerate(moments(2, count, 1.2 * (time.perf_counter() - start)))
    }
    forking(KILLED, "create", *(f"{path}@{after}" for path, after in kills.items()))
    for path in kills:
        if not path.exists():
            continue
        with closing(connect(path)) as connection:
            assert len(build_view(Repository(connection)).products()) > 10
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    made = [path for path in kills if path.exists()]
    assert [create_seeded(path) for path in list(kills)[:3]] == [path not in made for path in list(kills)[:3]]


@KILLS
def test_a_killed_upgrade_leaves_the_old_or_the_new(tmp_path: Path, count: int) -> None:
    kills = {tmp_path / f"{number}.db": after for number, after in enumerate(moments(3, count, 0.12))}
    for path in kills:
        with closing(sqlite3.connect(path)) as old:
            old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    forking(KILLED, "upgrade", *(f"{path}@{after}" for path, after in kills.items()))
    for path in kills:
        with closing(sqlite3.connect(path)) as found:
            version = found.execute("PRAGMA user_version").fetchone()[0]
            tables = found.execute("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'").fetchone()[0]
        assert (version == 0) == (tables == 0)
        create.upgrade(path)
        with closing(connect(path)) as connection:
            assert connection.execute("SELECT COUNT(*) FROM spec").fetchone() == (0,)
