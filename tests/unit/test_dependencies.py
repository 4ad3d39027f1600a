"""Installed packages match constraints.txt, are compatible, and have no known advisories."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
}

STATED = [*PROJECT["dependencies"], *(text for texts in PROJECT["optional-dependencies"].values() for text in texts)]

ADVISORIES = [
    ("babel", "2.9.1", "CVE-2021-42771"),
    ("certifi", "2024.7.4", "CVE-2024-39689"),
    ("fonttools", "4.60.2", "CVE-2025-66034"),
    ("lxml", "4.9.1", "CVE-2022-2309"),
    ("lxml-html-clean", "0.4.0", "CVE-2024-52595"),
    ("mako", "1.2.2", "CVE-2022-40023"),
    ("markdown-it-py", "2.2.0", "CVE-2023-26302"),
    ("numpy", "1.22.0", "CVE-2021-41495"),
    ("openpyxl", "2.4.2", "CVE-2017-5992"),
    ("pillow", "10.3.0", "CVE-2024-28219"),
    ("psutil", "5.6.7", "CVE-2019-18874"),
    ("pyarrow", "14.0.1", "CVE-2023-47248"),
    ("pydantic", "2.4.0", "CVE-2024-3772"),
    ("pygments", "2.15.1", "CVE-2022-40896"),
    ("pyyaml", "5.4", "CVE-2020-14343"),
    ("sqlalchemy", "1.3.0", "CVE-2019-7164"),
    ("urllib3", "2.6.0", "CVE-2025-66471"),
]
"""Package, the first version without the fault, and its number in the list of Common Vulnerabilities and Exposures."""


def requirements(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What a distribution requires here, with some of its extras."""
    for text in STATED if name == "product-specdb" else distribution(name).requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield wanted


def closure() -> dict[str, list[tuple[str, Requirement]]]:
    """All that specdb with all of its extras brings with it: by name, who requires it and how."""
    found: dict[str, list[tuple[str, Requirement]]] = {}
    waiting: list[tuple[str, frozenset[str]]] = [("product-specdb", frozenset())]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        for wanted in requirements(name, set(extras)):
            key = str(canonicalize_name(wanted.name))
            found.setdefault(key, []).append((name, wanted))
            if (key, frozenset(wanted.extras)) not in seen:
                seen.add((key, frozenset(wanted.extras)))
                waiting.append((key, frozenset(wanted.extras)))
    found.pop("product-specdb", None)
    return found


def test_requirements_are_pinned_and_compatible() -> None:
    needed = closure()
    assert set(needed) == set(PINNED)
    for name, by in needed.items():
        installed = Version(distribution(name).version)
        assert installed == PINNED[canonicalize_name(name)], f"{name} {installed} is installed"
        for who, wanted in by:
            assert wanted.specifier.contains(installed, prereleases=True), f"{who} requires {wanted}, not {installed}"


@pytest.mark.parametrize(("name", "fixed", "number"), ADVISORIES, ids=[number for *_, number in ADVISORIES])
def test_pinned_versions_have_no_advisories(name: str, fixed: str, number: str) -> None:
    assert PINNED[canonicalize_name(name)] >= Version(fixed), number


@pytest.mark.parametrize("text", STATED)
def test_own_bounds_exclude_versions_with_advisories(text: str) -> None:
    wanted = Requirement(text)
    assert wanted.specifier or wanted.name == "product-specdb"
    lowest = [Version(one.version) for one in wanted.specifier if one.operator in (">=", "==", "~=")]
    for name, fixed, number in ADVISORIES:
        if name == canonicalize_name(wanted.name):
            assert lowest, number
            assert lowest[0] >= Version(fixed), number
