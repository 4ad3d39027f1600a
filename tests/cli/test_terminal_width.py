"""Output in terminals of 80 and 160 columns, without colours, and through a pipe."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from helpers.program import PROGRAM, run_in_terminal

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location

COMMANDS = [
    ["compare", "a1", "a1-pro", "--sources"],
    ["compare", "950pr", "h20", "h200", "ascend-950", "950dt", "ascend-960", "ascend-970"],
    ["query", "--category", "device", "--columns", "weight,battery,price,launch"],
    ["show", "moonix-series"],
    ["query", "--min-price", "1 CNY", "--columns", "compute,maker,recording", "--match", "possible"],
    ["list", "attributes"],
    ["list", "categories"],
    ["list", "units"],
    ["export", "--category", "ai-accelerator"],
    ["check", "--product", "ascend-950-orders"],
]


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(seeded: Location, words: list[str], width: int) -> None:
    text = run_in_terminal(words, width, {"SPECDB_URL": str(seeded), "NO_COLOR": "1"})
    plain = re.sub(r"\x1b\[[0-2]m", "", text)  # bold and dim are no colours
    assert "\x1b" not in plain
    lines = plain.split("\n")
    assert len(lines) > 5
    assert max(map(cell_len, lines)) <= width
    assert "…" not in plain


def test_colours_only_in_a_terminal_that_wants_them(run: Run, seeded: Location) -> None:
    words = ["compare", "a1", "a1-pro"]
    assert "\x1b[1;32m" in run_in_terminal(words, 80, {"SPECDB_URL": str(seeded)})
    assert "\x1b[1;32m" not in run_in_terminal(words, 80, {"SPECDB_URL": str(seeded), "NO_COLOR": "1"})
    assert "\x1b" not in run(*words, "-f", "table").stdout


def test_pipe_gets_what_cut_can_cut(seeded: Location) -> None:
    command = f"{PROGRAM} compare a1 a1-pro -a battery | cut -f3"
    environment = {**os.environ, "SPECDB_URL": str(seeded)}
    result = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["DingTalk A1 Pro", "2,980 mAh ★ ✓"]


def test_xlsx_does_not_garble_a_terminal(seeded: Location) -> None:
    assert run_in_terminal(["list", "sources", "-f", "xlsx"], 80, {"SPECDB_URL": str(seeded)}) == ""


def test_a_terminal_gets_a_list_that_fits_in_one_table(run: Run, seeded: Location) -> None:
    shown = run_in_terminal(["list", "attributes"], 80, {"SPECDB_URL": str(seeded), "NO_COLOR": "1"})
    assert shown.count("unit or kind") == 1
    assert "weight (mass)" in shown
    heading = run("list", "attributes", check=True).stdout.splitlines()[0]
    assert heading.split("\t")[:7] == ["attribute", "name", "kind", "unit", "better", "group", "aliases"]
    assert "publisher" not in run_in_terminal(["list", "sources"], 80, {"SPECDB_URL": str(seeded)})


def test_help_fits(run: Run) -> None:
    listed = run("--help", check=True).stdout.partition("Query commands:\n")[2].partition("Examples:\n")[0].splitlines()
    commands = [line.split()[0] for line in listed if line.startswith("  ") and line.strip()]
    assert {"compare", "query", "show", "list", "export", "db"} <= set(commands)
    for words in ([], *([command] for command in commands), ["db", "load"], ["db", "save"], ["db", "upgrade"]):
        text = run(*words, "--help", env={"COLUMNS": ""}, check=True).stdout
        assert max(map(len, text.splitlines())) <= 80, words
        assert "..." not in text.partition("ommands:")[2], words
