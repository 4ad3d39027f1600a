"""specdb chart: in a terminal, in a pipe, as a file, and without its optional libraries."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from helpers.program import run_in_terminal

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location

COMPARE = ["chart", "compare", "a1", "a1-pro"]
QUERY = ["chart", "query", "--category", "glasses", "--x", "weight", "--y", "battery-life", "--label", "name"]
TIME = ["chart", "query", "--category", "ai-glasses", "--x", "launch", "--y", "weight"]
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            COMPARE,
            ["DingTalk A1 / DingTalk A1 Pro", "battery capacity [mAh]", "2,980 mAh", "◄ ≤ 180 h", "sources: dingtalk-a1-pro"],
        ),
        (
            QUERY,
            [
                "battery life [h] ↑",
                "weight [g] →",
                "a  Moonix AI Glasses",
                "≤ 16 h",
                "Meta Ray-Ban Display (battery life not stated)",
            ],
        ),
        ([*QUERY, "--max-weight", "15g"], ["14.9 g"]),
        (TIME, ["weight [g] ↑", "launch (status=planned) →", "2026-07", "─a─", "2026-08  17.9 g", "on a day in this period"]),
        ([*COMPARE, "-a", "launch"], ["launch (status=past)", "2025-09", "◆", "2026-04-30", "├░"]),
        ([*QUERY, "--where", "weight > 15 g"], ["17.9 g"]),
        ([*QUERY, "--sort", "-weight", "--limit", "2", "--label", "slug"], ["a  moonix-pro"]),
    ],
)
def test_in_a_pipe(run: Run, words: list[str], said: list[str]) -> None:
    result = run(*words, check=True)
    assert [text for text in said if text not in result.stdout] == []
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("words", [COMPARE, QUERY, TIME], ids=["compare", "query", "time"])
@pytest.mark.parametrize("width", [80, 160])
def test_in_a_terminal(seeded: Location, words: list[str], width: int) -> None:
    plain = run_in_terminal(words, width, {"SPECDB_URL": str(seeded), "NO_COLOR": "1"})
    coloured = run_in_terminal(words, width, {"SPECDB_URL": str(seeded)})
    lines = re.sub(r"\x1b\[[0-9;]*m", "", plain).splitlines()
    assert width * 0.7 < max(map(len, lines)) <= width
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", plain)
    assert "\x1b[" in coloured


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([*COMPARE, "-o", "chart.pdf"], 2, "use the extension .svg, .png or .html"),
        ([*COMPARE, "-a", "maker"], 2, "maker is a reference"),
        (["chart", "compare", "a1"], 2, "only 1 product to draw"),
        (["chart", "compare", "a1", "moonix"], 1, "no quantity is stated by at least two"),
        ([*COMPARE, "-a", "weight,battery"], 0, "weight is not drawn: only DingTalk A1 Pro states it"),
        ([*QUERY, "--min-weight", "10kg", "-o", "chart.svg"], 1, "no product matches"),
        (
            ["chart", "query", "-c", "glasses", "--x", "weight", "--y", "memory", "-o", "chart.svg"],
            1,
            "nothing to draw: no product states both weight and memory capacity",
        ),
        (["chart", "query", "--x", "weight"], 2, "--y"),
        ([*QUERY, "--min-wieght", "1g"], 2, "wieght"),
        ([*QUERY, "--label", "brand"], 2, "unknown label 'brand'"),
    ],
)
def test_what_is_wrong(
    run: Run, words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.glob("chart.*")) == []


@pytest.mark.parametrize(
    ("words", "kept"), [([*COMPARE], "chart-compare.svg"), ([*QUERY], "chart-query.svg")], ids=["compare", "query"]
)
def test_the_pictures_of_the_docs_are_true(run: Run, words: list[str], kept: str, tmp_path: Path) -> None:
    from importlib.metadata import version

    made = tmp_path / kept
    run(*words, "-o", str(made), check=True)
    text = made.read_text(encoding="utf-8")
    if version("matplotlib") == "3.11.2":  # another release may write the same picture in other numbers
        assert text == (DOCS / kept).read_text(encoding="utf-8")

    def labels(svg: str) -> list[str]:
        return [one.text or "" for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("}text")]  # noqa: S314

    assert labels(text) == labels((DOCS / kept).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("plotext", COMPARE),
        ("plotext", QUERY),
        ("matplotlib", [*COMPARE, "-o", "c.svg"]),
        ("matplotlib", [*QUERY, "-o", "c.png"]),
    ],
)
def test_without_the_extra_the_message_names_it(seeded: Location, missing: str, words: list[str], tmp_path: Path) -> None:
    program = f"""
import sys
sys.modules[{missing!r}] = None
sys.argv = ["specdb", *{words!r}]
from specdb.cli import main
main()
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"SPECDB_URL": str(seeded), "PATH": "", "PYTHONPATH": str(DOCS.parent / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2, result.stderr
    assert "pip install 'product-specdb[chart]'" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--help"], ["compare", "a1", "a1-pro"], ["chart", "--help"], ["chart", "query", "--help"]])
def test_nothing_else_loads_the_libraries(seeded: Location, words: list[str]) -> None:
    program = f"""
import sys
sys.argv = ["specdb", *{words!r}]
from specdb.cli import main
try:
    main()
except SystemExit:
    pass
heavy = ("matplotlib", "plotext", "numpy", "specdb.charts.build", "specdb.charts")
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""
    environment = {"SPECDB_URL": str(seeded), "PATH": "", "PYTHONPATH": str(DOCS.parent / "src")}
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert result.stderr.splitlines()[-1] == "[]"
