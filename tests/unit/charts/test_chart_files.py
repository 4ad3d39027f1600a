"""Chart files are well formed, reproducible and self-contained, with one mark per value and plain-text names."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from helpers.charts import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    DATES,
    EXACT,
    HOSTILE,
    LAUNCH,
    LESS,
    RANGE,
    VALUES,
    bars,
    crowded_chart,
    points,
)
from specdb import charts
from specdb.charts import drawing, files
from specdb.charts.model import BarChart, ChartAxis
from specdb.errors import DatabaseError, UnknownKeyError
from specdb.render.sanitize import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.charts.model import Chart

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
CHARTS: dict[str, tuple[Chart, int]] = {
    "bars": (bars(*VALUES), len(VALUES)),
    "lack": (bars(EXACT, None, AT_MOST), 2),
    "hostile bars": (bars(*VALUES[:5], names=HOSTILE), 5),
    "points": (points((EXACT, AT_MOST), (ABOUT, RANGE), (AT_LEAST, LESS)), 3),
    "hostile points": (points(*((EXACT._replace(nominal=n * 9.0), ABOUT) for n in range(5)), names=HOSTILE), 5),
    "same place": (points((EXACT, EXACT), (EXACT, EXACT)), 2),
    "field": (crowded_chart(40), 40),
    "dates": (bars(*DATES, None, axis=LAUNCH), len(DATES)),
    "points in time": (points(*zip(DATES, VALUES, strict=False), x=LAUNCH), len(DATES)),
    "time upwards": (points((EXACT, DATES[0]), (ABOUT, DATES[3]))._replace(y=LAUNCH), 2),
}


@cache
def svg(chart: Chart) -> str:
    """The picture of a chart, drawn once for all tests."""
    return draw_svg(chart)


def draw_svg(chart: Chart) -> str:
    return files.draw_picture(chart, "svg")[0].decode("utf-8")


def texts(picture: str) -> list[str]:
    """The texts of an SVG, and its title."""
    root = ElementTree.fromstring(picture)  # noqa: S314  our own
    return ["".join(one.itertext()) for one in root.iter() if one.tag.endswith(("}text", "}title"))]


@pytest.mark.parametrize("name", CHARTS)
def test_svg_has_one_mark_a_value(name: str) -> None:
    chart, count = CHARTS[name]
    picture = svg(chart)
    ElementTree.fromstring(picture)  # noqa: S314
    assert re.findall(r'id="value-(\d+)"', picture) == [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("name", CHARTS)
def test_svg_refers_to_nothing_and_is_the_same_each_time(name: str) -> None:
    picture = svg(CHARTS[name][0])
    assert set(re.findall(r"https?://[^\"'<\s]*", picture)) == NAMESPACES
    assert not re.search(r"<(script|image|!DOCTYPE|foreignObject)", picture)
    assert set(re.findall(r'(?:href="|url\()(.)', picture)) <= {"#"}
    assert picture == draw_svg(CHARTS[name][0])


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (CHARTS["bars"][0], ["weight [g]", "Sources: fair (2026-10-01)", "as stated", *(value.text for value in VALUES)]),
        (CHARTS["lack"][0], ["not stated", "Product 2", "up to, below: may be less"]),
        (bars(EXACT, EXACT, names=("One", "Two")), ["One / Two", "One", "Two", "4 g"]),
        (CHARTS["points"][0], ["weight [g]", "battery life [h]", "Product 3", "Not drawn: Odd one (weight not stated)"]),
        (
            CHARTS["dates"][0],
            ["launch", "2024-07", "2025-01", "2024-Q4", "on this day", "on a day in this period", "not stated"],
        ),
        (CHARTS["points in time"][0], ["launch", "2024-07", "2025-01", "on a day in this period", "as stated"]),
        (CHARTS["points"][0], ["category-0", "category-1", "category-2", "range", "at least, over: may be more"]),
    ],
)
def test_svg_holds_the_labels_as_text(chart: Chart, said: list[str]) -> None:
    found = texts(svg(chart))
    assert set(said) - set(found) == set()


@pytest.mark.parametrize("name", ["hostile bars", "hostile points"])
def test_names_are_plain_text(name: str) -> None:
    found = texts(svg(CHARTS[name][0]))
    shown = [one_line(one).replace("\ufffe", "\ufffd") for one in HOSTILE]
    whole = " ".join(" ".join(found).split())
    assert [one for one in shown if one not in whole] == []
    assert "\x1b" not in whole


def test_a_legend_is_only_there_where_something_is_not_exact() -> None:
    assert "as stated" not in texts(svg(bars(EXACT, EXACT)))
    assert "as stated" in texts(svg(bars(EXACT, ABOUT)))


def test_every_name_is_in_the_picture_however_crowded() -> None:
    chart = crowded_chart(40)
    whole = " ".join(texts(svg(chart)))
    assert [point.label for point in chart.points if point.label not in whole] == []


def test_names_are_within_the_picture() -> None:
    far = (EXACT._replace(nominal=17.9), AT_MOST._replace(nominal=16.0))
    near = (EXACT._replace(nominal=14.9), AT_MOST._replace(nominal=16.0))
    names = ("The first of two products", "The second of two products")
    root = ElementTree.fromstring(svg(points(near, far, names=names)))  # noqa: S314
    starts = {one.text: float(one.attrib["x"]) for one in root.iter() if one.tag.endswith("}text") and "x" in one.attrib}
    assert 40 < starts[names[0]] < 100
    assert 300 < starts[names[1]] < drawing.WIDTH * 72 - 5 * len(names[1])


def test_too_many_points_have_no_names_and_say_so() -> None:
    found = texts(svg(crowded_chart(90)))
    assert "Product 7" not in found
    assert any(text.startswith("Labels are omitted: 90 points (at most 80 are labelled).") for text in found)


def test_users_settings_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib

    before = svg(CHARTS["bars"][0])
    settings: Any = matplotlib.rcParams
    for key, value in {"font.size": 30, "svg.fonttype": "path", "text.parse_math": True}.items():
        monkeypatch.setitem(settings, key, value)
    assert draw_svg(CHARTS["bars"][0]) == before
    assert matplotlib.rcParams["font.size"] == 30


@pytest.mark.parametrize("name", ["bars", "points", "hostile bars"])
def test_png(name: str) -> None:
    picture, _ = files.draw_picture(CHARTS[name][0], "png")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(picture[start : start + 4]) for start in (16, 20))
    assert width == round(drawing.WIDTH * 144)
    assert 200 < height < 2 * width
    assert 10_000 < len(picture) < 1_000_000


def test_png_says_what_the_fonts_lack() -> None:
    assert files.draw_picture(CHARTS["hostile bars"][0], "png")[1] != []
    assert files.draw_picture(CHARTS["bars"][0], "png")[1] == []


class Page(HTMLParser):
    """The tags of a page, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data")]


@pytest.mark.parametrize("name", CHARTS)
def test_html_holds_picture_and_figures_and_runs_nothing(name: str) -> None:
    chart = CHARTS[name][0]
    text = files.draw_picture(chart, "html")[0].decode("utf-8")
    page = Page(text)
    assert {"svg", "table"} <= set(page.tags)
    assert "script" not in page.tags
    assert [one for one in page.loads if not one.startswith("#")] == []
    assert "default-src 'none'" in text
    cells = {cell.text for row in chart.table().rows for cell in row.cells}
    assert not [cell for cell in cells if re.fullmatch(r"[\w ]+", cell) and cell not in text]


def test_panels_of_many_attributes_and_long_headings() -> None:
    one = bars(EXACT, ABOUT)
    heading = ChartAxis("energy reduction (versus=chips of another maker, workload=a model with a long name)", "%")
    chart = BarChart(one.products, tuple(one.panels[0]._replace(axis=heading) for _ in range(7)), one.sources)
    picture = svg(chart)
    assert len(re.findall(r'id="value-\d+"', picture)) == 14


@pytest.mark.parametrize(
    ("output", "kind"),
    [(None, ""), ("", ""), ("-", ""), ("a.svg", "svg"), ("A.PNG", "png"), ("x/y.b.html", "html")],
)
def test_picture_format(output: str | None, kind: str) -> None:
    assert charts.picture_format(output) == kind


@pytest.mark.parametrize("output", ["a.pdf", "svg", "a", "a.svg.gz", "/dev/stdout", "."])
def test_unsupported_formats_list_the_supported_formats(output: str) -> None:
    with pytest.raises(UnknownKeyError, match=r"use the extension \.svg, \.png or \.html"):
        charts.picture_format(output)


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    there = tmp_path / "chart.svg"
    assert charts.draw(CHARTS["bars"][0], str(there)) == []
    assert there.read_text(encoding="utf-8") == svg(CHARTS["bars"][0])
    with pytest.raises(DatabaseError, match="no such folder"):
        charts.draw(CHARTS["bars"][0], str(tmp_path / "none" / "chart.svg"))
    assert [path.name for path in tmp_path.iterdir()] == ["chart.svg"]
