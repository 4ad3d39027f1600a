"""Shell completion, by Typer's protocol and in a real bash."""

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

BIN = Path(sys.executable).parent


def offered(run: Run, shell: str, words: list[str]) -> list[str]:
    """The completions of the last word, as the shell's script gets them."""
    line = " ".join(["specdb", *words])
    if shell == "bash":
        env = {"_SPECDB_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    else:
        action = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} if shell == "fish" else {}
        env = {"_SPECDB_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line, **action}
    return run(env=env).stdout.split("\n")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["comp"], "compare"),
        (["compare", "a1-"], "a1-pro"),
        (["compare", "a1", "950"], "950pr"),
        (["show", "moonix-p"], "moonix-pro"),
        (["query", "--category", "gla"], "glasses"),
        (["query", "--min-bat"], "--min-battery"),
        (["query", "--no-touch"], "--no-touchscreen"),
        (["query", "--microphone", "MEMS"], r"MEMS\ directional"),
        (["query", "--maker", "ding"], "dingtalk"),
        (["query", "--sort", "weig"], "weight"),
        (["query", "--columns", "weight,batt"], "weight,battery"),
        (["query", "--match", "cert"], "certain"),
        (["compare", "a1", "a1-pro", "--unit", "weig"], "weight=oz"),
        (["compare", "a1", "a1-pro", "--unit", "batt"], "battery-life="),
        (["compare", "a1", "a1-pro", "--unit", "weight=o"], "weight=oz"),
        (["export", "-f", "js"], "jsonl"),
        (["list", "attr"], "attributes"),
        (["verify", "ding"], "dingtalk-a1-pro"),
        (["check", "--kind", "conf"], "conflicts"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_offered_in_bash(run: Run, words: list[str], wanted: str) -> None:
    assert wanted in offered(run, "bash", words)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize(("words", "wanted"), [(["compare", "a1-"], "a1-pro"), (["query", "--min-bat"], "--min-battery")])
def test_offered_elsewhere(run: Run, shell: str, words: list[str], wanted: str) -> None:
    assert wanted in "\n".join(offered(run, shell, words))


def test_completes_nothing_without_a_database(run: Run, tmp_path: Path) -> None:
    words = {"_SPECDB_COMPLETE": "complete_bash", "COMP_WORDS": "specdb show a", "COMP_CWORD": "2"}
    result = run(env={**words, "SPECDB_URL": str(tmp_path / "x")})
    assert (result.stdout.strip(), result.stderr, list(tmp_path.iterdir())) == ("", "", [])


@pytest.mark.parametrize(
    ("shell", "file", "holds"),
    [
        ("bash", ".bash_completions/specdb.sh", "_SPECDB_COMPLETE=complete_bash"),
        ("zsh", ".zfunc/_specdb", "_SPECDB_COMPLETE=complete_zsh"),
        ("fish", ".config/fish/completions/specdb.fish", "_SPECDB_COMPLETE=complete_fish"),
    ],
)
def test_install(run: Run, tmp_path: Path, shell: str, file: str, holds: str) -> None:
    env = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    result = run("--install-completion", shell, env=env)
    assert result.returncode == 0, result.stderr
    assert holds in (tmp_path / file).read_text()


def test_a_real_bash_completes(seeded: Location, tmp_path: Path) -> None:
    backend = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(
        ["bash", "--norc", "-c", f"{BIN}/specdb --install-completion; true"], env=backend, capture_output=True, check=True
    )
    script = f"""
    PATH={BIN}:$PATH
    source {tmp_path}/.bash_completions/specdb.sh
    COMP_WORDS=(specdb compare a1-p) COMP_CWORD=2 COMP_LINE="specdb compare a1-p" COMP_POINT=19
    _specdb_completion specdb a1-p compare
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    environment = {**os.environ, "SPECDB_URL": str(seeded)}
    result = subprocess.run(["bash", "--norc", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["a1-pro", "a1-pro-enterprise"], result.stderr
