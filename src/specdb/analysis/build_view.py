"""Build the view of a request from its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.database.repository import Repository


def build_view(repository: Repository, *, as_of: str | int = "", currency: str = "", compute: Sequence[str] = ()) -> View:
    """Build the view for the options of a request.

    Args:
        repository: The database, or a view to refine.
        as_of: A changeset ("@12" or 12) or a date ("2026-05-01"): all reads through the repository's connection then see the
            database after that changeset (0: before the first) or at the end of that day (UTC). "" for its present state.
        currency: Code or alias of the currency to show money in; "" to show it as stated.
        compute: Definitions of ad-hoc attributes, such as "x = battery / weight".

    Raises:
        NotFoundError: The changeset, or a product in a definition, does not exist.
        UsageError: A definition is invalid, or the currency or an attribute is unknown.
    """
    moment = None
    if as_of != "":
        from specdb.database.as_of import look_back
        from specdb.database.changesets import find

        moment = find(repository, as_of) if isinstance(as_of, str) else as_of
        look_back(repository.connection, moment)
    view = repository
    if not isinstance(view, View) or moment is not None:
        view = View(repository.connection, repository.expressions(), as_of=moment)
    if compute:
        from specdb.analysis.adhoc_attributes import define_adhoc

        view = define_adhoc(view, compute)
    if currency:
        from specdb.analysis.currency import in_currency

        view = in_currency(view, currency)
    return view
