"""Check the claims of sources that compare products, for the reports that compare these products."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import claims
from specdb.analysis.operands import SpecOperands, recompute
from specdb.database import metadata
from specdb.domain import expression
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.database.view import View
    from specdb.domain.source import Claim
    from specdb.domain.spec import Product

Question = tuple[int, int, str]
"""A product's id, an attribute's id and qualifiers: one cell of a comparison."""


class ComparativeClaim(NamedTuple):
    """A claim about compared products, with the result of its check."""

    claim: Claim
    checked: claims.ClaimResult


def comparative_claims(view: View, products: Sequence[Product]) -> dict[Question, list[ComparativeClaim]]:
    """Return the claims that use figures of at least two of these products and of no others.

    Args:
        view: The view to read through.
        products: The products that are compared.

    Returns:
        The claims that can be checked, by each cell of the comparison that they use.
    """
    found: dict[Question, list[ComparativeClaim]] = {}
    operands = SpecOperands(view)
    ids = {product.slug: product.id for product in products}
    ids |= {alias: product.id for product in products for alias in metadata.aliases(view, "product", product.id)}
    for claim in metadata.claims(view, [product.id for product in products]):
        used = dict.fromkeys(_operands(claim))
        if all(operand.product in ids for operand in used) and len({ids[operand.product] for operand in used}) > 1:
            pair = ComparativeClaim(claim, recompute(claim, operands))
            for operand in used:
                if ids[operand.product] == ids[claim.product] and pair.checked.verdict != claims.UNCHECKED:
                    attribute, _ = operands.spec(operand)
                    found.setdefault((ids[operand.product], attribute.id, operand.qualifiers), []).append(pair)
    return found


def _operands(claim: Claim) -> list[expression.Operand]:
    """Return the operands on both sides of a claim."""
    if not claim.expression:
        return []
    return [operand for text in (claim.expression, claim.value) for operand in expression.operands(parse_expression(text))]
