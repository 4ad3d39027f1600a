"""What a person has decided about drafts so far: a file beside theirs, with a line for each decision, on disk at once."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from specdb.errors import DatabaseError, Issue, ValidationError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    Record = dict[str, Any]

OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"


class ReviewProgress:
    """The decisions in a file of JSON Lines, by the key of what was decided about; a later one is in place of an earlier.

    `stored` says which of them are in the database, and by which changeset. A last line without its end, of a process that
    was killed while it wrote, does not count. FileFaults where the file holds something else, StoreError where it cannot be
    read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: dict[str, Record] = {}
        self.stored: dict[str, int] = {}
        try:
            data = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise _file_error(path, "read", error) from error
        self._torn = len(data) - (data.rfind(b"\n") + 1)
        for number, line in enumerate(data[: len(data) - self._torn].splitlines(), 1):
            try:
                self._take(json.loads(line))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                issue = Issue(number, "no decision of a review", "take the line out, or remove the file to begin anew")
                raise ValidationError(str(path), [issue]) from error

    def decide(self, key: str, decision: str, **more: object) -> None:
        """Keeps a decision."""
        self._write({"key": key, "decision": decision, **more})

    def store(self, changeset: int) -> None:
        """Keeps that all decisions so far are in the database."""
        self._write({"stored": changeset})

    def reopen(self, undone: Container[int]) -> None:
        """Opens again what was decided by changesets that are undone since."""
        for key in [key for key, changeset in self.stored.items() if changeset in undone]:
            self.decide(key, OPEN)

    def pending(self) -> dict[str, Record]:
        """The decisions that are not in the database."""
        return {key: one for key, one in self.records.items() if key not in self.stored}

    def _take(self, record: Record) -> None:
        if record.get("stored") is not None:
            self.stored |= dict.fromkeys(self.pending(), int(record["stored"]))
            return
        key = str(record["key"])
        self.records.pop(key, None)
        self.stored.pop(key, None)
        if record["decision"] != OPEN:
            self.records[key] = record

    def _write(self, record: Record) -> None:
        try:
            with self.path.open("r+b" if self._torn else "ab") as file:
                if self._torn:
                    file.truncate(file.seek(-self._torn, os.SEEK_END))
                    self._torn = 0
                file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _file_error(self.path, "written", error) from error
        self._take(record)


@contextmanager
def review_lock(path: Path) -> Iterator[ReviewProgress]:
    """The decisions in the file, ours until the end, or until this process is killed; StoreError where it is another's."""
    try:
        file = path.open("ab")
    except OSError as error:
        raise _file_error(path, "written", error) from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            hint = "go on there, or end that one and run the same again"
            raise DatabaseError(f"another review is at work on {path}", hint) from error
        except OSError as error:
            raise _file_error(path, "locked", error) from error
        try:
            yield ReviewProgress(path)
        finally:
            with suppress(OSError):  # it may have been taken away meanwhile
                if not path.stat().st_size:  # nothing was decided
                    path.unlink()


def _lock(file: IO[bytes]) -> None:
    """Locks an open file until it is closed; BlockingIOError or PermissionError if another process has."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(2**30)  # what is locked cannot be read there, and nothing is as far as this
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _file_error(path: Path, verb: str, error: OSError) -> DatabaseError:
    return DatabaseError(f"{path} cannot be {verb}: {error.strerror}", "it keeps what you decide; look at its folder")
