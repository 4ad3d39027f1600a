"""What tests share: a database made from the packaged specs, once a worker, and the program as a subprocess."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from specdb.store.catalog import Catalog
from specdb.store.engine import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shared machines are slow at times, which is no fault of what is tested; and a change lands or not by the same examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the packaged specs; not to be written to."""
    from specdb.ingest.load import create_seeded

    path: Path = tmp_path_factory.mktemp("seeded") / "specdb.db"
    assert create_seeded(path)
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Path:
    """A database of the packaged specs of the test's own."""
    return Path(shutil.copy(seeded, tmp_path / "own.db"))


@pytest.fixture
def catalog(seeded: Path) -> Iterator[Catalog]:
    """The packaged specs, to read."""
    connection = connect(seeded)
    yield Catalog(connection)
    connection.close()


@pytest.fixture
def run(seeded: Path) -> Run:
    """Runs `specdb` with these words in a process of its own, on the packaged specs if no other database is named."""

    def run_words(
        *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).parent / "specdb"
        environment = {**os.environ, "SPECDB_URL": str(seeded), "COLUMNS": "80", **(env or {})}
        return subprocess.run(
            [str(program), *words], input=stdin, env=environment, capture_output=True, text=True, check=check, timeout=60
        )

    return run_words
