"""Log, history, the reason why a value is shown, and diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import specdb
from helpers import lamp_changesets
from specdb.database import changeset_writer
from specdb.errors import NotFoundError, UnknownKeyError, UsageError
from specdb.reports.log import log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.domain.table import Table


pytestmark = pytest.mark.both_dialects


@pytest.fixture(scope="module")
def record(backend: DatabaseBackend) -> Location:
    """Lamps, then @3 a weight replaced, @4 more lamps, @5 these undone, @6 a source preferred, @7 colours."""
    path = lamp_changesets.create_lamps(backend.new())
    lamp_changesets.record(path, lamp_changesets.set_weight(42), "weighed again")
    lamp_changesets.load_yaml(path)
    lamp_changesets.undo_changeset(path)
    lamp_changesets.record(path, lambda edit: edit.change("source", {"id": 3}, {"precedence": 4}), "blogs know", author="bob")
    lamp_changesets.record(path, lambda edit: edit.retract_specs([(1, 4)]), "it is not red")
    for number in range(1, 8):
        lamp_changesets.set_date(path, number, f"2026-05-0{number}T10:00:00+00:00")
    return path


@pytest.fixture
def db(record: Location) -> Iterator[specdb.Database]:
    with specdb.open(str(record)) as opened:
        yield opened


def texts(table: Table, *keys: str) -> list[tuple[str, ...]]:
    """The texts of these columns, row by row."""
    places = [[column.key for column in table.columns].index(key) for key in keys]
    return [tuple(row.cells[place].text for place in places) for row in table.rows]


def test_log(db: specdb.Database) -> None:
    assert texts(db.log(), "changeset", "author", "origin", "what", "undoes") == [
        ("@7", "ada", "edit", "l1: 1 spec retracted", ""),
        ("@6", "bob", "edit", "1 source", ""),
        ("@5", changeset_writer.current_author(), "undo", UNDONE, "@4"),
        ("@4", "ada", "edit", LOADED, ""),
        ("@3", "ada", "edit", "l1: 1 spec added, 1 retracted", ""),
        ("@2", "specdb", "seed", SEED, ""),
        ("@1", "specdb", "seed", "", ""),
    ]


LOADED = "t9: 2 specs added; 1 claim added; 1 category; 1 source; 1 product; 1 alias"
UNDONE = "t9: 2 specs retracted; 1 claim retracted; 1 alias; 1 product; 1 source; 1 category"
SEED = "l1: 5 specs added; 1 category; 3 attributes; 1 member of a category; 3 sources; 2 products; 1 alias"


def test_log_for_programs(db: specdb.Database) -> None:
    (newest, *_) = db.log(limit=1).records()
    assert newest == {
        "changeset": 7,
        "at": "2026-05-07T10:00:00+00:00",
        "author": "ada",
        "origin": "edit",
        "reason": "it is not red",
        "what": "l1: 1 spec retracted",
        "added": 0,
        "retracted": 1,
        "changed": 0,
        "undoes": None,
        "tool": f"specdb {specdb.__version__}",
        "digest": None,
    }


@pytest.mark.parametrize(
    ("product", "limit", "expected"),
    [
        ("", 2, ["@7", "@6"]),
        ("", 0, []),
        ("l1", None, ["@7", "@3", "@2"]),
        ("first-lamp", 1, ["@7"]),
        ("t9", None, ["@5", "@4"]),
    ],
)
def test_log_of_some(db: specdb.Database, product: str, limit: int | None, expected: list[str]) -> None:
    assert [spec_id for (spec_id,) in texts(db.log(product, limit), "changeset")] == expected


def test_log_of_a_product_says_what_was_done_to_it(db: specdb.Database) -> None:
    table = log(db._view(), "l1", brief=True)
    assert table.title == "Lamp One"
    assert texts(table, "when", "who", "why", "what")[0] == ("2026-05-07 10:00", "ada", "it is not red", "1 spec retracted")
    assert texts(table, "what")[2] == ("5 specs added; 1 product; 1 alias",)


@pytest.mark.parametrize(("given", "error"), [({"limit": -1}, UsageError), ({"product": "l9"}, NotFoundError)])
def test_log_rejects_unknown_names(db: specdb.Database, given: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        db.log(**given)


def test_history(db: specdb.Database) -> None:
    assert texts(db.history("l1", "weight"), "changeset", "author", "change", "value", "stated", "reason") == [
        ("@3", "ada", "added", "42 g", "sheet", "weighed again"),
        ("@3", "ada", "retracted", "≈ 40 g", "sheet, page 1", "weighed again"),
        ("@2", "specdb", "added", "≈ 40 g", "sheet, page 1", "packaged seed"),
        ("@2", "specdb", "added", "41 g", "review", "packaged seed"),
        ("@2", "specdb", "added", "55 g", "blog", "packaged seed"),
    ]


@pytest.mark.parametrize(
    ("product", "attribute", "qualifiers", "values"),
    [
        ("l1", "output", "", ["9 W (mode=high)"]),
        ("l1", "output", "mode=high", ["9 W (mode=high)"]),
        ("l1", "output", "mode=low", []),
        ("t9", "weight", "", ["90 g", "91 g", "90 g", "91 g"]),  # removed by now
        ("l2", "weight", "", []),
    ],
)
def test_history_of_others(db: specdb.Database, product: str, attribute: str, qualifiers: str, values: list[str]) -> None:
    table = db.history(product, attribute, qualifiers=qualifiers)
    assert [text for (text,) in texts(table, "value")] == values
    assert bool(table.remarks) is not bool(values)


def test_history_of_no_attribute(db: specdb.Database) -> None:
    with pytest.raises(UnknownKeyError, match="wait"):
        db.history("l1", "wait")


def test_why_by_source_precedence(db: specdb.Database) -> None:
    table = db.why("l1", "weight")
    assert texts(table, "value", "shown", "why", "agreement", "stated") == [
        ("55 g", "shown", "source precedence: 4 before 0", "", "blog"),
        ("41 g", "", "source precedence: 4 before 0", "contradicts it", "review"),
        ("42 g", "", "source precedence: 4 before 0", "contradicts it", "sheet"),
    ]


def test_explains_past_states(db: specdb.Database) -> None:
    assert texts(db.why("l1", "weight", as_of="@2"), "value", "shown", "why", "agreement") == [
        ("41 g", "shown", "earlier spec", "corroborated by 1 other source"),
        ("55 g", "", "later spec", "contradicts it"),
        ("≈ 40 g", "", "later as-of date: 2026-02-03 before 2026-01-02", "corroborates it"),
    ]


def kind(**precedences: int) -> Any:
    rows = [{"kind": name.replace("_", "-"), "precedence": number} for name, number in precedences.items()]
    return lambda edit: edit.add({"source_kind": rows})


@pytest.mark.parametrize(
    ("changes", "first", "rule"),
    [
        ([], "41 g", "earlier spec"),
        ([lamp_changesets.set_weight(42, 3, rank="preferred")], "42 g", "rank: this spec is preferred"),
        ([kind(data_sheet=3, review=1)], "≈ 40 g", "precedence of the kind of source: 3 before 1, data-sheet before review"),
        ([kind(blog=-1)], "41 g", "later as-of date: 2026-02-03 before 2026-01-02"),
        ([kind(data_sheet=3), lamp_changesets.set_weight(42, 3, rank="preferred")], "42 g", "rank: this spec is preferred"),
        ([lamp_changesets.set_weight(44, 2, as_of="2026-03")], "44 g", "later as-of date: 2026-03 before 2026-02-03"),
        ([lambda edit: edit.retract_specs([(1, 2), (1, 3)])], "≈ 40 g", "no other spec"),
    ],
)
def test_each_rule(changes: list[Any], first: str, rule: str, lamps: Location) -> None:
    path = lamps
    for change in changes:
        lamp_changesets.record(path, change)
    with specdb.open(str(path)) as opened:
        assert texts(opened.why("l1", "weight"), "value", "shown", "why")[0] == (first, "shown", rule)
        assert [text for text, shown in texts(opened.why("l1", "weight"), "value", "shown") if shown] == [first]


def test_why_of_others(db: specdb.Database) -> None:
    assert texts(db.why("l1", "colour", as_of="@2"), "value", "why") == [("red", "all values of this attribute are shown")]
    assert [row.group for row in db.why("l1").rows] == ["weight"] * 3
    assert db.why("l2").remarks == ["No attribute of l2 has several specs with the same qualifiers."]
    assert db.why("l2", "weight").remarks == ["l2 has no spec of weight."]


def test_deprecated_specs_are_never_shown(lamps: Location) -> None:
    path = lamps
    lamp_changesets.record(path, lamp_changesets.set_weight(41, 2, rank="deprecated"))
    with specdb.open(str(path)) as opened:
        last = texts(opened.why("l1", "weight"), "value", "shown", "why", "agreement")[-1]
        assert last == ("41 g", "", "deprecated specs are never shown", "contradicts it")


def test_show_tells_what_agrees(db: specdb.Database) -> None:
    assert texts(db.show("l1", "weight", as_of="@2"), "attribute", "value") == [
        ("weight", "41 g"),
        ("weight", "agreeing: ≈ 40 g"),
        ("weight", "also: 55 g"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "@2",
            "@3",
            [("product l1", "changed", "weight", "≈ 40 g", "42 g", "sheet, page 1", "sheet")],
        ),
        ("@3", "@5", []),
        ("@5", "@6", [("source blog", "changed", "precedence", "0", "4", "", "")]),
        ("2026-05-06", "@", [("product l1", "removed", "colour", "red", "", "sheet", "")]),
        ("@7", "@6", [("product l1", "added", "colour", "", "red", "", "sheet")]),
    ],
)
def test_diff_of_changesets(db: specdb.Database, one: str, other: str, expected: list[tuple[str, ...]]) -> None:
    table = db.diff(one, other)
    cells = ("change", "field", "before", "after", "stated_before", "stated_after")
    assert [(row.group, *found) for row, found in zip(table.rows, texts(table, *cells), strict=True)] == expected
    assert table.remarks == ([] if expected else ["No differences."])


def test_diff_of_entities(db: specdb.Database) -> None:
    table = db.diff("@3", "@4")
    found = [(row.group, *(cell.text for cell in row.cells)) for row in table.rows]
    assert ("category torch", "added", "aliases", "", "flashlight", "", "") in found
    assert ("product t9", "added", "weight", "", "90 g", "", "extra") in found
    assert ("product t9", "added", "claim ninety grams", "", "weight of t9 equals 90 g", "", "extra") in found
    assert found[0][0] == "category torch"


def test_diff_of_databases_goes_by_names(db: specdb.Database, new_place: Location) -> None:
    turned = lamp_changesets.LAMPS_YAML.replace("- {slug: l2, name: Lamp Two, category: lamp}\n", "").replace(
        "products:\n", "products:\n- {slug: l2, name: Lamp Two, category: lamp}\n"
    )
    other = lamp_changesets.create_lamps(new_place, turned)
    with specdb.open(str(other)) as opened:
        assert opened._view().product("l1").id != db._view().product("l1").id
    assert list(db.diff("@2", str(other)).rows) == []
    assert [row.group for row in db.diff(str(other), "@3").rows] == ["product l1"]


def test_as_of_in_every_read(db: specdb.Database) -> None:
    assert texts(db.compare("l1", "t9", attributes=["weight"], as_of="@4"), "l1", "t9") == [("41 g", "90 g")]
    assert [row.cells[0].value for row in db.query("torch", as_of="@4").rows] == ["t9"]
    assert [row["product"] for row in db.export("t9", as_of="@4").records()] == ["t9", "t9"]
    assert db.show("t9", as_of="2026-05-04").title == "Torch Nine"
    with pytest.raises(NotFoundError):
        db.show("t9")


def test_copies_do_not_differ(record: Location, backend: DatabaseBackend) -> None:
    copied = backend.copied(record)
    with specdb.open(str(record)) as db:
        assert list(db.diff(str(copied)).rows) == []
    backend.drop(copied)
