"""The command line: one file a command, loaded when it is called."""

from __future__ import annotations


def main() -> None:
    """Runs the program; the console script."""
    import gc

    # What a start imports lives to its end. Python would search it for garbage forty times meanwhile, and once more at the
    # end: a tenth of the work of a short command.
    gc.set_threshold(100_000)
    try:
        from specdb.cli.app import run

        run()
    finally:
        gc.freeze()
