"""Draw scatter charts with Matplotlib: points with labels, and with marks for inexact values."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.charts import drawing, geometry, label_placement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from specdb.charts.model import ScatterChart, ScatterPoint

    ToPoints = Callable[[float, float], tuple[float, float]]

_FEW_POINTS = 12  # charts with at most this many points are smaller and have larger labels
_MAX_LABELLED_POINTS = 80
_ARROW_LENGTH = 24.0  # in points of 1/72 inch


def draw_scatter(chart: ScatterChart) -> Figure:
    """Draw points, their labels and marks; a note lists the products without a label or without a value."""
    notes = [drawing.capitalize_first(geometry.omission_note(chart))] if chart.omitted else []
    notes.append(drawing.sources_line(chart))
    figure, label_notes = _draw_figure(chart, notes)
    if label_notes:
        figure, _ = _draw_figure(chart, [*label_notes, *notes])
    return figure


def _draw_figure(chart: ScatterChart, notes: Sequence[str]) -> tuple[Figure, list[str]]:
    """Return the figure with these notes below it, and further notes about labels that do not fit."""
    groups = list(dict.fromkeys(point.group for point in chart.points))
    used = geometry.point_legend_keys(value for point in chart.points for value in (point.x, point.y))
    legend = list(_legend_entries(groups if len(groups) > 1 else [], used))
    legend_height = drawing.legend_height(legend)
    few = len(chart.points) <= _FEW_POINTS
    figure, bottom, top = drawing.new_figure(chart, (4.4 if few else 6.4) + legend_height, notes)
    height = figure.get_figheight()
    low = bottom + (0.55 + legend_height) / height
    left = 1.1 if chart.y.dated else 0.75  # inches for the tick labels and the heading
    axes = figure.add_axes((left / drawing.WIDTH, low, 1 - (left + 0.2) / drawing.WIDTH, top - low - 0.05 / height))
    x_limits, y_limits = _set_up_axes(axes, chart, drawing.WIDTH - left - 0.2)
    for number, point in enumerate(chart.points, 1):
        colour, marker = drawing.group_style(groups.index(point.group))
        if few:
            _draw_reach(axes, point, colour, x_limits, y_limits)
        _draw_point(axes, point, colour, marker, f"value-{number}")
    drawing.draw_legend(figure, legend, bottom)
    return figure, _draw_labels(axes, chart)


def _set_up_axes(axes: Axes, chart: ScatterChart, width: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Set limits, headings, grid and ticks of axes that are `width` inches wide; return both limits."""
    x_limits = geometry.point_limits((point.x for point in chart.points), dated=chart.x.dated)
    y_limits = geometry.point_limits((point.y for point in chart.points), dated=chart.y.dated)
    axes.set_xlim(*x_limits)
    axes.set_ylim(*y_limits)
    axes.set_xlabel(drawing.safe_text(chart.x.title))
    axes.set_ylabel(drawing.safe_text(chart.y.title))
    axes.tick_params(labelsize=8.5)
    axes.set_axisbelow(True)
    axes.grid(color=drawing.GRID_COLOUR, linewidth=0.6)
    drawing.set_ticks(axes.xaxis, chart.x, *x_limits, width)
    drawing.set_ticks(axes.yaxis, chart.y, *y_limits, drawing.WIDTH - 0.95)
    return x_limits, y_limits


def _draw_reach(
    axes: Axes, point: ScatterPoint, colour: str, x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> None:
    """Draw a light line over the possible values of an open figure; only for few points, since it crosses others."""
    x, y = point.x, point.y
    style: dict[str, Any] = {"color": drawing.lighten(colour), "linewidth": 4, "solid_capstyle": "butt", "zorder": 1.5}
    if geometry.open_direction(x.modifier):
        axes.plot([max(x.lo, x_limits[0]), min(x.hi, x_limits[1])], [y.nominal] * 2, **style)
    if geometry.open_direction(y.modifier):
        axes.plot([x.nominal] * 2, [max(y.lo, y_limits[0]), min(y.hi, y_limits[1])], **style)


def _draw_point(axes: Axes, point: ScatterPoint, colour: str, marker: str, element_id: str) -> None:
    """Draw a point, solid if both values are exact, otherwise hollow with marks for the possible values."""
    x, y = point.x, point.y
    exact = all(value.modifier in ("exact", "plus_minus", "day") for value in (x, y))
    _draw_interval(axes, (x.lo, x.hi), (y.nominal, y.nominal), x.modifier, colour)
    _draw_interval(axes, (x.nominal, x.nominal), (y.lo, y.hi), y.modifier, colour)
    for value, (x_unit, y_unit) in ((x, (1, 0)), (y, (0, 1))):
        length = _ARROW_LENGTH * geometry.open_direction(value.modifier)
        if length:
            drawing.draw_arrow(axes, (x.nominal, y.nominal), (length * x_unit, length * y_unit), "<|-")
    (dot,) = axes.plot(
        [x.nominal],
        [y.nominal],
        marker=marker,
        markersize=7.5,
        color=colour,
        markerfacecolor=colour if exact else "white",
        markeredgewidth=1.6,
        linestyle="none",
        zorder=4,
    )
    dot.set_gid(element_id)


def _draw_interval(axes: Axes, xs: tuple[float, float], ys: tuple[float, float], modifier: str, colour: str) -> None:
    """Draw a light band over the interval of "about", and whiskers over a range."""
    if modifier == "about":
        axes.plot(xs, ys, color=drawing.lighten(colour), linewidth=7, solid_capstyle="butt", zorder=2)
    elif modifier in geometry.INTERVALS:
        axes.plot(xs, ys, color=colour, linewidth=1.3, marker="|" if ys[0] == ys[1] else "_", markersize=8, zorder=3)


_SAMPLES = {
    "exact": ("exact", 0.5, 0.5, 0.5),
    "about": ("about", 0.1, 0.5, 0.9),
    "range": ("range", 0.1, 0.5, 0.9),
    "upper": ("at_most", 0.0, 0.8, 0.8),
    "lower": ("at_least", 0.2, 0.2, inf),
    "tolerance": ("plus_minus", 0.5, 0.5, 0.5),
    "span": ("span", 0.1, 0.5, 0.9),
}


def _legend_entries(groups: Sequence[str], used: Sequence[str]) -> Iterator[drawing.LegendEntry]:
    """Return a legend entry for each group and each of these keys; no keys if all values are exact."""
    from specdb.charts.model import ChartValue, ScatterPoint

    middle = ChartValue("exact", 0.5, 0.5, 0.5, "")
    samples = [(0.12, group, middle, drawing.group_style(index)) for index, group in enumerate(groups)]
    for key in used if used != ["exact"] else []:
        samples.append((0.42, geometry.LEGEND_TEXTS[key], ChartValue(*_SAMPLES[key], ""), ("#7F7F7F", "o")))
    for number, (width, text, value, (colour, marker)) in enumerate(samples, 1):
        point = ScatterPoint("", "", "", value, middle)

        def draw_sample(
            axes: Axes,
            point: ScatterPoint = point,
            colour: str = colour,
            marker: str = marker,
            element_id: str = f"legend-{number}",
        ) -> None:
            _draw_point(axes, point, colour, marker, element_id)

        yield drawing.LegendEntry(width, text, draw_sample)


class _Measurements(NamedTuple):
    """Functions that measure in points of 1/72 inch.

    Attributes:
        text_size: Return the width and height of a text.
        to_points: Return the position of a point of the axes.
        area: The area for labels.
    """

    text_size: Callable[[str], tuple[float, float]]
    to_points: ToPoints
    area: label_placement.Box


def _draw_labels(axes: Axes, chart: ScatterChart) -> list[str]:
    """Draw labels where they fit, otherwise numbers; return the note that explains the numbers."""
    texts = [drawing.shorten_name(point.label) for point in chart.points]
    if not any(texts):
        return []
    if len(texts) > _MAX_LABELLED_POINTS:
        return [
            f"Labels are omitted: {len(texts)} points (at most {_MAX_LABELLED_POINTS} are labelled). "
            "Select fewer products, or write .html, which lists all products."
        ]
    few = len(texts) <= _FEW_POINTS
    measurements = _measurements(axes, 8.5 if few else 7.5)
    positions = [measurements.to_points(point.x.nominal, point.y.nominal) for point in chart.points]
    occupied = [box for point in chart.points for box in _occupied_boxes(point, measurements.to_points)]
    placer = label_placement.LabelPlacer(positions, measurements.area, occupied)
    unplaced = []
    for index in placer.order():
        if placed := placer.place(index, measurements.text_size(texts[index])):
            _draw_label(axes, chart.points[index], texts[index], placed, positions[index], few)
        else:
            unplaced.append(index)
    explanations = []
    for number, index in enumerate(sorted(unplaced), 1):
        placed = placer.place(index, measurements.text_size(str(number)))
        if placed:
            _draw_label(axes, chart.points[index], str(number), placed, positions[index], few)
        explanations.append(f"{number if placed else 'not labelled'}: {chart.points[index].label}")
    return [", ".join(explanations)] if explanations else []


def _measurements(axes: Axes, font_size: float) -> _Measurements:
    """Return the measurements of axes for texts of this font size."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = axes.figure
    agg: Any = FigureCanvasAgg(figure)
    renderer = agg.get_renderer()
    unit = 72 / figure.dpi
    edge = axes.get_window_extent(renderer)

    def text_size(text: str) -> tuple[float, float]:
        drawn = figure.text(0, 0, text, size=font_size)
        extent = drawn.get_window_extent(renderer)
        drawn.remove()
        return extent.width * unit, extent.height * unit

    def to_points(x: float, y: float) -> tuple[float, float]:
        pixel_x, pixel_y = axes.transData.transform((x, y))
        return float(pixel_x) * unit, float(pixel_y) * unit

    area = label_placement.Box(edge.x0 * unit, edge.y0 * unit, edge.x1 * unit + 8, edge.y1 * unit + 6)
    return _Measurements(text_size, to_points, area)


def _draw_label(
    axes: Axes,
    point: ScatterPoint,
    text: str,
    placed: label_placement.LabelPosition,
    position: tuple[float, float],
    few: bool,
) -> None:
    """Draw a label at its place, with a thin line to its point if the point is far away."""
    offset = (placed.box.left - position[0], placed.box.bottom - position[1])
    style: dict[str, Any] = {"size": 8.5 if few else 7.5, "zorder": 5, "va": "bottom", "xytext": offset}
    if placed.needs_line:
        line = {"arrowstyle": "-", "color": drawing.GREY, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 5}
        style["arrowprops"] = line | {"relpos": placed.box.nearest(position)}
    axes.annotate(text, (point.x.nominal, point.y.nominal), textcoords="offset points", **style)


def _occupied_boxes(point: ScatterPoint, to_points: ToPoints) -> list[label_placement.Box]:
    """Return the boxes that the marks around a point cover, in points of 1/72 inch."""
    x, y = to_points(point.x.nominal, point.y.nominal)
    boxes = []
    for value, horizontal in ((point.x, True), (point.y, False)):
        if direction := geometry.open_direction(value.modifier):
            ends = sorted((0.0, direction * _ARROW_LENGTH))
            boxes.append(
                label_placement.Box(x + ends[0], y - 4, x + ends[1], y + 4)
                if horizontal
                else label_placement.Box(x - 4, y + ends[0], x + 4, y + ends[1])
            )
        elif value.modifier in geometry.INTERVALS:
            low = to_points(value.lo, point.y.nominal) if horizontal else to_points(point.x.nominal, value.lo)
            high = to_points(value.hi, point.y.nominal) if horizontal else to_points(point.x.nominal, value.hi)
            boxes.append(label_placement.Box(low[0] - 4, low[1] - 4, high[0] + 4, high[1] + 4))
    return boxes
