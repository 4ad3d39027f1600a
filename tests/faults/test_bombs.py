"""Small inputs that ask for endless work are rejected within two seconds and 500 MB, with no changes."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.sqlite

SECONDS = 3  # two, and one to start
BYTES = 500_000_000

LONGEST_WORD = 130_000
"""Characters of one word of a command line; the system takes no more."""

DIGITS = "9" * LONGEST_WORD
LETTERS = "a" * LONGEST_WORD
DEEP = 10_000

WORDS = [
    ["query", "--min-weight", DIGITS],
    ["query", "--min-weight", f"{DIGITS} g"],
    ["query", "--min-weight", f"1 {LETTERS}"],
    ["query", "--min-weight", "1e999999999 g"],
    ["query", "--min-weight", "1e-999999999 g"],
    ["query", "--min-weight", "10**10**10 g"],
    ["query", "--min-weight", "1 m**9**9**9"],
    ["query", "--min-weight", "1 m^9^9^9"],
    ["query", "--min-weight", "1 g" + "·g" * 40_000],
    ["query", "--min-weight", "1-" * 60_000 + "1 g"],
    ["query", "--min-weight", "1," * 60_000 + "1 g"],
    ["query", "--min-weight", " " * 100_000 + "1"],
    ["query", "--max-launch", "2026-" * 20_000],
    ["query", "--where", "(" * DEEP + "weight > 1 g" + ")" * DEEP],
    ["query", "--where", "not " * DEEP + "touchscreen"],
    ["query", "--where", " and ".join(["weight > 1 g"] * 7000)],
    ["query", "--where", f'maker ~ "{LETTERS}"'],
    ["query", "--where", "weight in (" + "1 g, " * DEEP + "1 g)"],
    ["query", "--where", "weight " + "<" * 100_000],
    ["query", "--where", "weight[" + "a=b," * 30_000 + "c=d] > 1 g"],
    ["query", "--compute", "x = " + "(" * DEEP + "weight" + ")" * DEEP],
    ["query", "--compute", "x = " + " / ".join(["weight"] * DEEP)],
    ["query", "--compute", "x = " + "9" * 100_000],
    ["query", "--compute", "x [" + "g/" * 50_000 + "g] = weight"],
    ["query", "--sort", "," * 100_000 + "wieght"],
    ["query", "--columns", "weight[" * 15_000],
    ["compare", LETTERS, "a1"],
    ["show", "%" * 100_000],
    ["rank", "--by", "weight:" * 15_000],
    ["list", LETTERS],
    ["export", "-f", LETTERS],
    ["rate", "set", "2026-11-20", "TWD", "USD", DIGITS, "--source", "x"],
]

BOMB = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
FILES = {
    "aliases": f"specdb: 1\nproducts:\n- &a0 [x]\n{BOMB}",
    "merge keys": "specdb: 1\nproducts:\n- &a {slug: x}\n" + "- {<<: [*a, *a, *a]}\n" * 1000,
    "deep": "specdb: 1\nproducts: " + "[" * 100_000,
    "deep blocks": "specdb: 1\nproducts:\n" + "".join(" " * n + "-\n" for n in range(2000)),
    "digits": f"specdb: 1\nrates: [{{day: 2026-01-01, base: EUR, quote: USD, rate: {'9' * 10**6}, source: x}}]\n",
    "a long key": f"specdb: 1\n{'k' * 10**6}: 1\n",
    "a long figure": "specdb: 1\nattributes: [{key: x, name: x, kind: quantity, unit: " + "g*" * 500_000 + "g}]\n",
    "commas": "specdb: 1\nproducts: [" + "," * 10**6,
    "quotes": "specdb: 1\nproducts: ['" + "''" * 500_000,
    "tags": "specdb: 1\nproducts: !!python/object/apply:os.system [echo]\n",
    "anchors": "specdb: 1\nproducts: [" + " ".join(f"&a{n} x," for n in range(100_000)) + "]\n",
    "documents": "---\n" * 200_000,
    "an expression": f"specdb: 1\nattributes: [{{key: x, name: x, kind: quantity, unit: g, expression: {'(' * DEEP}}}]\n",
}


def limited(database: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the program with a limit on its time and memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))

    program = Path(sys.executable).parent / "specdb"
    return subprocess.run(
        [str(program), *words],
        env={**os.environ, "SPECDB_URL": str(database)},
        preexec_fn=limit,
        capture_output=True,
        check=False,
        timeout=60,
    )


def assert_refused(done: subprocess.CompletedProcess[bytes]) -> None:
    said = done.stderr.decode()
    assert done.returncode in (1, 2), (done.returncode, said[-500:])
    assert said.startswith("Error: "), said[:500]
    assert "Traceback" not in said
    assert len(said) < 300_000
    assert done.stdout == b""


def thinned(cases: Iterable[object], ids: Iterable[str]) -> list[Any]:
    """Test parameters: a third of the cases each time, the others in the long part."""
    return [
        pytest.param(case, id=id_, marks=[pytest.mark.long] if number % 3 else [])
        for number, (case, id_) in enumerate(zip(cases, ids, strict=True))
    ]


@pytest.mark.parametrize("words", thinned(WORDS, [" ".join(words)[:40] for words in WORDS]))
def test_words(seeded: Path, words: list[str]) -> None:
    done = limited(seeded, *words)
    if done.returncode == 0:  # long, but with an answer
        assert b"Traceback" not in done.stderr
    else:
        assert_refused(done)


@pytest.mark.parametrize("name", thinned(FILES, FILES))
def test_files(database: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "bomb.yaml"
    file.write_text(FILES[name], encoding="utf-8")
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    done = limited(database, "db", "load", str(file))
    assert_refused(done)
    assert b"bomb.yaml" in done.stderr
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
