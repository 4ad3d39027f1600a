"""specdb as a Python library."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

import specdb
from helpers.database_backends import digest_of
from specdb.bundles.drafts import SpecDraft
from specdb.cli.options import open_view
from specdb.database.view import View
from specdb.editing.edit_session import EditSession, run_edit
from specdb.editing.spec_edits import add_spec
from specdb.errors import DatabaseError
from specdb.render import to_text
from specdb.reports.show import show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from specdb.database.location import Location


def test_a_table_renders_in_a_notebook_and_as_text(seeded: Location) -> None:
    with specdb.open(str(seeded)) as db:
        table = db.compare("a1", "a1-pro")
    assert isinstance(table, specdb.ResultTable)
    html = table._repr_html_()
    assert html.lstrip().startswith("<")
    assert "<table" in html
    assert "2,980 mAh" in html
    assert "2,980 mAh ★" in repr(table)
    assert repr(table) == table.render("table")


def heavier(place: Location) -> None:
    """Somebody else changes the weight of a1-pro."""

    def change(work: EditSession) -> list[str]:
        add_spec(work, "a1-pro", SpecDraft("weight", value="99 g", source="dingtalk-a1-pro"))
        return []

    run_edit(place, change, "meanwhile")


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: db.compare("a1", "a1-pro"),
        lambda db: db.query("ai-recorder", columns=["weight"]),
        lambda db: db.show("a1-pro"),
    ],
)
def test_answers_are_of_one_moment(
    database: Location, monkeypatch: pytest.MonkeyPatch, ask: Callable[[specdb.Database], specdb.ResultTable]
) -> None:
    rows, calls = View.rows, count()

    def interrupted(view: View, *words: Any) -> list[tuple[Any, ...]]:
        found = rows(view, *words)
        if next(calls) == 0:
            heavier(database)
        return found

    with specdb.open(str(database)) as db:
        before = ask(db).render("csv")
        monkeypatch.setattr(View, "rows", interrupted)
        assert ask(db).render("csv") == before
        assert "99" in ask(db).render("csv")


def test_a_command_reads_one_moment(database: Location) -> None:
    with open_view(str(database)) as view:
        before = to_text(show(view, "a1-pro"), "csv")
        heavier(database)
        assert to_text(show(view, "a1-pro"), "csv") == before
    with open_view(str(database)) as view:
        assert "99 g" in to_text(show(view, "a1-pro"), "csv")


def test_to_pandas(seeded: Location) -> None:
    with specdb.open(str(seeded)) as db:
        compared = db.compare("a1", "a1-pro").to_pandas()
        exported = db.export("a1-pro", layout="long").to_pandas()
    assert list(compared.columns) == ["attribute", "a1", "a1-pro", "a1-pro - a1"]
    battery = compared[compared["attribute"] == "battery [mAh]"].iloc[0]
    assert (battery["a1"], battery["a1-pro"], battery["a1-pro - a1"]) == (660, 2980, 2320)
    weight = exported[exported["attribute"] == "weight"].iloc[0]
    assert (weight["value"], weight["low"], weight["high"], weight["unit"]) == (40, 38, 42, "g")


def test_pandas_is_imported_only_for_a_frame(seeded: Location) -> None:
    code = f"""
import sys, specdb
db = specdb.open({str(seeded)!r})
table = db.compare("a1", "a1-pro")
table._repr_html_(), repr(table)
before = "pandas" in sys.modules
table.to_pandas()
print(before, "pandas" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]


@pytest.mark.sqlite
def test_open_finds_the_database(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECDB_URL", f"sqlite:///{seeded}")
    with specdb.open() as db:
        assert db.path == seeded
    with specdb.open(str(seeded)) as db:
        assert db.show("a1").title == "DingTalk A1"
    with specdb.open(tmp_path / "made" / "new.db") as db:  # made from the packaged specs
        assert db.show("a1").title == "DingTalk A1"
    assert os.listdir(tmp_path / "made") == ["new.db"]  # noqa: PTH208


def test_query_takes_keywords(seeded: Location) -> None:
    with specdb.open(str(seeded)) as db:
        found = db.query("glasses", max_weight="20g", sort=["-weight"], columns=["price"])
        touch = db.query(touchscreen=True, maker="dingtalk", min_battery="600mAh")
        plain = db.query(touchscreen=False)
    assert [row.cells[0].value for row in found.rows] == ["moonix-pro", "moonix"]
    assert [row.cells[0].value for row in touch.rows] == ["a1-pro"]
    assert [row.cells[0].value for row in plain.rows] == ["a1"]


def test_the_database_is_not_written(seeded: Location) -> None:
    before = digest_of(seeded)
    with specdb.open(str(seeded)) as db:
        for table in (db.compare("a1", "a1-pro"), db.query(), db.show("a1"), db.list("units"), db.export()):
            assert table.render("csv")
    assert digest_of(seeded) == before


def test_closed(seeded: Location) -> None:
    with specdb.open(str(seeded)) as db:
        pass
    with pytest.raises((sqlite3.ProgrammingError, DatabaseError)):
        db.show("a1")


def test_public_names_are_listed_before_their_first_use() -> None:
    code = "import specdb, pydoc; print(*(name for name in dir(specdb) if not name.startswith('_'))); pydoc.render_doc(specdb)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["Database", "ResultTable", "SpecdbError", "open"]
