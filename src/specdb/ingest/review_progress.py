"""The decisions of a review so far, in a JSON Lines file beside the drafts; each decision is on disk at once."""

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
    """The decisions in a JSON Lines file; a later decision about a draft replaces an earlier one.

    A last line without a line break, written by a process that was killed, is ignored.

    Attributes:
        path: The file.
        records: The latest decision about each draft, by the key of the draft.
        stored: The changeset that stored a decision, by the key of the draft.
    """

    def __init__(self, path: Path) -> None:
        """Read the decisions in the file, if it exists.

        Raises:
            ValidationError: The file contains something else than decisions.
            DatabaseError: The file cannot be read.
        """
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
                self._apply(json.loads(line))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                issue = Issue(number, "not a review decision", "delete the line, or delete the file to start the review again")
                raise ValidationError(str(path), [issue]) from error

    def decide(self, key: str, decision: str, **details: object) -> None:
        """Append a decision to the file.

        Args:
            key: The key of the draft.
            decision: OPEN, ACCEPTED, REJECTED, or the name of another decision about `key`.
            details: What to store with the decision, in JSON types.

        Raises:
            DatabaseError: The file cannot be written.
        """
        self._write({"key": key, "decision": decision, **details})

    def store(self, changeset: int) -> None:
        """Record that this changeset stored all pending decisions."""
        self._write({"stored": changeset})

    def reopen(self, undone: Container[int]) -> None:
        """Reopen the drafts whose decisions were stored by changesets that have been undone."""
        for key in [key for key, changeset in self.stored.items() if changeset in undone]:
            self.decide(key, OPEN)

    def pending(self) -> dict[str, Record]:
        """Return the decisions that are not in the database yet, by the key of the draft."""
        return {key: record for key, record in self.records.items() if key not in self.stored}

    def _apply(self, record: Record) -> None:
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
        self._apply(record)


@contextmanager
def review_lock(path: Path) -> Iterator[ReviewProgress]:
    """Lock the file of decisions for this process and yield the decisions.

    The lock ends with the context or the process. A file without decisions is deleted.

    Raises:
        DatabaseError: Another process has the lock, or the file cannot be locked, read or written.
        ValidationError: The file contains something else than decisions.
    """
    try:
        file = path.open("ab")
    except OSError as error:
        raise _file_error(path, "written", error) from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            hint = "continue there, or end that review and run this command again"
            raise DatabaseError(f"{path} is in use by another review", hint) from error
        except OSError as error:
            raise _file_error(path, "locked", error) from error
        try:
            yield ReviewProgress(path)
        finally:
            with suppress(OSError):  # the file may have been deleted meanwhile
                if not path.stat().st_size:  # no decision was made
                    path.unlink()


def _lock(file: IO[bytes]) -> None:
    """Lock an open file until it is closed; BlockingIOError or PermissionError mean that another process has the lock."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(2**30)  # Windows blocks reads of a locked range; no file is this long
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _file_error(path: Path, participle: str, error: OSError) -> DatabaseError:
    return DatabaseError(
        f"{path} cannot be {participle}: {error.strerror}",
        "the file stores your decisions; check that its directory exists and is writable",
    )
