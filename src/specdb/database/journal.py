"""Writes: every one of them a changeset; specs are added and retracted, never overwritten; other rows' changes are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache, cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, false, func, insert, text, tuple_, update
from sqlmodel import SQLModel, select

from specdb import __version__
from specdb.database import checksum, precedence, propagation
from specdb.database.models import AttributeRow, CategoryRow, ProductRow, RateRow, RuleRow, SourceRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from specdb.domain.source import Source as StoredSource
    from specdb.domain.spec import Attribute as StoredAttribute

Rows = dict[str, list[dict[str, Any]]]
"""Rows to be added, by table; each a mapping from column to value."""

PORTION = 500
"""Products that one statement speaks of: it binds them twice, and SQLite before 3.32 takes 999 values."""

SPEC_COLUMNS = (
    *("product_id", "id", "attribute_id", "category_id", "qualifiers", "kind", "modifier", "number", "unit", "value_unit"),
    *("lo", "nominal", "hi", "text", "target_id", "printed", "source_id", "locator", "as_of", "rank"),
)
"""The columns of a spec that is added, in the order in which `Edit.pour` takes them."""

_CHANGE_COLUMNS = ("changeset_id", "position", "relation", "key", "before", "after")
_ORDER = (
    *("unit", "category", "attribute", "category_attribute", "relation", "rule"),
    *("source_kind", "source", "product", "alias", "rejected"),
)
CHANGED = frozenset(_ORDER) - {"unit"}
"""The tables whose rows are kept in `change`, as they were and as they are."""

_JOURNALLED = ("spec", "claim", "rate")
_NAMED: dict[str, Any] = {
    "category": (CategoryRow, CategoryRow.key),
    "attribute": (AttributeRow, AttributeRow.key),
    "rule": (RuleRow, RuleRow.key),
    "source": (SourceRow, SourceRow.slug),
    "product": (ProductRow, ProductRow.slug),
}


class _Tables(dict[str, dict[str, int]]):
    """Ids by name, by table: of each table that is asked for, `read` puts them in."""

    def __init__(self, read: Callable[[str], None]) -> None:
        self._read = read

    def __missing__(self, table: str) -> dict[str, int]:
        self._read(table)
        return self[table]


class NameIndex:
    """What a database holds already, by name: what new rows may refer to and may not repeat. Read when first asked for.

    `ids` is by key or slug, `names` also by alias; what was removed is not held.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ids = _Tables(self._read)
        self.names = _Tables(self._read)
        self._removed = _Tables(self._read)
        self._first: dict[str, int] = {}
        self._next: dict[str, Iterator[int]] = {}

    def _read(self, table: str) -> None:
        model, name = _NAMED[table]
        gone = model.removed_id.is_not(None) if hasattr(model, "removed_id") else false()
        rows = self._connection.execute(select(name, model.id, gone.label("gone"))).all()
        self.ids[table] = {name: id for name, id, gone in rows if not gone}
        self._removed[table] = {name: id for name, id, gone in rows if gone}
        self.names[table] = dict(self.ids[table])
        if table in ("category", "attribute", "product"):
            aliases = text(f"SELECT name, {table}_id FROM alias WHERE scope = '{table}'")
            self.names[table] |= _pairs(self._connection, aliases)

    def tell(self, attribute: StoredAttribute, source: StoredSource) -> None:
        """Says which attribute and source will be spoken of, and no other: all the rest of them need not be read."""
        self.ids["attribute"] = self.names["attribute"] = {attribute.key: attribute.id}
        self.ids["source"] = self.names["source"] = {source.slug: source.id}
        self.dates = {source.slug: source.date}
        table = _tables()["attribute"]
        self.attributes = {row.key: row for row in self._connection.execute(select(table).where(table.c.id == attribute.id))}

    @cached_property
    def units(self) -> set[str]:
        """The names of the units."""
        return set(self._connection.scalars(select(UnitRow.name)))

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """The attributes' rows, by key."""
        attributes = select(AttributeRow.__table__).where(AttributeRow.removed_id.is_(None))  # type: ignore[attr-defined, union-attr]
        return {row.key: row for row in self._connection.execute(attributes)}

    @cached_property
    def parents(self) -> dict[str, str]:
        """The categories' parents, "" for none."""
        keys = {id: key for key, id in self.ids["category"].items()}
        pairs = _pairs(self._connection, select(CategoryRow.key, CategoryRow.parent_id))
        return {key: keys.get(parent, "") for key, parent in pairs}

    @cached_property
    def dates(self) -> dict[str, str]:
        """The sources' dates, by slug."""
        return dict(_pairs(self._connection, select(SourceRow.slug, SourceRow.date)))

    @cached_property
    def rates(self) -> set[tuple[str, frozenset[str]]]:
        """The days and pairs of currencies that have a rate."""
        rates = select(RateRow.day, RateRow.base, RateRow.quote).where(RateRow.retracted_id.is_(None))  # type: ignore[union-attr]
        return {(day, frozenset((base, quote))) for day, base, quote in self._connection.execute(rates)}

    def next_id(self, table: str, name: str = "") -> int:
        """An id that no row of `table` has had yet, or that of a removed one of this name, which is to come back."""
        return self._removed[table][name] if name and name in self._removed[table] else next(self.ids_of(table))

    def stood(self, table: str, id: int) -> bool:
        """Whether `table` had a row of this id before any was asked for here."""
        self.ids_of(table)
        return id < self._first[table]

    def forget(self, table: str, keys: Iterable[str]) -> None:
        """Makes the names of these categories, attributes, rules, sources or products free, to be given to them anew."""
        ids = {self.ids[table][key] for key in keys if key in self.ids[table]}
        self.names[table] = {name: id for name, id in self.names[table].items() if id not in ids}

    def ids_of(self, table: str) -> Iterator[int]:
        """The ids that `next_id` gives out."""
        if table not in self._next:
            if table == "spec":
                last = last_spec(self._connection)
            else:
                last = self._connection.scalar(select(func.max(_NAMED[table][0].id))) or 0
            self._first[table] = last + 1
            self._next[table] = count(self._first[table])
        return self._next[table]


def last_spec(connection: Connection) -> int:
    """The highest number of a spec, 0 where there is none: sought in each product, by which the table is clustered."""
    sql = "SELECT MAX((SELECT MAX(s.id) FROM spec s WHERE s.product_id = p.id)) FROM product p"
    return connection.scalar(text(sql)) or 0


def _pairs(connection: Connection, query: Any) -> list[tuple[Any, Any]]:
    """The rows of a query for two columns."""
    return [(first, second) for first, second in connection.execute(query)]


class Edit:
    """One changeset in the making, in the open transaction of `connection`; `finish` settles which specs are shown.

    What it does to specs, claims and rates stands in their added_id and retracted_id, all else as rows of `change`.
    `touched` has the ids of products whose specs it concerns, `wrote` which of claim, rate and change it has written to.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        author: str,
        reason: str,
        origin: str = "edit",
        digest: str = "",
        undoes: int | None = None,
    ) -> None:
        self.connection = connection
        self.touched: set[int] = set()
        self.wrote: set[str] = set()
        self._positions = count(1)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row: dict[str, Any] = {"at": at, "author": author, "reason": reason, "tool": f"specdb {__version__}"}
        row |= {"origin": origin, "digest": digest, "undoes_id": undoes}
        # The next number, not a sequence's: one that is rolled back leaves no gap.
        self.id = (connection.scalar(select(func.max(_tables()["changeset"].c.id))) or 0) + 1
        self._checksum = 0  # of what it has added, and the number of what it has retracted
        self._insert("changeset", [{"id": self.id, **row}])

    def add(self, rows: Rows) -> None:
        """Adds rows of any tables."""
        for table in _ORDER:
            if rows.get(table):
                self.connection.execute(insert(_tables()[table]), rows[table])
                for row in rows[table] if table == "source_kind" else ():
                    self.touched |= propagation.propagate(self.connection, table, {}, row)
                if table in CHANGED:
                    self._record([(table, None, row) for row in rows[table] if row.get("scope") != "unit"])
        for table in _JOURNALLED:
            if rows.get(table):
                self.wrote.add(table)
                self._insert(table, [{**row, "added_id": self.id} for row in rows[table]])
        self.touched |= {row["product_id"] for row in rows.get("spec", [])}

    def change(self, table: str, key: dict[str, Any], values: dict[str, Any] | None) -> None:
        """Gives the row of this primary key other `values` (by column), or takes it away where they are None."""
        found = _tables()[table]
        where = and_(*(found.c[name] == value for name, value in key.items()))
        before = dict(self.connection.execute(select(found).where(where)).mappings().one())
        after = None if values is None else before | values
        if after == before:
            return
        self.connection.execute(delete(found).where(where) if after is None else update(found).where(where).values(after))
        self._record([(table, before, after)])
        self.touched |= propagation.propagate(self.connection, table, before, after or {})

    def retract(self, table: str, ids: Iterable[int]) -> None:
        """Retracts current claims or rates, rows of the `table`."""
        self.retract_all(table, _tables()[table].c.id.in_(sorted(ids)))

    def retract_all(self, table: str, which: Any) -> int:
        """Retracts the current rows of spec, claim or rate that pass the test `which`; how many there were."""
        found = _tables()[table]
        self.wrote.add(table)
        current = update(found).where(which, found.c.retracted_id.is_(None))
        count = self.connection.execute(current.values(retracted_id=self.id)).rowcount
        self._checksum += count
        return count

    def pour(self, specs: Sequence[tuple[Any, ...]], *, settled: bool) -> None:
        """Adds many specs, tuples of SPEC_COLUMNS, by the driver: all shown if `settled`, else `finish` derives which are."""
        self._pour("spec", SPEC_COLUMNS, specs, {"shown": settled, "added_id": self.id})
        if not settled:
            self.touched |= {spec[0] for spec in specs}

    def withdraw(self, specs: Sequence[tuple[int, int]]) -> None:
        """Retracts current specs, each by its product's id and its own: the table is clustered by product."""
        if specs:
            one = f"product_id = {self._mark} AND id = {self._mark}"
            sql = f"UPDATE spec SET retracted_id = {self.id} WHERE {one} AND retracted_id IS NULL"
            self._checksum += self.connection.exec_driver_sql(sql, specs).rowcount
        self.touched |= {product for product, _ in specs}

    def finish(self) -> None:
        """Derives which specs of the products that were touched are shown, and keeps the checksum."""
        settle(self.connection, self.touched)
        changeset = _tables()["changeset"]
        kept = update(changeset).where(changeset.c.id == self.id).values(checksum=self._checksum % checksum.MODULUS)
        self.connection.execute(kept)

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Adds rows that the checksum is of."""
        self.connection.execute(insert(_tables()[table]), rows)
        self._checksum += checksum.total_of(table, rows)

    def _pour(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], same: Mapping[str, int | bool] = {}
    ) -> None:
        """The same by the driver: many rows, tuples of these columns, and other columns that are the `same` in all of them."""
        if rows:
            values = ", ".join([*[self._mark] * len(columns), *map(str, same.values())])
            self.connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join((*columns, *same))}) VALUES ({values})", rows)
            self._checksum += checksum.total(table, rows, columns)

    @property
    def _mark(self) -> str:
        """What stands for a value that is bound by the driver."""
        return "?" if self.connection.dialect.paramstyle == "qmark" else "%s"

    def _record(self, changes: Iterable[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]) -> None:
        """Keeps rows as they were (None: not there) and as they are now (None: taken away)."""
        rows = [
            (
                self.id,
                next(self._positions),
                table,
                key_of(table, after or before or {}),
                _json(before) if before else "",
                _json(after) if after else "",
            )
            for table, before, after in changes
        ]
        if rows:
            self.wrote.add("change")
            self._pour("change", _CHANGE_COLUMNS, rows)


def _tables() -> Any:
    return SQLModel.metadata.tables


def key_of(table: str, row: dict[str, Any]) -> str:
    """A row's primary key as `change` has it."""
    return _json({name: row[name] for name in _key(table)})


@cache
def _key(table: str) -> list[str]:
    return [column.name for column in _tables()[table].primary_key]


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def add(connection: Connection, rows: Rows, *, author: str, reason: str, origin: str = "edit", digest: str = "") -> int:
    """Adds `rows` as one changeset, in the open transaction; the changeset's id."""
    edit = Edit(connection, author=author, reason=reason, origin=origin, digest=digest)
    edit.add(rows)
    edit.finish()
    return edit.id


def user() -> str:
    """Who is working here: SPECDB_AUTHOR, else the user. A user id without a name, as in a container, is that number."""
    import getpass
    import os

    if author := os.environ.get("SPECDB_AUTHOR", "").strip():
        return author
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        return str(os.getuid())


def set_rate(connection: Connection, row: dict[str, Any], *, author: str, reason: str) -> None:
    """Adds a rate as a changeset, which retracts what there was for the same day and pair, in either direction."""
    edit = Edit(connection, author=author, reason=reason)
    pair = (row["base"], row["quote"])
    there = select(RateRow.id).where(
        RateRow.retracted_id.is_(None),  # type: ignore[union-attr]
        RateRow.day == row["day"],
        tuple_(RateRow.base, RateRow.quote).in_([pair, pair[::-1]]),
    )
    edit.retract("rate", connection.scalars(there))
    edit.add({"rate": [row]})
    edit.finish()


def settle(connection: Connection, products: set[int]) -> None:
    """Derives `shown` anew for every spec of these products."""
    ordered = sorted(products)
    settled = text(precedence.update_shown_sql("IN :products")).bindparams(bindparam("products", expanding=True))
    for start in range(0, len(ordered), PORTION):
        connection.execute(settled, {"products": ordered[start : start + PORTION]})
