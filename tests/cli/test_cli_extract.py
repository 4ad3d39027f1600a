"""specdb extract."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from specdb.bundles import bundle

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

ARTICLE = """Arden 5 goes on sale

2 March 2026. The Arden 5 weighs about 310 g and costs $249. Its 4,200mAh battery lasts up to 18 hours.
It takes on the DingTalk A1 Pro, whose battery has 2,980mAh.
"""


@pytest.fixture
def article(tmp_path: Path) -> str:
    file = tmp_path / "arden.txt"
    file.write_text(ARTICLE)
    return str(file)


def test_json(run: Run, article: str) -> None:
    rows = json.loads(run("extract", article, "-f", "json", check=True).stdout)
    assert [(row["printed"], row["numbers"], row["unit"], row["modifier"]) for row in rows] == [
        ("310 g", [310], "g", "about"),
        ("$249", [249], "USD", "exact"),
        ("4,200mAh", [4200], "mAh", "exact"),
        ("18 hours", [18], "h", "at_most"),
        ("2,980mAh", [2980], "mAh", "exact"),
    ]
    assert [row["product"] for row in rows] == ["Arden 5", "Arden 5", "Arden 5", "Arden 5", "a1-pro"]
    assert [row["attribute"] for row in rows] == ["weight", "price", "battery", "battery-life", "battery"]
    assert [ARTICLE[row["start"] : row["end"]] for row in rows] == [row["printed"] for row in rows]
    assert [(row["new_product"], row["new_attribute"]) for row in rows][::4] == [(True, False), (False, False)]
    assert list(rows[0]) == [
        "start", "end", "line", "sentence", "printed", "numbers", "unit", "modifier", "product", "new_product", "attribute",
        "new_attribute", "qualifiers", "confidence",
    ]  # fmt: skip


def test_standard_input_and_a_named_product(run: Run) -> None:
    result = run("extract", "-", "--product", "a1-pro", "-f", "json", stdin="It weighs 40 g.", check=True)
    assert [(row["product"], row["new_product"]) for row in json.loads(result.stdout)] == [("a1-pro", False)]


def test_several_files(run: Run, article: str, tmp_path: Path) -> None:
    other = shutil.copy(article, tmp_path / "other.md")
    rows = json.loads(run("extract", article, str(other), "-f", "json", check=True).stdout)
    assert [row["file"] for row in rows] == [article] * 5 + [str(other)] * 5


def test_csv(run: Run, article: str) -> None:
    result = run("extract", article, "-f", "csv", check=True)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    first = rows[0]
    assert (first["line"], first["printed"], first["attribute"], first["new"]) == ("3", "310 g", "weight", "product")
    assert result.stderr == "5 figures, 1 of a known product and attribute\n"


def test_table(run: Run, article: str) -> None:
    lines = run("extract", article, "-f", "table", check=True).stdout.splitlines()
    assert lines[0].split()[:5] == ["line", "printed", "product", "attribute", "confidence"]
    assert max(map(len, lines)) <= 80


def test_yaml_is_a_bundle_that_loads(run: Run, article: str, tmp_path: Path, database: Path) -> None:
    file = tmp_path / "drafts.yaml"
    run("extract", article, "-o", str(file), check=True)
    drafts = bundle.parse_bundle(file.read_text(), str(file))
    assert [source.date for source in drafts.sources] == ["2026-03-02"]
    arden, a1_pro = drafts.products
    assert [(spec.attribute, spec.value, spec.at) for spec in arden.specs] == [
        ("weight", "≈ 310 g", "line 3"),
        ("price", "249 USD", "line 3"),
        ("battery", "4200 mAh", "line 3"),
        ("battery-life", "≤ 18 h", "line 3"),
    ]
    assert (a1_pro.slug, a1_pro.category) == ("a1-pro", "ai-recorder")
    new = file.read_text().split("- slug: a1-pro")[0]
    file.write_text(new)
    assert run("--db", str(database), "db", "load", str(file)).returncode == 0
    found = run("--db", str(database), "show", "arden-5", "-f", "csv", check=True).stdout
    assert "battery-life [h],≤ 18" in found


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["none.txt"], 1, "cannot be read"),
        ([], 2, "FILE"),
        (["-", "--product", "nothing-like-it"], 1, "there is no product"),
        (["-", "-f", "docx"], 2, "unknown format 'docx'"),
    ],
)
def test_errors(run: Run, words: list[str], code: int, said: str) -> None:
    result = run("extract", *words, stdin="5 g")
    assert (result.returncode, said in result.stderr) == (code, True)
    assert "Traceback" not in result.stderr


def test_no_figures(run: Run) -> None:
    assert run("extract", "-", "-f", "json", stdin="Nothing here.", check=True).stdout == "[]\n"
