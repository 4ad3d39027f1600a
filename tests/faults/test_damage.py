"""Databases and files that were damaged: an error that says so, or the right answer, or a fault that `db check` finds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from specdb.cli.options import open_catalog
from specdb.compare import compare
from specdb.errors import SpecdbError
from specdb.export import export
from specdb.ingest.derived import faults
from specdb.ingest.load import create_seeded
from specdb.query import Options, query

if TYPE_CHECKING:
    from pathlib import Path

TIMES = 200
TEXT_AT_MOST = 20
"""SQLite keeps no checksums: so many of the flips, at most, change a bare text (a name, a place), and nothing tells."""


def answers(path: Path) -> tuple[str, str, str]:
    """A comparison, a query and all specs."""
    with open_catalog(str(path)) as catalog:
        found = query(catalog, [], Options("glasses", where="weight <= 20 g")).render("csv")
        return compare(catalog, ["a1", "a1-pro"]).render("csv"), found, export(catalog, layout="long").render("csv")


def checked(path: Path) -> bool:
    """Whether a check finds the database sound."""
    with open_catalog(str(path)) as catalog:
        return not faults(catalog.connection, path)


@pytest.mark.sqlite
def test_flipped_bits_in_pages(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.db", tmp_path / "flipped.db"
    create_seeded(whole)
    right, content = answers(whole), whole.read_bytes()
    randomly = random.Random(1)  # noqa: S311  places, not secrets
    count = {"error": 0, "right": 0, "found by check": 0, "not told": 0}
    for _ in range(TIMES):
        flipped = bytearray(content)
        flipped[randomly.randrange(len(content))] ^= 1 << randomly.randrange(8)
        path.write_bytes(flipped)
        try:
            word = "right" if answers(path) == right else "found by check" if not checked(path) else "not told"
        except SpecdbError as error:
            assert str(path) in str(error) or "damaged" in str(error)  # noqa: PT017
            word = "error"
        count[word] += 1
    assert count["right"] > TIMES / 2
    assert count["not told"] <= TEXT_AT_MOST, count


@pytest.mark.sqlite
def test_a_file_cut_short(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.db", tmp_path / "cut.db"
    create_seeded(whole)
    content = whole.read_bytes()
    for part in range(20):
        path.write_bytes(content[: len(content) * part // 20 + part])
        with pytest.raises(SpecdbError):
            answers(path)
