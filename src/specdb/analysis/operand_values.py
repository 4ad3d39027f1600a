"""Return the value of an operand or constant of an expression, as an interval and as text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from specdb.domain import interval_arithmetic
from specdb.domain.interval_arithmetic import Endpoint, IntervalMeasure
from specdb.domain.quantity import Quantity
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.domain.expression import Constant
    from specdb.domain.spec import Attribute, Spec
    from specdb.domain.unit import Unit

_BOUNDS = ("at_most", "less_than", "at_least", "more_than")


def interval_measure(attribute: Attribute, spec: Spec, unit: Callable[[str], Unit], *, rounded: bool = True) -> IntervalMeasure:
    """Return the interval of a quantity or a date; see `interval_arithmetic.from_quantity`."""
    if spec.kind == "date":
        day = unit("day")
        first, middle, last = (Fraction(number) * day.factor for number in (spec.lo, spec.nominal, spec.hi))
        return IntervalMeasure(Endpoint(first), middle, Endpoint(last), interval_arithmetic.powers_of(day))
    figure = Quantity(spec.modifier, tuple(spec.number.split("..")), spec.unit)
    return interval_arithmetic.from_quantity(figure, unit(spec.unit), rounded=rounded, signed=attribute.signed)


def constant(figure: Constant, unit: Callable[[str], Unit]) -> IntervalMeasure:
    """Return the interval of a number written in an expression, which is exact."""
    written = figure.quantity
    return interval_arithmetic.from_quantity(written, unit(written.unit), rounded=False)


def format_operand(spec: Spec, unit: Callable[[str], Unit]) -> str:
    """Format a spec's figure; in brackets if it begins with a sign that could be read as a relation."""
    if spec.kind == "date":
        return spec.text
    figures, scale = formatting.display_numbers([spec], spec.unit, unit)
    text = formatting.format_quantity(spec.modifier, figures[spec.id], scale).text
    return f"({text})" if spec.modifier in _BOUNDS else text
