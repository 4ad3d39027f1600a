"""Load YAML into a database: the packaged seed into a new database, or the products of a file into an existing one."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from specdb import resources
from specdb.bundles import bundle, resolve
from specdb.bundles.yaml_tree import LONGEST
from specdb.database.changeset_writer import ChangesetWriter, add_rows, current_author
from specdb.database.create import create
from specdb.database.repository import Repository
from specdb.database.transaction import driver_connection, update_statistics, write_transaction
from specdb.editing.apply import apply_bundle
from specdb.editing.edit_session import EditSession
from specdb.errors import DatabaseError, Issue, ValidationError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from specdb.database.changeset_writer import Rows
    from specdb.database.location import Location


class LoadResult(NamedTuple):
    """The result of loading a file.

    Attributes:
        products: The number of products that were added.
        specs: The number of specs that were added.
        remarks: Remarks on claims that cannot be checked.
    """

    products: int
    specs: int
    remarks: list[str]


def create_seeded(location: Location) -> bool:
    """Create a database with all units and the packaged seed; return False if another process was faster."""

    def fill(connection: Connection) -> None:
        add_rows(connection, unit_rows(), author="specdb", reason="units", origin="seed")
        _load(connection, resources.SEED, "specdb", "packaged seed", "seed")

    return create(location, fill)


def load(location: Location, file: Path, reason: str = "") -> LoadResult:
    """Add the contents of a YAML file to a database, as one changeset, whole or not at all.

    Raises:
        ValidationError: The file has issues, or names something that exists in the database.
        DatabaseError: The file cannot be read, or the database cannot be written.
    """
    with write_transaction(location) as connection:
        result = _load(connection, file, current_author(), reason or f"loaded {file.name}", "import")
        update_statistics(connection)
    return result


def read_text(file: Path) -> str:
    """Return the text of a UTF-8 file; - is standard input.

    Raises:
        ValidationError: The file is not UTF-8.
        DatabaseError: The file cannot be read.
    """
    try:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as opened:
            content = opened.read(4 * LONGEST + 1)  # more bytes are more characters than a file may have
        return content.decode("utf-8-sig") if len(content) <= 4 * LONGEST else content.decode("latin-1")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValidationError(str(file), [Issue(line, "invalid UTF-8", "save the file as UTF-8")]) from error
    except OSError as error:
        raise DatabaseError(f"cannot read {file}: {error.strerror}", "check its name and permissions") from error


def unit_rows() -> Rows:
    """Return the rows of the closed list of units and of their aliases."""
    units = unit_registry.unit_definitions()
    return {
        "unit": [resolve.unit_row(unit) for unit, _ in units],
        "alias": [
            {"scope": "unit", "name": alias, "position": position, "unit": unit.name}
            for unit, aliases in units
            for position, alias in enumerate(aliases)
        ],
    }


def _load(connection: Connection, file: Path, author: str, reason: str, origin: str) -> LoadResult:
    issues: list[Issue] = []
    text = read_text(file)
    drafts = bundle.parse_bundle(text, str(file), issues)
    digest = sha256(text.encode()).hexdigest()
    changeset = ChangesetWriter(connection, author=author, reason=reason, origin=origin, digest=digest)
    session = EditSession(changeset, Repository(driver_connection(connection)))
    rows, remarks = apply_bundle(session, drafts, str(file), issues, new=True)
    return LoadResult(len(rows.get("product", [])), len(rows.get("spec", [])), remarks)
