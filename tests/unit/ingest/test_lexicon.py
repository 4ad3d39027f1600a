"""The word lists are consistent with each other and with the unit registry."""

from __future__ import annotations

import pytest

from specdb.figures import unit_registry
from specdb.ingest.documents import attributes, lexicon

NAMES = sorted({form.unit for form in lexicon.unit_forms().values()})


def test_units_are_those_of_the_registry() -> None:
    for name in sorted({*NAMES} - lexicon.units_unknown_to_registry()):
        assert unit_registry.resolve_unit(name).factor > 0, name


def test_few_units_are_unknown_to_the_registry() -> None:
    assert lexicon.units_unknown_to_registry() < {*NAMES}
    assert len(lexicon.units_unknown_to_registry()) < 20


def test_forms_are_not_longer_than_looked_for() -> None:
    assert [form for form in lexicon.unit_forms() if len(lexicon.form_tokens(form)) > lexicon.MAX_FORM_TOKENS] == []


def test_no_attribute_is_of_an_unknown_kind() -> None:
    kinds, cues = attributes.attribute_cues()
    assert set(kinds.values()) == set(cues)
    compounds = {unit for unit in kinds if "/" in unit}
    currencies = {unit for unit, kind in kinds.items() if kind == "money"}
    assert set(kinds) - compounds - currencies <= {*NAMES, "times"}


@pytest.mark.parametrize(
    ("plural", "counted"),
    [("batteries", True), ("axes", True), ("GPUs", True), ("compute units", True), ("conditions", False), ("axis", True)],
)
def test_counted(plural: str, counted: bool) -> None:
    assert lexicon.is_counted_noun(plural) is counted


def test_a_cue_tells_one_attribute_of_a_kind() -> None:
    for kind, listed in attributes.attribute_cues()[1].items():
        cues = [cue for one in listed for cue in one.cues]
        assert len(cues) == len(set(cues)), kind
