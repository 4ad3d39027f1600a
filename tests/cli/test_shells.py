"""Completion in shells: words split at =, values with spaces, hostile names; and its installation."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb.cli.completion import QuotingBashComplete

if TYPE_CHECKING:
    from conftest import Run
    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location

BIN = Path(sys.executable).parent

TESTED_TYPER = ((0, 26, 8), (0, 29))
"""The first version of Typer that specdb.cli.completion works with, and the first that it was not tested with."""

HOSTILE = """specdb: 1
categories:
- {key: trap, name: "`touch HERE`", parent: device}
products:
- {slug: trap-1, name: "[/foo] \\\\$(touch HERE) \\\\\\"; touch HERE; \\" \\e[31m", category: trap}
- {slug: trap-2, name: "it's `touch HERE`", category: trap}
"""


@pytest.fixture(scope="module")
def hostile(backend: DatabaseBackend, seed_template: Location, tmp_path_factory: pytest.TempPathFactory) -> Location:
    from specdb.editing.load import load

    place, file = backend.copied(seed_template), tmp_path_factory.mktemp("hostile") / "hostile.yaml"
    file.write_text(HOSTILE, encoding="utf-8")
    load(place, file)
    return place


@pytest.mark.parametrize(
    ("words", "cursor", "args", "incomplete"),
    [
        (["specdb", "show", "a1"], 2, ["show"], "a1"),
        (["specdb", "show"], 2, ["show"], ""),
        (["specdb", "show", ""], 2, ["show"], ""),
        (["specdb", "compare", "--unit", "weight", "=", "o"], 5, ["compare", "--unit"], "weight=o"),
        (["specdb", "compare", "--unit", "weight", "="], 4, ["compare", "--unit"], "weight="),
        (["specdb", "compare", "--format", "=", "csv", "a"], 5, ["compare", "--format=csv"], "a"),
        (["specdb", "query", "--port", '"type c"', "--min"], 4, ["query", "--port", "type c"], "--min"),
        (["specdb", "query", "--port", '"type'], 3, ["query", "--port"], "type"),
    ],
    ids=str,
)
def test_words_of_bash(
    monkeypatch: pytest.MonkeyPatch, words: list[str], cursor: int, args: list[str], incomplete: str
) -> None:
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(cursor))
    assert QuotingBashComplete(None, {}, "specdb", "_SPECDB_COMPLETE").get_completion_args() == (args, incomplete)  # type: ignore[arg-type]


SCRIPT = """
PATH={bin}:$PATH
source {home}/.bash_completions/specdb.sh
said() {{ local IFS='|'; echo "${{COMPREPLY[*]}}"; }}
ask() {{ COMPREPLY=(); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _specdb_completion specdb; said; }}
ask specdb compare a1-p
ask specdb compare a1 a1-pro --unit weight = o
ask specdb compare a1 a1-pro --unit weight =
ask specdb compare a1 --format = js
ask specdb query --microphone MEM
ask specdb query --microphone '"MEM'
ask specdb query --sort -wei
ask specdb query --brand ding
ask specdb show qqq
"""


def test_a_real_bash(run: Run, seeded: Location, tmp_path: Path) -> None:
    run("--install-completion", "bash", env={"HOME": str(tmp_path)}, check=True)
    result = subprocess.run(
        ["bash", "--norc", "-c", SCRIPT.format(bin=BIN, home=tmp_path)],
        env={**os.environ, "SPECDB_URL": str(seeded)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.splitlines() == [
        "a1-pro|a1-pro-enterprise",
        r"oz|oz\ t",
        r"ct|g|grain|kg|lb|long\ ton|mg|ng|oz|oz\ t|pg|short\ ton|stone|t|µg",
        "json|jsonl",
        r"MEMS\ directional",
        "MEMS directional",
        "-weight|-weight-record",
        "dingtalk",
        "",
    ], result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("line", ["specdb show trap", "specdb query -c tr"])
def test_hostile_names_reach_no_shell(run: Run, hostile: Location, shell: str, line: str) -> None:
    words = line.split(" ")
    env = {"SPECDB_URL": str(hostile), "_SPECDB_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    env |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1), "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    result = run(env=env)
    assert (result.stderr, "trap" in result.stdout) == ("", True)
    told = result.stdout.replace('":"', "").replace('"\n"', "").replace("_arguments '*: :((\"", "").replace("\"))'", "")
    assert not set("\\$`'\"\x1b") & set(told)


def test_names_with_markup_do_not_break_completion(run: Run, sample_database: Location) -> None:
    env = {"SPECDB_URL": str(sample_database), "_SPECDB_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "specdb show t3"}
    assert '"t3":"[red]T3[/red]' in run(env=env).stdout


@pytest.mark.parametrize(
    ("shell", "file", "holds"),
    [
        ("bash", ".bash_completions/specdb.sh", "_SPECDB_COMPLETE=complete_bash"),
        ("zsh", ".zfunc/_specdb", "_SPECDB_COMPLETE=complete_zsh"),
        ("fish", ".config/fish/completions/specdb.fish", "_SPECDB_COMPLETE=complete_fish"),
    ],
)
def test_installed_by_the_shells_name(run: Run, tmp_path: Path, shell: str, file: str, holds: str) -> None:
    result = run("--install-completion", shell, env={"HOME": str(tmp_path)}, check=True)
    assert result.stdout == f"Installed completion for {shell} in {tmp_path / file}. Start a new shell to use it.\n"
    assert holds in (tmp_path / file).read_text()
    shown = run("--show-completion", shell, env={"HOME": str(tmp_path)}, check=True)
    assert shown.stdout.strip() == (tmp_path / file).read_text().strip()


def test_installed_twice_is_installed_once(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        run("--install-completion", "bash", env={"HOME": str(tmp_path)}, check=True)
    assert (tmp_path / ".bashrc").read_text().count("source ") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--install-completion", "tcsh"], 2, "unsupported shell 'tcsh'"),
        (["--install-completion", "qq"], 2, "write --install-completion with one of bash, zsh, fish"),
        (["--install-completion", "bash", "zsh"], 2, "--install-completion takes one shell"),
        (["--install-completion", "zsh"], 1, "cannot write"),
    ],
    ids=str,
)
def test_not_installed(run: Run, words: list[str], code: int, said: str) -> None:
    result = run(*words, env={"HOME": "/proc"})
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_typer_is_a_tested_version() -> None:
    """Completion uses private parts of Typer: run these tests with a new version before the range is extended."""
    first, end = TESTED_TYPER
    assert first <= tuple(map(int, version("typer").split("."))) < end
