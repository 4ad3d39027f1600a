"""Pictures of charts by Matplotlib: SVG with text as text, PNG, and an HTML page with the picture and its values.

The same chart always results in the same bytes. Names are never read as markup, and a picture loads nothing.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from specdb.charts import bars, drawing, scatter
from specdb.charts.model import BarChart, Chart
from specdb.errors import missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLE_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "specdb",  # the same ids every time
    "text.parse_math": False,  # "$x$" in a name is not a formula
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Helvetica", "Arial"],
    "font.size": 9.5,
    "text.color": drawing.INK,
    "axes.edgecolor": drawing.GREY,
    "axes.labelcolor": drawing.INK,
    "xtick.color": drawing.GREY,
    "ytick.color": drawing.GREY,
    "hatch.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_DPI = 144
_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 2rem; font: 14px/1.45 system-ui, sans-serif; }}
figure {{ margin: 0 0 2rem; }}
figure svg {{ max-width: 100%; height: auto; }}
</style>
</head>
<body>
<figure>
{svg}</figure>
{table}</body>
</html>
"""


def draw_picture(chart: Chart, kind: str) -> tuple[bytes, list[str]]:
    """Return the bytes of a picture.

    Args:
        chart: The chart to draw.
        kind: svg, png or html.

    Returns:
        The bytes of the file, and remarks about them.

    Raises:
        UsageError: If matplotlib is not installed.
    """
    from warnings import catch_warnings, simplefilter

    with catch_warnings(record=True) as warnings, _chart_style():
        simplefilter("always")
        figure = bars.draw_bars(chart) if isinstance(chart, BarChart) else scatter.draw_scatter(chart)
        out = BytesIO()
        if kind == "png":
            figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None, "Title": drawing.safe_text(chart.title)})
            content = out.getvalue()
        else:
            omitted = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            figure.savefig(out, format="svg", metadata={**omitted, "Title": drawing.safe_text(chart.title)})
            svg = _clean_svg(out.getvalue().decode("utf-8"))
            content = (_html_page(chart, svg) if kind == "html" else svg).encode("utf-8")
    missing_glyphs = any("missing from font" in str(warning.message) for warning in warnings)
    if missing_glyphs and kind == "png":
        return content, ["no installed font has some characters of the picture; an .svg uses the fonts of its viewer"]
    return content, []


@contextmanager
def _chart_style() -> Iterator[None]:
    """Use the defaults of Matplotlib with our settings, ignoring the configuration of the user."""
    try:
        import matplotlib
    except ImportError as error:
        raise missing_extra("matplotlib", "chart") from error
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams
        settings.update(_STYLE_SETTINGS)
        yield


def _clean_svg(svg: str) -> str:
    """Return the SVG from its root element, without the address of a DTD and without empty metadata."""
    svg = svg[svg.index("<svg ") :]
    return re.sub(r" *<metadata>.*?</metadata>\n", "", svg, count=1, flags=re.DOTALL)


def _html_page(chart: Chart, svg: str) -> str:
    """Return a page with the picture and a table of its values; it cannot load or run anything."""
    from html import escape
    from io import StringIO

    from specdb.render.html import embed

    table = StringIO()
    embed(chart.table(), table)
    return _HTML.format(title=escape(drawing.safe_text(chart.title)), svg=svg, table=table.getvalue())
