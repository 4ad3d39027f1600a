"""Charts as pictures, by Matplotlib: SVG whose text stays text, PNG, and an HTML page that holds both picture and figures.

The same chart gives the same bytes. Nothing that a name holds is read as markup, and nothing refers to the network.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from specdb.charts import bars, canvas, scatter
from specdb.charts.chart import Bars, Chart
from specdb.errors import missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "specdb",
    "text.parse_math": False,  # "$x$" in a name is no formula
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Helvetica", "Arial"],
    "font.size": 9.5,
    "text.color": canvas.INK,
    "axes.edgecolor": canvas.DIM,
    "axes.labelcolor": canvas.INK,
    "xtick.color": canvas.DIM,
    "ytick.color": canvas.DIM,
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


def picture(chart: Chart, kind: str) -> tuple[bytes, list[str]]:
    """The chart as a file of this kind (svg, png or html), and what the reader should know of it."""
    from warnings import catch_warnings, simplefilter

    with catch_warnings(record=True) as said, _style():
        simplefilter("always")
        figure = bars.draw(chart) if isinstance(chart, Bars) else scatter.draw(chart)
        out = BytesIO()
        if kind == "png":
            figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None, "Title": canvas.safe(chart.title)})
            found = out.getvalue()
        else:
            none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            figure.savefig(out, format="svg", metadata={**none, "Title": canvas.safe(chart.title)})
            svg = _plain(out.getvalue().decode("utf-8"))
            found = (_page(chart, svg) if kind == "html" else svg).encode("utf-8")
    lost = any("missing from font" in str(warning.message) for warning in said)
    if lost and kind == "png":
        return found, ["the fonts of this machine lack some characters of the picture; an .svg leaves them to its reader"]
    return found, []


@contextmanager
def _style() -> Iterator[None]:
    """Matplotlib's own defaults with ours upon them, whatever the user's settings are."""
    try:
        import matplotlib
    except ImportError as error:
        raise missing_extra("matplotlib", "chart") from error
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams
        settings.update(_STYLE)
        yield


def _plain(svg: str) -> str:
    """The SVG from its root on: no declaration of a DTD on the network, no empty metadata."""
    svg = svg[svg.index("<svg ") :]
    return re.sub(r" *<metadata>.*?</metadata>\n", "", svg, count=1, flags=re.DOTALL)


def _page(chart: Chart, svg: str) -> str:
    """A page with the picture and the figures in it; it can load nothing and run nothing."""
    from html import escape
    from io import StringIO

    from specdb.render.html import embed

    table = StringIO()
    embed(chart.table(), table)
    return _HTML.format(title=escape(canvas.safe(chart.title)), svg=svg, table=table.getvalue())
