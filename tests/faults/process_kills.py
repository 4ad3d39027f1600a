"""Run the program and kill it at random moments."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = Path(sys.executable).parent / "specdb"
TIMES = 40
"""How often each command is killed in the long part: six commands make 240."""


def start_program(database: Path, *words: str) -> subprocess.Popen[bytes]:
    """The program, started on this database."""
    environment = {**os.environ, "SPECDB_URL": str(database)}
    return subprocess.Popen([str(PROGRAM), *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run_to_end(database: Path, *words: str) -> tuple[float, bytes]:
    """How long an undisturbed run takes, in seconds, and what it says; it must succeed."""
    begun = time.perf_counter()
    process = start_program(database, *words)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    return time.perf_counter() - begun, out


def kill_repeatedly(
    database: Path, words: list[str], prepare: Callable[[], None], check: Callable[[], str], seed: int, times: int = TIMES
) -> dict[str, int]:
    """Starts the command `times` times on what `prepare` makes and kills it; counts what `check` finds, by its word."""
    prepare()
    whole, _ = run_to_end(database, *words)
    randomly = random.Random(seed)  # noqa: S311  moments, not secrets
    found: dict[str, int] = {}
    for _ in range(times):
        prepare()
        process = start_program(database, *words)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=whole * randomly.uniform(0.2, 1.1))
        process.kill()
        process.communicate()
        word = check()
        found[word] = found.get(word, 0) + 1
    return found
