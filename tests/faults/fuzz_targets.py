"""Targets of the fuzzer: every reader of user text. Each takes any text and may only raise a SpecdbError."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from specdb.bundles import bundle
from specdb.domain import expression, qualifiers, quantity
from specdb.errors import SpecdbError
from specdb.figures import dates, unit_registry
from specdb.figures.expression_parser import parse_expression
from specdb.figures.quantity_parser import parse_quantity
from specdb.query import condition_language

if TYPE_CHECKING:
    from collections.abc import Callable


def value(text: str) -> None:
    """A figure: what is read is written in one form that reads as the same, and its interval holds its number."""
    figure = parse_quantity(text)
    assert parse_quantity(str(figure)) == figure
    assert figure.modifier in quantity.MODIFIER_SYMBOLS
    unit = unit_registry.resolve_unit(figure.unit)
    lo, nominal, hi = quantity.to_interval(figure, unit, unit, signed=True)
    assert lo <= hi
    assert figure.modifier != "exact" or lo == nominal == hi


def unit(text: str) -> None:
    """A unit: its name is one that names the same."""
    found = unit_registry.resolve_unit(text)
    assert unit_registry.resolve_unit(found.name) == found
    assert found.factor > 0


def condition(text: str) -> None:
    """A condition of --where."""
    condition_language.parse(text)


def formula(text: str) -> None:
    """An expression of a claim, a rule or a computed attribute: spelled out it reads as the same."""
    node = parse_expression(text)
    again = parse_expression(expression.format_expression(node, lambda figure: figure.text, str))
    assert list(expression.operands(again)) == list(expression.operands(node))


def day(text: str) -> None:
    """A date of any precision: it ends no earlier than it starts."""
    span = dates.parse_date(text)
    assert span.first <= span.last
    assert dates.parse_date(span.text) == span


def bound(text: str) -> None:
    """Qualifiers: their one form reads as the same."""
    found = qualifiers.from_text(text)
    assert qualifiers.from_text(qualifiers.to_text(found)) == found


def file(text: str) -> None:
    """A file in our YAML: what is read is written as a text that reads as the same."""
    drafts = bundle.parse_bundle(text.encode("utf-8", "replace").decode(), "it")  # a file holds what UTF-8 can
    written = bundle.format_bundle(drafts)
    assert bundle.format_bundle(bundle.parse_bundle(written, "it")) == written


TARGETS: dict[str, Callable[[str], None]] = {
    "value": value,
    "unit": unit,
    "condition": condition,
    "formula": formula,
    "day": day,
    "bound": bound,
    "file": file,
}


def feed(name: str, text: str) -> bool:
    """Gives a target a text; whether it took it. What is refused properly is fine, anything else is raised."""
    with suppress(SpecdbError):
        TARGETS[name](text)
        return True
    return False
