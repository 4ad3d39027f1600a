"""Damaged databases and files give an error, the right answer, or a problem that `db check` finds."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from helpers.lamp_changesets import LAMPS_YAML, add_units
from specdb.bundles import bundle
from specdb.bundles.save import save_bundle
from specdb.cli.options import open_view
from specdb.database import create, digest
from specdb.database.connection import connect
from specdb.editing.derived_columns import database_issues
from specdb.editing.load import create_seeded, load
from specdb.errors import SpecdbError, ValidationError
from specdb.query import QueryOptions, query
from specdb.render import to_text
from specdb.reports.compare import compare
from specdb.reports.export import export

if TYPE_CHECKING:
    from pathlib import Path


TIMES = pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.long)])
"""How many bits are flipped, one after another."""


def answers(path: Path) -> tuple[str, str, str]:
    """A comparison, a query and all specs."""
    with open_view(str(path)) as view:
        found = to_text(query(view, [], QueryOptions("glasses", where="weight <= 20 g")), "csv")
        return to_text(compare(view, ["a1", "a1-pro"]), "csv"), found, to_text(export(view, layout="long"), "csv")


def checked(path: Path) -> bool:
    """Whether a check finds the database sound."""
    with open_view(str(path)) as view:
        return not database_issues(view.connection, path)


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """All rows of all tables."""
    with closing(connect(path)) as connection:
        return [[*chain(*digest.row_batches(connection, table))] for table in digest.all_tables()]


@TIMES
def test_flipped_bits_in_pages(tmp_path: Path, times: int) -> None:
    whole, path = tmp_path / "whole.db", tmp_path / "flipped.db"
    create_seeded(whole)
    right, rows, whole_bytes = answers(whole), content(whole), whole.read_bytes()
    randomly = random.Random(1)  # noqa: S311  places, not secrets
    count = {"error": 0, "right": 0, "found by check": 0, "not told": 0}
    for _ in range(times):
        flipped = bytearray(whole_bytes)
        flipped[randomly.randrange(len(whole_bytes))] ^= 1 << randomly.randrange(8)
        path.write_bytes(flipped)
        try:
            same = answers(path) == right
            word = "found by check" if not checked(path) else "right" if same and content(path) == rows else "not told"
        except SpecdbError as error:
            assert str(path) in str(error) or "damaged" in str(error)  # noqa: PT017
            word = "error"
        count[word] += 1
    assert count["not told"] == 0, count
    assert min(count["right"], count["found by check"]) > times / 5, count


def test_truncated_files(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.db", tmp_path / "it.db"
    create_seeded(whole)
    content = whole.read_bytes()
    for number in range(20):
        path.write_bytes(content[: len(content) * number // 20])
        with pytest.raises(SpecdbError):
            answers(path)


def lines(text: str) -> list[str]:
    """The lines of a file, in an order that does not matter; names are found in any case."""
    return sorted(text.casefold().splitlines())


@TIMES
def test_flipped_bits_in_yaml(tmp_path: Path, times: int) -> None:
    """A file that is refused names a line of it; one that is taken says in the database what it says."""
    empty, path, file = tmp_path / "empty.db", tmp_path / "it.db", tmp_path / "lamps.yaml"
    create.create(empty, add_units)
    content = LAMPS_YAML.encode()
    randomly = random.Random(2)  # noqa: S311  places, not secrets
    count = {"refused": 0, "taken": 0}
    for _ in range(times):
        flipped = bytearray(content)
        flipped[randomly.randrange(len(content))] ^= 1 << randomly.randrange(8)
        file.write_bytes(flipped)
        shutil.copy(empty, path)
        try:
            load(path, file)
        except ValidationError as error:
            assert str(error).startswith(f"{file}:")  # noqa: PT017
            count["refused"] += 1
            continue
        with closing(connect(path)) as connection:
            kept = save_bundle(connection)
        assert lines(kept) == lines(bundle.format_bundle(bundle.parse_bundle(file.read_text(), "it")))
        count["taken"] += 1
    assert min(count.values()) > times / 10, count


@pytest.mark.parametrize("content", [b"", b"\0" * 10**6, b"SQLite format 3\0" * 10**4], ids=["emptied", "zeros", "nonsense"])
def test_reports_a_file_overwritten_while_open(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "it.db"
    create_seeded(path)
    right = answers(path)
    try:
        with open_view(str(path)) as view:
            assert view.product("a1").slug == "a1"
            with path.open("r+b") as file:  # the same file, as a careless copy writes it
                file.truncate(0)
                file.write(content)
            assert to_text(export(view, layout="long"), "csv") == right[2]
    except SpecdbError as error:
        assert str(path) in str(error)  # noqa: PT017
    with pytest.raises(SpecdbError):
        answers(path)
