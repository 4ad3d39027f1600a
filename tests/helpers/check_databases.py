"""Small databases for the tests of the checks, and the findings in them."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from specdb.analysis.build_view import build_view
from specdb.analysis.checks.finding import Scope
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import load
from specdb.figures import dates
from specdb.reports.check import check

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.domain.table import Scalar, Table

TODAY = date(2026, 11, 24)


def load_yaml(path: Location, yaml: str) -> Location:
    """Add what this YAML holds, its first line left out, to a database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "it.yaml"
        file.write_text(f"specdb: 1\n{yaml}", encoding="utf-8")
        load(path, file)
    return path


def run_check(path: Location, kind: str, *, products: tuple[str, ...] = (), today: date = TODAY, stale: str = "") -> Table:
    """Run one kind of check on these products, or on all if none is named."""
    with closing(connect(path)) as connection:
        view = build_view(Repository(connection))
        chosen = [view.product(name) for name in products] if products else view.products()
        return check(Scope(view, chosen, today, dates.subtract_age(today, stale) if stale else None), (kind,))


def findings(path: Location, kind: str, **how: object) -> list[tuple[Scalar, ...]]:
    """Return product, verdict, finding and explanation of each finding."""
    table = run_check(path, kind, **how)  # type: ignore[arg-type]
    return [tuple(cell.value for cell in row.cells[:4]) for row in table.rows]
