"""Every past state can be read, and undoing the last edit restores the state before it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel

from helpers.examples import scaled
from helpers.lamp_changesets import create_lamps
from specdb.analysis.build_view import build_view
from specdb.bundles.save import save_bundle
from specdb.database import as_of, changeset_writer, differences, reconcile, transaction, undo
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.quantity import interval_columns
from specdb.errors import ConflictError
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity
from specdb.query import Condition, QueryOptions, query
from specdb.render import to_text
from specdb.reports.export import export
from specdb.reports.show import show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from helpers.database_backends import DatabaseBackend
    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.location import Location
    from specdb.database.view import View

pytestmark = pytest.mark.both_dialects

WORLD = """specdb: 1
categories:
- {key: thing, name: things, attributes: [weight]}
- {key: gadget, name: gadgets, parent: thing}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: feature, name: features, kind: text, many: yes}
- {key: part, name: part, kind: reference, inverse: parts of}
sources:
- {slug: low, title: low, date: 2026-01-01}
- {slug: high, title: high, date: 2025-01-01, kind: sheet, precedence: 5}
- {slug: late, title: late, date: 2026-06, kind: sheet}
products:
- slug: p1
  name: P1
  category: thing
  aliases: [one]
  specs:
  - {attribute: weight, value: 1 g, source: low}
  - {attribute: weight, value: 2 g, source: late}
  - {attribute: feature, value: blue, source: low}
- slug: p2
  name: P2
  category: gadget
  specs:
  - {attribute: weight, value: ≈ 3 g, printed: about 3g, source: high}
  - {attribute: part, value: p1, source: low}
claims:
- {about: p1, expression: weight of p1, value: 1 g, printed: one gram, source: low}
"""


@pytest.fixture(scope="module")
def world(backend: DatabaseBackend) -> Location:
    return create_lamps(backend.new(), WORLD)


def rows(edit: ChangesetWriter, table: str) -> list[dict[str, Any]]:
    """The rows of a table that stand, by their ids."""
    found = SQLModel.metadata.tables[table]
    mark = next((found.c[name] for name in ("retracted_id", "removed_id") if name in found.c), None)
    query = select(found) if mark is None else select(found).where(mark.is_(None))
    return [dict(row) for row in edit.connection.execute(query.order_by(*found.primary_key)).mappings()]


def next_id(edit: ChangesetWriter, table: str) -> int:
    return (edit.connection.scalar(select(func.max(SQLModel.metadata.tables[table].c.id))) or 0) + 1


def state_spec(edit: ChangesetWriter, a: int, b: int) -> None:
    products, sources = rows(edit, "product"), rows(edit, "source")
    product = products[a % len(products)]
    shared = {
        "product_id": product["id"],
        "id": next_id(edit, "spec"),
        "category_id": product["category_id"],
        "source_id": sources[b % len(sources)]["id"],
        "as_of": f"202{b % 7}",
        "rank": ("normal", "normal", "preferred", "deprecated")[b % 4],
        "shown": False,
        "printed": f"{a} {b}",
    }
    if a % 3:
        unit = next(row["unit"] for row in rows(edit, "attribute") if row["id"] == 1)
        column_ends = interval_columns(
            parse_quantity(f"{b} g"), unit_registry.resolve_unit("g"), unit_registry.resolve_unit(unit), signed=False
        )
        figure = {"kind": "quantity", "number": str(b), "unit": "g", **column_ends}
        edit.add({"spec": [{**shared, "attribute_id": 1, **figure}]})
    else:
        edit.add({"spec": [{**shared, "attribute_id": 2, "kind": "text", "text": f"feature {b}"}]})


def retract_spec(edit: ChangesetWriter, a: int, b: int) -> None:
    specs = rows(edit, "spec")
    reconcile.retract_specs(edit, [specs[one % len(specs)] for one in {a, b}] if specs else [])


def retract_claim(edit: ChangesetWriter, a: int, b: int) -> None:
    edit.retract("claim", [row["id"] for row in rows(edit, "claim")])


def change_product(edit: ChangesetWriter, a: int, b: int) -> None:
    products = rows(edit, "product")
    edit.change("product", {"id": products[a % len(products)]["id"]}, {"name": f"name {b}", "category_id": 1 + b % 2})


def change_source(edit: ChangesetWriter, a: int, b: int) -> None:
    edit.change("source", {"id": 1 + a % 3}, {"precedence": b - 4})


def change_kind(edit: ChangesetWriter, a: int, b: int) -> None:
    kind = {"kind": "sheet", "precedence": b}
    if rows(edit, "source_kind"):
        edit.change("source_kind", {"kind": "sheet"}, kind if b % 3 else None)
    else:
        edit.add({"source_kind": [kind]})


def change_attribute(edit: ChangesetWriter, a: int, b: int) -> None:
    edit.change("attribute", {"id": 2}, {"many": bool(b % 2), "name": f"features {a}"})


def change_unit(edit: ChangesetWriter, a: int, b: int) -> None:
    edit.change("attribute", {"id": 1}, {"unit": ("g", "kg")[b % 2]})


def add_product(edit: ChangesetWriter, a: int, b: int) -> None:
    row_id = next_id(edit, "product")
    row = {"id": row_id, "slug": f"p{row_id}", "name": f"P{row_id}", "category_id": 1 + a % 2, "description": ""}
    alias = {"scope": "product", "name": f"alias-{row_id}", "position": 0, "product_id": row_id}
    edit.add({"product": [row], "alias": [alias]})
    state_spec(edit, len(rows(edit, "product")) - 1, b)


def remove_product(edit: ChangesetWriter, a: int, b: int) -> None:
    products = rows(edit, "product")
    if len(products) > 1:
        product = products[-1]
        reconcile.retract_specs(
            edit, [row for row in rows(edit, "spec") if product["id"] in (row["product_id"], row["target_id"])]
        )
        edit.retract("claim", [row["id"] for row in rows(edit, "claim") if row["product_id"] == product["id"]])
        for row in rows(edit, "alias"):
            if row["product_id"] == product["id"]:
                edit.change("alias", {"scope": "product", "name": row["name"]}, None)
        edit.change("product", {"id": product["id"]}, {"removed_id": edit.id})


DEEDS = [
    *(state_spec, retract_spec, retract_claim, change_product, change_source, change_kind, change_attribute),
    *(add_product, remove_product, change_unit),
]
deeds = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=3)
changesets = st.lists(st.one_of(deeds, st.integers(0, 3)), min_size=1, max_size=6)
"""What each changeset does; a number is an undo of the one so many before the last."""


def write(connection: Connection, step: list[Any] | int) -> int:
    """Carries out a step as one changeset, if that can be done; the number of the last changeset."""
    last = connection.scalar(select(func.max(SQLModel.metadata.tables["changeset"].c.id))) or 0
    if isinstance(step, int):
        saved = connection.begin_nested()
        try:
            undo.write_undo(connection, max(last - step, 1), author="me")
        except ConflictError:
            saved.rollback()
            return last
        saved.commit()
        return last + 1
    edit = changeset_writer.ChangesetWriter(connection, author="me", reason="to see")
    for deed, a, b in step:
        deed(edit, a, b)
    edit.finish()
    return edit.id


def seen(view: View) -> tuple[str, ...]:
    """All that reads tell: the YAML, an export, a filter in SQL, what is shown of each product."""
    found = query(view, [Condition("max", "weight", "4g")], QueryOptions(match="possible", sort=("-weight",)))
    shown = [show(view, product.slug) for product in view.products()]
    return (save_bundle(view.connection), *(to_text(table, "csv") for table in (export(view), found, *shown)))


def now(path: Location) -> tuple[str, ...]:
    with closing(connect(path)) as connection:
        return seen(build_view(Repository(connection)))


LIMITS = [(100, 20_000), (0, 20_000), (0, -1)]
"""As if more specs had changed: their products are named in the view, are in a table, or are too many to list."""


@settings(max_examples=scaled(0.2))
@given(changesets)
def test_every_state_is_seen_again(world: Location, backend: DatabaseBackend, steps: list[Any]) -> None:
    path = backend.copied(world)
    states = {2: now(path)}
    for step in steps:
        with transaction.write_transaction(path) as connection:
            last = write(connection, step)
        states[last] = now(path)
    for changeset, state in states.items():
        with closing(connect(path)) as connection:
            for listed, changed in LIMITS:
                with patch.object(as_of, "_MOST_LISTED", listed), patch.object(as_of, "_MOST_CHANGED", changed):
                    assert seen(build_view(Repository(connection), as_of=changeset)) == state
            with patch.object(as_of._Views, "_shown_of_few", return_value=None):  # as if they had too many specs
                assert seen(build_view(Repository(connection), as_of=changeset)) == state
    backend.drop(path)


@settings(max_examples=scaled(0.2))
@given(changesets)
def test_undoing_the_last_edit_restores_the_previous_state(world: Location, backend: DatabaseBackend, steps: list[Any]) -> None:
    path = backend.copied(world)
    last = 2
    for step in steps:
        before = now(path)
        with transaction.write_transaction(path) as connection:
            written = write(connection, step)
        after = now(path)
        if written == last:  # an undo that was refused
            continue
        last = written
        for _ in range(2):
            with transaction.write_transaction(path) as connection:
                try:
                    last = undo.write_undo(connection, last, author="me").id
                except ConflictError:
                    break
            with closing(connect(path)) as one, closing(connect(path)) as other:
                then = build_view(Repository(one), as_of=last - 2)
                assert list(differences.databases(then, build_view(Repository(other)))) == []
            assert now(path) == before
            before, after = after, before
    backend.drop(path)
