"""Rules for the source: short files, unique class names, SQL in one package, dynamic imports in the registries alone."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "specdb"
LONGEST_FILE = 600
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?"
    r"(TABLE|INDEX|DATABASE)|PRAGMA\s|BEGIN\s+IMMEDIATE|LEFT\s+JOIN|ORDER\s+BY|GROUP\s+BY)",
    re.DOTALL,
)
"""Statements and clauses of SQL, in capitals as our own are written."""

REGISTRIES = {"__init__.py", "analysis/checks/__init__.py", "cli/app.py", "ingest/tables/__init__.py", "render/__init__.py"}
"""Where a public name, check, command, reader or format is imported by its name, which import-linter does not see."""


@cache
def trees() -> dict[str, ast.Module]:
    """The parsed modules of the package, by path."""
    paths = sorted(SOURCE.rglob("*.py"))
    return {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def docstrings(tree: ast.Module) -> set[int]:
    """The identities of string constants that are expressions of their own: docstrings and notes below a name."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each string of a module that is no docstring, with its line; the constant parts of an f-string are joined."""
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def test_files_are_short() -> None:
    paths = [path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert len(lengths) > 300
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_class_names_are_unique() -> None:
    places = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_sql_is_in_the_database_package() -> None:
    found = [
        f"{path}:{line}: {text.strip()[:60]}"
        for path, tree in trees().items()
        if not path.startswith("database/")
        for line, text in literals(tree)
        if SQL.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("SELECT id FROM product", True),
        ("DELETE FROM alias WHERE id = ?", True),
        (" ORDER BY p.id", True),
        ("select one from the list", False),
        ("Select a source from those above", False),
    ],
)
def test_sql_is_recognised(text: str, is_sql: bool) -> None:
    assert bool(SQL.search(text)) == is_sql


def test_modules_are_imported_by_name_in_registries_only() -> None:
    users = {
        path
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in ("import_module", "__import__"))
        or (isinstance(node, ast.Attribute) and node.attr == "import_module")
    }
    assert users <= REGISTRIES


def test_modules_have_no_import_cycles() -> None:
    graph = grimp.build_graph("specdb", exclude_type_checking_imports=True, cache_dir=None)
    assert len(graph.modules) > 200
    imports = {module: graph.find_modules_directly_imported_by(module) for module in sorted(graph.modules)}
    sorter = graphlib.TopologicalSorter(imports)
    sorter.prepare()  # raises CycleError, which names the modules of a cycle


def test_no_text_says_mend() -> None:
    word = "me" + "nd"
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    command = ["git", "grep", "-inwI", word, "--", "."]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    assert found == []


def test_private_parts_of_typer_are_in_one_module() -> None:
    private = re.compile(
        r"^\s*(?:from typer(?:\._\w+[\w.]*)? import _\w|from typer\._|import typer\._|(?:from|import) click\b)", re.M
    )
    paths = SOURCE.rglob("*.py")
    found = {path.relative_to(SOURCE).as_posix() for path in paths if private.search(path.read_text(encoding="utf-8"))}
    assert found == {"cli/completion.py"}


def test_the_environment_is_not_written() -> None:
    writes = re.compile(r"os\.environ\[[^]]+\] *=[^=]|os\.environ\.(?:update|setdefault|pop)|os\.putenv|del os\.environ")
    assert [path for path in SOURCE.rglob("*.py") if writes.search(path.read_text(encoding="utf-8"))] == []
