"""Texts of files: what is read, what is rejected, and the main text of HTML."""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from specdb.errors import DatabaseError, UsageError, ValidationError
from specdb.ingest.documents.file_text import read_document

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!DOCTYPE html><html><head><title>Arden 5</title></head><body><nav><a href="/">Home of 20 shops</a></nav>
<article><h1>Arden 5 launched</h1><p>The Arden 5 weighs 310 grams, and its makers say that it is the lightest of them all.
It came to market after a long time of tests, in which many people took part and told what they had found.</p>
<table><tr><th>What</th><th>Arden 5</th></tr><tr><td>Battery</td><td>4200 mAh</td></tr></table></article></body></html>"""


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a"])
def test_text_is_read_as_it_is(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes("≈ 5 g\r\n".encode())
    assert read_document(str(file)) == ("≈ 5 g\r\n", sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_html_is_read_as_its_main_text(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(PAGE)
    text, _ = read_document(str(file))
    assert "weighs 310 grams" in text
    assert "4200 mAh" in text
    assert "<p>" not in text


def test_html_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    file = tmp_path / "a.html"
    file.write_text(PAGE)
    with pytest.raises(UsageError) as caught:
        read_document(str(file))
    assert caught.value.hint == "pip install 'product-specdb[extract]'"


@pytest.mark.parametrize(("data", "line", "problem"), [(b"a\n\xff", 2, "UTF-8"), (b"a\n\nb\0", 3, "NUL")])
def test_what_is_no_text(tmp_path: Path, data: bytes, line: int, problem: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    with pytest.raises(ValidationError) as caught:
        read_document(str(file))
    assert [(fault.line, problem in fault.problem) for fault in caught.value.issues] == [(line, True)]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be read"):
        read_document(str(tmp_path / "none.txt"))
