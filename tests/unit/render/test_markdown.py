from __future__ import annotations

import re
from io import StringIO

import pytest

from helpers.tables import HOSTILE, comparison, hostile_table
from specdb.domain.table import Cell, Column, Row, Table
from specdb.render.markdown import render


def written(table: Table) -> str:
    out = StringIO()
    render(table, out)
    return out.getvalue()


def test_comparison() -> None:
    assert written(comparison()).splitlines() == [
        "**Recorder and Recorder Pro**",
        "",
        "| Attribute | Recorder | Recorder Pro | vs Recorder |",
        "| --- | --- | --- | --- |",
        "| **Power** |  |  |  |",
        "| Battery | 640 mAh | **2,980 mAh** ★<sup>1</sup> | +2,340 mAh, 4.7x |",
        "| Recording | ≤ 45 h | **≤ 180 h** ☆ | +135 h, 4x |",
        "| Fast charging | no | yes |  |",
        "| **Body** |  |  |  |",
        "| Display | — | n/a |  |",
        "| Colour | unknown | black |  |",
        "",
        "★ best  ☆ probably best",
        "",
        "1. Launch article, 2025-08-25, line 14",
    ]


def test_numeric_columns_are_to_the_right() -> None:
    table = Table([Column("a", "A"), Column("b", "B", numeric=True)], [])
    assert written(table) == "| A | B |\n| --- | ---: |\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("*a* _b_ `c` [d](e) ~f~ $g$ #1", r"\*a\* \_b\_ \`c\` \[d\](e) \~f\~ \$g\$ \#1"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("two\nlines", "two lines"),
        ("\x1b[0m", r"␛\[0m"),
        (" spaces ", "spaces"),
    ],
)
def test_text_is_escaped(text: str, shown: str) -> None:
    table = Table([Column("a", "A")], [Row((Cell(text, text),))])
    assert written(table).splitlines()[2] == f"| {shown} |"


def test_hostile_text_keeps_the_table_whole() -> None:
    lines = [line for line in written(hostile_table()).splitlines() if line.startswith("|")]
    assert len(lines) == len(HOSTILE) + 3
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3
        assert not re.search(r"<(?!/?sup>)", line)
