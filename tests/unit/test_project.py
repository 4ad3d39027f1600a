"""The docs are up to date, and the public names of the package exist."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_public_names_exist() -> None:
    import specdb

    assert {name: getattr(specdb, name, None) is not None for name in specdb.__all__} == dict.fromkeys(specdb.__all__, True)
    assert dir(specdb)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = specdb.nothing


def test_version_is_the_packages() -> None:
    from importlib.metadata import version

    import specdb

    assert specdb.__version__ == version("product-specdb")
