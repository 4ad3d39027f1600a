"""Checks of stored specs: each kind of check is one module, named in KINDS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import WARNS
from specdb.analysis.claims import FAILS, HOLDS, ROUNDING, UNCHECKED
from specdb.errors import UnknownKeyError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.analysis.checks.finding import Finding, Scope

KINDS = {
    "claims": "specdb.analysis.checks.claims",
    "conflicts": "specdb.analysis.checks.conflicts",
    "plausibility": "specdb.analysis.checks.plausibility",
    "physics": "specdb.analysis.checks.physics",
    "dates": "specdb.analysis.checks.dates",
    "completeness": "specdb.analysis.checks.completeness",
}
"""Each kind of check with the module whose `findings(scope)` runs it."""

VERDICTS = (FAILS, WARNS, ROUNDING, HOLDS, UNCHECKED)
"""All verdicts, the most serious first."""


def run_checks(scope: Scope, kinds: Sequence[str] = ()) -> list[Finding]:
    """Run these kinds of checks and return their findings.

    Args:
        scope: The products to check.
        kinds: Keys of KINDS; all kinds if empty.

    Returns:
        The findings of each kind in turn, the most serious verdicts of a kind first.

    Raises:
        UnknownKeyError: If a kind is not in KINDS.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownKeyError(f"unknown kind of check {kind!r}", nearest(kind, KINDS) or f"use {', '.join(KINDS)}")
    findings: list[Finding] = []
    for kind in dict.fromkeys(kinds or KINDS):
        found: list[Finding] = list(import_module(KINDS[kind]).findings(scope))
        findings += sorted(found, key=lambda finding: VERDICTS.index(finding.verdict))
    return findings
