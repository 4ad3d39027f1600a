from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

GLASSES = ("rank", "--category", "glasses", "--by", "weight:2, battery-life, price")
SIMILAR = ("similar", "a1-pro")


@pytest.mark.parametrize(
    ("words", "stdout", "stderr"),
    [
        (GLASSES, "moonix\tMoonix AI Glasses\t1\t1–2\t1.000 ☆\t14.9 g\t1.00\t≤ 16 h\t1.00\tunknown", "price: it is ignored"),
        (GLASSES, "meta-ray-ban-display\tMeta Ray-Ban Display\t—\t\t—\t69.0 g\t\t—\t\t—", "without a value of battery-life"),
        ((*GLASSES, "--missing", "median"), "— → 16 h [1]", "the order is not certain"),
        ((*GLASSES, "--limit", "1"), "moonix", ""),
        (("rank", "-c", "ai-chip", "-b", "compute[precision=FP4]", "-b", "memory:3"), "ascend-950pr", "not ranked: 5"),
        (("rank", "-c", "ai-recorder", "-b", "price", "--currency", "usd"), "190.23 USD [1]\t1.00\n\n[1] 1 CNY = 0.146", ""),
        (SIMILAR, "a1\tDingTalk A1\t0.14\t0.25\t12\t29%\tlaunch", ""),
        ((*SIMILAR, "--by", "battery,standby"), "capacity 660 mAh (2,980 mAh); standby time 60 days (180 days)", "share no"),
        (("similar", "optimus-v3", "--category", "device", "--limit", "2"), "model-x", "less similar products are not listed"),
    ],
)  # fmt: skip
def test_output(run: Run, words: tuple[str, ...], stdout: str, stderr: str) -> None:
    result = run(*words)
    assert result.returncode == 0, result.stderr
    assert stdout in result.stdout
    assert stderr in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "stderr"),
    [
        (("rank", "-c", "glasses"), 2, "Missing option '--by'"),
        (("rank", "-c", "glasses", "--by", "microphone-count"), 2, "write microphone-count:higher or microphone-count:lower"),
        (("rank", "-c", "ai-accelerator", "--by", "compute"), 1, "write compute[precision=FP4] or compute[precision=FP8]"),
        (("rank", "--by", "price:CNY", "--currency", "USD"), 2, "use only one of the two"),
        (("rank", "--by", "price", "--currency", "UDS"), 2, "unknown currency 'UDS'"),
        (("similar",), 2, "Missing argument 'PRODUCT'"),
        (("similar", "a1-proo"), 1, "did you mean a1-pro"),
        (("similar", "a1-pro", "--by", "memory-type"), 2, "texts are not compared"),
    ],
)
def test_errors(run: Run, words: tuple[str, ...], code: int, stderr: str) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (code, "")
    assert stderr in result.stderr
    assert "Traceback" not in result.stderr


def test_formats_for_programs(run: Run, tmp_path: Path) -> None:
    read = json.loads(run(*GLASSES, "-f", "json", check=True).stdout)
    assert [(one["product"], one["place"], one["weight"], one["weight part"]) for one in read] == [
        ("moonix", 1, 14.9, 1),
        ("moonix-pro", 2, 17.9, 0),
        ("meta-ray-ban-display", None, 69, None),
    ]
    file = tmp_path / "similar.csv"
    run(*SIMILAR, "-o", str(file), check=True)
    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [(one["product"], one["shared"], one["closeness"]) for one in rows] == [
        ("a1", "12", "0.25"),
        ("a1-pro-enterprise", "1", "1"),
    ]


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("words", [GLASSES, (*GLASSES, "--missing", "worst"), SIMILAR])
def test_it_fits(run: Run, words: tuple[str, ...], width: int) -> None:
    lines = run(*words, "-f", "table", env={"COLUMNS": str(width)}, check=True).stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.startswith("product") for line in lines) == 1  # one table, not several below each other


@pytest.mark.parametrize(
    ("words", "offer"),
    [
        ("specdb rank --by weight,batt", "weight,battery-life"),
        ("specdb rank --category ai-g", "ai-glasses"),
        ("specdb rank --missing ", "median"),
        ("specdb rank --currency U", "USD"),
        ("specdb similar a1-", "a1-pro"),
        ("specdb similar a1 --by pick", "pickup-range"),
        ("specdb similar a1 -c hum", "humanoid-robot"),
    ],
)
def test_completion(run: Run, words: str, offer: str) -> None:
    complete = {"_SPECDB_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": words}
    assert offer in run(env=complete, check=True).stdout
