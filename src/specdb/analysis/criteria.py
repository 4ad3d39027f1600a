"""Criteria to choose products by: attributes with a direction and a weight, and the figure of each product."""

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
    """An attribute to choose by.

    Attributes:
        attribute: The attribute.
        qualifiers: Only specs with exactly these qualifiers count.
        higher: Whether higher values are better.
        weight: The weight in a score.
        currency: The unit that money must be in; '' if all of it is in one unit.
    """

    attribute: Attribute
    qualifiers: str
    higher: bool
    weight: float = 1.0
    currency: str = ""

    @property
    def key(self) -> str:
        """Return its name for programs."""
        return formatting.format_label(self.attribute.key, self.qualifiers)


def parse_term(view: View, text: str) -> tuple[Attribute, str | None, list[str]]:
    """Parse `KEY`, `KEY[qualifier=value]`, each with settings after colons, as in `weight:2:lower`.

    Returns:
        The attribute, the canonical text of the qualifiers (None without brackets) and the settings.
    """
    found = _TERM.fullmatch(text.strip())
    if not found:
        raise UsageError(f"invalid attribute {text!r} to choose by", _HINT)
    key, given = qualifiers.parse_qualified_key(found["key"])
    return view.attribute(key), given, [part.strip() for part in found["settings"].split(":")[1:]]


def criteria(view: View, texts: Sequence[str]) -> list[Criterion]:
    """Parse criteria, each `KEY` or `KEY[qualifier=value]` with settings: a weight, `higher` or `lower`, a currency.

    Raises:
        UsageError: There are no criteria, one is given twice, the values of an attribute have no order, the direction of one is
            not known, or its currency conflicts with that of the view.
    """
    found = [_criterion(view, text) for text in texts]
    if not found:
        raise UsageError("no attribute to choose by", _HINT)
    for place, one in enumerate(found):
        if any((one.attribute, one.qualifiers) == (other.attribute, other.qualifiers) for other in found[:place]):
            raise UsageError(f"{one.key} is given twice", "give it once, with a higher weight if it should count more")
    return found


def _criterion(view: View, text: str) -> Criterion:
    attribute, given, settings = parse_term(view, text)
    if attribute.kind not in ORDERED or attribute.many:
        what = "holds several values at once" if attribute.many else f"is a {attribute.kind}, whose values have no order"
        raise UsageError(f"{attribute.key} {what}", "name a quantity, a date, or a yes or no")
    directions = [setting for setting in settings if setting in DIRECTIONS]
    weights = [float(setting) for setting in settings if _WEIGHT.fullmatch(setting)]
    currencies = [_currency(view, attribute, one) for one in settings if one not in DIRECTIONS and not _WEIGHT.fullmatch(one)]
    if len(directions) > 1 or len(weights) > 1 or len(currencies) > 1:
        raise UsageError(f"{text!r} is set twice", _HINT)
    if weights == [0]:
        raise UsageError(f"{attribute.key} has a weight of 0", "leave it out, or give it a weight above 0")
    better = directions[0] if directions else attribute.better
    if not better:
        raise UsageError(
            f"specdb does not know whether more or less {attribute.name} is better",
            f"write {attribute.key}:higher or {attribute.key}:lower",
        )
    weight, currency = next(iter(weights), 1.0), next(iter(currencies), "")
    if view.currency and currency not in ("", view.currency.unit_name(attribute.unit)):
        shown = f"and --currency {view.currency.code} shows all of them in {view.currency.code}"
        raise UsageError(f"{text!r} counts only prices in {currency}, {shown}", "leave one of the two out")
    return Criterion(attribute, given or "", better == "higher", weight, currency)


def _currency(view: View, attribute: Attribute, text: str) -> str:
    """Return the attribute's unit in the currency that a setting names; UsageError if it does not name one."""
    try:
        unit = view.unit(text) if attribute.is_money and text else None
    except SpecdbError:
        unit = None
    if unit is None or not currency_of(unit):
        what = "a weight, a direction or a currency" if attribute.is_money else "a weight or a direction"
        raise UsageError(f"{text!r} is not {what} for {attribute.key}", _HINT)
    return with_currency(view.unit(attribute.unit), currency_of(unit)).name


def figures(view: View, products: Sequence[int], wanted: Sequence[Criterion]) -> tuple[list[dict[int, Spec]], list[str]]:
    """Return the spec of each product for each criterion, and remarks.

    Returns:
        For each criterion the shown specs by product id, also unknown or not applicable ones; and remarks on specs that
        do not count because of their qualifiers.

    Raises:
        AmbiguousNameError: An attribute is stated only with other qualifiers, or in several currencies.
    """
    found: list[dict[int, Spec]] = [{} for _ in wanted]
    other: list[dict[str, None]] = [{} for _ in wanted]
    for spec in read_specs(view, products, sorted({one.attribute.id for one in wanted})):
        for place, one in enumerate(wanted):
            if not spec.shown or spec.attribute_id != one.attribute.id:
                continue
            if spec.qualifiers == one.qualifiers:
                found[place].setdefault(spec.product_id, spec)
            elif spec.kind == one.attribute.kind:
                other[place][spec.qualifiers] = None
    chosen = {one.key for one in wanted}
    remarks = []
    for one, stated, elsewhere in zip(wanted, found, other, strict=True):
        names = [bound for bound in elsewhere if formatting.format_label(one.attribute.key, bound) not in chosen]
        _one_question(one, stated, names, converted=view.currency is not None)
        if names and not one.qualifiers:
            remarks.append(f"what is stated with qualifiers does not count: {_listed(one, names)}")
    return found, remarks


def _one_question(one: Criterion, stated: Mapping[int, Spec], elsewhere: Sequence[str], *, converted: bool) -> None:
    """Raise AmbiguousNameError if the values of a criterion cannot be compared, or all have other qualifiers."""
    values = [spec for spec in stated.values() if spec.kind == one.attribute.kind]
    if not values and elsewhere:
        raise AmbiguousNameError(
            f"none of these products states {one.key}, but with other qualifiers some do",
            f"write {_listed(one, elsewhere, last=' or ')}",
        )
    units = list(dict.fromkeys(spec.value_unit for spec in values))
    if one.attribute.is_money and not one.currency and len(units) > 1:
        hint = f"choose by one of them, as in {_written(one, one.qualifiers)}:{units[0]}; the others then count as missing"
        brought = "" if converted else f"; or bring all into one, as in --currency {units[0].partition('/')[0]}"
        raise AmbiguousNameError(f"{one.key} is stated in {len(units)} currencies: {', '.join(units)}", hint + brought)


def _written(one: Criterion, qualifiers: str) -> str:
    """Format the attribute with these qualifiers as on the command line."""
    return f"{one.attribute.key}[{qualifiers.replace(';', ',')}]" if qualifiers else one.attribute.key


def _listed(one: Criterion, elsewhere: Sequence[str], *, last: str = ", ", most: int = 6) -> str:
    """List the attribute with each of several qualifiers, at most `most`."""
    names = [_written(one, bound) for bound in elsewhere[:most]] + (["…"] if len(elsewhere) > most else [])
    return last.join(filter(None, (", ".join(names[:-1]), names[-1])))


def value(one: Criterion, spec: Spec | None) -> Interval | None:
    """Return the interval of a spec for a criterion; None if it gives no value that counts."""
    if spec is None or spec.kind != one.attribute.kind or one.currency not in ("", spec.value_unit):
        return None
    return Interval(spec.lo, spec.nominal, spec.hi)


def counted(wanted: Sequence[Criterion], values: Mapping[int, Sequence[Interval | None]]) -> tuple[list[int], list[str]]:
    """Return the indexes of the criteria that some product has a value of, and remarks on the others."""
    used = [place for place in range(len(wanted)) if any(mine[place] for mine in values.values())]
    left = [one.key for place, one in enumerate(wanted) if values and place not in used]
    return used, [f"none of these products has a value of {key}: it does not count" for key in left]


def short_of(wanted: Sequence[Criterion], rows: Iterable[Sequence[Interval | None]]) -> str:
    """Describe which values products lack: "battery-life, price (2)", with the number if not all lack it."""
    lacking = [row for row in rows if None in row]
    counts = [(one.key, sum(row[place] is None for row in lacking)) for place, one in enumerate(wanted)]
    return ", ".join(key if count == len(lacking) else f"{key} ({count})" for key, count in counts if count)


class ParetoResult(NamedTuple):
    """The ids of the products kept, in the given order, and remarks on products that could not be judged."""

    kept: list[int]
    remarks: list[str]


def pareto_front(view: View, products: Sequence[int], attributes: Sequence[str], match: str = "certain") -> ParetoResult:
    """Return the products that no other product beats on all attributes.

    A product that lacks a value is neither kept nor beats another; an attribute without any value does not count.

    Args:
        view: The view to read through.
        products: Ids of products.
        attributes: Criteria as `criteria` parses them, without weights.
        match: How surely a product must be beaten to be left out, see `ranking.non_dominated`.
    """
    wanted = criteria(view, attributes)
    if weighted := [one.key for one in wanted if one.weight != 1]:
        raise UsageError(f"{weighted[0]} has a weight, which is not used here", "leave the weight out")
    stated, remarks = figures(view, products, wanted)
    values = {
        product: [value(one, specs.get(product)) for one, specs in zip(wanted, stated, strict=True)] for product in products
    }
    used, uncounted = counted(wanted, values)
    remarks += uncounted
    complete, rows, short = [], [], []
    for product, mine in values.items():
        row = [ranking.normalize_direction(figure, higher=wanted[place].higher) for place in used if (figure := mine[place])]
        if used and len(row) == len(used):
            complete.append(product)
            rows.append(row)
        else:
            short.append([mine[place] for place in used])
    if short and used:
        lacks = short_of([wanted[place] for place in used], short)
        remarks.append(f"{len(short)} of {len(values)} products cannot be judged: no value of {lacks}")
    return ParetoResult([complete[place] for place in ranking.non_dominated(rows, match)], remarks)


Question = tuple[int, str, str]
"""What two values must share to be compared: the attribute's id, the qualifiers and the unit."""


def spans(view: View, categories: Sequence[int], attributes: Sequence[int]) -> dict[Question, tuple[float, float]]:
    """Return the least and the greatest nominal value of each quantity and date in these categories."""
    found = metadata.nominal_ranges(view, categories, attributes)
    if computed := [attribute for attribute in attributes if attribute in view.computed]:
        for spec in read_specs(view, [product.id for product in view.products(categories)], computed):
            if spec.kind == "quantity":
                key = (spec.attribute_id, spec.qualifiers, spec.value_unit)
                least, most = found.get(key, (spec.nominal, spec.nominal))
                found[key] = (min(least, spec.nominal), max(most, spec.nominal))
    return found
