"""What can be found wrong in a database without asking anyone: each kind of check is one module, named in KINDS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS, Finding, Scope
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UnknownKeyError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {
    "claims": "specdb.analysis.checks.claims",
    "conflicts": "specdb.analysis.checks.conflicts",
    "plausibility": "specdb.analysis.checks.plausibility",
    "physics": "specdb.analysis.checks.physics",
    "dates": "specdb.analysis.checks.dates",
    "completeness": "specdb.analysis.checks.completeness",
}
"""Each kind of check with the module whose `findings(scope)` makes it."""

_STATES = {FAILS: "no", WARNS: "unknown", ROUNDING: "yes", HOLDS: "yes", UNCHECKED: "not-applicable"}
_ORDER = list(_STATES)
_COLUMNS = [
    Column("product", "product"),
    Column("verdict", "verdict", difference=True),
    Column("finding", "finding"),
    Column("why", "why", difference=True),
    Column("stated_in", "stated in", difference=True),
]
_VERDICT = 1


def check(scope: Scope, kinds: Sequence[str] = ()) -> Table:
    """All findings of these kinds (of every kind if none is named), by kind, what fails first; the remark counts them."""
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownKeyError(f"there is no kind of check {kind!r}", nearest(kind, KINDS) or f"write {', '.join(KINDS)}")
    found = [finding for kind in dict.fromkeys(kinds or KINDS) for finding in _of_kind(kind, scope)]
    return Table(_COLUMNS, [_row(finding) for finding in found], grouped_by="kind", remarks=_summary(found))


def _of_kind(kind: str, scope: Scope) -> list[Finding]:
    found: list[Finding] = list(import_module(KINDS[kind]).findings(scope))
    return sorted(found, key=lambda finding: _ORDER.index(finding.verdict))


def failed(table: Table) -> bool:
    """Whether a finding of this table of findings fails."""
    return any(row.cells[_VERDICT].value == FAILS for row in table.rows)


def _row(finding: Finding) -> Row:
    texts = (finding.product, finding.verdict, finding.finding, finding.why, finding.stated_in)
    cells = [Cell(text, text or None) for text in texts]
    cells[_VERDICT] = cells[_VERDICT]._replace(state=_STATES[finding.verdict])
    return Row(tuple(cells), finding.kind)


def _summary(found: Sequence[Finding]) -> list[str]:
    """For each kind how many findings have which verdict."""
    counts: dict[str, dict[str, int]] = {}
    for finding in found:
        verdicts = counts.setdefault(finding.kind, dict.fromkeys(_ORDER, 0))
        verdicts[finding.verdict] += 1
    return [
        f"{kind}: {', '.join(f'{count} {verdict}' for verdict, count in verdicts.items() if count)}"
        for kind, verdicts in counts.items()
    ] or ["nothing to check"]
