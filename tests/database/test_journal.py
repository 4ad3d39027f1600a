"""Precedence of several specs, and the content of changesets."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from specdb import __version__
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, create, name_index, transaction
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

HEAD = """specdb: 1
categories: [{key: thing, name: things}]
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: feature, name: features, kind: text, many: yes}
sources:
- {slug: low, title: low, date: 2026-01-01}
- {slug: also-low, title: also low, date: 2026-01-01}
- {slug: high, title: high, date: 2025-01-01, precedence: 5}
- {slug: vague, title: vague, date: 2026, precedence: 0}
products:
- slug: it
  name: it
  category: thing
  specs:
"""


def made(path: Location, specs: list[str]) -> Location:
    """A database in which one product has these specs."""

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="specdb", reason="units")
        text = HEAD + "".join(f"  - {{{one}}}\n" for one in specs)
        rows = resolve.resolve(bundle.parse_bundle(text, "it"), name_index.NameIndex(connection), "it")
        changeset_writer.add_rows(connection, rows, author="somebody", reason="because")

    assert create.create(path, fill)
    return path


def shown(path: Location) -> list[str]:
    """What is shown, as printed."""
    with closing(connect(path)) as connection:
        return [spec.printed for spec in read_specs(build_view(Repository(connection)), [1]) if spec.shown]


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (["attribute: weight, value: 1 g, source: low"], "1 g"),
        # rank before all
        (["attribute: weight, value: 1 g, source: high", "attribute: weight, value: 2 g, source: low, rank: preferred"], "2 g"),
        # then the source's precedence
        (["attribute: weight, value: 1 g, source: low", "attribute: weight, value: 2 g, source: high"], "2 g"),
        (["attribute: weight, value: 1 g, source: high", "attribute: weight, value: 2 g, source: low"], "1 g"),
        # then the later date
        (
            [
                "attribute: weight, value: 1 g, source: low",
                "attribute: weight, value: 2 g, source: also-low, as_of: 2026-02",
                "attribute: weight, value: 3 g, source: low, as_of: 2025-12-31",
            ],
            "2 g",
        ),
        (["attribute: weight, value: 1 g, source: vague", "attribute: weight, value: 2 g, source: low"], "2 g"),
        # then the earlier statement
        (["attribute: weight, value: 1 g, source: low", "attribute: weight, value: 2 g, source: also-low"], "1 g"),
        # deprecated never
        (
            ["attribute: weight, value: 1 g, source: high, rank: deprecated", "attribute: weight, value: 2 g, source: low"],
            "2 g",
        ),
        (["attribute: weight, value: 1 g, source: high, rank: deprecated"], ""),
        # a source that does not know competes as well
        (
            ["attribute: weight, state: unknown, printed: tba, source: high", "attribute: weight, value: 2 g, source: low"],
            "tba",
        ),
        # qualifiers are questions of their own
        (
            [
                "attribute: weight, value: 1 g, source: low",
                "attribute: weight, qualifiers: {edition: premium}, value: 2 g, source: low",
                "attribute: weight, qualifiers: {edition: premium}, value: 3 g, source: high",
            ],
            "1 g, 3 g",
        ),
        # several values at once
        (
            [
                "attribute: feature, value: one, source: low",
                "attribute: feature, value: two, source: high",
                "attribute: feature, value: three, source: low, rank: deprecated",
                "attribute: feature, value: four, source: low, rank: preferred",
            ],
            "one, two, four",
        ),
    ],
)
def test_which_is_shown(specs: list[str], expected: str, new_place: Location) -> None:
    assert ", ".join(shown(made(new_place, specs))) == expected


def test_a_changeset_says_who_when_why_and_with_what(new_place: Location) -> None:
    path = made(new_place, ["attribute: weight, value: 1 g, source: low"])
    with closing(connect(path)) as connection:
        tool = f"specdb {__version__}"
        found = connection.execute("SELECT id, author, reason, tool FROM changeset ORDER BY id").fetchall()
        assert found == [(1, "specdb", "units", tool), (2, "somebody", "because", tool)]
        assert connection.execute("SELECT added_id, retracted_id FROM spec").fetchall() == [(2, None)]
        ((moment,),) = connection.execute("SELECT at FROM changeset WHERE id = 2")
    assert len(moment) == len("2026-01-01T12:00:00+00:00")
    assert moment.endswith("+00:00")


def test_a_retracted_statement_makes_room(new_place: Location) -> None:
    specs = ["attribute: weight, value: 1 g, source: high", "attribute: weight, value: 2 g, source: low"]
    path = made(new_place, specs)
    engine = transaction.engine(path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE spec SET retracted_id = 2 WHERE printed = '1 g'"))
        changeset_writer.update_shown(connection, {1})
        assert name_index.NameIndex(connection).next_id("spec") == 3
    engine.dispose()
    assert shown(path) == ["2 g"]


def test_known_goes_on_after_what_is_there(database: Location) -> None:
    engine = transaction.engine(database)
    with engine.begin() as connection:
        known = name_index.NameIndex(connection)
        for table in ("category", "attribute", "source", "product", "spec"):
            highest = connection.execute(text(f"SELECT MAX(id) FROM {table}")).scalar_one()
            assert [known.next_id(table), known.next_id(table)] == [highest + 1, highest + 2]
        assert known.names["category"]["glasses"] == known.ids["category"]["ai-glasses"]
        assert "glasses" not in known.ids["category"]
        assert {"", "g", "mAh"} <= known.units
    engine.dispose()


def test_the_author_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", nameless)
    monkeypatch.setattr("os.getuid", lambda: 12345)
    assert changeset_writer.current_author() == "12345"


@pytest.fixture(scope="module")
def base(backend: DatabaseBackend) -> Location:
    return made(backend.new(), ["attribute: weight, value: 1 g, source: low"])


statements = st.lists(
    st.tuples(
        st.sampled_from(["preferred", "normal", "deprecated"]),
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["2025", "2025-06", "2025-06-30", "2026-01-01"]),
        st.sampled_from(["", "a=1"]),
        st.booleans(),
        st.sampled_from([1, 2]),
    ),
    max_size=7,
)


@given(statements)
def test_for_each_question_the_best_current_statement_is_shown(
    base: Location, given: list[tuple[str, int, str, str, bool, int]]
) -> None:
    precedence = {1: 0, 2: 0, 3: 5}
    engine = transaction.engine(base)
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM spec"))
        for spec_id, (rank, source, day, bound, retracted, attribute) in enumerate(given, 1):
            values = {"id": spec_id, "rank": rank, "source": source, "day": day, "bound": bound, "attribute": attribute}
            sql = """
            INSERT INTO spec (product_id, id, attribute_id, category_id, qualifiers, kind, modifier, number, unit, value_unit,
                              text, printed, source_id, locator, as_of, rank, shown, added_id, retracted_id)
            VALUES (1, :id, :attribute, 1, :bound, 'unknown', 'exact', '', '', '', '', '', :source, '', :day, :rank, :shown, 2,
                    :gone)
            """
            connection.execute(text(sql), {**values, "shown": False, "gone": 2 if retracted else None})
        changeset_writer.update_shown(connection, {1})
        found = set(connection.execute(text("SELECT id FROM spec WHERE shown")).scalars())
        connection.rollback()
    engine.dispose()
    current = [(spec_id, one) for spec_id, one in enumerate(given, 1) if one[0] != "deprecated" and not one[4]]
    wanted = {spec_id for spec_id, one in current if one[5] == 2}  # several values at once
    for bound in ("", "a=1"):
        answers = [
            (one[0] == "preferred", precedence[one[1]], one[2], -spec_id)
            for spec_id, one in current
            if one[3] == bound and one[5] == 1
        ]
        wanted |= {-max(answers)[3]} if answers else set()
    assert found == wanted
