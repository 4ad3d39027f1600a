"""Claims: check the statements of sources about their own figures, such as "2.87x"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.checks.finding import Finding, Scope
from specdb.analysis.operands import SpecOperands, recompute
from specdb.database import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield a finding for each claim about a product in scope."""
    operands = SpecOperands(scope.view)
    for claim in metadata.claims(scope.view, [product.id for product in scope.products]):
        checked = recompute(claim, operands)
        quoted = claim.printed if "“" in claim.printed else f"“{claim.printed}”"
        finding = f"{quoted}: {checked.arithmetic}" if checked.arithmetic else quoted
        place = scope.place(claim.source_id, claim.locator)
        yield Finding("claims", claim.product, finding, checked.verdict, checked.reason, place)
