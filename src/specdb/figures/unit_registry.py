"""Units: the closed list in units.txt, read by Pint, and the resolution of units as people write them.

Only this module imports Pint. Reads do not need it: the database has a table of `unit_definitions()`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from specdb.domain.unit import TEMPERATURE_DIFFERENCE, Unit
from specdb.errors import AmbiguousUnitError, InvalidValueError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from pint import UnitRegistry

MAX_LENGTH = 64
MAX_FACTORS = 9

# Units that --units shows instead. Not symmetric: a tonne is shown in pounds, a pound in kilograms.
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


_LARGE_PREFIXES = {"M": "a million", "P": "a quadrillion"}
"""Prefixes that make another unit in lower case: a megagram (Mg) is not a milligram (mg)."""


class UnitDefinition(NamedTuple):
    """A unit of the closed list and its other written forms, which are case-sensitive and unique."""

    unit: Unit
    aliases: tuple[str, ...]


class _ListedUnit(NamedTuple):
    """A unit and the powers of its base dimensions: {"length": 1, "time": -1}."""

    unit: Unit
    powers: dict[str, int]


@cache
def registry() -> UnitRegistry[Any]:
    """Return Pint's registry of units.txt with exact factors (Fraction). Never pass it the text of a user."""
    from fractions import Fraction
    from pathlib import Path

    from pint import UnitRegistry

    # Given the file name directly, Pint would also fill a cache of all names, which doubles the time.
    found: UnitRegistry[Any] = UnitRegistry(None, non_int_type=Fraction, on_redefinition="raise")
    found.load_definitions(Path(__file__).with_name("units.txt"))
    return found


def unit_definitions() -> list[UnitDefinition]:
    """List all units of the closed list in the order of units.txt; the database's `unit` table has the same rows."""
    return [UnitDefinition(known.unit, aliases) for known, aliases in _listed_units()]


def resolve_unit(text: str) -> Unit:
    """Resolve a unit that a person wrote: a name of the closed list, or several joined by `*`, `·`, `/` or ` per `.

    Slashes associate to the left: a/b/c is a/(b·c), and a/b·c is (a·c)/b. In a compound, a degree of temperature is a
    temperature difference, without offset.

    Args:
        text: The unit, such as "g/cm^3"; '' for a bare count. A name of two or more letters matches in any case if only
            one unit fits.

    Raises:
        InvalidValueError: The text is not a unit, is ambiguous, or has more than 64 characters or nine factors (with powers).
    """
    try:
        return find_unit(text)
    except _UnlistedUnitError as error:
        raise InvalidValueError(error.problem, nearest(error.name, _suggestable_forms())) from None


@lru_cache(maxsize=4096)
def find_unit(text: str) -> Unit:
    """Resolve a unit as `resolve_unit` does, without suggesting a name on failure: 1,000 times faster on failure."""
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(f"unit of {len(text)} characters", f"a unit has at most {MAX_LENGTH} characters")
    written = _normalize(text)
    found = _find_listed(written)
    if found:
        return found.unit
    factors = list(_split_factors(written))
    if sum(abs(power) for _, power in factors) > MAX_FACTORS:
        raise InvalidValueError(f"{text!r} has too many factors", f"a unit has at most {MAX_FACTORS} factors, with powers")
    return _compound_unit(factors)


class _UnlistedUnitError(InvalidValueError):
    """A name that is not in the closed list."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown unit {name!r}")
        self.name = name


def units_ignoring_case(text: str) -> list[Unit]:
    """Return the units of the closed list that `text` matches if case is ignored."""
    return [known.unit for known in _units_by_folded_form().get(_normalize(text).casefold(), {}).values()]


def is_listed_unit(text: str) -> bool:
    """Return whether `text`, ignoring case, is a written form in the closed list, not a compound of several."""
    return _normalize(text).casefold() in _units_by_folded_form()


@cache
def _listed_units() -> list[tuple[_ListedUnit, tuple[str, ...]]]:
    from fractions import Fraction

    found = registry()
    listed = []
    for key, definition in found._units.items():
        if key != definition.name:  # a symbol or an alias
            continue
        container = found.UnitsContainer({key: 1})
        factor = cast("Fraction", found.get_root_units(container, check_nonmult=False)[0])
        offset = getattr(definition.converter, "offset", 0)
        powers = _base_powers(found.get_dimensionality(container))
        if key.startswith("delta_"):  # Pint adds the difference of each unit with an offset
            powers = {TEMPERATURE_DIFFERENCE: 1}
        name, *aliases = (form.replace("_", " ") for form in (definition.symbol, key, *definition.aliases))
        if key == "count":
            name = ""
        if name.startswith("Δ"):  # the increment sign looks like delta
            aliases.extend(form.replace("Δ", "∆") for form in (name, *aliases) if form.startswith("Δ"))
        counterparts = _IMPERIAL.get(name, ""), _METRIC.get(name, "")
        unit = Unit(name, _dimension_name(powers), Fraction(factor), Fraction(offset), *counterparts, _format_powers(powers))
        listed.append((_ListedUnit(unit, powers), tuple(alias for alias in aliases if alias != name)))
    return listed


@cache
def _dimension_words() -> dict[frozenset[tuple[str, int]], str]:
    """Return the names of derived dimensions by the powers of their base dimensions."""
    found = registry()
    powers_of = {name: _base_powers(found.get_dimensionality(found.UnitsContainer({name: 1}))) for name in found._dimensions}
    return {frozenset(powers.items()): _dimension_label(name) for name, powers in powers_of.items()} | {frozenset(): "ratio"}


def _format_powers(powers: dict[str, int]) -> str:
    """Format powers of base dimensions in canonical form: "length=1;time=-1"."""
    return ";".join(f"{name}={power}" for name, power in sorted(powers.items()))


def _base_powers(dimensionality: Mapping[str, Any]) -> dict[str, int]:
    return {_dimension_label(name): int(power) for name, power in dimensionality.items()}


def _dimension_label(name: str) -> str:
    """Return the name of a dimension of units.txt for people: "data rate" for "[data_rate]"."""
    return name.strip("[]").replace("_", " ")


def _dimension_name(powers: dict[str, int]) -> str:
    """Return the unique name of a dimension: a word, or a formula of base dimensions."""
    word = _dimension_words().get(frozenset(powers.items()))
    if word:
        return word
    numerator = " × ".join(_with_exponent(name, power) for name, power in sorted(powers.items()) if power > 0)
    return " / ".join(
        [numerator or "1", *(_with_exponent(name, -power) for name, power in sorted(powers.items()) if power < 0)]
    )


def _with_exponent(name: str, power: int) -> str:
    return name if power == 1 else name + str(power).translate(_RAISED)


@cache
def _units_by_form() -> dict[str, _ListedUnit]:
    """Return the closed list by each normalized written form."""
    return {_normalize(form): known for known, aliases in _listed_units() for form in (known.unit.name, *aliases)}


def _suggestable_forms() -> list[str]:
    """List the written forms to suggest, without the Greek mu, which looks like the micro sign."""
    return [form for form in _units_by_form() if form and "μ" not in form]


@cache
def _units_by_folded_form() -> dict[str, dict[str, _ListedUnit]]:
    """Return the units by case-folded written form and then by name."""
    folded: dict[str, dict[str, _ListedUnit]] = {}
    for form, known in _units_by_form().items():
        folded.setdefault(form.casefold(), {})[known.unit.name] = known
    return folded


def _normalize(text: str) -> str:
    """Normalize a written unit: single spaces, none around "·" and "/", and "²" for "^2"."""
    from unicodedata import normalize

    text = " ".join(normalize("NFC", text).split())
    text = _POWER.sub(lambda power: _POWERS[int(power[1]) - 1], text)
    return _QUOTIENT.sub("/", _PRODUCT.sub("·", text))


def _find_listed(name: str) -> _ListedUnit | None:
    """Return the unit of a name in the closed list, or None.

    Raises:
        AmbiguousUnitError: The name matches several units if case is ignored, and none exactly.
    """
    found = _units_by_form().get(name)
    if found or len(name) < 2:  # "M" is more likely a million than a metre
        return found
    alike = _units_by_folded_form().get(name.casefold(), {})
    if len(alike) > 1:
        raise AmbiguousUnitError(f"{name!r} may be {' or '.join(alike)}", "write the unit with its capital letters")
    small = name[0].lower() + name[1:]
    if name[0] in _LARGE_PREFIXES and small in _units_by_form():
        problem = f"{name!r} may be {small} or {_LARGE_PREFIXES[name[0]]} of {name[1:]}"
        raise AmbiguousUnitError(problem, f"write {small}, or the number in a listed unit")
    return next(iter(alike.values()), None)


def _split_factors(written: str) -> Iterator[tuple[_ListedUnit, int]]:
    """Yield the units that a written unit consists of, with their powers; listed compounds ("GBps") are split too."""
    sign = 1
    for part in re.split("([·/])", written):
        if part in ("·", "/"):
            sign = 1 if part == "·" else -1
            continue
        name, power = (part[:-1], _POWERS.index(part[-1]) + 1) if part[-1:] in tuple(_POWERS) else (part, 1)
        if not name:
            raise InvalidValueError(f"{written!r} lacks a unit beside / or ·", 'write it like "g/cm^3"')
        known = _find_listed(name)
        if known is None:
            raise _UnlistedUnitError(name)
        if any(mark in known.unit.name for mark in f"·/{_POWERS}"):
            yield from ((inner, each * power * sign) for inner, each in _split_factors(known.unit.name))
        else:
            yield known, power * sign


def _compound_unit(factors: list[tuple[_ListedUnit, int]]) -> Unit:
    from fractions import Fraction

    factor = Fraction(1)
    powers: dict[str, int] = {}
    numerator: dict[str, int] = {}
    denominator: dict[str, int] = {}
    for (unit, unit_powers), power in factors:
        factor *= unit.factor**power
        for dimension, each in unit_powers.items():
            name = "temperature" if dimension == TEMPERATURE_DIFFERENCE else dimension
            powers[name] = powers.get(name, 0) + each * power
        side = numerator if power > 0 else denominator
        side[unit.name or "count"] = side.get(unit.name or "count", 0) + abs(power)
    product = "·".join(_with_exponent(*item) for item in numerator.items())
    name = "/".join([product, *(_with_exponent(*item) for item in denominator.items())])
    listed = _units_by_form().get(name)
    if listed:
        return listed.unit
    powers = {name: power for name, power in powers.items() if power}
    return Unit(name, _dimension_name(powers), factor, Fraction(0), powers=_format_powers(powers))
