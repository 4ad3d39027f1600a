"""Start-up time depends on imports: modules that a command must not have loaded when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specdb.database.location import Location

PATHS = os.pathsep.join(sys.path)
HEAVY = {"sqlalchemy", "sqlmodel", "pydantic", "pint", "alembic", "yaml", "pandas", "xlsxwriter", "lark", "currency_converter"}

LOADED = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
from specdb.cli import main
sys.argv[0] = "specdb"
main()
"""


@pytest.mark.parametrize(
    ("words", "also"),
    [
        (["--help"], {"rich", "sqlite3"}),
        (["compare", "--help"], {"rich"}),
        (["compare", "a1", "a1-pro", "-f", "table"], set()),
        (["compare", "a1", "a1-pro", "-f", "csv"], {"rich"}),
        (["query", "--category", "glasses", "--max-weight", "20g", "-f", "table"], set()),
        (["query", "--category", "glasses", "--max-weight", "20g", "-f", "csv"], {"rich"}),
        (["query", "--category", "glasses", "--max-weight", "0.7oz"], {"rich"}),
        (["show", "a1-pro", "-f", "json"], {"rich"}),
        (["list", "attributes"], {"rich"}),
        (["export", "--category", "ai-accelerator", "-f", "csv"], {"rich"}),
        (["export", "--layout", "long", "-f", "jsonl"], {"rich"}),
        (["check", "-f", "csv"], {"rich"}),
        (["log"], {"rich"}),
        (["db", "info"], {"rich"}),
        (["extract", str(Path(__file__).parents[2] / "README.md"), "-f", "json"], {"rich", "trafilatura"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_heavy_modules_stay_out(seeded: Location, words: list[str], also: set[str]) -> None:
    assert loaded(seeded, words) & (HEAVY | also) == set()


def test_to_save_takes_yaml_only(seeded: Location) -> None:
    assert loaded(seeded, ["db", "save"]) & (HEAVY | {"rich"}) == {"yaml"}


def loaded(database: Location, words: list[str]) -> set[str]:
    """The packages that are loaded when a command has done its work."""
    result = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        env={"SPECDB_URL": str(database), "PATH": "", "PYTHONPATH": PATHS},
        capture_output=True,
        text=True,
        check=False,
    )
    found = set(result.stderr.splitlines()[-1].split())
    assert result.stdout
    assert "typer" in found
    return found


def test_completion_is_light(seeded: Location) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={
            "SPECDB_URL": str(seeded),
            "PATH": "",
            "PYTHONPATH": PATHS,
            "_SPECDB_COMPLETE": "complete_bash",
            "COMP_WORDS": "specdb show a1-",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "a1-pro" in result.stdout
    assert set(result.stderr.splitlines()[-1].split()) & (HEAVY | {"rich"}) == set()


def test_public_names_are_loaded_on_first_use() -> None:
    code = "import sys, specdb; print('sqlite3' in sys.modules); specdb.open; print('sqlite3' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]
