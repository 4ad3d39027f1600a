"""Read the values of a chart from a view: for bars of several products, or for points between two axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.criteria import parse_term
from specdb.analysis.specs import read_specs
from specdb.charts.model import Bar, BarChart, BarPanel, ChartAxis, ChartValue, ScatterChart, ScatterPoint
from specdb.errors import SpecdbError, UsageError
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.database.view import View
    from specdb.domain.spec import Attribute, Product, Spec

MAX_PRODUCTS = 8
"""Maximum number of products in a bar chart: there are 8 colours."""

POINT_LABELS = ("name", "slug", "none")
"""What can be written beside a point."""

_AXIS_KINDS = ("quantity", "date")
_MAX_EXAMPLES = 8  # omitted products named in an error

_PanelKey = tuple[int, str, str]  # the attribute's id, the qualifiers and, for money, the currency
_Selection = tuple["Attribute", "str | None"]  # an attribute and its qualifiers, None for any


def build_bar_chart(view: View, names: Sequence[str], keys: Sequence[str] = ()) -> BarChart:
    """Return the quantities that at least two of these products state.

    Only values with the same qualifiers, and amounts in the same currency, share a panel.

    Args:
        view: The view to read from.
        names: 2 to 8 products.
        keys: Attributes as `KEY` or `KEY[qualifier=value]`; dates are allowed. All quantities if empty.

    Raises:
        UsageError: If there are fewer than 2 or more than 8 products, or an attribute has no axis.
        SpecdbError: If no attribute is left to draw.
    """
    products = list(dict.fromkeys(view.product(name) for name in names))
    if not 2 <= len(products) <= MAX_PRODUCTS:
        given = "only 1 product" if len(products) == 1 else f"{len(products)} different products"
        raise UsageError(f"{given} to draw", f"specify 2 to {MAX_PRODUCTS} products")
    selected = [_parse_axis(view, key) for key in keys]
    ids = [attribute.id for attribute, _ in selected] or None
    stated = [spec for spec in read_specs(view, [product.id for product in products], ids) if spec.shown]
    attributes = view.attributes({spec.attribute_id for spec in stated})
    lines = _group_by_panel(stated, attributes, selected)
    kept = {key: specs for key, specs in lines.items() if len({spec.product_id for spec in specs}) > 1}
    remarks = _explain_omitted(view, selected, lines, kept)
    if not kept:
        listed = ", ".join(product.name for product in products)
        subject = "none of these attributes" if keys else "no quantity"
        raise SpecdbError(
            "\n".join([f"{subject} is stated by at least two of {listed}", *remarks]),
            f"see specdb compare {' '.join(product.slug for product in products)}",
        )
    order = {attribute_id: index for index, attribute_id in enumerate(ids or attributes)}
    panels = [
        _build_panel(view, products, attributes[key[0]], key[1], specs, stated)
        for key, specs in sorted(kept.items(), key=lambda item: order[item[0][0]])
    ]
    drawn = [spec for specs in kept.values() for spec in specs]
    sources = _source_names(view, drawn)
    return BarChart(tuple(product.name for product in products), tuple(panels), sources, tuple(remarks))


def _group_by_panel(
    stated: Iterable[Spec], attributes: dict[int, Attribute], selected: Sequence[_Selection]
) -> dict[_PanelKey, list[Spec]]:
    """Group quantities, and dates if they are selected, by attribute, qualifiers and currency."""
    lines: dict[_PanelKey, list[Spec]] = {}
    wanted = {(attribute.id, qualifiers) for attribute, qualifiers in selected}
    for spec in stated:
        fits = not wanted or {(spec.attribute_id, None), (spec.attribute_id, spec.qualifiers)} & wanted
        if fits and (spec.kind == "quantity" or (wanted and spec.kind == "date")):
            currency = spec.value_unit if attributes[spec.attribute_id].is_money else ""
            lines.setdefault((spec.attribute_id, spec.qualifiers, currency), []).append(spec)
    return lines


def _explain_omitted(
    view: View,
    selected: Sequence[_Selection],
    lines: dict[_PanelKey, list[Spec]],
    kept: dict[_PanelKey, list[Spec]],
) -> list[str]:
    """Return why selected attributes are not drawn."""
    remarks = []
    for attribute, qualifiers in selected:
        if any(key[0] == attribute.id and qualifiers in (None, key[1]) for key in kept):
            continue
        name = formatting.format_label(attribute.key, qualifiers or "")
        stating = {spec.product_id for key, specs in lines.items() for spec in specs if key[0] == attribute.id}
        listed = ", ".join(sorted(product.name for product in view.products_of(sorted(stating))))
        if not stating:
            reason = "no product states it"
        elif len(stating) == 1:
            reason = f"only {listed} states it"
        else:
            reason = (
                f"no two products state it with the same {'qualifiers and currency' if attribute.is_money else 'qualifiers'}"
            )
        remarks.append(f"{name} is not drawn: {reason}")
    return remarks


def _parse_axis(view: View, text: str) -> _Selection:
    """Return the attribute and qualifiers that `KEY` or `KEY[qualifier=value]` selects."""
    attribute, qualifiers, _ = parse_term(view, text)
    if attribute.kind not in _AXIS_KINDS:
        hint = "name a quantity or a date, such as weight or launch"
        raise UsageError(f"{attribute.key} is a {attribute.kind} and cannot be drawn on an axis", hint)
    return attribute, qualifiers


def _build_panel(
    view: View, products: Sequence[Product], attribute: Attribute, qualifiers: str, specs: list[Spec], stated: list[Spec]
) -> BarPanel:
    """Return the panel of these specs of one attribute; amounts of money share one currency."""
    values, unit = _chart_values(view, specs)
    bars = []
    for index, product in enumerate(products):
        found = [Bar(index, values[spec.id]) for spec in specs if spec.product_id == product.id]
        if not found:
            others = [spec for spec in stated if (spec.product_id, spec.attribute_id) == (product.id, attribute.id)]
            found = [Bar(index, None, _missing_reason([spec for spec in others if spec.qualifiers == qualifiers]))]
        bars += found
    axis = ChartAxis(formatting.format_label(attribute.name, qualifiers), unit, attribute.kind == "date")
    return BarPanel(axis, tuple(bars))


def _chart_values(view: View, specs: list[Spec]) -> tuple[dict[int, ChartValue], str]:
    """Return the values of dates, or of quantities that share a unit, by spec id, and that unit."""
    if specs[0].kind == "date":
        return {
            spec.id: ChartValue("day" if spec.lo == spec.hi else "span", spec.lo, spec.nominal, spec.hi, spec.text)
            for spec in specs
        }, ""
    unit = specs[0].value_unit
    figures, scale = formatting.display_numbers(specs, unit, view.unit)
    return {
        spec.id: ChartValue(
            spec.modifier,
            spec.lo,
            spec.nominal,
            spec.hi,
            formatting.format_quantity(spec.modifier, figures[spec.id], scale).text,
        )
        for spec in specs
    }, unit


def _missing_reason(specs: Sequence[Spec]) -> str:
    """Return why there is no value: unknown, not applicable, in another currency, or not stated."""
    for spec in specs:
        if spec.kind not in _AXIS_KINDS:
            return formatting.format_value(spec).text
    return "stated in another currency" if specs else "not stated"


def build_scatter_chart(view: View, slugs: Sequence[str], x: str, y: str, label: str = "name") -> ScatterChart:
    """Return these products as points between two quantities or dates.

    Args:
        view: The view to read from.
        slugs: The products.
        x: The x axis as `KEY` or `KEY[qualifier=value]`. Without qualifiers, the specs without qualifiers are used, or
            those of the only set of qualifiers.
        y: The y axis, in the same form.
        label: The text beside each point, one of POINT_LABELS.

    Raises:
        UsageError: If an axis is neither a quantity nor a date, or is ambiguous.
        SpecdbError: If no product has a value on both axes.
    """
    if label not in POINT_LABELS:
        raise UsageError(f"unknown label {label!r}", f"use {', '.join(POINT_LABELS[:-1])} or {POINT_LABELS[-1]}")
    products = [view.product(slug) for slug in slugs]
    axes = [_parse_axis(view, key) for key in (x, y)]
    read = [_read_axis(view, products, attribute, qualifiers) for attribute, qualifiers in axes]
    (x_axis, x_specs, _), (y_axis, y_specs, _) = read
    complete = [product for product in products if product.id in x_specs and product.id in y_specs]
    omitted = []
    for product in products:
        reasons = [missing[product.id] for _, _, missing in read if product.id in missing]
        if reasons:
            omitted.append((product.name, " and ".join(dict.fromkeys(reasons))))
    if not complete:
        examples = [f"{name}: {reason}" for name, reason in omitted[:_MAX_EXAMPLES]]
        examples += ["…"] if len(omitted) > _MAX_EXAMPLES else []
        raise SpecdbError(
            "\n".join([f"nothing to draw: no product states both {x_axis.name} and {y_axis.name}", *examples]),
            "choose other products or attributes; see specdb list attributes",
        )
    x_values, _ = _chart_values(view, [x_specs[product.id] for product in complete])
    y_values, _ = _chart_values(view, [y_specs[product.id] for product in complete])
    points = tuple(
        ScatterPoint(
            product.name,
            {"name": product.name, "slug": product.slug, "none": ""}[label],
            product.category,
            x_values[x_specs[product.id].id],
            y_values[y_specs[product.id].id],
        )
        for product in complete
    )
    drawn = [specs[product.id] for product in complete for specs in (x_specs, y_specs)]
    return ScatterChart(x_axis, y_axis, points, tuple(omitted), _source_names(view, drawn))


def _read_axis(
    view: View, products: Sequence[Product], attribute: Attribute, qualifiers: str | None
) -> tuple[ChartAxis, dict[int, Spec], dict[int, str]]:
    """Return an axis, the spec of each product on it, and why other products have none, both by product id."""
    stated = [spec for spec in read_specs(view, [product.id for product in products], [attribute.id]) if spec.shown]
    figures = [spec for spec in stated if spec.kind == attribute.kind]
    if qualifiers is None:
        qualifiers = _only_qualifiers(attribute, figures)
    selected = [spec for spec in figures if spec.qualifiers == qualifiers]
    units = list(dict.fromkeys(spec.value_unit for spec in selected))
    if len(units) > 1:
        raise UsageError(f"{attribute.key} is stated in {' and '.join(units)}", f"choose one currency: --currency {units[0]}")
    specs: dict[int, Spec] = {}
    for spec in selected:
        specs.setdefault(spec.product_id, spec)
    name = formatting.format_label(attribute.name, qualifiers)
    missing = {}
    for product in products:
        if product.id not in specs:
            others = [spec for spec in stated if spec.product_id == product.id]
            missing[product.id] = f"{name} {_missing_on_axis(others, qualifiers)}"
    return ChartAxis(name, units[0] if units else attribute.unit, attribute.kind == "date"), specs, missing


def _only_qualifiers(attribute: Attribute, figures: Sequence[Spec]) -> str:
    """Return '' if a figure has no qualifiers, otherwise the only set of qualifiers; UsageError if there are several."""
    sets = list(dict.fromkeys(spec.qualifiers for spec in figures))
    if "" in sets or not sets:
        return ""
    if len(sets) > 1:
        raise UsageError(
            f"{attribute.key} is stated for several qualifiers: {'; '.join(text.replace(';', ', ') for text in sets)}",
            f"choose one set of qualifiers, such as '{attribute.key}[{sets[0].replace(';', ',')}]'",
        )
    return sets[0]


def _missing_on_axis(specs: Sequence[Spec], qualifiers: str) -> str:
    """Return why a product with these specs of an attribute has no value for these qualifiers."""
    same = [spec for spec in specs if spec.qualifiers == qualifiers]
    others = sorted({spec.qualifiers.replace(";", ", ") for spec in specs if spec.qualifiers}) if not same else []
    return f"only stated for {' / '.join(others)}" if others else _missing_reason(same)


def _source_names(view: View, specs: Iterable[Spec]) -> tuple[str, ...]:
    """Return the sources of these specs, each as its slug and date."""
    sources = view.sources(sorted({spec.source_id for spec in specs}))
    return tuple(f"{source.slug} ({source.date})" if source.date else source.slug for source in sources.values())
