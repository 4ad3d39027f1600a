"""Small databases made of YAML for the tests of the checks."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from specdb.check import check
from specdb.check.finding import Scope
from specdb.core import dates
from specdb.ingest.load import load, unit_rows
from specdb.store import create, journal
from specdb.store.catalog import Catalog
from specdb.store.engine import connect

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from specdb.core.table import Scalar, Table
    from specdb.store.engine import Place

TODAY = date(2026, 11, 24)


def made(path: Place, yaml: str) -> Place:
    """A database at `path` with all units and what this YAML holds, its first line left out."""

    def fill(connection: Connection) -> None:
        journal.add(connection, unit_rows(), author="test", reason="units")

    assert create.create(path, fill)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "it.yaml"
        file.write_text(f"specdb: 1\n{yaml}", encoding="utf-8")
        load(path, file)
    return path


def checked(path: Place, kind: str, *, products: tuple[str, ...] = (), today: date = TODAY, stale: str = "") -> Table:
    """What this kind of check says of these products of the database, of all if none is named."""
    with closing(connect(path)) as connection:
        catalog = Catalog(connection)
        chosen = [catalog.product(name) for name in products] if products else catalog.products()
        return check(Scope(catalog, chosen, today, dates.before(today, stale) if stale else None), (kind,))


def found(path: Place, kind: str, **how: object) -> list[tuple[Scalar, ...]]:
    """Each finding's product, verdict, finding and why."""
    table = checked(path, kind, **how)  # type: ignore[arg-type]
    return [tuple(cell.value for cell in row.cells[:4]) for row in table.rows]
