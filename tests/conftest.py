"""What tests share: a database made from the packaged specs, of either kind, and the program as a subprocess."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from helpers.database_backends import DatabaseBackend, PostgresServer, SqliteFiles
from helpers.sample_products import add_sample_products
from specdb.analysis.build_view import build_view
from specdb.database.engine import connect
from specdb.database.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from specdb.database.engine import Place
    from specdb.database.view import View

# Shared machines are slow at times, which is no fault of what is tested; and a change lands or not by the same examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that has a database runs on both kinds, one that is about one of them (marked so) on that."""
    if "dialect" in metafunc.fixturenames:
        kinds = ["sqlite", "postgres"]
        only = [kind for kind in kinds if metafunc.definition.get_closest_marker(kind)]
        metafunc.parametrize("dialect", only or kinds, scope="session", indirect=True)


@pytest.fixture(scope="session")
def dialect(request: pytest.FixtureRequest) -> str:
    """Which kind of database is tested: sqlite or postgres."""
    return str(request.param)


@pytest.fixture(scope="session")
def backend(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> DatabaseBackend:
    """Where databases of this kind are."""
    return SqliteFiles(tmp_path_factory.mktemp("home")) if dialect == "sqlite" else PostgresServer()


@pytest.fixture
def new_place(backend: DatabaseBackend) -> Iterator[Place]:
    """A place where there is no database yet."""
    made = backend.new()
    yield made
    backend.drop(made)


@pytest.fixture(scope="session")
def seed_template(backend: DatabaseBackend) -> Place:
    """A database of the packaged specs, not to be opened: only such a one can be copied."""
    from specdb.editing.load import create_seeded

    made = backend.new()
    assert create_seeded(made)
    return made


@pytest.fixture(scope="session")
def seeded(backend: DatabaseBackend, seed_template: Place) -> Place:
    """A database of the packaged specs; not to be written to."""
    return backend.copied(seed_template)


@pytest.fixture(scope="session")
def sample_database(backend: DatabaseBackend, seed_template: Place) -> Place:
    """A database of the packaged specs and the torches; not to be written to."""
    return add_sample_products(backend.copied(seed_template))


@pytest.fixture
def database(backend: DatabaseBackend, seed_template: Place) -> Iterator[Place]:
    """A database of the packaged specs of the test's own."""
    made = backend.copied(seed_template)
    yield made
    backend.drop(made)


@pytest.fixture
def view(seeded: Place) -> Iterator[View]:
    """The packaged specs, to read."""
    connection = connect(seeded)
    yield build_view(Repository(connection))
    connection.close()


@pytest.fixture
def run(seeded: Place) -> Run:
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
