"""Parse table cells that contain figures: a single figure, several editions, clusters, box dimensions, with words around.

Two numbers are combined only where they are one figure: 3/4", 1 h 30 min, 5 ± 0.1 mm.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from specdb.domain.quantity import Quantity
from specdb.domain.unit import currency_of, is_compatible
from specdb.errors import InvalidValueError
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity
from specdb.figures.vocabulary import COUNT_MAGNITUDES, CURRENCY_SIGNS, MAGNITUDES, MODIFIER_AFTER_UNIT, MODIFIER_SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.domain.unit import Unit

MAX_LENGTH = 400
"""Maximum number of characters of a cell with figures."""

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MULTIPLE = re.compile(rf"(\d{{1,4}})\s?[x×*]\s?(?=[~≈≤<≥>]?\s?{_NUMBER})", re.IGNORECASE)  # ± would be a tolerance
_EDGES = re.compile(r"(?<=[\d\s\w\"″′'])\s*[x×*]\s*(?=[~≈±]?\s?\d)", re.IGNORECASE)
_SIGNS = f"{MODIFIER_SIGNS}{CURRENCY_SIGNS}"
_EDITIONS = re.compile(rf"\s*/\s*(?=[{_SIGNS}]?\s?\d)")
_PAIRS = re.compile(r"\s*[/@|]\s*(?=[~≈±]?\s?\d)")
_FRACTION = re.compile(r"(?:(\d{1,4})[ -])?(\d{1,3})/(\d{1,6}(?:\.\d{1,3})?)\s*(.*)", re.DOTALL)
_INCHES = ('"', "″", "”", "in", "in.", "inch", "inches", "''")
_RULER_DENOMINATORS = (2, 4, 8, 16, 32, 64)
MAGNITUDE_WORD = re.compile(rf"({'|'.join(MAGNITUDES)})\b\s*", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|[*†‡]+|\s[¹²³⁴⁵⁶⁷⁸⁹]+)$")
_COMPOSED = re.compile(r"(\d{1,6})\s?([^\W\d_]+\.?|['′])\s?(?:and\s)?(\d{1,2}(?:\.\d{1,3})?)\s?([^\W\d_]+\.?|[\"″]|'')?")
_STEPS = {("day", "h"): 24, ("h", "min"): 60, ("min", "s"): 60, ("ft", "in"): 12, ("lb", "oz"): 16}
"""Units that are written together, as in 5 ft 11 in, with the number of small units in a large unit."""

_TOLERANCE = re.compile(rf"({_NUMBER})\s?([^\d±]*?)\s*(?:±|\+/-)\s*({_NUMBER})\s?([^\d±]*)")
_DASHED = re.compile(r"(?<![\d.,])(\d+),[-–—]+(?=\s|$)")
_VULGAR = re.compile("[¼½¾⅛⅜⅝⅞]")
_POINT = re.compile(r"(?<![\d.])\.(?=\d)")

_CONTINUATION = re.compile(rf"(?:per|/|x|×|\+|-|–|to|and|or)(?![a-z])|(?:.*\s)?[-+{_SIGNS}]?\d", re.IGNORECASE | re.DOTALL)
"""Text after a unit that belongs to the figure or starts another one."""

EQUAL_DIVISOR = 20
"""The divisor of a figure that gives how much it may differ from itself in another unit, as both are rounded."""


class CellFigure(NamedTuple):
    """A figure of a cell with its unit, and the edition or cluster that it belongs to ('' for none)."""

    quantity: Quantity
    edition: str = ""
    cluster: str = ""


class MeasuredCell(NamedTuple):
    """The units of a cell: the attribute's `unit`, and the `default_unit` of bare numbers (None for none)."""

    unit: Unit
    default_unit: str | None


def parse_cell(text: str, measured: MeasuredCell, edges: Sequence[MeasuredCell] = ()) -> list[CellFigure]:
    """Parse the figures of a cell.

    Args:
        text: The text of the cell.
        measured: The units of the cell's attribute.
        edges: For a cell with one figure for each of several attributes ("5.75 x 4.32 mm"): their units in order.

    Raises:
        InvalidValueError: The cell has no figure, or its figures cannot be read without guessing.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(f"cell of {len(text):,} characters", f"a cell with figures has at most {MAX_LENGTH} characters")
    text = _POINT.sub("0.", _DASHED.sub(r"\1", text.strip()).replace("…", ".."))
    text = _VULGAR.sub(lambda sign: f" {normalize('NFKC', sign[0]).replace('⁄', '/')}", text).strip()
    if edges:
        return [CellFigure(quantity) for quantity in _parse_box(text, edges)]
    try:
        return [CellFigure(_parse_figure(text, measured))]
    except InvalidValueError as first:
        for reader in (_parse_fraction, _parse_composed, _parse_tolerance, _parse_clusters, _parse_editions, _parse_with_note):
            figures = reader(text, measured)
            if figures:
                return figures
        raise _best_error(text, first, measured) from None


def _parse_figure(text: str, measured: MeasuredCell) -> Quantity:
    """Parse a single figure with its own unit or the default; ignore words after the unit ("2 GB LPDDR5")."""
    figure = parse_quantity(text, decimal_dot=True)
    if not figure.unit:
        return _apply_default_unit(text, figure, measured)
    try:
        unit = unit_registry.find_unit(figure.unit)
    except InvalidValueError:
        return _strip_words_after_unit(text, figure, measured)
    if is_compatible(unit, measured.unit):
        return figure
    other = _unit_ignoring_case(figure.unit, measured)
    if other:
        return figure._replace(unit=other)
    raise InvalidValueError(
        f"{text!r} is in {unit.name} ({unit.dimension}), but the attribute is measured in "
        f"{measured.unit.name or 'a bare count'} ({measured.unit.dimension})",
        "map the column to another attribute, or correct the cell",
    )


def _unit_ignoring_case(written: str, measured: MeasuredCell) -> str:
    """Return the unit that matches if case is ignored: the default, else the only match of the right dimension, else ''."""
    if measured.default_unit and written.casefold() == measured.default_unit.casefold():
        return measured.default_unit
    fitting = [unit.name for unit in unit_registry.units_ignoring_case(written) if is_compatible(unit, measured.unit)]
    return fitting[0] if len(fitting) == 1 else ""


def _apply_default_unit(text: str, figure: Quantity, measured: MeasuredCell) -> Quantity:
    """Give a bare number the default unit."""
    if measured.default_unit is None:
        if measured.unit.name:
            raise InvalidValueError(
                f"{text!r} has no unit", f"add unit: {measured.unit.name} to the column in the mapping if that is the unit"
            )
        return figure
    magnitude = MAGNITUDE_WORD.match(measured.default_unit)
    if not magnitude:
        return figure._replace(unit=measured.default_unit)
    return parse_quantity(f"{text} {magnitude[1]}", decimal_dot=True)._replace(unit=measured.default_unit[magnitude.end() :])


def _strip_words_after_unit(text: str, figure: Quantity, measured: MeasuredCell) -> Quantity:
    """Ignore words after the unit if they contain no other figure and do not divide the unit ("per", "/")."""
    other = _unit_ignoring_case(figure.unit, measured)
    if other:
        return figure._replace(unit=other)
    words = figure.unit.split(" ")
    for size in range(min(len(words), 4), 0, -1):
        head, tail = " ".join(words[:size]).rstrip(",;:."), " ".join(words[size:])
        head = _unit_ignoring_case(head, measured) or head
        try:
            unit = unit_registry.find_unit(head)
        except InvalidValueError:
            continue
        if not is_compatible(unit, measured.unit):
            break
        if _CONTINUATION.match(tail):
            hint = f'add take: "{{}} {head}" to the column in the mapping to ignore the rest'
            raise InvalidValueError(f"{text!r} continues after {head}", hint)
        modifier = (
            MODIFIER_AFTER_UNIT.get(tail.lower().strip("(). "), "exact") if figure.modifier == "exact" else figure.modifier
        )
        return figure._replace(unit=head, modifier=modifier)
    if not measured.unit.name and figure.unit in COUNT_MAGNITUDES:
        return parse_quantity(f"{text.removesuffix(figure.unit).strip()} {COUNT_MAGNITUDES[figure.unit]}", decimal_dot=True)
    if measured.default_unit is not None and not re.search(r"\d", figure.unit) and figure.unit[:1] in "(":
        return _apply_default_unit(text[: text.index("(")], figure, measured)
    raise InvalidValueError(
        f"{text!r}: unknown unit {figure.unit!r}", "correct the cell, or add unit: to the column in the mapping"
    )


def _parse_with_note(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse a figure that a note in brackets or a footnote mark follows."""
    bare = _NOTE.sub("", text)
    return parse_cell(bare, measured) if bare and bare != text else []


def _parse_fraction(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse a fraction of an inch: 3/4", 2 1/2 in. An optical format such as 1/2.5" is a name, not a length."""
    match = _FRACTION.fullmatch(text)
    if not match:
        return []
    unit = match[4].strip() or (measured.default_unit or "")
    whole, above, below = match[1], int(match[2]), match[3]
    if above == 1 and not whole and measured.unit.dimension == "time" and float(below):  # 1/8000 s, a shutter speed
        return [CellFigure(_parse_figure(f"{f'{1 / Decimal(below):.12f}'.rstrip('0')} {unit}".strip(), measured))]
    if unit.lower() not in _INCHES or measured.unit.dimension != "length":
        return []
    if "." in below or (above == 1 and int(below) not in _RULER_DENOMINATORS):
        raise InvalidValueError(f"{text!r} is an optical format, not a length", "map the column to an attribute of kind text")
    if int(below) not in _RULER_DENOMINATORS or above >= int(below) or above % 2 == 0:
        return []
    value = int(whole or 0) + Fraction(above, int(below))
    digits = f"{value.numerator * 10**6 // value.denominator:07d}"
    return [CellFigure(Quantity("exact", (f"{digits[:-6]}.{digits[-6:].rstrip('0')}",), "in"))]


def _parse_composed(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse a figure in two units of one dimension: 1 h 30 min is 90 min, 5 ft 11 in is 71 in."""
    match = _COMPOSED.fullmatch(text)
    if not match:
        return []
    try:
        large, small = (unit_registry.find_unit((match[at] or "min").rstrip(".")).name for at in (2, 4))
    except InvalidValueError:
        return []
    step = _STEPS.get((large, small), 0)
    if step <= float(match[3]) or not is_compatible(unit_registry.find_unit(small), measured.unit):
        return []
    return [CellFigure(Quantity("exact", (f"{int(match[1]) * step + Decimal(match[3]):f}",), small))]


def _parse_tolerance(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse a figure with a tolerance as a range: 5 ± 0.1 mm, 230 V ± 10 %."""
    match = _TOLERANCE.fullmatch(text)
    if not match:
        return []
    middle, off = (Decimal(match[at].replace(",", "").replace("−", "-")) for at in (1, 3))
    unit, other = match[2].strip(), match[4].strip()
    if other == "%" and measured.unit.name != "%":
        off = abs(middle) * off / 100
    elif unit and other and unit != other:
        return []
    else:
        unit = unit or other
    return [CellFigure(_parse_figure(f"{middle - off:f}..{middle + off:f} {unit}".strip(), measured))]


def _parse_clusters(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse multiples of figures: "4 x 2.2 GHz + 4 x 1.8 GHz"; each figure belongs to its own cluster."""
    if measured.unit.dimension in ("length", "pixels"):  # 5 x 4 mm is a box
        return []
    figures = []
    for part in re.split(r"\s*\+\s*(?=\d)", text):
        multiple = _MULTIPLE.match(part)
        if not multiple:
            return []
        try:
            figures.append(CellFigure(_parse_figure(part[multiple.end() :], measured), cluster=" ".join(part.split())))
        except InvalidValueError:
            return []
    return figures if len({figure.cluster for figure in figures}) == len(figures) else []


def _parse_editions(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Parse figures separated by slashes: "8/12 GB", "15/25W"; each figure names its edition.

    Equal figures ("1560/1560 mm"), also in several units ("12 kg / 26 lb"), are one figure.
    """
    parts = _EDITIONS.split(text)
    if not 2 <= len(parts) <= 8:
        return []
    try:
        last = parse_quantity(parts[-1], decimal_dot=True)
        written = [parse_quantity(part, decimal_dot=True) for part in parts]
        figures = [_parse_figure(str(quantity._replace(unit=quantity.unit or last.unit)), measured) for quantity in written]
    except InvalidValueError:
        return []
    if _is_pair_of_units(measured.default_unit) and not any(quantity.unit for quantity in written):
        first, second = (measured.default_unit or "").split("/")
        hint = (
            f'add parts: [KEY, KEY] to the column in the mapping, or take: "{{}}/" with unit: {first} '
            f'and take: "/{{}}" with unit: {second}'
        )
        raise InvalidValueError(f"{text!r} may be two figures, in {first} and in {second}", hint)
    if len(figures) == 2 and figures[1].numbers[0] in ("5", "10", "100") and not measured.unit.name:
        raise InvalidValueError(
            f"{text!r} may be a rating or two figures", 'add take: "{}/" to the column in the mapping for the first figure'
        )
    if len(set(figures)) == 1 or _are_equal(figures, measured):
        return [CellFigure(figures[0])]
    labels = [f"{'..'.join(figure.numbers)} {unit_registry.find_unit(figure.unit).name}".rstrip() for figure in figures]
    return list(map(CellFigure, figures, labels)) if len(set(labels)) == len(figures) else []


def _is_pair_of_units(unit: str | None) -> bool:
    """Return whether a compound unit such as V/A may be the units of two figures; km/h is listed as one unit."""
    return bool(unit) and str(unit).count("/") == 1 and not unit_registry.is_listed_unit(str(unit))


def _are_equal(figures: Sequence[Quantity], measured: MeasuredCell) -> bool:
    """Return whether the figures are the same figure in different units; amounts of money never are."""
    units = [unit_registry.find_unit(figure.unit) for figure in figures]
    if len({unit.name for unit in units}) < len(units) or currency_of(measured.unit):
        return False
    if any(len(figure.numbers) > 1 or unit.offset for figure, unit in zip(figures, units, strict=True)):
        return False
    values = [Fraction(figure.numbers[0]) * unit.factor for figure, unit in zip(figures, units, strict=True)]
    return EQUAL_DIVISOR * (max(values) - min(values)) <= max(map(abs, values))


def _parse_box(text: str, edges: Sequence[MeasuredCell]) -> list[Quantity]:
    """Parse the edges of a box or a pair ("12V/50A"); each figure has its own unit or that of the last figure."""
    bare = re.sub(r"\s*\([^()]*\)$", "", text)
    about = "~" if re.match(r"[~≈]", bare) else ""
    bare = bare.lstrip("~≈ ")
    parts = next((parts for sign in (_EDGES, _PAIRS) if len(parts := sign.split(bare)) == len(edges)), [])
    if not parts:
        count = max(len(sign.split(bare)) for sign in (_EDGES, _PAIRS))
        problem = f"{text!r} has {count} figures, but the mapping has {len(edges)} parts"
        raise InvalidValueError(problem, "correct the cell, or parts: in the mapping")
    last = parse_quantity(parts[-1], decimal_dot=True)
    edge_quantities = []
    for part, measured in zip(parts, edges, strict=True):
        edge = parse_quantity(re.sub(r"\s*[A-Z]$", "", part) if not last.unit else part, decimal_dot=True)
        edge_quantities.append(_parse_figure(about + str(edge._replace(unit=edge.unit or last.unit)), measured))
    return edge_quantities


def _best_error(text: str, first: InvalidValueError, measured: MeasuredCell) -> InvalidValueError:
    """Return the most helpful error for a cell that no parser accepts."""
    edges = _EDGES.split(text)
    if 1 < len(edges) <= 4:
        keys = ", ".join("KEY" for _ in edges)
        return InvalidValueError(
            f"{text!r} has {len(edges)} figures", f"add parts: [{keys}] to the column in the mapping, one attribute for each"
        )
    if re.search(r"\d,\d", text) and not re.search(r"\d,\d{3}(?!\d)", text):
        return InvalidValueError(
            f"{text!r} has a decimal comma", "add locale: de (1.339,69) or locale: fr (1 339,69) to the mapping"
        )
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[,.]\d+)?\D*", text):
        return InvalidValueError(
            f"{text!r} has spaces in its number", "add locale: fr to the mapping if they separate thousands"
        )
    if not re.search(r"\d", text):
        return InvalidValueError(f"{text!r} has no number", "add it to missing: in the mapping if it means that there is none")
    inside = re.match(rf"[^\d/]*[^\W\d][^\d/]*?\s{_NUMBER}\s?([^\W\d_]+|[%°])(?![^\s.,;)])", text)
    if inside and any(is_compatible(unit, measured.unit) for unit in unit_registry.units_ignoring_case(inside[1])):
        hint = f'add take: "{{n}} {inside[1]}" to the column in the mapping if the words before it do not matter'
        return InvalidValueError(f"{text!r} has words before its figure", hint)
    return first


def check_text(text: str) -> None:
    """Reject a text with a NUL character or with bytes that are not in the file's encoding.

    Raises:
        InvalidValueError: The text has such a character.
    """
    if "\0" in text:
        raise InvalidValueError("the text has a NUL character", "remove it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(
            "the text is not valid UTF-8", "save the file as UTF-8, or add encoding: to the mapping"
        ) from None
