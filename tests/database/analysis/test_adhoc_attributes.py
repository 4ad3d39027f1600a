"""Definitions of ad-hoc attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.analysis.adhoc_attributes import define_adhoc
from specdb.errors import DimensionError, InvalidValueError, NotFoundError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from specdb.database.view import View


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
def test_units(view: View, text: str, unit: str, dimension: str) -> None:
    attribute = define_adhoc(view, [text]).attribute("x")
    assert (attribute.unit, view.unit(attribute.unit).dimension) == (unit, dimension)
    assert attribute.signed


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("x battery", UsageError, "invalid definition"),
        ("X = battery", UsageError, "invalid definition"),
        ("x = ", InvalidValueError, "unexpected the end of the expression at column 1"),
        ("weight = battery", UsageError, "the attribute weight already exists"),
        ("mass = battery", UsageError, "the attribute mass already exists"),
        ("x = battery / wieght", UnknownKeyError, "there is no attribute 'wieght'"),
        ("x = battery of nobody", NotFoundError, "there is no product 'nobody'"),
        ("x = battery + weight", DimensionError, "cannot combine"),
        ("x [g] = battery / recording", DimensionError, "has the dimension current, but x has mass"),
        ("x [furlong] = battery", InvalidValueError, "unknown unit 'furlong'"),
        ("x = touchscreen * 2", InvalidValueError, "touchscreen is a flag, not a number"),
        ("x = x * 2", UnknownKeyError, "there is no attribute 'x'"),
        ("x = sales-channel * 2", InvalidValueError, "can have several values"),
        ("x = battery / (weight", InvalidValueError, "at column"),
    ],
)
def test_refusals(view: View, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        define_adhoc(view, [text])


def test_two_of_one_name(view: View) -> None:
    with pytest.raises(UsageError, match="already"):
        define_adhoc(view, ["x = battery", "x = weight"])
