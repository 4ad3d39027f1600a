"""Broken or malicious files are rejected, or their cells are, with place and hint; nothing is changed."""

from __future__ import annotations

import codecs
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from specdb.database.connection import connect
from specdb.errors import SpecdbError
from specdb.ingest.tables.import_files import ImportOptions, import_files

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.ingest.tables.import_report import ImportReport

MAPPING = """mapping: 1
source: {slug: sheet-x, title: Sheet X, date: 2026-01-31}
category: ai-glasses
name: "{Name}"
columns: {Weight (g): weight}
"""
HEAD = b"Name,Weight (g)\n"


def zipped(name: str, text: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(name, text)
    return out.getvalue()


def far() -> bytes:
    book, out = Workbook(), BytesIO()
    page = book.active
    assert page is not None
    page["A1"], page["B1"], page["A2"], page["B2"], page["XFD1048576"] = "Name", "Weight (g)", "A", 5, 1
    book.save(out)
    return out.getvalue()


def table(row: str) -> bytes:
    return f"<table><tr><th>Name</th><th>Weight (g)</th></tr>{row}</table>".encode()


def taken(database: Path, folder: Path, name: str, content: bytes, mapping: str = MAPPING) -> ImportReport:
    file, described = folder / name, folder / "mapping.yaml"
    file.write_bytes(content)
    described.write_text(mapping, encoding="utf-8")
    return import_files(database, [file], ImportOptions(described), lambda _: True)[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", HEAD + b"A," + b"9" * 17_000_000 + b"\nB,2\n", "a.csv, line 2: a line of more than 16,777,216 characters"),
        ("a.csv", HEAD + b'A,"1\n' + b"B,2\n" * 300_000, 'row 2 cannot be read: .*look for an unclosed quote "'),
        ("a.csv", b",".join(b"c" for _ in range(100_000)) + b"\n", "100,000 columns in row 1 .*at most 16,384"),
        ("a.csv", b"", "is empty"),
        ("a.csv", codecs.BOM_UTF16_LE + b"N\x00a", "not UTF-16"),
        (
            "a.xlsx",
            zipped("xl/sharedStrings.xml", b"<si/>" * 10_000_000),
            r"Strings.xml unpacks from [\d,]+ to 50,000,000",
        ),
        ("a.xlsx", zipped("xl/other.xml", b"<x/>"), "cannot read the spreadsheet"),
        ("a.xlsx", b"hello", "not an XLSX file"),
        ("a.parquet", b"hello", "not Parquet"),
        ("a.html", b"<table><tr><td>" * 1000 + b"</td></tr></table>" * 1000, "more than 20 nested tables"),
        (
            "a.html",
            b"<table><tr>" + b"<td rowspan=99999 colspan=999>A" * 9 + b"<tr></tr>" * 9999,
            "the tables have too many cells",
        ),
        ("a.html", table("<tr><td>" + "a " * 600_000 + "</td></tr>"), "a cell of more than 1,048,576 characters"),
        ("a.html", b"<p>nothing</p>", "is empty"),
        ("a.html", table("") + table(""), "has 2 tables\nadd table: to the mapping; the tables are 1 "),
        ("a.json", b"[" * 100_000, "line 1: not JSON: objects are nested too deeply"),
        ("a.json", b'[{"Name": "A"},\n {"Name" 5}]', "line 2: not JSON: Expecting ':' delimiter"),
        ("a.json", b'[{"Name": "A"}', "not JSON: expected a comma or ] after a record"),
        ("a.json", b'[{"Name": "A", "Name": "B"}]', "duplicate key 'Name' in an object"),
        ("a.json", b'[{"Name": "A"}] x', "unexpected text after the end"),
        ("a.json", b'[{"Name": "' + b"x" * 17_000_000, "not JSON"),
        ("a.json", b'{"a": ' * 60 + b"1" + b"}" * 60, "objects are nested more than 40 levels deep"),
        ("a.jsonl", b'{"Name": "A"}\n{"Name": }\n', "line 2: not JSON"),
        ("a.csv", HEAD + b"A\xe9,1\n", None),
        ("a.csv", HEAD + b"A,1\nB,2,3\nC\n\nD,4\n", None),
        ("a.csv", HEAD + b"A\0,1\nB,2\0\n", None),
        ("a.csv", HEAD + b"A," + b"9" * 70_000 + b"\n", None),
        ("a.csv", HEAD + b"A" * 400 + b",1\n", None),
        ("a.csv", HEAD + b"A\x1b[31m,1\n", None),
        ("a.xlsx", far(), None),
        ("a.html", table("<tr><td rowspan=1000000>A<td>1</tr><tr><td>2</tr>"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files(database: Path, tmp_path: Path, name: str, content: bytes, message: str | None) -> None:
    if message is None:
        report = taken(database, tmp_path, name, content)
        assert 1 <= report.total("refused") <= 2
        assert all(problem.row > 1 and problem.reason for problem in report.first)
        return
    with pytest.raises(SpecdbError, match=message):
        taken(database, tmp_path, name, content)
    with closing(connect(database)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM source WHERE slug = 'sheet-x'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("mapping: 1\na: &a [x, x]\nb: [*a, *a]\n", "line 3: an alias"),
        ("mapping: 1\n- x\n", "invalid YAML"),
        ("[]", "the file has no keys"),
        ("mapping: 1\nname: x\nname: y\n", "duplicate key name"),
        ("mapping: 1\ntables: 5\n", "tables is not a list of mappings"),
        (MAPPING + "missing: {a: b}\n", "missing has the wrong type"),
        (MAPPING.replace("name: ", "table: 7\nname: "), "no table '7' in "),
        (MAPPING.replace("name: ", "encoding: klingon\nname: "), "unknown encoding 'klingon'"),
        (MAPPING.replace("name: ", "delimiter: ab\nname: "), "invalid delimiter 'ab'"),
        (MAPPING.replace("{Name}", "x" * 2000), "template of 2,000 characters"),
    ],
    ids=str,
)
def test_bad_mappings(database: Path, tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(SpecdbError, match=message):
        taken(database, tmp_path, "a.csv", HEAD + b"A,1\n", mapping)
