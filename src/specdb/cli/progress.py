"""The bar that shows how far long work is."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 0.5
"""Seconds after which work is long."""


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Shows how much is done, and of how much, on stderr where that is a terminal; when all is, there is no bar any more."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("")
    shown_from = time.monotonic() + _PATIENCE

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
