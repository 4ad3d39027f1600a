"""Edits, undo, merges and imports in any order, against a plain model of what the database then holds, and held before."""

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
from helpers.reference_model import DAYS, GRAMS, ORDER, Lamp, Said, Stating, World
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


def statings(sources: st.SearchStrategy[str]) -> st.SearchStrategy[Stating]:
    """What may be said of a lamp."""
    values = {"weight": list(GRAMS), "colour": ["red", "blue"], "part": ["one", "two", "three"]}
    ways = [
        st.builds(
            Stating,
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

Seen = dict[str, Any]


def seen(view: View) -> Seen:
    """All that the view reads of each lamp, by slug."""
    keys = {attribute_id: attribute.key for attribute_id, attribute in view.attributes().items()}
    by = {source_id: source.slug for source_id, source in view.sources().items()}
    called = view.aliases("product")
    found: Seen = {}
    for product in view.products():
        said = []
        for spec in read_specs(view, [product.id]):
            value = spec.target or spec.text or f"{MODIFIER_SYMBOLS[spec.modifier]}{spec.number} {spec.unit}"
            measured = (spec.value_unit, round(spec.nominal, 9)) if spec.value_unit else ()
            told = (spec.printed, by[spec.source_id], spec.locator, spec.as_of, spec.rank, spec.shown)
            said.append((keys[spec.attribute_id], spec.qualifiers, value, measured, *told))
        found[product.slug] = (product.name, set(called.get(product.slug, ())), said)
    return found


def expected(world: World) -> Seen:
    """The same of the model."""
    found: Seen = {}
    for lamp_id, lamp in world.lamps.items():
        shown = world.shown(lamp_id)
        said = []
        for one in in_order(lamp.said):
            value = world.lamps[one.value].slug if isinstance(one.value, int) else one.value
            scale = 1 if world.unit == "g" else 1000
            measured = (world.unit, round(GRAMS[value] / scale, 9)) if one.attribute == "weight" else ()
            told = (one.printed, one.source, one.at, one.as_of, one.rank, one in shown)
            said.append((one.attribute, one.mode, value, measured, *told))
        found[lamp.slug] = (lamp.name, set(lamp.aliases), said)
    return found


def in_order(said: tuple[Said, ...]) -> list[Said]:
    """Statements as the view has them: by attribute and qualifiers, the earlier first."""
    return sorted(said, key=lambda one: (ORDER.index(one.attribute), one.mode, one.turn))


class Machine(RuleBasedStateMachine):
    """A database and its model; `worlds` are those after each changeset, `standing` what an undo in turn would take back."""

    def __init__(self, backend: DatabaseBackend, start: Location, folder: Path) -> None:
        super().__init__()
        self.home = backend
        self.place = backend.copied(start)
        self.folder = folder
        self.worlds = {2: World({1: Lamp("one", "One"), 2: Lamp("two", "Two")}, next=3)}
        self.last = 2
        self.standing: list[int] = []

    def teardown(self) -> None:
        """Nothing is wrong with the database, and what was can be seen again."""
        try:
            with closing(connect(self.place)) as connection:
                assert derived_columns.database_issues(connection, self.place) == []
            for number in range(self.last, 1, -5):
                self.looks_back(number)
        finally:
            self.home.drop(self.place)

    @property
    def world(self) -> World:
        """The model as it is now."""
        return self.worlds[self.last]

    def becomes(self, number: int, world: World) -> None:
        """A changeset has been made, and this is what it is to have made."""
        assert number == self.last + 1
        self.worlds[number] = world.following(self.world)
        self.last = number

    def does(self, wanted: World | None, act: Callable[[], int]) -> None:
        """Acts, which gives a changeset's number or 0: it is refused where nothing is wanted, and kept where that differs."""
        if wanted is None:
            with pytest.raises(SpecdbError):
                act()
            return
        before = self.world
        number = act()
        assert bool(number) == (wanted._replace(next=0, out={}) != before._replace(next=0, out={}))
        if number:
            self.becomes(number, wanted)
            self.standing.append(number)

    def edits(self, wanted: World | None, change: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Runs one of the editing functions."""
        self.does(wanted, lambda: run_change(self.place, change, *arguments, **named).changeset)

    @rule(slug=slugs, others=aliases)
    def add(self, slug: str, others: tuple[str, ...]) -> None:
        drafts = Bundle(products=(ProductDraft(slug, slug.title(), "lamp", others),))
        self.edits(self.world.added(slug, others), entity_names.apply_drafts, drafts, new=True)

    @rule(name=slugs, stating=statings(st.sampled_from(["", *DAYS])))
    def state(self, name: str, stating: Stating) -> None:
        said = draft(stating.attribute, stating.value, stating.source, qualifiers=MODES[stating.mode], as_of=stating.as_of)
        self.edits(self.world.stated(name, stating), spec_edits.add_spec, name, said)

    @rule(name=slugs, which=st.integers(0, 5), value=st.booleans(), source=st.booleans())
    def retract(self, name: str, which: int, value: bool, source: bool) -> None:
        """Retracts what is stated in one place, by its value or source or neither; or what is stated nowhere."""
        lamp_id = self.world.find(name)
        said = in_order(self.world.lamps[lamp_id].said) if lamp_id else []
        one = said[which % len(said)] if said else Said(0, "weight", "", "40 g", "40 g", "sheet", "", "")
        text = self.world.lamps[one.value].slug if isinstance(one.value, int) else one.value
        stating = Stating(one.attribute, one.mode, text if value else "", one.source if source else "")
        named = {"value": stating.value, "source": stating.source}
        wanted = self.world.retracted(name, stating)
        self.edits(wanted, spec_edits.retract_spec, name, stating.attribute, MODES[stating.mode], **named)

    @precondition(lambda self: any(lamp.said for lamp in self.world.lamps.values()))
    @rule(data=st.data(), to=ranks)
    def rank(self, data: st.DataObject, to: str) -> None:
        lamp_id = data.draw(st.sampled_from([lamp_id for lamp_id, lamp in self.world.lamps.items() if lamp.said]))
        lamp = self.world.lamps[lamp_id]
        at = data.draw(st.integers(0, len(lamp.said) - 1))
        with closing(connect(self.place)) as connection:
            view = build_view(Repository(connection))
            spec = read_specs(view, [view.product(lamp.slug).id])[at]
        self.edits(self.world.ranked(lamp_id, in_order(lamp.said)[at], to), spec_edits.set_rank, spec.id, to)

    @rule(name=slugs, to=slugs)
    def rename(self, name: str, to: str) -> None:
        self.edits(self.world.renamed(name, to), entities.rename_entity, "product", name, to)

    @rule(alias=slugs)
    def take_alias_away(self, alias: str) -> None:
        self.edits(self.world.unnamed(alias), entities.remove_alias, alias)

    @rule(name=slugs, into=slugs)
    def merge(self, name: str, into: str) -> None:
        self.edits(self.world.merged(name, into), entities.merge_products, name, into)

    @rule(name=slugs)
    def remove(self, name: str) -> None:
        self.edits(self.world.removed(name), entities.remove_product, name)

    @rule(source=sources, precedence=st.integers(0, 2))
    def weigh(self, source: str, precedence: int) -> None:
        wanted = self.world._replace(precedence={**self.world.precedence, source: precedence})
        self.edits(wanted, entities.edit_entity, "source", source, {"precedence": str(precedence)})

    @rule(unit=st.sampled_from(["g", "kg"]))
    def measure(self, unit: str) -> None:
        self.edits(self.world._replace(unit=unit), entities.edit_entity, "attribute", "weight", {"unit": unit})

    @rule(slug=slugs, others=aliases, said=st.lists(statings(sources), max_size=3, unique=True))
    def apply(self, slug: str, others: tuple[str, ...], said: list[Stating]) -> None:
        specs = [
            {"attribute": one.attribute, "qualifiers": MODES[one.mode], "value": one.value, "source": one.source}
            | {"rank": one.rank}
            | ({"as_of": one.as_of} if one.as_of else {})
            for one in said
        ]
        product = {"slug": slug, "name": slug.title(), "category": "lamp", "aliases": others, "specs": specs}
        text = f"specdb: 1\nproducts:\n- {json.dumps(product, ensure_ascii=False)}\n"
        wanted = self.world.applied(slug, others, tuple(said))
        self.does(wanted, lambda: apply_yaml(self.place, text).changeset)
        if wanted is not None:
            assert apply_yaml(self.place, text).changeset == 0

    @rule(rows=files)
    def take_in_a_table(self, rows: list[tuple[str, str, str]]) -> None:
        if any(self.world.ambiguous(name) for name, *_ in rows):
            return
        file, mapping = self.folder / "lamps.csv", self.folder / "mapping.yaml"
        file.write_text("".join(f"{','.join(row)}\n" for row in [("Model", "Weight (g)", "Colour"), *rows]), encoding="utf-8")
        mapping.write_text(MAPPING, encoding="utf-8")

        def act() -> int:
            report, changed = tables.import_files(self.place, [file], tables.ImportOptions(mapping), lambda _: True)
            assert all(one.column == "" for one in report.first)  # rows may be refused, but no cell
            return changed and self.last + 1

        self.does(self.world.imported(rows), act)
        assert act() == 0

    @rule()
    def undo_the_last(self) -> None:
        if self.last == 2:
            with pytest.raises(ConflictError):
                undo.undo_changeset(self.place, None)
            return
        undone = self.last
        self.becomes(undo.undo_changeset(self.place, None).changeset, self.worlds[undone - 1])
        self.was_undone(undone)

    def was_undone(self, number: int) -> None:
        """Keeps what an undo in turn would take back."""
        if number in self.standing:
            self.standing.remove(number)
        else:  # an undo, of which this brings back what it took
            self.standing.append(self.last)

    @precondition(lambda self: self.standing)
    @rule()
    def undo_the_last_that_stands(self) -> None:
        self.undoes(self.standing[-1])

    @precondition(lambda self: self.last > 2)
    @rule(back=st.integers(1, 4))
    def undo_an_earlier_one(self, back: int) -> None:
        self.undoes(max(3, self.last - back))

    @rule(name=slugs, grams=st.sampled_from(list(GRAMS)), source=sources)
    def weigh_again(self, name: str, grams: str, source: str) -> None:
        """In the place of what was retracted something else is said: that is not to come back beside it."""
        wanted = self.world.retracted(name, Stating("weight", "", "", source))
        self.edits(wanted, spec_edits.retract_spec, name, "weight", {}, source=source)
        number = self.last
        said = self.world.stated(name, Stating("weight", "", grams, source))
        self.edits(said, spec_edits.add_spec, name, draft("weight", grams, source))
        if number > 2:
            self.undoes(number)

    def undoes(self, number: int) -> None:
        """It is as if that changeset had never been; or refused, if what came later is about the same things."""
        before, after = self.worlds[number - 1], self.worlds[number]
        try:
            create_lamps = undo.undo_changeset(self.place, number).changeset
        except ConflictError:
            later = (self.worlds[one - 1].touched(self.worlds[one]) for one in range(number + 1, self.last + 1))
            assert any(map(before.touched(after).meets, later))
            return
        wanted = self.world.without(before, after)
        assert wanted is not None
        self.becomes(create_lamps, wanted)
        self.was_undone(number)

    @precondition(lambda self: self.last > 2)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        self.looks_back(data.draw(st.integers(2, self.last)))

    def looks_back(self, number: int) -> None:
        """The state after a changeset is as it was then."""
        with closing(connect(self.place)) as connection:
            view = build_view(Repository(connection), as_of=number)
            assert seen(view) == expected(self.worlds[number])

    @invariant()
    def the_database_holds_what_the_model_does(self) -> None:
        with closing(connect(self.place)) as connection:
            view = build_view(Repository(connection))
            assert seen(view) == expected(self.world)
            for name in ("one", "two", "three"):
                lamp_id = self.world.find(name)
                if lamp_id is None:
                    with pytest.raises(NotFoundError):
                        entity_names.find_product(view, name)
                else:
                    assert view.product(name).slug == self.world.lamps[lamp_id].slug


@pytest.fixture(scope="module")
def start(backend: DatabaseBackend) -> Location:
    """A world of two lamps, in changesets @1 (units) and @2."""
    return create_lamps(backend.new(), START)


def test_whatever_is_done_the_database_holds_what_the_model_does(
    backend: DatabaseBackend, start: Location, tmp_path: Path
) -> None:
    examples = scaled(0.3 if isinstance(start, Path) else 0.12)  # a server takes its time to copy a database
    bounds = settings(max_examples=examples, stateful_step_count=scaled(0.4))
    maker: Any = partial(Machine, backend, start, tmp_path)  # hypothesis wants a class, and only calls it
    run_state_machine_as_test(maker, settings=bounds)
    assert (tmp_path / "lamps.csv").exists()
