"""The command line: one file a command, loaded when it is called."""

from __future__ import annotations


def main() -> None:
    """Runs the program; the console script."""
    from specdb.cli.app import run

    run()
