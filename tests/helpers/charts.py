"""Charts and databases that the tests of charts share."""

from __future__ import annotations

from math import inf, nextafter
from typing import TYPE_CHECKING

from specdb.charts.model import Bar, BarChart, BarPanel, ChartAxis, ChartValue, ScatterChart, ScatterPoint
from specdb.figures import dates

if TYPE_CHECKING:
    from specdb.database.location import Location

HOSTILE = (
    "A $\\frac{1}{2}$ & co",
    '<script>alert("1")</script>',
    "\x1b[31mred\x1b[0m [bold]x[/bold]",
    "$unclosed { \\ % ^ _ # ~",
    "东西眼镜 \ufffe",
)

EXACT = ChartValue("exact", 4.0, 4.0, 4.0, "4 g")
ABOUT = ChartValue("about", 38.0, 40.0, 42.0, "≈ 40 g")
AT_MOST = ChartValue("at_most", 0.0, 18.0, 18.0, "≤ 18 g")
LESS = ChartValue("less_than", 0.0, 20.0, nextafter(20.0, -inf), "< 20 g")
AT_LEAST = ChartValue("at_least", 5.0, 5.0, inf, "≥ 5 g")
MORE = ChartValue("more_than", nextafter(10.0, inf), 10.0, inf, "> 10 g")
RANGE = ChartValue("range", 30.0, 35.0, 40.0, "30–40 g")
TOLERANCE = ChartValue("plus_minus", 6.0, 6.0, 6.0, "± 6 g")
BELOW_ZERO = ChartValue("exact", -4.0, -4.0, -4.0, "-4 g")
ZERO = ChartValue("exact", 0.0, 0.0, 0.0, "0 g")
WEIGHT, LAUNCH = ChartAxis("weight", "g"), ChartAxis("launch", "", dated=True)
VALUES = (EXACT, ABOUT, AT_MOST, LESS, AT_LEAST, MORE, RANGE, TOLERANCE, BELOW_ZERO, ZERO)


def date_value(text: str) -> ChartValue:
    """Return the value of a date, as exact as the text."""
    span = dates.parse_date(text)
    lo, hi = float(span.first.toordinal()), float(span.last.toordinal())
    return ChartValue("day" if lo == hi else "span", lo, (lo + hi) / 2, hi, text)


DATES = tuple(map(date_value, ("2024-03-05", "2024-05", "2024-Q4", "2025", "2025-H2", "2025-06..2025-08", "2026-01-15")))


def bars(*values: ChartValue | None, names: tuple[str, ...] = (), axis: ChartAxis = WEIGHT) -> BarChart:
    """Return a chart of one panel with one product per value; None is a value that is not stated."""
    products = names or tuple(f"Product {number}" for number in range(1, len(values) + 1))
    drawn = tuple(Bar(place, value, "" if value else "not stated") for place, value in enumerate(values))
    return BarChart(products, (BarPanel(axis, drawn),), ("fair (2026-10-01)",))


def points(*values: tuple[ChartValue, ChartValue], names: tuple[str, ...] = (), x: ChartAxis = WEIGHT) -> ScatterChart:
    """Return a chart of these pairs of x and y, and one product that cannot be drawn."""
    labels = names or tuple(f"Product {number}" for number in range(1, len(values) + 1))
    drawn = tuple(
        ScatterPoint(label, label, f"category-{place % 3}", across, along)
        for place, (label, (across, along)) in enumerate(zip(labels, values, strict=True))
    )
    return ScatterChart(x, ChartAxis("battery life", "h"), drawn, (("Odd one", "weight not stated"),), ("fair",))


def crowded_chart(count: int) -> ScatterChart:
    """Return a crowded chart of `count` points, the same each time."""
    pairs = []
    for place in range(count):
        x, y = 10 + place * 7 % 23, 5 + place * 5 % 17
        pairs.append((ChartValue("exact", x, x, x, f"{x} g"), VALUES[place % 8]._replace(nominal=y) if place % 2 else EXACT))
    return points(*pairs)


def product(slug: str, name: str, **specs: str) -> str:
    """Return the YAML of a product whose figures are from one source."""
    from json import dumps

    lines = [f"- slug: {slug}", f"  name: {dumps(name)}", "  category: phone", "  specs:"]
    for key, value in specs.items():
        lines.append(f"  - {{attribute: {key.replace('_', '-')}, value: {dumps(value)}, source: fair, at: page 1}}")
    return "\n".join(lines)


def load(database: Location, *products: str) -> None:
    """Add products to a database."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from specdb.editing.load import load as load_file

    source = "- {slug: fair, title: Fair list, publisher: Fair, kind: data sheet, date: 2026-10-01}"
    text = "\n".join(["specdb: 1", "sources:", source, "products:", *products])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fair.yaml"
        path.write_text(f"{text}\n", encoding="utf-8")
        load_file(database, path)
