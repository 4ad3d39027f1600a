"""Copies between backends keep the whole history."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import SqliteFiles, digest_of
from specdb.bundles.drafts import RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database import digest, transfer
from specdb.database.connection import connect
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


@pytest.fixture
def edited(database: Location) -> Location:
    """A database with a history."""
    for rate in ("0.031", "0.032"):
        set_rate(database, RateDraft("2026-11-20", "TWD", "USD", rate, "bank"))
    return database


def test_there_and_back(edited: Location, new_place: Location, backend: DatabaseBackend, tmp_path: Path) -> None:
    file = SqliteFiles(tmp_path).new()
    heard: list[tuple[int, int]] = []
    digests = [transfer.copy_database(edited, file, lambda *far: heard.append(far)), transfer.copy_database(file, new_place)]
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]
    assert digests == [digest_of(edited)] * 2 == [digest_of(file), digest_of(new_place)]
    assert file.stat().st_mode & 0o777 == 0o600
    for place in (file, new_place):  # new rows are numbered after those that came along
        set_rate(place, RateDraft("2026-11-21", "TWD", "USD", "0.033", "bank"))
        with closing(connect(place)) as connection:
            assert connection.execute("SELECT MAX(id) - (SELECT COUNT(*) FROM changeset) FROM changeset").fetchone() == (0,)


def test_a_place_that_is_taken(edited: Location, database: Location, seeded: Location) -> None:
    before = digest_of(seeded)
    with pytest.raises(DatabaseError, match=r"there is already a database at "):
        transfer.copy_database(edited, seeded)
    assert digest_of(seeded) == before


def test_a_copy_that_differs_is_not_kept(edited: Location, new_place: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = digest.row_batches

    def short(connection: object, table: object) -> object:
        for portion in whole(connection, table):  # type: ignore[arg-type]
            yield portion[:-1] if str(table) == "claim" else portion

    monkeypatch.setattr(transfer, "row_batches", short)
    with pytest.raises(DatabaseError, match="differs from the original; it was discarded"):
        transfer.copy_database(edited, new_place)
    with pytest.raises(DatabaseError, match="there is no database at"):
        connect(new_place)


def test_the_digest_tells_every_cell(database: Location) -> None:
    seen = {digest_of(database)}
    for change in ("locator = 'x'", "hi = hi + 0.5, lo = lo", "shown = NOT shown", "retracted_id = 1"):
        with closing(connect(database, write=True)) as connection:
            connection.execute(f"UPDATE spec SET {change} WHERE id = (SELECT MIN(id) FROM spec WHERE kind = 'quantity')")
        seen.add(digest_of(database))
    assert len(seen) == 5
