"""What a chart shows, before anything is drawn: panels of bars side by side, or points between two axes.

A value keeps its interval and its modifier, so that whoever draws it can tell "up to 180 h" from "180 h". What is not
stated is named, and is never a zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis.criteria import bound
from specdb.analysis.specs import read_specs
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import SpecdbError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute, Product, Spec

MOST = 8
"""How many products can be told apart side by side."""

LABELS = ("name", "slug", "none")
"""What can stand beside a point."""

_MEASURED = ("quantity", "date")


class Value(NamedTuple):
    """A figure in its axis's unit: the interval [lo, hi], an open side of it ±infinity, and how it reads ("≤ 180 h").

    A date's numbers are the ordinals of its first and last day; its modifier is "day", or "span" where it is not one day.
    """

    modifier: str
    lo: float
    nominal: float
    hi: float
    text: str


class Axis(NamedTuple):
    """What is measured along an axis, and in which unit ('' for a bare count); or that it is time."""

    name: str
    unit: str
    dated: bool = False

    @property
    def title(self) -> str:
        """The axis's heading: "battery capacity [mAh]"."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


class Bar(NamedTuple):
    """A product, by its place among the chart's, with its value; None where there is none, and then `lack` says why."""

    product: int
    value: Value | None
    lack: str = ""


class Panel(NamedTuple):
    """One attribute with its qualifiers: a bar a product, in the order of the products, more for one with more values."""

    axis: Axis
    bars: tuple[Bar, ...]


class Bars(NamedTuple):
    """Products side by side, one panel an attribute; `sources` are those of what is drawn, each with its date."""

    products: tuple[str, ...]
    panels: tuple[Panel, ...]
    sources: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The products' names."""
        return " / ".join(self.products)

    def table(self) -> Table:
        """The figures drawn: a row a panel, a column a product."""
        columns = [Column("attribute", ""), *(Column(name, name) for name in self.products)]
        return Table(columns, [Row((Cell(panel.axis.title), *self._cells(panel))) for panel in self.panels])

    def _cells(self, panel: Panel) -> Iterable[Cell]:
        for place in range(len(self.products)):
            mine = [bar for bar in panel.bars if bar.product == place]
            yield Cell(", ".join(bar.value.text if bar.value else bar.lack for bar in mine))


class Point(NamedTuple):
    """A product between two axes; `group` is its category."""

    name: str
    label: str
    group: str
    x: Value
    y: Value


class Scatter(NamedTuple):
    """Points between two axes; `lacking` names the products that have no place there, each with the reason."""

    x: Axis
    y: Axis
    points: tuple[Point, ...]
    lacking: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What is set against what, and of which products where there are few."""
        names = [point.name for point in self.points]
        of = ", ".join(names) if len(names) <= 4 else f"{len(names)} products"
        return f"{self.y.name} against {self.x.name}: {of}"

    def table(self) -> Table:
        """The figures drawn: a row a point."""
        columns = [Column("product", "product"), Column("category", "category")]
        columns += [Column("x", self.x.title, numeric=True), Column("y", self.y.title, numeric=True)]
        rows = [Row((Cell(one.name), Cell(one.group), Cell(one.x.text), Cell(one.y.text))) for one in self.points]
        return Table(columns, rows)


Chart = Bars | Scatter


def bars(view: View, names: Sequence[str], keys: Sequence[str] = ()) -> Bars:
    """The quantities that at least two of these products state, each for the same qualifiers and, money, in one currency.

    `keys` are attributes, each perhaps with qualifiers in brackets, dates among them; all quantities if there are none.
    UsageError for fewer than two or more than MOST products and for a key that has no axis; SpecdbError where nothing is
    left to draw.
    """
    products = list(dict.fromkeys(view.product(name) for name in names))
    if not 2 <= len(products) <= MOST:
        given = "1 product" if len(products) == 1 else f"{len(products)} different products"
        raise UsageError(f"{given} to draw side by side", f"name two to {MOST} different ones")
    asked = [_measured(view, key) for key in keys]
    ids = [attribute.id for attribute, _ in asked] or None
    stated = [spec for spec in read_specs(view, [product.id for product in products], ids) if spec.shown]
    attributes = view.attributes({spec.attribute_id for spec in stated})
    lines = _lines(stated, attributes, asked)
    kept = {key: specs for key, specs in lines.items() if len({spec.product_id for spec in specs}) > 1}
    remarks = _left(view, asked, lines, kept)
    if not kept:
        listed = ", ".join(product.name for product in products)
        raise SpecdbError(
            "\n".join([f"{'none of these' if keys else 'no quantity'} is stated by at least two of {listed}", *remarks]),
            f"see specdb compare {' '.join(product.slug for product in products)}",
        )
    order = {id: place for place, id in enumerate(ids or attributes)}
    panels = [
        _panel(view, products, attributes[key[0]], key[1], specs, stated)
        for key, specs in sorted(kept.items(), key=lambda item: order[item[0][0]])
    ]
    drawn = [spec for specs in kept.values() for spec in specs]
    sources = _sources(view, drawn)
    return Bars(tuple(product.name for product in products), tuple(panels), sources, tuple(remarks))


_Key = tuple[int, str, str]  # the attribute's id, the qualifiers and, for money, the currency


def _lines(
    stated: Iterable[Spec], attributes: dict[int, Attribute], asked: Sequence[tuple[Attribute, str | None]]
) -> dict[_Key, list[Spec]]:
    """The quantities, and the dates asked for, that may stand against each other, by what they have in common."""
    lines: dict[_Key, list[Spec]] = {}
    wanted = {(attribute.id, bound) for attribute, bound in asked}
    for spec in stated:
        fits = not wanted or {(spec.attribute_id, None), (spec.attribute_id, spec.qualifiers)} & wanted
        if fits and (spec.kind == "quantity" or (wanted and spec.kind == "date")):
            currency = spec.value_unit if attributes[spec.attribute_id].is_money else ""
            lines.setdefault((spec.attribute_id, spec.qualifiers, currency), []).append(spec)
    return lines


def _left(
    view: View,
    asked: Sequence[tuple[Attribute, str | None]],
    lines: dict[_Key, list[Spec]],
    kept: dict[_Key, list[Spec]],
) -> list[str]:
    """Why attributes that were asked for are not drawn."""
    left = []
    for attribute, qualifiers in asked:
        name = formatting.format_label(attribute.key, qualifiers or "")
        mine = {spec.product_id for key, specs in lines.items() for spec in specs if key[0] == attribute.id}
        if any(key[0] == attribute.id and qualifiers in (None, key[1]) for key in kept):
            continue
        by = ", ".join(sorted(product.name for product in view.products_of(sorted(mine))))
        why = "none of them states it" if not mine else f"only {by} states it" if len(mine) == 1 else "never for the same"
        left.append(f"{name} is not drawn: {why}")
    return left


def _measured(view: View, text: str) -> tuple[Attribute, str | None]:
    """The attribute and the qualifiers, None for any, that `KEY` or `KEY[qualifier=value]` asks for."""
    attribute, qualifiers, _ = bound(view, text)
    if attribute.kind not in _MEASURED:
        hint = "name a quantity or a date, such as weight or launch"
        raise UsageError(f"{attribute.key} is a {attribute.kind}, which has no axis", hint)
    return attribute, qualifiers


def _panel(
    view: View, products: Sequence[Product], attribute: Attribute, qualifiers: str, specs: list[Spec], stated: list[Spec]
) -> Panel:
    """The panel of an attribute's specs, all of one currency where they are money."""
    values, unit = _values(view, specs)
    drawn = []
    for place, product in enumerate(products):
        mine = [Bar(place, values[spec.id]) for spec in specs if spec.product_id == product.id]
        if not mine:
            here = [one for one in stated if (one.product_id, one.attribute_id) == (product.id, attribute.id)]
            mine = [Bar(place, None, _lack([one for one in here if one.qualifiers == qualifiers]))]
        drawn += mine
    return Panel(Axis(formatting.format_label(attribute.name, qualifiers), unit, attribute.kind == "date"), tuple(drawn))


def _values(view: View, specs: list[Spec]) -> tuple[dict[int, Value], str]:
    """The values of quantities that share a unit, by spec id, and that unit; or of dates."""
    if specs[0].kind == "date":
        return {
            spec.id: Value("day" if spec.lo == spec.hi else "span", spec.lo, spec.nominal, spec.hi, spec.text) for spec in specs
        }, ""
    unit = specs[0].value_unit
    figures, scale = formatting.display_numbers(specs, unit, view.unit)
    return {
        spec.id: Value(
            spec.modifier,
            spec.lo,
            spec.nominal,
            spec.hi,
            formatting.format_quantity(spec.modifier, figures[spec.id], scale).text,
        )
        for spec in specs
    }, unit


def _lack(specs: Sequence[Spec]) -> str:
    """Why there is no value to draw: it is said to be unknown, or not applicable, or nothing is said."""
    for spec in specs:
        if spec.kind not in _MEASURED:
            return formatting.format_value(spec).text
    return "stated otherwise" if specs else "not stated"


def scatter(view: View, slugs: Sequence[str], x: str, y: str, label: str = "name") -> Scatter:
    """The products of these slugs between the quantities or dates `x` and `y`, each `KEY` or `KEY[qualifier=value]`.

    Without qualifiers an axis takes the figures without any, or those of the one set that there is. UsageError for an axis
    that is neither, or that could mean several things; SpecdbError where no product has both.
    """
    if label not in LABELS:
        raise UsageError(f"{label!r} is no label", f"write {', '.join(LABELS[:-1])} or {LABELS[-1]}")
    products = [view.product(slug) for slug in slugs]
    axes = [_measured(view, key) for key in (x, y)]
    read = [_along(view, products, attribute, qualifiers) for attribute, qualifiers in axes]
    (x_axis, x_specs, _), (y_axis, y_specs, _) = read
    both = [product for product in products if product.id in x_specs and product.id in y_specs]
    lacking = []
    for product in products:
        lacks = [lacks[product.id] for _, _, lacks in read if product.id in lacks]
        if lacks:
            lacking.append((product.name, " and ".join(dict.fromkeys(lacks))))
    if not both:
        few = [f"{name}: {why}" for name, why in lacking[:8]] + (["…"] if len(lacking) > 8 else [])
        raise SpecdbError(
            "\n".join([f"no product found states both {x_axis.name} and {y_axis.name}; there is nothing to draw", *few]),
            "ask for other products or attributes; see specdb list attributes",
        )
    drawn = [specs[product.id] for product in both for specs in (x_specs, y_specs)]
    x_values, _ = _values(view, [x_specs[product.id] for product in both])
    y_values, _ = _values(view, [y_specs[product.id] for product in both])
    points = tuple(
        Point(
            product.name,
            {"name": product.name, "slug": product.slug, "none": ""}[label],
            product.category,
            x_values[x_specs[product.id].id],
            y_values[y_specs[product.id].id],
        )
        for product in both
    )
    return Scatter(x_axis, y_axis, points, tuple(lacking), _sources(view, drawn))


def _along(
    view: View, products: Sequence[Product], attribute: Attribute, qualifiers: str | None
) -> tuple[Axis, dict[int, Spec], dict[int, str]]:
    """An axis, each product's spec along it, and why the others have none."""
    stated = [spec for spec in read_specs(view, [product.id for product in products], [attribute.id]) if spec.shown]
    figures = [spec for spec in stated if spec.kind == attribute.kind]
    sets = list(dict.fromkeys(spec.qualifiers for spec in figures))
    if qualifiers is None:
        qualifiers = "" if "" in sets or not sets else sets[0]
        if len(sets) > 1 and "" not in sets:
            raise UsageError(
                f"{attribute.key} is stated for different things: {'; '.join(one.replace(';', ', ') for one in sets)}",
                f"say which one, as in '{attribute.key}[{sets[0].replace(';', ',')}]'",
            )
    mine = [spec for spec in figures if spec.qualifiers == qualifiers]
    units = list(dict.fromkeys(spec.value_unit for spec in mine))
    if len(units) > 1:
        raise UsageError(f"{attribute.key} is stated in {' and '.join(units)}", f"show it in one, as in --currency {units[0]}")
    first: dict[int, Spec] = {}
    for spec in mine:
        first.setdefault(spec.product_id, spec)
    name = formatting.format_label(attribute.name, qualifiers)
    lacks = {}
    for product in products:
        if product.id not in first:
            others = [spec for spec in stated if spec.product_id == product.id]
            same = [spec for spec in others if spec.qualifiers == qualifiers]
            bound_to = sorted({spec.qualifiers.replace(";", ", ") for spec in others if not same and spec.qualifiers})
            why = f"only stated for {' / '.join(bound_to)}" if bound_to else _lack(same)
            lacks[product.id] = f"{name} {why}"
    return Axis(name, units[0] if units else attribute.unit, attribute.kind == "date"), first, lacks


def _sources(view: View, specs: Iterable[Spec]) -> tuple[str, ...]:
    """The sources of these specs, each as its slug and date."""
    known = view.sources(sorted({spec.source_id for spec in specs}))
    return tuple(f"{source.slug} ({source.date})" if source.date else source.slug for source in known.values())
