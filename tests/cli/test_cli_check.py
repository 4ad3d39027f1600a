"""specdb check and verify: exit codes, choices, formats; and the marks in compare."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]

FIELDS = ["kind", "product", "verdict", "finding", "why", "stated_in"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 1),
        (["--kind", "claims"], 1),
        (["--kind", "completeness"], 0),
        (["--kind", "dates,completeness"], 0),
        (["--kind", "plausibility"], 0),
        (["--kind", "dates", "--kind", "conflicts"], 1),
        (["--product", "a1-pro"], 0),
        (["-p", "orders"], 1),
        (["--category", "ai-recorder"], 0),
        (["-c", "glasses"], 0),
        (["-c", "market"], 1),
        (["--kind", "claim"], 2),
        (["--today", "soon"], 2),
        (["--stale", "old"], 2),
        (["--product", "nobody"], 1),
        (["--category", "nothing"], 1),
    ],
    ids=str,
)
def test_exit(run: Run, words: list[str], code: int) -> None:
    result = run("check", *words)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert bool(result.stdout) == (code < 2 and "nobody" not in words and "nothing" not in words)


@pytest.mark.parametrize(
    ("words", "products"),
    [
        (["--product", "dingtalk-a1-pro"], {"a1-pro"}),
        (["--category", "ai-recorder"], {"a1", "a1-pro"}),
        (["--category", "device"], {"a1", "a1-pro", "ascend-950", "ascend-950pr", "ascend-960", "ascend-970"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_choice(run: Run, words: list[str], products: set[str]) -> None:
    rows = json.loads(run("check", "--kind", "claims", "-f", "json", *words).stdout)
    assert {row["kind"] for row in rows} == {"claims"}
    assert products <= {row["product"] for row in rows}
    assert "tesla" not in {row["product"] for row in rows}


def test_formats_agree(run: Run) -> None:
    words = ("check", "--today", "2026-11-24", "-f")
    from_json = json.loads(run(*words, "json").stdout)
    from_csv = list(csv.DictReader(io.StringIO(run(*words, "csv").stdout)))
    assert [list(row) for row in from_json] == [FIELDS] * 109
    assert [{key: value or "" for key, value in row.items()} for row in from_json] == from_csv
    markdown = run(*words, "markdown").stdout.splitlines()
    assert markdown[:3] == [
        "| product | verdict | finding | why | stated in |",
        "| --- | --- | --- | --- | --- |",
        "| **claims** |  |  |  |  |",
    ]
    assert len(markdown) == 2 + 109 + len({row["kind"] for row in from_json})


def test_stale_names_the_sources(run: Run) -> None:
    rows = json.loads(run("check", "--kind", "dates", "--today", "2027-11-01", "--stale", "18mo", "-f", "json").stdout)
    assert [row["stated_in"] for row in rows if row["product"] is None] == ["dingtalk-a1-pro", "moonix", "ascend", "optimus"]
    rows = json.loads(run("check", "--kind", "dates", "--today", "2027-10-29", "--stale", "18mo", "-f", "json").stdout)
    assert [row["stated_in"] for row in rows if row["product"] is None] == ["optimus"]


def test_compare_marks_checked_claims(run: Run) -> None:
    words = ("compare", "950pr", "h20", "-a", "compute,memory", "-f", "table")
    sourced = run(*words, "--sources", env={"COLUMNS": "200"}).stdout
    assert "1.56 PFLOPS ★ ✓ [" in sourced
    assert "✓ the source's claim holds" in sourced
    arithmetic = "1.56 PFLOPS / 0.54 PFLOPS = 2.889 x [2.853, 2.925] ≟ 2.87 x"
    assert f"claimed “2.87x”: {arithmetic}: holds within rounding" in sourced
    plain = run(*words).stdout
    assert "1.56 PFLOPS ★ ✓" in plain
    assert "claimed" not in plain


def test_compare_footnotes_a_conflict(run: Run) -> None:
    result = run("compare", "optimus-v3", "950pr", "-a", "mass-production", "-f", "markdown")
    assert (
        "also stated: Enters Mass Production (Launch article on the Tesla Optimus V3, 2026-04-23, line 3; headline)"
        in result.stdout
    )


def test_verify(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("nothing of it\n", encoding="utf-8")
    result = run("verify", "dingtalk-a1-pro", "--text", str(file), "-f", "json")
    assert result.returncode == 1
    assert "0 of " in result.stderr
    assert {row["problem"] for row in json.loads(result.stdout)} > {"the text has no line 111"}
    missing = run("verify", "dingtalk-a1-pro", "--text", str(tmp_path / "none.txt"))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "none.txt: No such file or directory" in missing.stderr
    assert run("verify", "nobody", "--text", str(file)).returncode == 1
