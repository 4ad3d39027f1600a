from __future__ import annotations

from io import StringIO

from helpers.tables import HOSTILE, comparison, hostile_table
from specdb.domain.table import Cell, Column, Row, Table
from specdb.render.tsv import render


def written(table: Table) -> str:
    out = StringIO()
    render(table, out)
    return out.getvalue()


def test_comparison() -> None:
    assert written(comparison()).splitlines() == [
        "Attribute\tRecorder\tRecorder Pro\tvs Recorder",
        "Battery\t640 mAh\t2,980 mAh ★ [1]\t+2,340 mAh, 4.7x",
        "Recording\t≤ 45 h\t≤ 180 h ☆\t+135 h, 4x",
        "Fast charging\tno\tyes\t",
        "Display\t—\tn/a\t",
        "Colour\tunknown\tblack\t",
        "",
        "[1] Launch article, 2025-08-25, line 14",
    ]


def test_no_footnotes_no_tail() -> None:
    table = Table([Column("a", "A"), Column("b", "B")], [Row((Cell("1"), Cell("2")))], title="Untold")
    assert written(table) == "A\tB\n1\t2\n"


def test_hostile_text_stays_in_its_cell() -> None:
    lines = written(hostile_table()).splitlines()
    rows = lines[1 : len(HOSTILE) + 1]
    assert [line.count("\t") for line in rows] == [1] * len(HOSTILE)
    assert rows[0] == "row 0\t␛[31mred␛[0m [1]"
    assert "two lines of text and tab [1]" in rows[19]
