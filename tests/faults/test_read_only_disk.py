"""A read-only disk: reads work, writes and the first run explain the problem, and nothing changes."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb.database.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

pytestmark = pytest.mark.sqlite

READ = "cannot write to {}: it is read-only"


@contextmanager
def mounted(folder: Path, *files: Path) -> Iterator[Path]:
    """A disk with these files on it, mounted anew to be read only; where nobody may mount one, a folder without that right."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "none", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    for file in files:
        shutil.copy(file, folder / file.name.replace(files[0].name, "it.db"))
    if mounted:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    else:
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)
    else:
        folder.chmod(0o755)


@pytest.fixture
def disk(seeded: Path, tmp_path: Path) -> Iterator[Path]:
    """Such a disk with the packaged specs."""
    with mounted(tmp_path / "disk", seeded) as folder:
        yield folder


def held(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "a1", "a1-pro"],
        ["query", "--category", "glasses", "--max-weight", "20g"],
        ["show", "a1-pro", "--as-of", "@2"],
        ["db", "save"],
        ["db", "check"],
    ],
)
def test_reads(run: Run, seeded: Path, disk: Path, words: list[str]) -> None:
    answer = run(*words, check=True).stdout
    found = run(*words, "--db", str(disk / "it.db"))
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.replace(str(disk / "it.db"), str(seeded)) == answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "a1-pro", "weight", "41 g"], READ),
        (["set", "a1-pro", "weight", "41 g", "--dry-run"], READ),
        (["undo"], READ),
        (["rate", "set", "2026-05-01", "EUR", "USD", "1.1", "--source", "me"], READ),
        (["db", "upgrade"], READ),
        (["db", "rebuild"], READ),
        (["db", "vacuum"], READ),
    ],
)
def test_writes(run: Run, disk: Path, words: list[str], said: str) -> None:
    before = held(disk)
    done = run(*words, "--db", str(disk / "it.db"))
    assert (done.returncode, said.format(disk / "it.db") in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert held(disk) == before


def test_rejects_databases_with_a_journal(run: Run, database: Path, tmp_path: Path) -> None:
    with closing(connect(database)) as reader:  # while somebody reads, the changes stay beside the file
        reader.execute("SELECT COUNT(*) FROM spec").fetchone()
        run("--db", str(database), "set", "a1-pro", "weight", "41 g", check=True)
        with mounted(tmp_path / "disk", database, Path(f"{database}-wal")) as folder:
            before = held(folder)
            for words in (["show", "a1-pro", "weight"], ["set", "a1-pro", "weight", "42 g"]):
                done = run("--db", str(folder / "it.db"), *words)
                assert done.returncode == 1
                assert "its latest changes are still in it.db-wal" in done.stderr
            assert held(folder) == before


@pytest.mark.parametrize("name", ["new.db", "folder/new.db"])
@pytest.mark.parametrize("words", [["list", "products"], ["set", "a1-pro", "weight", "41 g"]])
def test_the_first_run(run: Run, disk: Path, name: str, words: list[str]) -> None:
    before = held(disk)
    done = run(*words, env={"SPECDB_URL": str(disk / name)})
    assert done.returncode == 1
    assert f"cannot create a database at {disk / name}: " in done.stderr
    assert "specify another location with --db" in done.stderr
    assert "Traceback" not in done.stderr
    assert held(disk) == before


@pytest.mark.parametrize("words", [["export", "-f", "csv", "-o"], ["db", "backup"]])
def test_rejects_output_to_a_read_only_disk(run: Run, disk: Path, words: list[str]) -> None:
    before = held(disk)
    done = run(*words, str(disk / "out.csv"))
    assert (done.returncode, "read-only" in done.stderr.lower(), "Traceback" in done.stderr) == (1, True, False), done.stderr
    assert held(disk) == before
