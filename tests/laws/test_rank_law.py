"""Rankings and Pareto fronts of random figures equal their definitions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.examples import scaled
from helpers.ranking_database import lamp_view
from specdb.analysis import criteria
from specdb.analysis.build_view import build_view
from specdb.analysis.ranking import MATCHES
from specdb.database.view import View
from specdb.domain.spec import Spec
from specdb.reports.rank import MISSING_POLICIES, RankOptions, rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.database_backends import DatabaseBackend
    from specdb.analysis.currency import CurrencyConverter
    from specdb.domain.table import Table


pytestmark = pytest.mark.both_dialects


@pytest.fixture(scope="module")
def lamps(backend: DatabaseBackend) -> Iterator[View]:
    view = lamp_view(backend.new(), {slug: {} for slug in ("lean", "wide", "bare", "dark", "tall@desk-lamp")})
    yield view
    view.connection.close()


class Drawn(View):
    """The lamps' view, with specs that a test draws."""

    def __init__(self, view: View, drawn: list[Spec], currency: CurrencyConverter | None = None) -> None:
        super().__init__(view.connection, {}, currency=currency)
        self.drawn = drawn

    def with_currency(self, currency: CurrencyConverter | None) -> View:
        return Drawn(self, self.drawn, currency)

    def stored_specs(self, products: Sequence[int], attributes: Sequence[int] | None = None) -> list[Spec]:
        return [spec for spec in self.drawn if spec.product_id in products and spec.attribute_id in (attributes or ())]


KEYS = ("weight", "output", "offset", "dimmable")
Figure = tuple[float, float, float] | None
Price = tuple[int, str] | None
Nominal = dict[tuple[int, int], float | None]
"""A product's value in a column."""

FIGURES = st.none() | st.tuples(*[st.integers(0, 5)] * 3).map(lambda ends: tuple(map(float, sorted(ends))))
GRIDS = st.lists(st.tuples(*[FIGURES] * len(KEYS)), min_size=5, max_size=5)
TERMS = st.lists(
    st.tuples(st.sampled_from(range(len(KEYS))), st.integers(1, 4), st.booleans()), min_size=1, unique_by=lambda term: term[0]
)


def drawn(view: View, grid: Sequence[Sequence[Figure]]) -> Drawn:
    products = view.products(view.category("lamp"))
    specs: list[Spec] = []
    for product, row in zip(products, grid, strict=True):
        for key, figure in zip(KEYS, row, strict=True):
            attribute = view.attribute(key)
            lo, nominal, hi = figure or (0.0, 0.0, 0.0)
            if attribute.kind == "flag":
                lo = nominal = hi = float(nominal > 2)
            unit = attribute.unit
            words = ("range", f"{nominal:g}", unit, unit, lo, nominal, hi, "", "", "", "", 1, "", "", "normal", True)
            kind = attribute.kind if figure else "unknown"
            specs.append(Spec(product.id, len(specs), attribute.id, "", kind, *words))
    return Drawn(view, specs)


def known(view: Drawn, column: int, product: int) -> tuple[float, float, float] | None:
    attribute = view.attribute(KEYS[column])
    (spec,) = [one for one in view.drawn if (one.product_id, one.attribute_id) == (product, attribute.id)]
    return None if spec.kind == "unknown" else (spec.lo, spec.nominal, spec.hi)


LAW = settings(max_examples=scaled(0.6))


@LAW
@given(grid=GRIDS, terms=TERMS, missing=st.sampled_from(MISSING_POLICIES))
def test_rank_is_the_reference(
    lamps: View, grid: list[tuple[Figure, ...]], terms: list[tuple[int, int, bool]], missing: str
) -> None:
    """Scores made product by product, straight from the definition."""
    view = drawn(lamps, grid)
    by = [f"{KEYS[column]}:{weight}:{'higher' if higher else 'lower'}" for column, weight, higher in terms]
    table = rank(view, by, RankOptions("lamp", missing))

    products = [product.id for product in view.products(view.category("lamp"))]
    nominal = {
        (product_id, c): figure[1] if (figure := known(view, c, product_id)) else None
        for product_id in products
        for c, _, _ in terms
    }
    assert_ranked(view, table, terms, missing, products, nominal)


# One euro on 2026-04-30, by the ECB.
EURO = {"EUR": Fraction(1), "USD": Fraction("1.1702"), "CNY": Fraction("7.991")}
PRICES = st.none() | st.tuples(st.integers(200, 99_999), st.sampled_from(sorted(EURO)))


@LAW
@given(
    prices=st.lists(PRICES, min_size=5, max_size=5),
    grid=GRIDS,
    weight=st.integers(1, 4),
    currency=st.sampled_from(sorted(EURO)),
    missing=st.sampled_from(MISSING_POLICIES),
)
def test_rank_in_one_currency_is_the_reference(
    lamps: View, prices: list[Price], grid: list[tuple[Figure, ...]], weight: int, currency: str, missing: str
) -> None:
    """Prices are brought by hand into the currency, in cents as they are shown."""
    view = drawn(lamps, grid)
    price = lamps.attribute("price")
    products = [product.id for product in view.products(view.category("lamp"))]
    nominal: Nominal = {
        (product_id, 0): figure[1] if (figure := known(view, 0, product_id)) else None for product_id in products
    }
    for product_id, stated in zip(products, prices, strict=True):
        amount, unit = stated or (0, "CNY")
        kind, value, day = "quantity" if stated else "unknown", float(amount), "2026-04-30"
        words = ("exact", str(amount), unit, unit, value, value, value, "", "", "", "", 1, "", day, "normal", True)
        view.drawn.append(Spec(product_id, -product_id, price.id, "", kind, *words))
        cents = 0 if unit == currency else 2
        nominal[product_id, 1] = float(round(amount / EURO[unit] * EURO[currency], cents)) if stated else None
    by = ["weight:lower", f"price:{weight}:lower"]
    table = rank(build_view(view, currency=currency), by, RankOptions("lamp", missing))
    assert_ranked(view, table, [(0, 1, False), (1, weight, False)], missing, products, nominal)


def assert_ranked(
    view: View,
    table: Table,
    terms: Sequence[tuple[int, int, bool]],
    missing: str,
    products: Sequence[int],
    nominal: Nominal,
) -> None:
    """That a table ranks products by the nominal values that they have in the columns that the terms name."""
    stating = [product_id for product_id in products if any(nominal[product_id, c] is not None for c, _, _ in terms)]
    counting = [term for term in terms if any(nominal[product_id, term[0]] is not None for product_id in stating)]
    for column, _, higher in counting if missing != "exclude" else ():
        stated = sorted(value for product_id in stating if (value := nominal[product_id, column]) is not None)
        middle = (stated[(len(stated) - 1) // 2] + stated[len(stated) // 2]) / 2
        stand_in = middle if missing == "median" else stated[0] if higher else stated[-1]
        for product_id in stating:
            nominal[product_id, column] = stand_in if nominal[product_id, column] is None else nominal[product_id, column]
    complete = [
        product_id for product_id in stating if all(nominal[product_id, column] is not None for column, _, _ in counting)
    ]
    scores = dict.fromkeys(complete, 0.0)
    for column, weight, higher in counting:
        values = {product_id: value for product_id in complete if (value := nominal[product_id, column]) is not None}
        for product_id, value in values.items():
            worst, best = (min, max) if higher else (max, min)
            span = best(values.values()) - worst(values.values())
            scores[product_id] += weight * ((value - worst(values.values())) / span if span else 1.0)
    total = sum(weight for _, weight, _ in counting)
    scores = {product_id: round(score / total, 9) for product_id, score in scores.items()}

    slugs = {product.slug: product.id for product in view.products()}
    found = {slugs[str(one["product"])]: (one["place"], one["score"]) for one in table.records()}
    places = {product_id: 1 + sum(other > score + 1e-8 for other in scores.values()) for product_id, score in scores.items()}
    assert {product_id: place for product_id, (place, _) in found.items()} == {
        product_id: places.get(product_id) for product_id in stating
    }
    assert [found[product_id][1] for product_id in complete] == pytest.approx(
        [scores[product_id] for product_id in complete], abs=1e-8
    )


@LAW
@given(grid=GRIDS, terms=TERMS, match=st.sampled_from(MATCHES))
def test_pareto_is_the_reference(
    lamps: View, grid: list[tuple[Figure, ...]], terms: list[tuple[int, int, bool]], match: str
) -> None:
    view = drawn(lamps, grid)
    products = [product.id for product in view.products(view.category("lamp"))]
    counting = [(c, higher) for c, _, higher in terms if any(known(view, c, product_id) for product_id in products)]
    complete = [
        product_id for product_id in products if counting and all(known(view, column, product_id) for column, _ in counting)
    ]

    def beats(one: int, other: int) -> bool:
        better = level = 0
        for column, higher in counting:
            mine, theirs = known(view, column, one), known(view, column, other)
            assert mine
            assert theirs
            ends = {"certain": (0, 2), "likely": (1, 1), "possible": (2, 0)}[match]
            left, right = (mine[ends[0]], theirs[ends[1]]) if higher else (-mine[ends[1]], -theirs[ends[0]])
            better += left > right
            level += left >= right
        return bool(better) and level == len(counting)

    kept = [
        product_id for product_id in complete if not any(beats(other, product_id) for other in complete if other != product_id)
    ]
    by = [f"{KEYS[column]}:{'higher' if higher else 'lower'}" for column, _, higher in terms]
    assert criteria.pareto_front(view, products, by, match).kept == kept
