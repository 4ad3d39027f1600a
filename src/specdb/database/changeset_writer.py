"""Write one changeset: specs are added and retracted, never overwritten; changes of other rows are recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, text, update
from sqlmodel import SQLModel

from specdb import __version__
from specdb.database import checksum, precedence, propagation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

Rows = dict[str, list[dict[str, Any]]]
"""Rows to add, by table; each a mapping from column to value."""

PRODUCTS_PER_STATEMENT = 500
"""A statement binds the id of each product twice, and SQLite before 3.32 accepts 999 bound values."""

SPEC_COLUMNS = (
    *("product_id", "id", "attribute_id", "category_id", "qualifiers", "kind", "modifier", "number", "unit", "value_unit"),
    *("lo", "nominal", "hi", "text", "target_id", "printed", "source_id", "locator", "as_of", "rank"),
)
"""The columns of a new spec, in the order of the tuples that `ChangesetWriter.bulk_insert` takes."""

_CHANGE_COLUMNS = ("changeset_id", "position", "relation", "key", "before", "after")
_INSERT_ORDER = (
    *("unit", "category", "attribute", "category_attribute", "relation", "rule"),
    *("source_kind", "source", "product", "alias", "rejected"),
)
RECORDED_TABLES = frozenset(_INSERT_ORDER) - {"unit"}
"""The tables whose changes are recorded in `change`, with each row before and after."""

_STATEMENT_TABLES = ("spec", "claim", "rate")


class ChangesetWriter:
    """A changeset being written in the open transaction of `connection`; call `finish` at its end.

    Additions and retractions of specs, claims and rates are in their added_id and retracted_id, all other changes in the
    table `change`.

    Attributes:
        id: The number of the changeset.
        touched: The ids of the products whose specs the changeset concerns.
        written: Which of the tables spec, claim, rate and change it has written to.
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
        """Start a changeset.

        Args:
            connection: A connection with an open write transaction.
            author: Who makes the changeset.
            reason: Why, in one line.
            origin: edit, import, seed or undo.
            digest: The SHA-256 of the file that is read in, or "".
            undoes: For an undo, the number of the changeset that it undoes.
        """
        self.connection = connection
        self.touched: set[int] = set()
        self.written: set[str] = set()
        self._positions = count(1)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row: dict[str, Any] = {"at": at, "author": author, "reason": reason, "tool": f"specdb {__version__}"}
        row |= {"origin": origin, "digest": digest, "undoes_id": undoes}
        # The next number rather than a sequence's: a changeset that is rolled back leaves no gap.
        self.id = (connection.scalar(select(func.max(_tables()["changeset"].c.id))) or 0) + 1
        self._checksum = 0  # of all added rows, plus the number of retracted rows
        self._insert("changeset", [{"id": self.id, **row}])

    def add(self, rows: Rows) -> None:
        """Add rows of any tables."""
        for table in _INSERT_ORDER:
            if rows.get(table):
                self.connection.execute(insert(_tables()[table]), rows[table])
                for row in rows[table] if table == "source_kind" else ():
                    self.touched |= propagation.propagate(self.connection, table, {}, row)
                if table in RECORDED_TABLES:
                    self._record([(table, None, row) for row in rows[table] if row.get("scope") != "unit"])
        for table in _STATEMENT_TABLES:
            if rows.get(table):
                self.written.add(table)
                self._insert(table, [{**row, "added_id": self.id} for row in rows[table]])
        self.touched |= {row["product_id"] for row in rows.get("spec", [])}

    def change(self, table: str, key: dict[str, Any], values: dict[str, Any] | None) -> None:
        """Update the row with this primary key to `values` (by column), or delete it if they are None."""
        target = _tables()[table]
        where = and_(*(target.c[name] == value for name, value in key.items()))
        before = dict(self.connection.execute(select(target).where(where)).mappings().one())
        after = None if values is None else before | values
        if after == before:
            return
        self.connection.execute(delete(target).where(where) if after is None else update(target).where(where).values(after))
        self._record([(table, before, after)])
        self.touched |= propagation.propagate(self.connection, table, before, after or {})

    def retract(self, table: str, ids: Iterable[int]) -> None:
        """Retract the current claims or rates with these ids."""
        self.retract_where(table, _tables()[table].c.id.in_(sorted(ids)))

    def retract_where(self, table: str, condition: Any) -> int:
        """Retract the current rows of spec, claim or rate that match `condition`; return their number."""
        target = _tables()[table]
        self.written.add(table)
        current = update(target).where(condition, target.c.retracted_id.is_(None))
        retracted = self.connection.execute(current.values(retracted_id=self.id)).rowcount
        self._checksum += retracted
        return retracted

    def bulk_insert(self, specs: Sequence[tuple[Any, ...]], *, shown: bool) -> None:
        """Add many specs, tuples of SPEC_COLUMNS, through the driver.

        With `shown` all of them are shown; otherwise `finish` chooses the shown ones.
        """
        self._bulk_insert("spec", SPEC_COLUMNS, specs, {"shown": shown, "added_id": self.id})
        if not shown:
            self.touched |= {spec[0] for spec in specs}

    def retract_specs(self, specs: Sequence[tuple[int, int]]) -> None:
        """Retract current specs, each given by its product's id and its own: the table is clustered by product."""
        if specs:
            key = f"product_id = {self._placeholder} AND id = {self._placeholder}"
            sql = f"UPDATE spec SET retracted_id = {self.id} WHERE {key} AND retracted_id IS NULL"
            self._checksum += self.connection.exec_driver_sql(sql, specs).rowcount
        self.touched |= {product_id for product_id, _ in specs}

    def finish(self) -> None:
        """Choose the shown specs of all touched products, and store the checksum."""
        update_shown(self.connection, self.touched)
        changeset = _tables()["changeset"]
        stored = update(changeset).where(changeset.c.id == self.id).values(checksum=self._checksum % checksum.MODULUS)
        self.connection.execute(stored)

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Insert rows of a table that the checksum covers."""
        self.connection.execute(insert(_tables()[table]), rows)
        self._checksum += checksum.sum_records(table, rows)

    def _bulk_insert(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], constants: Mapping[str, int | bool] = {}
    ) -> None:
        """Insert many rows through the driver: tuples of `columns`, and `constants` that are the same in all rows."""
        if rows:
            values = ", ".join([*[self._placeholder] * len(columns), *map(str, constants.values())])
            names = ", ".join((*columns, *constants))
            self.connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)
            self._checksum += checksum.sum_rows(table, rows, columns)

    @property
    def _placeholder(self) -> str:
        """The driver's placeholder for a bound value."""
        return "?" if self.connection.dialect.paramstyle == "qmark" else "%s"

    def _record(self, changes: Iterable[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]) -> None:
        """Record tables' rows before and after; None where the row did not or does not exist."""
        rows = [
            (
                self.id,
                next(self._positions),
                table,
                primary_key_json(table, after or before or {}),
                _to_json(before) if before else "",
                _to_json(after) if after else "",
            )
            for table, before, after in changes
        ]
        if rows:
            self.written.add("change")
            self._bulk_insert("change", _CHANGE_COLUMNS, rows)


def add_rows(connection: Connection, rows: Rows, *, author: str, reason: str, origin: str = "edit", digest: str = "") -> int:
    """Add `rows` as one changeset, in the open transaction; return its number. See `ChangesetWriter` for the arguments."""
    changeset = ChangesetWriter(connection, author=author, reason=reason, origin=origin, digest=digest)
    changeset.add(rows)
    changeset.finish()
    return changeset.id


def current_author() -> str:
    """Return the author of new changesets: SPECDB_AUTHOR, else the user's name, else the user id (in a container)."""
    import getpass
    import os

    if author := os.environ.get("SPECDB_AUTHOR", "").strip():
        return author
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        return str(os.getuid())


def update_shown(connection: Connection, products: set[int]) -> None:
    """Recalculate `shown` for all specs of these products."""
    ordered = sorted(products)
    query = text(precedence.update_shown_sql("IN :products")).bindparams(bindparam("products", expanding=True))
    for start in range(0, len(ordered), PRODUCTS_PER_STATEMENT):
        connection.execute(query, {"products": ordered[start : start + PRODUCTS_PER_STATEMENT]})


def primary_key_json(table: str, row: dict[str, Any]) -> str:
    """Return a row's primary key as JSON, the form in the table `change`."""
    return _to_json({name: row[name] for name in _primary_key(table)})


@cache
def _primary_key(table: str) -> list[str]:
    return [column.name for column in _tables()[table].primary_key]


def _tables() -> Any:
    return SQLModel.metadata.tables


_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
