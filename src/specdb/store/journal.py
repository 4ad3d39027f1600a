"""Writes: every one of them a changeset; specs are added and retracted, never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, text
from sqlmodel import SQLModel, select

from specdb.store.models import Attribute, Category, Product, Rate, Rule, Source, Spec, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

Rows = dict[str, list[dict[str, Any]]]
"""Rows to be added, by table; each a mapping from column to value."""

_ORDER = ("unit", "category", "attribute", "category_attribute", "relation", "rule", "source", "product", "alias")
_JOURNALLED = ("spec", "claim", "rate")
_NAMED: dict[str, Any] = {
    "category": (Category, Category.key),
    "attribute": (Attribute, Attribute.key),
    "rule": (Rule, Rule.key),
    "source": (Source, Source.slug),
    "product": (Product, Product.slug),
}

_SHOW = """
UPDATE spec SET shown = id IN (
    SELECT best.id FROM (
        SELECT s.id, a.many, ROW_NUMBER() OVER (
            PARTITION BY s.attribute_id, s.qualifiers
            ORDER BY CASE s.rank WHEN 'preferred' THEN 0 ELSE 1 END, o.precedence DESC, s.as_of DESC, s.id
        ) AS place
        FROM spec s JOIN attribute a ON a.id = s.attribute_id JOIN source o ON o.id = s.source_id
        WHERE s.product_id = :product AND s.retracted_id IS NULL AND s.rank <> 'deprecated'
    ) best
    WHERE best.place = 1 OR best.many
)
WHERE product_id = :product
"""
"""Of the current specs for one question: by rank, the source's precedence, the later as-of date, the earlier statement."""


class Known:
    """What a database holds already, by name: what new rows may refer to and may not repeat.

    `ids` is by key or slug, `names` also by alias; `attributes` are rows of that table, `dates` the sources' dates, `rates`
    the days and pairs of currencies that have a rate.
    """

    def __init__(self, connection: Connection) -> None:
        self.ids: dict[str, dict[str, int]] = {}
        self.names: dict[str, dict[str, int]] = {}
        self._next: dict[str, Iterator[int]] = {}
        for table, (model, name) in _NAMED.items():
            self.ids[table] = dict(_pairs(connection, select(name, model.id)))
            self.names[table] = dict(self.ids[table])
        aliases = "SELECT scope, name, COALESCE(category_id, attribute_id, product_id) FROM alias WHERE scope <> 'unit'"
        for scope, alias, id in connection.execute(text(aliases)):
            self.names[scope][alias] = id
        for table, model in (*((table, model) for table, (model, _) in _NAMED.items()), ("spec", Spec)):
            self._next[table] = count((connection.scalar(select(func.max(model.id))) or 0) + 1)
        self.units = set(connection.scalars(select(Unit.name)))
        self.attributes = {row.key: row for row in connection.execute(select(Attribute.__table__))}  # type: ignore[attr-defined]
        self.dates = dict(_pairs(connection, select(Source.slug, Source.date)))
        rates = connection.execute(select(Rate.day, Rate.base, Rate.quote).where(Rate.retracted_id.is_(None)))  # type: ignore[union-attr]
        self.rates = {(day, frozenset((base, quote))) for day, base, quote in rates}

    def next_id(self, table: str) -> int:
        """An id that no row of `table` has had yet."""
        return next(self._next[table])


def _pairs(connection: Connection, query: Any) -> list[tuple[Any, Any]]:
    """The rows of a query for two columns."""
    return [(first, second) for first, second in connection.execute(query)]


def add(connection: Connection, rows: Rows, *, author: str, reason: str, tool: str) -> int:
    """Adds `rows` as one changeset, in the open transaction, and settles which specs are shown; the changeset's id."""
    tables = SQLModel.metadata.tables
    at = datetime.now(UTC).isoformat(timespec="seconds")
    made = connection.execute(insert(tables["changeset"]), {"at": at, "author": author, "reason": reason, "tool": tool})
    (changeset,) = made.inserted_primary_key or (0,)
    for table in _ORDER:
        if rows.get(table):
            connection.execute(insert(tables[table]), rows[table])
    for table in _JOURNALLED:
        if rows.get(table):
            connection.execute(insert(tables[table]), [{**row, "added_id": changeset} for row in rows[table]])
    settle(connection, {row["product_id"] for row in rows.get("spec", [])})
    return int(changeset)


def user() -> str:
    """Who is working here: the author of a changeset. A user id without a name, as in a container, is that number."""
    import getpass
    import os

    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        return str(os.getuid())


def set_rate(connection: Connection, row: dict[str, Any], *, author: str, reason: str, tool: str) -> None:
    """Adds a rate as a changeset, which retracts what there was for the same day and pair, in either direction."""
    changeset = add(connection, {"rate": [row]}, author=author, reason=reason, tool=tool)
    sql = """
    UPDATE rate SET retracted_id = :changeset WHERE added_id <> :changeset AND retracted_id IS NULL AND day = :day
    AND ((base = :base AND quote = :quote) OR (base = :quote AND quote = :base))
    """
    bound = {name: row[name] for name in ("day", "base", "quote")}
    connection.execute(text(sql), {**bound, "changeset": changeset})


def settle(connection: Connection, products: set[int]) -> None:
    """Derives `shown` anew for every spec of these products."""
    for product in sorted(products):
        connection.execute(text(_SHOW), {"product": product})
