"""What pictures of bars and of points share: their sheet with title and notes, colours, axes, arrows and safe text."""

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

    from specdb.charts import chart as charts
    from specdb.charts.chart import Chart

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7F7F7F", "#B8A900")
"""Okabe and Ito's colours, which are told apart by colour-blind readers; yellow and black in darker and lighter tones."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
"""The shapes of points, by category."""

INK, DIM, GRID = "#222222", "#555555", "#DDDDDD"
WIDE = 8.6
"""Inches from left to right."""


def safe(text: str) -> str:
    """The text on one line, with nothing hidden and nothing that XML cannot hold."""
    return "".join("\ufffd" if c in "\ufffe\uffff" else c for c in one_line(text))


def short(name: str) -> str:
    """A name beside its bars; the title has it whole."""
    name = safe(name)
    return name if len(name) <= 28 else f"{name[:17]} … {name[-8:]}"


def frame(chart: Chart, height: float, notes: Sequence[str]) -> tuple[Figure, float, float]:
    """A figure with its title above and notes below, and the bottom and top, in shares of it, that are left between."""
    from matplotlib.figure import Figure

    titles = wrap(first_upper(safe(chart.title)), 78, max_lines=6, placeholder=" …") or [""]
    lines = [line for note in notes for line in wrap(safe(note), 128)]
    above, below = 0.2 + 0.2 * len(titles), 0.16 + 0.155 * len(lines)
    whole = height + above + below
    figure = Figure(figsize=(WIDE, whole))
    for number, line in enumerate(titles):
        figure.text(0.15 / WIDE, 1 - (0.1 + 0.2 * number) / whole, line, size=12, weight="bold", va="top")
    for number, line in enumerate(lines):
        figure.text(0.15 / WIDE, (below - 0.1 - 0.155 * number) / whole, line, size=8, color=DIM, va="top")
    return figure, below / whole, 1 - above / whole


def first_upper(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def sources(chart: Chart) -> str:
    """The line that names the sources."""
    return f"Sources: {', '.join(chart.sources)}"


def numbers(axis: Axis, measured: charts.Axis, low: float, high: float, inches: float) -> None:
    """Ticks at round numbers or first days, as many as leave their texts apart on an axis of this length."""
    for most in (7, 6, 5, 4, 3, 2):
        places, texts = geometry.scale(measured, low, high, most)
        if sum(0.075 * len(text) + 0.15 for text in texts) <= inches:
            break
    axis.set_ticks(places, texts)


def look(place: int) -> tuple[str, str]:
    """The colour and the shape of the group at this place."""
    return COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]


def tint(colour: str) -> tuple[float, float, float]:
    """A light tone of the colour, for what is possible."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - (1 - part) * 0.28 for part in to_rgb(colour))
    return red, green, blue


def pointer(axes: Axes, at: tuple[float, float], offset: tuple[float, float], style: str) -> None:
    """An arrow between a place of the axes and another so many points off."""
    head = {"arrowstyle": f"{style},head_width=0.2,head_length=0.4", "color": INK, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", at, xytext=offset, textcoords="offset points", arrowprops=head)


class Sample(NamedTuple):
    """An entry of a legend: how wide its drawing is, in inches, what it says, and how it is drawn on axes from 0 to 1."""

    size: float
    text: str
    draw: Callable[[Axes], None]

    @property
    def whole(self) -> float:
        """The inches that drawing and text take."""
        return self.size + 0.3 + 0.062 * len(self.text)


_ROW = 0.24  # inches


def rows(samples: Iterable[Sample]) -> list[list[Sample]]:
    """The entries of a legend in as many rows as the sheet's width demands."""
    found: list[list[Sample]] = []
    room = 0.0
    for sample in samples:
        if not found or sample.whole > room:
            found.append([])
            room = WIDE - 0.15
        found[-1].append(sample)
        room -= sample.whole
    return found


def legend_height(samples: Iterable[Sample]) -> float:
    """The inches that a legend takes."""
    return _ROW * len(rows(samples))


def legend(figure: Figure, samples: Iterable[Sample], bottom: float) -> None:
    """Sets the entries of a legend in rows, the last of them upon `bottom`, a share of the figure's height."""
    wide, high = figure.get_figwidth(), figure.get_figheight()
    for number, row in enumerate(reversed(rows(samples))):
        low, at = bottom + (0.03 + _ROW * number) / high, 0.15
        for sample in row:
            axes = figure.add_axes((at / wide, low, sample.size / wide, 0.18 / high))
            axes.set_axis_off()
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            sample.draw(axes)
            place = ((at + sample.size + 0.08) / wide, low + 0.09 / high)
            figure.text(*place, safe(sample.text), size=8, color=DIM, va="center_baseline")
            at += sample.whole
