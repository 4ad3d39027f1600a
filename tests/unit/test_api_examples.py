"""The examples in the docstrings of the Python API run and print what they show."""

from __future__ import annotations

import doctest
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specdb.database.location import Location


@pytest.mark.parametrize("module", ["specdb", "specdb.api"])
def test_examples_run(module: str, seeded: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECDB_URL", str(seeded))
    result = doctest.testmod(import_module(module))
    assert result.attempted > 1
    assert result.failed == 0
