"""A full disk: existing data stays intact, a message explains, and no files are left behind."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from process_kills import PROGRAM

from specdb.bundles.save import save_bundle
from specdb.database.connection import connect
from specdb.editing.load import create_seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

pytestmark = pytest.mark.sqlite

LAMPS = """specdb: 1
categories: [{key: lamp, name: lamps}]
sources: [{slug: box, title: Box, date: 2026-01-01}]
products:
""" + "".join(
    f"- {{slug: lamp-{n}, name: lamp {n}, category: lamp, specs: [{{attribute: weight, value: {n} g, source: box}}]}}\n"
    for n in range(1, 3000)
)


MAPPING = """mapping: 1
source: {slug: box, title: Box, date: 2026-01-01}
category: device
name: "{Model}"
columns: {Weight (g): weight}
"""


@pytest.fixture
def small(seeded: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk with a database on it and room for little more; where nobody may mount one, a limit on files' sizes."""
    folder = tmp_path / "small"
    folder.mkdir()
    size = seeded.stat().st_size
    words = ["mount", "-t", "tmpfs", "-o", f"size={size + 160_000}", "none", str(folder)]
    mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    shutil.copy(seeded, folder / "it.db")
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def limited(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the program; no file of its may grow beyond what the small disk would hold."""
    blocks = ((folder / "it.db").stat().st_size + 160_000) // 1024
    command = f'ulimit -f {blocks}; trap "" XFSZ; exec "$@"'
    return subprocess.run(
        ["bash", "-c", command, "bash", str(PROGRAM), *words],
        env={"SPECDB_URL": str(folder / "it.db"), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def content(path: Path) -> str:
    with closing(connect(path)) as connection:
        return save_bundle(connection)


@pytest.mark.parametrize("words", [("db", "load", "lamps.yaml"), ("import", "lamps.csv", "--mapping", "map.yaml", "--yes")])
def test_rejects_loads_on_a_full_disk(small: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "lamps.yaml").write_text(LAMPS, encoding="utf-8")
    (tmp_path / "lamps.csv").write_text("Model,Weight (g)\n" + "".join(f"Lamp {n},{n}\n" for n in range(1, 3000)))
    (tmp_path / "map.yaml").write_text(MAPPING)
    before = content(small / "it.db")
    done = limited(small, *(str(tmp_path / word) if "." in word else word for word in words))
    assert (done.returncode, "disk" in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr
    assert content(small / "it.db") == before
    assert {one.name for one in small.iterdir()} <= {"it.db", "it.db-wal", "it.db-shm"}


def test_backup_and_export(small: Path) -> None:
    before = content(small / "it.db")
    for words in (["db", "backup", str(small / "copy.db")], ["export", "--layout", "long", "-o", str(small / "all.html")]):
        done = limited(small, *words)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert "space" in done.stderr or "full" in done.stderr or "File too large" in done.stderr
        assert {one.name for one in small.iterdir()} <= {"it.db", "it.db-wal", "it.db-shm"}
    assert content(small / "it.db") == before


def test_the_first_run(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=100k", "none", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        path = Path("/dev/full/it.db")  # no directory, and no room
        assert run("list", "products", env={"SPECDB_URL": str(path)}).returncode == 1
        return
    try:
        done = run("list", "products", env={"SPECDB_URL": str(folder / "it.db")})
        assert (done.returncode, "full" in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr
        assert list(folder.iterdir()) == []
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert create_seeded(tmp_path / "whole.db")
