"""Texts of values to columns, and back to their canonical text."""

from __future__ import annotations

from typing import Any

import pytest

from specdb.bundles.values import ValueTarget, canonical_text, value_columns
from specdb.errors import DimensionError, InvalidValueError, SpecdbError

NAMES = {"product": {"acme": 7}}
TARGETS = {
    "weight": ValueTarget("weight", "quantity", "g", False, (), NAMES),
    "drift": ValueTarget("drift", "quantity", "°C", True, (), NAMES),
    "price": ValueTarget("price", "quantity", "CNY", False, (), NAMES),
    "count": ValueTarget("count", "quantity", "", False, (), NAMES),
    "launch": ValueTarget("launch", "date", None, False, (), NAMES),
    "lit": ValueTarget("lit", "flag", None, False, (), NAMES),
    "tint": ValueTarget("tint", "choice", None, False, ("red", "no"), NAMES),
    "note": ValueTarget("note", "text", None, False, (), NAMES),
    "maker": ValueTarget("maker", "reference", None, False, (), NAMES),
}


@pytest.mark.parametrize(
    ("key", "text", "found", "one_text"),
    [
        ("weight", "14.9g", {"modifier": "exact", "number": "14.9", "unit": "g", "lo": 14.9}, "14.9 g"),
        ("weight", "approximately 0.04 kilograms", {"unit": "kg", "value_unit": "g", "lo": 38.0, "hi": 42.0}, "≈ 0.04 kg"),
        ("weight", "between 1 and 2 oz", {"modifier": "range", "number": "1..2"}, "1..2 oz"),
        ("count", "over 10 million", {"number": "10000000", "unit": "", "value_unit": ""}, "> 10000000"),
        ("count", "5+ units", {"modifier": "at_least", "unit": ""}, "≥ 5"),
        ("drift", "± 2 degC", {"modifier": "plus_minus", "lo": 2.0, "hi": 2.0}, "± 2 °C"),
        ("drift", "−40 °F", {"number": "-40", "nominal": -40.0, "value_unit": "°C"}, "-40 °F"),
        ("price", "below $20,000", {"unit": "USD", "value_unit": "USD", "nominal": 20000.0}, "< 20000 USD"),
        ("price", "799 RMB", {"unit": "CNY", "value_unit": "CNY"}, "799 CNY"),
        ("launch", "2026-q4", {"text": "2026-Q4", "modifier": "range", "lo": 739890.0, "hi": 739981.0}, "2026-Q4"),
        ("launch", " 2026-04-30 ", {"text": "2026-04-30", "modifier": "exact"}, "2026-04-30"),
        ("lit", "yes", {"nominal": 1.0}, "yes"),
        ("lit", "no", {"nominal": 0.0}, "no"),
        ("tint", "no", {"text": "no"}, "no"),
        ("note", " no ", {"text": " no "}, " no "),
        ("maker", "acme", {"target_id": 7}, "acme"),
    ],
)
def test_columns(key: str, text: str, found: dict[str, Any], one_text: str) -> None:
    row = value_columns(text, TARGETS[key])
    assert {name: row[name] for name in found} == found
    assert row["kind"] == TARGETS[key].kind
    again = canonical_text({"text": "", **row}, {7: "acme"})
    assert again == one_text
    assert value_columns(again, TARGETS[key]) == row


@pytest.mark.parametrize(
    ("key", "text", "error", "problem"),
    [
        ("weight", "5 h", DimensionError, "cannot convert h (time) to g (mass)"),
        ("weight", "5", DimensionError, "cannot convert a bare count (count) to g (mass)"),
        ("weight", "5 stonez", InvalidValueError, "unknown unit 'stonez'"),
        ("weight", "", InvalidValueError, "'' is not a figure"),
        ("weight", "-5 g", InvalidValueError, "-5 g is negative"),
        ("price", "5 g", DimensionError, "cannot convert g (mass) to CNY (currency CNY)"),
        ("price", "5 USD/month", DimensionError, "cannot convert USD/month (currency USD / time) to USD (currency USD)"),
        ("launch", "soon", InvalidValueError, "'soon' is not a date"),
        ("lit", "true", InvalidValueError, "'true' is neither yes nor no"),
        ("lit", "Yes", InvalidValueError, "'Yes' is neither yes nor no"),
        ("tint", "rod", InvalidValueError, "unknown choice 'rod' of tint"),
        ("tint", "Red", InvalidValueError, "unknown choice 'Red' of tint"),
        ("note", " \n", InvalidValueError, "note is empty"),
        ("maker", "acne", InvalidValueError, "there is no product 'acne'"),
    ],
)
def test_what_is_no_value(key: str, text: str, error: type[SpecdbError], problem: str) -> None:
    with pytest.raises(error) as caught:
        value_columns(text, TARGETS[key])
    assert type(caught.value) is error
    assert caught.value.problem == problem
    assert caught.value.hint
