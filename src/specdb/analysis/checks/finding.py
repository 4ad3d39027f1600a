"""The input and the output of checks: Scope and Finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from specdb.database.view import View
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product, Spec

WARNS = "worth a look"
"""The verdict on data that may be right but needs a look; it does not fail the check."""


class Finding(NamedTuple):
    """One result of a check.

    Attributes:
        kind: A key of KINDS.
        product: Slug of the product, or key of the category; '' for a source.
        finding: The figures or the arithmetic as text.
        verdict: One of VERDICTS.
        why: The reason; '' if the verdict needs none.
        stated_in: The places where the figures are stated.
    """

    kind: str
    product: str
    finding: str
    verdict: str
    why: str = ""
    stated_in: str = ""


class Scope:
    """The products to check.

    Attributes:
        view: The view to read through.
        products: The products to check.
        today: The day that planned dates are compared with.
        oldest: The earliest date that a source may have; None for any.
        attributes: All attributes by id.
        sources: All sources by id.
        peers: All products of the categories of `products`.
        specs: The current specs of the peers, as stored, by product id.
    """

    def __init__(self, view: View, products: list[Product], today: date, oldest: date | None = None) -> None:
        self.view = view
        self.products = products
        self.today = today
        self.oldest = oldest
        self.attributes: dict[int, Attribute] = view.attributes()
        self.sources: dict[int, Source] = view.sources()
        categories = sorted({product.category_id for product in products})
        self.peers = view.products(categories) if categories else []
        self.specs: dict[int, list[Spec]] = {product.id: [] for product in self.peers}
        for spec in view.stored_specs(list(self.specs)):
            self.specs[spec.product_id].append(spec)

    def place(self, source: int, locator: str) -> str:
        """Return the source's slug and the locator in it."""
        return ", ".join(filter(None, (self.sources[source].slug, locator)))
