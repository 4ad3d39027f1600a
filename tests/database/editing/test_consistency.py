"""Edits keep names in expressions valid and expressions computable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from helpers.editing import run_change, saved_yaml
from specdb.editing import entities
from specdb.editing.spec_edits import retract_spec
from specdb.errors import ConflictError

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.both_dialects


@pytest.mark.parametrize(
    ("first", "then", "listed"),
    [
        (("product", "a1", "uno"), "a1", "claim about a1-pro: battery of a1"),
        (("product", "ascend-950pr", "pr"), "ascend-950pr", "rule order-value"),
        (("attribute", "battery-life", "endurance"), "battery-life", "attribute hours-per-gram: battery-life / weight"),
    ],
)
def test_a_name_in_use_is_not_taken_away(database: Path, first: tuple[str, str, str], then: str, listed: str) -> None:
    run_change(database, entities.rename_entity, *first)
    with pytest.raises(ConflictError, match=f"{then} is used in expressions") as caught:
        run_change(database, entities.remove_alias, then)
    assert listed in caught.value.hint


@pytest.mark.parametrize(
    ("fields", "listed"),
    [
        ({"many": True}, "hours-per-gram: weight can have several values"),
    ],
)
def test_an_expression_keeps_its_sense(database: Path, fields: dict[str, Any], listed: str) -> None:
    before = saved_yaml(database)
    with pytest.raises(ConflictError, match="some expressions could not be evaluated any more") as caught:
        run_change(database, entities.edit_entity, "attribute", "weight", fields)
    assert listed in caught.value.hint
    assert saved_yaml(database) == before


def test_claims_without_a_figure_are_told_by_every_name(database: Path) -> None:
    run_change(database, entities.rename_entity, "attribute", "battery", "accu")
    outcome = run_change(database, retract_spec, "dingtalk-a1-pro", "battery", {})
    assert [remark.partition(" cannot be checked: ")[2] for remark in outcome.remarks] == ["a1-pro has no accu"] * 2
