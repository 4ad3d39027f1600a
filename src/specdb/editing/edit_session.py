"""One edit from its start to its end: whole or not at all, tried or kept, and what it has done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from specdb.database import changeset_writer, transaction
from specdb.database.repository import Repository
from specdb.editing import change_summary, consistency
from specdb.errors import DatabaseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.location import Location
    from specdb.editing.change_summary import ChangeLine


class EditSession(NamedTuple):
    """What an editing function works with: the changeset it adds to, and reads that see what has been written so far."""

    edit: ChangesetWriter
    repository: Repository


class Outcome(NamedTuple):
    """What an edit has done, or would do: its changeset's number (0 where it is not kept), its lines, and remarks."""

    changeset: int
    lines: list[ChangeLine]
    remarks: list[str]


@contextmanager
def _utf8() -> Iterator[None]:
    """Puts in our words that a text of the command line cannot be stored."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object.strip('%')!r} is not valid UTF-8", "encode it as UTF-8") from error


def run_edit(
    path: Location,
    change: Callable[[EditSession], list[str]],
    reason: str,
    *,
    origin: str = "edit",
    digest: str = "",
    dry_run: bool = False,
    expected: Sequence[ChangeLine] | None = None,
) -> Outcome:
    """Runs `change`, which gives remarks, as one changeset of the database at `path`.

    Nothing is kept where it raises, changes nothing, is a `dry_run`, or does something else than `expected` (StoreError).
    """
    with transaction.write_transaction(path) as connection, _utf8():
        edit = changeset_writer.ChangesetWriter(
            connection, author=changeset_writer.current_author(), reason=reason, origin=origin, digest=digest
        )
        repository = Repository(transaction.driver_connection(connection))
        remarks = change(EditSession(edit, repository))
        edit.finish()
        lines = change_summary.change_lines(repository, edit)
        remarks += [one for one in consistency.check_consistency(repository, lines) if one not in remarks]
        if expected is not None and lines != list(expected):
            raise DatabaseError(f"{path} has changed meanwhile; nothing was written", "look at it and try again")
        kept = bool(lines) and not dry_run
        if not kept and (started := connection.get_transaction()):
            started.rollback()
    return Outcome(edit.id if kept else 0, lines, remarks)
