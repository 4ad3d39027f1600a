"""Fixtures that tests share: databases of the packaged specs on each backend, and the program `specdb`.

A test runs on SQLite. Where its subject is SQL it is marked `both_dialects` and runs on PostgreSQL too; the marks
`sqlite` and `postgres` name the only one. PostgreSQL variants of edits, laws, faults and commands belong to the long part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from helpers.database_backends import DatabaseBackend, PostgresServer, SqliteFiles
from helpers.lamp_changesets import add_units, create_lamps
from helpers.program import run_in_process, run_process
from helpers.sample_products import add_sample_products
from specdb.analysis.build_view import build_view
from specdb.database import create
from specdb.database.connection import connect
from specdb.database.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from specdb.database.location import Location
    from specdb.database.view import View

# Deadlines fail on shared machines that are slow at times. The same examples decide each time whether a change lands;
# `hand` looks for new ones: HYPOTHESIS_PROFILE=hand or --hypothesis-profile=hand.
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
for _profile, _examples in {"default": 25, "ci": 100, "hand": 1000}.items():
    settings.register_profile(
        _profile, max_examples=_examples, deadline=None, derandomize=_profile != "hand", suppress_health_check=_CHECKS
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

POSTGRES_EVERY_TIME = ("database", "analysis", "query", "reports")
"""Directories whose tests run on PostgreSQL each time; others do in the long part."""

Run = Callable[..., CompletedProcess[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the dialects of a test that has a database, by its marks."""
    if "dialect" not in metafunc.fixturenames:
        return
    node = metafunc.definition
    dialects = [name for name in ("sqlite", "postgres") if node.get_closest_marker(name)]
    if not dialects:
        dialects = ["sqlite", "postgres"] if node.get_closest_marker("both_dialects") else ["sqlite"]
    is_long = node.path.parent.name not in POSTGRES_EVERY_TIME
    marks = {"sqlite": (), "postgres": (pytest.mark.long,) if is_long else ()}
    chosen = [pytest.param(name, marks=marks[name]) for name in dialects]
    metafunc.parametrize("dialect", chosen, scope="session", indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what holds for generated examples, so that CI can repeat it with more of them."""
    for item in items:
        if item.path.parent.name == "laws" or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("law")


@pytest.fixture(scope="session")
def dialect(request: pytest.FixtureRequest) -> str:
    """The kind of database under test: sqlite or postgres."""
    return str(request.param)


@pytest.fixture(scope="session")
def backend(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> DatabaseBackend:
    """Makes and copies databases of this kind."""
    return SqliteFiles(tmp_path_factory.mktemp("databases")) if dialect == "sqlite" else PostgresServer()


@pytest.fixture
def new_place(backend: DatabaseBackend) -> Iterator[Location]:
    """A place without a database."""
    place = backend.new()
    yield place
    backend.drop(place)


@pytest.fixture(scope="session")
def seed_template(backend: DatabaseBackend) -> Location:
    """A database of the packaged specs to copy. Do not open it: an open database cannot be copied."""
    from specdb.editing.load import create_seeded

    place = backend.new()
    assert create_seeded(place)
    return place


@pytest.fixture(scope="session")
def seeded(backend: DatabaseBackend, seed_template: Location) -> Location:
    """A database of the packaged specs, to read only."""
    return backend.copied(seed_template)


@pytest.fixture(scope="session")
def sample_database(backend: DatabaseBackend, seed_template: Location) -> Location:
    """A database of the packaged specs and the sample products, to read only."""
    return add_sample_products(backend.copied(seed_template))


@pytest.fixture
def database(backend: DatabaseBackend, seed_template: Location) -> Iterator[Location]:
    """A database of the packaged specs that the test may change."""
    place = backend.copied(seed_template)
    yield place
    backend.drop(place)


@pytest.fixture(scope="session")
def lamp_template(backend: DatabaseBackend) -> Location:
    """A database of a few lamps in changesets @1 and @2, to copy."""
    return create_lamps(backend.new())


@pytest.fixture
def lamps(backend: DatabaseBackend, lamp_template: Location) -> Iterator[Location]:
    """A database of a few lamps that the test may change."""
    location = backend.copied(lamp_template)
    yield location
    backend.drop(location)


@pytest.fixture(scope="session")
def units_template(backend: DatabaseBackend) -> Location:
    """A database with nothing but the units, to copy."""
    location = backend.new()
    assert create.create(location, add_units)
    return location


@pytest.fixture
def units_database(backend: DatabaseBackend, units_template: Location) -> Iterator[Location]:
    """A database with nothing but the units that the test may change."""
    location = backend.copied(units_template)
    yield location
    backend.drop(location)


@pytest.fixture
def view(seeded: Location) -> Iterator[View]:
    """The packaged specs, to read."""
    connection = connect(seeded)
    yield build_view(Repository(connection))
    connection.close()


def _runner(seeded: Location, runner: Run) -> Run:
    def run_words(
        *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None, check: bool = False
    ) -> CompletedProcess[str]:
        result = runner(words, stdin=stdin, env={**os.environ, "SPECDB_URL": str(seeded), "COLUMNS": "80", **(env or {})})
        if check:
            assert result.returncode == 0, result.stderr
        return result

    return run_words


@pytest.fixture
def run(seeded: Location) -> Run:
    """Run `specdb` with these words in this process, on the packaged specs if no other database is named."""
    return _runner(seeded, run_in_process)


@pytest.fixture
def run_program(seeded: Location) -> Run:
    """Run `specdb` with these words in a process of its own, on the packaged specs if no other database is named."""
    return _runner(seeded, run_process)
