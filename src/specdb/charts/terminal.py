"""Charts in the terminal: plotext draws the canvas, Rich prints names and values around it.

Texts from the database are never passed to plotext. Shapes and letters carry all information; colours are redundant.
"""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Any, TextIO

from rich.cells import cell_len
from rich.text import Text

from specdb.charts import geometry
from specdb.charts.model import BarChart, Chart
from specdb.errors import missing_extra
from specdb.render.sanitize import one_line
from specdb.render.terminal import TerminalConsole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from specdb.charts.model import Bar, BarPanel, ChartAxis, ChartValue, ScatterChart, ScatterPoint

_CERTAIN, _POSSIBLE, _BAND = "█", "░", "▒"
_LEGEND = {
    "exact": f"{_CERTAIN} as stated",
    "about": f"{_BAND} about (±5 %)",
    "range": f"{_POSSIBLE}┤ range",
    "upper": f"{_POSSIBLE}◄ up to, below: may be less",
    "lower": f"{_CERTAIN}{_POSSIBLE}► at least, over: may be more",
    "tolerance": "± tolerance",
    "day": "◆ on this day",
    "span": f"├{_POSSIBLE}┤ on a day in this period",
}
_POINT_LEGEND = {
    "about": "- : about (±5 %)",
    "range": "─ │ range",
    "upper": "◄ ▼ up to, below",
    "lower": "► ▲ at least, over",
    "tolerance": "± tolerance",
    "span": "─ │ on a day in this period",
}
_COLOURS = ("blue", "yellow", "cyan", "magenta", "green", "red", "bright_blue", "bright_yellow")
_MIN_CANVAS_WIDTH = 24  # columns; below this width names and values go above the bars


def render(chart: Chart, out: TextIO) -> None:
    """Draw a chart on `out`, with the width and colours of the terminal; without colours if it is not a terminal."""
    _import_plotext()  # fails before anything is printed
    console = TerminalConsole(file=out, highlight=False, markup=False, emoji=False, force_jupyter=False)
    console.print(Text(one_line(chart.title), style="bold"))
    if isinstance(chart, BarChart):
        left, right = _margin_widths(chart, console.width)
        for panel in chart.panels:
            console.print()
            _print_panel(console, panel, chart.products, left, right)
        used = geometry.legend_keys(bar.value for panel in chart.panels for bar in panel.bars if bar.value)
        legend = [_LEGEND[key] for key in used]
    else:
        console.print()
        _print_scatter(console, chart)
        used = geometry.point_legend_keys(value for point in chart.points for value in (point.x, point.y))
        legend = [_POINT_LEGEND[key] for key in used if key in _POINT_LEGEND]
    console.print()
    if legend:
        console.print(Text("   ".join(legend), style="dim"))
    console.print(Text(f"sources: {one_line(', '.join(chart.sources))}", style="dim"))


def _import_plotext() -> Any:
    try:
        import plotext  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_extra("plotext", "chart") from error
    return plotext


class _CellCanvas:
    """A plotext figure whose coordinates are cells, so that values are rounded only once."""

    def __init__(self, width: int, height: int) -> None:
        plotext = _import_plotext()
        self.width, self.height = width, height
        self.figure: Any = plotext.figure
        self.figure.clear()
        plotext.terminal.limit(False, False)
        self.figure.plot_size(width + 1, height + 2)  # the axes need a column and two rows
        self.figure.axes(False, axis="x", side="upper")
        self.figure.axes(False, axis="y", side="right")
        for axis, size in (("x", width), ("y", height)):
            self.figure.ruler(axis).lim(0, max(size - 1, 1))
            self.figure.ruler(axis).frequency(0)

    def column(self, value: float, limits: tuple[float, float]) -> int:
        """Return the column of a value on an axis with these limits."""
        return _cell_index(value, limits, self.width)

    def row(self, value: float, limits: tuple[float, float]) -> int:
        """Return the row of a value on an axis with these limits, counted from the bottom."""
        return _cell_index(value, limits, self.height)

    def put(self, columns: Iterable[int], rows: Iterable[int], mark: str) -> None:
        """Draw a character in each of these cells; cells outside of the canvas are ignored."""
        cells = [(x, y) for x, y in zip(columns, rows, strict=True) if 0 <= x < self.width and 0 <= y < self.height]
        if cells:
            self.figure.draw(self.figure.signal([x for x, _ in cells], [y for _, y in cells], marker=mark))

    def fill(self, part: tuple[float, float], row: int, limits: tuple[float, float], mark: str) -> None:
        """Draw a character in the cells of a row from one value to another."""
        first, last = (self.column(end, limits) for end in part)
        self.put(range(first, last + 1), [row] * (last + 1 - first), mark)

    def lines(self, axis: ChartAxis, limits: tuple[float, float]) -> list[str]:
        """Return the lines of the canvas from the top, with a labelled x axis below it."""
        positions, labels = _fitting_ticks(axis, limits, self.width)
        self.figure.ruler("x").ticks([self.column(position, limits) for position in positions], labels)
        drawn = str(self.figure.build().string(colorless=True)).split("\n")
        return [line[: self.width + 1].rstrip() for line in drawn[: self.height + 2]]


def _cell_index(value: float, limits: tuple[float, float], size: int) -> int:
    low, high = limits
    return min(size - 1, max(0, round((value - low) / (high - low) * (size - 1))))


def _fitting_ticks(axis: ChartAxis, limits: tuple[float, float], width: int) -> tuple[list[float], list[str]]:
    """Return as many ticks as fit the width without overlapping labels."""
    for limit in range(max(2, width // 9), 1, -1):
        positions, labels = geometry.axis_ticks(axis, *limits, limit)
        if sum(len(label) + 2 for label in labels) <= width:
            return positions, labels
    return [], []


def _margin_widths(chart: BarChart, width: int) -> tuple[int, int]:
    """Return the columns for names on the left and for figures on the right, 0 for figures that must go above the bars."""
    names = [one_line(name) for name in chart.products]
    texts = [_bar_text(bar) for panel in chart.panels for bar in panel.bars]
    left, right = max(map(cell_len, names)) + 1, max(map(cell_len, texts)) + 1
    return (left, right) if width - left - right - 1 >= _MIN_CANVAS_WIDTH else (2, 0)


def _bar_text(bar: Bar) -> str:
    return one_line(bar.value.text if bar.value else bar.missing_reason)


def _print_panel(console: Console, panel: BarPanel, products: Sequence[str], left: int, right: int) -> None:
    """Print a heading, a row for each bar with its product and value, and the axis.

    If `right` is 0, names and values are listed above the bars, and letters connect them.
    """
    console.print(Text(one_line(panel.axis.title), style="bold"))
    values = [bar.value for bar in panel.bars if bar.value]
    limits = geometry.bar_limits(values, dated=panel.axis.dated)
    names = [one_line(products[bar.product]) for bar in panel.bars]
    texts = [_bar_text(bar) for bar in panel.bars]
    if not right:
        for letter, name, text, bar in zip(ascii_letters, names, texts, panel.bars, strict=False):
            console.print(Text(f"{letter} {name}: {text}", style=_COLOURS[bar.product % len(_COLOURS)]))
        names, texts = list(ascii_letters[: len(names)]), [""] * len(names)
    canvas = _CellCanvas(max(console.width - left - right - 1, 8), len(panel.bars))
    for row, bar in enumerate(reversed(panel.bars)):
        if bar.value:
            _draw_bar(canvas, bar.value, row, limits)
    lines = canvas.lines(panel.axis, limits)
    for name, text, bar, line in zip(names, texts, panel.bars, lines, strict=False):
        row_text = Text(f"{name}{' ' * (left - cell_len(name))}", style=_COLOURS[bar.product % len(_COLOURS)])
        row_text.append(line.ljust(canvas.width + 1))
        row_text.append(f" {text}" if text else "", style="" if bar.value else "dim")
        row_text.rstrip()
        console.print(row_text, no_wrap=True, overflow="ignore", crop=False)
    for line in lines[len(panel.bars) :]:
        console.print(Text(" " * left + line, style="dim"), no_wrap=True, overflow="ignore", crop=False)


def _draw_bar(canvas: _CellCanvas, value: ChartValue, row: int, limits: tuple[float, float]) -> None:
    """Draw the cells of a bar: the certain part solid, the possible part light, and a sign at an open end."""
    extent = geometry.bar_extent(value, *limits)
    for part, mark in ((extent.possible, _BAND if value.modifier == "about" else _POSSIBLE), (extent.certain, _CERTAIN)):
        if part and part[0] != part[1]:
            canvas.fill(part, row, limits, mark)
    if value.modifier == "about" and extent.possible:  # visible even if the band is narrow
        canvas.fill(extent.possible, row, limits, _BAND)
    if value.modifier == "day":
        canvas.put([canvas.column(value.nominal, limits)], [row], "◆")
    elif extent.possible:
        _draw_end(canvas, value, extent, row, limits)
    elif value.nominal == 0:
        canvas.put([canvas.column(0, limits)], [row], "▏")


def _draw_end(
    canvas: _CellCanvas, value: ChartValue, extent: geometry.BarExtent, row: int, limits: tuple[float, float]
) -> None:
    """Draw the sign at the end of a possible part: an arrow, or the end of a range or period."""
    first, last = (canvas.column(end, limits) for end in extent.possible or ())
    if extent.open_direction:
        canvas.put([last], [row], "►" if extent.open_direction > 0 else "◄")
    elif value.modifier == "range":
        canvas.put([last], [row], "┤")
    elif value.modifier == "span" and first < last:
        canvas.put([first], [row], "├")
        canvas.put([last], [row], "┤")
    elif value.modifier != "span" and value.nominal == 0:
        canvas.put([canvas.column(0, limits)], [row], "▏")


def _print_scatter(console: Console, chart: ScatterChart) -> None:
    """Print the points as letters between two axes, and the products that the letters stand for."""
    x_limits = geometry.point_limits((point.x for point in chart.points), dated=chart.x.dated)
    y_limits = geometry.point_limits((point.y for point in chart.points), dated=chart.y.dated)
    height = min(24, max(10, console.width // 5))
    positions, labels = geometry.axis_ticks(chart.y, *y_limits, max(2, height // 3))
    left = min(max(map(len, labels), default=0) + 1, console.width // 3)
    canvas = _CellCanvas(max(console.width - left - 1, 8), height)
    letters = _assign_letters(canvas, chart.points, x_limits, y_limits)
    for point in chart.points:
        _draw_whiskers(canvas, point, x_limits, y_limits)
    for letter, points in letters:
        canvas.put([canvas.column(points[0].x.nominal, x_limits)], [canvas.row(points[0].y.nominal, y_limits)], letter)
    label_of_line = {
        height - 1 - canvas.row(position, y_limits): label for position, label in zip(positions, labels, strict=True)
    }
    console.print(Text(f"{one_line(chart.y.title)} ↑", style="bold"))
    for number, line in enumerate(canvas.lines(chart.x, x_limits)):
        label = label_of_line.get(number, "")
        line = f"┤{line[1:]}" if label and line else line
        console.print(Text(f"{label.rjust(left - 1)} {line}"), no_wrap=True, overflow="ignore", crop=False)
    console.print(Text(f"{one_line(chart.x.title)} →", style="bold"), justify="right")
    _print_key(console, chart, letters)


def _assign_letters(
    canvas: _CellCanvas, points: Sequence[ScatterPoint], x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> list[tuple[str, list[ScatterPoint]]]:
    """Return a letter and the points of each cell that has points; a dot if there are more cells than letters."""
    cells: dict[tuple[int, int], list[ScatterPoint]] = {}
    for point in points:
        cell = canvas.column(point.x.nominal, x_limits), canvas.row(point.y.nominal, y_limits)
        cells.setdefault(cell, []).append(point)
    marks = ascii_letters if len(cells) <= len(ascii_letters) else "•" * len(cells)
    return list(zip(marks, cells.values(), strict=False))


def _draw_whiskers(
    canvas: _CellCanvas, point: ScatterPoint, x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> None:
    """Draw the possible values of a point: lines over a range, dashes over "about", an arrow towards an open end."""
    column, row = canvas.column(point.x.nominal, x_limits), canvas.row(point.y.nominal, y_limits)
    if point.x.modifier in geometry.INTERVALS:
        first, last = (canvas.column(end, x_limits) for end in (point.x.lo, point.x.hi))
        canvas.put(range(first, last + 1), [row] * (last + 1 - first), "-" if point.x.modifier == "about" else "─")
    if point.y.modifier in geometry.INTERVALS:
        first, last = (canvas.row(end, y_limits) for end in (point.y.lo, point.y.hi))
        canvas.put([column] * (last + 1 - first), range(first, last + 1), ":" if point.y.modifier == "about" else "│")
    x_direction, y_direction = geometry.open_direction(point.x.modifier), geometry.open_direction(point.y.modifier)
    if x_direction:
        canvas.put([column + x_direction], [row], "◄" if x_direction < 0 else "►")
    if y_direction:
        canvas.put([column], [row + y_direction], "▼" if y_direction < 0 else "▲")


def _print_key(console: Console, chart: ScatterChart, letters: list[tuple[str, list[ScatterPoint]]]) -> None:
    """Print the products that the letters stand for with their values, and the omitted products."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for letter, points in letters:
        for point in points:
            name = one_line(point.label or point.name)
            table.add_row(Text(letter, style="bold"), Text(name), Text(one_line(point.x.text)), Text(one_line(point.y.text)))
    console.print(table)
    if chart.omitted:
        console.print(Text(one_line(geometry.omission_note(chart)), style="dim"))
