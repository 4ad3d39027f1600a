"""What checks look at, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from specdb.database.view import View
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product, Spec

WARNS = "worth a look"
"""The verdict on what may be right, but should be looked at; it fails nothing."""


class Finding(NamedTuple):
    """One result: its kind, the product (or category or source) it is on, the arithmetic, verdict, reason and place."""

    kind: str
    product: str
    finding: str
    verdict: str
    why: str = ""
    stated_in: str = ""


class Scope:
    """The products to check; `today` for plans, `oldest` the earliest date of a source, or None.

    `peers` are all products of their categories, themselves among them; `specs` the current specs of the peers.
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
        """Where something is stated: the source's slug and the place in it."""
        return ", ".join(filter(None, (self.sources[source].slug, locator)))
