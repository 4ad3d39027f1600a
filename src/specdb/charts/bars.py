"""Draw bar charts with Matplotlib: one panel for each attribute, each with its own axis."""

from __future__ import annotations

from itertools import count
from math import inf
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from specdb.charts import drawing, geometry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from specdb.charts.model import Bar, BarChart, BarPanel, ChartValue

_BAR_HEIGHT = 0.3  # inches between two bars
_BAR_FILL = 0.62  # share of that height that a bar fills


def draw_bars(chart: BarChart) -> Figure:
    """Draw the panels in two columns, or in one column if there is one panel; each bar is labelled with its product."""
    columns = min(2, len(chart.panels))
    rows = [chart.panels[start : start + columns] for start in range(0, len(chart.panels), columns)]
    column_width = 1 / columns
    headings = [[wrap(drawing.safe_text(panel.axis.title), int(92 * column_width)) for panel in row] for row in rows]
    heading_heights = [0.1 + 0.16 * max(map(len, row)) for row in headings]
    heights = [
        max(len(panel.bars) for panel in row) * _BAR_HEIGHT + 0.42 + heading_height
        for row, heading_height in zip(rows, heading_heights, strict=True)
    ]
    used = geometry.legend_keys(bar.value for panel in chart.panels for bar in panel.bars if bar.value)
    legend = list(_legend_entries(used))
    height = sum(heights) + drawing.legend_height(legend)
    figure, bottom, top = drawing.new_figure(chart, height, [drawing.sources_line(chart)])
    figure_height = figure.get_figheight()
    drawing.draw_legend(figure, legend, bottom)
    longest = max(len(drawing.shorten_name(name)) for name in chart.products)
    left = min(2.3, 0.25 + 0.078 * longest) / drawing.WIDTH
    numbers = count(1)
    for row, lines, heading_height, height in zip(rows, headings, heading_heights, heights, strict=True):
        for column, panel in enumerate(row):
            start = column * (1 + 0.1 / drawing.WIDTH) * column_width
            title = "\n".join(lines[column])
            figure.text(start + 0.15 / drawing.WIDTH, top, title, size=9.5, weight="bold", va="top")
            panel_height = len(panel.bars) * _BAR_HEIGHT / figure_height
            low = top - heading_height / figure_height - panel_height
            box = (start + left, low, column_width - left - 0.35 / drawing.WIDTH, panel_height)
            _draw_panel(figure.add_axes(box), panel, chart.products, numbers)
        top -= height / figure_height
    return figure


def _draw_panel(axes: Axes, panel: BarPanel, products: Sequence[str], numbers: Iterator[int]) -> None:
    """Draw the bars of a panel from top to bottom; `numbers` yields the numbers in the ids of the bars."""
    dated = panel.axis.dated
    low, high = geometry.bar_limits((bar.value for bar in panel.bars if bar.value), dated=dated)
    longest = max(len(drawing.safe_text(_bar_text(bar))) for bar in panel.bars)
    width = axes.get_position().width * drawing.WIDTH
    text_share = min(0.6, (0.074 * longest + 0.1) / width)  # the share of the width for the text beside the longest bar
    axes.set_xlim(low, low + (high - low) / (1 - text_share))
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    axes.set_yticks(range(len(panel.bars)), [drawing.shorten_name(products[bar.product]) for bar in panel.bars])
    axes.tick_params(axis="y", length=0, labelcolor=drawing.INK, labelsize=9)
    axes.tick_params(axis="x", labelsize=8)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=drawing.GRID_COLOUR, linewidth=0.6)
    axes.axvline(low if dated else 0, color=drawing.GREY, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(drawing.GRID_COLOUR)
    drawing.set_ticks(axes.xaxis, panel.axis, *axes.get_xlim(), width)
    for row, bar in enumerate(panel.bars):
        end = low if dated else 0.0
        if bar.value:
            colour = drawing.COLOURS[bar.product % len(drawing.COLOURS)]
            end = _draw_bar(axes, row, bar.value, colour, (low, high), f"value-{next(numbers)}")
        axes.annotate(
            drawing.safe_text(_bar_text(bar)),
            (end, row),
            xytext=(9 if bar.value and bar.value.modifier == "day" else 5, 0),
            textcoords="offset points",
            va="center_baseline",
            size=8.5,
            color=drawing.INK if bar.value else drawing.GREY,
            style="normal" if bar.value else "italic",
        )


def _bar_text(bar: Bar) -> str:
    return bar.value.text if bar.value else bar.missing_reason


def _draw_bar(axes: Axes, row: float, value: ChartValue, colour: str, limits: tuple[float, float], element_id: str) -> float:
    """Draw a bar, its certain part solid and its possible part light and hatched; return where its text may start."""
    if value.modifier == "day":
        (diamond,) = axes.plot([value.nominal], [row], marker="D", markersize=7, color=colour, linestyle="none")
        diamond.set(gid=element_id, zorder=1)  # the zorder of bars
        return value.nominal
    extent = geometry.bar_extent(value, *limits)
    ends = [limits[0] if value.nominal < 0 else 0.0]
    if extent.certain:
        first, last = extent.certain
        axes.barh(row, last - first, _BAR_FILL, first, color=colour, gid=element_id)[0].set_gid(element_id)
        ends.append(last)
    if extent.possible:
        first, last = extent.possible
        style: dict[str, Any] = {"color": drawing.lighten(colour), "edgecolor": colour, "hatch": "////", "linewidth": 0}
        if value.modifier == "about":
            style |= {"hatch": "", "alpha": 0.9}
        body = axes.barh(row, last - first, _BAR_FILL, first, **style)[0]
        body.set_gid(f"{element_id}-possible" if extent.certain else element_id)
        ends.append(last)
        if value.modifier in geometry.INTERVALS:
            _draw_interval(axes, row, value, colour)
        if extent.open_direction:
            end = last if extent.open_direction > 0 else value.nominal
            _draw_open_end(axes, (end, row), extent.open_direction, colour)
    return max(ends)


def _draw_interval(axes: Axes, row: float, value: ChartValue, colour: str) -> None:
    """Draw a line at the figure of "about", and whiskers over a range or a span of days."""
    if value.modifier == "about":
        line = [row - _BAR_FILL / 2, row + _BAR_FILL / 2]
        axes.plot([value.nominal] * 2, line, color=colour, linewidth=1.6, solid_capstyle="butt")
        return
    axes.plot([value.lo, value.hi], [row, row], color=drawing.INK, linewidth=1.0)
    for end in (value.lo, value.hi):
        axes.plot([end, end], [row - 0.16, row + 0.16], color=drawing.INK, linewidth=1.0)


def _draw_open_end(axes: Axes, point: tuple[float, float], direction: int, colour: str) -> None:
    """Draw the open end of a bar: a dashed edge, and an arrow towards the possible values."""
    x, y = point
    axes.plot([x] * 2, [y - _BAR_FILL / 2, y + _BAR_FILL / 2], color=colour, linewidth=1.2, linestyle=(0, (2, 1.5)))
    drawing.draw_arrow(axes, point, (-18, 0), "<|-" if direction < 0 else "-|>")


_SAMPLES = {
    "exact": ("exact", 1.0, 1.0, 1.0),
    "about": ("about", 0.75, 0.85, 0.95),
    "range": ("range", 0.5, 0.7, 0.9),
    "upper": ("at_most", 0.0, 0.95, 0.95),
    "lower": ("at_least", 0.5, 0.5, inf),
    "tolerance": ("plus_minus", 1.0, 1.0, 1.0),
    "day": ("day", 0.5, 0.5, 0.5),
    "span": ("span", 0.1, 0.5, 0.9),
}


def _legend_entries(used: Sequence[str]) -> Iterator[drawing.LegendEntry]:
    """Return a legend entry with a small bar for each of these keys; none if all values are exact."""
    from specdb.charts.model import ChartValue

    for number, key in enumerate(used if used != ["exact"] else [], 1):
        sample = ChartValue(*_SAMPLES[key], "")

        def draw_sample(axes: Axes, value: ChartValue = sample, element_id: str = f"legend-{number}") -> None:
            _draw_bar(axes, 0.5, value, "#7F7F7F", (0, 1), element_id)

        yield drawing.LegendEntry(0.42, geometry.LEGEND_TEXTS[key], draw_sample)
