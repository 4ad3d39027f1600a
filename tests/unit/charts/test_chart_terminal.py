"""Charts in the terminal fit the width, have no colour codes in a pipe, and differ by shapes and letters."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from helpers.charts import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BELOW_ZERO,
    DATES,
    EXACT,
    HOSTILE,
    LAUNCH,
    RANGE,
    TOLERANCE,
    VALUES,
    bars,
    crowded_chart,
    date_value,
    points,
)
from specdb.charts import terminal
from specdb.render.sanitize import is_hidden

if TYPE_CHECKING:
    from specdb.charts.model import Chart, ChartValue

CHARTS: dict[str, Chart] = {
    "bars": bars(*VALUES[:8]),
    "lack": bars(EXACT, None, AT_MOST),
    "hostile bars": bars(*VALUES[:5], names=HOSTILE),
    "long names": bars(EXACT, ABOUT, names=("Name " * 12, "Other " * 30)),
    "points": points((EXACT, AT_MOST), (ABOUT, RANGE), (AT_LEAST, EXACT)),
    "hostile points": points(*((EXACT._replace(nominal=n), ABOUT) for n in range(5)), names=HOSTILE),
    "one point": points((EXACT, EXACT)),
    "field": crowded_chart(90),
    "dates": bars(*DATES, None, axis=LAUNCH),
    "points in time": points(*zip(DATES, VALUES, strict=False), x=LAUNCH),
    "time upwards": points((EXACT, DATES[0]), (ABOUT, DATES[3]))._replace(y=LAUNCH),
}


def draw(chart: Chart, monkeypatch: pytest.MonkeyPatch, columns: int = 80) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = StringIO()
    terminal.render(chart, out)
    return out.getvalue()


def row(text: str, name: str) -> str:
    """The line of a product's bar, without its name."""
    return next(line[len(name) :] for line in text.splitlines() if line.startswith(f"{name} ") and "│" in line)


@pytest.mark.parametrize("columns", [30, 80, 160])
@pytest.mark.parametrize("name", CHARTS)
def test_within_the_width_and_without_codes(name: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = draw(CHARTS[name], monkeypatch, columns)
    assert {line for line in text.splitlines() if cell_len(line) > columns} == set()
    assert [character for character in text if is_hidden(character) and character != "\n"] == []


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        (EXACT, r"█+ +4 g"),
        (TOLERANCE, r"█+ +± 6 g"),
        (ABOUT, r"█+▒+ +≈ 40 g"),
        (RANGE, r"█+░+┤ +30–40 g"),
        (AT_MOST, r"░+◄ +≤ 18 g"),
        (AT_LEAST, r"█+░+► +≥ 5 g"),
        (BELOW_ZERO, r"█+ +-4 g"),
        (None, r" +not stated"),
    ],
)
def test_a_bar_says_what_is_sure_and_what_is_open(
    value: ChartValue | None, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = draw(bars(value, VALUES[1]), monkeypatch)
    assert re.fullmatch(rf" │{pattern}", row(text, "Product 1"))


def test_dates_are_on_a_time_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    text = draw(bars(date_value("2024-12-31"), date_value("2025-Q1"), date_value("2025"), axis=LAUNCH), monkeypatch)
    assert re.fullmatch(r" │ +◆ +2024-12-31", row(text, "Product 1"))
    quarter, year = (row(text, f"Product {number}").partition("2025")[0] for number in (2, 3))
    assert (quarter.index("├"), year.index("├")) == (row(text, "Product 1").index("◆"),) * 2
    assert abs((year.index("┤") - year.index("├")) - 4 * (quarter.index("┤") - quarter.index("├"))) <= 3
    assert "2025-01     2025-04     2025-07" in re.sub(r" {2,}", "     ", text)
    assert "◆ on this day   ├░┤ on a day in this period" in text


def test_bars_are_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    text = draw(bars(EXACT, EXACT._replace(nominal=8.0, lo=8.0, hi=8.0)), monkeypatch)
    one, two = (row(text, name).count("█") for name in ("Product 1", "Product 2"))
    assert abs(two - 2 * one) <= 1


def test_each_panel_has_its_axis_with_the_unit_and_a_legend(monkeypatch: pytest.MonkeyPatch) -> None:
    text = draw(CHARTS["bars"], monkeypatch)
    lines = text.splitlines()
    assert lines[0].startswith("Product 1 / Product 2 /")
    assert "weight [g]" in lines
    axis = next(number for number, line in enumerate(lines) if "└" in line)
    assert re.match(r"\s+0\s+10\s+20\s+30\s+40", lines[axis + 1])
    for said in ("█ as stated", "▒ about (±5 %)", "◄ up to", "► at least", "░┤ range", "sources: fair (2026-10-01)"):
        assert said in " ".join(text.split())


@pytest.mark.parametrize(
    ("x", "y", "signs"),
    [
        (EXACT, AT_MOST, "▼"),
        (EXACT, AT_LEAST, "▲"),
        (AT_MOST, EXACT, "◄"),
        (AT_LEAST, EXACT, "►"),
        (RANGE, EXACT, "─"),
        (EXACT, RANGE, "│"),
        (ABOUT, EXACT, "-"),
        (EXACT, ABOUT, ":"),
    ],
)
def test_a_point_says_what_is_open(x: ChartValue, y: ChartValue, signs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    far = EXACT._replace(nominal=60.0, lo=60.0, hi=60.0)
    text = draw(points((x, y), (far, far)), monkeypatch)
    canvas = [line.partition("│")[2] for line in text.splitlines() if "│" in line]
    assert any(signs in line for line in canvas)


def test_letters_are_explained_and_a_shared_cell_shares_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    far = EXACT._replace(nominal=60.0, lo=60.0, hi=60.0)
    text = draw(points((EXACT, EXACT), (far, far), (EXACT, EXACT)), monkeypatch)
    key = [line.split(maxsplit=3)[:3] for line in text.splitlines() if re.match(r"[a-z]  ", line)]
    assert key == [["a", "Product", "1"], ["a", "Product", "3"], ["b", "Product", "2"]]
    assert "not drawn: Odd one (weight not stated)" in text


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_colours_only_where_they_are_wanted(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = draw(CHARTS["bars"], monkeypatch)
    assert ("\x1b[34m" in text) is coloured
