"""Parse criteria (attributes with a direction and a weight) and look up the figure of each product for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis import ranking
from specdb.analysis.specs import read_specs
from specdb.database import metadata
from specdb.domain import qualifiers
from specdb.domain.quantity import Interval
from specdb.domain.unit import currency_of, with_currency
from specdb.errors import AmbiguousNameError, SpecdbError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute, Spec

ORDERED = ("quantity", "date", "flag")
"""The kinds of attribute whose values have an order: a later date is more, and yes is more than no."""

DIRECTIONS = ("higher", "lower")
_TERM = re.compile(r"(?P<key>[^][:]+(?:\[[^][]*\])?)\s*(?P<settings>(?::[^:]*)*)")
_WEIGHT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_HINT = "write KEY, KEY[qualifier=value], and after a colon a weight, higher or lower: weight:2 or microphone-count:higher"


class Criterion(NamedTuple):
    """An attribute to rank by.

    Attributes:
        attribute: The attribute.
        qualifiers: Only specs with exactly these qualifiers count.
        higher: Whether higher values are better.
        weight: The weight in a score.
        currency: The unit that money must be in; '' for any.
    """

    attribute: Attribute
    qualifiers: str
    higher: bool
    weight: float = 1.0
    currency: str = ""

    @property
    def key(self) -> str:
        """Return the attribute's key with the qualifiers: "price[edition=pro]"."""
        return formatting.format_label(self.attribute.key, self.qualifiers)


def parse_term(view: View, text: str) -> tuple[Attribute, str | None, list[str]]:
    """Parse `KEY`, `KEY[qualifier=value]`, each with settings after colons, as in `weight:2:lower`.

    Returns:
        The attribute, the canonical text of the qualifiers (None without brackets) and the settings.

    Raises:
        UsageError: The text has another form.
        UnknownKeyError: The attribute is unknown.
    """
    found = _TERM.fullmatch(text.strip())
    if not found:
        raise UsageError(f"invalid criterion {text!r}", _HINT)
    key, given = qualifiers.parse_qualified_key(found["key"])
    return view.attribute(key), given, [part.strip() for part in found["settings"].split(":")[1:]]


def criteria(view: View, texts: Sequence[str]) -> list[Criterion]:
    """Parse criteria, each `KEY` or `KEY[qualifier=value]` with settings: a weight, `higher` or `lower`, a currency.

    Raises:
        UsageError: There are no criteria, or a criterion is invalid: given twice, without an order or a known direction, or
            with a currency other than that of the view.
        UnknownKeyError: An attribute is unknown.
    """
    found = [_criterion(view, text) for text in texts]
    if not found:
        raise UsageError("no criteria were given", _HINT)
    for index, criterion in enumerate(found):
        if any((criterion.attribute, criterion.qualifiers) == (other.attribute, other.qualifiers) for other in found[:index]):
            raise UsageError(f"{criterion.key} is given twice", "give it once, with a higher weight if it should count more")
    return found


def _criterion(view: View, text: str) -> Criterion:
    attribute, given, settings = parse_term(view, text)
    if attribute.kind not in ORDERED or attribute.many:
        reason = "can have several values" if attribute.many else f"is a {attribute.kind}, whose values have no order"
        raise UsageError(f"{attribute.key} {reason}", "use a quantity, a date or a flag")
    directions = [setting for setting in settings if setting in DIRECTIONS]
    weights = [float(setting) for setting in settings if _WEIGHT.fullmatch(setting)]
    currencies = [
        _currency(view, attribute, setting)
        for setting in settings
        if setting not in DIRECTIONS and not _WEIGHT.fullmatch(setting)
    ]
    if len(directions) > 1 or len(weights) > 1 or len(currencies) > 1:
        raise UsageError(f"{text!r} sets its direction, weight or currency twice", _HINT)
    if weights == [0]:
        raise UsageError(f"{attribute.key} has a weight of 0", "leave it out, or give it a weight above 0")
    better = directions[0] if directions else attribute.better
    if not better:
        raise UsageError(
            f"{attribute.key} has no better direction",
            f"write {attribute.key}:higher or {attribute.key}:lower",
        )
    weight, currency = next(iter(weights), 1.0), next(iter(currencies), "")
    if view.currency and currency not in ("", view.currency.unit_name(attribute.unit)):
        raise UsageError(
            f"{text!r} conflicts with --currency {view.currency.code}: no price is shown in {currency}",
            "use only one of the two",
        )
    return Criterion(attribute, given or "", better == "higher", weight, currency)


def _currency(view: View, attribute: Attribute, text: str) -> str:
    """Return the attribute's unit in the currency that a setting names; UsageError if it is not a currency."""
    try:
        unit = view.unit(text) if attribute.is_money and text else None
    except SpecdbError:
        unit = None
    if unit is None or not currency_of(unit):
        expected = "a weight, a direction or a currency" if attribute.is_money else "a weight or a direction"
        raise UsageError(f"invalid setting {text!r} for {attribute.key}: expected {expected}", _HINT)
    return with_currency(view.unit(attribute.unit), currency_of(unit)).name


def find_specs(view: View, products: Sequence[int], wanted: Sequence[Criterion]) -> tuple[list[dict[int, Spec]], list[str]]:
    """Return the spec of each product for each criterion, and remarks.

    Args:
        view: The view to read through.
        products: Ids of products.
        wanted: The criteria.

    Returns:
        For each criterion the shown specs by product id, also unknown or not applicable ones; and remarks on specs that
        are ignored because of their qualifiers.

    Raises:
        AmbiguousNameError: An attribute is stated only with other qualifiers, or in several currencies.
    """
    found: list[dict[int, Spec]] = [{} for _ in wanted]
    ignored: list[dict[str, None]] = [{} for _ in wanted]
    for spec in read_specs(view, products, sorted({criterion.attribute.id for criterion in wanted})):
        for index, criterion in enumerate(wanted):
            if not spec.shown or spec.attribute_id != criterion.attribute.id:
                continue
            if spec.qualifiers == criterion.qualifiers:
                found[index].setdefault(spec.product_id, spec)
            elif spec.kind == criterion.attribute.kind:
                ignored[index][spec.qualifiers] = None
    keys = {criterion.key for criterion in wanted}
    remarks = []
    for criterion, stated, others in zip(wanted, found, ignored, strict=True):
        unused = [text for text in others if formatting.format_label(criterion.attribute.key, text) not in keys]
        _check_comparable(criterion, stated, unused, converted=view.currency is not None)
        if unused and not criterion.qualifiers:
            remarks.append(f"specs with qualifiers are ignored: {_list_qualified(criterion, unused)}")
    return found, remarks


def _check_comparable(criterion: Criterion, stated: Mapping[int, Spec], unused: Sequence[str], *, converted: bool) -> None:
    """Raise AmbiguousNameError if the values of a criterion are in several currencies, or all have other qualifiers."""
    values = [spec for spec in stated.values() if spec.kind == criterion.attribute.kind]
    if not values and unused:
        raise AmbiguousNameError(
            f"these products state {criterion.key} only with other qualifiers",
            f"write {_list_qualified(criterion, unused, last=' or ')}",
        )
    units = list(dict.fromkeys(spec.value_unit for spec in values))
    if criterion.attribute.is_money and not criterion.currency and len(units) > 1:
        term = f"{_format_qualified(criterion, criterion.qualifiers)}:{units[0]}"
        hint = f"use only prices in one currency, as in {term}; the others then count as missing"
        convert = "" if converted else f"; or convert all prices, as in --currency {units[0].partition('/')[0]}"
        raise AmbiguousNameError(f"{criterion.key} is stated in {len(units)} currencies: {', '.join(units)}", hint + convert)


def _format_qualified(criterion: Criterion, qualifiers: str) -> str:
    """Format the attribute with these qualifiers as on the command line."""
    return f"{criterion.attribute.key}[{qualifiers.replace(';', ',')}]" if qualifiers else criterion.attribute.key


def _list_qualified(criterion: Criterion, texts: Sequence[str], *, last: str = ", ", most: int = 6) -> str:
    """List the attribute with each of these qualifiers, at most `most`."""
    names = [_format_qualified(criterion, text) for text in texts[:most]] + (["…"] if len(texts) > most else [])
    return last.join(filter(None, (", ".join(names[:-1]), names[-1])))


def usable_interval(criterion: Criterion, spec: Spec | None) -> Interval | None:
    """Return the interval of a spec; None if it is missing, has no value, or is in another currency than the criterion."""
    if spec is None or spec.kind != criterion.attribute.kind or criterion.currency not in ("", spec.value_unit):
        return None
    return Interval(spec.lo, spec.nominal, spec.hi)


def used_criteria(wanted: Sequence[Criterion], values: Mapping[int, Sequence[Interval | None]]) -> tuple[list[int], list[str]]:
    """Return the indexes of the criteria that at least one product has a value of, and remarks on the others.

    Args:
        wanted: The criteria.
        values: The interval for each criterion, by product id; None for a missing value.
    """
    used = [index for index in range(len(wanted)) if any(row[index] for row in values.values())]
    unused = [criterion.key for index, criterion in enumerate(wanted) if values and index not in used]
    return used, [f"none of these products has a value of {key}: it is ignored" for key in unused]


def format_missing(wanted: Sequence[Criterion], rows: Iterable[Sequence[Interval | None]]) -> str:
    """List the criteria without a value: "battery-life, price (2)", with the number of rows if not all lack the value."""
    incomplete = [row for row in rows if None in row]
    counts = [(criterion.key, sum(row[index] is None for row in incomplete)) for index, criterion in enumerate(wanted)]
    return ", ".join(key if count == len(incomplete) else f"{key} ({count})" for key, count in counts if count)


class ParetoResult(NamedTuple):
    """The Pareto front of products.

    Attributes:
        kept: Ids of the products that no other product beats, in the given order.
        remarks: Remarks on ignored criteria and on products that lack values.
    """

    kept: list[int]
    remarks: list[str]


def pareto_front(view: View, products: Sequence[int], attributes: Sequence[str], match: str = "certain") -> ParetoResult:
    """Return the products that no other product beats on all attributes.

    A product that lacks a value is neither kept nor beats another; an attribute without any value is ignored.

    Args:
        view: The view to read through.
        products: Ids of products.
        attributes: Criteria as `criteria` parses them, without weights.
        match: The match level at which a product must be beaten to be left out, see `ranking.non_dominated`.

    Raises:
        UsageError: A criterion is invalid or has a weight.
        AmbiguousNameError: An attribute is stated only with other qualifiers, or in several currencies.
    """
    wanted = criteria(view, attributes)
    if weighted := [criterion.key for criterion in wanted if criterion.weight != 1]:
        raise UsageError(f"{weighted[0]} has a weight, which is not used here", "leave the weight out")
    stated, remarks = find_specs(view, products, wanted)
    values = {
        product: [usable_interval(criterion, specs.get(product)) for criterion, specs in zip(wanted, stated, strict=True)]
        for product in products
    }
    used, ignored = used_criteria(wanted, values)
    remarks += ignored
    complete, rows, incomplete = [], [], []
    for product, intervals in values.items():
        row = [
            ranking.normalize_direction(interval, higher=wanted[index].higher)
            for index in used
            if (interval := intervals[index])
        ]
        if used and len(row) == len(used):
            complete.append(product)
            rows.append(row)
        else:
            incomplete.append([intervals[index] for index in used])
    if incomplete and used:
        missing = format_missing([wanted[index] for index in used], incomplete)
        remarks.append(f"{len(incomplete)} of {len(values)} products cannot be compared: no value of {missing}")
    return ParetoResult([complete[index] for index in ranking.non_dominated(rows, match)], remarks)


Question = tuple[int, str, str]
"""Attribute id, qualifiers and unit: values that share them can be compared."""


def spans(view: View, categories: Sequence[int], attributes: Sequence[int]) -> dict[Question, tuple[float, float]]:
    """Return the least and the greatest nominal value of each quantity and date in these categories.

    Args:
        view: The view to read through; computed attributes are included.
        categories: Ids of categories.
        attributes: Ids of attributes.
    """
    found = metadata.nominal_ranges(view, categories, attributes)
    if computed := [attribute for attribute in attributes if attribute in view.computed]:
        for spec in read_specs(view, [product.id for product in view.products(categories)], computed):
            if spec.kind == "quantity":
                key = (spec.attribute_id, spec.qualifiers, spec.value_unit)
                least, most = found.get(key, (spec.nominal, spec.nominal))
                found[key] = (min(least, spec.nominal), max(most, spec.nominal))
    return found
