"""The grammar of cells that hold figures: one, several editions, clusters, edges of a box, with words around them.

Each figure comes out as a text that core.quantity reads, with a unit; nothing is ever computed from two numbers, but for
fractions of an inch such as 3/4".
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from specdb.core import quantity, units
from specdb.core.quantity import Quantity
from specdb.errors import ValueFault

if TYPE_CHECKING:
    from specdb.core.unit import Unit

LONGEST = 400
"""Characters of a cell with figures."""

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MULTIPLE = re.compile(rf"(\d{{1,4}})\s?[x×*]\s?(?=[~≈≤<≥>]?\s?{_NUMBER})", re.IGNORECASE)
_EDGES = re.compile(r"(?<=[\d\s\w\"″′'])\s*[x×*]\s*(?=[~≈±]?\s?\d)", re.IGNORECASE)
_OTHERS = re.compile(r"\s*/\s*(?=[~≈≤<≥>±$€£¥]?\s?\d)")
_FRACTION = re.compile(r"(?:(\d{1,4})[ -])?(\d{1,3})/(\d{1,3}(?:\.\d{1,3})?)\s*(.*)", re.DOTALL)
_INCHES = ('"', "″", "”", "in", "in.", "inch", "inches", "''")
_RULERS = (2, 4, 8, 16, 32, 64)
_MAGNITUDE = re.compile(r"(thousand|million|billion|trillion)\b\s*", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|[*†‡]+|\s[¹²³⁴⁵⁶⁷⁸⁹]+)$")
_POINT = re.compile(r"(?<![\d.])\.(?=\d)")
_UNITLESS = "a number without a unit"


class Figure(NamedTuple):
    """A figure of a cell, with its unit, and of which edition or cluster it is ('' if of none)."""

    quantity: Quantity
    edition: str = ""
    cluster: str = ""


class Measured(NamedTuple):
    """What a cell's figures are to be: the attribute's unit and the unit in force for bare numbers (None: there is none)."""

    unit: Unit
    given: str | None


def read(text: str, measured: Measured, edges: int = 1) -> list[Figure]:
    """The figures of a cell, or the `edges` of a box ("5.75 x 4.32 mm") in their order; ValueFault says why there are none."""
    if len(text) > LONGEST:
        raise ValueFault(f"a cell of {len(text):,} characters", f"a cell with figures has at most {LONGEST}")
    text = _POINT.sub("0.", text.strip())
    if edges > 1:
        return [Figure(part) for part in _box(text, edges, measured)]
    try:
        return [Figure(_one(text, measured))]
    except ValueFault as first:
        for reader in (_fraction, _clusters, _editions, _noted):
            found = reader(text, measured)
            if found:
                return found
        raise _reason(text, first) from None


def _one(text: str, measured: Measured) -> Quantity:
    """A single figure, with the unit it has or the one in force; what follows a unit ("2 GB LPDDR5") is left out."""
    figure = quantity.parse(text)
    if not figure.unit:
        return _with_unit(text, figure, measured)
    try:
        unit = units.resolve(figure.unit)
    except ValueFault:
        return _without_tail(text, figure, measured)
    if _fits(unit, measured):
        return figure
    other = _same_letters(figure.unit, measured)
    if other:
        return figure._replace(unit=other)
    raise ValueFault(
        f"{text!r} is in {unit.name}, a unit of {unit.dimension}, and the attribute's is one of {measured.unit.dimension}",
        "map the column to another attribute, or mend the cell",
    )


def _fits(unit: Unit, measured: Measured) -> bool:
    dimension = measured.unit.dimension
    return unit.dimension == dimension or (unit.dimension.startswith("currency ") and dimension.startswith("currency "))


def _same_letters(written: str, measured: Measured) -> str:
    """A unit that differs from what is written in capitals only: the one in force, or the only one that fits."""
    if measured.given and written.casefold() == measured.given.casefold():
        return measured.given
    fitting = [unit.name for unit in units.alike(written) if _fits(unit, measured)]
    return fitting[0] if len(fitting) == 1 else ""


def _with_unit(text: str, figure: Quantity, measured: Measured) -> Quantity:
    """A bare number in the unit in force."""
    if measured.given is None:
        if measured.unit.name:
            raise ValueFault(f"{text!r} is {_UNITLESS}", f"say unit: {measured.unit.name} in the mapping, if that is meant")
        return figure
    magnitude = _MAGNITUDE.match(measured.given)
    if not magnitude:
        return figure._replace(unit=measured.given)
    return quantity.parse(f"{text} {magnitude[1]}")._replace(unit=measured.given[magnitude.end() :])


def _without_tail(text: str, figure: Quantity, measured: Measured) -> Quantity:
    """A figure whose unit is followed by words that hold no further figure and do not divide it ("per", "/")."""
    other = _same_letters(figure.unit, measured)
    if other:
        return figure._replace(unit=other)
    words = figure.unit.split(" ")
    for size in range(min(len(words) - 1, 4), 0, -1):
        head, tail = " ".join(words[:size]).rstrip(",;:"), " ".join(words[size:])
        head = _same_letters(head, measured) or head
        try:
            unit = units.resolve(head)
        except ValueFault:
            continue
        if not _fits(unit, measured):
            break
        if re.match(r"(?:per|/|x|×|\+|-|–|to|and|or)(?![a-z])|(?:.*\s)?[-+~≈≤≥<>$€£]?\d", tail, re.IGNORECASE | re.DOTALL):
            break
        return figure._replace(unit=head)
    if measured.given is not None and not re.search(r"\d", figure.unit) and figure.unit[:1] in "(":
        return _with_unit(text[: text.index("(")], figure, measured)
    raise ValueFault(f"{text!r}: {figure.unit!r} is no known unit", "mend the cell, or name its unit in the mapping")


def _noted(text: str, measured: Measured) -> list[Figure]:
    """A figure with a note in brackets or the sign of a footnote after it."""
    bare = _NOTE.sub("", text)
    return read(bare, measured) if bare and bare != text else []


def _fraction(text: str, measured: Measured) -> list[Figure]:
    """A fraction of an inch as rulers have it: 3/4", 2 1/2 in. A format such as 1/2.5" is a name, no length."""
    found = _FRACTION.fullmatch(text)
    if not found:
        return []
    unit = found[4].strip() or (measured.given or "")
    whole, above, below = found[1], int(found[2]), found[3]
    if unit.lower() not in _INCHES or measured.unit.dimension != "length":
        return []
    if "." in below or (above == 1 and int(below) not in _RULERS):
        raise ValueFault(f"{text!r} names an optical format, which is no length", "map the column to an attribute of kind text")
    if int(below) not in _RULERS or above >= int(below) or above % 2 == 0:
        return []
    value = int(whole or 0) + Fraction(above, int(below))
    digits = f"{value.numerator * 10**6 // value.denominator:07d}"
    return [Figure(Quantity("exact", (f"{digits[:-6]}.{digits[-6:].rstrip('0')}",), "in"))]


def _clusters(text: str, measured: Measured) -> list[Figure]:
    """Multiples of figures, alone or added up: "4 x 2.2 GHz + 4 x 1.8 GHz"; each figure is of the cluster it stands in."""
    if measured.unit.dimension in ("length", "pixels"):  # 5 x 4 mm is a box
        return []
    found = []
    for part in re.split(r"\s*\+\s*(?=\d)", text):
        multiple = _MULTIPLE.match(part)
        if not multiple:
            return []
        try:
            found.append(Figure(_one(part[multiple.end() :], measured), cluster=" ".join(part.split())))
        except ValueFault:
            return []
    return found if len({one.cluster for one in found}) == len(found) else []


def _editions(text: str, measured: Measured) -> list[Figure]:
    """Figures beside a stroke: "8/12 GB", "15/25W"; each is of the edition that is called by it."""
    parts = _OTHERS.split(text)
    if not 2 <= len(parts) <= 8:
        return []
    try:
        last = quantity.parse(parts[-1])
        found = []
        for part in parts:
            own = quantity.parse(part)
            figure = _one(str(own._replace(unit=own.unit or last.unit)), measured)
            label = f"{'..'.join(figure.numbers)} {units.resolve(figure.unit).name}".rstrip()
            found.append(Figure(figure, edition=label))
    except ValueFault:
        return []
    return found if len({one.edition for one in found}) == len(found) else []


def _box(text: str, edges: int, measured: Measured) -> list[Quantity]:
    """The edges of a box, each with the unit that it has or the last one has."""
    bare = re.sub(r"\s*\([^()]*\)$", "", text)
    about = "~" if re.match(r"[~≈]", bare) else ""
    parts = _EDGES.split(bare.lstrip("~≈ "))
    if len(parts) != edges:
        raise ValueFault(
            f"{text!r} has {len(parts)} figures, and {edges} are asked for", "mend the cell, or parts: in the mapping"
        )
    last = quantity.parse(parts[-1])
    found = []
    for part in parts:
        own = quantity.parse(re.sub(r"\s*[A-Z]$", "", part) if not last.unit else part)
        found.append(_one(about + str(own._replace(unit=own.unit or last.unit)), measured))
    return found


def _reason(text: str, first: ValueFault) -> ValueFault:
    """The most telling reason for a cell that no reader took."""
    edges = _EDGES.split(text)
    if 1 < len(edges) <= 4:
        keys = ", ".join("KEY" for _ in edges)
        return ValueFault(f"{text!r} has {len(edges)} figures", f"say parts: [{keys}] in the mapping to give each an attribute")
    if re.search(r"\d,\d", text) and not re.search(r"\d,\d{3}(?!\d)", text):
        return ValueFault(f"{text!r} has a decimal comma", "say locale: de (1.339,69) or fr (1 339,69) in the mapping")
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[,.]\d+)?\D*", text):
        return ValueFault(f"{text!r} has spaces in its number", "say locale: fr in the mapping if they are between thousands")
    if not re.search(r"\d", text):
        return ValueFault(f"{text!r} holds no number", "name it in missing: if it says that there is none")
    return first


def check(text: str) -> None:
    """Raises ValueFault for a text that no cell may hold: too long, or with bytes that are no text."""
    if "\0" in text:
        raise ValueFault("a NUL character", "take it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueFault("bytes that are not UTF-8", "save the file as UTF-8, or name its encoding: in the mapping") from None
