"""Read the database as of a changeset: temporary views with the names of the tables show its state after that changeset.

The views filter the tables in place. A row of `spec`, `claim` or `rate` is visible if it was added by that changeset and not
yet retracted. A row of another table that changed later has the values that `change` recorded before the first such change.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from specdb.database.precedence import precedence_joins, precedence_order
from specdb.database.repository import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.database.protocols import Connection

_KEYS = {
    "category": ("id",),
    "attribute": ("id",),
    "category_attribute": ("attribute_id", "category_id"),
    "relation": ("attribute_id",),
    "rule": ("id",),
    "source_kind": ("kind",),
    "source": ("id",),
    "product": ("id",),
    "alias": ("name", "scope"),
    "rejected": ("locator", "printed", "source_id"),
}
"""The tables whose changes `change` records, with their primary keys in the order of its JSON."""

COLUMNS = {
    table: tuple(columns.split())
    for table, columns in {
        "claim": "id product_id expression relation value why printed source_id locator added_id retracted_id",
        "rate": "id day base quote rate source added_id retracted_id",
        "spec": (
            "product_id id attribute_id category_id qualifiers kind modifier number unit value_unit lo nominal hi text"
            " target_id printed source_id locator as_of rank shown added_id retracted_id restores_id"
        ),
    }.items()
}
"""The columns of the tables whose rows are added and retracted; constants, so that no read has to look them up."""

_TEXT_KEYS = frozenset(("kind", "name", "scope", "locator", "printed"))
_FLAGS = frozenset(("many", "signed", "required"))
"""Boolean columns; in SQLite's JSON they are numbers."""

_DECISIVE = {"attribute": ("many",), "source": ("precedence", "kind"), "source_kind": ("precedence",)}
"""The columns that determine which specs are shown."""

_MEASURED = ("kind", "unit", "signed")
"""The columns of an attribute that determine the numbers of its specs."""

_MOST_CHANGED = 20_000
"""Up to this many specs added or retracted later, their products are collected in a table; above it, all are derived."""

_NO_PRODUCT = "0"
"""An id that no product has, as PostgreSQL rejects an empty list."""

_MOST_LISTED = 100
"""Up to this many changes, the views list the ids of the products: a table of ids takes longer to create."""

_NUMBERS = ("value_unit", "lo", "nominal", "hi")


def look_back(connection: Connection, changeset: int) -> None:
    """Make all reads through a connection see the database after a changeset.

    The connection stays in the read transaction that this begins, so later writes are not visible; a rollback ends the
    transaction and drops the views. Units are the present ones.

    Args:
        connection: The connection to change.
        changeset: Id of the changeset; 0 for the state before the first changeset.
    """
    engine = _Sqlite(connection) if isinstance(connection, sqlite3.Connection) else _Postgres(connection)
    engine.begin()
    _Views(engine, changeset).create()
    engine.end()


class _Sqlite:
    """The statements that differ between engines. SQLite resolves a name in the temp schema first."""

    tables, session = "main", "temp"
    """The schemas of the tables and of the temporary views."""

    flag = "INTEGER"
    """The type of a boolean column."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def begin(self) -> None:
        """Begin a transaction in which a read-only connection can create temporary views."""
        self.connection.rollback()
        self.connection.execute("PRAGMA query_only = OFF")
        self.connection.execute("BEGIN")

    def end(self) -> None:
        """Make the connection read-only again, in the same transaction."""
        self.connection.execute("PRAGMA query_only = ON")

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        return [name for (name,) in self.rows("SELECT name FROM pragma_table_info(?, 'main')", table)]

    def quoted(self, column: str) -> str:
        """Return the SQL expression for a text as a JSON string."""
        return f"json_quote({column})"

    def create(self, kind: str, name: str, sql: str) -> None:
        """Create a temporary view or table."""
        self.connection.execute(f"CREATE TEMP {kind} {name} AS {sql}")

    def rows(self, sql: str, *bound: object) -> list[Any]:
        """Return all rows of a query."""
        return self.connection.execute(sql, bound).fetchall()


class _Postgres(_Sqlite):
    """PostgreSQL resolves a name in pg_temp first."""

    session = "pg_temp"
    flag = "BOOLEAN"

    def begin(self) -> None:
        """Begin a writable transaction in a read-only session."""
        self.connection.rollback()
        ((self.tables,),) = self.rows("SELECT current_schema()")
        self.connection.execute("BEGIN READ WRITE")

    def end(self) -> None:
        """Make the rest of the transaction read-only."""
        self.connection.execute("SET TRANSACTION READ ONLY")

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        sql = """
        SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position
        """
        return [name for (name,) in self.rows(sql, self.tables, table)]

    def quoted(self, column: str) -> str:
        """Return the SQL expression for a text as a JSON string."""
        return f"CAST(to_json({column}) AS TEXT)"


class _Views:
    """Creates the views that show a database as of a changeset, under the names of its tables."""

    def __init__(self, engine: _Sqlite, changeset: int) -> None:
        self.engine = engine
        self.changeset = int(changeset)
        self.before: dict[str, list[dict[str, Any]]] = {}
        self.current = (
            f"{{0}}.added_id <= {self.changeset} AND ({{0}}.retracted_id IS NULL OR {{0}}.retracted_id > {self.changeset})"
        )

    def create(self) -> None:
        """Create all views, first those that the view of specs refers to."""
        changed = [
            name for (name,) in self.engine.rows("SELECT DISTINCT relation FROM change WHERE changeset_id > ?", self.changeset)
        ]
        for table in _KEYS:
            if table in changed:
                self._create_entities(table)
        for table in ("claim", "rate"):
            if self._may_differ(table):
                self._create_statements(table)
        self._create_specs()

    def _create_entities(self, table: str) -> None:
        """Create a view of the unchanged rows and of the earlier values of changed rows."""
        names = self.engine.columns(table)
        columns = ", ".join(f'"{name}"' for name in names)
        source = f"{self.engine.tables}.{table}"
        parts = (f"'\"{key}\":' || {self._json('r', key)}" for key in _KEYS[table])
        key = " || ',' || ".join(parts)
        sql = f"""
        SELECT {columns} FROM {source} r WHERE NOT EXISTS (
            SELECT 1 FROM {self.engine.tables}.change c
            WHERE c.relation = '{table}' AND c.key = '{{' || {key} || '}}' AND c.changeset_id > {self.changeset}
        )"""
        self.before[table] = list(self._rows_before(table))
        if self.before[table]:
            self.engine.create("TABLE", f"{table}_before", f"SELECT * FROM {source} WHERE 1 = 0")
            insert = f"INSERT INTO {self.engine.session}.{table}_before ({columns}) VALUES ({placeholders(len(names))})"
            for row in self.before[table]:
                self.engine.connection.execute(insert, [row.get(name) for name in names])
            sql += f" UNION ALL SELECT {columns} FROM {self.engine.session}.{table}_before"
        self.engine.create("VIEW", table, sql)

    def _json(self, alias: str, key: str) -> str:
        return self.engine.quoted(f"{alias}.{key}") if key in _TEXT_KEYS else f"{alias}.{key}"

    def _rows_before(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table that changed later, with their values before the first later change."""
        sql = """
        SELECT c.before FROM change c WHERE c.relation = ? AND c.changeset_id > ? AND c.before <> '' AND NOT EXISTS (
            SELECT 1 FROM change e WHERE e.relation = c.relation AND e.key = c.key AND e.changeset_id > ?
            AND (e.changeset_id < c.changeset_id OR (e.changeset_id = c.changeset_id AND e.position < c.position))
        ) ORDER BY c.changeset_id, c.position
        """
        for (text,) in self.engine.rows(sql, table, self.changeset, self.changeset):
            yield {name: bool(value) if name in _FLAGS else value for name, value in json.loads(text).items()}

    def _may_differ(self, table: str) -> bool:
        """Return whether a statement was added or retracted later; True for a table that is too long to look."""
        sql = f"""
        SELECT COUNT(*), COUNT(CASE WHEN s.added_id > {self.changeset} OR s.retracted_id > {self.changeset} THEN 1 END)
        FROM (SELECT added_id, retracted_id FROM {self.engine.tables}.{table} LIMIT {_MOST_LISTED}) s
        """
        ((seen, later),) = self.engine.rows(sql)
        return bool(later) or seen == _MOST_LISTED

    def _create_statements(self, table: str) -> None:
        columns = ", ".join("NULL AS retracted_id" if name == "retracted_id" else f's."{name}"' for name in COLUMNS[table])
        self.engine.create(
            "VIEW", table, f"SELECT {columns} FROM {self.engine.tables}.{table} s WHERE {self.current.format('s')}"
        )

    def _create_specs(self) -> None:
        """Create the view of specs: as stored for unchanged products; for the others, `shown` and category are derived."""
        spec = f"{self.engine.tables}.spec"
        names = COLUMNS["spec"]
        attributes = self._remeasured()
        products = self._changed_products()
        if products == f"({_NO_PRODUCT})" and not attributes:
            return
        stored = ", ".join(f's."{name}"' for name in names)
        shown = self._shown_of_few(products) if products and "SELECT" not in products and not attributes else None
        then = {
            "retracted_id": "CAST(NULL AS INTEGER)",
            "category_id": "(SELECT p.category_id FROM product p WHERE p.id = s.product_id)",
            # SQLite needs the column's affinity to use the index
            "shown": f"CAST({shown or self._shown()} AS {self.engine.flag})",
        }
        if shown and "product" not in self.before:
            del then["category_id"]  # no product has moved since
        derived = ", ".join(f'{then[name]} AS "{name}"' if name in then else f's."{name}"' for name in names)
        others = f" AND s.attribute_id NOT IN ({', '.join(map(str, attributes))})" if attributes else ""
        if products:
            parts = [
                f"SELECT {stored} FROM {spec} s WHERE s.product_id NOT IN {products}{others}",
                f"SELECT {derived} FROM {spec} s WHERE s.product_id IN {products} AND {self.current.format('s')}{others}",
            ]
        else:
            parts = [f"SELECT {derived} FROM {spec} s WHERE {self.current.format('s')}{others}"]
        if attributes:
            measured = ", ".join(
                f'n."{name}"' if name in _NUMBERS else f'{then[name]} AS "{name}"' if name in then else f's."{name}"'
                for name in names
            )
            numbers = f"{self.engine.session}.spec_numbers n ON n.product_id = s.product_id AND n.id = s.id"
            parts.append(f"SELECT {measured} FROM {spec} s JOIN {numbers} WHERE {self.current.format('s')}")
        self.engine.create("VIEW", "spec", " UNION ALL ".join(parts))

    def _shown_of_few(self, products: str) -> str | None:
        """Return the SQL test for a spec s of a few products to be shown, without subqueries; None if it needs too many ids.

        SQLite compiles the view again for each statement that reads it.
        """
        spec = f"{self.engine.tables}.spec"
        eligible = f"s.product_id IN {products} AND s.rank <> 'deprecated' AND {self.current.format('s')}"
        question = "s.product_id, s.attribute_id, s.qualifiers"
        several = f"SELECT 1 FROM {spec} s WHERE {eligible} GROUP BY {question} HAVING COUNT(*) > 1 LIMIT 1"
        if not self.engine.rows(several):  # takes a third of the time of the next statement
            return "(s.rank <> 'deprecated')"
        sql = f"""
        SELECT ranked.id FROM (
            SELECT s.id, a.many, ROW_NUMBER() OVER (PARTITION BY {question} ORDER BY {precedence_order()}) AS place
            FROM {spec} s JOIN attribute a ON a.id = s.attribute_id {precedence_joins()} WHERE {eligible}
        ) ranked WHERE ranked.place > 1 AND NOT ranked.many LIMIT {_MOST_LISTED + 1}
        """
        hidden = [spec_id for (spec_id,) in self.engine.rows(sql)]
        if len(hidden) > _MOST_LISTED:
            return None
        others = f" AND s.id NOT IN ({', '.join(map(str, hidden))})" if hidden else ""
        return f"(s.rank <> 'deprecated'{others})"

    def _shown(self) -> str:
        """Return the SQL test for a spec s to be shown; precedence is evaluated only if there are competing specs."""
        same = "product_id", "attribute_id", "qualifiers"
        spec = f"{self.engine.tables}.spec"
        rivals = " AND ".join((*(f"r.{name} = s.{name}" for name in same), "r.rank <> 'deprecated'", self.current.format("r")))
        best = f"SELECT r.id FROM {spec} r {precedence_joins('r')} WHERE {rivals} ORDER BY {precedence_order('r')} LIMIT 1"
        return f"""(s.rank <> 'deprecated' AND (
            NOT EXISTS (SELECT 1 FROM {spec} r WHERE {rivals} AND r.id <> s.id)
            OR EXISTS (SELECT 1 FROM attribute a WHERE a.id = s.attribute_id AND a.many)
            OR s.id = ({best})
        ))"""

    def _changed_products(self) -> str:
        """Return the right side of IN for the products whose specs or shown specs may differ.

        It is "" if all products may differ, or if there are too many to collect.
        """
        for table, columns in _DECISIVE.items():
            if any(not _same(row, now, columns) for row, now in self._pairs(table)) or (
                table == "source_kind" and table in self.before
            ):
                return ""
        spec = f"{self.engine.tables}.spec"
        changed = f"""
        SELECT product_id FROM {spec} WHERE added_id > {self.changeset}
        UNION ALL SELECT product_id FROM {spec} WHERE retracted_id > {self.changeset}
        """
        moved = [row["id"] for row, now in self._pairs("product") if not _same(row, now, ("category_id",))]
        few = self.engine.rows(f"SELECT product_id FROM ({changed}) found LIMIT {_MOST_LISTED + 1}")
        if len(few) + len(moved) <= _MOST_LISTED:
            return f"({', '.join(map(str, sorted({*moved, *(product for (product,) in few)}))) or _NO_PRODUCT})"
        ((count,),) = self.engine.rows(f"SELECT COUNT(*) FROM ({changed} LIMIT ?) found", _MOST_CHANGED + 1)
        if count > _MOST_CHANGED:
            return ""
        more = "".join(f" UNION SELECT {product}" for product in moved)
        self.engine.create("TABLE", "changed_product", f"SELECT DISTINCT product_id FROM ({changed}) found{more}")
        return f"(SELECT product_id FROM {self.engine.session}.changed_product)"

    def _pairs(self, table: str) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield each changed row of a table with its earlier and its present values ({} if it was deleted)."""
        for row in self.before.get(table, ()):
            key = _KEYS[table]
            columns = self.engine.columns(table)
            where = " AND ".join(f"{name} = ?" for name in key)
            sql = f"SELECT * FROM {self.engine.tables}.{table} WHERE {where}"
            found = self.engine.rows(sql, *(row[name] for name in key))
            yield row, dict(zip(columns, found[0], strict=True)) if found else {}

    def _remeasured(self) -> list[int]:
        """Recompute the numbers of specs whose attribute had another unit or kind; return the ids of these attributes."""
        changed = [row for row, now in self._pairs("attribute") if not _same(row, now, _MEASURED)]
        if not changed:
            return []
        from specdb.database.propagation import recompute_columns

        found = []
        names = (
            "product_id",
            "id",
            "kind",
            "modifier",
            "number",
            "unit",
            "text",
            "printed",
            *_NUMBERS,
            "retracted_id",
            "product",
        )
        for attribute in changed:
            sql = f"""
            SELECT {", ".join(names[:-2])}, NULL, '' FROM {self.engine.tables}.spec s
            WHERE attribute_id = ? AND {self.current.format("s")}
            """
            specs = [dict(zip(names, spec, strict=True)) for spec in self.engine.rows(sql, attribute["id"])]
            numbers = recompute_columns(specs, attribute)
            found += [
                (spec["product_id"], spec["id"], *({**spec, **numbers[spec["id"]]}[name] for name in _NUMBERS))
                for spec in specs
            ]
        columns = ", ".join(("product_id", "id", *_NUMBERS))
        self.engine.create("TABLE", "spec_numbers", f"SELECT {columns} FROM {self.engine.tables}.spec WHERE 1 = 0")
        for row in found:
            self.engine.connection.execute(
                f"INSERT INTO {self.engine.session}.spec_numbers ({columns}) VALUES ({placeholders(len(row))})", row
            )
        return [row["id"] for row in changed]


def _same(one: dict[str, Any], other: dict[str, Any], columns: Iterable[str]) -> bool:
    return all(one.get(name) == other.get(name) for name in columns)
