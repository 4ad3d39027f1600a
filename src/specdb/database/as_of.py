"""The database as it was: tables of the session stand before the real ones, so that every read gives the answer of then."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from specdb.database import changesets, precedence
from specdb.database.repository import Repository, placeholders

if TYPE_CHECKING:
    from specdb.database.connection import Connection

_ROWS = (
    *("category", "attribute", "category_attribute", "relation", "rule"),
    *("source_kind", "source", "product", "alias", "rejected"),
)
"""The tables whose rows are as they were before the first change after that time; all else of then is in the others."""

_FLAGS = frozenset(("many", "signed", "required"))
"""Columns that are true or false; SQLite's JSON has them as numbers."""


def look_back(connection: Connection, changeset: int) -> None:
    """Makes all reads through the connection those of a changeset; 0 is before the first. Units are what they are today."""
    repository = Repository(connection)
    back = _SetBack(repository, changeset) if isinstance(connection, sqlite3.Connection) else _OnServer(repository, changeset)
    back.run()


class _SetBack:
    """Makes the tables in SQLite, which looks for a name among the session's own first."""

    there, here = "main", "temp"
    """The schemas of the database and of the session."""

    def __init__(self, repository: Repository, id: int) -> None:
        self.connection = repository.connection
        self.id = id

    def run(self) -> None:
        """All of it, from one view of the database."""
        self.connection.rollback()  # of a transaction that only reads
        self.begin()
        for table in _ROWS:
            names = ", ".join(self.make(table))
            self.connection.execute(f"INSERT INTO {self.here}.{table} ({names}) SELECT {names} FROM {self.there}.{table}")
        changed = self._roll_back()
        for table in changesets.STATEMENTS:
            self._fill(table)
        if "attribute" in changed:
            self._measure()
        self._settle(everything=not changed.isdisjoint(("attribute", "source", "source_kind")))
        for table in (*_ROWS, *changesets.STATEMENTS):
            self.index(table)
            self.connection.execute(f"ANALYZE {self.here}.{table}")
        self.end()

    def begin(self) -> None:
        """Begins the transaction, in which a reading connection may write."""
        self.connection.execute("PRAGMA query_only = OFF")
        self.connection.execute("PRAGMA analysis_limit = 1000")
        self.connection.execute("BEGIN")

    def end(self) -> None:
        """Ends it; the connection only reads again."""
        self.connection.commit()
        self.connection.execute("PRAGMA query_only = ON")

    def make(self, table: str) -> list[str]:
        """Makes an empty table like the real one; its columns, quoted."""
        for text in self._schema("table", table):
            self.connection.execute(text.replace("CREATE TABLE ", "CREATE TEMP TABLE ", 1))
        return [f'"{name}"' for (name,) in self.connection.execute("SELECT name FROM pragma_table_info(?, 'temp')", (table,))]

    def index(self, table: str) -> None:
        """Makes the table's indexes, which is faster when it is filled."""
        for text in self._schema("index", table):
            self.connection.execute(text.replace("CREATE INDEX ", "CREATE INDEX temp.", 1))

    def _schema(self, kind: str, table: str) -> list[str]:
        """The statements that made a table, or its indexes."""
        sql = f"SELECT sql FROM {self.there}.sqlite_schema WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL"
        return [text for (text,) in self.connection.execute(sql, (kind, table)).fetchall()]

    def _roll_back(self) -> set[str]:
        """Gives every row that changed later what it was before the first of these changes; the tables concerned."""
        sql = "SELECT relation, key, before FROM change WHERE changeset_id > ? ORDER BY changeset_id, position"
        then: dict[tuple[str, str], str] = {}
        for relation, key, before in self.connection.execute(sql, (self.id,)):
            then.setdefault((relation, key), before)
        for relation, text in then:
            key = json.loads(text)
            where = " AND ".join(f'"{name}" = ?' for name in key)
            self.connection.execute(f"DELETE FROM {self.here}.{relation} WHERE {where}", tuple(key.values()))
        for (relation, _), before in then.items():
            if before:
                row = {name: _value(name, value) for name, value in json.loads(before).items()}
                names = ", ".join(f'"{name}"' for name in row)
                sql = f"INSERT INTO {self.here}.{relation} ({names}) VALUES ({placeholders(len(row))})"
                self.connection.execute(sql, tuple(row.values()))
        return {relation for relation, _ in then}

    def _fill(self, table: str) -> None:
        """Copies the statements that were current then; a spec's category is that of its product then."""
        columns = {name: f"s.{name}" for name in self.make(table)} | {'"retracted_id"': "NULL"}
        join = ""
        if table == "spec":
            columns['"category_id"'] = "p.category_id"
            join = f" JOIN {self.here}.product p ON p.id = s.product_id"
        sql = f"""
        INSERT INTO {self.here}.{table} ({", ".join(columns)}) SELECT {", ".join(columns.values())}
        FROM {self.there}.{table} s{join} WHERE s.added_id <= ? AND (s.retracted_id IS NULL OR s.retracted_id > ?)
        """
        self.connection.execute(sql, (self.id, self.id))

    def _measure(self) -> None:
        """Gives specs of attributes that have another unit or kind today the numbers that they had then."""
        from specdb.database import propagation

        columns = ("id", "key", "kind", "unit", "signed", "choices", "expression")
        for row in self._rows(f"SELECT {', '.join(columns)} FROM {self.here}.attribute"):
            attribute = dict(zip(columns, row, strict=True))
            sql = f"SELECT 1 FROM {self.there}.attribute WHERE id = ? AND kind = ? AND COALESCE(unit, '') = ? AND signed = ?"
            if self._rows(sql, row[0], row[2], row[3] or "", row[4]):
                continue
            names = ("product_id", "id", "kind", "modifier", "number", "unit", "text", "printed", "retracted_id", "product")
            sql = f"SELECT {', '.join(names[:-2])}, NULL, '' FROM {self.here}.spec WHERE attribute_id = ?"
            specs = [dict(zip(names, spec, strict=True)) for spec in self._rows(sql, row[0])]
            fitted = propagation.recompute_columns(specs, attribute)
            for spec in specs:
                if numbers := fitted[spec["id"]]:
                    sets = ", ".join(f"{name} = ?" for name in numbers)
                    sql = f"UPDATE {self.here}.spec SET {sets} WHERE product_id = ? AND id = ?"
                    self.connection.execute(sql, (*numbers.values(), spec["product_id"], spec["id"]))

    def _rows(self, sql: str, *bound: object) -> list[Any]:
        return self.connection.execute(sql, bound).fetchall()

    def _settle(self, *, everything: bool) -> None:
        """Derives what was shown, of products whose specs have changed since, or where anything may have, of all."""
        if everything:
            self.connection.execute(precedence.update_shown_sql("IN (SELECT id FROM product)"))
            return
        later = f"IN (SELECT product_id FROM {self.there}.spec WHERE added_id > ? OR retracted_id > ?)"
        self.connection.execute(precedence.update_shown_sql(later), (self.id,) * 4)


class _OnServer(_SetBack):
    """The same in PostgreSQL, which looks for a name in pg_temp first."""

    here = "pg_temp"

    def begin(self) -> None:
        """Begins a transaction that may write, in a session whose others may not."""
        ((self.there,),) = self.connection.execute("SELECT current_schema()").fetchall()
        self.connection.execute("BEGIN READ WRITE")

    def end(self) -> None:
        """Ends it."""
        self.connection.commit()

    def make(self, table: str) -> list[str]:
        """Makes an empty table like the real one, with its indexes; its columns, quoted."""
        self.connection.execute(f"CREATE TEMP TABLE {table} (LIKE {self.there}.{table} INCLUDING ALL)")
        sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
        return [f'"{name}"' for (name,) in self.connection.execute(sql, (self.there, table)).fetchall()]

    def index(self, table: str) -> None:
        """The indexes have come with the table."""


def _value(column: str, value: Any) -> Any:
    return bool(value) if column in _FLAGS else value
