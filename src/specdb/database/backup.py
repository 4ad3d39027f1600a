"""Back up a database to one SQLite file while others write, and restore it whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from glob import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from specdb.database import create, maintenance, transfer
from specdb.database.connection import connect
from specdb.database.constants import BUSY_TIMEOUT
from specdb.database.dialects.sqlite import translate_error
from specdb.errors import DatabaseError, DatabaseNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.location import Location
    from specdb.database.transfer import Progress

_SIDE_FILES = ("-wal", "-shm", "-journal")
_PAGES = 5000
"""Pages that are copied in one step, about 20 MB."""


def backup(location: Location, file: Path, progress: Progress = transfer.no_progress) -> None:
    """Back up a database to `file`, a SQLite database, replacing an earlier backup.

    The backup is written to a temporary directory beside `file` and moved when it is complete.

    Args:
        location: The database; it may have an older schema, which the backup has too.
        file: The file of the backup.
        progress: Called with the pages or rows that are done and their total number.

    Raises:
        DatabaseError: `file` exists and is not a backup, or one of them cannot be read or written.
    """
    _refuse_others(location, file)
    with _temporary_directory(file) as directory:
        copy = directory / "backup.db"
        if isinstance(location, Path):
            copy.touch(0o600)
            with (
                closing(connect(location, older=True)) as source,
                _translated_errors(file),
                closing(sqlite3.connect(copy)) as target,
            ):
                _copy_pages(source, target, progress)
        else:
            transfer.copy_to_file(location, copy, progress)
        with _translated_errors(file), closing(sqlite3.connect(copy)) as made:
            made.execute("PRAGMA journal_mode = DELETE")  # a single file, without side files
        with copy.open("rb+") as written:
            os.fsync(written.fileno())
        copy.replace(file)


def restore(location: Location, file: Path, progress: Progress = transfer.no_progress) -> str:
    """Replace a database by a backup.

    The backup is copied, upgraded to the current schema and checked first; the database stays unchanged until then.

    Args:
        location: The database to replace, or where to create it.
        file: The backup.
        progress: Called with the pages or rows that are done and their total number.

    Returns:
        The path to which an unreadable database was moved, or "".

    Raises:
        DatabaseError: The backup is damaged, or one of them cannot be read or written.
    """
    with _temporary_directory(location if isinstance(location, Path) else None) as directory:
        copy = directory / "restore.db"
        copy.touch(0o600)
        with closing(connect(file, older=True)) as source, _translated_errors(file), closing(sqlite3.connect(copy)) as target:
            _copy_pages(source, target, progress)
        create.upgrade(copy)
        with _translated_errors(file), closing(connect(copy)) as copied:
            damage = next(maintenance.file_damage(copied, copy), None)
            copied.execute("SELECT 1")
        if damage:
            where = "" if damage.check == "integrity" else f"{damage.place}: "
            raise DatabaseError(
                f"the backup {file} is damaged: {where}{damage.problem}", "nothing was changed; restore an earlier backup"
            )
        with closing(sqlite3.connect(copy)) as made:
            made.execute("PRAGMA journal_mode = WAL")
        return _install(copy, location, progress)


def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress) -> None:
    """Copy a whole file in steps, in a read transaction: otherwise SQLite restarts after each write of others."""
    source.execute("BEGIN")
    source.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    source.backup(target, pages=_PAGES, progress=lambda _status, remaining, total: progress(total - remaining, total))
    source.execute("ROLLBACK")


def _install(copy: Path, location: Location, progress: Progress) -> str:
    """Move the checked copy to its location; return where an unreadable database was moved, or ""."""
    if not isinstance(location, Path):
        try:
            connect(location).close()
        except DatabaseNotFoundError:
            transfer.copy_database(copy, location, progress)
        else:
            transfer.replace_contents(copy, location, progress)
        return ""
    try:
        connect(location, older=True).close()
    except DatabaseNotFoundError:
        os.link(copy, location)
    except DatabaseError:
        return _set_aside(copy, location)
    else:
        _overwrite(copy, location)
    return ""


def _overwrite(copy: Path, location: Path) -> None:
    """Overwrite a file in one transaction of SQLite, so that programs that have it open see either of both."""
    deadline = time.monotonic() + BUSY_TIMEOUT

    def check_deadline(status: int, _remaining: int, _total: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")

    with (
        _translated_errors(location),
        closing(sqlite3.connect(copy)) as source,
        closing(sqlite3.connect(location, timeout=1)) as target,
    ):
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=check_deadline, sleep=0.05)


def _set_aside(copy: Path, location: Path) -> str:
    """Move an unreadable file and its side files to another name, and the copy to its path; return the name."""
    candidates = (Path(f"{location}.unreadable-{number}") for number in range(1, 1000))
    kept = next(path for path in candidates if not path.exists())
    os.link(location, kept)
    for ending in _SIDE_FILES:
        with suppress(FileNotFoundError):
            Path(f"{location}{ending}").rename(f"{kept}{ending}")
    copy.replace(location)
    return str(kept)


def _refuse_others(location: Location, file: Path) -> None:
    """Raise DatabaseError if a backup would replace a database in use or a foreign file."""
    if isinstance(location, Path) and file.exists() and location.exists() and file.samefile(location):
        raise DatabaseError(f"{file} is the database itself", "specify another file for the backup")
    if Path(f"{file}-wal").exists():
        raise DatabaseError(f"{file} is a database in use", "specify another file for the backup")
    try:
        connect(file, older=True).close()
    except DatabaseNotFoundError:
        return
    except DatabaseError as error:
        raise DatabaseError(f"{error.problem}; it was not overwritten", "specify another file for the backup") from error


@contextmanager
def _temporary_directory(file: Path | None) -> Iterator[Path]:
    """Create a private directory beside `file`, or the system's for temporary files if None; remove it at the end."""
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for abandoned in file.parent.glob(f".{escape(file.name)}.*.aside"):  # by a killed process
                if abandoned.lstat().st_mtime < time.time() - create.ABANDONED_AFTER:
                    shutil.rmtree(abandoned, ignore_errors=True)
        parent = (f".{file.name}.", file.parent) if file else (None, None)
        directory = Path(mkdtemp(".aside", *parent))
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    except OSError as error:
        raise DatabaseError(
            f"cannot write {file or 'a temporary copy'}: {error.strerror or error}", "specify another location"
        ) from error


@contextmanager
def _translated_errors(file: Path) -> Iterator[None]:
    """Translate errors of SQLite."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate_error(error, file) from error
