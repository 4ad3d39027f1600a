"""specdb db: maintenance commands on both backends."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


def test_info(run: Run, seeded: Location) -> None:
    (found,) = json.loads(run("db", "info", "-f", "json", check=True).stdout)
    assert found["database"] == str(seeded)
    assert (found["changesets"], found["products"] > 50, found["bundle"][:7]) == (2, True, "specdb ")
    lines = run("db", "info", "-f", "table", check=True).stdout.splitlines()
    assert lines[0] == f"database       {seeded}"
    assert max(map(len, lines)) <= max(80, len(lines[0]))
    assert any(line.startswith("current specs") and line.split()[2].isdigit() for line in lines)


def test_backup_change_restore(run: Run, database: Location, tmp_path: Path) -> None:
    at, file = {"SPECDB_URL": str(database)}, str(tmp_path / "backup.db")
    saved = run("db", "save", env=at).stdout
    done = run("db", "backup", file, env=at)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Backed {database} up to {file}.\n", "")
    assert run("rate", "set", "2026-11-20", "TWD", "USD", "1", "--source", "x", env=at).returncode == 0
    assert run("db", "save", env=at).stdout != saved
    assert run("db", "save", "--db", file).stdout == saved
    done = run("db", "restore", file, env=at)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Restored {database} from {file}.\n", "")
    assert run("db", "save", env=at).stdout == saved


def test_check_and_rebuild(run: Run, database: Location) -> None:
    at = {"SPECDB_URL": str(database)}
    sound = run("db", "check", env=at)
    assert (sound.returncode, sound.stdout) == (0, f"{database} is sound.\n")
    with closing(connect(database, write=True)) as connection:
        connection.execute("UPDATE spec SET hi = 661, shown = (1 = 0) WHERE number = '660'")
    wrong = run("db", "check", "-f", "csv", env=at)
    assert wrong.returncode == 1
    assert wrong.stdout.splitlines()[0] == "check,place,problem"
    assert "shown is False, expected True" in wrong.stdout
    assert "hi is 661.0, expected 660.0" in wrong.stdout
    rebuilt = run("db", "rebuild", env=at)
    assert (rebuilt.returncode, "1 spec was corrected" in rebuilt.stdout) == (0, True)
    assert run("db", "check", env=at).returncode == 0
    assert "before" in run("db", "vacuum", env=at, check=True).stdout


def test_copy(run: Run, database: Location, new_place: Location, tmp_path: Path) -> None:
    file = str(tmp_path / "copy.db")
    there = run("db", "copy", str(database), file)
    back = run("db", "copy", file, str(new_place))
    assert (there.returncode, back.returncode) == (0, 0), there.stderr + back.stderr
    assert there.stdout.rpartition(" ")[2] == back.stdout.rpartition(" ")[2]
    again = run("db", "copy", file, str(new_place))
    assert (again.returncode, "already" in again.stderr) == (1, True)
    outputs = [
        run("export", "--db", place, "--layout", "long", "-f", "csv").stdout for place in (str(database), file, str(new_place))
    ]
    assert outputs[0] == outputs[1] == outputs[2] != ""


def test_the_first_use_makes_one(run: Run, new_place: Location) -> None:
    at = {"SPECDB_URL": str(new_place)}
    made = run("db", "info", "-f", "csv", env=at)
    assert (made.returncode, made.stderr) == (0, f"Created {new_place} from the packaged specs.\n")
    assert run("db", "upgrade", env=at).stdout == f"{new_place} has schema {SCHEMA_VERSION}.\n"
    assert run("db", "path", env=at).stdout == f"{new_place}\n"
