"""Shared parts of Matplotlib pictures: figure with title and notes, colours, ticks, arrows, legends and safe text."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from specdb.charts import geometry
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from specdb.charts.model import Chart, ChartAxis

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7F7F7F", "#B8A900")
"""The palette of Okabe and Ito, safe for colour-blind readers, with a darker yellow and with grey instead of black."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
"""Shapes of points, by category."""

INK, GREY, GRID_COLOUR = "#222222", "#555555", "#DDDDDD"
WIDTH = 8.6
"""Width of a figure in inches."""

_LEGEND_ROW_HEIGHT = 0.24  # inches


def safe_text(text: str) -> str:
    """Return a text on one line, without hidden characters and without characters that are invalid in XML."""
    return "".join("\ufffd" if character in "\ufffe\uffff" else character for character in one_line(text))


def shorten_name(name: str) -> str:
    """Return a product name of at most 28 characters for the axis; the title has the full name."""
    name = safe_text(name)
    return name if len(name) <= 28 else f"{name[:17]} … {name[-8:]}"


def new_figure(chart: Chart, height: float, notes: Sequence[str]) -> tuple[Figure, float, float]:
    """Return a figure with the title of a chart at the top and notes at the bottom.

    Args:
        chart: The chart.
        height: Height of the area between title and notes, in inches.
        notes: Paragraphs below the chart.

    Returns:
        The figure, and the bottom and top of the free area as shares of the figure's height.
    """
    from matplotlib.figure import Figure

    titles = wrap(capitalize_first(safe_text(chart.title)), 78, max_lines=6, placeholder=" …") or [""]
    lines = [line for note in notes for line in wrap(safe_text(note), 128)]
    above, below = 0.2 + 0.2 * len(titles), 0.16 + 0.155 * len(lines)
    total = height + above + below
    figure = Figure(figsize=(WIDTH, total))
    for number, line in enumerate(titles):
        figure.text(0.15 / WIDTH, 1 - (0.1 + 0.2 * number) / total, line, size=12, weight="bold", va="top")
    for number, line in enumerate(lines):
        figure.text(0.15 / WIDTH, (below - 0.1 - 0.155 * number) / total, line, size=8, color=GREY, va="top")
    return figure, below / total, 1 - above / total


def capitalize_first(text: str) -> str:
    """Return a text whose first letter is a capital; the other letters stay as they are."""
    return text[:1].upper() + text[1:]


def sources_line(chart: Chart) -> str:
    """Return the note that lists the sources."""
    return f"Sources: {', '.join(chart.sources)}"


def set_ticks(axis: Axis, chart_axis: ChartAxis, low: float, high: float, inches: float) -> None:
    """Set as many ticks as fit an axis of this length without overlapping labels."""
    for limit in (7, 6, 5, 4, 3, 2):
        positions, labels = geometry.axis_ticks(chart_axis, low, high, limit)
        if sum(0.075 * len(label) + 0.15 for label in labels) <= inches:
            break
    axis.set_ticks(positions, labels)


def group_style(index: int) -> tuple[str, str]:
    """Return the colour and marker of the group with this index."""
    return COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]


def lighten(colour: str) -> tuple[float, float, float]:
    """Return a light tone of a colour, which marks possible values."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - (1 - part) * 0.28 for part in to_rgb(colour))
    return red, green, blue


def draw_arrow(axes: Axes, point: tuple[float, float], offset: tuple[float, float], style: str) -> None:
    """Draw an arrow between a point of the axes and a second point at an offset in points of 1/72 inch."""
    head = {"arrowstyle": f"{style},head_width=0.2,head_length=0.4", "color": INK, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", point, xytext=offset, textcoords="offset points", arrowprops=head)


class LegendEntry(NamedTuple):
    """An entry of a legend.

    Attributes:
        sample_width: Width of the sample in inches.
        text: What the sample means.
        draw_sample: Draw the sample on axes from 0 to 1.
    """

    sample_width: float
    text: str
    draw_sample: Callable[[Axes], None]

    @property
    def width(self) -> float:
        """Width of sample and text in inches."""
        return self.sample_width + 0.3 + 0.062 * len(self.text)


def _legend_rows(entries: Iterable[LegendEntry]) -> list[list[LegendEntry]]:
    """Distribute entries over rows that fit the width of the figure."""
    rows: list[list[LegendEntry]] = []
    free = 0.0
    for entry in entries:
        if not rows or entry.width > free:
            rows.append([])
            free = WIDTH - 0.15
        rows[-1].append(entry)
        free -= entry.width
    return rows


def legend_height(entries: Iterable[LegendEntry]) -> float:
    """Return the height of a legend in inches."""
    return _LEGEND_ROW_HEIGHT * len(_legend_rows(entries))


def draw_legend(figure: Figure, entries: Iterable[LegendEntry], bottom: float) -> None:
    """Draw a legend whose last row starts at `bottom`, a share of the figure's height."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    for number, row in enumerate(reversed(_legend_rows(entries))):
        low, left = bottom + (0.03 + _LEGEND_ROW_HEIGHT * number) / height, 0.15
        for entry in row:
            axes = figure.add_axes((left / width, low, entry.sample_width / width, 0.18 / height))
            axes.set_axis_off()
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            entry.draw_sample(axes)
            position = ((left + entry.sample_width + 0.08) / width, low + 0.09 / height)
            figure.text(*position, safe_text(entry.text), size=8, color=GREY, va="center_baseline")
            left += entry.width
