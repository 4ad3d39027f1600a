"""Names to products, categories, attributes, sources and units."""

from __future__ import annotations

import sys
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from specdb.database.engine import connect
from specdb.database.repository import Catalog, chunks, escaped
from specdb.errors import Ambiguous, NotFound, SpecdbError, UnknownKey, ValueFault
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.engine import Place


@pytest.fixture
def named(database: Place) -> Iterator[Catalog]:
    """A catalog with products of difficult names."""
    with closing(connect(database, write=True)) as writing:
        names = {
            "strasse-1": "Straße Eins",
            "aerger": "ÄRGER Pro",
            "percent": "100% Pure_X!",
            "markup": "[bold]x[/bold] \x1b[31m",
            "astral": "𝔘nicode 眼镜",
        }
        for id, (slug, name) in enumerate(names.items(), 90_001):
            writing.execute(
                "INSERT INTO product (id, slug, name, category_id, description) VALUES (?, ?, ?, 1, '')", (id, slug, name)
            )
        writing.execute("INSERT INTO alias (scope, name, position, product_id) VALUES ('product', 'grösse eins', 0, 90001)")
    connection = connect(database)
    yield Catalog(connection)
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
def test_product(name: str, slug: str, named: Catalog) -> None:
    found = named.product(name).slug
    assert found == slug or found.endswith(slug)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", NotFound),
        (" ", NotFound),
        ("a2-pro-max-ultra", NotFound),
        ("%%", NotFound),
        ("no such thing", NotFound),
        ("a\0", ValueFault),
        ("x" * 100_000, ValueFault),
        ("' OR 1 = 1 --", NotFound),
        ("a", Ambiguous),
    ],
)
def test_no_product(name: str, error: type[SpecdbError], named: Catalog) -> None:
    with pytest.raises(error) as caught:
        named.product(name)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("name", "mend"), [("a1-prro", "did you mean a1-pro"), ("95pr", "950pr"), ("qqqqqqqq", "see specdb list products")]
)
def test_a_wrong_name_gets_the_nearest(name: str, mend: str, catalog: Catalog) -> None:
    with pytest.raises(NotFound) as caught:
        catalog.product(name)
    assert mend in caught.value.mend


def test_an_ambiguous_name_gets_its_candidates(catalog: Catalog) -> None:
    with pytest.raises(Ambiguous) as caught:
        catalog.product("ascend")
    assert "950pr" in caught.value.mend


def test_a_category_takes_in_those_below(catalog: Catalog) -> None:
    assert catalog.category("glasses") == catalog.category("AI-Glasses")
    assert set(catalog.category("glasses")) < set(catalog.category("wearable")) < set(catalog.category("device"))
    with pytest.raises(NotFound) as caught:
        catalog.category("glases")
    assert caught.value.mend == "did you mean glasses, ai-glasses or smart-glasses?"


def test_attributes(catalog: Catalog) -> None:
    assert catalog.attribute("Mass") == catalog.attribute("weight")
    assert catalog.find_attribute("no-such") is None
    assert list(catalog.attributes()) == sorted(catalog.attributes())
    weight = catalog.attribute("weight")
    assert catalog.attributes([weight.id]) == {weight.id: weight}
    assert catalog.attributes([]) == {}
    with pytest.raises(UnknownKey) as caught:
        catalog.attribute("wieght")
    assert "weight" in caught.value.mend


def test_sources(catalog: Catalog) -> None:
    one = next(iter(catalog.sources().values()))
    assert catalog.source(one.slug.upper()) == one
    assert catalog.sources([]) == {}
    assert catalog.sources([one.id]) == {one.id: one}
    with pytest.raises(NotFound) as caught:
        catalog.source(one.slug[:-1])
    assert one.slug in caught.value.mend


def test_every_written_unit_is_read_from_the_database_alone(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = unit_registry.table()
    monkeypatch.setitem(sys.modules, "specdb.figures.unit_registry", None)
    for unit, aliases in listed:
        for form in (unit.name, *aliases):
            assert catalog.unit(form) == unit
    assert type(catalog.unit("g").factor) is Fraction


def test_other_units_are_asked_of_pint(catalog: Catalog) -> None:
    assert catalog.unit("W/g") == unit_registry.resolve("W/g")
    with pytest.raises(ValueFault):
        catalog.unit("furlong")


def test_more_ids_than_one_statement_can_bind(catalog: Catalog) -> None:
    ids = [product.id for product in catalog.products()]
    many = [*ids, *range(10**6, 10**6 + 40_000)]
    assert sorted(catalog.products_of(many)) == sorted(catalog.products())
    assert sorted(spec.id for spec in catalog.stored_specs(many)) == sorted(spec.id for spec in catalog.stored_specs(ids))
    assert [len(part) for part in chunks(range(12_000))] == [5000, 5000, 2000]


@pytest.mark.parametrize(("text", "literal"), [("50%", "50!%"), ("a_b", "a!_b"), ("!", "!!"), ("plain", "plain")])
def test_escaped(text: str, literal: str, catalog: Catalog) -> None:
    assert escaped(text) == literal
    assert catalog.rows("SELECT ? LIKE ? ESCAPE '!'", (text, escaped(text))) == [(1,)]
