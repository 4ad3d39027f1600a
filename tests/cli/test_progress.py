"""The progress bar appears in a terminal after half a second, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

WORK = """
import sys, time
from specdb.cli.progress import progress
with progress() as bar:
    bar(1, 4)
    time.sleep(float(sys.argv[1]))
    bar(2, 4)
    bar(4, 4)
"""


@pytest.mark.parametrize(("seconds", "terminal", "shown"), [("0.6", True, True), ("0", True, False), ("0.6", False, False)])
def test_a_bar(seconds: str, terminal: bool, shown: bool) -> None:
    words = [sys.executable, "-c", WORK, seconds]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    if not terminal:
        assert subprocess.run(words, env=environment, capture_output=True, check=True).stderr == b""
        return
    master, slave = pty.openpty()
    subprocess.run(words, env=environment, stderr=slave, check=True)
    os.write(slave, b"end")
    os.close(slave)
    seen = os.read(master, 65_536)
    os.close(master)
    assert (b"50%" in seen) == shown
    assert seen == b"end" or shown
