"""Lookup of products, categories, attributes, sources and units by name."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from specdb.analysis.build_view import build_view
from specdb.database.connection import connect
from specdb.database.repository import Repository, chunks, escape_like
from specdb.errors import AmbiguousNameError, DatabaseError, InvalidValueError, NotFoundError, SpecdbError, UnknownKeyError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects


@pytest.fixture
def named(database: Location) -> Iterator[View]:
    """A view with products of difficult names."""
    with closing(connect(database, write=True)) as writing:
        names = {
            "strasse-1": "Straße Eins",
            "aerger": "ÄRGER Pro",
            "percent": "100% Pure_X!",
            "markup": "[bold]x[/bold] \x1b[31m",
            "astral": "𝔘nicode 眼镜",
        }
        for product_id, (slug, name) in enumerate(names.items(), 90_001):
            writing.execute(
                "INSERT INTO product (id, slug, name, category_id, description) VALUES (?, ?, ?, 1, '')",
                (product_id, slug, name),
            )
        writing.execute("INSERT INTO alias (scope, name, position, product_id) VALUES ('product', 'grösse eins', 0, 90001)")
    connection = connect(database)
    yield build_view(Repository(connection))
    connection.close()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("strasse-1", "strasse-1"),
        ("STRASSE-1", "strasse-1"),
        ("Straße", "strasse-1"),
        ("GRÖSSE EINS", "strasse-1"),
        ("Größe Eins", "strasse-1"),
        ("öSSE", "strasse-1"),
        ("ärger", "aerger"),
        ("ÄRGER p", "aerger"),
        ("100%", "percent"),
        ("pure_x", "percent"),
        ("X!", "percent"),
        ("[BOLD]x", "markup"),
        ("𝔘n", "astral"),
        ("眼镜", "astral"),
        ("a1", "a1"),
        ("a1-pro", "a1-pro"),
    ],
)
def test_product(name: str, slug: str, named: View) -> None:
    found = named.product(name).slug
    assert found == slug or found.endswith(slug)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", NotFoundError),
        (" ", NotFoundError),
        ("a2-pro-max-ultra", NotFoundError),
        ("%%", NotFoundError),
        ("no such thing", NotFoundError),
        ("a\0", InvalidValueError),
        ("x" * 100_000, InvalidValueError),
        ("' OR 1 = 1 --", NotFoundError),
        ("a", AmbiguousNameError),
    ],
)
def test_no_product(name: str, error: type[SpecdbError], named: View) -> None:
    with pytest.raises(error) as caught:
        named.product(name)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"), [("a1-prro", "did you mean a1-pro"), ("95pr", "950pr"), ("qqqqqqqq", "see specdb list products")]
)
def test_a_wrong_name_gets_the_nearest(name: str, hint: str, view: View) -> None:
    with pytest.raises(NotFoundError) as caught:
        view.product(name)
    assert hint in caught.value.hint


def test_an_ambiguous_name_gets_its_candidates(view: View) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        view.product("ascend")
    assert "950pr" in caught.value.hint


def test_a_category_takes_in_those_below(view: View) -> None:
    assert view.category("glasses") == view.category("AI-Glasses")
    assert set(view.category("glasses")) < set(view.category("wearable")) < set(view.category("device"))
    with pytest.raises(NotFoundError) as caught:
        view.category("glases")
    assert caught.value.hint == "did you mean glasses, ai-glasses or smart-glasses?"


def test_attributes(view: View) -> None:
    assert view.attribute("Mass") == view.attribute("weight")
    assert view.find_attribute("no-such") is None
    assert list(view.attributes()) == sorted(view.attributes())
    weight = view.attribute("weight")
    assert view.attributes([weight.id]) == {weight.id: weight}
    assert view.attributes([]) == {}
    with pytest.raises(UnknownKeyError) as caught:
        view.attribute("wieght")
    assert "weight" in caught.value.hint


def test_sources(view: View) -> None:
    one = next(iter(view.sources().values()))
    assert view.source(one.slug.upper()) == one
    assert view.sources([]) == {}
    assert view.sources([one.id]) == {one.id: one}
    with pytest.raises(NotFoundError) as caught:
        view.source(one.slug[:-1])
    assert one.slug in caught.value.hint


def test_every_written_unit_is_read_from_the_database_alone(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = unit_registry.unit_definitions()
    monkeypatch.setitem(sys.modules, "specdb.figures.unit_registry", None)
    for unit, aliases in listed:
        for form in (unit.name, *aliases):
            assert view.unit(form) == unit
    assert type(view.unit("g").factor) is Fraction


def test_other_units_are_asked_of_pint(view: View) -> None:
    assert view.unit("W/g") == unit_registry.resolve_unit("W/g")
    with pytest.raises(InvalidValueError):
        view.unit("furlong")


def test_more_ids_than_one_statement_can_bind(view: View) -> None:
    ids = [product.id for product in view.products()]
    many = [*ids, *range(10**6, 10**6 + 40_000)]
    assert sorted(view.products_of(many)) == sorted(view.products())
    assert sorted(spec.id for spec in view.stored_specs(many)) == sorted(spec.id for spec in view.stored_specs(ids))
    assert [len(part) for part in chunks(range(12_000))] == [5000, 5000, 2000]


@pytest.mark.parametrize(("text", "literal"), [("50%", "50!%"), ("a_b", "a!_b"), ("!", "!!"), ("plain", "plain")])
def test_escaped(text: str, literal: str, view: View) -> None:
    assert escape_like(text) == literal
    assert view.rows("SELECT ? LIKE ? ESCAPE '!'", (text, escape_like(text))) == [(1,)]


@pytest.mark.sqlite
def test_an_unknown_kind_of_attribute_is_damage(seeded: Location, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(str(seeded), copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE attribute SET kind = 'qualtity' WHERE key = 'weight'")
        connection.commit()
    with (
        closing(connect(copy)) as reading,
        pytest.raises(DatabaseError, match="damaged: attribute weight has the unknown kind 'qualtity'"),
    ):
        Repository(reading).attribute("weight")
