"""Locate the database: a file path or a PostgreSQL URL, from --db, SPECDB_URL or the user's data directory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from specdb.database.server import Server

    Location = Path | Server
    """Where a database is: a SQLite file, or a database on a PostgreSQL server."""


def locate(given: str | None = None) -> Location:
    """Return the location of the database.

    Args:
        given: A path, a `sqlite:///PATH` URL or a `postgresql://` URL (--db). If empty, the environment variable
            SPECDB_URL is used, then specdb.db in the user's data directory.

    Raises:
        DatabaseError: The URL or path is not valid.
    """
    url = given or os.environ.get("SPECDB_URL")
    if not url:
        from platformdirs import user_data_path

        return user_data_path("specdb") / "specdb.db"
    if url.startswith(("postgresql:", "postgres:")):
        from specdb.database.server import Server

        return Server(url)
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _file_path(url)
    if scheme != "sqlite" or not rest.startswith("/"):
        raise DatabaseError(
            f"unsupported database URL scheme {scheme}://", "use a path, sqlite:///PATH or postgresql://HOST/DATABASE"
        )
    return _file_path(rest[1:])


def _file_path(text: str) -> Path:
    if "\0" in text or not text:
        raise DatabaseError(f"{text!r} is not a valid path", "specify a database file")
    path = Path(text)
    try:
        with suppress(RuntimeError):  # ~nobody/ of an unknown user is a directory's name
            path = path.expanduser()
        path.exists()
    except OSError as error:
        hint = "check the permissions of its directory, or specify another file"
        raise DatabaseError(f"cannot access {path}: {error.strerror}", hint) from error
    return path
