"""Data of charts: panels, bars and points, their values, and what is left out."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING

import pytest

from helpers.charts import load, product
from specdb.analysis.build_view import build_view
from specdb.charts.build import MAX_PRODUCTS, build_bar_chart, build_scatter_chart
from specdb.charts.model import BarChart, ChartAxis, ScatterChart
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.errors import NotFoundError, SpecdbError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View


@pytest.fixture(scope="module")
def own(backend: DatabaseBackend, seed_template: Location) -> Iterator[View]:
    """The packaged specs, and phones of our own; to read."""
    database = backend.copied(seed_template)
    load(
        database,
        product("n1", "Nova", weight="170 g", thickness="6..8 mm", battery="≥ 4000 mAh", price="700 EUR", launch="2026-Q2"),
        product(
            "n2", "Orbit", weight="≈ 200 g", thickness="< 9 mm", battery="> 5000 mAh", price="900 USD", launch="2026-03-05"
        ),
        product("n3", "Lumen", weight="0.19 kg", battery="4500 mAh", battery_life="≤ 20 h"),
        product("n4", "Mute", camera="none"),
    )
    connection = connect(database)
    yield build_view(Repository(connection))
    connection.close()


def drawn(chart: BarChart) -> dict[str, list[str]]:
    """Each panel with the texts of its bars."""
    return {
        panel.axis.title: [bar.value.text if bar.value else bar.missing_reason for bar in panel.bars] for panel in chart.panels
    }


@pytest.mark.parametrize(
    ("names", "keys", "panels"),
    [
        (
            ["a1", "a1-pro"],
            [],
            {
                "battery capacity [mAh]": ["660 mAh", "2,980 mAh"],
                "continuous recording [h]": ["45 h", "≤ 180 h"],
                "standby time [day]": ["60 days", "180 days"],
                "pickup range [m]": ["8 m", "≤ 10 m"],
            },
        ),
        (
            ["a1-pro", "a1"],
            ["standby", "battery"],
            {"standby time [day]": ["180 days", "60 days"], "battery capacity [mAh]": ["2,980 mAh", "660 mAh"]},
        ),
        (["950pr", "h20"], ["compute[precision=FP4]"], {"compute (precision=FP4) [PFLOPS]": ["1.56 PFLOPS", "0.54 PFLOPS"]}),
        (["n1", "n2", "n3", "n4"], ["weight"], {"weight [g]": ["170 g", "≈ 200 g", "190 g", "not stated"]}),
        (["n1", "n2", "n3"], ["launch"], {"launch": ["2026-Q2", "2026-03-05", "not stated"]}),
        (["a1", "a1-pro"], ["launch[status=past]"], {"launch (status=past)": ["2025-08", "2026-04-30"]}),
        (["n1", "n2", "n3"], ["thickness"], {"thickness [mm]": ["6–8 mm", "< 9 mm", "not stated"]}),
    ],
)
def test_panels(own: View, names: list[str], keys: list[str], panels: dict[str, list[str]]) -> None:
    assert drawn(build_bar_chart(own, names, keys)) == panels


@pytest.mark.parametrize(
    ("key", "place", "interval"),
    [
        ("weight", 0, ("exact", 170.0, 170.0, 170.0)),
        ("weight", 1, ("about", 190.0, 200.0, 210.0)),
        ("weight", 2, ("exact", 190.0, 190.0, 190.0)),
        ("thickness", 0, ("range", 6.0, 7.0, 8.0)),
        ("thickness", 1, ("less_than", 0.0, 9.0, pytest.approx(9.0))),
        ("battery", 0, ("at_least", 4000.0, 4000.0, inf)),
        ("battery", 1, ("more_than", pytest.approx(5000.0), 5000.0, inf)),
        ("launch", 0, ("span", *(date(2026, *day).toordinal() for day in ((4, 1), (5, 16), (6, 30))))),
        ("launch", 1, ("day", *[date(2026, 3, 5).toordinal()] * 3)),
    ],
)
def test_a_bar_keeps_its_interval_in_the_axis_unit(own: View, key: str, place: int, interval: tuple[object, ...]) -> None:
    value = build_bar_chart(own, ["n1", "n2", "n3"], [key]).panels[0].bars[place].value
    assert value is not None
    assert (value.modifier, value.lo, value.nominal, value.hi) == interval


def test_title_names_the_products_and_sources_have_their_dates(own: View) -> None:
    chart = build_bar_chart(own, ["a1", "a1-pro"])
    assert chart.title == "DingTalk A1 / DingTalk A1 Pro"
    assert chart.sources == ("dingtalk-a1-pro (2026-04-30)",)


def test_only_what_two_products_state_is_drawn_and_the_rest_is_named(own: View) -> None:
    chart = build_bar_chart(own, ["a1", "a1-pro"], ["battery", "weight", "memory"])
    assert list(drawn(chart)) == ["battery capacity [mAh]"]
    assert chart.remarks == (
        "weight is not drawn: only DingTalk A1 Pro states it",
        "memory is not drawn: no product states it",
    )


def test_currencies_do_not_share_a_panel_until_they_are_converted(own: View) -> None:

    with pytest.raises(SpecdbError, match="price is not drawn: no two products state it with the same qualifiers and currency"):
        build_bar_chart(own, ["n1", "n2"], ["price"])
    (panel,) = build_bar_chart(build_view(own, currency="EUR"), ["n1", "n2"], ["price"]).panels
    assert panel.axis.unit == "EUR"
    assert all(bar.value and bar.value.text.endswith("EUR") for bar in panel.bars)


@pytest.mark.parametrize(
    ("names", "keys", "error", "problem"),
    [
        (["a1"], [], UsageError, "only 1 product to draw"),
        (["a1", "a1"], [], UsageError, "only 1 product to draw"),
        (["a1", "a1-pro", "h20", "h200", "950pr", "950dt", "n1", "n2", "n3"], [], UsageError, f"{MAX_PRODUCTS + 1} different"),
        (["a1", "a1-pro"], ["maker"], UsageError, "maker is a reference"),
        (["a1", "a1-pro"], ["wieght"], UnknownKeyError, "wieght"),
        (["a1", "nothing-of-the-sort"], [], NotFoundError, "nothing-of-the-sort"),
        (["n1", "n3"], ["launch"], SpecdbError, "none of these attributes is stated by at least two of Nova, Lumen"),
        (["a1", "moonix"], [], SpecdbError, "no quantity is stated by at least two of DingTalk A1, Moonix AI Glasses"),
        (["a1", "a1-pro"], ["weight"], SpecdbError, "only DingTalk A1 Pro states it"),
    ],
)
def test_bars_say_what_is_wrong(own: View, names: list[str], keys: list[str], error: type[SpecdbError], problem: str) -> None:
    with pytest.raises(error, match=problem):
        build_bar_chart(own, names, keys)


def test_points(own: View) -> None:
    chart = build_scatter_chart(own, ["n1", "n2", "n3", "n4"], "weight", "battery")
    assert [(point.label, point.group, point.x.text, point.y.text) for point in chart.points] == [
        ("Nova", "phone", "170 g", "≥ 4,000 mAh"),
        ("Orbit", "phone", "≈ 200 g", "> 5,000 mAh"),
        ("Lumen", "phone", "190 g", "4,500 mAh"),
    ]
    assert chart.omitted == (("Mute", "weight not stated and battery capacity not stated"),)
    assert (chart.x.title, chart.y.title) == ("weight [g]", "battery capacity [mAh]")
    assert chart.title == "battery capacity against weight: Nova, Orbit, Lumen"
    assert chart.sources == ("fair (2026-10-01)",)


def test_points_in_time(own: View) -> None:
    chart = build_scatter_chart(own, ["n1", "n2", "n3"], "launch", "weight")
    assert [(point.label, point.x.text, point.x.modifier) for point in chart.points] == [
        ("Nova", "2026-Q2", "span"),
        ("Orbit", "2026-03-05", "day"),
    ]
    assert chart.omitted == (("Lumen", "launch not stated"),)
    assert (chart.x, chart.y) == (ChartAxis("launch", "", dated=True), ChartAxis("weight", "g"))
    assert build_scatter_chart(own, ["n1", "n2"], "weight", "launch").y == chart.x
    assert all("launch" not in heading for heading in drawn(build_bar_chart(own, ["n1", "n2"])))  # only where it is asked for


@pytest.mark.parametrize(
    ("slugs", "x", "y", "name", "why"),
    [
        (["moonix", "meta-ray-ban-display"], "weight", "battery-life", "Meta Ray-Ban Display", "battery life not stated"),
        (["a1-pro", "moonix"], "weight", "price", "Moonix AI Glasses", "price unknown"),
        (
            ["a1-pro", "950pr"],
            "battery",
            "price",
            "Huawei Ascend 950PR",
            "battery capacity not stated and price only stated for edition=premium / edition=standard",
        ),
    ],
)
def test_who_has_no_place_is_named_with_the_reason(own: View, slugs: list[str], x: str, y: str, name: str, why: str) -> None:
    assert build_scatter_chart(own, slugs, x, y).omitted == ((name, why),)


@pytest.mark.parametrize(("label", "texts"), [("name", ["Nova", "Orbit"]), ("slug", ["n1", "n2"]), ("none", ["", ""])])
def test_labels(own: View, label: str, texts: list[str]) -> None:
    assert [point.label for point in build_scatter_chart(own, ["n1", "n2"], "weight", "battery", label).points] == texts


def test_an_axis_takes_the_one_set_of_qualifiers_that_there_is(own: View) -> None:
    chart = build_scatter_chart(own, ["950pr", "h20"], "memory", "compute")
    assert chart.y.title == "compute (precision=FP4) [PFLOPS]"
    bound = build_scatter_chart(own, ["950pr", "h20"], "memory", "compute[precision=FP4]")
    assert (bound.points, bound.y) == (chart.points, chart.y)


@pytest.mark.parametrize(
    ("slugs", "x", "y", "label", "error", "problem"),
    [
        (["n1", "n2"], "weight", "battery", "brand", UsageError, "unknown label 'brand'"),
        (["n1", "n2"], "weight", "camera", "name", UsageError, "camera is a text"),
        (["n1", "n2"], "weight", "price", "name", UsageError, "price is stated in EUR and USD"),
        (
            ["950pr", "h20", "h200", "ascend-950"],
            "memory",
            "compute",
            "name",
            UsageError,
            "compute is stated for several qualifiers",
        ),
        (
            ["n1", "n2"],
            "weight",
            "memory",
            "name",
            SpecdbError,
            "nothing to draw: no product states both weight and memory capacity",
        ),
        ([], "weight", "battery", "name", SpecdbError, "nothing to draw: no product states both weight and battery capacity"),
    ],
)
def test_points_say_what_is_wrong(
    own: View, slugs: list[str], x: str, y: str, label: str, error: type[SpecdbError], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        build_scatter_chart(own, slugs, x, y, label)


def test_figures_as_a_table(own: View) -> None:
    chart = build_bar_chart(own, ["n1", "n3"], ["thickness", "battery"])
    assert [[cell.text for cell in row.cells] for row in chart.table().rows] == [
        ["battery capacity [mAh]", "≥ 4,000 mAh", "4,500 mAh"]
    ]
    found: ScatterChart = build_scatter_chart(own, ["n1"], "weight", "battery")
    assert [[cell.text for cell in row.cells] for row in found.table().rows] == [["Nova", "phone", "170 g", "≥ 4,000 mAh"]]
