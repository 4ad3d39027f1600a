"""Random sequences of edits, undo, merges and imports, compared with a reference model."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from helpers.editing import apply_yaml, draft, run_change
from helpers.examples import scaled
from helpers.lamp_changesets import create_lamps
from helpers.reference_model import DAYS, GRAMS, ORDER, Lamp, SpecInput, Statement, World
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.bundles.drafts import Bundle, ProductDraft
from specdb.database import undo
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.editing import derived_columns, entities, entity_names, spec_edits
from specdb.errors import ConflictError, NotFoundError, SpecdbError
from specdb.ingest.tables import import_files as tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.view import View

pytestmark = pytest.mark.both_dialects

START = """specdb: 1
categories: [{key: lamp, name: lamps}]
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: colour, name: colours, kind: text, many: yes}
- {key: part, name: part, kind: reference, inverse: parts of}
sources:
- {slug: sheet, title: Sheet, date: 2026-04-01}
- {slug: review, title: Review, date: 2026-04-01}
products:
- {slug: one, name: One, category: lamp}
- {slug: two, name: Two, category: lamp}
"""
MAPPING = """mapping: 1
source: {slug: sheet, title: Sheet, date: 2026-04-01}
category: lamp
name: "{Model}"
columns: {Weight (g): weight, Colour: colour}
"""
MODES: dict[str, dict[str, str]] = {"": {}, "mode=eco": {"mode": "eco"}}

slugs = st.sampled_from(["one", "two", "three"])
ranks = st.sampled_from(["normal", "preferred", "deprecated"])
days = st.sampled_from(["", "", "2026-06-01"])
sources = st.sampled_from(list(DAYS))
modes = st.sampled_from(list(MODES))
aliases = st.lists(slugs, max_size=1).map(tuple)


def spec_inputs(sources: st.SearchStrategy[str]) -> st.SearchStrategy[SpecInput]:
    """Draw a spec of a lamp."""
    values = {"weight": list(GRAMS), "colour": ["red", "blue"], "part": ["one", "two", "three"]}
    ways = [
        st.builds(
            SpecInput,
            st.just(key),
            modes if key == "weight" else st.just(""),
            st.sampled_from(of),
            sources,
            days,
            ranks,
        )
        for key, of in values.items()
    ]
    return st.one_of(*ways)


cells = st.tuples(
    st.sampled_from(["One", "Two", "Three"]), st.sampled_from(["40", "41", "≈ 40", ""]), st.sampled_from(["red", "blue", ""])
)
files = st.lists(cells, min_size=1, max_size=3, unique_by=lambda row: row[0])

LampStates = dict[str, Any]


def database_state(view: View) -> LampStates:
    """Return everything that the view reads of each lamp, by slug."""
    keys = {attribute_id: attribute.key for attribute_id, attribute in view.attributes().items()}
    by = {source_id: source.slug for source_id, source in view.sources().items()}
    called = view.aliases("product")
    found: LampStates = {}
    for product in view.products():
        statements = []
        for spec in read_specs(view, [product.id]):
            value = spec.target or spec.text or f"{MODIFIER_SYMBOLS[spec.modifier]}{spec.number} {spec.unit}"
            measured = (spec.value_unit, round(spec.nominal, 9)) if spec.value_unit else ()
            told = (spec.printed, by[spec.source_id], spec.locator, spec.as_of, spec.rank, spec.shown)
            statements.append((keys[spec.attribute_id], spec.qualifiers, value, measured, *told))
        found[product.slug] = (product.name, set(called.get(product.slug, ())), statements)
    return found


def model_state(world: World) -> LampStates:
    """Return the same from the model."""
    found: LampStates = {}
    for lamp_id, lamp in world.lamps.items():
        shown = world.shown_statements(lamp_id)
        statements = []
        for one in in_order(lamp.statements):
            value = world.lamps[one.value].slug if isinstance(one.value, int) else one.value
            scale = 1 if world.unit == "g" else 1000
            measured = (world.unit, round(GRAMS[value] / scale, 9)) if one.attribute == "weight" else ()
            told = (one.printed, one.source, one.at, one.as_of, one.rank, one in shown)
            statements.append((one.attribute, one.mode, value, measured, *told))
        found[lamp.slug] = (lamp.name, set(lamp.aliases), statements)
    return found


def in_order(statements: tuple[Statement, ...]) -> list[Statement]:
    """Sort statements as the view does: by attribute and qualifiers, then the earlier first."""
    return sorted(statements, key=lambda one: (ORDER.index(one.attribute), one.mode, one.turn))


class Machine(RuleBasedStateMachine):
    """A database and its model; `worlds` are those after each changeset, `standing` what an undo in turn would take back."""

    def __init__(self, backend: DatabaseBackend, start: Location, folder: Path) -> None:
        super().__init__()
        self.backend = backend
        self.location = backend.copied(start)
        self.folder = folder
        self.worlds = {2: World({1: Lamp("one", "One"), 2: Lamp("two", "Two")}, next=3)}
        self.last = 2
        self.undoable: list[int] = []

    def teardown(self) -> None:
        """Check the database, and that earlier states can be read."""
        try:
            with closing(connect(self.location)) as connection:
                assert derived_columns.database_issues(connection, self.location) == []
            for number in range(self.last, 1, -5):
                self.check_past(number)
        finally:
            self.backend.drop(self.location)

    @property
    def world(self) -> World:
        """The current model."""
        return self.worlds[self.last]

    def record_world(self, number: int, world: World) -> None:
        """Record the expected world after a changeset."""
        assert number == self.last + 1
        self.worlds[number] = world.succeeding(self.world)
        self.last = number

    def perform(self, wanted: World | None, act: Callable[[], int]) -> None:
        """Run an action that returns a changeset number or 0; it must fail if no world is expected."""
        if wanted is None:
            with pytest.raises(SpecdbError):
                act()
            return
        before = self.world
        number = act()
        assert bool(number) == (wanted._replace(next=0, out={}) != before._replace(next=0, out={}))
        if number:
            self.record_world(number, wanted)
            self.undoable.append(number)

    def edit(self, wanted: World | None, change: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Run one of the editing functions."""
        self.perform(wanted, lambda: run_change(self.location, change, *arguments, **named).changeset)

    @rule(slug=slugs, others=aliases)
    def add(self, slug: str, others: tuple[str, ...]) -> None:
        drafts = Bundle(products=(ProductDraft(slug, slug.title(), "lamp", others),))
        self.edit(self.world.add_lamp(slug, others), entity_names.apply_drafts, drafts, new=True)

    @rule(name=slugs, given=spec_inputs(st.sampled_from(["", *DAYS])))
    def state(self, name: str, given: SpecInput) -> None:
        statements = draft(given.attribute, given.value, given.source, qualifiers=MODES[given.mode], as_of=given.as_of)
        self.edit(self.world.set_figure(name, given), spec_edits.add_spec, name, statements)

    @rule(name=slugs, which=st.integers(0, 5), value=st.booleans(), source=st.booleans())
    def retract(self, name: str, which: int, value: bool, source: bool) -> None:
        """Retracts what is stated in one place, by its value or source or neither; or what is stated nowhere."""
        lamp_id = self.world.find(name)
        statements = in_order(self.world.lamps[lamp_id].statements) if lamp_id else []
        one = statements[which % len(statements)] if statements else Statement(0, "weight", "", "40 g", "40 g", "sheet", "", "")
        text = self.world.lamps[one.value].slug if isinstance(one.value, int) else one.value
        given = SpecInput(one.attribute, one.mode, text if value else "", one.source if source else "")
        named = {"value": given.value, "source": given.source}
        wanted = self.world.retract_figure(name, given)
        self.edit(wanted, spec_edits.retract_spec, name, given.attribute, MODES[given.mode], **named)

    @precondition(lambda self: any(lamp.statements for lamp in self.world.lamps.values()))
    @rule(data=st.data(), to=ranks)
    def rank(self, data: st.DataObject, to: str) -> None:
        lamp_id = data.draw(st.sampled_from([lamp_id for lamp_id, lamp in self.world.lamps.items() if lamp.statements]))
        lamp = self.world.lamps[lamp_id]
        at = data.draw(st.integers(0, len(lamp.statements) - 1))
        with closing(connect(self.location)) as connection:
            view = build_view(Repository(connection))
            spec = read_specs(view, [view.product(lamp.slug).id])[at]
        self.edit(self.world.set_rank(lamp_id, in_order(lamp.statements)[at], to), spec_edits.set_rank, spec.id, to)

    @rule(name=slugs, to=slugs)
    def rename(self, name: str, to: str) -> None:
        self.edit(self.world.rename_lamp(name, to), entities.rename_entity, "product", name, to)

    @rule(alias=slugs)
    def take_alias_away(self, alias: str) -> None:
        self.edit(self.world.remove_alias(alias), entities.remove_alias, alias)

    @rule(name=slugs, into=slugs)
    def merge(self, name: str, into: str) -> None:
        self.edit(self.world.merge_lamps(name, into), entities.merge_products, name, into)

    @rule(name=slugs)
    def remove(self, name: str) -> None:
        self.edit(self.world.remove_lamp(name), entities.remove_product, name)

    @rule(source=sources, precedence=st.integers(0, 2))
    def set_precedence(self, source: str, precedence: int) -> None:
        wanted = self.world._replace(precedence={**self.world.precedence, source: precedence})
        self.edit(wanted, entities.edit_entity, "source", source, {"precedence": str(precedence)})

    @rule(unit=st.sampled_from(["g", "kg"]))
    def set_unit(self, unit: str) -> None:
        self.edit(self.world._replace(unit=unit), entities.edit_entity, "attribute", "weight", {"unit": unit})

    @rule(slug=slugs, others=aliases, statements=st.lists(spec_inputs(sources), max_size=3, unique=True))
    def apply(self, slug: str, others: tuple[str, ...], statements: list[SpecInput]) -> None:
        specs = [
            {"attribute": one.attribute, "qualifiers": MODES[one.mode], "value": one.value, "source": one.source}
            | {"rank": one.rank}
            | ({"as_of": one.as_of} if one.as_of else {})
            for one in statements
        ]
        product = {"slug": slug, "name": slug.title(), "category": "lamp", "aliases": others, "specs": specs}
        text = f"specdb: 1\nproducts:\n- {json.dumps(product, ensure_ascii=False)}\n"
        wanted = self.world.apply_lamp(slug, others, tuple(statements))
        self.perform(wanted, lambda: apply_yaml(self.location, text).changeset)
        if wanted is not None:
            assert apply_yaml(self.location, text).changeset == 0

    @rule(rows=files)
    def take_in_a_table(self, rows: list[tuple[str, str, str]]) -> None:
        if any(self.world.is_ambiguous(name) for name, *_ in rows):
            return
        file, mapping = self.folder / "lamps.csv", self.folder / "mapping.yaml"
        file.write_text("".join(f"{','.join(row)}\n" for row in [("Model", "Weight (g)", "Colour"), *rows]), encoding="utf-8")
        mapping.write_text(MAPPING, encoding="utf-8")

        def act() -> int:
            report, changed = tables.import_files(self.location, [file], tables.ImportOptions(mapping), lambda _: True)
            assert all(one.column == "" for one in report.first)  # rows may be refused, but no cell
            return changed and self.last + 1

        self.perform(self.world.import_rows(rows), act)
        assert act() == 0

    @rule()
    def undo_the_last(self) -> None:
        if self.last == 2:
            with pytest.raises(ConflictError):
                undo.undo_changeset(self.location, None)
            return
        undone = self.last
        self.record_world(undo.undo_changeset(self.location, None).changeset, self.worlds[undone - 1])
        self.was_undone(undone)

    def was_undone(self, number: int) -> None:
        """Record what another undo would revert."""
        if number in self.undoable:
            self.undoable.remove(number)
        else:  # an undo, of which this brings back what it took
            self.undoable.append(self.last)

    @precondition(lambda self: self.undoable)
    @rule()
    def undo_the_last_that_stands(self) -> None:
        self.undo_change(self.undoable[-1])

    @precondition(lambda self: self.last > 2)
    @rule(back=st.integers(1, 4))
    def undo_an_earlier_one(self, back: int) -> None:
        self.undo_change(max(3, self.last - back))

    @rule(name=slugs, grams=st.sampled_from(list(GRAMS)), source=sources)
    def replace_after_retraction(self, name: str, grams: str, source: str) -> None:
        """Set another figure in place of a retracted one, then undo the retraction."""
        wanted = self.world.retract_figure(name, SpecInput("weight", "", "", source))
        self.edit(wanted, spec_edits.retract_spec, name, "weight", {}, source=source)
        number = self.last
        statements = self.world.set_figure(name, SpecInput("weight", "", grams, source))
        self.edit(statements, spec_edits.add_spec, name, draft("weight", grams, source))
        if number > 2:
            self.undo_change(number)

    def undo_change(self, number: int) -> None:
        """Undo a changeset: its changes are gone, or the undo is refused because later changesets depend on it."""
        before, after = self.worlds[number - 1], self.worlds[number]
        try:
            changeset = undo.undo_changeset(self.location, number).changeset
        except ConflictError:
            later = (self.worlds[one - 1].change_scope(self.worlds[one]) for one in range(number + 1, self.last + 1))
            assert any(map(before.change_scope(after).overlaps, later))
            return
        wanted = self.world.revert(before, after)
        assert wanted is not None
        self.record_world(changeset, wanted)
        self.was_undone(number)

    @precondition(lambda self: self.last > 2)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        self.check_past(data.draw(st.integers(2, self.last)))

    def check_past(self, number: int) -> None:
        """Check that the state after a changeset can be read."""
        with closing(connect(self.location)) as connection:
            view = build_view(Repository(connection), as_of=number)
            assert database_state(view) == model_state(self.worlds[number])

    @invariant()
    def the_database_holds_what_the_model_does(self) -> None:
        with closing(connect(self.location)) as connection:
            view = build_view(Repository(connection))
            assert database_state(view) == model_state(self.world)
            for name in ("one", "two", "three"):
                lamp_id = self.world.find(name)
                if lamp_id is None:
                    with pytest.raises(NotFoundError):
                        entity_names.find_product(view, name)
                else:
                    assert view.product(name).slug == self.world.lamps[lamp_id].slug


@pytest.fixture(scope="module")
def start(backend: DatabaseBackend) -> Location:
    """Create two lamps, in changesets @1 (units) and @2."""
    return create_lamps(backend.new(), START)


def test_database_equals_the_reference_model(backend: DatabaseBackend, start: Location, tmp_path: Path) -> None:
    examples = scaled(0.3 if isinstance(start, Path) else 0.12)  # a server takes its time to copy a database
    bounds = settings(max_examples=examples, stateful_step_count=scaled(0.4))
    maker: Any = partial(Machine, backend, start, tmp_path)  # hypothesis wants a class, and only calls it
    run_state_machine_as_test(maker, settings=bounds)
    assert (tmp_path / "lamps.csv").exists()
