"""Bad input is rejected with a message and a hint, exit code 1 or 2, empty stdout, no changes and no traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from specdb.database.constants import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run
    from specdb.database.location import Location

PROGRAM = str(Path(sys.executable).parent / "specdb")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", "a1", "a1-pr0"], 1, "there is no product 'a1-pr0'\ndid you mean a1-pro"),
        (["compare", "a1", "dingtalk a1"], 1, "is part of the names of"),
        (["compare", "a1"], 2, "only 1 product to compare\nspecify 2 to 8 products"),
        (["compare", "a1", "a1"], 2, "only 1 product to compare"),
        (["compare", "a1", "a1-pro", "--units", "martian"], 2, "use metric, imperial, as-printed"),
        (["compare", "a1", "a1-pro", "--unit", "weight"], 2, "write KEY=UNIT"),
        (["compare", "a1", "a1-pro", "--unit", "weight=parsec"], 2, "unknown unit 'parsec'"),
        (["compare", "a1", "a1-pro", "--unit", "weight=h"], 2, "'h' is a unit of time, but weight is mass"),
        (["compare", "a1", "a1-pro", "--baseline", "h20"], 2, "baseline h20 is not among the compared products"),
        (["compare", "a1", "a1-pro", "-f", "cvs"], 2, "did you mean csv"),
        (["query", "--max-weight", "20h"], 2, "'20h' has the dimension time, but weight has mass"),
        (["query", "--max-wieght", "20g"], 2, "unknown option --max-wieght\ndid you mean --max-weight"),
        (["query", "--max-weight"], 2, "--max-weight needs a value"),
        (["query", "--max-touchscreen", "3"], 2, "touchscreen is a flag"),
        (["query", "--min-port", "3"], 2, "port is a text: it does not support --min-port"),
        (["query", "glasses"], 2, "unexpected argument 'glasses'"),
        (["query", "--category", "glases"], 1, "there is no category 'glases'\ndid you mean glasses"),
        (["query", "--limit", "-1"], 2, "--limit -1 is negative"),
        (["query", "--limit", "x"], 2, "Invalid value for '--limit'"),
        (["query", "--match", "sure"], 2, "write certain, likely, possible"),
        (["query", "--where", "weight <= 20 g)"], 2, "weight <= 20 g)\n              ^ expected: the end"),
        (["query", "--where", "wieght <= 20 g"], 2, "^ did you mean weight"),
        (["query", "--max-weight", "10**10**10 g"], 2, "is not a figure"),
        (["query", "--max-weight", "9 g**10**10**10"], 2, "lacks a unit beside / or ·"),
        (["query", "--max-weight", "nan g"], 2, "is not a figure"),
        (["query", "--max-weight", "inf g"], 2, "is not a figure"),
        (["query", "--max-weight", "1e400 g"], 2, "1e400"),
        (["query", "--max-weight", "9" * 100_000], 2, "figure of 100000 characters"),
        (["query", "--max-weight", "9" * 90], 2, "number of 90 characters"),
        (["show", "\x1b[31mred[/red]"], 1, "there is no product"),
        (["list", "prodcuts"], 2, "did you mean products"),
        (["export", "--layout", "tall"], 2, "use wide or long"),
        (["qurey"], 2, "Did you mean 'query'"),
        (["check", "--kind", "claim"], 2, "did you mean claims"),
        (["check", "--stale", "old"], 2, "write 90d, 6w, 18mo or 2y"),
        (["verify", "dingtalk-a1-pro", "--text", "/nowhere"], 1, "cannot read "),
        (["verify", "dingtalk-a1-por", "--text", "/nowhere"], 1, "did you mean dingtalk-a1-pro"),
        (["db", "load", "/nowhere.yaml"], 1, "cannot read "),
        (["list", "sources", "-o", "/no/such/folder/x.csv"], 1, "no such folder"),
        (["list", "sources", "-o", "/"], 1, "it is a folder"),
        (["list", "sources", "-o", "/dev/full"], 1, "no space left on the device"),
        (["list", "sources", "--db", "/"], 1, "/ is a directory"),
        (["list", "sources", "--db", "/proc/x.db"], 1, "cannot create a database at"),
        (["list", "sources", "--db", "mysql://localhost/x"], 1, "unsupported database URL scheme mysql://"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_message(run: Run, seeded: Location, words: list[str], code: int, said: str) -> None:
    before = digest_of(seeded)
    result = run(*words)
    assert "Traceback" not in result.stderr
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    assert said in result.stderr
    assert "\x1b" not in result.stderr
    assert digest_of(seeded) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a specdb database"),
        (b"name,weight\na,1\n" * 50, "is not a SQLite database"),
        (b"SQLite format 3\x00" + b"\xff" * 4096, "is not a SQLite database"),
    ],
)
def test_other_files(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "other.db"
    file.write_bytes(content)
    result = run("list", "sources", "--db", str(file))
    assert (result.returncode, said in result.stderr) == (1, True), result.stderr
    assert file.read_bytes() == content


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("user_version = 0", f"has schema version 0; this specdb needs version {SCHEMA_VERSION}\nrun specdb db upgrade"),
        ("user_version = 99", f"has schema version 99; this specdb supports versions up to {SCHEMA_VERSION}\nupgrade specdb"),
        ("application_id = 5", "is not a specdb database"),
    ],
)
def test_other_schemas(run: Run, database: Path, pragma: str, said: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute(f"PRAGMA {pragma}")
    connection.close()
    result = run("list", "sources", "--db", str(database))
    assert (result.returncode, said in result.stderr) == (1, True), result.stderr


@pytest.mark.sqlite
def test_truncated_database(run: Run, database: Path) -> None:
    os.truncate(database, 8192)
    result = run("compare", "a1", "a1-pro", "--db", str(database))
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert str(database) in result.stderr


@pytest.fixture
def fixed(seeded: Path) -> Iterator[Path]:
    """A database in a directory in which nothing can be written, and which everybody may read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(seeded, folder / "specdb.db")
        (folder / "specdb.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder / "specdb.db"
        folder.chmod(0o755)


@pytest.mark.sqlite
def test_read_only_directory_can_be_read(fixed: Path) -> None:
    # Root may write anywhere, so the reading is done as nobody, once Python's own files have been read.
    code = """
import os, sys
import specdb.domain.source
from pathlib import Path
from specdb.database.repository import Repository
from specdb.database.connection import connect
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(*(source.slug for source in Repository(connect(Path(sys.argv[1]))).sources().values()))
"""
    words = [sys.executable, "-c", code, str(fixed)]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (result.returncode, "dingtalk-a1-pro" in result.stdout) == (0, True), result.stderr


def test_full_disk_leaves_the_old_file(run: Run, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(small)], capture_output=True, check=False)
    if mounted.returncode:  # only root can mount: a device without room must do
        result = run("export", "--layout", "long", "-f", "csv", "-o", "/dev/full")
        assert (result.returncode, "no space left on the device" in result.stderr) == (1, True)
        return
    try:
        old = small / "out.csv"
        old.write_text("the old file")
        result = run("export", "--layout", "long", "-f", "csv", "-o", str(old))
        assert (result.returncode, "no space left on the device" in result.stderr) == (1, True), result.stderr
        assert old.read_text() == "the old file"
        assert [path.name for path in small.iterdir()] == ["out.csv"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize(
    "command", ["export --layout long -f csv | head -1", "export --layout long -f json | head -1", "list units | head -1"]
)
def test_reader_that_goes_away(seeded: Location, command: str) -> None:
    result = subprocess.run(
        ["bash", "-c", f"{PROGRAM} {command}"],
        env={**os.environ, "SPECDB_URL": str(seeded)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout.count("\n"), result.stderr) == (1, "")


def test_closed_stdout(seeded: Location) -> None:
    environment = {**os.environ, "SPECDB_URL": str(seeded)}
    command = f"{PROGRAM} list units -f csv >&-"
    result = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr


def test_rejects_bytes_that_are_not_utf_8(seeded: Location) -> None:
    environment = {**os.environ, "SPECDB_URL": str(seeded)}
    result = subprocess.run([PROGRAM, "show", b"\xff\xfe"], env=environment, capture_output=True, check=False)
    assert result.returncode == 2
    assert b"is not valid UTF-8" in result.stderr
    assert b"Traceback" not in result.stderr
