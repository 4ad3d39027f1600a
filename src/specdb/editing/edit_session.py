"""Run an edit as one changeset: whole or not at all, as a dry run or for good."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from specdb.database.changeset_writer import ChangesetWriter, current_author
from specdb.database.repository import Repository
from specdb.database.transaction import driver_connection, write_transaction
from specdb.editing.change_summary import ChangeLine, change_lines
from specdb.editing.consistency import check_consistency
from specdb.errors import DatabaseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from specdb.database.location import Location


class EditSession(NamedTuple):
    """An edit in progress.

    Attributes:
        changeset: The changeset to write to.
        repository: Reads that see what has been written so far.
    """

    changeset: ChangesetWriter
    repository: Repository


class Outcome(NamedTuple):
    """The outcome of an edit.

    Attributes:
        changeset: The number of the changeset; 0 if nothing was written.
        lines: What the edit changed, or would change.
        remarks: Remarks for the user.
    """

    changeset: int
    lines: list[ChangeLine]
    remarks: list[str]


def run_edit(
    location: Location,
    change: Callable[[EditSession], list[str]],
    reason: str,
    *,
    origin: str = "edit",
    digest: str = "",
    dry_run: bool = False,
    expected: Sequence[ChangeLine] | None = None,
) -> Outcome:
    """Run an edit as one changeset. Nothing is written if it raises or changes nothing.

    Args:
        location: The database.
        change: Makes the changes and returns remarks.
        reason: The reason for the changeset, shown by `specdb log`.
        origin: edit, import or seed.
        digest: The SHA-256 of the file that is read in.
        dry_run: Write nothing.
        expected: The changes that a dry run has shown.

    Raises:
        ConflictError: The edit would break expressions that use what it changes.
        DatabaseError: The database cannot be written, or the changes are not the expected ones.
    """
    with write_transaction(location) as connection, _unicode_errors():
        changeset = ChangesetWriter(connection, author=current_author(), reason=reason, origin=origin, digest=digest)
        repository = Repository(driver_connection(connection))
        remarks = change(EditSession(changeset, repository))
        changeset.finish()
        lines = change_lines(repository, changeset)
        remarks += [remark for remark in check_consistency(repository, lines) if remark not in remarks]
        if expected is not None and lines != list(expected):
            problem = f"{location} was changed by another program in the meantime; nothing was written"
            raise DatabaseError(problem, "review the changes and try again")
        write = bool(lines) and not dry_run
        if not write and (transaction := connection.get_transaction()):
            transaction.rollback()
    return Outcome(changeset.id if write else 0, lines, remarks)


@contextmanager
def _unicode_errors() -> Iterator[None]:
    """Translate the error for command-line text that is not valid UTF-8."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object.strip('%')!r} is not valid UTF-8", "write it in UTF-8") from error
