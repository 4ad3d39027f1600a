from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from helpers.tables import HOSTILE, comparison, figure, hostile_table
from specdb.domain.table import Cell, Column, Row, Table
from specdb.render.terminal import embed, render, svg


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


def drawn(table: Table, width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    out = StringIO()
    render(table, out)
    return out.getvalue().splitlines()


def test_comparison_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(comparison(), 80, monkeypatch) == [
        "Recorder and Recorder Pro",
        "",
        "Attribute      Recorder  Recorder Pro     vs Recorder",
        "──────────────────────────────────────────────────────────",
        "Power",
        "Battery        640 mAh   2,980 mAh ★ [1]  +2,340 mAh, 4.7x",
        "Recording      ≤ 45 h    ≤ 180 h ☆        +135 h, 4x",
        "Fast charging  no        yes",
        "",
        "Body",
        "Display        —         n/a",
        "Colour         unknown   black",
        "",
        "★ best  ☆ probably best",
        "",
        "[1] Launch article, 2025-08-25, line 14",
    ]


def test_a_difference_that_does_not_fit_goes_below_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(comparison(), 50, monkeypatch)[2:9] == [
        "                         Recorder Pro",
        "Attribute      Recorder  vs Recorder",
        "─────────────────────────────────────────",
        "Power",
        "Battery        640 mAh   2,980 mAh ★ [1]",
        "                         +2,340 mAh, 4.7x",
        "Recording      ≤ 45 h    ≤ 180 h ☆",
    ]


def wide() -> Table:
    """Three products, two differences, figures to the right, a long text."""
    columns = [Column("attribute", "Attribute")]
    for name in ("Alpha", "Beta", "Gamma"):
        columns.append(Column(name, name, numeric=True))
        columns += [Column(f"{name}-d", "vs Alpha", numeric=True, difference=True)] if name != "Alpha" else []
    port = "a magnetic contact in the charging case, which has USB-C"
    rows = [
        Row((Cell("Weight"), figure("≈ 40 g", 40), figure("168 g", 168), Cell("+128 g, 4.2x"), Cell("—"), Cell(""))),
        Row((Cell("Port"), Cell(port, port), Cell("USB-C", "USB-C"), Cell(""), Cell("pogo pins"), Cell(""))),
    ]
    return Table(columns, rows)


def test_two_differences_are_folded_even_in_160_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(wide(), 160, monkeypatch) == [
        "                                                                             Beta      Gamma",
        "Attribute                                                     Alpha      vs Alpha   vs Alpha",
        "────────────────────────────────────────────────────────────────────────────────────────────",
        "Weight                                                       ≈ 40 g         168 g          —",
        "                                                                     +128 g, 4.2x",
        "Port       a magnetic contact in the charging case, which has USB-C         USB-C  pogo pins",
    ]


def test_text_wraps_on_words_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(wide(), 80, monkeypatch) == [
        "                                                                 Beta      Gamma",
        "Attribute                                         Alpha      vs Alpha   vs Alpha",
        "────────────────────────────────────────────────────────────────────────────────",
        "Weight                                           ≈ 40 g         168 g          —",
        "                                                         +128 g, 4.2x",
        "Port       a magnetic contact in the charging case,             USB-C  pogo pins",
        "           which has USB-C",
    ]


def test_columns_that_cannot_fit_go_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [Column("a", "Attribute"), *(Column(f"p{n}", f"Product {n}", numeric=True) for n in range(4))]
    rows = [Row((Cell("Battery"), *(figure(f"{n},980 mAh", n) for n in range(4))), "Power")]
    assert drawn(Table(columns, rows), 35, monkeypatch) == [
        "Attribute  Product 0  Product 1",
        "───────────────────────────────",
        "Power",
        "Battery    0,980 mAh  1,980 mAh",
        "",
        "Attribute  Product 2  Product 3",
        "───────────────────────────────",
        "Power",
        "Battery    2,980 mAh  3,980 mAh",
    ]


@pytest.mark.parametrize("width", range(8, 60))
def test_a_figure_keeps_its_unit(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(drawn(comparison(), width, monkeypatch))
    for whole in ("640 mAh", "2,980 mAh ★ [1]", "≤ 180 h ☆", "+2,340 mAh,", "+135 h,"):
        assert whole in text


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))), min_size=1), st.integers(20, 90))
def test_no_text_is_cut_and_no_line_too_long(texts: list[str], width: int) -> None:
    table = Table([Column("a", "A"), Column("b", "B")], [Row((Cell("x"), Cell(text, text))) for text in texts])
    with pytest.MonkeyPatch.context() as monkeypatch:
        lines = drawn(table, width, monkeypatch)
    assert max(map(cell_len, lines)) <= width
    shown = "".join(line[1:] for line in lines[2:])
    assert shown.replace(" ", "").replace("x", "") == "".join(texts).replace(" ", "").replace("x", "")


def test_long_words_are_broken_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "https://example.org/" + "0123456789" * 10
    lines = drawn(Table([Column("a", "A")], [Row((Cell(address, address),))]), 40, monkeypatch)
    assert "".join(lines[2:]) == address
    assert max(map(len, lines)) == 40


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, pipe, bare = Terminal(), StringIO(), Terminal()
    render(comparison(), terminal)
    render(comparison(), pipe)
    monkeypatch.setenv("NO_COLOR", "1")
    render(comparison(), bare)
    assert "\x1b[1;32m2,980 mAh ★ [1]\x1b[0m" in terminal.getvalue()
    assert "\x1b[31mno\x1b[0m" in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue()
    assert "\x1b[1m2,980 mAh ★ [1]\x1b[0m" in bare.getvalue()
    assert "\x1b[31m" not in bare.getvalue()


def test_text_for_a_program_is_never_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = StringIO()
    embed(comparison(), out)
    assert "\x1b" not in out.getvalue()


def test_hostile_text_is_shown_never_interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(drawn(hostile_table(), 160, monkeypatch))
    assert {category(c) for c in text if c != "\n"}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    for shown in ("␛[31mred␛[0m", "abc�gpj.exe�x�", "[red]markup[/red] [/foo] [link=x]", "two lines of text and tab"):
        assert shown in text
    assert text.count("row ") == len(HOSTILE)


def test_no_rows_and_no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(Table([Column("a", "A")], []), 80, monkeypatch) == ["A", "─"]
    assert drawn(Table([], []), 80, monkeypatch) == []


def test_svg_loads_nothing() -> None:
    text = svg(comparison(), 80, "specdb compare <a> b")
    assert text.startswith("<svg")
    assert text == svg(comparison(), 80, "specdb compare <a> b")
    assert "2,980&#160;mAh" in text
    assert "url(http" not in text
    assert "@font-face" not in text
    assert "<a>" not in text


class AsciiTerminal(TextIOWrapper):
    """A terminal that can only show ASCII; what it cannot encode raises."""

    def __init__(self) -> None:
        super().__init__(BytesIO(), encoding="ascii", newline="\n")

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, BytesIO)
        return buffer.getvalue().decode("ascii")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("≤ 16 h"), "<= 16 h"),
        (Cell("≈ 40 g"), "~ 40 g"),
        (Cell("≥ 5 years"), ">= 5 years"),
        (Cell("± 6 µm"), "+/- 6 um"),
        (Cell("30–40 %"), "30-40 %"),
        (Cell("180 days", 180, best="certain", claim="holds"), "180 days * +"),
        (Cell("≤ 180 h", best="likely", claim="fails"), "<= 180 h (*) x"),
        (Cell("— “not stated”"), '- "not stated"'),
        (Cell("眼镜"), "??"),
    ],
    ids=lambda value: value.text if isinstance(value, Cell) else value,
)
def test_ascii_terminal_spells_signs(cell: Cell, expected: str) -> None:
    out = AsciiTerminal()
    render(Table([Column("a", "attribute"), Column("b", "product")], [Row((Cell("weight"), cell))]), out)
    assert out.text().splitlines()[2] == f"weight     {expected}"
