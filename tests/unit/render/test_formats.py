from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from helpers.tables import comparison, hostile_table
from specdb.api import ResultTable
from specdb.errors import UnknownKeyError, UsageError
from specdb.render import FORMATS, default_format, to_text, write


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_its_module(format: str) -> None:
    assert callable(import_module(FORMATS[format]).render)


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "xlsx"])
def test_to_text(format: str) -> None:
    assert "Recorder" in to_text(comparison(), format) or format in ("csv", "json", "jsonl")
    assert ResultTable.from_table(comparison()).render(format) == to_text(comparison(), format)
    assert "\x1b" not in to_text(hostile_table(), format) or format == "csv"


def test_a_notebook_gets_a_fragment() -> None:
    table = ResultTable.from_table(comparison())
    assert table._repr_html_().startswith('<div class="specdb">')
    assert repr(table).startswith("Recorder and Recorder Pro\n")


@pytest.mark.parametrize(
    ("format", "hint"), [("jsn", "did you mean json"), ("markdwon", "did you mean markdown"), ("qq", "table, tsv, csv")]
)
def test_an_unknown_format_is_answered_with_the_nearest(format: str, hint: str) -> None:
    for use in (lambda: to_text(comparison(), format), lambda: write(comparison(), format)):
        with pytest.raises(UnknownKeyError, match=f"unknown format '{format}'") as caught:
            use()
        assert hint in caught.value.hint


def test_xlsx_is_not_text() -> None:
    with pytest.raises(UsageError, match="xlsx is a binary format"):
        to_text(comparison(), "xlsx")


@pytest.mark.parametrize(
    ("output", "format"),
    [
        (None, "tsv"),
        ("-", "tsv"),
        ("chips.csv", "csv"),
        ("a/b.XLSX", "xlsx"),
        ("README.md", "markdown"),
        ("notes.txt", "tsv"),
        ("json", "json"),
    ],
)
def test_default_format(output: str | None, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert default_format(output) == format


@pytest.mark.parametrize(
    ("format", "absent"),
    [
        ("csv", ("rich", "xlsxwriter", "json", "csv", "html", "pathlib", "difflib", "dataclasses")),
        ("tsv", ("rich", "xlsxwriter", "json", "html", "pathlib", "difflib", "dataclasses")),
        ("json", ("rich", "xlsxwriter", "html", "pathlib", "difflib", "dataclasses")),
        ("html", ("rich", "xlsxwriter", "json", "pathlib", "difflib", "dataclasses")),
        ("table", ("rich.table", "xlsxwriter", "html", "json", "difflib")),
    ],
)
def test_a_format_imports_no_other(format: str, absent: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from specdb.domain.table import Cell, Column, Row, Table\n"
        "from specdb.render import write\n"
        f"write(Table([Column('a', 'A')], [Row((Cell('x', 'x'),))]), {format!r})\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env=paths())
    assert not set(absent) & set(done.stderr.split())


def paths() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(filter(None, sys.path))}
