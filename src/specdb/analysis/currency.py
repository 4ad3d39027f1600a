"""Convert money: to show it in one currency, or to compare it across currencies, at the rate of each spec's as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.exchange_rates import RateTable
from specdb.database import metadata
from specdb.database.condition_compiler import Order
from specdb.domain import money
from specdb.domain.conditions import AttributeCondition, leaves
from specdb.domain.unit import currency_of, is_compatible, with_currency
from specdb.errors import UsageError, nearest
from specdb.figures import dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from specdb.database.view import View
    from specdb.domain.conditions import Node
    from specdb.domain.money import Rate
    from specdb.domain.spec import Attribute, Spec
    from specdb.domain.unit import Unit

_MAX_LISTED = 6
"""The most rates that a remark lists."""

_MAX_CACHED = 10_000
"""The most converted specs that a converter remembers."""


def in_currency(view: View, text: str) -> View:
    """Return the view that shows money in the currency of this code or alias; UsageError if it is unknown."""
    return view.with_currency(CurrencyConverter(view, code(view, text)))


def code(view: View, text: str) -> str:
    """Return the code of the currency with this code, in any case, or alias; UsageError with the nearest codes if unknown."""
    codes = metadata.currencies(view)
    aliases = metadata.unit_aliases(view)
    found = text.upper() if text.upper() in codes else aliases.get(text.strip())
    if found not in codes:
        raise UsageError(f"unknown currency {text!r}", nearest(text, codes) or "write its code, as in USD")
    return str(found)


class _Converter:
    """Converts specs and records the rates used, in the order of their use."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.rates = RateTable(view)
        self.used: dict[str, None] = {}
        self._attributes: dict[int, Attribute] = {}
        self._units: dict[str, Unit] = {}

    def attribute(self, spec: Spec) -> Attribute:
        """Return the attribute of a spec."""
        if spec.attribute_id not in self._attributes:
            self._attributes |= self.view.attributes([spec.attribute_id])
        return self._attributes[spec.attribute_id]

    def unit(self, name: str) -> Unit:
        """Return the unit with this name."""
        if name not in self._units:
            self._units[name] = self.view.unit(name)
        return self._units[name]

    def base(self, spec: Spec) -> str:
        """Return the currency that a spec is stated in; '' if it is not money or has no single currency."""
        if spec.kind != "quantity" or not self.attribute(spec).is_money:
            return ""
        return currency_of(self.unit(spec.value_unit))

    def converted(self, spec: Spec, rate: Rate, *, rounded: bool) -> Spec:
        """Return the spec converted at a rate, and record the rate."""
        self.used[str(rate)] = None
        units = self.unit(spec.unit), self.unit(spec.value_unit)
        return money.convert_money(spec, *units, rate, self.attribute(spec), rounded=rounded)


class CurrencyConverter(_Converter):
    """Converts money to one currency, for a view.

    Attributes:
        code: Code of the currency.
        attributes: Ids of all attributes of money.
        of: The specs converted last, as stated, with their rates, by id.
    """

    def __init__(self, view: View, code: str) -> None:
        super().__init__(view)
        self.code = code
        self.attributes = {attribute.id for attribute in view.attributes().values() if attribute.is_money}
        self.of: dict[int, tuple[Spec, Rate]] = {}

    def convert(self, specs: Iterable[Spec]) -> list[Spec]:
        """Return the specs with money converted; MissingRateError if there is no rate for one of them."""
        if len(self.of) > _MAX_CACHED:
            self.of.clear()
        return [self._convert(spec) for spec in specs]

    def _convert(self, spec: Spec) -> Spec:
        base = self.base(spec)
        if base in ("", self.code):
            return spec
        rate = self.rates.need(base, self.code, spec.as_of)
        self.of[spec.id] = (spec, rate)
        return self.converted(spec, rate, rounded=True)

    def unit_name(self, name: str) -> str:
        """Return the name of a unit in this currency: USD/month for CNY/month."""
        return with_currency(self.unit(name), self.code).name

    def prepare(self, portions: Iterable[Sequence[int]], *, shown: bool) -> None:
        """Find all rates that the specs of products need, so that a missing one is found before output begins.

        Args:
            portions: Ids of products, in portions that fit in one statement.
            shown: Whether only shown specs are needed.

        Raises:
            MissingRateError: There is no rate for one of them.
        """
        attributes = sorted(self.attributes)
        found: dict[tuple[str, str], None] = {}
        for part in portions:
            found |= dict.fromkeys(metadata.money_dates(self.view, part, attributes, shown=shown))
        for name, as_of in sorted(found):
            base = currency_of(self.unit(name))
            if base not in ("", self.code):
                self.used[str(self.rates.need(base, self.code, as_of))] = None

    def remarks(self) -> list[str]:
        """Return remarks that name the rates used."""
        return _listed("money is converted at", self.used)


class MoneyEquivalents(_Converter):
    """Adds to each spec of money its equivalent in every unit that conditions and sort keys compare it in.

    Money without an exchange rate has no equivalent, so it meets no condition; `remarks` counts it.

    Attributes:
        wanted: The names of these units, by attribute id.
        shown: The converter of the view; None if it shows money as stated.
    """

    def __init__(self, view: View, wanted: dict[int, set[str]], shown: CurrencyConverter | None = None) -> None:
        super().__init__(view)
        self.wanted = wanted
        self.shown = shown
        self._without: dict[tuple[str, str], dict[int, str]] = {}

    def add_equivalents(self, specs: Iterable[Spec]) -> list[Spec]:
        """Return the specs, each followed by its equivalents."""
        return [result for spec in specs for result in (spec, *self._equivalents(spec))]

    def _equivalents(self, spec: Spec) -> Iterator[Spec]:
        targets = self.wanted.get(spec.attribute_id)
        base = self.base(spec) if targets and spec.shown else ""
        for name in sorted(targets or ()) if base else ():
            target = self.unit(name)
            quote = currency_of(target)
            if base == quote or not is_compatible(self.unit(spec.value_unit), target):
                continue
            rate = self.rates.find(base, quote, spec.as_of)
            if rate:
                yield self.converted(spec, rate, rounded=False)
            else:
                self._without.setdefault((base, quote), {})[spec.product_id] = spec.as_of

    def remarks(self) -> list[str]:
        """Return remarks on the rates used, except those that money is shown at, and on products without a rate."""
        already_listed = self.shown.used if self.shown else {}
        remarks = _listed("compared across currencies at", {rate: None for rate in self.used if rate not in already_listed})
        for (base, quote), products in self._without.items():
            count = "1 product has" if len(products) == 1 else f"{len(products)} products have"
            day = dates.parse_date(next(iter(products.values()))).last
            remarks.append(
                f"{count} money in {base} without an exchange rate to {quote}, which cannot be compared; "
                f"{self.rates.hint(base, quote, day)}"
            )
        return remarks


def _listed(intro: str, rates: dict[str, None]) -> list[str]:
    """Return a remark that lists the rates, at most _MAX_LISTED of them; none if there are no rates."""
    if not rates:
        return []
    named = list(rates)
    more = f"; and {len(named) - _MAX_LISTED} more" if len(named) > _MAX_LISTED else ""
    return [f"{intro} {'; '.join(named[:_MAX_LISTED])}{more}"]


def money_equivalents(view: View, nodes: Iterable[Node], order: Sequence[Order]) -> tuple[list[Order], MoneyEquivalents | None]:
    """Return the sort keys with the unit to sort each price by, and the equivalents that conditions and sort keys need.

    The equivalents are None if no attribute needs conversion: all its specs and conditions are in one currency.
    """
    plain = view.with_currency(None)
    wanted: dict[int, set[str]] = {}
    for node in nodes:
        for leaf, _ in leaves(node):
            if isinstance(leaf, AttributeCondition) and leaf.unit and _foreign(plain, leaf.attribute, leaf.unit):
                wanted.setdefault(leaf.attribute.id, set()).add(leaf.unit)
    placed = list(order)
    for index, part in enumerate(placed):
        if part.attribute and part.attribute.is_money:
            name = part.attribute.unit if view.currency is None else view.currency.unit_name(part.attribute.unit)
            if _foreign(plain, part.attribute, "" if view.currency is None else name):
                wanted.setdefault(part.attribute.id, set()).add(name)
            if part.attribute.id in wanted:
                wanted[part.attribute.id].add(name)
                placed[index] = Order(part.attribute, part.descending, name)
    return placed, MoneyEquivalents(plain, wanted, view.currency) if wanted else None


def _foreign(view: View, attribute: Attribute, unit: str) -> bool:
    """Return whether an attribute has specs in another unit of money than this one; for '', in more than one."""
    if attribute.id in view.computed:
        return True
    units = metadata.money_units(view, attribute.id)
    return bool(units - {unit}) if unit else len(units) > 1
