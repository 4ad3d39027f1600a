"""Verification of texts: the articles if they are available, and texts with every possible problem."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import warnings
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from specdb.analysis.build_view import build_view
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import load
from specdb.errors import DatabaseError, NotFoundError, SpecdbError, ValidationError
from specdb.reports.verify import MAX_BYTES, MAX_LINE_BYTES, verify

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.table import Table

ARTICLES = Path(__file__).parents[4] / "shared" / "corpus" / "articles" / "seed.txt"
MEGABYTES = 500
SECONDS = 5.0
"""In which the largest text is read through, and a larger one refused, on a busy machine too."""


@pytest.mark.parametrize("source", ["dingtalk-a1-pro", "moonix", "ascend", "optimus"])
def test_every_figure_of_the_articles_is_at_its_locator(view: View, source: str) -> None:
    if not ARTICLES.exists():
        reason = f"NOT VERIFIED: the text of the articles is not there ({ARTICLES.name}), so {source} was not held against it"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    table = verify(view, source, ARTICLES)
    assert _problems(table) == []
    (remark,) = table.remarks
    right, _, whole = remark.split(": ")[1].split(" ")[:3]
    assert right == whole
    assert int(whole) > 100
    assert remark.endswith("the text has the SHA-256 of the source")


TEXT = """Opening
It weighs 14.9g, is 6.4 mm thick and costs 1,299 RMB.
Up to 180 hours’ use.
Last line, 114.9g and 2,980mAh2,981mAh
"""
YAML = """specdb: 1
categories:
- {key: thing, name: things}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: use, name: use, kind: quantity, unit: h}
sources:
- {slug: paper, title: Paper, date: 2026-01-01, sha256: SHA}
products:
- slug: one
  name: One
  category: thing
  specs:
  - {attribute: weight, value: 14.9 g, printed: TOKEN, source: paper, at: 'PLACE'}
claims:
- {about: one, printed: hours’ use, source: paper, at: line 3, why: no reason}
"""


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def _made(database: Location, token: str = "14.9g", place: str = "line 2", text: bytes = TEXT.encode()) -> Location:  # noqa: S107  a token of a text
    """The database with one figure and one claim of the source `paper`, whose text is `text`."""
    sha = hashlib.sha256(text).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        file.write_text(YAML.replace("SHA", sha).replace("TOKEN", f'"{token}"').replace("PLACE", place), encoding="utf-8")
        load(database, file)
    return database


def _verified(database: Location, file: Path, source: str = "paper") -> Table:
    with closing(connect(database)) as connection:
        return verify(build_view(Repository(connection)), source, file)


def _problems(table: Table) -> list[str]:
    return [row.cells[4].text for row in table.rows]


@pytest.mark.parametrize(
    ("token", "place", "problems"),
    [
        ("14.9g", "line 2", []),
        ("14.9", "line 2", []),
        ("1,299 RMB", "line 2; the price", []),
        ("hours’", "line 3", []),
        ("2,980mAh", "line 4", []),  # cells that stand together are still apart
        ("2,981mAh", "line 4", []),
        ("14.9g", "lines 2, 4", ["not in line 4"]),  # 114.9g is another figure
        ("4.9g", "line 2", ["not in line 2"]),
        ("14", "line 2", ["not in line 2"]),
        ("299 RMB", "line 2", ["not in line 2"]),
        ("1", "line 2", ["not in line 2"]),
        ("18", "line 3", ["not in line 3"]),
        ("180", "line 3", []),
        ("14.9g", "line 3", ["not in line 3"]),  # a line that has moved
        ("15.9g", "line 2", ["not in line 2"]),
        ("14.9G", "line 2", ["not in line 2"]),
        ("14.9g", "line 99", ["the text has no line 99"]),
        ("14.9g", "line 9999999", ["the text has no line 9999999"]),
        ("14.9g", "page 2", ["the locator names no line"]),
        ("14.9g", "", ["the locator names no line"]),
        ("14.9g", "line 0", ["the text has no line 0"]),
        ("(14.9g", "line 2", ["not in line 2"]),  # no pattern
        (".*", "line 2", ["not in line 2"]),
    ],
)
def test_a_figure_and_its_place(units_database: Location, text: Path, token: str, place: str, problems: list[str]) -> None:
    table = _verified(_made(units_database, token, place), text)
    assert _problems(table) == problems
    for row in table.rows:
        assert [cell.text for cell in row.cells[:4]] == ["one", "weight", token, place]
    right = 2 - len(problems)
    same = "the text has the SHA-256 of the source"
    assert table.remarks == [f"paper: {right} of 2 quotations were found where their locators say; {same}"]


def test_another_text_is_named_first(units_database: Location, text: Path) -> None:
    database = _made(units_database, text=b"something else")
    table = _verified(database, text)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    wanted = hashlib.sha256(b"something else").hexdigest()
    assert [cell.text for cell in next(iter(table.rows)).cells] == ["", "SHA-256", digest, "", f"the source has {wanted}"]
    assert table.remarks[0].endswith("the text differs from the source: another SHA-256")


def test_line_ends_and_composed_letters_do_not_matter(units_database: Location, tmp_path: Path) -> None:
    content = "x\r\nCafé 14.9g\r\nhours’ use\r\n".encode()
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    assert _problems(_verified(_made(units_database, "Café 14.9g", "line 2", content), file)) == []


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (TEXT.encode("utf-16"), 1, "invalid UTF-8"),
        (TEXT.encode("utf-16-le"), 1, "a NUL byte, which is invalid in a text"),
        (TEXT.replace("’", "é").encode("latin-1"), 3, "invalid UTF-8"),
        (b"one\ntw\0o\n", 2, "a NUL byte, which is invalid in a text"),
        (b"x" * MAX_LINE_BYTES + b"\n", 1, "a line of more than 1,048,576 bytes"),
        (b"one\n" + b"x" * 3 * MAX_LINE_BYTES, 2, "a line of more than 1,048,576 bytes"),
    ],
    ids=["UTF-16", "UTF-16 without its mark", "Latin-1", "NUL", "long line", "line without end"],
)
def test_what_is_no_text(units_database: Location, tmp_path: Path, content: bytes, line: int, problem: str) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    with pytest.raises(ValidationError) as caught:
        _verified(_made(units_database), file)
    (fault,) = caught.value.issues
    assert (fault.line, fault.problem) == (line, problem)
    assert fault.hint
    assert str(file) in caught.value.problem


def test_the_longest_line(units_database: Location, tmp_path: Path) -> None:
    content = b"14.9g".ljust(MAX_LINE_BYTES - 1) + "\nhours’ use\n".encode()
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    assert _problems(_verified(_made(units_database, place="line 1", text=content), file)) == ["the text has no line 3"]


def test_an_empty_text(units_database: Location, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(b"")
    assert _problems(_verified(_made(units_database, text=b""), file)) == ["the text has no line 2", "the text has no line 3"]


@pytest.mark.parametrize(
    ("name", "kind", "problem"),
    [
        ("none.txt", DatabaseError, "none.txt: No such file"),
        ("folder", DatabaseError, "folder: Is a directory"),
    ],
)
def test_what_cannot_be_read(
    units_database: Location, tmp_path: Path, name: str, kind: type[SpecdbError], problem: str
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(kind) as caught:
        _verified(_made(units_database), tmp_path / name)
    assert problem in caught.value.problem
    assert caught.value.hint


def test_an_unknown_source(units_database: Location, text: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no source 'papers'"):
        _verified(_made(units_database), text, "papers")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({0}, {0}))
from specdb.cli import main
sys.argv = ["specdb", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("content", "size", "wanted"),
    [
        (b"", 1 << 30, "a text of 1,073,741,824 bytes (the maximum is 67,108,864)"),
        (b"", MAX_BYTES, "line 1: a line of more than 1,048,576 bytes"),
        (
            b"\n14.9g\nhours\n\n",
            MAX_BYTES,
            "1 of 2 quotations were found where their locators say; the text differs from the source",
        ),
    ],
    ids=["a gigabyte", "holes", "a text before them"],
)
def test_large_files_in_bounded_memory_and_time(
    units_database: Location, tmp_path: Path, content: bytes, size: int, wanted: str
) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as out:
        out.write(content)
        out.truncate(size)  # sparse: it takes no room
    words = ["verify", "paper", "--text", str(file), "--db", str(_made(units_database)), "-f", "csv"]
    start = perf_counter()
    limited = [sys.executable, "-c", LIMITED.format(MEGABYTES << 20), *words]
    result = subprocess.run(limited, capture_output=True, text=True, check=False, timeout=60)
    assert perf_counter() - start < SECONDS
    assert result.returncode == 1
    assert wanted in result.stderr
    assert "Traceback" not in result.stderr
