"""Undo: what it restores, what it marks as removed, and when it is rejected."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from helpers import lamp_changesets
from helpers.editing import saved_yaml
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.database import transaction, undo
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.location import Location


pytestmark = pytest.mark.both_dialects


def rows(path: Location, sql: str) -> list[tuple[object, ...]]:
    with closing(connect(path)) as connection:
        return connection.execute(sql).fetchall()


def change(table: str, row_id: int, **values: object) -> Callable[[ChangesetWriter], None]:
    return lambda edit: edit.change(table, {"id": row_id}, values)


def retract(edit: ChangesetWriter) -> None:
    edit.retract_specs([(1, 1), (1, 4)])


def retract_all(edit: ChangesetWriter) -> None:
    edit.retract_specs([(1, row_id) for row_id in range(1, 6)])


def drop_alias(edit: ChangesetWriter) -> None:
    edit.change("alias", {"scope": "product", "name": "first-lamp"}, None)


def rate(edit: ChangesetWriter) -> None:
    edit.add({"rate": [{"day": "2026-01-02", "base": "EUR", "quote": "USD", "rate": "1.1", "source": "me"}]})


def alias(name: str, product: int) -> Callable[[ChangesetWriter], None]:
    return lambda edit: edit.add({"alias": [{"scope": "product", "name": name, "position": 0, "product_id": product}]})


def call(slug: str) -> Callable[[ChangesetWriter], None]:
    """A new product of this slug."""
    row = {"id": 9, "slug": slug, "name": "Lamp Nine", "category_id": 1, "description": "", "removed_id": None}
    return lambda edit: edit.add({"product": [row]})


def make_room(edit: ChangesetWriter) -> None:
    edit.change("product", {"id": 1}, {"slug": "old"})
    edit.change("product", {"id": 2}, {"slug": "l1"})


def back(edit: ChangesetWriter) -> None:
    """Undoes the changeset before this one, as part of it."""
    undo._Undo(edit, edit.id - 1).run()


DEEDS: dict[str, Callable[[Location], int]] = {
    "a spec replaced": lambda path: lamp_changesets.record(path, lamp_changesets.set_weight(42)),
    "specs retracted": lambda path: lamp_changesets.record(path, retract),
    "a file loaded": lamp_changesets.load_yaml,
    "a product renamed": lambda path: lamp_changesets.record(path, change("product", 1, name="Lamp No. 1")),
    "an attribute changed": lambda path: lamp_changesets.record(path, change("attribute", 3, many=False)),
    "a source preferred": lambda path: lamp_changesets.record(path, change("source", 3, precedence=7)),
    "an alias taken away": lambda path: lamp_changesets.record(path, drop_alias),
    "a rate set": lambda path: lamp_changesets.record(path, rate),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_an_undo_brings_back_what_was_and_can_be_undone(lamps: Location, deed: str) -> None:
    before = saved_yaml(lamps)
    number = DEEDS[deed](lamps)
    after = saved_yaml(lamps)
    assert after != before
    assert lamp_changesets.undo_changeset(lamps) == number + 1
    assert saved_yaml(lamps) == before
    assert lamp_changesets.undo_changeset(lamps, number + 1) == number + 2
    assert saved_yaml(lamps) == after
    found = rows(lamps, "SELECT origin, undoes_id FROM changeset WHERE id > 2 ORDER BY id")
    assert found == [("edit", None), ("undo", number), ("undo", number + 1)]


def test_nothing_is_deleted(lamps: Location) -> None:
    lamp_changesets.load_yaml(lamps)
    lamp_changesets.undo_changeset(lamps)
    assert rows(lamps, "SELECT COUNT(*) FROM spec") == [(7,)]
    marked = "SELECT slug, removed_id FROM product WHERE removed_id IS NOT NULL"
    assert rows(lamps, marked) == [("t9", 4)]
    assert rows(lamps, marked.replace("slug", "key").replace("product", "category")) == [("torch", 4)]
    assert rows(lamps, marked.replace("product", "source")) == [("extra", 4)]
    assert rows(lamps, "SELECT name FROM alias WHERE name = 'flashlight'") == []


def test_removes_unreferenced_rows(lamps: Location) -> None:
    lamp_changesets.load_yaml(lamps, "specdb: 1\nproducts: [{slug: l3, name: Lamp Three, category: lamp}]\n")
    lamp_changesets.undo_changeset(lamps)
    assert rows(lamps, "SELECT slug FROM product ORDER BY id") == [("l1",), ("l2",)]


def test_a_spec_that_comes_back_keeps_its_place(lamps: Location) -> None:
    lamp_changesets.record(lamps, retract)
    lamp_changesets.undo_changeset(lamps)
    found = rows(lamps, "SELECT id, restores_id, added_id FROM spec WHERE restores_id IS NOT NULL ORDER BY id")
    assert found == [(6, 1, 4), (7, 4, 4)]
    lamp_changesets.undo_changeset(lamps)
    lamp_changesets.undo_changeset(lamps)
    assert rows(
        lamps, "SELECT id, restores_id FROM spec WHERE retracted_id IS NULL AND restores_id IS NOT NULL ORDER BY id"
    ) == [
        (8, 1),
        (9, 4),
    ]


def test_a_dry_run_changes_nothing(lamps: Location) -> None:
    lamp_changesets.load_yaml(lamps)
    before = saved_yaml(lamps)
    done = undo.undo_changeset(lamps, None, dry_run=True)
    assert (done.changeset, done.number) == (0, 3)
    assert ("removed", "product", "t9", "weight", "90 g", "") in [(one.change, *one[:5]) for one in done.differences]
    assert saved_yaml(lamps) == before
    assert rows(lamps, "SELECT MAX(id) FROM changeset") == [(3,)]


@pytest.mark.parametrize(
    ("deeds", "number", "said"),
    [
        (
            [lamp_changesets.set_weight(42), lamp_changesets.set_weight(43)],
            3,
            "@4 retracted 1 spec that it added, added 1 spec that replaces",
        ),
        ([retract, lamp_changesets.set_weight(43)], 3, "@4 added 1 spec that replaces what it retracted"),
        ([change("product", 1, name="A"), change("product", 1, name="B")], 3, "@4 changed the product l1"),
        ([retract, change("source", 1, removed_id=4)], 3, "@4 removed the source sheet"),
        ([retract_all, change("product", 1, removed_id=4), back, back], 3, "@6 removed the product l1"),
        ([change("source", 1, title="A"), retract, change("source", 1, title="B")], 3, "@5 changed the source sheet"),
        ([change("product", 1, slug="a"), call("l1")], 3, "@4 changed the product l1"),
        ([make_room, change("product", 2, name="A")], 3, "@4 changed the product l1"),
        ([change("product", 1, slug="a"), alias("l1", 2)], 3, "@4 changed the alias l1"),
        ([drop_alias, call("first-lamp")], 3, "@4 changed the product first-lamp"),
        ([drop_alias, change("product", 1, removed_id=4)], 3, "@4 changed the product l1"),
    ],
)
def test_rejects_undo_when_later_changesets_depend_on_it(
    lamps: Location, deeds: list[Callable[[ChangesetWriter], None]], number: int, said: str
) -> None:
    for deed in deeds:
        lamp_changesets.record(lamps, deed)
    before = saved_yaml(lamps)
    with pytest.raises(ConflictError, match=f"later changesets depend on @{number}") as refused:
        lamp_changesets.undo_changeset(lamps, number)
    assert said in refused.value.hint
    assert saved_yaml(lamps) == before


def test_rejects_undo_when_later_specs_depend_on_a_product(lamps: Location) -> None:
    lamp_changesets.load_yaml(lamps)
    lamp_changesets.record(lamps, lamp_changesets.set_weight(5, 4))
    lamp_changesets.load_yaml(lamps, "specdb: 1\nproducts: [{slug: l3, name: L3, category: torch}]\n")
    with pytest.raises(ConflictError) as refused:
        lamp_changesets.undo_changeset(lamps, 3)
    assert refused.value.hint.splitlines() == [
        "@4 states something about the source extra",
        "@5 changed the product l3",
        "undo those first, starting with the last one",
    ]


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [
        (1, ConflictError, "@1 is packaged with specdb"),
        (None, ConflictError, "@2 is packaged with specdb"),
        (3, NotFoundError, "there is no changeset @3"),
        (0, NotFoundError, "there is no changeset @0"),
        (10**18, NotFoundError, "there is no changeset"),
    ],
)
def test_what_cannot_be_undone(lamps: Location, number: int | None, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        lamp_changesets.undo_changeset(lamps, number)


def test_a_changeset_that_did_nothing(lamps: Location) -> None:
    lamp_changesets.record(lamps, lambda _: None)
    with pytest.raises(ConflictError, match="@3 changed nothing that can be undone"):
        lamp_changesets.undo_changeset(lamps)


def test_why_and_who(lamps: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specdb.database.changeset_writer.current_author", lambda: "bob")
    lamp_changesets.load_yaml(lamps)
    lamp_changesets.undo_changeset(lamps)
    undo.undo_changeset(lamps, 4, "on second thoughts")
    found = rows(lamps, "SELECT author, reason FROM changeset WHERE id > 3 ORDER BY id")
    assert found == [("bob", "undo of @3: more lamps"), ("bob", "on second thoughts")]


def test_a_spec_comes_back_into_the_category_that_its_product_has_now(lamps: Location) -> None:
    lamp_changesets.record(lamps, retract)
    lamp_changesets.load_yaml(lamps)
    with transaction.write_transaction(lamps) as connection:
        connection.execute(text("UPDATE product SET category_id = 2 WHERE id = 1"))
    lamp_changesets.undo_changeset(lamps, 3)
    assert rows(lamps, "SELECT DISTINCT category_id FROM spec WHERE restores_id IS NOT NULL") == [(2,)]
    with closing(connect(lamps)) as connection:
        assert [spec.printed for spec in read_specs(build_view(Repository(connection)), [1], [3])] == ["red"]


def test_what_came_back_and_is_used_again_stays(lamps: Location) -> None:
    """A row that was removed and is there again goes no more easily than one that was added."""
    lamp_changesets.record(lamps, change("product", 2, removed_id=1))
    number = lamp_changesets.record(lamps, change("product", 2, removed_id=None))
    later = lamp_changesets.record(lamps, alias("second-lamp", 2))
    with pytest.raises(ConflictError) as caught:
        lamp_changesets.undo_changeset(lamps, number)
    assert f"@{later} changed the alias second-lamp" in caught.value.hint
    lamp_changesets.undo_changeset(lamps)
    assert lamp_changesets.undo_changeset(lamps, number)


def test_undo_does_not_restore_aliases_of_removed_products(lamps: Location) -> None:
    lamp_changesets.record(lamps, change("product", 2, removed_id=1))
    back = lamp_changesets.record(lamps, change("product", 2, removed_id=None))
    lamp_changesets.record(lamps, alias("second-lamp", 2))
    gone = lamp_changesets.undo_changeset(lamps)
    again = lamp_changesets.undo_changeset(lamps, back)
    with pytest.raises(ConflictError) as caught:
        lamp_changesets.undo_changeset(lamps, gone)
    assert f"@{again} changed the product l2" in caught.value.hint
