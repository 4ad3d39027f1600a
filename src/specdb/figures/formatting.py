"""Format values as cells: one unit and precision per row, visible modifiers, distinct kinds of missing values.

Annotations are not postponed here: a NamedTuple would compile each of them.
"""

from collections.abc import Callable, Iterable
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.domain.spec import Spec
from specdb.domain.table import Cell

if TYPE_CHECKING:
    from specdb.domain.unit import Unit

NOT_STATED = Cell("—", None, "not-stated")
_STATES = {
    "unknown": Cell("unknown", "unknown", "unknown"),
    "not_applicable": Cell("n/a", "not applicable", "not-applicable"),
}
_FLAGS = {1.0: Cell("yes", True, "yes"), 0.0: Cell("no", False, "no")}
_MAX_DECIMALS = 9
_UNIT_WORDS = ("day", "week", "month", "year")


class Scale(NamedTuple):
    """The unit that a row is shown in, and the number of decimals."""

    name: str
    decimals: int


class DisplayNumbers(NamedTuple):
    """The numbers of a quantity in its display unit, and the number of decimals that its printed digits justify there."""

    numbers: tuple[float, ...]
    decimals: int


def display_numbers(
    specs: Iterable[Spec], target: str, unit_of: "Callable[[str], Unit]"
) -> tuple[dict[int, DisplayNumbers], Scale]:
    """Convert quantities to one unit and precision.

    Args:
        specs: Specs of kind quantity.
        target: Name of the display unit.
        unit_of: Returns the unit of a name.

    Returns:
        The numbers by spec id, and the unit with the precision of the most precise figure.
    """
    shown = {spec.id: convert_for_display(spec.modifier, spec.number, spec.unit, target, unit_of) for spec in specs}
    return shown, Scale(target, max((numbers.decimals for numbers in shown.values()), default=0))


def convert_for_display(
    modifier: str, number: str, written: str, target: str, unit_of: "Callable[[str], Unit]"
) -> DisplayNumbers:
    """Convert a figure to the unit named `target`, exactly from its digits and its unit as written."""
    if written == target and ".." not in number:  # the most common case, for each cell of a large table
        return DisplayNumbers((float(number),), _decimals(number))
    numbers = number.split("..")
    if written == target:
        return DisplayNumbers(tuple(map(float, numbers)), max(map(_decimals, numbers)))
    from fractions import Fraction

    from specdb.domain.unit import convert, without_offset

    unit, wanted = unit_of(written), unit_of(target)
    if modifier == "plus_minus":
        unit, wanted = without_offset(unit), without_offset(wanted)
    converted = [float(convert(Fraction(digits), unit, wanted)) for digits in numbers]
    kept = max(map(_kept_decimals, numbers, converted))
    return DisplayNumbers(tuple(converted), kept)


def _decimals(number: str) -> int:
    """Return how many decimals a number is written with."""
    return len(number.partition(".")[2])


def _kept_decimals(number: str, converted: float) -> int:
    """Return the decimals that keep the significant digits of the written number, at least two."""
    digits = max(2, len(number.lstrip("-0.").replace(".", "")))
    if not converted:
        return 0
    return min(_MAX_DECIMALS, max(0, digits - 1 - floor(log10(abs(converted)))))


def format_number(value: float, decimals: int) -> str:
    """Format a number with thousands separators: "2,980", "14.9"."""
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # adding 0.0 removes the sign of a zero


def format_quantity(modifier: str, shown: DisplayNumbers, scale: Scale) -> Cell:
    """Return the cell of a quantity: "≈ 40 g". Its value is a number if the figure is exact, else the text without unit."""
    decimals = scale.decimals
    body = format_number(shown.numbers[0], decimals)
    for other in shown.numbers[1:]:
        body += f"–{format_number(other, decimals)}"
    text = f"{MODIFIER_SYMBOLS[modifier]}{body}"
    value = round(shown.numbers[0], decimals) if modifier == "exact" else text
    return Cell(f"{text} {pluralize_unit(scale.name, body)}".rstrip(), value)


def pluralize_unit(unit: str, figure: str) -> str:
    """Return a unit's name as it follows a figure: words in the plural, symbols unchanged."""
    return f"{unit}s" if unit in _UNIT_WORDS and figure.strip("+-") != "1" else unit


def format_value(spec: Spec) -> Cell:
    """Return the cell of a spec that is not a quantity."""
    if spec.kind in _STATES:
        return _STATES[spec.kind]
    if spec.kind == "flag":
        return _FLAGS[spec.nominal]
    if spec.kind == "reference":
        return Cell(spec.target_name, spec.target)
    return Cell(spec.text, spec.text)


def format_spec(spec: Spec, unit_of: "Callable[[str], Unit]") -> Cell:
    """Return the cell of a single spec, a quantity in its `value_unit`."""
    shown, scale = display_numbers([spec] if spec.kind == "quantity" else [], spec.value_unit, unit_of)
    return format_quantity(spec.modifier, shown[spec.id], scale) if shown else format_value(spec)


def with_qualifiers(spec: Spec, cell: Cell) -> Cell:
    """Add the qualifiers of a spec to its cell: "50,000 CNY (edition=standard)"."""
    return cell._replace(text=format_label(cell.text, spec.qualifiers)) if spec.qualifiers else cell


def join_cells(cells: Iterable[Cell]) -> Cell:
    """Join the cells of several values that are all shown, separated by commas."""
    parts = list(cells)
    if len(parts) == 1:
        return parts[0]
    return Cell(", ".join(part.text for part in parts), ", ".join(str(part.value) for part in parts))


def format_label(name: str, qualifiers: str, unit: str = "") -> str:
    """Return the heading of an attribute: `compute [PFLOPS] (precision=FP4)`; `unit` '' for none."""
    with_unit = f"{name} [{unit}]" if unit else name
    return f"{with_unit} ({qualifiers.replace(';', ', ')})" if qualifiers else with_unit
