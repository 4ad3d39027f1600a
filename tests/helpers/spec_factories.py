"""Specs and attributes with default values."""

from __future__ import annotations

from itertools import count
from typing import Any

from specdb.domain import quantity
from specdb.domain.spec import Attribute, Spec
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity

_IDS = count(1)
_SPEC: dict[str, Any] = {
    "product_id": 1,
    "attribute_id": 1,
    "qualifiers": "",
    "kind": "quantity",
    "modifier": "exact",
    "number": "",
    "unit": "",
    "value_unit": "",
    "lo": 0.0,
    "nominal": 0.0,
    "hi": 0.0,
    "text": "",
    "target": "",
    "target_name": "",
    "printed": "",
    "source_id": 1,
    "locator": "",
    "as_of": "2026-01-01",
    "rank": "normal",
    "shown": True,
}


def spec(**given: Any) -> Spec:
    """Return a spec with a unique id."""
    return Spec(**{**_SPEC, "id": next(_IDS), **given})


def figure(text: str, unit: str, *, signed: bool = False, **given: Any) -> Spec:
    """Return the spec of a quantity printed as `text`, of an attribute in `unit`."""
    found = parse_quantity(text)
    written = unit_registry.resolve_unit(found.unit)
    lo, nominal, hi = quantity.to_interval(found, written, unit_registry.resolve_unit(unit), signed=signed)
    columns = {"modifier": found.modifier, "number": "..".join(found.numbers), "unit": written.name, "value_unit": unit}
    return spec(**columns, lo=lo, nominal=nominal, hi=hi, printed=text, **given)


def attribute(kind: str = "quantity", unit: str = "g", **given: Any) -> Attribute:
    """Return an attribute of this kind."""
    dimension = unit_registry.resolve_unit(unit).dimension if kind == "quantity" else ""
    plain = {"id": 1, "key": "it", "name": "it", "better": "", "group": "", "many": False, "signed": False}
    return Attribute(**{**plain, "kind": kind, "unit": unit if kind == "quantity" else "", "dimension": dimension, **given})
