"""log, history, diff, undo, --as-of and --why from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from helpers import lamp_changesets

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


@pytest.fixture
def lamps(lamps: Location) -> Location:
    """Lamps, and more of them as @3."""
    lamp_changesets.load_yaml(lamps)
    return lamps


@pytest.mark.parametrize(
    ("words", "held"),
    [
        (["log", "-f", "table"], ["@3 ", "more lamps", "@1 "]),
        (["log", "-n", "1", "-f", "csv"], ["changeset,at,author,origin,reason", "3,2"]),
        (["log", "t9"], ["@3"]),
        (["log", "@3"], ["category torch", "ninety grams"]),
        (["log", "@1"], []),
        (["history", "t9", "weight"], ["90 g", "91 g"]),
        (["history", "l1", "output", "-q", "mode=high", "-f", "json"], ['"value": 9']),
        (["diff", "@2"], ["product t9", "flashlight"]),
        (["diff", "@3", "@2", "-f", "jsonl"], ['"change":"removed"']),
        (["show", "l1", "weight", "--why"], ["earlier spec", "corroborated by 1 other source"]),
        (["show", "l1", "output", "-q", "mode=high"], ["9"]),
        (["show", "l1", "--as-of", "@2"], ["41"]),
        (["compare", "l1", "t9", "--as-of", "@3"], ["90"]),
        (["query", "--max-weight", "95g", "--as-of", "@3"], ["l1", "t9"]),
        (["export", "--as-of", "@2", "--layout", "long", "-f", "csv"], ["l1,Lamp One"]),
    ],
    ids=" ".join,
)
def test_it_answers(run: Run, lamps: Location, words: list[str], held: list[str]) -> None:
    result = run("--db", str(lamps), *words)
    assert (result.returncode, [one for one in held if one not in result.stdout]) == (0, [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["log", "l9"], 1, "there is no product 'l9'"),
        (["log", "@9"], 1, "the database has @1 to @3"),
        (["log", "-n", "-1"], 2, "negative --limit -1"),
        (["history", "l1", "wait"], 2, "did you mean weight?"),
        (["history", "l1", "weight", "-q", "mode"], 2, "write KEY=VALUE"),
        (["show", "l1", "-q", "mode=high"], 2, "write specdb show PRODUCT ATTRIBUTE"),
        (["diff", "@2", "/nowhere/at.db"], 1, "there is no database at /nowhere/at.db"),
        (["diff", "@9"], 1, "there is no changeset @9"),
        (["undo", "@2"], 1, "@2 is packaged with specdb and cannot be undone"),
        (["undo", "last"], 2, "expected a changeset, got 'last'"),
        (["query", "--as-of", "then"], 2, "write @12 or 2026-05-01"),
        (["compare", "l1", "t9", "--as-of", "@2"], 1, "there is no product 't9'"),
        (["export", "--as-of", "1999"], 1, "the first changeset is @1"),
        (["show", "l1", "--as-of", "@4"], 1, "the database has @1 to @3"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_refuses(run: Run, lamps: Location, words: list[str], code: int, said: str) -> None:
    result = run("--db", str(lamps), *words)
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr


def test_undo_and_redo(run: Run, lamps: Location) -> None:
    before = run("--db", str(lamps), "db", "save").stdout
    tried = run("--db", str(lamps), "undo", "--dry-run", "-f", "json")
    assert (tried.returncode, tried.stderr) == (0, "Dry run: @3 would be undone. Nothing was written.\n")
    undone = run("--db", str(lamps), "undo", "@3", "--why", "too many", "-f", "json")
    assert (undone.returncode, undone.stderr) == (0, "Undid @3 as @4.\n")
    assert undone.stdout == tried.stdout
    assert {row["of"] for row in json.loads(undone.stdout)} == {"category torch", "source extra", "product t9"}
    assert run("--db", str(lamps), "show", "t9").returncode == 1
    assert run("--db", str(lamps), "undo", "3").returncode == 1
    assert run("--db", str(lamps), "undo").stderr == "Undid @4 as @5.\n"
    assert run("--db", str(lamps), "db", "save").stdout == before
    log = json.loads(run("--db", str(lamps), "log", "-f", "json").stdout)
    assert [(one["changeset"], one["reason"], one["undoes"]) for one in log[:2]] == [
        (5, "undo of @4: too many", 4),
        (4, "too many", 3),
    ]


def test_what_was_undone_can_be_loaded_again(run: Run, lamps: Location, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(lamp_changesets.MORE_YAML, encoding="utf-8")
    assert run("--db", str(lamps), "undo").returncode == 0
    again = run("--db", str(lamps), "db", "load", str(file))
    assert (again.returncode, again.stderr) == (0, "")
    assert run("--db", str(lamps), "show", "t9").returncode == 0
