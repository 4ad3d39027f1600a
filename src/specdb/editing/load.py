"""Our YAML into a database: the packaged seed into a new one, or a file's products into one that is there."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from specdb import resources
from specdb.bundles import bundle, resolve
from specdb.bundles.yaml_tree import LONGEST
from specdb.database import changeset_writer, create, transaction
from specdb.database.repository import Repository
from specdb.editing.apply import apply_bundle
from specdb.editing.edit_session import EditSession
from specdb.errors import DatabaseError, Issue, ValidationError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from specdb.database.location import Location


def create_seeded(path: Location) -> bool:
    """Makes a database at `path` with all units and the packaged seed; False where another process was first."""

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="specdb", reason="units", origin="seed")
        _add(connection, resources.SEED, "specdb", "packaged seed", "seed")

    return create.create(path, fill)


class LoadResult(NamedTuple):
    """What a file has added: how many products and specs, and remarks on claims that cannot be checked."""

    products: int
    specs: int
    remarks: list[str]


def load(path: Location, file: Path, reason: str = "") -> LoadResult:
    """Adds what the YAML `file` holds to the database at `path`, as one changeset, whole or not at all."""
    with transaction.write_transaction(path) as connection:
        added = _add(connection, file, changeset_writer.current_author(), reason or f"loaded {file.name}", "import")
        transaction.update_statistics(connection)
    return added


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, of standard input for -; FileFaults where it cannot be read."""
    try:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as opened:
            read = opened.read(4 * LONGEST + 1)  # what has more bytes has more characters than a file may have
        return read.decode("utf-8-sig") if len(read) <= 4 * LONGEST else read.decode("latin-1")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValidationError(str(file), [Issue(line, "a byte that is not UTF-8", "save the file as UTF-8")]) from error
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}", "look at its name and its permissions") from error


def _add(connection: Connection, file: Path, author: str, reason: str, origin: str) -> LoadResult:
    issues: list[Issue] = []
    text = read_text(file)
    drafts = bundle.parse_bundle(text, str(file), issues)
    digest = sha256(text.encode()).hexdigest()
    edit = changeset_writer.ChangesetWriter(connection, author=author, reason=reason, origin=origin, digest=digest)
    rows, remarks = apply_bundle(
        EditSession(edit, Repository(transaction.driver_connection(connection))), drafts, str(file), issues, new=True
    )
    return LoadResult(len(rows.get("product", [])), len(rows.get("spec", [])), remarks)


def unit_rows() -> changeset_writer.Rows:
    """The closed list of units and their written forms."""
    named = unit_registry.unit_definitions()
    return {
        "unit": [resolve.unit_row(unit) for unit, _ in named],
        "alias": [
            {"scope": "unit", "name": alias, "position": position, "unit": unit.name}
            for unit, aliases in named
            for position, alias in enumerate(aliases)
        ],
    }
