"""Rules of the repository: the size of files, docs that are up to date, and public names."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 600


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}
    assert len(lengths) > 40


def test_public_names_are_there() -> None:
    import specdb

    assert {name: getattr(specdb, name, None) is not None for name in specdb.__all__} == dict.fromkeys(specdb.__all__, True)
    assert dir(specdb)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = specdb.nothing


def test_version_is_the_packages() -> None:
    from importlib.metadata import version

    import specdb

    assert specdb.__version__ == version("product-specdb")
