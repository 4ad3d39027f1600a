"""Charts in the terminal: canvases by plotext, names and figures around them by Rich, within the console's width.

No text of the database goes into plotext, and nothing but shapes and letters tells values apart: colour only helps.
"""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Any, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from specdb.charts import geometry
from specdb.charts.chart import Bars, Chart
from specdb.errors import missing_extra
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.charts.chart import Axis, Bar, Panel, Point, Scatter, Value

_SURE, _POSSIBLE, _BAND = "█", "░", "▒"
_LEGEND = {
    "exact": f"{_SURE} as stated",
    "about": f"{_BAND} about (±5 %)",
    "range": f"{_POSSIBLE}┤ between the ends of a range",
    "upper": f"{_POSSIBLE}◄ up to, below: anything less",
    "lower": f"{_SURE}{_POSSIBLE}► at least, over: could be more",
    "tolerance": "± tolerance",
    "day": "◆ on that day",
    "span": f"├{_POSSIBLE}┤ on some day between",
}
_POINT_LEGEND = {
    "about": "- : about (±5 %)",
    "range": "─ │ range",
    "upper": "◄ ▼ up to, below",
    "lower": "► ▲ at least, over",
    "tolerance": "± tolerance",
    "span": "─ │ on some day between",
}
_COLOURS = ("blue", "yellow", "cyan", "magenta", "green", "red", "bright_blue", "bright_yellow")
_LEAST = 24  # columns of a canvas beside names and figures; where there is no room for them they go above it


class _ChartConsole(Console):
    """Rich's console, but a reader that went away is left to the caller."""

    def on_broken_pipe(self) -> None:
        """Raise on: Rich would end the whole process."""
        raise


def render(chart: Chart, out: TextIO) -> None:
    """Draws the chart for `out`: its width and colours where it is a terminal, no colours elsewhere."""
    _plotext()  # before a line is written
    console = _ChartConsole(file=out, highlight=False, markup=False, emoji=False, force_jupyter=False)
    console.print(Text(one_line(chart.title), style="bold"))
    if isinstance(chart, Bars):
        left, right = _sides(chart, console.width)
        for panel in chart.panels:
            console.print()
            _panel(console, panel, chart.products, left, right)
        used = geometry.signs(bar.value for panel in chart.panels for bar in panel.bars if bar.value)
        legend = [_LEGEND[one] for one in used]
    else:
        console.print()
        _scatter(console, chart)
        used = geometry.point_signs(value for point in chart.points for value in (point.x, point.y))
        legend = [_POINT_LEGEND[one] for one in used if one in _POINT_LEGEND]
    console.print()
    if legend:
        console.print(Text("   ".join(legend), style="dim"))
    console.print(Text(f"sources: {one_line(', '.join(chart.sources))}", style="dim"))


def _plotext() -> Any:
    try:
        import plotext  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_extra("plotext", "chart") from error
    return plotext


class _Canvas:
    """A plotext figure whose coordinates are cells, column and row, so that nothing is rounded twice."""

    def __init__(self, width: int, height: int) -> None:
        plotext = _plotext()
        self.width, self.height = width, height
        self.figure: Any = plotext.figure
        self.figure.clear()
        plotext.terminal.limit(False, False)
        self.figure.plot_size(width + 1, height + 2)  # the axes take a column and two rows
        self.figure.axes(False, axis="x", side="upper")
        self.figure.axes(False, axis="y", side="right")
        for axis, size in (("x", width), ("y", height)):
            self.figure.ruler(axis).lim(0, max(size - 1, 1))
            self.figure.ruler(axis).frequency(0)

    def column(self, value: float, limits: tuple[float, float]) -> int:
        """The column of a value on an axis with these ends."""
        return _cell(value, limits, self.width)

    def row(self, value: float, limits: tuple[float, float]) -> int:
        """The row, counted from below, of a value on an axis with these ends."""
        return _cell(value, limits, self.height)

    def put(self, columns: Iterable[int], rows: Iterable[int], mark: str) -> None:
        """One character in each of these cells; those outside are left out."""
        places = [(x, y) for x, y in zip(columns, rows, strict=True) if 0 <= x < self.width and 0 <= y < self.height]
        if places:
            self.figure.draw(self.figure.signal([x for x, _ in places], [y for _, y in places], marker=mark))

    def lines(self, axis: Axis, limits: tuple[float, float]) -> list[str]:
        """The canvas with a labelled x axis from and to these ends, line by line from the top."""
        places, texts = _ticks(axis, limits, self.width)
        self.figure.ruler("x").ticks([self.column(place, limits) for place in places], texts)
        drawn = str(self.figure.build().string(colorless=True)).split("\n")
        return [line[: self.width + 1].rstrip() for line in drawn[: self.height + 2]]


def _cell(value: float, limits: tuple[float, float], size: int) -> int:
    low, high = limits
    return min(size - 1, max(0, round((value - low) / (high - low) * (size - 1))))


def _ticks(axis: Axis, limits: tuple[float, float], width: int) -> tuple[list[float], list[str]]:
    """As many ticks as leave their texts apart."""
    for most in range(max(2, width // 9), 1, -1):
        places, texts = geometry.scale(axis, *limits, most)
        if sum(len(text) + 2 for text in texts) <= width:
            return places, texts
    return [], []


def _sides(chart: Bars, width: int) -> tuple[int, int]:
    """The columns for the names on the left and the figures on the right; no figures where there is no room for them."""
    names = [one_line(name) for name in chart.products]
    figures = [_figure(bar) for panel in chart.panels for bar in panel.bars]
    left, right = max(map(cell_len, names)) + 1, max(map(cell_len, figures)) + 1
    return (left, right) if width - left - right - 1 >= _LEAST else (2, 0)


def _figure(bar: Bar) -> str:
    return one_line(bar.value.text if bar.value else bar.lack)


def _panel(console: Console, panel: Panel, products: Sequence[str], left: int, right: int) -> None:
    """A heading, a row a bar with its product and figure, and the axis; names and figures above it if there is no room."""
    console.print(Text(one_line(panel.axis.title), style="bold"))
    values = [bar.value for bar in panel.bars if bar.value]
    limits = geometry.bar_limits(values, dated=panel.axis.dated)
    names = [one_line(products[bar.product]) for bar in panel.bars]
    figures = [_figure(bar) for bar in panel.bars]
    if not right:
        for letter, name, figure, bar in zip(ascii_letters, names, figures, panel.bars, strict=False):
            console.print(Text(f"{letter} {name}: {figure}", style=_COLOURS[bar.product % len(_COLOURS)]))
        names, figures = list(ascii_letters[: len(names)]), [""] * len(names)
    canvas = _Canvas(max(console.width - left - right - 1, 8), len(panel.bars))
    for place, bar in enumerate(reversed(panel.bars)):
        if bar.value:
            _bar(canvas, bar.value, place, limits)
    drawn = canvas.lines(panel.axis, limits)
    for name, figure, bar, line in zip(names, figures, panel.bars, drawn, strict=False):
        text = Text(f"{name}{' ' * (left - cell_len(name))}", style=_COLOURS[bar.product % len(_COLOURS)])
        text.append(line.ljust(canvas.width + 1))
        text.append(f" {figure}" if figure else "", style="" if bar.value else "dim")
        text.rstrip()
        console.print(text, no_wrap=True, overflow="ignore", crop=False)
    for line in drawn[len(panel.bars) :]:
        console.print(Text(" " * left + line, style="dim"), no_wrap=True, overflow="ignore", crop=False)


def _bar(canvas: _Canvas, value: Value, row: int, limits: tuple[float, float]) -> None:
    """The cells of a bar: sure ones full, possible ones light, and a sign at an end that is open."""
    found = geometry.extent(value, *limits)
    for span, mark in ((found.possible, _BAND if value.modifier == "about" else _POSSIBLE), (found.sure, _SURE)):
        if span and span[0] != span[1]:
            first, last = (canvas.column(end, limits) for end in span)
            canvas.put(range(first, last + 1), [row] * (last + 1 - first), mark)
    if value.modifier == "about" and found.possible:  # a narrow band must be seen, however few cells it has
        first, last = (canvas.column(end, limits) for end in found.possible)
        canvas.put(range(first, last + 1), [row] * (last + 1 - first), _BAND)
    if found.open and found.possible:
        canvas.put([canvas.column(found.possible[1], limits)], [row], "►" if found.open > 0 else "◄")
    elif value.modifier == "range" and found.possible:
        canvas.put([canvas.column(found.possible[1], limits)], [row], "┤")
    elif value.modifier == "span" and found.possible:
        ends = [canvas.column(end, limits) for end in found.possible]
        if ends[0] < ends[1]:
            canvas.put(ends[:1], [row], "├")
            canvas.put(ends[1:], [row], "┤")
    elif value.modifier == "day":
        canvas.put([canvas.column(value.nominal, limits)], [row], "◆")
    elif value.nominal == 0:
        canvas.put([canvas.column(0, limits)], [row], "▏")


def _scatter(console: Console, chart: Scatter) -> None:
    """The y axis's heading, the canvas with a letter a place, the x axis's heading, and who the letters are."""
    x_limits = geometry.point_limits((point.x for point in chart.points), dated=chart.x.dated)
    y_limits = geometry.point_limits((point.y for point in chart.points), dated=chart.y.dated)
    height = min(24, max(10, console.width // 5))
    places, texts = geometry.scale(chart.y, *y_limits, max(2, height // 3))
    left = min(max(map(len, texts), default=0) + 1, console.width // 3)
    canvas = _Canvas(max(console.width - left - 1, 8), height)
    letters = _letters(canvas, chart.points, x_limits, y_limits)
    for point in chart.points:
        _whiskers(canvas, point, x_limits, y_limits)
    for letter, points in letters:
        canvas.put([canvas.column(points[0].x.nominal, x_limits)], [canvas.row(points[0].y.nominal, y_limits)], letter)
    beside = {height - 1 - canvas.row(place, y_limits): text for place, text in zip(places, texts, strict=True)}
    console.print(Text(f"{one_line(chart.y.title)} ↑", style="bold"))
    for number, line in enumerate(canvas.lines(chart.x, x_limits)):
        tick = beside.get(number, "")
        line = f"┤{line[1:]}" if tick and line else line
        console.print(Text(f"{tick.rjust(left - 1)} {line}"), no_wrap=True, overflow="ignore", crop=False)
    console.print(Text(f"{one_line(chart.x.title)} →", style="bold"), justify="right")
    _key(console, chart, letters)


def _letters(
    canvas: _Canvas, points: Sequence[Point], x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> list[tuple[str, list[Point]]]:
    """A letter for each cell that holds points, with these points; a dot where there are more cells than letters."""
    cells: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        cell = canvas.column(point.x.nominal, x_limits), canvas.row(point.y.nominal, y_limits)
        cells.setdefault(cell, []).append(point)
    marks = ascii_letters if len(cells) <= len(ascii_letters) else "•" * len(cells)
    return list(zip(marks, cells.values(), strict=False))


def _whiskers(canvas: _Canvas, point: Point, x_limits: tuple[float, float], y_limits: tuple[float, float]) -> None:
    """What a point's figures leave open: lines over a range, dashes over "about", an arrow towards what could be."""
    column, row = canvas.column(point.x.nominal, x_limits), canvas.row(point.y.nominal, y_limits)
    if point.x.modifier in geometry.BANDS:
        first, last = (canvas.column(end, x_limits) for end in (point.x.lo, point.x.hi))
        canvas.put(range(first, last + 1), [row] * (last + 1 - first), "-" if point.x.modifier == "about" else "─")
    if point.y.modifier in geometry.BANDS:
        first, last = (canvas.row(end, y_limits) for end in (point.y.lo, point.y.hi))
        canvas.put([column] * (last + 1 - first), range(first, last + 1), ":" if point.y.modifier == "about" else "│")
    across, along = geometry.side(point.x.modifier), geometry.side(point.y.modifier)
    if across:
        canvas.put([column + across], [row], "◄" if across < 0 else "►")
    if along:
        canvas.put([column], [row + along], "▼" if along < 0 else "▲")


def _key(console: Console, chart: Scatter, letters: list[tuple[str, list[Point]]]) -> None:
    """Who the letters are, with their figures, and who has no place."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for letter, points in letters:
        for point in points:
            name = one_line(point.label or point.name)
            table.add_row(Text(letter, style="bold"), Text(name), Text(one_line(point.x.text)), Text(one_line(point.y.text)))
    console.print(table)
    if chart.lacking:
        console.print(Text(one_line(geometry.lacking(chart)), style="dim"))
