"""kill -9 at random moments leaves the state before or after, without damage."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from old_schemas import at_revision
from process_kills import TIMES, kill_repeatedly, run_to_end, start_program

from specdb.bundles.save import save_bundle
from specdb.database import create
from specdb.database.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.sqlite

LAMPS = """specdb: 1
categories: [{key: lamp, name: lamps}]
sources: [{slug: box, title: Box, date: 2026-01-01}]
products:
""" + "".join(
    f"- slug: lamp-{n}\n  name: lamp {n}\n  category: lamp\n  specs: [{{attribute: weight, value: {n} g, source: box}}]\n"
    for n in range(1, 300)
)

TABLE = "Model,Weight (g)\n" + "".join(f"lamp {n},{n}\n" for n in range(1, 300))
MAPPING = """mapping: 1
source: {slug: lamp-test, title: Lamps tested, date: 2026-03-01}
category: device
name: "{Model}"
columns: {Weight (g): weight}
"""


def content(path: Path) -> str:
    """All that is current, as text; the file must be sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with closing(connect(path)) as connection:
        return save_bundle(connection)


def replace(path: Path, by: Path) -> None:
    """Puts a copy of one database in the place of another."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(by, path)


def before_or_after(path: Path, before: str, after: str) -> Callable[[], str]:
    """Says which of two contents the database has; it must be one of them."""

    def check() -> str:
        return {before: "before", after: "after"}[content(path)]

    return check


@pytest.mark.parametrize("times", [1, pytest.param(TIMES, marks=pytest.mark.long)])
def test_load(seeded: Path, tmp_path: Path, times: int) -> None:
    file, path = tmp_path / "lamps.yaml", tmp_path / "it.db"
    file.write_text(LAMPS, encoding="utf-8")
    words = ["db", "load", str(file)]
    replace(path, seeded)
    run_to_end(path, *words)
    check = before_or_after(path, content(seeded), content(path))
    found = kill_repeatedly(path, words, lambda: replace(path, seeded), check, seed=1, times=times)
    assert times == 1 or found["before"] > 5


@pytest.mark.long
def test_apply(seeded: Path, tmp_path: Path) -> None:
    file, path = tmp_path / "a1.yaml", tmp_path / "it.db"
    file.write_text(LAMPS.replace("lamp 1\n", "lamp one\n"), encoding="utf-8")
    words = ["apply", str(file), "--yes"]
    replace(path, seeded)
    run_to_end(path, *words)
    check = before_or_after(path, content(seeded), content(path))
    found = kill_repeatedly(path, words, lambda: replace(path, seeded), check, seed=4)
    assert found["before"] > 5


@pytest.mark.long
def test_import(seeded: Path, tmp_path: Path) -> None:
    table, mapping, path = tmp_path / "lamps.csv", tmp_path / "lamps.yaml", tmp_path / "it.db"
    table.write_text(TABLE, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    words = ["import", str(table), "--mapping", str(mapping), "--yes"]
    replace(path, seeded)
    run_to_end(path, *words)
    check = before_or_after(path, content(seeded), content(path))
    found = kill_repeatedly(path, words, lambda: replace(path, seeded), check, seed=6)
    assert found["before"] > 5


@pytest.mark.long
def test_undo(seeded: Path, tmp_path: Path) -> None:
    file, loaded, path = tmp_path / "lamps.yaml", tmp_path / "loaded.db", tmp_path / "it.db"
    file.write_text(LAMPS, encoding="utf-8")
    replace(loaded, seeded)
    run_to_end(loaded, "db", "load", str(file))
    with closing(sqlite3.connect(loaded)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    replace(path, loaded)
    run_to_end(path, "undo")
    check = before_or_after(path, content(loaded), content(path))
    found = kill_repeatedly(path, ["undo"], lambda: replace(path, loaded), check, seed=5)
    assert found["before"] > 5


@pytest.mark.long
def test_upgrade(seeded: Path, tmp_path: Path) -> None:
    old, path = tmp_path / "old.db", tmp_path / "it.db"
    at_revision("0001", seeded, old)
    replace(path, old)
    create.upgrade(path)
    after = content(path)

    def check() -> str:
        with closing(sqlite3.connect(path)) as connection:
            ((version,),) = connection.execute("PRAGMA user_version")
        if version == 1:
            create.upgrade(path)  # what was interrupted can be done again
        assert content(path) == after
        return "before" if version == 1 else "after"

    found = kill_repeatedly(path, ["db", "upgrade"], lambda: replace(path, old), check, seed=2)
    assert found["before"] > 5


@pytest.mark.long
def test_first_run(seeded: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    path = folder / "specdb.db"
    whole = content(seeded)

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    def check() -> str:
        if not path.exists():
            return "before"
        assert content(path) == whole
        return "after"

    found = kill_repeatedly(path, ["list", "products"], prepare, check, seed=3)
    assert found["before"] > 5


@pytest.mark.long
def test_first_run_by_eight_at_once(seeded: Path, tmp_path: Path) -> None:
    path = tmp_path / "data" / "specdb.db"
    processes = [start_program(path, "list", "products") for _ in range(8)]
    outs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8
    assert len({out for out, _ in outs}) == 1
    assert sum(err.startswith(b"Created ") for _, err in outs) == 1
    assert content(path) == content(seeded)
    assert [file.name for file in path.parent.iterdir() if ".new" in file.name] == []
