"""Each table format with the same data, and the peculiarities of each format."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from specdb.errors import UnknownKeyError, UsageError, ValidationError
from specdb.ingest.tables import detect_format, read_sheets
from specdb.ingest.tables.sheet import Shape, cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Sheet

RECORDS: list[dict[str, Any]] = [
    {"Name": "One", "Weight (g)": 40, "Lit": True},
    {"Name": "Two, too", "Weight (g)": 35.5, "Lit": None},
]
EXPECTED = [["One", "40", "true"], ["Two, too", "35.5", ""]]


def as_csv(path: Path) -> None:
    path.write_text('Name,Weight (g),Lit\nOne,40,true\n"Two, too",35.5,\n', encoding="utf-8")


def as_tsv(path: Path) -> None:
    path.write_text("Name\tWeight (g)\tLit\r\nOne\t40\ttrue\r\nTwo, too\t35.5\t\r\n", encoding="utf-16")


def as_xlsx(path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(RECORDS[0]))
    for record in RECORDS:
        page.append(list(record.values()))
    book.save(path)


def as_json(path: Path) -> None:
    path.write_text(json.dumps(RECORDS, indent=1), encoding="utf-8")


def as_jsonl(path: Path) -> None:
    path.write_text("\n\n".join(map(json.dumps, RECORDS)), encoding="utf-8")


def as_parquet(path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(RECORDS), path)


def as_html(path: Path) -> None:
    rows = "<tr><td>One<td>40<td>true</tr><tr><td><p>Two,\n <i>too</i></p></td><td>35.5</td><td><!-- no --></td></tr>"
    path.write_text(f"<p>x</p><table><tr><th>Name<th>Weight (g)<th>Lit</tr>{rows}</table>", encoding="utf-8")


OPEN: list[Iterator[Sheet]] = []


def only(path: Path, shape: Shape = Shape()) -> Sheet:  # noqa: B008  a constant
    """The first table of a file, which stays open while the reader is kept."""
    OPEN.append(read_sheets(path, detect_format(path), shape, lambda _file: None))
    return next(OPEN[-1])


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", as_csv),
        ("a.tsv", as_tsv),
        ("a.xlsx", as_xlsx),
        ("a.json", as_json),
        ("a.ndjson", as_jsonl),
        ("a.parquet", as_parquet),
        ("a.htm", as_html),
    ],
)
def test_the_same_table_in_each_format(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    tables = read_sheets(tmp_path / name, detect_format(tmp_path / name), Shape(), lambda _file: None)
    sheet = next(tables)
    assert sheet.header == ("Name", "Weight (g)", "Lit")
    assert [list(row.cells) for row in sheet.rows(["Name", "Weight (g)", "Lit"])] == EXPECTED
    assert list(tables) == []


@pytest.mark.parametrize(
    ("name", "given", "format"),
    [("a.CSV", "", "csv"), ("a.tab", "", "tsv"), ("a.yml", "", "yaml"), ("a.txt", "csv", "csv"), ("a.csv", "json", "json")],
)
def test_the_ending_tells_the_format(tmp_path: Path, name: str, given: str, format: str) -> None:
    assert detect_format(tmp_path / name, given) == format


def test_a_format_that_nothing_tells(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown file suffix of .*a\.txt\nadd --from with one of csv"):
        detect_format(tmp_path / "a.txt")
    with pytest.raises(UnknownKeyError, match="unknown format 'exel'"):
        detect_format(tmp_path / "a.txt", "exel")


NESTED = [
    {"name": "A", "size": {"mm": 5, "x.y": 1}, "ranges": [{"cycle": "wltp", "km": 700}, {"cycle": "epa", "km": 600}]},
    {"name": "B", "ranges": [{"cycle": "epa", "km": 500.50}], "tags": ["x", "y"], "parts": [{"n": 1}, {"n": 2}]},
]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("name", ["A", "B"]),
        ("size.mm", ["5", ""]),
        ("ranges[cycle=wltp].km", ["700", ""]),
        ("ranges[cycle=epa].km", ["600", "500.5"]),
        ("ranges[0].km", ["700", "500.5"]),
        ("ranges[].km", ["700; 600", "500.5"]),
        ("parts[].n", ["", "1; 2"]),
        ("tags", ["", "x; y"]),
    ],
)
def test_paths_into_records(tmp_path: Path, column: str, cells: list[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(NESTED), encoding="utf-8")
    assert [row.cells[0] for row in only(path).rows([column])] == cells


def test_the_columns_of_records(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(NESTED), encoding="utf-8")
    assert only(path).header == (
        *("name", "size.mm", "size.x.y", "ranges[cycle=wltp].cycle", "ranges[cycle=wltp].km"),
        *("ranges[cycle=epa].cycle", "ranges[cycle=epa].km", "tags", "parts[].n"),
    )


@pytest.mark.parametrize(
    ("text", "records", "names"),
    [
        ('{"Name": "One", "w": {"g": 1}}', "", ["One"]),
        ('{"data": {"lamps": [{"Name": "One"}, {"Name": "Two"}]}}', "data.lamps", ["One", "Two"]),
        ('{"lamps": {"l1": {"Name": "One"}, "l2": {"Name": "Two"}}}', "lamps", ["One", "Two"]),
        ("[]", "", []),
        ('[{"Name": 1.50}]', "", ["1.50"]),
        ('[{"Name": 1e400}, {"Name": NaN}]', "", ["1e400", "NaN"]),
    ],
)
def test_locates_records(tmp_path: Path, text: str, records: str, names: list[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    sheet = only(path, Shape(records=records))
    assert [row.cells[0] for row in sheet.rows(["Name"] if names else [])] == names


def test_many_records_are_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"Name": f"n{number}", "long": "é" * 300} for number in range(9000)]), encoding="utf-8")
    names = [row.cells[0] for row in only(path).rows(["Name"])]
    assert names == [f"n{number}" for number in range(9000)]


def test_a_record_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"Name": "A"}, 5]', encoding="utf-8")
    assert [row.problem[:22] for row in only(path).rows(["Name"])] == ["", "the record '5' is not "]


def test_a_path_that_no_record_has(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"Name": "A"}]', encoding="utf-8")
    with pytest.raises(ValidationError, match="no record has 'Nmae' \\(did you mean Name"):
        list(only(path).rows(["Nmae"]))


def test_rejects_nested_records_with_their_path(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"items": RECORDS, "others": [{"x": 1}]}), encoding="utf-8")
    with pytest.raises(ValidationError, match=r"has 'Lit', but those in items do \(add records: items to the mapping"):
        list(only(path).rows(["Name", "Lit"]))


def test_cells_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "lamps"
    page.append(["a", "b", "c", "d", "e"])
    page.append([0.255, 4960.0, datetime.datetime(2026, 1, 31), datetime.datetime(2026, 1, 31, 10, 30), "x"])
    page["A2"].number_format = "0.0%"
    book.create_sheet("empty")
    book.create_sheet("more").append(["Name"])
    book.save(path)
    found = []
    for sheet in read_sheets(path, "xlsx", Shape(), lambda _file: None):
        found.append((sheet.name, [list(row.cells) for row in sheet.rows(sheet.header)]))
    assert found == [("lamps", [["25.5%", "4960", "2026-01-31", "2026-01-31T10:30:00", "x"]]), ("more", [])]


def test_what_a_spreadsheet_shows_with_a_number(tmp_path: Path) -> None:
    book = Workbook()
    page: Any = book.active
    page.append(["Name", "Price", "Weight", "Voltage", "Share", "Text"])
    page.append(["One", 4.5, 2.25, 3.7, 0.945, "5,20 €"])
    for place, form in {"B2": "#,##0.00 [$€-407]", "C2": '0.00" kg"', "D2": '0.0 "nominal"', "E2": "0%"}.items():
        page[place].number_format = form
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_sheets(tmp_path / "a.xlsx", "xlsx", Shape(), lambda _file: None)
    assert [list(row.cells) for row in sheet.rows(sheet.header)] == [["One", "4.5 €", "2.25 kg", "3.7", "94.5%", "5,20 €"]]


def test_a_heading_over_several_columns_is_said_of_each(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Lamps of 2026\n\nModel,Size [1],,Price\n,L [mm],W [mm],\nOne,1,2,3\n", encoding="utf-8")
    (sheet,) = read_sheets(path, "csv", Shape(header=(3, 4)), lambda _file: None)
    assert sheet.header == ("Model", "Size L [mm]", "Size W [mm]", "Price")


PAGE = """<table><caption>Lamps <b>and</b> more</caption><thead>
<tr><th rowspan=2>Name</th><th colspan=2>Size</th></tr><tr><th>mm</th><th>in</th></tr></thead>
<tr><td rowspan="2">One</td><td>1<br>2<script>x()</script></td><td>3</td></tr>
<tr><td>4</td><td><table><tr><td>inner</td></tr></table>5</td></tr></table>"""


def test_spans_captions_and_inner_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    found = list(read_sheets(path, "html", Shape(header=(1, 2)), lambda _file: None))
    assert [sheet.name for sheet in found] == ["Lamps and more", ""]
    assert found[0].header == ("Name", "Size mm", "Size in")
    assert [list(row.cells) for row in found[0].rows(found[0].header)] == [["One", "1\n2", "3"], ["One", "4", "5"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (4960.0, "4960"),
        (1e-7, "1e-07"),
        (["a", 1], "a; 1"),
        ({"b": 1, "a": "x"}, "a=x;b=1"),
        (5, "5"),
    ],
)
def test_values_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text
