"""PostgreSQL: connections that accept SQLite's SQL, and errors translated to specdb's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from specdb.database.constants import BUSY_TIMEOUT, SCHEMA_VERSION
from specdb.database.server import URL_HINT
from specdb.errors import DatabaseError, DatabaseNotFoundError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from sqlalchemy import Engine

    from specdb.database.protocols import Connection, Cursor
    from specdb.database.server import Server

TABLE_COMMENT = "specdb"
"""The comment on alembic_version, which marks a specdb database. The first migration writes it."""

WRITE_LOCK = 0x73706462
"""The advisory lock that every write takes: "spdb"."""


class Session:
    """An open psycopg connection with the interface of `specdb.database.protocols.Connection`."""

    def __init__(self, connection: psycopg.Connection[Any], server: Server | None = None) -> None:
        """Wrap `connection`; with a `server`, errors of psycopg are translated to DatabaseError."""
        self._connection = connection
        self._server = server

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Execute a statement in SQLite's SQL. A NUL, which no stored text contains, matches nothing."""
        import psycopg

        values = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in parameters]
        try:
            return self._connection.execute(translate_sql(sql), values)
        except psycopg.Error as error:
            if self._server is None:
                raise
            raise translate_error(error, self._server) from error

    def commit(self) -> None:
        """Commit the transaction."""
        self._connection.commit()

    def rollback(self) -> None:
        """Roll back the transaction."""
        self._connection.rollback()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


_TRANSLATIONS = {
    "?": "%s",
    "%": "%%",
    "LOWER(": "specdb_lower(",  # with the collation "C", PostgreSQL's own covers ASCII only
    "LIKE": "ILIKE",  # SQLite's LIKE ignores case; (LIKE table) is another clause
    "GLOB '[A-Z][A-Z][A-Z]*'": "~ '^[A-Z]{3}'",
}
_TRANSLATED = re.compile(r"""GLOB '\[A-Z\]\[A-Z\]\[A-Z\]\*'|'[^']*'|"[^"]*"|\bLOWER\(|(?<!\()\bLIKE\b|[?%]""")


@lru_cache(maxsize=500)
def translate_sql(sql: str) -> bytes:
    """Translate a statement from SQLite's SQL to psycopg's: the only place where the two differ."""
    return _TRANSLATED.sub(lambda found: _TRANSLATIONS.get(found[0]) or found[0].replace("%", "%%"), sql).encode()


def driver() -> Any:
    """Return the module psycopg.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise missing_extra("psycopg", "postgres") from error
    return psycopg


def open_connection(server: Server) -> psycopg.Connection[Any]:
    """Connect to a server.

    Raises:
        UsageError: psycopg is not installed.
        DatabaseError: The server refuses the connection.
    """
    driver()
    import psycopg

    settings: dict[str, Any] = {"client_encoding": "utf8", "fallback_application_name": "specdb"}
    if "connect_timeout=" not in server.url:
        settings["connect_timeout"] = int(BUSY_TIMEOUT)
    try:
        return psycopg.connect(server.url, prepare_threshold=None, **settings)
    except psycopg.ProgrammingError as error:  # its message quotes the URL
        raise DatabaseError(f"PostgreSQL does not accept the URL {server}", URL_HINT) from error
    except psycopg.Error as error:
        message = _message(error, server).rpartition("FATAL:")[2].strip()
        raise DatabaseError(f"cannot connect to {server}: {message}", "check the URL and that the server is running") from error


def connect(server: Server, *, write: bool, older: bool) -> Session:
    """Open a specdb database on a server; see `specdb.database.connection.connect`."""
    opened = open_connection(server)
    mode = "WRITE, ISOLATION LEVEL READ COMMITTED" if write else "ONLY, ISOLATION LEVEL REPEATABLE READ"
    try:
        opened.autocommit = True
        session = Session(opened, server)
        session.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ {mode}")
        version = schema_version(session, server)
        if version is None:
            raise DatabaseNotFoundError(f"there is no database at {server}", "specify another database with --db")
        if version < SCHEMA_VERSION and not older:
            raise DatabaseError(
                f"{server} has schema version {version}; this specdb needs version {SCHEMA_VERSION}", "run specdb db upgrade"
            )
        if version > SCHEMA_VERSION:
            raise DatabaseError(
                f"{server} has schema version {version}; this specdb supports versions up to {SCHEMA_VERSION}",
                "upgrade specdb: pip install --upgrade product-specdb",
            )
    except BaseException:
        opened.close()
        raise
    return session


def schema_version(session: Connection, server: Server) -> int | None:
    """Return the version of the schema, or None if the database is empty.

    Raises:
        DatabaseError: The database contains tables that are not specdb's.
    """
    sql = """
    SELECT COALESCE(obj_description(to_regclass('alembic_version'), 'pg_class'), ''), EXISTS (
        SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p')
        AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
    """
    ((comment, has_tables),) = session.execute(sql).fetchall()
    if comment != TABLE_COMMENT:
        if has_tables:
            raise DatabaseError(f"{server} is not a specdb database", "specify a specdb database or an empty one with --db")
        return None
    found = session.execute("SELECT version_num FROM alembic_version").fetchone()
    return int(found[0]) if found else 0


def create_engine(server: Server) -> Engine:
    """Create a SQLAlchemy engine whose write transactions queue from their start."""
    import sqlalchemy
    from sqlalchemy import event
    from sqlalchemy.pool import NullPool

    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: open_connection(server),
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    return engine


def translate_error(error: BaseException | None, server: Server) -> DatabaseError:
    """Return the DatabaseError for an error of PostgreSQL, by its SQLSTATE."""
    state = getattr(error, "sqlstate", None) or ""
    if state == "55P03":
        return DatabaseError(f"another program is writing to {server}", "try again when it has finished")
    if state in ("25006", "42501"):
        hint = "ask its owner for the permission to write and create tables, or specify another database with --db"
        return DatabaseError(f"cannot write to {server}: {_message(error, server)}", hint)
    if state.startswith("53"):
        return DatabaseError(f"the server of {server} is out of resources; nothing was changed", "free some and try again")
    return DatabaseError(f"cannot read {server}: {_message(error, server)}", "check the server, then try again")


def _message(error: BaseException | None, server: Server) -> str:
    """Return the first line of the server's message, unless it contains a secret."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    message = (primary or str(error) or type(error).__name__).splitlines()[0]
    return "no reason given" if any(secret in message for secret in server.secrets) else message
