"""Exports and queries are streamed in constant memory, with the same result as in one piece."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from helpers.sample_products import add_sample_products
from specdb import query
from specdb.analysis.adhoc_attributes import define_adhoc
from specdb.analysis.build_view import build_view
from specdb.database import repository as reads
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.errors import DatabaseError
from specdb.query import Condition, QueryOptions
from specdb.render import to_text
from specdb.reports import export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.table import Table

pytestmark = pytest.mark.both_dialects

QUERY = (Condition("is", "remark", "bright"),)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a portion one of few products."""
    monkeypatch.setattr(reads, "_PORTION", 200)
    monkeypatch.setattr(reads, "_CHUNK", 200)
    monkeypatch.setattr(query, "_STREAM_ABOVE", 1)


@pytest.fixture
def own(database: Location) -> Iterator[View]:
    """The packaged specs and the torches, which a test may add to."""
    connection = connect(add_sample_products(database))
    yield build_view(Repository(connection))
    connection.close()


def add(place: Location, first: int, count: int, qualifiers: str) -> None:
    """Adds products that state one text each, in bare SQL: many are wanted quickly."""
    numbers = f"WITH RECURSIVE n(id) AS (VALUES ({first}) UNION ALL SELECT id + 1 FROM n WHERE id < {first + count - 1})"
    torch, remark = "SELECT id FROM category WHERE key = 'torch'", "SELECT id FROM attribute WHERE key = 'remark'"
    connection = connect(place, write=True)
    connection.execute("BEGIN")
    connection.execute(
        f"{numbers} INSERT INTO product (id, slug, name, category_id, description)"
        f" SELECT id, 'torch-' || id, 'Torch ' || id, ({torch}), '' FROM n"
    )
    connection.execute(
        f"{numbers} INSERT INTO spec (product_id, id, attribute_id, category_id, qualifiers, kind, modifier, number, unit,"
        " value_unit, text, printed, source_id, locator, as_of, rank, shown, added_id)"
        f" SELECT id, id, ({remark}), ({torch}), ?, 'text', 'exact', '', '', '', 'bright', '', 1, '', '2026-01-01', 'normal',"
        " TRUE, 1 FROM n",
        (qualifiers,),
    )
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "asked",
    [
        lambda view: export.export(view, category="torch", layout="wide"),
        lambda view: export.export(view, category="torch", layout="long"),
        lambda view: query.query(view, QUERY, QueryOptions("torch", columns=("beam",)), stream=True),
    ],
    ids=["wide", "long", "query"],
)
@pytest.mark.usefixtures("small")
def test_memory_does_not_grow_with_the_products(database: Location, own: View, asked: Callable[[View], Table]) -> None:
    def peak() -> int:
        tracemalloc.start()
        rows = sum(1 for _ in asked(own).values())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert rows >= 500
        return most

    add(database, 100_001, 500, "")
    few = peak()
    add(database, 200_001, 1000, "")
    assert peak() < 1.2 * few


def test_written_while_it_is_exported(database: Location, own: View) -> None:
    table = export.export(own, category="torch", layout="wide")
    add(database, 100_001, 1, "lamp=left")
    with pytest.raises(DatabaseError, match="the database was changed during the export\nexport it again"):
        to_text(table, "csv")


@pytest.mark.usefixtures("small")
def test_written_while_it_is_read(database: Location, own: View) -> None:
    table = query.query(own, (), QueryOptions("torch", columns=("price",)), stream=True)
    connection = connect(database, write=True)
    connection.execute("BEGIN")
    connection.execute("UPDATE spec SET unit = 'CNY', value_unit = 'CNY' WHERE value_unit = 'EUR'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match="the database was changed during the query\nrun the query again"):
        to_text(table, "csv")


@pytest.mark.parametrize(
    ("conditions", "options"),
    [
        ((), QueryOptions("torch", columns=("beam", "price", "compute", "compute[precision=FP4]", "remark", "on-sale"))),
        (
            (Condition("min", "beam", "30 m"),),
            QueryOptions(sort=("-weight",), columns=("template-count", "drift"), match="possible"),
        ),
        ((Condition("max", "price", "25 EUR"),), QueryOptions("torch", limit=2)),
        ((), QueryOptions(columns=("price", "per-gram"))),
        ((), QueryOptions()),
    ],
)
@pytest.mark.parametrize("currency", ["", "USD"])
def test_streamed_is_the_same(
    sample_database: Location,
    monkeypatch: pytest.MonkeyPatch,
    conditions: tuple[Condition, ...],
    options: QueryOptions,
    currency: str,
) -> None:
    connection = connect(sample_database)
    viewed = build_view(define_adhoc(build_view(Repository(connection)), ["per-gram = battery / weight"]), currency=currency)
    held = query.query(viewed, conditions, options)
    monkeypatch.setattr(query, "_STREAM_ABOVE", 1)
    streamed = query.query(viewed, conditions, options, stream=True)
    assert not isinstance(streamed.rows, list)
    assert streamed.columns == held.columns
    assert list(streamed.rows) == held.rows
    assert streamed.remarks == held.remarks
    connection.close()
