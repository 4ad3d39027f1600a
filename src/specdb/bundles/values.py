"""From the text of a draft's value to the columns of a spec, by the kind of its attribute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.domain import quantity
from specdb.errors import DatabaseError, InvalidValueError, nearest
from specdb.figures import dates, quantity_parser, unit_registry
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FLAGS = {"yes": 1.0, "no": 0.0}
STATES = {"unknown": "unknown", "not-applicable": "not_applicable"}


class ValueTarget(NamedTuple):
    """What a value is to be: its attribute's key, kind, unit and rules, and the names of what it can refer to, by table.

    One that has an `expression` is computed, and takes no values.
    """

    key: str
    kind: str
    unit: str | None
    signed: bool
    choices: tuple[str, ...]
    names: Mapping[str, dict[str, int]]
    expression: str = ""
    many: bool = False


def value_columns(text: str, target: ValueTarget) -> dict[str, Any]:
    """The columns kind, modifier, number, unit, value_unit, lo, nominal, hi, text, target_id of a spec that says `text`.

    ValueFault where `text` is no value of the target's kind, DimensionFault where its unit measures something else.
    """
    refuse_computed(target)
    return {"kind": target.kind, **_OF_KIND[target.kind](text, target)}


def refuse_computed(target: ValueTarget) -> None:
    """Raises ValueFault for an attribute of which nothing can be stated."""
    if target.expression:
        raise InvalidValueError(f"{target.key} is computed: {target.expression}", "state what it is computed from")


def parse_choices(choices: str, key: str) -> tuple[str, ...]:
    """The choices of the attribute `key`, from the JSON list that a database holds; StoreError where it is none."""
    try:
        return tuple(json.loads(choices))
    except ValueError as error:
        raise DatabaseError(f"the database is damaged: the choices of {key}", "restore it from a backup") from error


def canonical_text(row: dict[str, Any], slugs: dict[int, str]) -> str:
    """The one text that a spec's columns are written as; `columns` reads it back."""
    kind = row["kind"]
    if kind == "quantity":
        return str(quantity.Quantity(row["modifier"], tuple(row["number"].split("..")), row["unit"]))
    if kind == "flag":
        return "yes" if row["nominal"] else "no"
    if kind == "reference":
        return slugs[row["target_id"]]
    return str(row["text"])


def _quantity(text: str, target: ValueTarget) -> dict[str, Any]:
    return quantity_columns(parse_quantity(text), text, target)


def quantity_columns(figure: quantity.Quantity, text: str, target: ValueTarget) -> dict[str, Any]:
    """The columns but for `kind` of a spec with this figure, which the source prints as `text`; raises as `columns` does."""
    unit = unit_registry.resolve_unit(figure.unit)
    if unit.name != figure.unit and len(str(figure._replace(unit=unit.name))) > quantity_parser.MAX_TEXT_LENGTH:
        raise InvalidValueError(f"{text!r} is too long when written out", "write a shorter number or unit")
    measured = quantity.interval_columns(figure, unit, unit_registry.resolve_unit(target.unit or ""), signed=target.signed)
    return {"modifier": figure.modifier, "number": "..".join(figure.numbers), "unit": unit.name, **measured}


def _date(text: str, _target: ValueTarget) -> dict[str, Any]:
    span = dates.parse_date(text)
    lo, hi = float(span.first.toordinal()), float(span.last.toordinal())
    modifier = "exact" if lo == hi else "range"
    return {"modifier": modifier, "text": span.text, "lo": lo, "nominal": (lo + hi) / 2, "hi": hi}


def _flag(text: str, target: ValueTarget) -> dict[str, Any]:
    if text not in FLAGS:
        raise InvalidValueError(f"{text!r} is neither yes nor no", f"{target.key} is a flag: write yes or no")
    return dict.fromkeys(("lo", "nominal", "hi"), FLAGS[text])


def _choice(text: str, target: ValueTarget) -> dict[str, Any]:
    if text not in target.choices:
        hint = nearest(text, target.choices) or f"the choices are {', '.join(target.choices)}"
        raise InvalidValueError(f"{text!r} is no choice of {target.key}", hint)
    return {"text": text}


def _text(text: str, target: ValueTarget) -> dict[str, Any]:
    if not text.strip():
        raise InvalidValueError(f"{target.key} is empty", "write its text, or leave the spec out")
    return {"text": text}


def _reference(text: str, target: ValueTarget) -> dict[str, Any]:
    name, products = text.strip().casefold(), target.names["product"]
    if name not in products:
        raise InvalidValueError(f"there is no product {text!r}", nearest(text, products) or "add it, or hint its slug")
    return {"target_id": products[name]}


_OF_KIND: dict[str, Callable[[str, ValueTarget], dict[str, Any]]] = {
    "quantity": _quantity,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "text": _text,
    "reference": _reference,
}
