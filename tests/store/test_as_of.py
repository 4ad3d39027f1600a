"""A connection set back to a changeset reads what was then, whatever has been written since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import edits
from specdb.database import as_of
from specdb.database.digest import digest
from specdb.database.engine import connect
from specdb.database.repository import Catalog
from specdb.errors import NotFound, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.engine import Place
    from specdb.database.journal import Edit


@pytest.fixture
def lamps(site: Place) -> Place:
    return edits.made(site)


def changed(edit: Edit) -> None:
    """Changes every row without a history that l1's specs depend on."""
    edit.change("product", {"id": 1}, {"name": "Renamed", "slug": "renamed"})
    edit.change("attribute", {"id": 1}, {"key": "mass"})
    edit.change("source", {"id": 3}, {"precedence": 9})
    edit.change("category", {"id": 1}, {"name": "lights"})
    edit.change("category_attribute", {"category_id": 1, "attribute_id": 1}, None)
    edit.change("alias", {"scope": "product", "name": "first-lamp"}, None)
    edit.add({"alias": [{"scope": "product", "name": "other", "position": 0, "product_id": 1}]})


READS: dict[str, Callable[[Catalog], object]] = {
    "products": lambda catalog: [product.slug for product in catalog.products()],
    "aliases": lambda catalog: catalog.product("first-lamp").name,
    "attributes": lambda catalog: sorted(catalog.names("attribute")),
    "categories": lambda catalog: catalog.rows("SELECT name FROM category"),
    "members": lambda catalog: catalog.rows("SELECT * FROM category_attribute"),
    "specs": lambda catalog: [(spec.printed, spec.shown) for spec in catalog.specs([1])],
    "sources": lambda catalog: catalog.rows("SELECT slug, precedence FROM source"),
}


@pytest.mark.parametrize("read", READS)
def test_reads_are_those_of_then(lamps: Place, read: str) -> None:
    with closing(connect(lamps)) as connection:
        before = READS[read](Catalog(connection))
    edits.load(lamps)
    edits.edit(lamps, changed)
    edits.edit(lamps, edits.weigh(42))
    with closing(connect(lamps)) as connection:
        catalog = Catalog(connection)
        as_of.look_back(catalog, "@2")
        assert READS[read](catalog) == before


def test_before_the_first_there_is_nothing(lamps: Place) -> None:
    with closing(connect(lamps)) as connection:
        catalog = Catalog(connection)
        as_of.set_back(catalog, 0)
        for table in ("spec", "product", "category", "attribute", "source"):
            assert catalog.rows(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("table", ["spec", "product"])
def test_the_database_is_not_written(lamps: Place, table: str) -> None:
    with closing(connect(lamps)) as connection:
        as_of.look_back(Catalog(connection), "@2")
        before = digest(connection)
        with pytest.raises((sqlite3.OperationalError, StoreError), match=r"read-?only"):
            connection.execute(f"DELETE FROM {HOME[isinstance(connection, sqlite3.Connection)]}.{table}")
        assert digest(connection) == before


HOME = {True: "main", False: "public"}


def test_what_is_written_later_is_not_seen(lamps: Place) -> None:
    with closing(connect(lamps)) as connection:
        catalog = Catalog(connection)
        as_of.look_back(catalog, "@2")
        edits.load(lamps)
        assert [product.slug for product in catalog.products()] == ["l1", "l2"]
        assert catalog.names("category") == ["lamp"]


@pytest.mark.sqlite
def test_the_tables_have_the_indexes_of_the_real_ones(lamps: Place) -> None:
    with closing(connect(lamps)) as connection:
        as_of.look_back(Catalog(connection), "@2")
        sql = "SELECT name FROM {}.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('spec', 'product')"
        assert set(connection.execute(sql.format("temp"))) == set(connection.execute(sql.format("main"))) != set()


def test_there_was_none(lamps: Place) -> None:
    with closing(connect(lamps)) as connection, pytest.raises(NotFound):
        as_of.look_back(Catalog(connection), "@3")
