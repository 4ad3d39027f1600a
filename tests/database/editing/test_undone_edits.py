"""Undoing an edit restores the database, derived columns included."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from helpers.editing import draft, run_change, saved_yaml
from specdb.bundles.drafts import Bundle, ProductDraft
from specdb.database import undo
from specdb.database.connection import connect
from specdb.editing import derived_columns, entities, entity_names
from specdb.editing.spec_edits import add_spec, retract_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


pytestmark = pytest.mark.both_dialects


def sound(path: Path) -> bool:
    """Whether nothing derived is out of line."""
    with closing(connect(path)) as connection:
        return not derived_columns.database_issues(connection, path)


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        (add_spec, ("a1-pro", draft("weight", "41 g"))),
        (retract_spec, ("a1-pro", "recording", {})),
        (entity_names.apply_drafts, (Bundle(products=(ProductDraft("one", "One", "glasses", ("uno",)),)),)),
        (entities.edit_entity, ("product", "a1", {"category": "phone"})),
        (entities.edit_entity, ("attribute", "weight", {"unit": "kg"})),
        (entities.edit_entity, ("attribute", "thickness", {"many": True})),
        (entities.edit_entity, ("source", "dingtalk-a1-pro", {"date": "2026-04-29"})),
        (entities.edit_entity, ("source", "dingtalk-a1-pro", {"precedence": "3"})),
        (entities.rename_entity, ("product", "a1", "a-one")),
        (entities.rename_entity, ("attribute", "weight", "mass")),
        (entities.merge_products, ("a1", "a1-pro")),
        (entities.merge_attributes, ("compute-ratio", "throughput-gain")),
        (entities.remove_alias, ("mass",)),
    ],
)
def test_an_edit_undone(database: Path, change: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    before = sorted(saved_yaml(database).splitlines())
    outcome = run_change(database, change, *arguments)
    after = sorted(saved_yaml(database).splitlines())
    assert sound(database)
    undone = undo.undo_changeset(database, outcome.changeset)
    assert sorted(saved_yaml(database).splitlines()) == before
    assert sound(database)
    undo.undo_changeset(database, undone.changeset)
    assert sorted(saved_yaml(database).splitlines()) == after
    assert sound(database)
