"""Read specs through a view: computed attributes added, money converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database.repository import SPEC_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Spec


def read_specs(view: View, products: Sequence[int], attributes: Sequence[int] | None = None) -> list[Spec]:
    """Return the current specs of products as the view shows them.

    Args:
        view: The view to read through.
        products: Ids of products.
        attributes: Ids of attributes; None for all.

    Returns:
        Stored and computed specs, money in the view's currency; by attribute, then qualifiers, the earlier first.

    Raises:
        MissingRateError: There is no exchange rate for the as-of date of a price.
    """
    found = view.stored_specs(products, attributes)
    if computed := {
        attribute: text for attribute, text in view.computed.items() if attributes is None or attribute in attributes
    }:
        from specdb.analysis.computed_attributes import computed_specs

        found += computed_specs(view, products, computed, read_specs)
        found.sort(key=SPEC_ORDER)
    return view.currency.convert(found) if view.currency else found
