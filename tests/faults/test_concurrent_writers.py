"""Concurrent writers and readers: each acknowledged edit exists once, and no reader sees half a changeset."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.database import constants, transaction
from specdb.database.connection import connect
from specdb.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

WRITER = """
import sys
from specdb.bundles.drafts import SpecDraft
from specdb.editing.spec_edits import add_spec
from specdb.editing.edit_session import EditSession, run_edit
from specdb.database.location import locate
place, who, edits = locate(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def change(number):
    def both(work: EditSession) -> list[str]:
        # two figures in one changeset, that a reader must always find equal
        for attribute in ("weight", "battery"):
            unit = "g" if attribute == "weight" else "mAh"
            draft = SpecDraft(attribute, {"status": f"w{who}"}, value=f"{number} {unit}", source="dingtalk-a1-pro")
            add_spec(work, "a1", draft)
        return []
    return both
for number in range(1, edits + 1):
    outcome = run_edit(place, change(number), "edit")
    assert outcome.changeset, outcome
    print(outcome.changeset)
"""

READER = """
import select
import sys
from specdb.database.connection import connect
from specdb.database.location import locate
sql = '''
SELECT s.qualifiers, COUNT(*), COUNT(DISTINCT s.number) FROM spec s JOIN product p ON p.id = s.product_id
WHERE p.slug = 'a1' AND s.qualifiers LIKE 'status=w%' AND s.shown GROUP BY s.qualifiers
'''
reads = 0
connection = connect(locate(sys.argv[1]))
while not select.select([sys.stdin], [], [], 0.1)[0]:
    for qualifiers, count, numbers in connection.execute(sql).fetchall():
        assert (count, numbers) == (2, 1), (qualifiers, count, numbers)
    reads += 1
print(reads)
"""


def started(program: str, place: Location, *numbers: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", program, str(place), *map(str, numbers)]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize(("count", "edits"), [(2, 5), pytest.param(8, 200, marks=pytest.mark.long)])
def test_writers_and_readers(database: Location, count: int, edits: int) -> None:
    """As many readers as writers, and so many edits by each writer."""
    readers = [started(READER, database, number) for number in range(count)]
    writers = [started(WRITER, database, number, edits) for number in range(count)]
    written = [process.communicate(timeout=900) for process in writers]
    read = [process.communicate("stop\n", timeout=60) for process in readers]
    assert [err for _, err in (*written, *read)] == [""] * 2 * count
    acknowledged = [int(line) for out, _ in written for line in out.split()]
    assert len(set(acknowledged)) == len(acknowledged) == count * edits
    assert all(int(out) > 0 for out, _ in read)
    with closing(connect(database)) as connection:
        kept = {
            changeset_id for (changeset_id,) in connection.execute("SELECT id FROM changeset WHERE reason = 'edit'").fetchall()
        }
        assert kept == set(acknowledged)
        sql = "SELECT COUNT(*), COUNT(DISTINCT added_id) FROM spec WHERE qualifiers LIKE 'status=w%'"
        assert connection.execute(sql).fetchone() == (2 * count * edits, count * edits)
        shown = "SELECT DISTINCT number FROM spec WHERE qualifiers LIKE 'status=w%' AND shown"
        assert connection.execute(shown).fetchall() == [(str(edits),)]


@pytest.mark.sqlite
def test_reports_a_writer_that_waits_too_long(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specdb.database.dialects.sqlite.BUSY_TIMEOUT", 0.2)
    assert constants.BUSY_TIMEOUT >= 5
    with (
        transaction.write_transaction(database),
        pytest.raises(DatabaseError, match="another program is writing to"),
        transaction.write_transaction(database),
    ):
        pass
