"""The way that a request looks at a database: as of a moment, in a currency, with computed attributes."""

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
    """A repository as one request sees it. Built by `build_view` and never changed.

    It holds settings only: `analysis.specs.read_specs` applies `computed` and `currency` to the specs that are read.

    Attributes:
        as_of: Id of the changeset after which the database is seen; None for its present state.
        currency: Converter to the currency that money is shown in; None to show money as stated.
        computed: Expression of each computed attribute, by the attribute's id; those of `adhoc` included.
        adhoc: Attributes that are defined for this view only, by key.
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
        """The ids of the attributes whose specs are not shown as stored: computed ones, and money in a currency."""
        return {*self.computed, *(self.currency.attributes if self.currency else ())}

    def with_currency(self, currency: CurrencyConverter | None) -> View:
        """Return the view that shows money by this converter; as stated for None."""
        return View(self.connection, self.computed, as_of=self.as_of, currency=currency, adhoc=self.adhoc)

    def with_attribute(self, attribute: Attribute, expression: str) -> View:
        """Return the view with one more ad-hoc attribute, which is computed by this expression."""
        computed = {**self.computed, attribute.id: expression}
        adhoc = {**self.adhoc, attribute.key: attribute}
        return View(self.connection, computed, as_of=self.as_of, currency=self.currency, adhoc=adhoc)

    def find_attribute(self, name: str) -> Attribute | None:
        """Return the ad-hoc or stored attribute of this key or alias, None if there is none."""
        return self.adhoc.get(name.casefold()) or super().find_attribute(name)

    def attributes(self, ids: Iterable[int] | None = None) -> dict[int, Attribute]:
        """Return attributes by id: those of `ids`, or all, the ad-hoc ones last."""
        wanted = None if ids is None else tuple(ids)
        found = super().attributes(wanted)
        found.update({one.id: one for one in self.adhoc.values() if wanted is None or one.id in wanted})
        return found
