"""Every command in the README and in docs/ runs, prints what the page shows, and uses files that exist."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from specdb.analysis.checks import KINDS
from specdb.analysis.claims import RELATIONS
from specdb.database.server import Server

if TYPE_CHECKING:
    from specdb.database.location import Location

ROOT = Path(__file__).parents[2]
HINT = "run: python docs/build.py"


def _build_module() -> Any:
    """Import docs/build.py, which is not part of the package."""
    spec = spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["docs_build"] = module
    spec.loader.exec_module(module)
    return module


build = _build_module()
PAGES: list[Path] = build.pages()
SET_UP = re.compile(r"<!-- set-up -->\n(.*?)<!-- /set-up -->", re.DOTALL)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database of the packaged specs, to copy."""
    path: Path = build.new_database(tmp_path_factory.mktemp("docs") / "template.db")
    return path


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_commands_of_the_page_run_as_shown(packaged: Path, tmp_path: Path, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert build.Session(tmp_path, packaged).run_page(text) == text, HINT


@pytest.mark.postgres
def test_postgresql_commands_run(packaged: Path, tmp_path: Path, new_place: Location) -> None:
    text = (ROOT / "docs" / "how-to" / "postgresql.md").read_text(encoding="utf-8")
    copy = text.index("## Copy a database")
    assert isinstance(new_place, Server)
    shutil.copy(packaged, tmp_path / "specs.db")
    session = build.Session(tmp_path, packaged, new_place.url)
    session.run_page(text[copy:])  # needs a location without a database
    session.run_page(text[:copy])


def test_generated_pages_are_up_to_date(packaged: Path) -> None:
    assert (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8") == build.command_line(), HINT
    assert (ROOT / "docs" / "reference" / "units.md").read_text(encoding="utf-8") == build.units(packaged), HINT
    assert (ROOT / "docs" / "compare.svg").read_text(encoding="utf-8") == build.picture(packaged), HINT


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_no_command_is_outside_a_block_that_runs(page: Path) -> None:
    text = SET_UP.sub("", page.read_text(encoding="utf-8"))
    text = re.sub(r"^```(console|sh|python|yaml|text)\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "```" not in text
    assert re.findall(r"^(?: {4,}|\t)specdb .*$", text, re.MULTILINE) == []


def test_set_up_lines_are_two() -> None:
    (lines,) = SET_UP.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert re.fullmatch(r"(    \S.*\n){2}", lines)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_lead_to_files(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_paths_in_the_contributing_guide_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`([\w./-]+(?:/|\.(?:py|txt|md|yaml|yml)))`", text)
    paths += re.findall(r"^  ([a-z]+(?:/|\.py)) ", text, re.MULTILINE)
    assert len(paths) > 30
    assert [path for path in paths if not any((base / path).exists() for base in (ROOT, ROOT / "src" / "specdb"))] == []


def test_readme_is_short() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert text.count("![") == 1


def test_every_kind_of_check_and_relation_is_explained() -> None:
    kinds = (ROOT / "docs" / "how-to" / "check.md").read_text(encoding="utf-8")
    relations = (ROOT / "docs" / "reference" / "yaml.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"## {kind.capitalize()}" not in kinds] == []
    assert [relation for relation in RELATIONS if f"`{relation}`" not in relations] == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("acme.yaml", "reference/yaml.md"),
        ("prices.csv", "how-to/import.md"),
        ("prices-mapping.yaml", "how-to/import.md"),
    ],
)
def test_page_shows_the_example(name: str, page: str) -> None:
    blocks = re.findall(r"```(?:yaml|text)\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    example = (ROOT / "examples" / name).read_text(encoding="utf-8")
    lines = [line for line in example.splitlines(keepends=True) if not line.startswith("#")]
    assert "".join(lines) in blocks
