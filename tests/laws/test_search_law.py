"""SQL and the reference evaluator agree for random views and conditions at every match level."""

from __future__ import annotations

from contextlib import closing
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.examples import scaled
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, condition_compiler, create, name_index
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.conditions import (
    CERTAIN,
    LIKELY,
    POSSIBLE,
    And,
    AttributeCondition,
    CategoryCondition,
    NameCondition,
    Not,
    Or,
    evaluate,
)
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection as Writing

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location
    from specdb.database.protocols import Connection
    from specdb.database.view import View
    from specdb.domain.spec import Attribute

pytestmark = pytest.mark.both_dialects

SCHEMA = """specdb: 1
categories:
- {key: goods, name: goods}
- {key: phone, name: phones, parent: goods}
- {key: lamp, name: lamps, parent: goods}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: price, name: price, kind: quantity, unit: CNY}
- {key: lit, name: lit, kind: flag}
- {key: kind, name: kind, kind: choice, choices: [a]}
- {key: note, name: note, kind: text}
- {key: maker, name: maker, kind: reference, inverse: makes}
sources:
- {slug: sheet, title: data sheet, date: 2026-01-01}
"""
CATEGORIES = (1, 2, 3)
QUALIFIERS = ("", "edition=a", "edition=a;status=b", "edition=a_b")
TEXTS = ("MEMS directional", "mems", "ordinary", "50%_off", "a")
NUMBERS = (0.0, 1.0, 2.0, 3.0)


@pytest.fixture(scope="module")
def empty(backend: DatabaseBackend) -> Location:
    path = backend.new()

    def fill(connection: Writing) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="test", reason="units")
        rows = resolve.resolve(bundle.parse_bundle(SCHEMA, "schema"), name_index.NameIndex(connection), "schema")
        changeset_writer.add_rows(connection, rows, author="test", reason="schema")

    assert create.create(path, fill)
    return path


@st.composite
def figures(draw: st.DrawFn) -> tuple[str, float, float, float]:
    """A modifier with lo, nominal and hi, as core.quantity.interval makes them."""
    value = draw(st.sampled_from(NUMBERS))
    return draw(
        st.sampled_from(
            [
                ("exact", value, value, value),
                ("about", value * 0.95, value, value * 1.05),
                ("at_most", 0.0, value, value),
                ("less_than", min(0.0, nextafter(value, -inf)), value, nextafter(value, -inf)),
                ("at_least", value, value, inf),
                ("more_than", nextafter(value, inf), value, inf),
                ("range", value, value + 1, value + 2),
            ]
        )
    )


@st.composite
def spec(draw: st.DrawFn, products: int, attribute: int) -> dict[str, Any]:
    """What one shown spec of an attribute says."""
    row: dict[str, Any] = {"kind": ("quantity", "quantity", "flag", "choice", "text", "reference")[attribute - 1]}
    if draw(st.integers(0, 7)) == 0:
        row["kind"] = draw(st.sampled_from(("unknown", "not_applicable")))
    elif attribute <= 2:
        row["modifier"], row["lo"], row["nominal"], row["hi"] = draw(figures())
        row["value_unit"] = "g" if attribute == 1 else draw(st.sampled_from(("CNY", "USD")))
    elif attribute == 3:
        row["lo"] = row["nominal"] = row["hi"] = float(draw(st.booleans()))
    elif attribute <= 5:
        row["text"] = draw(st.sampled_from(TEXTS))
    else:
        row["target_id"] = draw(st.integers(1, products))
    return row


@st.composite
def specs(draw: st.DrawFn, products: int) -> list[dict[str, Any]]:
    """Shown specs: at most one for each product, attribute and qualifiers."""
    rows = []
    for product in range(1, products + 1):
        for attribute in range(1, 7):
            for bound in draw(st.sampled_from(((), ("",), ("",), QUALIFIERS[:2], QUALIFIERS[1:]))):
                question = {"product_id": product, "attribute_id": attribute, "qualifiers": bound}
                rows.append(question | draw(spec(products, attribute)))
    return rows


@st.composite
def views(draw: st.DrawFn) -> tuple[list[int], list[dict[str, Any]]]:
    """The category of each product, and the specs."""
    categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=5))
    return categories, draw(specs(len(categories)))


@st.composite
def leaves(draw: st.DrawFn, attributes: dict[int, Attribute]) -> Any:
    """One condition."""
    kind = draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3, 4, 5, 7, 8)))
    if kind == 7:
        return CategoryCondition(tuple(draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2))))
    if kind == 8:
        return draw(st.sampled_from([NameCondition(part="2"), NameCondition(slug="p1"), NameCondition(part="THING")]))
    attribute = attributes[kind + 1]
    bound = draw(st.sampled_from(("", "", "edition=a", "status=b")))
    if draw(st.integers(0, 5)) == 0:
        state = draw(st.sampled_from(("stated", "unknown", "not_applicable", "not_stated")))
        return AttributeCondition(attribute, state=state, qualifiers=bound)
    unit = draw(st.sampled_from(("CNY", "USD"))) if attribute.key == "price" else ""
    if attribute.kind in ("quantity", "flag"):
        low = draw(st.sampled_from([-inf, *NUMBERS, *(nextafter(number, inf) for number in NUMBERS)]))
        high = draw(st.sampled_from([inf, *NUMBERS, *(nextafter(number, -inf) for number in NUMBERS)]))
        return AttributeCondition(attribute, low, high, unit, qualifiers=bound)
    if attribute.kind == "reference":
        return draw(
            st.sampled_from(
                [AttributeCondition(attribute, target="p1"), AttributeCondition(attribute, part="thing", qualifiers=bound)]
            )
        )
    text = draw(st.sampled_from(("mems", "MEMS", "_", "%", "ordin")))
    return draw(
        st.sampled_from([AttributeCondition(attribute, part=text, qualifiers=bound), AttributeCondition(attribute, words=text)])
    )


def conditions(attributes: dict[int, Attribute]) -> st.SearchStrategy[Any]:
    """Trees of and, or, not over conditions."""
    return st.recursive(
        leaves(attributes),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=5,
    )


_DEFAULTS = {
    "modifier": "exact",
    "number": "1",
    "unit": "g",
    "value_unit": "",
    "lo": None,
    "nominal": None,
    "hi": None,
    "text": "",
    "target_id": None,
    "printed": "1",
    "source_id": 1,
    "locator": "",
    "as_of": "2026-01-01",
    "rank": "normal",
    "shown": True,
    "added_id": 2,
}


def filled(opened: Connection, categories: list[int], rows: list[dict[str, Any]]) -> View:
    """A view with these products and specs, which are gone when the connection is closed."""
    opened.execute("BEGIN")
    for row_id, category in enumerate(categories, 1):
        insert = "INSERT INTO product (id, slug, name, category_id, description) VALUES (?, ?, ?, ?, '')"
        opened.execute(insert, (row_id, f"p{row_id}", f"Thing {row_id}", category))
    for row_id, row in enumerate(rows, 1):
        values = {**_DEFAULTS, **row, "id": row_id, "category_id": categories[row["product_id"] - 1]}
        opened.execute(
            f"INSERT INTO spec ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
    return build_view(Repository(opened))


def test_sql_equals_the_reference_evaluator(dialect: str, empty: Location) -> None:
    @settings(max_examples=scaled(4 if dialect == "sqlite" else 0.8))
    @given(data=st.data(), made=views(), within=st.sampled_from([(), (1,), (2, 3)]))
    def law(data: st.DataObject, made: Any, within: tuple[int, ...]) -> None:
        with closing(connect(empty, write=True)) as opened:
            agree(data, filled(opened, *made), within)

    law()


def agree(data: st.DataObject, view: View, within: tuple[int, ...]) -> None:
    """What SQL finds and what the reference finds."""
    attributes = view.attributes()
    asked = data.draw(st.lists(st.one_of(leaves(attributes), conditions(attributes)), min_size=1, max_size=2))
    shown: dict[int, dict[int, list[Any]]] = {}
    for spec in read_specs(view, [product.id for product in view.products()]):
        shown.setdefault(spec.product_id, {}).setdefault(spec.attribute_id, []).append(spec)
    found_before: set[int] = set()
    for level in (CERTAIN, LIKELY, POSSIBLE):
        wanted = {
            product.id
            for product in view.products(within)
            if evaluate(And(tuple(asked)), product, shown.get(product.id, {}))[0] >= level
        }
        found = condition_compiler.find_products(view, within, asked, level, [], None)
        assert (set(found), len(found)) == (wanted, len(wanted))
        assert found_before <= set(found), "certain is within likely, likely within possible"
        few = condition_compiler.find_products(view, within, asked, level, [], 1)
        assert set(few) <= wanted
        assert len(few) == min(1, len(wanted))
        key = [condition_compiler.Order(attributes[1], descending=data.draw(st.booleans()))]
        whole = condition_compiler.find_products(view, within, asked, level, key, None)
        assert set(whole) == wanted
        for limit in range(1, len(whole) + 1):
            assert condition_compiler.find_products(view, within, asked, level, key, limit) == whole[:limit]
        assert condition_compiler.find_products(view, within, asked, level, key, 1, 1) == whole[1:2]
        found_before = set(found)
