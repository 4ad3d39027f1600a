"""Pictures of bars: one panel an attribute, each with an axis of its own."""

from __future__ import annotations

from math import inf
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from specdb.charts import canvas, geometry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from specdb.charts.chart import Bar, Bars, Panel, Value

_BAR = 0.3  # inches a bar takes


def draw(chart: Bars) -> Figure:
    """Panels in two columns, one where there is one panel; the products name their own bars."""
    columns = min(2, len(chart.panels))
    rows = [chart.panels[start : start + columns] for start in range(0, len(chart.panels), columns)]
    slot = 1 / columns
    headings = [[wrap(canvas.safe(panel.axis.title), int(92 * slot)) for panel in row] for row in rows]
    above = [0.1 + 0.16 * max(map(len, row)) for row in headings]
    heights = [max(len(panel.bars) for panel in row) * _BAR + 0.42 + high for row, high in zip(rows, above, strict=True)]
    used = geometry.signs(bar.value for panel in chart.panels for bar in panel.bars if bar.value)
    legend = list(_legend(used))
    height = sum(heights) + canvas.legend_height(legend)
    figure, bottom, top = canvas.frame(chart, height, [canvas.sources(chart)])
    whole = figure.get_figheight()
    canvas.legend(figure, legend, bottom)
    edge = top
    longest = max(len(canvas.short(name)) for name in chart.products)
    left = min(2.3, 0.25 + 0.078 * longest) / canvas.WIDE
    serial = iter(range(1, 1_000_000))
    for row, lines, high, height in zip(rows, headings, above, heights, strict=True):
        for column, panel in enumerate(row):
            start = column * (1 + 0.1 / canvas.WIDE) * slot
            figure.text(start + 0.15 / canvas.WIDE, edge, "\n".join(lines[column]), size=9.5, weight="bold", va="top")
            tall = len(panel.bars) * _BAR / whole
            box = (start + left, edge - high / whole - tall, slot - left - 0.35 / canvas.WIDE, tall)
            _panel(figure.add_axes(box), panel, chart.products, serial)
        edge -= height / whole
    return figure


def _panel(axes: Axes, panel: Panel, products: Sequence[str], serial: Iterator[int]) -> None:
    """One panel: its heading, its bars from the top, its axis."""
    dated = panel.axis.dated
    low, high = geometry.bar_limits((bar.value for bar in panel.bars if bar.value), dated=dated)
    longest = max(len(canvas.safe(_beside(bar))) for bar in panel.bars)
    wide = axes.get_position().width * canvas.WIDE
    beside = min(0.6, (0.074 * longest + 0.1) / wide)  # the share of the width for the figure beside the longest bar
    axes.set_xlim(low, low + (high - low) / (1 - beside))
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    axes.set_yticks(range(len(panel.bars)), [canvas.short(products[bar.product]) for bar in panel.bars])
    axes.tick_params(axis="y", length=0, labelcolor=canvas.INK, labelsize=9)
    axes.tick_params(axis="x", labelsize=8)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=canvas.GRID, linewidth=0.6)
    axes.axvline(low if dated else 0, color=canvas.DIM, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(canvas.GRID)
    canvas.numbers(axes.xaxis, panel.axis, *axes.get_xlim(), wide)
    for place, bar in enumerate(panel.bars):
        end = low if dated else 0.0
        if bar.value:
            colour = canvas.COLOURS[bar.product % len(canvas.COLOURS)]
            end = _bar(axes, place, bar.value, colour, (low, high), f"value-{next(serial)}")
        axes.annotate(
            canvas.safe(_beside(bar)),
            (end, place),
            xytext=(9 if bar.value and bar.value.modifier == "day" else 5, 0),
            textcoords="offset points",
            va="center_baseline",
            size=8.5,
            color=canvas.INK if bar.value else canvas.DIM,
            style="normal" if bar.value else "italic",
        )


def _beside(bar: Bar) -> str:
    return bar.value.text if bar.value else bar.lack


def _bar(axes: Axes, place: float, value: Value, colour: str, limits: tuple[float, float], mark: str) -> float:
    """Draws a bar in a group of the id `mark`: sure parts full, possible ones light and hatched; where its figure may stand."""
    if value.modifier == "day":
        (diamond,) = axes.plot([value.nominal], [place], marker="D", markersize=7, color=colour, linestyle="none")
        diamond.set(gid=mark, zorder=1)  # as bars have it
        return value.nominal
    found = geometry.extent(value, *limits)
    tall = 0.62
    ends = [limits[0] if value.nominal < 0 else 0.0]
    if found.sure:
        first, last = found.sure
        axes.barh(place, last - first, tall, first, color=colour, gid=mark)[0].set_gid(mark)
        ends.append(last)
    if found.possible:
        first, last = found.possible
        look: dict[str, Any] = {"color": canvas.tint(colour), "edgecolor": colour, "hatch": "////", "linewidth": 0}
        if value.modifier == "about":
            look |= {"hatch": "", "alpha": 0.9}
        body = axes.barh(place, last - first, tall, first, **look)[0]
        body.set_gid(f"{mark}-possible" if found.sure else mark)
        ends.append(last)
        if value.modifier in geometry.BANDS:
            _nominal(axes, place, value, tall, colour)
        if found.open:
            at = last if found.open > 0 else value.nominal
            _arrow(axes, (at, place), found.open, colour, tall)
    return max(ends)


def _nominal(axes: Axes, place: float, value: Value, tall: float, colour: str) -> None:
    """A line at the figure itself of "about", whiskers over a range or a span."""
    if value.modifier == "about":
        axes.plot([value.nominal] * 2, [place - tall / 2, place + tall / 2], color=colour, linewidth=1.6, solid_capstyle="butt")
        return
    axes.plot([value.lo, value.hi], [place, place], color=canvas.INK, linewidth=1.0)
    for end in (value.lo, value.hi):
        axes.plot([end, end], [place - 0.16, place + 0.16], color=canvas.INK, linewidth=1.0)


def _arrow(axes: Axes, at: tuple[float, float], side: int, colour: str, tall: float) -> None:
    """The open end of a bar: a dashed edge, and an arrow towards where the value may be."""
    axes.plot([at[0]] * 2, [at[1] - tall / 2, at[1] + tall / 2], color=colour, linewidth=1.2, linestyle=(0, (2, 1.5)))
    canvas.pointer(axes, at, (-18, 0), "<|-" if side < 0 else "-|>")


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


def _legend(used: Sequence[str]) -> Iterator[canvas.Sample]:
    """What the signs in use mean, each with a small bar that is drawn as the others are; nothing where all is exact."""
    from specdb.charts.chart import Value

    for number, one in enumerate(used if used != ["exact"] else [], 1):
        sample = Value(*_SAMPLES[one], "")

        def draw(axes: Axes, value: Value = sample, mark: str = f"legend-{number}") -> None:
            _bar(axes, 0.5, value, "#7F7F7F", (0, 1), mark)

        yield canvas.Sample(0.42, geometry.MEANINGS[one], draw)
