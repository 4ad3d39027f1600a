"""--compute, and computed attributes on the command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (
            ["compare", "a1", "a1-pro", "-a", "battery", "--compute", "x = battery / weight"],
            "\tDingTalk A1\tDingTalk A1 Pro\tagainst DingTalk A1\n"
            "battery capacity\t660 mAh\t2,980 mAh ★ ✓\t+2,320 mAh, 4.5x\n"
            "x\t—\t≈ 74.5 mAh/g\t\n",
        ),
        (
            ["query", "--compute", "x = battery / weight", "--compute", "y = x * 2", "--min-y", "100mAh/g"],
            "product\tname\tcategory\ty [mAh/g]\tx [mAh/g]\tmatch\n"
            "a1-pro\tDingTalk A1 Pro\tai-recorder\t≈ 149 mAh/g\t≈ 74.5 mAh/g\tcertain\n",
        ),
        (
            ["query", "--where", "mean-current < 20 mA", "--sort", "mean-current", "--columns", "battery"],
            "product\tname\tcategory\tmean current while recording [mA]\tbattery capacity [mAh]\tmatch\n"
            "a1\tDingTalk A1\tai-recorder\t14.67 mA\t660 mAh\tcertain\n",
        ),
        (
            ["query", "-c", "ai-accelerator", "--max-price-per-pflops", "5000USD/PFLOPS"],
            "product\tname\tcategory\tprice by compute [CNY/PFLOPS]\tmatch\n"
            "ascend-950pr\tHuawei Ascend 950PR\tai-accelerator\t≈ 44,872 CNY/PFLOPS (edition=premium), "
            "≈ 32,051 CNY/PFLOPS (edition=standard)\tcertain\n",
        ),
    ],
)
def test_answers(run: Run, words: list[str], out: str) -> None:
    done = run(*words, check=True)
    assert done.stdout == out


def test_export(run: Run) -> None:
    text = run("export", "a1", "--compute", "x = battery / recording", "-f", "csv", check=True).stdout
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["mean-current [mA]"], row["x [mAh/h]"]) == ("14.666666666666666", "14.666666666666666")


def test_ranked_and_drawn(run: Run) -> None:
    ranked = run("rank", "-c", "ai-glasses", "--by", "hours-per-gram").stdout.splitlines()
    assert ranked[1].startswith("moonix\t")
    assert "battery life by weight" in run("similar", "moonix", "--by", "hours-per-gram", "-f", "csv").stdout
    drawn = run("chart", "query", "-c", "ai-glasses", "--x", "weight", "--y", "hours-per-gram", check=True).stdout
    assert "battery life by weight" in drawn


def test_a_mistake(run: Run) -> None:
    done = run("query", "--compute", "x = battery / wieght")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: there is no attribute 'wieght'\ndid you mean weight or weight-record?\n"
