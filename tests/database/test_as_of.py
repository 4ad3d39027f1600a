"""A view as of a changeset reads the past state, whatever was written since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers import lamp_changesets
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.database import as_of
from specdb.database.connection import connect
from specdb.database.digest import database_digest
from specdb.database.repository import Repository
from specdb.errors import DatabaseError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.location import Location
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects


def changed(edit: ChangesetWriter) -> None:
    """Changes every row without a history that l1's specs depend on."""
    edit.change("product", {"id": 1}, {"name": "Renamed", "slug": "renamed"})
    edit.change("attribute", {"id": 1}, {"key": "mass"})
    edit.change("source", {"id": 3}, {"precedence": 9})
    edit.change("category", {"id": 1}, {"name": "lights"})
    edit.change("category_attribute", {"category_id": 1, "attribute_id": 1}, None)
    edit.change("alias", {"scope": "product", "name": "first-lamp"}, None)
    edit.add({"alias": [{"scope": "product", "name": "other", "position": 0, "product_id": 1}]})


READS: dict[str, Callable[[View], object]] = {
    "products": lambda view: [product.slug for product in view.products()],
    "aliases": lambda view: view.product("first-lamp").name,
    "attributes": lambda view: sorted(view.names("attribute")),
    "categories": lambda view: view.rows("SELECT name FROM category ORDER BY id"),
    "members": lambda view: view.rows("SELECT * FROM category_attribute ORDER BY category_id, attribute_id"),
    "specs": lambda view: [(spec.printed, spec.shown) for spec in read_specs(view, [1])],
    "sources": lambda view: view.rows("SELECT slug, precedence FROM source ORDER BY id"),
}


@pytest.mark.parametrize("read", READS)
def test_reads_past_states(lamps: Location, read: str) -> None:
    with closing(connect(lamps)) as connection:
        before = READS[read](build_view(Repository(connection)))
    lamp_changesets.load_yaml(lamps)
    lamp_changesets.record(lamps, changed)
    lamp_changesets.record(lamps, lamp_changesets.set_weight(42))
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of="@2")
        assert READS[read](view) == before


def test_before_the_first_there_is_nothing(lamps: Location) -> None:
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of=0)
        for table in ("spec", "product", "category", "attribute", "source"):
            assert view.rows(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("table", ["spec", "product"])
def test_the_database_is_not_written(lamps: Location, table: str) -> None:
    with closing(connect(lamps)) as connection, closing(connect(lamps)) as other:
        build_view(Repository(connection), as_of="@2")
        before = database_digest(other)
        with pytest.raises((sqlite3.OperationalError, DatabaseError), match=r"read-?only"):
            connection.execute(f"DELETE FROM {HOME[isinstance(connection, sqlite3.Connection)]}.{table}")
        assert database_digest(other) == before


HOME = {True: "main", False: "public"}


def test_what_is_written_later_is_not_seen(lamps: Location) -> None:
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of="@2")
        lamp_changesets.load_yaml(lamps)
        assert [product.slug for product in view.products()] == ["l1", "l2"]
        assert view.names("category") == ["lamp"]


@pytest.mark.parametrize("table", as_of.COLUMNS)
def test_columns_are_those_of_the_tables(lamps: Location, table: str) -> None:
    with closing(connect(lamps)) as connection:
        found = connection.execute(f"SELECT * FROM {table}").description
    assert as_of.COLUMNS[table] == tuple(column[0] for column in found)


@pytest.mark.parametrize("changed_later", [False, True])
def test_rates_are_of_the_moment(lamps: Location, changed_later: bool) -> None:
    day = "'2026-01-01'"
    sql = f"INSERT INTO rate (id, day, base, quote, rate, source, added_id) VALUES (?, {day}, 'USD', 'EUR', '0.9', 's', ?)"
    lamp_changesets.record(lamps, lamp_changesets.set_weight(42))
    with closing(connect(lamps, write=True)) as connection:
        connection.execute("BEGIN")
        for place, changeset in enumerate((1, 2, 3 if changed_later else 2), 1):
            connection.execute(sql, (place, changeset))
        connection.commit()
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of="@2")
        assert view.column("SELECT id FROM rate ORDER BY id") == ([1, 2] if changed_later else [1, 2, 3])


@pytest.mark.parametrize("at", ["@1", "@2", "@3"])
def test_views_stand_for_changed_tables_only(lamps: Location, at: str) -> None:
    lamp_changesets.record(lamps, lamp_changesets.set_weight(42))
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of=at)
        if isinstance(connection, sqlite3.Connection):
            names = set(view.column("SELECT name FROM temp.sqlite_master WHERE type = 'view'"))
        else:
            names = set(view.column("SELECT viewname FROM pg_views WHERE schemaname LIKE 'pg_temp%'"))
    assert ("spec" in names) == (at != "@3")
    assert not names & {"claim", "rate"}


@pytest.mark.sqlite
@pytest.mark.parametrize("statement", ["query", "read"])
def test_reads_look_up_indexes_of_the_tables(lamps: Location, statement: str) -> None:
    lamp_changesets.record(lamps, lamp_changesets.set_weight(42))
    sql = {
        "query": "SELECT product_id, nominal FROM spec WHERE category_id = 1 AND attribute_id = 1 AND shown AND nominal < 9",
        "read": "SELECT * FROM spec WHERE product_id = 1 AND retracted_id IS NULL",
    }
    with closing(connect(lamps)) as connection:
        view = build_view(Repository(connection), as_of="@2")
        plan = [row[3] for row in view.rows(f"EXPLAIN QUERY PLAN {sql[statement]}")]
    index = {"query": "COVERING INDEX spec_nominal (category_id=? AND attribute_id=? AND nominal<?)", "read": "PRIMARY KEY"}
    assert any(line.startswith(f"SEARCH s USING {index[statement]}") for line in plan)
    assert not [line for line in plan if line.startswith("SCAN s")]


def test_there_was_none(lamps: Location) -> None:
    with closing(connect(lamps)) as connection, pytest.raises(NotFoundError):
        build_view(Repository(connection), as_of="@3")
