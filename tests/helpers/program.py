"""The program `specdb`: run in this process, in a process of its own, or in a terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import traceback
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROGRAM = str(Path(sys.executable).parent / "specdb")
"""The console script that the user calls."""


class _Stream(io.TextIOWrapper):
    """Captured text. It keeps what was written when the program closes or reconfigures it."""

    def __init__(self) -> None:
        self.captured = io.BytesIO()
        super().__init__(self.captured, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)

    def text(self) -> str:
        """Return what was written."""
        self.flush()
        return self.captured.getvalue().decode("utf-8").replace("\r\n", "\n")


def run_in_process(words: Sequence[str], *, stdin: str | None, env: Mapping[str, str]) -> CompletedProcess[str]:
    """Run `specdb WORDS` in this process, with its own streams and environment."""
    from specdb.cli.app import run

    out, err, code = _Stream(), _Stream(), 0
    given = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
    with (
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.multiple(sys, argv=["specdb", *words], stdin=given, stdout=out, stderr=err),
        mock.patch.object(tempfile, "tempdir", None),  # found again from this environment
    ):
        try:
            run()
        except SystemExit as ended:
            code = _exit_code(ended, err)
        except Exception:  # as Python does at the end of a program
            traceback.print_exc()
            code = 1
    return CompletedProcess(["specdb", *words], code, out.text(), err.text())


def _exit_code(ended: SystemExit, err: _Stream) -> int:
    """Return the exit status of a SystemExit, as the interpreter would."""
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    print(ended.code, file=err)
    return 1


def run_process(words: Sequence[str], *, stdin: str | None = None, env: Mapping[str, str]) -> CompletedProcess[str]:
    """Run `specdb WORDS` in a process of its own."""
    return subprocess.run([PROGRAM, *words], input=stdin, env=env, capture_output=True, text=True, check=False, timeout=60)


def run_in_terminal(words: Sequence[str], width: int, environment: Mapping[str, str]) -> str:
    """Return what the program writes to a terminal of this width, without stderr."""
    with terminal(width) as (parent, child):
        clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
        env = {**clean, "TERM": "xterm-256color", **environment}
        with subprocess.Popen([PROGRAM, *words], stdin=child, stdout=child, stderr=subprocess.DEVNULL, env=env):
            os.close(child)
            parts = []
            while True:
                try:
                    part = os.read(parent, 65_536)
                except OSError:  # the other end is closed
                    break
                if not part:
                    break
                parts.append(part)
    return b"".join(parts).decode().replace("\r\n", "\n")


@contextmanager
def terminal(width: int) -> Iterator[tuple[int, int]]:
    """Open a pseudo-terminal of this width; the caller closes the second end."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    try:
        yield parent, child
    finally:
        os.close(parent)
