"""Units: the closed list in units.txt, read by Pint, and units as people write them.

This is the one importer of Pint. A read needs neither: it finds the rows of `table()` in the database.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from specdb.domain.unit import Unit
from specdb.errors import InvalidValueError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from pint import UnitRegistry

MAX_LENGTH = 64
MAX_FACTORS = 9

# What --units puts in place of a unit. Not each is the other's: a tonne is shown in pounds, a pound in kilograms.
_IMPERIAL = {
    "g": "oz", "kg": "lb", "t": "lb", "mm": "in", "cm": "in", "m": "ft", "km": "mi", "cm²": "in²", "m²": "ft²",
    "km/h": "mph", "°C": "°F", "L": "gal", "mL": "fl oz", "km/L": "mpg", "Nm": "lb-ft", "kPa": "psi", "bar": "psi",
}  # fmt: skip
_METRIC = {
    "oz": "g", "lb": "kg", "in": "mm", "ft": "m", "yd": "m", "mi": "km", "in²": "cm²", "ft²": "m²", "ft/s": "m/s",
    "mph": "km/h", "°F": "°C", "gal": "L", "fl oz": "mL", "mpg": "km/L", "lb-ft": "Nm", "psi": "kPa", "hp": "kW",
}  # fmt: skip

_POWERS = "¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans("0123456789", f"⁰{_POWERS}")
_POWER = re.compile(r" ?(?:\*\*|\^) ?([1-9])(?![0-9])")
_PRODUCT = re.compile(r" ?[*·⋅] ?")
_QUOTIENT = re.compile(r" per | ?/ ?")


class UnitDefinition(NamedTuple):
    """A unit of the closed list and its other written forms, case-sensitive, each of them no other unit's."""

    unit: Unit
    aliases: tuple[str, ...]


class _Known(NamedTuple):
    """A unit and the base dimensions that it is made of: {"length": 1, "time": -1}."""

    unit: Unit
    powers: dict[str, int]


@cache
def registry() -> UnitRegistry[Any]:
    """Pint's registry of units.txt and nothing else, with exact factors (Fraction). Never hand it a user's text."""
    from fractions import Fraction
    from pathlib import Path

    from pint import UnitRegistry

    # Given the file's name itself, Pint would also fill a cache of every name, which takes as long again.
    found: UnitRegistry[Any] = UnitRegistry(None, non_int_type=Fraction, on_redefinition="raise")
    found.load_definitions(Path(__file__).with_name("units.txt"))
    return found


def table() -> list[UnitDefinition]:
    """Every unit of the closed list, in the order of units.txt: what the database's `unit` table is filled with."""
    return [UnitDefinition(known.unit, aliases) for known, aliases in _listed()]


def resolve_unit(text: str) -> Unit:
    """The unit that a person wrote: a name of the closed list, or several joined by `*`, `·`, `/` or ` per `: "g/cm^3".

    A name is taken as it stands or, from two letters on, in any case if that leaves one unit. Strokes work from left to
    right: a/b/c is a/(b·c), and a/b·c is (a·c)/b. No text is a bare count. In a compound, a degree of temperature is a
    difference, without offset. Raises ValueFault for every other text, and for one of more than 64 characters or nine
    factors, powers counted.
    """
    try:
        return find_unit(text)
    except _Unlisted as error:
        raise InvalidValueError(error.problem, nearest(error.name, _offered())) from None


@lru_cache(maxsize=4096)
def find_unit(text: str) -> Unit:
    """As `resolve`, without a proposal where there is no such unit: a thousand times quicker for what is mostly none."""
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(f"a unit of {len(text)} characters", f"a unit has at most {MAX_LENGTH} characters")
    written = _normal(text)
    found = _find(written)
    if found:
        return found.unit
    factors = list(_factors(written))
    if sum(abs(power) for _, power in factors) > MAX_FACTORS:
        raise InvalidValueError(f"{text!r} has too many factors", f"a unit has at most {MAX_FACTORS}, powers counted")
    return _compound(factors)


class _Unlisted(InvalidValueError):
    """A name that is none of the closed list."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no known unit")
        self.name = name


def matching_units(text: str) -> list[Unit]:
    """The units that `text` may be if its upper and lower case say nothing."""
    return [known.unit for known in _folded().get(_normal(text).casefold(), {}).values()]


def unit_definitions(text: str) -> bool:
    """Whether `text`, in whatever case, is a written form of the closed list itself, not one put together."""
    return _normal(text).casefold() in _folded()


@cache
def _listed() -> list[tuple[_Known, tuple[str, ...]]]:
    from fractions import Fraction

    found = registry()
    listed = []
    for key, definition in found._units.items():
        if key != definition.name:  # a symbol or an alias
            continue
        container = found.UnitsContainer({key: 1})
        factor = cast("Fraction", found.get_root_units(container, check_nonmult=False)[0])
        offset = getattr(definition.converter, "offset", 0)
        powers = _base(found.get_dimensionality(container))
        name, *aliases = (form.replace("_", " ") for form in (definition.symbol, key, *definition.aliases))
        if key == "count":
            name = ""
        counterparts = _IMPERIAL.get(name, ""), _METRIC.get(name, "")
        unit = Unit(name, _word(powers), Fraction(factor), Fraction(offset), *counterparts, _powers_text(powers))
        listed.append((_Known(unit, powers), tuple(alias for alias in aliases if alias != name)))
    return listed


@cache
def _words() -> dict[frozenset[tuple[str, int]], str]:
    """The words for dimensions, by the base dimensions that they are made of."""
    found = registry()
    made = {name: _base(found.get_dimensionality(found.UnitsContainer({name: 1}))) for name in found._dimensions}
    return {frozenset(powers.items()): _spoken(name) for name, powers in made.items()} | {frozenset(): "ratio"}


def _powers_text(powers: dict[str, int]) -> str:
    """The base dimensions of a unit in their one form: "length=1;time=-1"."""
    return ";".join(f"{name}={power}" for name, power in sorted(powers.items()))


def _base(dimensionality: Mapping[str, Any]) -> dict[str, int]:
    return {_spoken(name): int(power) for name, power in dimensionality.items()}


def _spoken(name: str) -> str:
    """A dimension of units.txt as people say it: "[data_rate]" is "data rate"."""
    return name.strip("[]").replace("_", " ")


def _word(powers: dict[str, int]) -> str:
    """What a unit measures: a word, or a formula of the base dimensions' words, the same for the same dimensions."""
    word = _words().get(frozenset(powers.items()))
    if word:
        return word
    above = " × ".join(_raised(name, power) for name, power in sorted(powers.items()) if power > 0)
    return " / ".join([above or "1", *(_raised(name, -power) for name, power in sorted(powers.items()) if power < 0)])


def _raised(name: str, power: int) -> str:
    return name if power == 1 else name + str(power).translate(_RAISED)


@cache
def _written() -> dict[str, _Known]:
    """The closed list by each written form, in the normal form of `resolve`."""
    return {_normal(form): known for known, aliases in _listed() for form in (known.unit.name, *aliases)}


def _offered() -> list[str]:
    """The written forms to propose: without the Greek mu, which looks like the micro sign."""
    return [form for form in _written() if form and "μ" not in form]


@cache
def _folded() -> dict[str, dict[str, _Known]]:
    """The units that a written form may be if its case says nothing, each by its name."""
    folded: dict[str, dict[str, _Known]] = {}
    for form, known in _written().items():
        folded.setdefault(form.casefold(), {})[known.unit.name] = known
    return folded


def _normal(text: str) -> str:
    """`text` in one of the ways in which it may be written: one space, "·" and "/" without any, "²" for "^2"."""
    from unicodedata import normalize

    text = " ".join(normalize("NFC", text).split())
    text = _POWER.sub(lambda power: _POWERS[int(power[1]) - 1], text)
    return _QUOTIENT.sub("/", _PRODUCT.sub("·", text))


def _find(name: str) -> _Known | None:
    """The unit of that name in the closed list; ValueFault where its case would decide and fits none."""
    found = _written().get(name)
    if found or len(name) < 2:  # "M" is more likely a million than a metre
        return found
    alike = _folded().get(name.casefold(), {})
    if len(alike) > 1:
        raise InvalidValueError(f"{name!r} may be {' or '.join(alike)}", "write the unit in its own upper and lower case")
    return next(iter(alike.values()), None)


def _factors(written: str) -> Iterator[tuple[_Known, int]]:
    """The names in a unit and their powers, those of a compound ("GBps") taken apart."""
    sign = 1
    for part in re.split("([·/])", written):
        if part in ("·", "/"):
            sign = 1 if part == "·" else -1
            continue
        name, power = (part[:-1], _POWERS.index(part[-1]) + 1) if part[-1:] in tuple(_POWERS) else (part, 1)
        if not name:
            raise InvalidValueError(f"{written!r} lacks a unit beside its stroke or sign", 'write it like "g/cm^3"')
        known = _find(name)
        if known is None:
            raise _Unlisted(name)
        if any(mark in known.unit.name for mark in f"·/{_POWERS}"):
            yield from ((inner, each * power * sign) for inner, each in _factors(known.unit.name))
        else:
            yield known, power * sign


def _compound(factors: list[tuple[_Known, int]]) -> Unit:
    from fractions import Fraction

    factor = Fraction(1)
    powers: dict[str, int] = {}
    above: dict[str, int] = {}
    below: dict[str, int] = {}
    for (unit, made), power in factors:
        factor *= unit.factor**power
        for name, each in made.items():
            powers[name] = powers.get(name, 0) + each * power
        side = above if power > 0 else below
        side[unit.name or "count"] = side.get(unit.name or "count", 0) + abs(power)
    top = "·".join(_raised(*item) for item in above.items())
    name = "/".join([top, *(_raised(*item) for item in below.items())])
    listed = _written().get(name)
    if listed:
        return listed.unit
    powers = {name: power for name, power in powers.items() if power}
    return Unit(name, _word(powers), factor, Fraction(0), powers=_powers_text(powers))
