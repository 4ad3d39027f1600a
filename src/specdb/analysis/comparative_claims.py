"""Recompute the claims of sources that compare products, for a comparison of these products to mark."""

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
    """A claim about products that are compared, and the result of its check."""

    claim: Claim
    checked: claims.ClaimResult


def comparative_claims(view: View, products: Sequence[Product]) -> dict[Question, list[ComparativeClaim]]:
    """Return the claims about figures of at least two of these products and no others, by the cell they are marked in."""
    found: dict[Question, list[ComparativeClaim]] = {}
    operands = SpecOperands(view)
    ids = {product.slug: product.id for product in products}
    ids |= {alias: product.id for product in products for alias in metadata.aliases(view, "product", product.id)}
    for claim in metadata.claims(view, [product.id for product in products]):
        used = dict.fromkeys(_operands(claim))
        if all(one.product in ids for one in used) and len({ids[one.product] for one in used}) > 1:
            pair = ComparativeClaim(claim, recompute(claim, operands))
            for one in used:
                if ids[one.product] == ids[claim.product] and pair.checked.verdict != claims.UNCHECKED:
                    attribute, _ = operands.spec(one)
                    found.setdefault((ids[one.product], attribute.id, one.qualifiers), []).append(pair)
    return found


def _operands(claim: Claim) -> list[expression.Operand]:
    """Return all operands of a claim, of both its sides."""
    if not claim.expression:
        return []
    return [operand for text in (claim.expression, claim.value) for operand in expression.operands(parse_expression(text))]
