"""The grammar of cells that hold figures: one, several editions, clusters, edges of a box, with words around them.

Each figure comes out as a text that core.quantity reads, with a unit; nothing is ever computed from two numbers, but where
they are one figure: 3/4", 1 h 30 min, 5 ± 0.1 mm.
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.domain.unit import Unit

MAX_LENGTH = 400
"""Characters of a cell with figures."""

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MULTIPLE = re.compile(rf"(\d{{1,4}})\s?[x×*]\s?(?=[~≈≤<≥>]?\s?{_NUMBER})", re.IGNORECASE)
_EDGES = re.compile(r"(?<=[\d\s\w\"″′'])\s*[x×*]\s*(?=[~≈±]?\s?\d)", re.IGNORECASE)
_OTHERS = re.compile(r"\s*/\s*(?=[~≈≤<≥>±$€£¥₩₹₽₺₫₦₪₱฿₴]?\s?\d)")
_PAIRS = re.compile(r"\s*[/@|]\s*(?=[~≈±]?\s?\d)")
_FRACTION = re.compile(r"(?:(\d{1,4})[ -])?(\d{1,3})/(\d{1,6}(?:\.\d{1,3})?)\s*(.*)", re.DOTALL)
_INCHES = ('"', "″", "”", "in", "in.", "inch", "inches", "''")
_RULERS = (2, 4, 8, 16, 32, 64)
_MAGNITUDE = re.compile(r"(thousand|million|billion|trillion)\b\s*", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|[*†‡]+|\s[¹²³⁴⁵⁶⁷⁸⁹]+)$")
_COMPOSED = re.compile(r"(\d{1,6})\s?([^\W\d_]+\.?|['′])\s?(?:and\s)?(\d{1,2}(?:\.\d{1,3})?)\s?([^\W\d_]+\.?|[\"″]|'')?")
_STEPS = {("day", "h"): 24, ("h", "min"): 60, ("min", "s"): 60, ("ft", "in"): 12, ("lb", "oz"): 16}
"""Units that are written after one another, and how many of the second make one of the first."""

_TOLERANCE = re.compile(rf"({_NUMBER})\s?([^\d±]*?)\s*(?:±|\+/-)\s*({_NUMBER})\s?([^\d±]*)")
_DASHED = re.compile(r"(?<![\d.,])(\d+),[-–—]+(?=\s|$)")
_VULGAR = re.compile("[¼½¾⅛⅜⅝⅞]")
_POINT = re.compile(r"(?<![\d.])\.(?=\d)")
_UNITLESS = "a number without a unit"
_AFTER = {
    **dict.fromkeys(("max", "maximum"), "at_most"),
    **dict.fromkeys(("min", "minimum"), "at_least"),
    **dict.fromkeys(("approx", "approximately", "ca", "circa"), "about"),
}
"""Words that change a figure also where they stand behind its unit."""

_COUNTED = {"k": "thousand", "K": "thousand", "M": "million"}
"""Letters after a bare count: 12.5k."""

EQUAL_DIVISOR = 20
"""What a figure is divided by to tell how far the same one in another unit may be from it, both being rounded."""


class CellFigure(NamedTuple):
    """A figure of a cell, with its unit, and of which edition or cluster it is ('' if of none)."""

    quantity: Quantity
    edition: str = ""
    cluster: str = ""


class MeasuredCell(NamedTuple):
    """What a cell's figures are to be: the attribute's unit and the unit in force for bare numbers (None: there is none)."""

    unit: Unit
    given: str | None


def parse_cell(text: str, measured: MeasuredCell, edges: Sequence[MeasuredCell] = ()) -> list[CellFigure]:
    """The figures of a cell, or the `edges` of a box ("5.75 x 4.32 mm") in their order; ValueFault says why there are none."""
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(f"a cell of {len(text):,} characters", f"a cell with figures has at most {MAX_LENGTH}")
    text = _POINT.sub("0.", _DASHED.sub(r"\1", text.strip()).replace("…", ".."))
    text = _VULGAR.sub(lambda sign: f" {normalize('NFKC', sign[0]).replace('⁄', '/')}", text).strip()
    if edges:
        return [CellFigure(part) for part in _parse_box(text, edges)]
    try:
        return [CellFigure(_parse_figure(text, measured))]
    except InvalidValueError as first:
        for reader in (_parse_fraction, _parse_composed, _parse_tolerance, _parse_clusters, _parse_editions, _parse_with_note):
            found = reader(text, measured)
            if found:
                return found
        raise _best_error(text, first, measured) from None


def _parse_figure(text: str, measured: MeasuredCell) -> Quantity:
    """A single figure, with the unit it has or the one in force; what follows a unit ("2 GB LPDDR5") is left out."""
    figure = parse_quantity(text)
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
        f"{text!r} is in {unit.name}, a unit of {unit.dimension}, and the attribute's is one of {measured.unit.dimension}",
        "map the column to another attribute, or hint the cell",
    )


def _unit_ignoring_case(written: str, measured: MeasuredCell) -> str:
    """A unit that differs from what is written in capitals only: the one in force, or the only one that fits."""
    if measured.given and written.casefold() == measured.given.casefold():
        return measured.given
    fitting = [unit.name for unit in unit_registry.units_ignoring_case(written) if is_compatible(unit, measured.unit)]
    return fitting[0] if len(fitting) == 1 else ""


def _apply_default_unit(text: str, figure: Quantity, measured: MeasuredCell) -> Quantity:
    """A bare number in the unit in force."""
    if measured.given is None:
        if measured.unit.name:
            raise InvalidValueError(
                f"{text!r} is {_UNITLESS}", f"say unit: {measured.unit.name} in the mapping, if that is meant"
            )
        return figure
    magnitude = _MAGNITUDE.match(measured.given)
    if not magnitude:
        return figure._replace(unit=measured.given)
    return parse_quantity(f"{text} {magnitude[1]}")._replace(unit=measured.given[magnitude.end() :])


def _strip_words_after_unit(text: str, figure: Quantity, measured: MeasuredCell) -> Quantity:
    """A figure whose unit is followed by words that hold no further figure and do not divide it ("per", "/")."""
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
        if re.match(r"(?:per|/|x|×|\+|-|–|to|and|or)(?![a-z])|(?:.*\s)?[-+±~≈≤≥<>$€£]?\d", tail, re.IGNORECASE | re.DOTALL):
            hint = f'say take: "{{}} {head}" in the mapping, if what follows is to be left out'
            raise InvalidValueError(f"{text!r} goes on after {head}", hint)
        modifier = _AFTER.get(tail.lower().strip("(). "), "exact") if figure.modifier == "exact" else figure.modifier
        return figure._replace(unit=head, modifier=modifier)
    if not measured.unit.name and figure.unit in _COUNTED:
        return parse_quantity(f"{text.removesuffix(figure.unit).strip()} {_COUNTED[figure.unit]}")
    if measured.given is not None and not re.search(r"\d", figure.unit) and figure.unit[:1] in "(":
        return _apply_default_unit(text[: text.index("(")], figure, measured)
    raise InvalidValueError(f"{text!r}: unknown unit {figure.unit!r}", "hint the cell, or name its unit in the mapping")


def _parse_with_note(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """A figure with a note in brackets or the sign of a footnote after it."""
    bare = _NOTE.sub("", text)
    return parse_cell(bare, measured) if bare and bare != text else []


def _parse_fraction(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """A fraction of an inch as rulers have it: 3/4", 2 1/2 in. A format such as 1/2.5" is a name, no length."""
    found = _FRACTION.fullmatch(text)
    if not found:
        return []
    unit = found[4].strip() or (measured.given or "")
    whole, above, below = found[1], int(found[2]), found[3]
    if above == 1 and not whole and measured.unit.dimension == "time" and float(below):  # 1/8000 s, of a shutter
        return [CellFigure(_parse_figure(f"{f'{1 / Decimal(below):.12f}'.rstrip('0')} {unit}".strip(), measured))]
    if unit.lower() not in _INCHES or measured.unit.dimension != "length":
        return []
    if "." in below or (above == 1 and int(below) not in _RULERS):
        raise InvalidValueError(
            f"{text!r} names an optical format, which is no length", "map the column to an attribute of kind text"
        )
    if int(below) not in _RULERS or above >= int(below) or above % 2 == 0:
        return []
    value = int(whole or 0) + Fraction(above, int(below))
    digits = f"{value.numerator * 10**6 // value.denominator:07d}"
    return [CellFigure(Quantity("exact", (f"{digits[:-6]}.{digits[-6:].rstrip('0')}",), "in"))]


def _parse_composed(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """A figure in two steps of one measure, in the smaller one: 1 h 30 min is 90 min, 5 ft 11 in is 71 in."""
    found = _COMPOSED.fullmatch(text)
    if not found:
        return []
    try:
        large, small = (unit_registry.find_unit((found[at] or "min").rstrip(".")).name for at in (2, 4))
    except InvalidValueError:
        return []
    step = _STEPS.get((large, small), 0)
    if step <= float(found[3]) or not is_compatible(unit_registry.find_unit(small), measured.unit):
        return []
    return [CellFigure(Quantity("exact", (f"{int(found[1]) * step + Decimal(found[3]):f}",), small))]


def _parse_tolerance(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """A figure with its tolerance, as what it ranges over: 5 ± 0.1 mm, 230 V ± 10 %."""
    found = _TOLERANCE.fullmatch(text)
    if not found:
        return []
    middle, off = (Decimal(found[at].replace(",", "").replace("−", "-")) for at in (1, 3))
    unit, other = found[2].strip(), found[4].strip()
    if other == "%" and measured.unit.name != "%":
        off = abs(middle) * off / 100
    elif unit and other and unit != other:
        return []
    else:
        unit = unit or other
    return [CellFigure(_parse_figure(f"{middle - off:f}..{middle + off:f} {unit}".strip(), measured))]


def _parse_clusters(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Multiples of figures, alone or added up: "4 x 2.2 GHz + 4 x 1.8 GHz"; each figure is of the cluster it stands in."""
    if measured.unit.dimension in ("length", "pixels"):  # 5 x 4 mm is a box
        return []
    found = []
    for part in re.split(r"\s*\+\s*(?=\d)", text):
        multiple = _MULTIPLE.match(part)
        if not multiple:
            return []
        try:
            found.append(CellFigure(_parse_figure(part[multiple.end() :], measured), cluster=" ".join(part.split())))
        except InvalidValueError:
            return []
    return found if len({one.cluster for one in found}) == len(found) else []


def _parse_editions(text: str, measured: MeasuredCell) -> list[CellFigure]:
    """Figures beside a stroke: "8/12 GB", "15/25W"; each is of the edition that is called by it.

    All the same ("1560/1560 mm"), or the same in several units ("12 kg / 26 lb"), they are one figure.
    """
    parts = _OTHERS.split(text)
    if not 2 <= len(parts) <= 8:
        return []
    try:
        last = parse_quantity(parts[-1])
        written = [parse_quantity(part) for part in parts]
        found = [_parse_figure(str(own._replace(unit=own.unit or last.unit)), measured) for own in written]
    except InvalidValueError:
        return []
    if _is_pair_of_units(measured.given) and not any(own.unit for own in written):
        first, second = (measured.given or "").split("/")
        hint = (
            f'say parts: [KEY, KEY], or take: "{{}}/" with unit: {first} and take: "/{{}}" with unit: {second}, in the mapping'
        )
        raise InvalidValueError(f"{text!r} holds two figures, one in {first} and one in {second}, it seems", hint)
    if len(found) == 2 and found[1].numbers[0] in ("5", "10", "100") and not measured.unit.name:
        raise InvalidValueError(f"{text!r} may be a rating, or two figures", 'say take: "{}/" in the mapping for the first')
    if len(set(found)) == 1 or _are_equal(found, measured):
        return [CellFigure(found[0])]
    labels = [f"{'..'.join(figure.numbers)} {unit_registry.find_unit(figure.unit).name}".rstrip() for figure in found]
    return list(map(CellFigure, found, labels)) if len(set(labels)) == len(found) else []


def _is_pair_of_units(unit: str | None) -> bool:
    """Whether a unit such as V/A, put together of two, may be two units of two figures; km/h is one."""
    return bool(unit) and str(unit).count("/") == 1 and not unit_registry.is_listed_unit(str(unit))


def _are_equal(found: Sequence[Quantity], measured: MeasuredCell) -> bool:
    """Whether figures are one, in several units of what is measured; never sums of money."""
    given = [unit_registry.find_unit(figure.unit) for figure in found]
    if len({unit.name for unit in given}) < len(given) or currency_of(measured.unit):
        return False
    if any(len(figure.numbers) > 1 or unit.offset for figure, unit in zip(found, given, strict=True)):
        return False
    values = [Fraction(figure.numbers[0]) * unit.factor for figure, unit in zip(found, given, strict=True)]
    return EQUAL_DIVISOR * (max(values) - min(values)) <= max(map(abs, values))


def _parse_box(text: str, edges: Sequence[MeasuredCell]) -> list[Quantity]:
    """The edges of a box, or the figures of a pair ("12V/50A"), each with the unit that it has or the last one has."""
    bare = re.sub(r"\s*\([^()]*\)$", "", text)
    about = "~" if re.match(r"[~≈]", bare) else ""
    bare = bare.lstrip("~≈ ")
    parts = next((parts for sign in (_EDGES, _PAIRS) if len(parts := sign.split(bare)) == len(edges)), [])
    if not parts:
        count = max(len(sign.split(bare)) for sign in (_EDGES, _PAIRS))
        problem = f"{text!r} has {count} figures, and {len(edges)} are asked for"
        raise InvalidValueError(problem, "hint the cell, or parts: in the mapping")
    last = parse_quantity(parts[-1])
    found = []
    for part, measured in zip(parts, edges, strict=True):
        own = parse_quantity(re.sub(r"\s*[A-Z]$", "", part) if not last.unit else part)
        found.append(_parse_figure(about + str(own._replace(unit=own.unit or last.unit)), measured))
    return found


def _best_error(text: str, first: InvalidValueError, measured: MeasuredCell) -> InvalidValueError:
    """The most telling reason for a cell that no reader took."""
    edges = _EDGES.split(text)
    if 1 < len(edges) <= 4:
        keys = ", ".join("KEY" for _ in edges)
        return InvalidValueError(
            f"{text!r} has {len(edges)} figures", f"say parts: [{keys}] in the mapping to give each an attribute"
        )
    if re.search(r"\d,\d", text) and not re.search(r"\d,\d{3}(?!\d)", text):
        return InvalidValueError(f"{text!r} has a decimal comma", "say locale: de (1.339,69) or fr (1 339,69) in the mapping")
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[,.]\d+)?\D*", text):
        return InvalidValueError(
            f"{text!r} has spaces in its number", "say locale: fr in the mapping if they are between thousands"
        )
    if not re.search(r"\d", text):
        return InvalidValueError(f"{text!r} holds no number", "name it in missing: if it says that there is none")
    inside = re.match(rf"[^\d/]*[^\W\d][^\d/]*?\s{_NUMBER}\s?([^\W\d_]+|[%°])(?![^\s.,;)])", text)
    if inside and any(is_compatible(unit, measured.unit) for unit in unit_registry.units_ignoring_case(inside[1])):
        hint = f'say take: "{{n}} {inside[1]}" in the mapping, if what stands before it changes nothing'
        return InvalidValueError(f"{text!r} has words before its figure", hint)
    return first


def check_text(text: str) -> None:
    """Raises ValueFault for a text that no cell may hold: too long, or with bytes that are no text."""
    if "\0" in text:
        raise InvalidValueError("a NUL character", "take it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(
            "bytes that are not UTF-8", "save the file as UTF-8, or name its encoding: in the mapping"
        ) from None
