"""How values read: numbers in one unit and one precision, modifiers kept visible, missing things told apart.

Annotations are not postponed here, since a NamedTuple would compile each.
"""

from collections.abc import Callable, Iterable
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.quantity import SYMBOLS
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
_MOST_DECIMALS = 9
_WORDS = ("day", "week", "month", "year")


class Scale(NamedTuple):
    """The unit a row is shown in, by its `name`, and the decimals of its numbers."""

    name: str
    decimals: int


class DisplayNumbers(NamedTuple):
    """A quantity's numbers in the unit of display, and the decimals that its printed digits give it there."""

    numbers: tuple[float, ...]
    decimals: int


def display_numbers(
    specs: Iterable[Spec], target: str, unit_of: "Callable[[str], Unit]"
) -> tuple[dict[int, DisplayNumbers], Scale]:
    """The figures of quantities in the one unit named `target`, by spec id, and that unit with their one precision."""
    shown = {spec.id: convert_for_display(spec.modifier, spec.number, spec.unit, target, unit_of) for spec in specs}
    return shown, Scale(target, max((one.decimals for one in shown.values()), default=0))


def convert_for_display(
    modifier: str, number: str, written: str, target: str, unit_of: "Callable[[str], Unit]"
) -> DisplayNumbers:
    """The figure of a quantity in the unit named `target`, converted exactly from its digits and the unit as written."""
    if written == target and ".." not in number:  # the most common, and made for every cell of a large table
        return DisplayNumbers((float(number),), _decimals(number))
    numbers = number.split("..")
    if written == target:
        return DisplayNumbers(tuple(map(float, numbers)), max(map(_decimals, numbers)))
    from fractions import Fraction

    from specdb.domain.unit import convert, without_offset

    unit, wanted = unit_of(written), unit_of(target)
    if modifier == "plus_minus":
        unit, wanted = without_offset(unit), without_offset(wanted)
    converted = [float(convert(Fraction(one), unit, wanted)) for one in numbers]
    kept = max(map(_kept_decimals, numbers, converted))
    return DisplayNumbers(tuple(converted), kept)


def _decimals(number: str) -> int:
    """How many decimals a number is written with."""
    return len(number.partition(".")[2])


def _kept_decimals(number: str, converted: float) -> int:
    """The decimals at which a converted number has as many significant digits as it was written with, but at least two."""
    digits = max(2, len(number.lstrip("-0.").replace(".", "")))
    if not converted:
        return 0
    return min(_MOST_DECIMALS, max(0, digits - 1 - floor(log10(abs(converted)))))


def format_number(value: float, decimals: int) -> str:
    """A number with separators: 2,980 or 14.9."""
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # 0.0 takes the sign off a zero


def format_quantity(modifier: str, shown: DisplayNumbers, scale: Scale) -> Cell:
    """A quantity's cell: "≈ 40 g". Its value is a number where the figure is exact, else its text without the unit."""
    decimals = scale.decimals
    body = format_number(shown.numbers[0], decimals)
    for other in shown.numbers[1:]:
        body += f"–{format_number(other, decimals)}"
    text = f"{SYMBOLS[modifier]}{body}"
    value = round(shown.numbers[0], decimals) if modifier == "exact" else text
    return Cell(f"{text} {unit_word(scale.name, body)}".rstrip(), value)


def unit_word(unit: str, figure: str) -> str:
    """A unit's name as it follows a figure: words get their plural, symbols stay."""
    return f"{unit}s" if unit in _WORDS and figure.strip("+-") != "1" else unit


def format_value(spec: Spec) -> Cell:
    """The cell of anything but a quantity."""
    if spec.kind in _STATES:
        return _STATES[spec.kind]
    if spec.kind == "flag":
        return _FLAGS[spec.nominal]
    if spec.kind == "reference":
        return Cell(spec.target_name, spec.target)
    return Cell(spec.text, spec.text)


def format_spec(spec: Spec, unit_of: "Callable[[str], Unit]") -> Cell:
    """The cell of one spec by itself, a quantity in the unit that its numbers are in."""
    shown, scale = display_numbers([spec] if spec.kind == "quantity" else [], spec.value_unit, unit_of)
    return format_quantity(spec.modifier, shown[spec.id], scale) if shown else format_value(spec)


def with_qualifiers(spec: Spec, cell: Cell) -> Cell:
    """A spec's cell together with what it is bound to: "50,000 CNY (edition=standard)"."""
    return cell._replace(text=format_label(cell.text, spec.qualifiers)) if spec.qualifiers else cell


def join_cells(cells: Iterable[Cell]) -> Cell:
    """Several values that are all true, as one cell."""
    parts = list(cells)
    if len(parts) == 1:
        return parts[0]
    return Cell(", ".join(part.text for part in parts), ", ".join(str(part.value) for part in parts))


def format_label(name: str, qualifiers: str, unit: str = "") -> str:
    """An attribute's heading: `compute [PFLOPS] (precision=FP4)`; without the unit where none is given."""
    measured = f"{name} [{unit}]" if unit else name
    return f"{measured} ({qualifiers.replace(';', ', ')})" if qualifiers else measured
