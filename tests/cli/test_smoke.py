"""Each command once in a process of its own: the console script, its exit code and its streams.

The other tests of commands run them in the test's process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.cli.app import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location

READS = [
    (["compare", "a1", "a1-pro"], "2,980 mAh"),
    (["query", "--category", "glasses", "--max-weight", "20g"], "moonix"),
    (["rank", "--category", "glasses", "--by", "weight"], "moonix"),
    (["similar", "a1"], "a1-pro"),
    (["chart", "compare", "a1", "a1-pro"], "2,980 mAh"),
    (["show", "a1-pro"], "≈ 40 g"),
    (["list", "categories"], "glasses"),
    (["export", "--category", "glasses", "-f", "csv"], "product,"),
    (["check", "--product", "a1-pro"], "claims"),
    (["log"], "specdb"),
    (["history", "a1-pro", "weight"], "40"),
    (["rate", "list"], "rate"),
    (["db", "info"], "SQLite"),
]
WRITES = [
    ["set", "a1-pro", "weight", "41 g"],
    ["unset", "a1-pro", "weight", "--why", "wrong product"],
    ["rank-spec", "21", "preferred", "--why", "better"],
    ["product", "add", "x1", "--name", "X1", "-c", "glasses"],
    ["attribute", "rename", "weight", "mass-of-body"],
    ["source", "add", "me", "--title", "Measured", "--date", "2026-05"],
    ["alias", "add", "a1", "uno"],
]
ARTICLE = "The DingTalk A1 Pro costs $279.\n"
DRAFT = "specdb: 1\nsources: [{slug: x, title: X, date: 2026}]\n"
FILES = [
    (["extract", "-"], ARTICLE, "$279"),
    (["apply", "-"], DRAFT, "x"),
    (["import", "table.csv", "--suggest", "mapping.yaml"], "", ""),
    (["review", "drafts.yaml"], "q\n", ""),
    (["verify", "dingtalk-a1-pro", "--text", "article.txt"], "", ""),
]
WITH_A_CHANGE = ["diff", "undo", "edit"]
"""Commands of test_diff_undo_and_edit."""


def test_every_command_is_here() -> None:
    named = [words[0] for words in [*(one[0] for one in READS), *WRITES, *(one[0] for one in FILES)]]
    assert {*named, *WITH_A_CHANGE} == set(COMMANDS)


@pytest.mark.parametrize(("words", "printed"), READS, ids=[" ".join(words) for words, _ in READS])
def test_reads(run_program: Run, words: list[str], printed: str) -> None:
    done = run_program(*words)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert printed in done.stdout


@pytest.mark.parametrize("words", WRITES, ids=" ".join)
def test_writes(run_program: Run, run: Run, database: Location, words: list[str]) -> None:
    env = {"SPECDB_URL": str(database)}
    done = run_program(*words, env=env)
    assert done.returncode == 0, done.stderr
    assert run("diff", "@2", "@3", env=env, check=True).stdout


def test_diff_undo_and_edit(run_program: Run, run: Run, database: Location) -> None:
    env = {"SPECDB_URL": str(database), "VISUAL": "", "EDITOR": "true"}
    run("set", "a1-pro", "weight", "41 g", env=env, check=True)
    assert "a1-pro" in run_program("diff", "@2", "@3", env=env, check=True).stdout
    assert "41 g" in run_program("undo", env=env, check=True).stdout
    assert "No changes" in run_program("edit", "a1-pro", env=env, check=True).stdout


@pytest.mark.parametrize(("words", "stdin", "printed"), FILES, ids=[words[0] for words, _, _ in FILES])
def test_files(
    run_program: Run,
    run: Run,
    database: Location,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    stdin: str,
    printed: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"SPECDB_URL": str(database)}
    (tmp_path / "table.csv").write_text("Model,Weight (g)\nLamp,40\n", encoding="utf-8")
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    run("extract", "article.txt", "-f", "yaml", "-o", "drafts.yaml", env=env)
    done = run_program(*words, stdin=stdin, env=env)
    assert (done.returncode in (0, 1), "Traceback" in done.stderr) == (True, False), done.stderr
    assert printed in done.stdout
