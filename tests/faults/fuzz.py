"""Feeds a target with what a coverage-guided fuzzer makes up: python tests/faults/fuzz.py TARGET FOLDER [-max_total_time=60]

Needs the package atheris. What it finds interesting is kept in FOLDER, a crash is written beside. The texts in
tests/faults/corpus are what is left of such runs; test_fuzz.py feeds them in every test run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["specdb", "yaml", "lark"]):
    from fuzz_targets import feed


def main() -> None:
    """Runs until it finds a crash, or as long as libFuzzer's options say."""
    name = sys.argv.pop(1)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)

    def one(data: bytes) -> None:
        feed(name, data.decode("utf-8", "replace"))

    atheris.Setup([*sys.argv, "-timeout=5", "-rss_limit_mb=2000"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
