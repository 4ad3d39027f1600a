"""Tables for the tests of renderers: a comparison with every mark, and one of hostile text."""

from __future__ import annotations

from specdb.domain.table import Cell, Column, Row, Table

ESC, BELL, C1, DEL = "\x1b", "\x07", "\x9b", "\x7f"

HOSTILE = (
    f"{ESC}[31mred{ESC}[0m",
    f"{ESC}]8;;https://evil.example{ESC}\\click{ESC}]8;;{ESC}\\",
    f"{ESC}]52;c;cm0gLXJm{BELL}",
    f"{C1}2J{DEL}",
    "abc\u202egpj.exe\u2066x\u2069",
    "pay\u200bpal\u200d\ufeff",
    "[red]markup[/red] [/foo] [link=x]",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> &amp; '",
    "</style></table><h1>out</h1>",
    "=cmd|' /C calc'!A0",
    "  +1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "a|b \\| `c` *d* _e_ ~f~ $g$ # h",
    'comma, "quote" ; semicolon',
    "two\nlines\r\nof text\rand\ttab",
    "<r><t>not markup</t></r>",
    "<r>&broken</r>",
    "_x0041_",
    "line\u2028paragraph\u2029",
    "",
    " ",
    "'",
)


def hostile_table() -> Table:
    """Every hostile text as a cell, and some of them as title, group, header and footnote."""
    columns = [Column("name", HOSTILE[6]), Column("text", HOSTILE[7])]
    rows = [
        Row((Cell(f"row {n}", f"row {n}"), Cell(text, text, notes=(1,))), group=HOSTILE[0]) for n, text in enumerate(HOSTILE)
    ]
    return Table(columns, rows, title=HOSTILE[8], footnotes=[HOSTILE[9], HOSTILE[1]])


def figure(text: str, value: float, best: str = "", notes: tuple[int, ...] = ()) -> Cell:
    return Cell(text, value, best=best, notes=notes)


def comparison() -> Table:
    """Two recorders: groups, a difference column, best values, all five states, footnotes."""
    columns = [
        Column("attribute", "Attribute"),
        Column("r1", "Recorder"),
        Column("r2", "Recorder Pro"),
        Column("difference", "vs Recorder", difference=True),
    ]
    none = Cell("")
    yes, no = Cell("yes", True, "yes"), Cell("no", False, "no")
    unknown, absent = Cell("unknown", "unknown", "unknown"), Cell("n/a", None, "not-applicable")
    unstated = Cell("—", None, "not-stated")
    more = Cell("+2,340 mAh, 4.7x", 2340.0)
    lines = [
        ("Power", "Battery", figure("640 mAh", 640.0), figure("2,980 mAh", 2980.0, "certain", (1,)), more),
        ("Power", "Recording", figure("≤ 45 h", 45.0), figure("≤ 180 h", 180.0, "likely"), Cell("+135 h, 4x", 135.0)),
        ("Power", "Fast charging", no, yes, none),
        ("Body", "Display", unstated, absent, none),
        ("Body", "Colour", unknown, Cell("black", "black"), none),
    ]
    rows = [Row((Cell(name, name), *cells), group) for group, name, *cells in lines]
    return Table(columns, rows, title="Recorder and Recorder Pro", footnotes=["Launch article, 2025-08-25, line 14"])
