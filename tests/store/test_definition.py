"""What makes an expression a computed attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.analysis.adhoc_attributes import define
from specdb.errors import DimensionFault, NotFound, UnknownKey, UsageError, ValueFault

if TYPE_CHECKING:
    from specdb.database.repository import Catalog


@pytest.mark.parametrize(
    ("text", "unit", "dimension"),
    [
        ("x = battery / weight", "mAh/g", "current × time / mass"),
        ("x=battery*2", "mAh", "electric charge"),
        ("x [mA] = battery / recording", "mA", "current"),
        ("x = battery / recording", "mAh/h", "current"),
        ("x = weight / weight of a1", "", "count"),
        ("x = 1 / weight", "count/g", "count / mass"),
        ("x = price-per-pflops * compute[precision=FP8]", "CNY", "currency CNY"),
        ("x = min(battery, 3 Ah) - 100 mAh", "mAh", "electric charge"),
        ("x = launch - launch of a1", "day", "time"),
    ],
)
def test_units(catalog: Catalog, text: str, unit: str, dimension: str) -> None:
    attribute = define(catalog, [text]).attribute("x")
    assert (attribute.unit, catalog.unit(attribute.unit).dimension) == (unit, dimension)
    assert attribute.signed


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("x battery", UsageError, "defines no attribute"),
        ("X = battery", UsageError, "defines no attribute"),
        ("x = ", ValueFault, "its end at column 1"),
        ("weight = battery", UsageError, "there is an attribute weight already"),
        ("mass = battery", UsageError, "there is an attribute mass already"),
        ("x = battery / wieght", UnknownKey, "there is no attribute 'wieght'"),
        ("x = battery of nobody", NotFound, "there is no product 'nobody'"),
        ("x = battery + weight", DimensionFault, "set against each other"),
        ("x [g] = battery / recording", DimensionFault, "is current, and x mass"),
        ("x [furlong] = battery", ValueFault, "no known unit"),
        ("x = touchscreen * 2", ValueFault, "no number"),
        ("x = x * 2", UnknownKey, "there is no attribute 'x'"),
        ("x = sales-channel * 2", ValueFault, "several values at once"),
        ("x = battery / (weight", ValueFault, "at column"),
    ],
)
def test_refusals(catalog: Catalog, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        define(catalog, [text])


def test_two_of_one_name(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="already"):
        define(catalog, ["x = battery", "x = weight"])
