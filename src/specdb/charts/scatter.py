"""Pictures of points between two axes, each with its label and with what its figures leave open."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from specdb.charts import canvas, geometry, label_placement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from specdb.charts.chart import Point, Scatter

    At = Callable[[float, float], tuple[float, float]]

_FEW = 12  # points that leave each other room
_MOST = 80  # points that can be named


def draw(chart: Scatter) -> Figure:
    """Points with their labels, whiskers and arrows, a shape and a colour for each category; who has no label is named."""
    notes = [canvas.first_upper(geometry.lacking(chart))] if chart.lacking else []
    notes.append(canvas.sources(chart))
    figure, left = _draw(chart, notes)
    if left:
        figure, _ = _draw(chart, [*left, *notes])
    return figure


def _draw(chart: Scatter, notes: Sequence[str]) -> tuple[Figure, list[str]]:
    """The picture with these notes below it, and what is to be said of labels for which there is no room."""
    groups = list(dict.fromkeys(point.group for point in chart.points))
    used = geometry.point_signs(value for point in chart.points for value in (point.x, point.y))
    legend = list(_legend(groups if len(groups) > 1 else [], used))
    legend_height = canvas.legend_height(legend)
    figure, bottom, top = canvas.frame(chart, (4.4 if len(chart.points) <= _FEW else 6.4) + legend_height, notes)
    whole = figure.get_figheight()
    low = bottom + (0.55 + legend_height) / whole
    left = 1.1 if chart.y.dated else 0.75  # inches for the ticks' texts and the heading
    axes = figure.add_axes((left / canvas.WIDE, low, 1 - (left + 0.2) / canvas.WIDE, top - low - 0.05 / whole))
    x_limits = geometry.point_limits((point.x for point in chart.points), dated=chart.x.dated)
    y_limits = geometry.point_limits((point.y for point in chart.points), dated=chart.y.dated)
    axes.set_xlim(*x_limits)
    axes.set_ylim(*y_limits)
    axes.set_xlabel(canvas.safe(chart.x.title))
    axes.set_ylabel(canvas.safe(chart.y.title))
    axes.tick_params(labelsize=8.5)
    axes.set_axisbelow(True)
    axes.grid(color=canvas.GRID, linewidth=0.6)
    canvas.numbers(axes.xaxis, chart.x, *x_limits, canvas.WIDE - left - 0.2)
    canvas.numbers(axes.yaxis, chart.y, *y_limits, canvas.WIDE - 0.95)
    for number, point in enumerate(chart.points, 1):
        colour, marker = canvas.look(groups.index(point.group))
        if len(chart.points) <= _FEW:
            _reach(axes, point, colour, x_limits, y_limits)
        _point(axes, point, colour, marker, f"value-{number}")
    canvas.legend(figure, legend, bottom)
    return figure, _labels(axes, chart)


def _reach(axes: Axes, point: Point, colour: str, x_limits: tuple[float, float], y_limits: tuple[float, float]) -> None:
    """A light line as far as an open figure may reach; only where there are few points, for it crosses others."""
    x, y = point.x, point.y
    look: dict[str, Any] = {"color": canvas.tint(colour), "linewidth": 4, "solid_capstyle": "butt", "zorder": 1.5}
    if geometry.side(x.modifier):
        axes.plot([max(x.lo, x_limits[0]), min(x.hi, x_limits[1])], [y.nominal] * 2, **look)
    if geometry.side(y.modifier):
        axes.plot([x.nominal] * 2, [max(y.lo, y_limits[0]), min(y.hi, y_limits[1])], **look)


def _point(axes: Axes, point: Point, colour: str, marker: str, mark: str) -> None:
    """A point: full where both figures are exact, else hollow, with what they leave open around it."""
    x, y = point.x, point.y
    certain = all(value.modifier in ("exact", "plus_minus", "day") for value in (x, y))
    _spread(axes, (x.lo, x.hi), (y.nominal, y.nominal), x.modifier, colour)
    _spread(axes, (x.nominal, x.nominal), (y.lo, y.hi), y.modifier, colour)
    for value, offset in ((x, (1, 0)), (y, (0, 1))):
        side = geometry.side(value.modifier)
        if side:
            canvas.pointer(axes, (x.nominal, y.nominal), (_ARROW * side * offset[0], _ARROW * side * offset[1]), "<|-")
    (dot,) = axes.plot(
        [x.nominal],
        [y.nominal],
        marker=marker,
        markersize=7.5,
        color=colour,
        markerfacecolor=colour if certain else "white",
        markeredgewidth=1.6,
        linestyle="none",
        zorder=4,
    )
    dot.set_gid(mark)


def _spread(axes: Axes, xs: tuple[float, float], ys: tuple[float, float], modifier: str, colour: str) -> None:
    """A light band over what "about" reaches, a whisker over a range."""
    if modifier == "about":
        axes.plot(xs, ys, color=canvas.tint(colour), linewidth=7, solid_capstyle="butt", zorder=2)
    elif modifier in geometry.BANDS:
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


def _legend(groups: Sequence[str], used: Sequence[str]) -> Iterator[canvas.Sample]:
    """What shapes and signs mean, each drawn as the points are; nothing of signs where all is exact."""
    from specdb.charts.chart import Point, Value

    middle = Value("exact", 0.5, 0.5, 0.5, "")
    entries = [(0.12, group, middle, canvas.look(place)) for place, group in enumerate(groups)]
    for one in used if used != ["exact"] else []:
        entries.append((0.42, geometry.MEANINGS[one], Value(*_SAMPLES[one], ""), ("#7F7F7F", "o")))
    for number, (size, text, value, look) in enumerate(entries, 1):
        point = Point("", "", "", value, middle)

        def draw(axes: Axes, point: Point = point, look: tuple[str, str] = look, mark: str = f"legend-{number}") -> None:
            _point(axes, point, *look, mark)

        yield canvas.Sample(size, text, draw)


_ARROW = 24.0  # points from a point to the tip of its arrow


def _labels(axes: Axes, chart: Scatter) -> list[str]:
    """Sets the labels of the points where there is room, else a number; returns what a note is to say of these."""
    texts = [canvas.short(point.label) for point in chart.points]
    if not any(texts):
        return []
    if len(texts) > _MOST:
        return [f"{len(texts)} points are too many to be named here: ask for fewer, or for .html, which lists them"]
    measure, at, area = _measures(axes, 8.5 if len(texts) <= _FEW else 7.5)
    places = [at(point.x.nominal, point.y.nominal) for point in chart.points]
    room = label_placement.Room(places, area, [box for point in chart.points for box in _taken(point, at)])
    left = []
    for index in room.order():
        if placed := room.place(index, measure(texts[index])):
            _label(axes, chart.points[index], texts[index], placed, places[index], len(texts) <= _FEW)
        else:
            left.append(index)
    said = []
    for number, index in enumerate(sorted(left), 1):
        placed = room.place(index, measure(str(number)))
        if placed:
            _label(axes, chart.points[index], str(number), placed, places[index], len(texts) <= _FEW)
        said.append(f"{number if placed else 'hidden'}: {chart.points[index].label}")
    return [", ".join(said)] if said else []


def _measures(axes: Axes, size: float) -> tuple[Callable[[str], tuple[float, float]], At, label_placement.Box]:
    """In points of 1/72 inch: how wide and high a text is, where a place of the axes is, and the area for labels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = axes.figure
    agg: Any = FigureCanvasAgg(figure)
    renderer = agg.get_renderer()
    unit = 72 / figure.dpi
    edge = axes.get_window_extent(renderer)

    def measure(text: str) -> tuple[float, float]:
        drawn = figure.text(0, 0, text, size=size)
        extent = drawn.get_window_extent(renderer)
        drawn.remove()
        return extent.width * unit, extent.height * unit

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = axes.transData.transform((x, y))
        return float(across) * unit, float(up) * unit

    return measure, at, label_placement.Box(edge.x0 * unit, edge.y0 * unit, edge.x1 * unit + 8, edge.y1 * unit + 6)


def _label(axes: Axes, point: Point, text: str, placed: label_placement.Placed, place: tuple[float, float], few: bool) -> None:
    """A label in its place, with a thin line to its point where that is far."""
    where = (placed.box.left - place[0], placed.box.bottom - place[1])
    look: dict[str, Any] = {"size": 8.5 if few else 7.5, "zorder": 5, "va": "bottom", "xytext": where}
    if placed.far:
        line = {"arrowstyle": "-", "color": canvas.DIM, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 5}
        look["arrowprops"] = line | {"relpos": placed.box.nearest(place)}
    axes.annotate(text, (point.x.nominal, point.y.nominal), textcoords="offset points", **look)


def _taken(point: Point, at: At) -> list[label_placement.Box]:
    """What the signs around a point cover, in points of 1/72 inch."""
    x, y = at(point.x.nominal, point.y.nominal)
    boxes = []
    for value, across in ((point.x, True), (point.y, False)):
        if side := geometry.side(value.modifier):
            ends = sorted((0.0, side * _ARROW))
            boxes.append(
                label_placement.Box(x + ends[0], y - 4, x + ends[1], y + 4)
                if across
                else label_placement.Box(x - 4, y + ends[0], x + 4, y + ends[1])
            )
        elif value.modifier in geometry.BANDS:
            low = at(value.lo, point.y.nominal) if across else at(point.x.nominal, value.lo)
            high = at(value.hi, point.y.nominal) if across else at(point.x.nominal, value.hi)
            boxes.append(label_placement.Box(low[0] - 4, low[1] - 4, high[0] + 4, high[1] + 4))
    return boxes
