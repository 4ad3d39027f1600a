"""Closed, full or broken streams: at most a message, no traceback, and only data on stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specdb.database.location import Location


PROGRAM = str(Path(sys.executable).parent / "specdb")


def bash(seeded: Location, command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SPECDB_URL": str(seeded), "COLUMNS": "80"}
    script = f'specdb() {{ {PROGRAM} "$@"; }}\n{command}'
    return subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "words",
    [
        "compare a1 a1-pro",
        "list units -f table",
        "export --layout long -f json",
        "export -f xlsx",
        "show a1 -f html",
        "db save",
    ],
)
def test_stdout_closed_full_or_broken(seeded: Location, words: str) -> None:
    result = bash(
        seeded, f"specdb {words} >&-; echo $?; specdb {words} >/dev/full; echo $?; specdb {words} | head -c 1 >/dev/null"
    )
    assert result.stdout.split() == ["1", "1"]
    assert result.stderr.splitlines() == [
        "Error: standard output is closed",
        "write to a file: -o FILE",
        "Error: cannot write standard output: no space left on the device",
        "nothing was written; free some space, or specify another file",
    ]


@pytest.mark.parametrize("words", ["--help", "--version", "compare --help", "--show-completion bash"])
def test_help_closed_full_or_broken(seeded: Location, words: str) -> None:
    result = bash(seeded, f"specdb {words} >&-; specdb {words} >/dev/full; echo $?; specdb {words} | head -c 1 >/dev/null")
    assert (result.stdout, result.stderr) == ("1\n", "Error: cannot write: No space left on device\n")


def test_stderr_closed(seeded: Location) -> None:
    assert bash(seeded, "specdb show nobody 2>&-; echo $?").stdout == "1\n"
    found = bash(seeded, "specdb query -c glasses --max-weight 15 2>&-").stdout.splitlines()
    assert [line.split("\t")[0] for line in found] == ["product", "moonix"]


def test_stdin_closed(seeded: Location) -> None:
    result = bash(seeded, "specdb list sources -f csv <&-")
    assert (result.returncode, result.stdout.count("\n"), result.stderr) == (0, 5, "")


BYTES = r"$'\xff\xfe'"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (f"show {BYTES}", 2),
        (f"compare a1 {BYTES}", 2),
        (f"compare a1 a1-pro -a {BYTES}", 2),
        (f"compare a1 a1-pro --unit weight={BYTES}", 2),
        (f"query --max-weight {BYTES}", 2),
        (f"query --port {BYTES}", 2),
        (f"query --where {BYTES}", 2),
        (f"query --sort {BYTES}", 2),
        (f"query -c {BYTES}", 2),
        (f"query --{BYTES} 3", 2),
        (f"list {BYTES}", 2),
        (f"export --layout {BYTES}", 2),
        (f"show a1 -f {BYTES}", 2),
        (f"{BYTES}", 2),
        (f"db load {BYTES}", 1),
    ],
)
def test_rejects_bytes_that_are_not_utf_8(seeded: Location, words: str, code: int) -> None:
    result = bash(seeded, f"specdb {words}")
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    assert "Traceback" not in result.stderr
    assert "Error: " in result.stderr


def test_a_file_name_of_such_bytes_is_one(seeded: Location, tmp_path: Path) -> None:
    result = bash(seeded, f"cd {tmp_path} && specdb list sources -f csv -o {BYTES}")
    assert (result.returncode, result.stderr) == (0, "")
    assert os.listdir(os.fsencode(tmp_path)) == [b"\xff\xfe"]  # noqa: PTH208
