"""The report of the checks: one row for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis import checks
from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED
from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES = {FAILS: "no", WARNS: "unknown", ROUNDING: "yes", HOLDS: "yes", UNCHECKED: "not-applicable"}
_COLUMNS = [
    Column("product", "product"),
    Column("verdict", "verdict", difference=True),
    Column("finding", "finding"),
    Column("why", "why", difference=True),
    Column("stated_in", "stated in", difference=True),
]
_VERDICT = 1


def check(scope: Scope, kinds: Sequence[str] = ()) -> Table:
    """Return the findings of these kinds of checks, grouped by kind.

    Args:
        scope: The products to check.
        kinds: Keys of `analysis.checks.KINDS`; all kinds if empty.

    Returns:
        One row for each finding, the most serious verdicts of a kind first. The remarks count the verdicts of each kind.

    Raises:
        UnknownKeyError: If a kind is not in KINDS.
    """
    findings = checks.run_checks(scope, kinds)
    return Table(_COLUMNS, [_row(finding) for finding in findings], grouped_by="kind", remarks=_summary(findings))


def has_failures(table: Table) -> bool:
    """Return whether any finding in a table made by `check` fails."""
    return any(row.cells[_VERDICT].value == FAILS for row in table.rows)


def _row(finding: Finding) -> Row:
    texts = (finding.product, finding.verdict, finding.finding, finding.why, finding.stated_in)
    cells = [Cell(text, text or None) for text in texts]
    cells[_VERDICT] = cells[_VERDICT]._replace(state=_STATES[finding.verdict])
    return Row(tuple(cells), finding.kind)


def _summary(findings: Sequence[Finding]) -> list[str]:
    """Count the verdicts of each kind of check."""
    counts: dict[str, dict[str, int]] = {}
    for finding in findings:
        verdicts = counts.setdefault(finding.kind, dict.fromkeys(checks.VERDICTS, 0))
        verdicts[finding.verdict] += 1
    return [
        f"{kind}: {', '.join(f'{count} {verdict}' for verdict, count in verdicts.items() if count)}"
        for kind, verdicts in counts.items()
    ] or ["nothing to check"]
