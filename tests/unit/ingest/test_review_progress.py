"""The file of review decisions: its content after a kill at any byte, and invalid files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.errors import DatabaseError, ValidationError
from specdb.ingest.review_progress import ACCEPTED, OPEN, REJECTED, ReviewProgress, review_lock

if TYPE_CHECKING:
    from pathlib import Path


def decided(path: Path) -> ReviewProgress:
    progress = ReviewProgress(path)
    progress.decide("one", ACCEPTED, value="40 g")
    progress.decide("two", REJECTED)
    progress.store(7)
    progress.decide("three", ACCEPTED, value="≈ 1")
    progress.decide("four", REJECTED)
    progress.decide("four", OPEN)
    return progress


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = decided(tmp_path / "d.review")
    read = ReviewProgress(tmp_path / "d.review")
    assert (read.records, read.stored) == (written.records, written.stored)
    assert list(read.records) == ["one", "two", "three"]
    assert read.stored == {"one": 7, "two": 7}
    assert [record["value"] for record in read.pending().values()] == ["≈ 1"]


def test_what_is_undone_is_open_again(tmp_path: Path) -> None:
    progress = decided(tmp_path / "d.review")
    progress.store(8)
    progress.reopen({7})
    read = ReviewProgress(tmp_path / "d.review")
    assert (list(read.records), read.stored) == (["three"], {"three": 8})


def test_a_line_that_was_not_finished_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "d.review"
    decided(file)
    data = file.read_bytes()
    for size in range(len(data)):
        file.write_bytes(data[:size])
        progress = ReviewProgress(file)
        progress.decide("last", REJECTED)
        again = ReviewProgress(file)
        assert again.records == progress.records
        assert "last" in again.records
        assert file.read_bytes().count(b"\n") == data[:size].count(b"\n") + 1


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"decision": "accepted"}', '"stored"', "\xff"])
def test_what_is_no_decision_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "d.review"
    file.write_bytes(b'{"key": "a", "decision": "rejected"}\n' + line.encode("latin-1") + b"\n")
    with pytest.raises(ValidationError, match="1 issue") as raised:
        ReviewProgress(file)
    assert [fault.line for fault in raised.value.issues] == [2]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be written"):
        ReviewProgress(tmp_path / "none" / "d.review").decide("a", REJECTED)
    with pytest.raises(DatabaseError, match="cannot be read"):
        ReviewProgress(tmp_path)


def test_a_file_that_is_taken_away_meanwhile_ends_nothing(tmp_path: Path) -> None:
    with review_lock(tmp_path / "d.review") as progress:
        progress.path.unlink()
    assert list(tmp_path.iterdir()) == []
