"""Views: a database as of a changeset, in a currency, with computed attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from specdb.analysis.currency import CurrencyConverter
    from specdb.database.protocols import Connection
    from specdb.domain.spec import Attribute


class View(Repository):
    """An immutable view of a repository for one request, built by `build_view`.

    It only holds settings: `analysis.specs.read_specs` applies `computed` and `currency` to the specs that are read.

    Attributes:
        as_of: Id of the changeset whose state is shown; None for the present state.
        currency: Converter to the currency that money is shown in; None to show money as stated.
        computed: Expression of each computed attribute, also of `adhoc`, by the attribute's id.
        adhoc: Attributes defined for this view only, by key.
    """

    def __init__(
        self,
        connection: Connection,
        computed: Mapping[int, str],
        *,
        as_of: int | None = None,
        currency: CurrencyConverter | None = None,
        adhoc: Mapping[str, Attribute] | None = None,
    ) -> None:
        super().__init__(connection)
        self.computed: Final = computed
        self.as_of: Final = as_of
        self.currency: Final = currency
        self.adhoc: Final[Mapping[str, Attribute]] = adhoc or {}

    @property
    def unstored(self) -> set[int]:
        """Return the ids of the attributes whose specs are not shown as stored: computed ones, and money in a currency."""
        return {*self.computed, *(self.currency.attributes if self.currency else ())}

    def with_currency(self, currency: CurrencyConverter | None) -> View:
        """Return the view that shows money with this converter; None shows money as stated."""
        return View(self.connection, self.computed, as_of=self.as_of, currency=currency, adhoc=self.adhoc)

    def with_attribute(self, attribute: Attribute, expression: str) -> View:
        """Return the view with an additional ad-hoc attribute that this expression computes."""
        computed = {**self.computed, attribute.id: expression}
        adhoc = {**self.adhoc, attribute.key: attribute}
        return View(self.connection, computed, as_of=self.as_of, currency=self.currency, adhoc=adhoc)

    def find_attribute(self, name: str) -> Attribute | None:
        """Return the ad-hoc or stored attribute with this key or alias; None if unknown."""
        return self.adhoc.get(name.casefold()) or super().find_attribute(name)

    def attributes(self, ids: Iterable[int] | None = None) -> dict[int, Attribute]:
        """Return attributes by id: those of `ids`, or all, the ad-hoc ones last."""
        wanted = None if ids is None else tuple(ids)
        found = super().attributes(wanted)
        found.update({attribute.id: attribute for attribute in self.adhoc.values() if wanted is None or attribute.id in wanted})
        return found
