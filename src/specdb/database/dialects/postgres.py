"""PostgreSQL: its URL without its secrets, connections that take SQLite's SQL, and what it says in our words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from specdb.errors import DatabaseError, DatabaseNotFoundError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from sqlalchemy import Engine

    from specdb.database.connection import Connection, Cursor

MARK = "specdb"
"""The comment on alembic_version that tells our database from another that Alembic migrates; the first migration writes it."""

LOCK = 0x73706462
"""The advisory lock that every write takes: "spdb"."""

TIMEOUT = 10
"""Seconds to wait for another writer, or for the server to answer."""

_PART = r"(?:[^%/?#@:\s]|%[0-9A-Fa-f]{2})*"
_HOST = rf"(?:\[[0-9A-Fa-f:.%]+\]|{_PART})(?::[0-9]*)?"
_URL = re.compile(
    rf"postgres(?:ql)?://(?:(?P<user>{_PART})(?::(?P<password>(?:[^%/?#@\s]|%[0-9A-Fa-f]{{2}})*))?@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)(?P<name>/{_PART})?(?:\?(?P<query>[^#\s]*))?"
)
_OPEN = ("host", "port", "dbname", "user", "sslmode")
"""The parameters of a URL that may be shown; of any other it is not known that it keeps no secret."""

_SECRET = re.compile("pass|secret|key|token")
_MEND = "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ and %2F for a / in a password"


class Server:
    """A database on a server, named by its URL; as text, the URL without its password."""

    __slots__ = ("_shown", "secrets", "url")

    def __init__(self, url: str) -> None:
        found = _URL.fullmatch(url)
        if not found:
            raise DatabaseError("that is no URL of a PostgreSQL database", _MEND)
        pairs = [pair.partition("=") for pair in (found["query"] or "").split("&")]
        kept = "&".join(f"{key}={value}" for key, _, value in pairs if key in _OPEN)
        user = f"{found['user']}@" if found["user"] else ""
        given = [found["password"] or "", *(value for key, _, value in pairs if _SECRET.search(key))]
        self.url = url
        self.secrets = {text for one in given for text in (one, unquote(one)) if text}
        self._shown = f"postgresql://{user}{found['hosts']}{found['name'] or ''}{'?' if kept else ''}{kept}"

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"Server({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Server) and self.url == other.url

    def __hash__(self) -> int:
        return hash(self.url)


class Session:
    """An open connection in the shape of sqlite3's; given its `server`, what that says of a statement is in our words."""

    def __init__(self, connection: psycopg.Connection[Any], server: Server | None = None) -> None:
        self._connection = connection
        self._server = server

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Runs a statement in SQLite's SQL. A NUL that is asked for, which no text here has, is not found."""
        import psycopg

        bound = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in parameters]
        try:
            return self._connection.execute(translation(sql), bound)
        except psycopg.Error as error:
            if self._server is None:
                raise
            raise translated(error, self._server) from error

    def commit(self) -> None:
        """Ends a transaction."""
        self._connection.commit()

    def rollback(self) -> None:
        """Ends a transaction without what it did."""
        self._connection.rollback()

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


_SPELLED = {
    "?": "%s",
    "%": "%%",
    "LOWER(": "specdb_lower(",  # PostgreSQL's own knows the letters of ASCII only, in the order of bytes
    "LIKE": "ILIKE",  # SQLite's does not tell a from A; (LIKE table) is another thing
    "GLOB '[A-Z][A-Z][A-Z]*'": "~ '^[A-Z]{3}'",
}
_SPELLING = re.compile(r"""GLOB '\[A-Z\]\[A-Z\]\[A-Z\]\*'|'[^']*'|"[^"]*"|\bLOWER\(|(?<!\()\bLIKE\b|[?%]""")


@lru_cache(maxsize=500)
def translation(sql: str) -> bytes:
    """A statement of ours as psycopg takes it: the one place where the two databases' SQL differs."""
    return _SPELLING.sub(lambda found: _SPELLED.get(found[0]) or found[0].replace("%", "%%"), sql).encode()


def driver() -> Any:
    """The module psycopg; StoreError where it is not installed."""
    try:
        import psycopg
    except ImportError as error:
        raise missing_extra("psycopg", "postgres") from error
    return psycopg


def open_(server: Server) -> psycopg.Connection[Any]:
    """A connection; StoreError where psycopg is not installed or the server does not let us in."""
    driver()
    import psycopg

    settings: dict[str, Any] = {"client_encoding": "utf8", "fallback_application_name": "specdb"}
    if "connect_timeout=" not in server.url:
        settings["connect_timeout"] = TIMEOUT
    try:
        return psycopg.connect(server.url, prepare_threshold=None, **settings)
    except psycopg.ProgrammingError as error:  # its words would quote the URL
        raise DatabaseError(f"{server} is no URL that PostgreSQL understands", _MEND) from error
    except psycopg.Error as error:
        said = _said(error, server).rpartition("FATAL:")[2].strip()
        raise DatabaseError(f"{server} cannot be reached: {said}", "look at the URL, and whether the server runs") from error


def connect(server: Server, schema: int, *, write: bool, older: bool) -> Session:
    """An open connection to a database of this schema; what `engine.connect` does for a server."""
    opened = open_(server)
    mode = "WRITE, ISOLATION LEVEL READ COMMITTED" if write else "ONLY, ISOLATION LEVEL REPEATABLE READ"
    try:
        opened.autocommit = True
        session = Session(opened, server)
        session.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ {mode}")
        version = version_of(session, server)
        if version is None:
            raise DatabaseNotFoundError(f"there is no database at {server}", "name another one with --db")
        if version < schema and not older:
            raise DatabaseError(f"{server} has the older schema {version}; this specdb needs {schema}", "run specdb db upgrade")
        if version > schema:
            hint = "upgrade specdb: pip install --upgrade specdb"
            raise DatabaseError(f"{server} has the newer schema {version}; this specdb knows {schema}", hint)
    except BaseException:
        opened.close()
        raise
    return session


def version_of(session: Connection, server: Server) -> int | None:
    """The schema's number, None where there is nothing; StoreError where there is something that is not ours."""
    sql = """
    SELECT COALESCE(obj_description(to_regclass('alembic_version'), 'pg_class'), ''), EXISTS (
        SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p')
        AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
    """
    ((mark, filled),) = session.execute(sql).fetchall()
    if mark != MARK:
        if filled:
            raise DatabaseError(f"{server} is not a specdb database", "name another one with --db, which may be empty")
        return None
    found = session.execute("SELECT version_num FROM alembic_version").fetchone()
    return int(found[0]) if found else 0


def engine(server: Server) -> Engine:
    """A SQLAlchemy engine on the database: each transaction waits for the one before it."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    made = create_engine(
        "postgresql+psycopg://", creator=lambda: open_(server), poolclass=NullPool, isolation_level="READ COMMITTED"
    )

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TIMEOUT}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")

    return made


def translated(error: BaseException | None, server: Server) -> DatabaseError:
    """The StoreError for what PostgreSQL says: the one border at which its errors are put in our words."""
    state = getattr(error, "sqlstate", None) or ""
    if state == "55P03":
        return DatabaseError(f"{server} is being written by another program", "try again when it has finished")
    if state in ("25006", "42501"):
        hint = "ask its owner for the right to write and to make tables there, or name another one with --db"
        return DatabaseError(f"{server} cannot be written: {_said(error, server)}", hint)
    if state.startswith("53"):
        return DatabaseError(f"the server of {server} is short of room; nothing was changed", "make room and try again")
    return DatabaseError(f"{server} cannot be read: {_said(error, server)}", "look at the server, then try again")


def _said(error: BaseException | None, server: Server) -> str:
    """The server's first line, unless it repeats something secret."""
    diagnosed = getattr(getattr(error, "diag", None), "message_primary", None)
    said = (diagnosed or str(error) or type(error).__name__).splitlines()[0]
    return "it does not say why" if any(secret in said for secret in server.secrets) else said
