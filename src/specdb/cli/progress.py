"""Progress bar for long work."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_DELAY = 0.5
"""Seconds before the bar is shown."""


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a callback `(done, total)` that draws a bar on stderr, if that is a terminal; the bar disappears at the end."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("")
    shown_from = time.monotonic() + _DELAY

    def show(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if done >= total:
            end()
        elif time.monotonic() > shown_from:
            bar.start()

    def end() -> None:
        if bar.live.is_started:
            bar.stop()

    try:
        yield show
    finally:
        end()
