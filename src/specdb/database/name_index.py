"""Index the names in a database: what new rows may refer to, and what they may not repeat."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, text
from sqlmodel import SQLModel, select

from specdb.database.models import AttributeRow, CategoryRow, ProductRow, RateRow, RuleRow, SourceRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute

_NAME_COLUMNS: dict[str, Any] = {
    "category": (CategoryRow, CategoryRow.key),
    "attribute": (AttributeRow, AttributeRow.key),
    "rule": (RuleRow, RuleRow.key),
    "source": (SourceRow, SourceRow.slug),
    "product": (ProductRow, ProductRow.slug),
}


class _IdsByTable(dict[str, dict[str, int]]):
    """Ids by name, by table; a table is read when it is first used."""

    def __init__(self, read: Callable[[str], None]) -> None:
        self._read = read

    def __missing__(self, table: str) -> dict[str, int]:
        self._read(table)
        return self[table]


class NameIndex:
    """The names in a database, each table read when it is first used.

    Attributes:
        ids: Ids by key or slug, by table; without removed rows.
        names: The same, with aliases.
    """

    def __init__(self, connection: Connection) -> None:
        """Index the database of `connection`."""
        self._connection = connection
        self.ids = _IdsByTable(self._read)
        self.names = _IdsByTable(self._read)
        self._removed = _IdsByTable(self._read)
        self._first_new_id: dict[str, int] = {}
        self._new_ids: dict[str, Iterator[int]] = {}

    def _read(self, table: str) -> None:
        model, name_column = _NAME_COLUMNS[table]
        is_removed = model.removed_id.is_not(None) if hasattr(model, "removed_id") else false()
        rows = self._connection.execute(select(name_column, model.id, is_removed.label("removed"))).all()
        self.ids[table] = {name: row_id for name, row_id, removed in rows if not removed}
        self._removed[table] = {name: row_id for name, row_id, removed in rows if removed}
        self.names[table] = dict(self.ids[table])
        if table in ("category", "attribute", "product"):
            aliases = text(f"SELECT name, {table}_id FROM alias WHERE scope = '{table}'")
            self.names[table] |= _pairs(self._connection, aliases)

    def restrict(self, attribute: Attribute, source: Source) -> None:
        """Index only this attribute and source, so that the other ones need not be read."""
        self.ids["attribute"] = self.names["attribute"] = {attribute.key: attribute.id}
        self.ids["source"] = self.names["source"] = {source.slug: source.id}
        self.dates = {source.slug: source.date}
        table: Any = SQLModel.metadata.tables["attribute"]
        self.attributes = {row.key: row for row in self._connection.execute(select(table).where(table.c.id == attribute.id))}

    @cached_property
    def units(self) -> set[str]:
        """The names of the units."""
        return set(self._connection.scalars(select(UnitRow.name)))

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """The rows of the attributes, by key."""
        attributes = select(AttributeRow.__table__).where(AttributeRow.removed_id.is_(None))  # type: ignore[attr-defined, union-attr]
        return {row.key: row for row in self._connection.execute(attributes)}

    @cached_property
    def parents(self) -> dict[str, str]:
        """The parents of the categories, by key; "" for a root."""
        keys = {category_id: key for key, category_id in self.ids["category"].items()}
        pairs = _pairs(self._connection, select(CategoryRow.key, CategoryRow.parent_id))
        return {key: keys.get(parent_id, "") for key, parent_id in pairs}

    @cached_property
    def dates(self) -> dict[str, str]:
        """The dates of the sources, by slug."""
        return dict(_pairs(self._connection, select(SourceRow.slug, SourceRow.date)))

    @cached_property
    def rates(self) -> set[tuple[str, frozenset[str]]]:
        """The days and pairs of currencies that have an exchange rate."""
        rates = select(RateRow.day, RateRow.base, RateRow.quote).where(RateRow.retracted_id.is_(None))  # type: ignore[union-attr]
        return {(day, frozenset((base, quote))) for day, base, quote in self._connection.execute(rates)}

    def next_id(self, table: str, name: str = "") -> int:
        """Return an unused id for a new row; for the name of a removed row, that row's id, which restores it."""
        return self._removed[table][name] if name and name in self._removed[table] else next(self.new_ids(table))

    def is_stored(self, table: str, row_id: int) -> bool:
        """Return whether `row_id` is of a row in the database, not of one that `next_id` gave to a new row."""
        self.new_ids(table)
        return row_id < self._first_new_id[table]

    def release(self, table: str, keys: Iterable[str]) -> None:
        """Release the names and aliases of these rows, so that new rows may use them."""
        ids = {self.ids[table][key] for key in keys if key in self.ids[table]}
        self.names[table] = {name: row_id for name, row_id in self.names[table].items() if row_id not in ids}

    def new_ids(self, table: str) -> Iterator[int]:
        """Return the iterator over unused ids from which `next_id` takes."""
        if table not in self._new_ids:
            if table == "spec":
                last = last_spec_id(self._connection)
            else:
                last = self._connection.scalar(select(func.max(_NAME_COLUMNS[table][0].id))) or 0
            self._first_new_id[table] = last + 1
            self._new_ids[table] = count(self._first_new_id[table])
        return self._new_ids[table]


def last_spec_id(connection: Connection) -> int:
    """Return the highest id of a spec, or 0; searched product by product, as the table is clustered."""
    sql = "SELECT MAX((SELECT MAX(s.id) FROM spec s WHERE s.product_id = p.id)) FROM product p"
    return connection.scalar(text(sql)) or 0


def _pairs(connection: Connection, query: Any) -> list[tuple[Any, Any]]:
    return [(first, second) for first, second in connection.execute(query)]
