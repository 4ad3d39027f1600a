"""All checks together on the packaged specs: output, kinds, order and summary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.check_databases import TODAY, findings, run_check
from specdb.analysis.checks import KINDS
from specdb.analysis.checks.finding import Scope
from specdb.analysis.claims import FAILS
from specdb.errors import UnknownKeyError
from specdb.reports.check import check, has_failures

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from specdb.database.location import Location
    from specdb.database.view import View

SNAPSHOT = Path(__file__).with_name("seed.txt")
RENEW = "SPECDB_RENEW"
COMMAND = ("check", "-f", "table", "--today", "2026-11-24")


def test_the_packaged_specs_read_as_they_did(run: Callable[..., CompletedProcess[str]]) -> None:
    """SPECDB_RENEW=1 pytest -n0 tests/database/checks/test_check.py updates seed.txt; review the difference."""
    result = run(*COMMAND, env={"COLUMNS": "100", "NO_COLOR": "1"})
    assert result.returncode == 1
    if os.environ.get(RENEW):
        SNAPSHOT.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == SNAPSHOT.read_text(encoding="utf-8")
    assert result.stderr.splitlines() == [
        "claims: 3 fails, 3 holds within rounding, 22 holds, 49 cannot be checked",
        "conflicts: 4 fails",
        "physics: 1 fails, 3 holds, 1 cannot be checked",
        "dates: 3 worth a look",
        "completeness: 20 worth a look",
    ]


def test_the_conflicts_of_the_packaged_specs(seeded: Location) -> None:
    assert [row[:3] for row in findings(seeded, "conflicts")] == [
        ("optimus-v3", FAILS, "manufacturing cost (status=target): 'below $20,000' against '$20,000'"),
        ("optimus-v3", FAILS, "mass production: 'will begin mass production' against 'Enters Mass Production'"),
        ("ascend-950-orders", FAILS, "order volume: 'approaching 450,000' against '400,000 orders'"),
        ("ascend-950-orders", FAILS, "order volume: 'Exceed 400,000' against '400,000 orders'"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone(view: View, kind: str) -> None:
    table = check(Scope(view, view.products(), TODAY), (kind, kind))
    rows = list(table.rows)
    assert {row.group for row in rows} <= {kind}
    assert len(table.remarks) == 1
    assert table.remarks[0].startswith(f"{kind}: " if rows else "nothing to check")
    assert len(rows) == len(set(rows))
    order = ["fails", "worth a look", "holds within rounding", "holds", "cannot be checked"]
    verdicts = [order.index(row.cells[1].text) for row in rows]
    assert verdicts == sorted(verdicts)


def test_an_unknown_kind_is_answered_with_the_nearest(view: View) -> None:
    with pytest.raises(UnknownKeyError, match="did you mean claims"):
        check(Scope(view, [], TODAY), ("claim",))
    with pytest.raises(UnknownKeyError, match="use claims, conflicts, plausibility, physics, dates, completeness"):
        check(Scope(view, [], TODAY), ("xyzzy",))


def test_no_products_give_no_findings(view: View) -> None:
    table = check(Scope(view, [], TODAY))
    assert list(table.rows) == []
    assert table.remarks == ["nothing to check"]
    assert not has_failures(table)


def test_reports_whether_a_finding_fails(seeded: Location) -> None:
    assert has_failures(run_check(seeded, "claims"))
    assert not has_failures(run_check(seeded, "completeness"))
    assert not has_failures(run_check(seeded, "claims", products=("ascend-950pr",)))


def test_programs_get_the_kind_first(seeded: Location) -> None:
    record = next(iter(run_check(seeded, "claims").records()))
    assert list(record) == ["kind", "product", "verdict", "finding", "why", "stated_in"]
    assert record["kind"] == "claims"
