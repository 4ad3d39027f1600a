"""PostgreSQL: URLs and secrets, translation of SQL, unsuitable databases, and locking."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from specdb.database import create
from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION
from specdb.database.dialects.postgres import translate_sql
from specdb.database.location import locate
from specdb.database.server import Server
from specdb.editing.load import create_seeded
from specdb.errors import DatabaseError, DatabaseNotFoundError

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location

PATHS = os.pathsep.join(sys.path)
SECRET = "hunter2"  # noqa: S105  of a server that is not there


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://localhost/specs", "postgresql://localhost/specs"),
        ("postgres://me@localhost:5433/specs", "postgresql://me@localhost:5433/specs"),
        (f"postgresql://me:{SECRET}@localhost/specs", "postgresql://me@localhost/specs"),
        (f"postgresql://me:{SECRET}%2F%40x@[::1]:5432/specs", "postgresql://me@[::1]:5432/specs"),
        (f"postgresql://me:a:{SECRET}@one:1,two:2/specs", "postgresql://me@one:1,two:2/specs"),
        (f"postgresql:///specs?host=/run/pg&password={SECRET}&user=me", "postgresql:///specs?host=/run/pg&user=me"),
        (f"postgresql://me@h/d?sslpassword={SECRET}&sslmode=require&sslkey=k", "postgresql://me@h/d?sslmode=require"),
        ("postgresql://", "postgresql://"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    server = locate(url)
    assert isinstance(server, Server)
    assert (str(server), repr(server), server.url) == (shown, f"Server({shown!r})", url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}/x@localhost/specs",
        f"postgresql://me:{SECRET}@x@localhost/specs",
        f"postgresql://me:{SECRET}?x@localhost/specs",
        f"postgresql://me:{SECRET}#x@localhost/specs",
        f"postgresql://me:{SECRET}%zz@localhost/specs",
        f"postgresql://me:{SECRET} x@localhost/specs",
        f"postgresql:/me:{SECRET}@localhost/specs",
        f"postgres:me:{SECRET}@localhost/specs",
    ],
)
def test_what_is_no_url_is_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        locate(url)
    assert SECRET not in str(caught.value)
    assert "%40" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/specs",
        f"postgresql://me:{SECRET}@127.0.0.1:1/specs?passwort={SECRET}",
        f"postgresql://me:{SECRET}@127.0.0.1:1/specs?port={SECRET}",
        f"postgresql://me:{SECRET}@127.0.0.1:1/{SECRET}?sslmode=none",
        f"postgresql://{SECRET}:{SECRET}@/specs?host=/nowhere",
    ],
)
@pytest.mark.parametrize(
    "words", [["list", "units"], ["db", "upgrade"], ["db", "copy", "FROM", "new.db"]], ids=lambda words: words[0]
)
def test_no_password_in_an_error(url: str, words: list[str], run: Run) -> None:
    result = run(*(url if word == "FROM" else word for word in words), env={"SPECDB_URL": url})
    shown = str(Server(url))
    assert (result.returncode, result.stdout) == (1, "")
    assert f":{SECRET}@" not in result.stderr
    assert SECRET not in result.stderr.replace(shown, "")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("sql", "translated"),
    [
        ("SELECT ?", "SELECT %s"),
        ("SELECT '?', \"a?\", ?, '50 %', 'it''s ?'", "SELECT '?', \"a?\", %s, '50 %%', 'it''s ?'"),
        ("SELECT 7 % 2", "SELECT 7 %% 2"),
        ("LOWER(name) LIKE ? ESCAPE '!'", "specdb_lower(name) ILIKE %s ESCAPE '!'"),
        ("SELECT 'LIKE LOWER('", "SELECT 'LIKE LOWER('"),
        ("a GLOB '[A-Z][A-Z][A-Z]*'", "a ~ '^[A-Z]{3}'"),
    ],
)
def test_translation(sql: str, translated: str) -> None:
    assert translate_sql(sql) == translated.encode()


def test_without_the_extra_the_message_names_it(run: Run) -> None:
    program = """
import sys
sys.modules["psycopg"] = None
sys.argv[0] = "specdb"
from specdb.cli import main
main()
"""
    environment = {**os.environ, "PYTHONPATH": PATHS, "SPECDB_URL": f"postgresql://me:{SECRET}@localhost/specs"}
    words = [sys.executable, "-c", program, "list", "units"]
    result = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "Error: psycopg is not installed\npip install 'product-specdb[postgres]'\n"


@pytest.mark.postgres
def test_an_empty_database_has_none_of_ours(new_place: Location) -> None:
    with pytest.raises(DatabaseNotFoundError):
        connect(new_place)


@pytest.mark.postgres
def test_another_encoding_is_refused(new_place: Server) -> None:
    import psycopg

    with psycopg.connect(new_place.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    latin = Server(new_place.url.replace(new_place.url.partition("?")[0].rpartition("/")[2], "latin"))
    with pytest.raises(DatabaseError, match="has the encoding LATIN1, which cannot store every character"):
        create_seeded(latin)
    with psycopg.connect(new_place.url, autocommit=True) as connection:
        connection.execute("DROP DATABASE latin")


@pytest.mark.postgres
def test_leaves_tables_of_other_applications_alone(new_place: Server) -> None:
    import psycopg

    with psycopg.connect(new_place.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    for attempt in (connect, create.upgrade, create_seeded):
        with pytest.raises(DatabaseError, match="is not a specdb database"):
            attempt(new_place)
    with psycopg.connect(new_place.url) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("version", "said"),
    [
        (
            SCHEMA_VERSION - 1,
            f"has schema version {SCHEMA_VERSION - 1}; this specdb needs version {SCHEMA_VERSION}\nrun specdb db upgrade",
        ),
        (
            SCHEMA_VERSION + 1,
            f"has schema version {SCHEMA_VERSION + 1}; this specdb supports versions up to {SCHEMA_VERSION}\nupgrade specdb",
        ),
    ],
)
def test_other_schemas(version: int, said: str, database: Server) -> None:
    import psycopg

    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", (f"{version:04}",))
    with pytest.raises(DatabaseError) as caught:
        connect(database)
    assert said in str(caught.value)


@pytest.mark.postgres
def test_rejects_writes_of_a_role_that_may_only_read(database: Server, run: Run) -> None:
    import psycopg

    reader = f"reader_{database.url.partition('?')[0].rpartition('/')[2]}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {reader} LOGIN".encode())
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}".encode())
    url = {"SPECDB_URL": database.url.replace("postgres:@", f"{reader}@")}
    assert run("show", "a1", env=url).returncode == 0
    refused = run("rate", "set", "2026-11-20", "TWD", "USD", "1", "--source", "x", env=url)
    assert refused.returncode == 1
    assert re.match(r"Error: cannot write to \S+: permission denied", refused.stderr), refused.stderr
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {reader}".encode())
        connection.execute(f"DROP ROLE {reader}".encode())


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["DELETE FROM spec", "DROP TABLE claim", "CREATE TABLE more (x INTEGER)"])
def test_a_reading_connection_cannot_write(statement: str, database: Location) -> None:
    with closing(connect(database)) as connection, pytest.raises(DatabaseError, match="read-only transaction"):
        connection.execute(statement)


@pytest.mark.postgres
def test_texts_are_in_the_order_of_bytes(seeded: Location) -> None:
    sql = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
    """
    with closing(connect(seeded)) as connection:
        assert connection.execute(sql).fetchall() == []
        assert connection.execute("SELECT LOWER('ÄRGER Ω ΑΣ')").fetchone() == ("ärger ω ας",)


@pytest.mark.postgres
def test_a_nul_is_not_found(seeded: Location) -> None:
    with closing(connect(seeded)) as connection:
        assert connection.execute("SELECT slug FROM product WHERE slug = ?", ("a1\0",)).fetchall() == []
