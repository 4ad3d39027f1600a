"""Options of query that are generated from attributes: their forms, values, and typos."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--touchscreen"], ["a1-pro"]),
        (["--touchscreen", "yes"], ["a1-pro"]),
        (["--touchscreen", "no"], ["a1"]),
        (["--touchscreen=no"], ["a1"]),
        (["--touchscreen", "--min-battery", "1mAh"], ["a1-pro"]),
        (["--TouchScreen"], ["a1-pro"]),
        (["--touch"], ["a1-pro"]),
        (["--min-battery=600mAh", "--no-touchscreen"], ["a1"]),
        (["--brand", "dingtalk", "--min-battery", "1 mAh"], ["a1", "a1-pro"]),
        (["--min-battery", "-5 mAh"], ["a1", "a1-pro"]),
        (["--min-battery", "-5mAh"], ["a1", "a1-pro"]),
        (["--max-launch", "2025-12", "-c", "recorder"], ["a1"]),
        (["--", "--touchscreen"], ["a1-pro"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_forms(run: Run, words: list[str], found: list[str]) -> None:
    lines = run("query", *words, check=True).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == found


@pytest.mark.parametrize(
    ("value", "code"), [("-5oz", 0), ("-.5oz", 0), ("-5cm", 2), ("-5foz", 2), ("-5wg", 2)], ids=lambda value: str(value)
)
def test_a_negative_value_is_no_short_option(seeded: Location, tmp_path: Path, value: str, code: int) -> None:
    # -5oz was once read as -5 and -o z, which wrote the file z.
    words = [str(Path(sys.executable).parent / "specdb"), "query", "--max-weight", value]
    env = {**os.environ, "SPECDB_URL": str(seeded)}
    result = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, list(tmp_path.iterdir())) == (code, []), result.stderr


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["--formt", "csv"], "did you mean --format"),
        (["--catgory", "glasses"], "did you mean --category"),
        (["--limt", "3"], "did you mean --limit"),
        (["--colums=price"], "did you mean --columns"),
        (["--mx-weight", "3g"], "did you mean --max-weight"),
        (["--max-wieght", "3g"], "did you mean --max-weight"),
        (["--wieght", "3g"], "did you mean --weight"),
        (["--min-batery", "3"], "did you mean --min-battery"),
        (["--no-touchscren"], "did you mean --no-touchscreen"),
        (["--brnad", "x"], "did you mean --brand"),
        (["-x"], "see specdb query --help and specdb list attributes"),
        (["--qqqqqqqq"], "see specdb query --help and specdb list attributes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistyped(run: Run, words: list[str], near: str) -> None:
    result = run("query", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: unknown option {words[0].partition('=')[0]}\n{near}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--weight"], "--weight needs a value\nwrite --weight VALUE"),
        (["glasses"], "unexpected argument 'glasses'\nwrite --KEY VALUE; quote values that contain spaces"),
        (["--microphone", "MEMS", "directional"], "unexpected argument 'directional'"),
        (["--touchscreen", "maybe"], "unexpected argument 'maybe'"),
        (["--no-weight"], "weight is a quantity, not a flag"),
        (["--limit", "-5"], "--limit -5 is negative"),
        (["--port", "a" * 60_000], "cannot search for 60,000 characters"),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_refused(run: Run, words: list[str], said: str) -> None:
    result = run("query", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr) < 3000


def test_a_very_long_name_is_not_repeated_whole(run: Run) -> None:
    result = run("show", "b" * 4_000)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: there is no product 'bbb")
    assert len(result.stderr) < 1500


@pytest.mark.parametrize("option", ["--limit", "--offset"])
def test_numbers_beyond_those_of_sqlite(run: Run, option: str) -> None:
    result = run("query", option, "9" * 30)
    assert (result.returncode, result.stdout.startswith("product\t")) == (0, True), result.stderr
