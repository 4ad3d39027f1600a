"""load(save(db)) == db, table by table, for generated files with hostile names and texts in every field."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from helpers.bundle_strategies import bundles
from helpers.examples import scaled
from specdb.bundles import bundle, resolve
from specdb.bundles.save import save_bundle
from specdb.database import changeset_writer, create, name_index, transaction
from specdb.database.connection import connect
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from helpers.database_backends import DatabaseBackend
    from specdb.bundles.drafts import Bundle
    from specdb.database import protocols
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

TABLES = {
    "category": "*",
    "attribute": "*",
    "category_attribute": "*",
    "relation": "*",
    "rule": "*",
    "source": "*",
    "product": "*",
    "alias": "*",
    "unit": "*",
    "spec": "product_id, id, attribute_id, category_id, qualifiers, kind, modifier, number, unit, value_unit, lo, nominal, hi, "
    "text, target_id, printed, source_id, locator, as_of, rank, shown, retracted_id",
    "claim": "product_id, expression, relation, value, why, printed, source_id, locator, retracted_id",
    "rate": "day, base, quote, rate, source, retracted_id",
}
"""What is compared of each table: all but which changeset it came by, and the numbers of claims."""


def dump(connection: protocols.Connection) -> dict[str, list[Any]]:
    """All rows of all tables, sorted."""
    sql = {table: f"SELECT {what} FROM {table}" for table, what in TABLES.items()}
    return {table: sorted(connection.execute(one).fetchall(), key=repr) for table, one in sql.items()}


@pytest.fixture(scope="module")
def empty(backend: DatabaseBackend) -> Location:
    """A database with nothing but the units."""
    path = backend.new()

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="test", reason="units")

    assert create.create(path, fill)
    return path


@contextmanager
def loaded(empty: Location, text: str) -> Iterator[protocols.Connection]:
    """A database made of this text, which is gone afterwards."""
    engine = transaction.engine(empty)
    with engine.connect() as connection:
        rows = resolve.resolve(bundle.parse_bundle(text, "it"), name_index.NameIndex(connection), "it")
        changeset_writer.add_rows(connection, rows, author="test", reason="law")
        yield transaction.driver_connection(connection)
        connection.rollback()
    engine.dispose()


def test_a_saved_database_loads_as_the_same(dialect: str, empty: Location) -> None:
    @settings(max_examples=scaled(0.6 if dialect == "sqlite" else 0.15))
    @given(bundles())
    def law(made: Bundle) -> None:
        with loaded(empty, bundle.format_bundle(made)) as first:
            text, rows = save_bundle(first), dump(first)
        with loaded(empty, text) as second:
            assert dump(second) == rows
            assert save_bundle(second) == text
        assert bundle.format_bundle(bundle.parse_bundle(text, "it")) == text

    law()


def test_the_packaged_specs_load_as_the_same(seeded: Location, empty: Location) -> None:
    with closing(connect(seeded)) as connection:
        rows, text = dump(connection), save_bundle(connection)
    with loaded(empty, text) as again:
        assert dump(again) == rows
