"""Backups: a database of either kind as one SQLite file, made while others write, and put back whole or not at all."""

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

_BESIDE = ("-wal", "-shm", "-journal")
_PAGES = 5000
"""Pages that are copied at once, some 20 MB."""


def backup(place: Location, file: Path, progress: Progress = transfer.no_progress) -> None:
    """Writes all that is in the database at `place` to `file`, a SQLite database, in place of an earlier backup there.

    The schema may be an older one, which the backup has too: one is wanted most before an upgrade. It is written in a
    directory beside `file` and moved there when it is whole. StoreError where `file` is something else.
    """
    _refuse_others(place, file)
    with _room(file) as room:
        aside = room / "backup.db"
        if isinstance(place, Path):
            aside.touch(0o600)
            with closing(connect(place, older=True)) as source, _translated(file), closing(sqlite3.connect(aside)) as target:
                _copied(source, target, progress)
        else:
            transfer.copy_to_file(place, aside, progress)
        with _translated(file), closing(sqlite3.connect(aside)) as made:
            made.execute("PRAGMA journal_mode = DELETE")  # one file that needs no other beside it
        with aside.open("rb+") as written:
            os.fsync(written.fileno())
        aside.replace(file)


def restore(place: Location, file: Path, progress: Progress = transfer.no_progress) -> str:
    """Puts what is in the backup `file` in the place of all that is at `place`; where that cannot be read, it is kept aside.

    The backup is copied, brought to this program's schema and looked at first; what is there stays until then. The path
    at which something unreadable was kept, or ''. StoreError where the backup is not sound.
    """
    with _room(place if isinstance(place, Path) else None) as room:
        aside = room / "restore.db"
        aside.touch(0o600)
        with closing(connect(file, older=True)) as source, _translated(file), closing(sqlite3.connect(aside)) as target:
            _copied(source, target, progress)
        create.upgrade(aside)
        with _translated(file), closing(connect(aside)) as copied:
            found = next(maintenance.file_damage(copied, aside), None)
            copied.execute("SELECT 1")
        if found:
            where = "" if found.check == "integrity" else f"{found.place}: "
            raise DatabaseError(
                f"{file} is not sound: {where}{found.problem}", "restore an earlier backup; nothing was changed"
            )
        with closing(sqlite3.connect(aside)) as made:
            made.execute("PRAGMA journal_mode = WAL")
        return _put(aside, place, progress)


def _copied(source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress) -> None:
    """Copies a whole file, step by step, as it is now: what is written meanwhile would have SQLite begin anew."""
    source.execute("BEGIN")
    source.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    source.backup(target, pages=_PAGES, progress=lambda _status, left, all: progress(all - left, all))
    source.execute("ROLLBACK")


def _put(aside: Path, place: Location, progress: Progress) -> str:
    """Gives the copy its place."""
    if not isinstance(place, Path):
        try:
            connect(place).close()
        except DatabaseNotFoundError:
            transfer.copy_database(aside, place, progress)
        else:
            transfer.replace_contents(aside, place, progress)
        return ""
    try:
        connect(place, older=True).close()
    except DatabaseNotFoundError:
        os.link(aside, place)
    except DatabaseError:
        return _set_aside(aside, place)
    else:
        _overwrite(aside, place)
    return ""


def _overwrite(aside: Path, place: Path) -> None:
    """Writes the copy into the file in one transaction of SQLite's: those who have it open see the one or the other."""
    end = time.monotonic() + BUSY_TIMEOUT

    def patience(status: int, _left: int, _all: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > end:
            raise sqlite3.OperationalError("database is locked")

    with _translated(place), closing(sqlite3.connect(aside)) as source, closing(sqlite3.connect(place, timeout=1)) as target:
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=patience, sleep=0.05)


def _set_aside(aside: Path, place: Path) -> str:
    """Moves what cannot be read, with what belongs to it, to another name, and the copy to its place."""
    kept = next(name for n in range(1, 1000) if not (name := Path(f"{place}.unreadable-{n}")).exists())
    os.link(place, kept)
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{place}{ending}").rename(f"{kept}{ending}")
    aside.replace(place)
    return str(kept)


def _refuse_others(place: Location, file: Path) -> None:
    """StoreError where a backup would take the place of a database in use, or of something that is none of ours."""
    if isinstance(place, Path) and file.exists() and place.exists() and file.samefile(place):
        raise DatabaseError(f"{file} is the database itself", "name another file")
    if Path(f"{file}-wal").exists():
        raise DatabaseError(f"{file} is a database in use", "name another file")
    try:
        connect(file, older=True).close()
    except DatabaseNotFoundError:
        return
    except DatabaseError as error:
        raise DatabaseError(f"{error.problem}, and would be overwritten", "name another file") from error


@contextmanager
def _room(file: Path | None) -> Iterator[Path]:
    """A directory of the owner's own beside `file`, or for None where the system has them; gone afterwards."""
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in file.parent.glob(f".{escape(file.name)}.*.aside"):  # by a process that was killed
                if left.lstat().st_mtime < time.time() - create.ABANDONED_AFTER:
                    shutil.rmtree(left, ignore_errors=True)
        beside = (f".{file.name}.", file.parent) if file else (None, None)
        room = Path(mkdtemp(".aside", *beside))
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)
    except OSError as error:
        raise DatabaseError(f"{file or 'a copy'} cannot be written: {error.strerror or error}", "name another place") from error


@contextmanager
def _translated(file: Path) -> Iterator[None]:
    """Puts what SQLite says in our words."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate_error(error, file) from error
