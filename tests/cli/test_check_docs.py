"""The page on checks: its file loads, and its outputs are what the program prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from specdb.editing.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from specdb.database.location import Location

PAGE = Path(__file__).parent.parent.parent / "docs" / "checks.md"


def test_the_outputs_are_true(database: Location, tmp_path: Path, run: Callable[..., CompletedProcess[str]]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (file,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "acme.yaml").write_text(file, encoding="utf-8")
    assert load(database, tmp_path / "acme.yaml") == (1, 3, [])
    shown = re.findall(r"```console\n\$ specdb ([^\n]*)\n(.*?)```", text, re.DOTALL)
    environment = {"SPECDB_URL": str(database), "NO_COLOR": "1"}
    assert len(shown) == 7
    for words, output in shown:
        assert run(*words.split(), "-f", "table", env=environment).stdout == output, words


def test_every_kind_and_relation_is_explained() -> None:
    from specdb.analysis.checks import KINDS
    from specdb.analysis.claims import RELATIONS

    text = PAGE.read_text(encoding="utf-8")
    assert all(f"## {kind.capitalize()}" in text for kind in KINDS)
    assert all(f"`{relation}`" in text for relation in RELATIONS)
