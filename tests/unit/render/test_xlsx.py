from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from helpers.tables import HOSTILE, comparison, hostile_table
from specdb.domain.table import Cell, Column, Row, Scalar, Table
from specdb.errors import DatabaseError
from specdb.render.xlsx import render

if TYPE_CHECKING:
    from collections.abc import Iterator


def book(table: Table) -> openpyxl.Workbook:
    out = BytesIO()
    render(table, out)
    return openpyxl.load_workbook(BytesIO(out.getvalue()))


def table(*values: Scalar, title: str = "") -> Table:
    return Table([Column("a", "A")], [Row((Cell(str(value), value),)) for value in values], title=title)


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (-2.5, "n", -2.5),
        (2980.0, "n", 2980),
        (True, "b", True),
        ("=1+1", "s", "=1+1"),
        ("-2.5", "s", "-2.5"),
        ("https://example.org", "s", "https://example.org"),
        ("mailto:a@example.org", "s", "mailto:a@example.org"),
        ({"precision": "FP4"}, "s", "precision=FP4"),
        (2**53 + 1, "s", "9007199254740993"),
        (float("inf"), "n", None),
        (None, "n", None),
        ("half \ud800 pair\uffff", "s", "half � pair�"),
    ],
)
def test_cell(value: Scalar, kind: str, read: object) -> None:
    cell = book(table(value))["Table"]["A2"]
    assert (cell.data_type, cell.value) == (kind, read)


def test_comparison() -> None:
    written = book(comparison())
    assert written.sheetnames == ["Recorder and Recorder Pro", "Footnotes"]
    sheet = written["Recorder and Recorder Pro"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Attribute", "Recorder", "Recorder Pro", "vs Recorder"],
        ["Battery", 640, 2980, 2340],
        ["Recording", 45, 180, 135],
        ["Fast charging", False, True, None],
        ["Display", "—", "n/a", None],
        ["Colour", "unknown", "black", None],
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D6"
    assert sheet["A1"].font.b
    assert [cell.value for cell in written["Footnotes"][2]] == [1, "Launch article, 2025-08-25, line 14"]


def test_hostile_text_is_string_cells() -> None:
    sheet = book(hostile_table()).worksheets[0]
    cells = [sheet.cell(row, 2) for row in range(2, len(HOSTILE) + 2)]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert [unescape(str(cell.value or "")) for cell in cells] == list(HOSTILE)


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384, f"<r>{'x' * 32_768}</r>"])
def test_text_that_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(DatabaseError, match=r"row 3, column 'A' has [\d,]+ characters; XLSX allows at most 32,767"):
        book(table("x" * 32_767, text))


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(DatabaseError, match="16,385 columns; XLSX allows at most 16,384"):
        book(Table([Column(str(n), str(n)) for n in range(16_385)], []))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specdb.render.xlsx._MAX_ROWS", 3)
    assert book(table(1, 2))["Table"].max_row == 3
    with pytest.raises(DatabaseError, match="more than 2 rows, the maximum of XLSX"):
        book(table(1, 2, 3))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "Table"),
        ("A1: 2/3 [x]?", "A1- 2-3 (x)-"),
        ("'quoted'", "quoted"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
        ("History", "Table"),
        ("Footnotes", "Footnotes"),
    ],
)
def test_sheet_name(title: str, name: str) -> None:
    source = table(1, title=title)
    source.footnotes.append("a note")
    assert book(source).sheetnames[0] == name


def test_a_row_that_fails_leaves_no_file_behind() -> None:
    def rows() -> Iterator[Row]:
        yield Row((Cell("x", "x"),))
        raise RuntimeError("the cursor broke")

    before = set(Path(gettempdir()).glob("specdb-*"))
    with pytest.raises(RuntimeError, match="the cursor broke"):
        render(Table([Column("a", "A")], rows()), BytesIO())
    assert set(Path(gettempdir()).glob("specdb-*")) == before
