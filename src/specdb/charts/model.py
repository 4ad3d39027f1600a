"""The data of a chart: bars grouped in panels, or points between two axes.

Values keep their interval and modifier, so that "up to 180 h" is drawn differently from "180 h". A missing value is
listed with the reason why it is missing; it is never drawn as zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable


class ChartValue(NamedTuple):
    """A quantity or date to draw.

    Attributes:
        modifier: A quantity's modifier. For a date: "day", or "span" if the date covers more than one day.
        lo: Lower end of the interval in the unit of the axis, -inf if open. For a date: the ordinal of its first day.
        nominal: The figure as stated.
        hi: Upper end of the interval, inf if open. For a date: the ordinal of its last day.
        text: The value for people: "≤ 180 h".
    """

    modifier: str
    lo: float
    nominal: float
    hi: float
    text: str


class ChartAxis(NamedTuple):
    """An axis.

    Attributes:
        name: The attribute with its qualifiers.
        unit: The unit of the numbers, '' for a count or a date.
        dated: Whether the axis shows dates; its numbers are then ordinals of days.
    """

    name: str
    unit: str
    dated: bool = False

    @property
    def title(self) -> str:
        """The heading of the axis: "battery capacity [mAh]"."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


class Bar(NamedTuple):
    """One bar of a panel.

    Attributes:
        product: Index of the product in `BarChart.products`.
        value: The value, None if there is none.
        missing_reason: Why there is no value: "not stated", "unknown", ...
    """

    product: int
    value: ChartValue | None
    missing_reason: str = ""


class BarPanel(NamedTuple):
    """The bars of one attribute with its qualifiers, in the order of the products; a product may have several bars."""

    axis: ChartAxis
    bars: tuple[Bar, ...]


class BarChart(NamedTuple):
    """Products side by side, in one panel for each attribute.

    Attributes:
        products: Names of the products.
        panels: The panels, from top to bottom.
        sources: Sources of the values, each as its slug and date.
        remarks: What is not drawn and why, for stderr.
    """

    products: tuple[str, ...]
    panels: tuple[BarPanel, ...]
    sources: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The names of the products."""
        return " / ".join(self.products)

    def table(self) -> Table:
        """Return the values drawn: a row for each panel, a column for each product."""
        columns = [Column("attribute", ""), *(Column(name, name) for name in self.products)]
        return Table(columns, [Row((Cell(panel.axis.title), *self._cells(panel))) for panel in self.panels])

    def _cells(self, panel: BarPanel) -> Iterable[Cell]:
        for index in range(len(self.products)):
            bars = [bar for bar in panel.bars if bar.product == index]
            yield Cell(", ".join(bar.value.text if bar.value else bar.missing_reason for bar in bars))


class ScatterPoint(NamedTuple):
    """A product in a scatter chart.

    Attributes:
        name: The product's name.
        label: The text beside the point, '' for none.
        group: The product's category, which sets colour and shape.
        x: Value on the x axis.
        y: Value on the y axis.
    """

    name: str
    label: str
    group: str
    x: ChartValue
    y: ChartValue


class ScatterChart(NamedTuple):
    """Products as points between two axes.

    Attributes:
        x: The x axis.
        y: The y axis.
        points: The products that have a value on both axes.
        omitted: The other products, each as its name and the reason why it is not drawn.
        sources: Sources of the values, each as its slug and date.
        remarks: Remarks for stderr.
    """

    x: ChartAxis
    y: ChartAxis
    points: tuple[ScatterPoint, ...]
    omitted: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Both axes and the products: their names if there are at most 4, otherwise their number."""
        names = [point.name for point in self.points]
        products = ", ".join(names) if len(names) <= 4 else f"{len(names)} products"
        return f"{self.y.name} against {self.x.name}: {products}"

    def table(self) -> Table:
        """Return the values drawn: a row for each point."""
        columns = [Column("product", "product"), Column("category", "category")]
        columns += [Column("x", self.x.title, numeric=True), Column("y", self.y.title, numeric=True)]
        rows = [Row((Cell(point.name), Cell(point.group), Cell(point.x.text), Cell(point.y.text))) for point in self.points]
        return Table(columns, rows)


Chart = BarChart | ScatterChart
