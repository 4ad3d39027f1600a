"""Locations of databases, and files that are rejected."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb.database import create
from specdb.database.connection import connect
from specdb.database.constants import APPLICATION_ID, SCHEMA_VERSION
from specdb.database.dialects.sqlite import translate_error
from specdb.database.location import locate
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.view import View


pytestmark = pytest.mark.sqlite

PATHS = os.pathsep.join(sys.path)


def marked(path: Path, application: int = APPLICATION_ID, version: int = SCHEMA_VERSION) -> Path:
    """A SQLite file with one table and these marks in its header."""
    with closing(sqlite3.connect(path)) as made:
        made.executescript(
            f"PRAGMA application_id = {application}; PRAGMA user_version = {version}; CREATE TABLE kept (x); "
            "INSERT INTO kept VALUES (1)"
        )
    return path


@pytest.mark.parametrize(
    ("given", "environment", "path"),
    [
        ("/data/own.db", None, "/data/own.db"),
        ("own.db", None, "own.db"),
        ("sqlite:////data/own.db", None, "/data/own.db"),
        ("sqlite:///own.db", None, "own.db"),
        (None, "/data/env.db", "/data/env.db"),
        (None, "sqlite:////data/env.db", "/data/env.db"),
        ("/data/own.db", "/data/env.db", "/data/own.db"),
        ("", "/data/env.db", "/data/env.db"),
        (None, "", "~/.local/share/specdb/specdb.db"),
        ("~/own.db", None, "~/own.db"),
        ("~nobody-of-this-name/own.db", None, "~nobody-of-this-name/own.db"),
        ("/data/a?b#c%20d.db", None, "/data/a?b#c%20d.db"),
    ],
)
def test_locate(given: str | None, environment: str | None, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if environment is None:
        monkeypatch.delenv("SPECDB_URL", raising=False)
    else:
        monkeypatch.setenv("SPECDB_URL", environment)
    assert str(locate(given)) == path.replace("~/", f"{tmp_path}/")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("mysql://host/db", "unsupported database URL scheme mysql://"),
        ("sqlite://host/db", "unsupported database URL scheme sqlite://"),
        ("sqlite:///", "'' is not a valid path"),
        ("a\0b", "'a\\x00b' is not a valid path"),
        ("x" * 300, "cannot access " + "x" * 300 + ": File name too long"),
    ],
)
def test_locate_refuses(given: str, problem: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        locate(given)
    assert caught.value.problem == problem
    assert caught.value.hint


CUT: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda content: content[: 40 * 1024],
    "cut in the header": lambda content: content[:50],
    "a damaged header": lambda content: b"SQLite format 4\0" + content[16:],
}


def damaged(kind: str, seeded: Path, path: Path) -> Path:
    """Something in place of a database."""
    if kind == "a directory":
        path.mkdir()
    elif kind == "0 bytes":
        path.touch()
    elif kind == "text":
        path.write_text("attribute,value\n" * 400)
    elif kind == "another application's":
        marked(path, application=0x12345678)
    elif kind == "nobody's":
        marked(path, application=0)
    elif kind == "older":
        marked(path, version=SCHEMA_VERSION - 1)
    elif kind == "newer":
        marked(path, version=SCHEMA_VERSION + 1)
    elif kind in CUT:
        path.write_bytes(CUT[kind](seeded.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("kind", "problem", "hint"),
    [
        ("missing", "there is no database at {}", "specify another database with --db"),
        ("a directory", "{} is a directory", "specify a database file"),
        ("0 bytes", "{} is not a specdb database", "specify another database with --db"),
        ("text", "{} is not a SQLite database", "specify another database with --db"),
        ("another application's", "{} is not a specdb database", "specify another database with --db"),
        ("nobody's", "{} is not a specdb database", "specify another database with --db"),
        (
            "older",
            f"{{}} has schema version {SCHEMA_VERSION - 1}; this specdb needs version {SCHEMA_VERSION}",
            "run specdb db upgrade",
        ),
        (
            "newer",
            f"{{}} has schema version {SCHEMA_VERSION + 1}; this specdb supports versions up to {SCHEMA_VERSION}",
            "upgrade specdb: pip install --upgrade product-specdb",
        ),
        ("cut in the middle", "cannot read {}: database disk image is malformed", "restore it from a backup"),
        ("cut in the header", "{} is not a specdb database", "specify another database with --db"),
        ("a damaged header", "{} is not a SQLite database", "specify another database with --db"),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_connect_refuses_and_changes_nothing(
    kind: str, problem: str, hint: str, write: bool, seeded: Path, tmp_path: Path
) -> None:
    path = damaged(kind, seeded, tmp_path / "it.db")
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(DatabaseError) as caught:
        connect(path, write=write)
    assert (caught.value.problem, caught.value.hint) == (problem.format(path), hint)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert path.exists() == (kind != "missing")


@pytest.mark.parametrize(
    "kind", ["missing", "a directory", "0 bytes", "text", "another application's", "nobody's", "newer", "cut in the middle"]
)
def test_upgrade_rejects_other_files(kind: str, seeded: Path, tmp_path: Path) -> None:
    path = damaged(kind, seeded, tmp_path / "it.db")
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(DatabaseError):
        create.upgrade(path)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert path.exists() == (kind != "missing")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM spec",
        "INSERT INTO unit (name, dimension, factor, offset, imperial, metric, powers) VALUES ('z', '', '1', '0', '', '', '')",
        "DROP TABLE claim",
        "CREATE TABLE more (x)",
        "PRAGMA user_version = 7",
    ],
)
def test_a_reading_connection_cannot_write(statement: str, database: Path) -> None:
    before = database.read_bytes()
    with closing(connect(database)) as connection:
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute(statement)
        assert "read-only" in translate_error(caught.value, database).problem
    assert database.read_bytes() == before


SPEC = {
    "product_id": 1,
    "id": 100_000,
    "attribute_id": 1,
    "category_id": 1,
    "qualifiers": "",
    "kind": "text",
    "modifier": "exact",
    "number": "",
    "unit": "",
    "value_unit": "",
    "lo": None,
    "nominal": None,
    "hi": None,
    "text": "x",
    "target_id": None,
    "printed": "x",
    "source_id": 1,
    "locator": "",
    "as_of": "2026-01-01",
    "rank": "normal",
    "shown": 1,
    "added_id": 1,
    "retracted_id": None,
}
FIGURE = {"kind": "quantity", "lo": 1.0, "nominal": 1.0, "hi": 1.0}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ""),
        (FIGURE, ""),
        ({"product_id": 99_999}, "FOREIGN KEY"),
        ({"attribute_id": 99_999}, "FOREIGN KEY"),
        ({"source_id": 99_999}, "FOREIGN KEY"),
        ({"added_id": 99_999}, "FOREIGN KEY"),
        ({"text": None}, "NOT NULL"),
        ({"printed": None}, "NOT NULL"),
        ({"as_of": None}, "NOT NULL"),
        ({"product_id": None}, "NOT NULL"),
        ({"shown": "maybe"}, "cannot store TEXT value in INTEGER"),
        ({**FIGURE, "lo": "low"}, "cannot store TEXT value in REAL"),
        ({"text": b"\xff"}, "cannot store BLOB value in TEXT"),
        ({**FIGURE, "lo": float("nan")}, "spec_interval"),
        ({**FIGURE, "hi": None}, "spec_interval"),
        ({**FIGURE, "lo": 2.0}, "spec_interval"),
        ({"kind": "picture"}, "spec_kind"),
        ({"rank": "best"}, "spec_rank"),
        ({"kind": "reference"}, "spec_target"),
        ({"target_id": 1}, "spec_target"),
    ],
)
def test_schema_rejects_invalid_rows(given: dict[str, object], said: str, database: Path) -> None:
    row = {**SPEC, **given}
    with closing(connect(database, write=True)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        sql = f"INSERT INTO spec ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        if not said:
            assert connection.execute(sql, list(row.values())).rowcount == 1
            return
        with pytest.raises(sqlite3.IntegrityError, match=said):
            connection.execute(sql, list(row.values()))


def test_every_table_is_strict_and_every_commit_durable(database: Path) -> None:
    with closing(connect(database, write=True)) as connection:
        tables = {name: strict for _, name, kind, _, _, strict in connection.execute("PRAGMA table_list") if kind == "table"}
        loose = {name for name, strict in tables.items() if not strict and not name.startswith("sqlite_")}
        assert loose == {"alembic_version"}
        pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "synchronous")}
        assert pragmas == {"foreign_keys": 1, "synchronous": 2}
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_lower_knows_all_letters(database: Path) -> None:
    with closing(connect(database)) as connection:
        assert connection.execute("SELECT LOWER('ÄRGER Ω'), LOWER(NULL), LOWER('')").fetchone() == ("ärger ω", None, "")


READ = """
import os, sys
from specdb.errors import SpecdbError
from specdb.database.repository import Repository
from specdb.database.connection import connect
from specdb.database.location import locate
if os.getuid() == 0:  # after the imports: nobody else may be let read where Python is
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with connect(locate(sys.argv[1]), write=sys.argv[2] == "write") as connection:
        print(len(Repository(connection).products()))
except SpecdbError as error:
    print(error.problem)
except Exception as error:
    print(type(error).__name__, error)
"""


def unprivileged(path: Path, mode: str = "read") -> str:
    """What somebody without any rights of their own gets from the database."""
    words = [sys.executable, "-c", READ, str(path), mode]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": PATHS}, check=False)
    return done.stdout.strip() or done.stderr


@pytest.fixture
def locked(seeded: Path) -> object:
    """A copy of the database in a directory that nobody may write to, but anybody may look into."""
    place = Path(tempfile.mkdtemp())  # pytest's own directories are private
    path = Path(shutil.copy(seeded, place / seeded.name))
    path.chmod(0o444)
    place.chmod(0o555)
    yield path
    place.chmod(0o755)
    shutil.rmtree(place)


def test_a_read_only_directory(locked: Path, view: View) -> None:
    assert unprivileged(locked) == str(len(view.products()))
    assert sorted(file.name for file in locked.parent.iterdir()) == [locked.name]
    assert unprivileged(locked, "write") == f"cannot write to {locked}: it is read-only"


def test_a_read_only_directory_with_another_programs_journal(locked: Path) -> None:
    locked.parent.chmod(0o755)
    Path(f"{locked}-wal").write_bytes(b"x" * 32)
    Path(f"{locked}-wal").chmod(0o600)
    locked.parent.chmod(0o555)
    assert f"cannot read {locked} on read-only media: its latest changes" in unprivileged(locked)


def test_a_file_that_cannot_be_read(locked: Path) -> None:
    locked.chmod(0o000)
    assert unprivileged(locked) == f"cannot open {locked}"


def test_a_directory_that_cannot_be_looked_into(locked: Path) -> None:
    locked.parent.chmod(0o000)
    assert unprivileged(locked) == f"cannot access {locked}: Permission denied"
    locked.parent.chmod(0o755)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("file is not a database", "it.db is not a SQLite database"),
        ("database is locked", "another program is writing to it.db"),
        ("attempt to write a readonly database", "cannot write to it.db: it is read-only"),
        ("unable to open database file", "cannot open it.db"),
        ("database or disk is full", "the disk of it.db is full; nothing was changed"),
        ("disk I/O error", "cannot read or write it.db: disk I/O error; nothing was changed"),
    ],
)
def test_translates_sqlite_errors(said: str, problem: str) -> None:
    found = translate_error(sqlite3.OperationalError(said), "it.db")
    assert found.problem == problem
    assert found.hint
