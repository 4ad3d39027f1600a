"""Convert the text of a value to the columns of a spec, by the kind of its attribute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.domain import quantity
from specdb.domain.unit import resolve_temperature_letter
from specdb.errors import DatabaseError, InvalidValueError, nearest
from specdb.figures import dates, quantity_parser, unit_registry
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FLAGS = {"yes": 1.0, "no": 0.0}
STATES = {"unknown": "unknown", "not-applicable": "not_applicable"}


class ValueTarget(NamedTuple):
    """What a value must be: key, kind, unit and rules of its attribute.

    Attributes:
        names: The ids that a reference may use, by table and name.
        expression: The expression of a computed attribute, which takes no values, or "".
        many: Whether a product may have several values at once.
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
    """Convert the text of a value to columns of a spec.

    Returns:
        Those of the columns kind, modifier, number, unit, value_unit, lo, nominal, hi, text and target_id that it fills.

    Raises:
        InvalidValueError: The text is not a value of this kind.
        DimensionError: Its unit measures something else.
    """
    refuse_computed(target)
    return {"kind": target.kind, **_OF_KIND[target.kind](text, target)}


def refuse_computed(target: ValueTarget) -> None:
    """Raise InvalidValueError for a computed attribute, which takes no values."""
    if target.expression:
        raise InvalidValueError(
            f"{target.key} is computed from {target.expression}", "set the attributes from which it is computed instead"
        )


def parse_choices(choices: str, key: str) -> tuple[str, ...]:
    """Parse the choices of the attribute `key` from stored JSON; raise DatabaseError if they are damaged."""
    try:
        return tuple(json.loads(choices))
    except ValueError as error:
        raise DatabaseError(f"the database is damaged: invalid choices of {key}", "restore it from a backup") from error


def canonical_text(row: dict[str, Any], slugs: dict[int, str]) -> str:
    """Return the canonical text of a spec's columns, which `value_columns` converts back."""
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
    """Return the columns of a parsed figure, without `kind`.

    Args:
        figure: The parsed figure.
        text: The figure as the source prints it.
        target: What it must be.

    Raises:
        InvalidValueError: The figure is too long.
        DimensionError: Its unit measures something else.
    """
    wanted = unit_registry.resolve_unit(target.unit or "")
    unit = unit_registry.resolve_unit(resolve_temperature_letter(figure.unit, wanted))
    if unit.name != figure.unit and len(str(figure._replace(unit=unit.name))) > quantity_parser.MAX_TEXT_LENGTH:
        raise InvalidValueError(f"{text!r} is too long in canonical form", "use a shorter number or unit")
    measured = quantity.interval_columns(figure, unit, wanted, signed=target.signed)
    return {"modifier": figure.modifier, "number": "..".join(figure.numbers), "unit": unit.name, **measured}


def _date(text: str, _target: ValueTarget) -> dict[str, Any]:
    span = dates.parse_date(text)
    lo, hi = float(span.first.toordinal()), float(span.last.toordinal())
    modifier = "exact" if lo == hi else "range"
    return {"modifier": modifier, "text": span.text, "lo": lo, "nominal": (lo + hi) / 2, "hi": hi}


def _flag(text: str, target: ValueTarget) -> dict[str, Any]:
    if text not in FLAGS:
        raise InvalidValueError(f"{text!r} is neither yes nor no", f"{target.key} is a flag: use yes or no")
    return dict.fromkeys(("lo", "nominal", "hi"), FLAGS[text])


def _choice(text: str, target: ValueTarget) -> dict[str, Any]:
    if text not in target.choices:
        hint = nearest(text, target.choices) or f"use one of {', '.join(target.choices)}"
        raise InvalidValueError(f"unknown choice {text!r} of {target.key}", hint)
    return {"text": text}


def _text(text: str, target: ValueTarget) -> dict[str, Any]:
    if not text.strip():
        raise InvalidValueError(f"{target.key} is empty", "write its text, or remove the spec")
    return {"text": text}


def _reference(text: str, target: ValueTarget) -> dict[str, Any]:
    name, products = text.strip().casefold(), target.names["product"]
    if name not in products:
        raise InvalidValueError(f"there is no product {text!r}", nearest(text, products) or "add it, or correct the slug")
    return {"target_id": products[name]}


_OF_KIND: dict[str, Callable[[str, ValueTarget], dict[str, Any]]] = {
    "quantity": _quantity,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "text": _text,
    "reference": _reference,
}
