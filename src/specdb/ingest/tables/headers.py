"""Parse column headers: the name of the measure and the unit, in the forms that people use."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from specdb.domain.unit import currency_of
from specdb.errors import AmbiguousUnitError, InvalidValueError
from specdb.figures import unit_registry
from specdb.figures.vocabulary import CURRENCY_SIGNS

MAX_LENGTH = 200
"""Maximum number of characters of a header; the rest is ignored."""

_TRAILING = re.compile(r"(?:\s*(?:[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[*†‡]+|\[[0-9]{1,3}\])|(?<=\S)\[[a-fijn-rux-z]\])+$")
_BRACKETS = re.compile(r"\s*[(\[]\s*(?:in\s+)?([^()\[\]]{1,64})\s*[)\]]\s*")
_AFTER_MARK = re.compile(r"(.+?)\s*(?:,|;|\s/\s|:|\s[-–—]\s|\bin\b)\s*([^,;:]{1,64})", re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RATES = ("s", "h", "min", "kg", "w", "l", "km", "m2", "m3", "cm3")

_UNIT_SIGNS = f'%"°{CURRENCY_SIGNS}′″‰'
_BYTES = {"kb": "kB", "mb": "MB", "gb": "GB", "tb": "TB", "pb": "PB"}
"""Lower-case units that usually are bytes, though only capitals distinguish bytes from bits."""

_NOT_UNITS_AT_END = frozenset(
    "cd no x a n c mo won all top try cup real time unit units times year month week day bit frame cycle".split()  # noqa: SIM905
)
"""Names of units that usually are ordinary words at the end of a name such as start_year."""

_NOT_UNITS_INSIDE = _NOT_UNITS_AT_END | frozenset(
    "a at bar bits count cycles d days frames g h ha in k l m min mins mol months pa pieces piece".split()  # noqa: SIM905
    + "ratio s t v w weeks years yr yrs inch".split()  # noqa: SIM905
)
"""Names of units that usually are words, names or letters inside a header or as a whole header."""

_CURRENT_WORDS = frozenset(("i", "current", "amps", "amperage", "discharge"))
"""Words of a name in which a final A is ampere: I_max_A."""

_NOT_CURRENCIES = frozenset(("AWG", "SHP"))
"""Currency codes that usually mean something else: American wire gauge, shaft horsepower."""

_COMMON_CURRENCIES = frozenset("USD EUR GBP JPY CNY RMB CHF INR KRW".split())  # noqa: SIM905
"""Currency codes that are recognized without brackets; SAR, AMD and GEL usually mean something else."""


class Header(NamedTuple):
    """A parsed header: the `name` of the measure, its `unit` ('' for none), and a `doubt` about the unit."""

    name: str
    unit: str = ""
    doubt: str = ""


def clean_header(header: str) -> str:
    """Return a header as one line without byte order mark and footnote marks."""
    text = " ".join(normalize("NFC", header[: 4 * MAX_LENGTH]).replace("\ufeff", "").split())[:MAX_LENGTH]
    bare = _TRAILING.sub("", text)
    if not bare:
        return text
    # In m² the superscript is part of the unit, not a footnote mark.
    is_exponent = bare != text and text[len(bare)] in "²³" and _is_unit(re.split(r"[\s(\[,]", text)[-1])
    return text if is_exponent else bare


@cache
def _is_unit(text: str) -> bool:
    return bool(_resolve_unit(text)[0])


@cache
def _resolve_unit(text: str, measured: str = "") -> tuple[str, str]:
    """Return the unit that a text names in a form that `resolve_unit` reads ('' for none), and a doubt.

    If several units match ignoring case, the unit whose dimension `measured` names is chosen.
    """
    if not text or text.isdigit() or not any(letter.isalpha() or letter in _UNIT_SIGNS for letter in text):
        return "", ""
    try:
        listed = unit_registry.find_unit(text)
    except InvalidValueError as error:
        return _resolve_case(text, error, measured)
    if text == text.lower() and measured:
        other = unit_registry.units_ignoring_case(text)
        fitting = [unit for unit in other if unit.dimension in measured.lower()]
        if listed.dimension not in measured.lower() and len(fitting) == 1:
            return fitting[0].name, f"{text} may also be {listed.name}"
    return (text, "") if listed.name else ("", "")


def _resolve_case(text: str, error: InvalidValueError, measured: str) -> tuple[str, str]:
    """Resolve a unit written without capitals; kb, mb and gb are taken as bytes."""
    first, stroke, rest = text.partition("/")
    if first.lower() in _BYTES and text == text.lower():
        meant = _BYTES[first] + stroke + rest
        try:
            unit_registry.find_unit(meant)
        except InvalidValueError:
            return "", ""
        return meant, f"{text} is read as bytes; bits would be {meant.replace('B', 'bit')}"
    if isinstance(error, AmbiguousUnitError):
        other = [unit for unit in unit_registry.units_ignoring_case(text) if unit.dimension in measured.lower()]
        if len(other) == 1:
            return other[0].name, error.problem
    return "", ""


def parse_header(header: str) -> Header:
    """Parse a header; its unit may be in brackets, after a comma, at the end of a snake_case name, or the whole header."""
    text = clean_header(header)
    for bracketed in _BRACKETS.finditer(text):
        before, after = text[: bracketed.start()], text[bracketed.end() :]
        unit, doubt = _resolve_unit(bracketed[1].strip(), before)
        if unit and unit not in _NOT_CURRENCIES and not _has_other_unit(before.split()):
            return Header(_clean_name(f"{before} {after}"), unit, doubt)
    path, _, last = text.rpartition(".")
    if path and " " not in text and last.lower() not in _NOT_UNITS_INSIDE and _resolve_unit(last, path)[0]:
        return Header(_clean_name(path.replace(".", " ").replace("_", " ")), *_resolve_unit(last, path))
    if "_" in text and " " not in text.strip():
        return _parse_snake_case(text)
    marked = _AFTER_MARK.fullmatch(text)
    if marked:
        unit, doubt = _resolve_unit(marked[2].strip(), marked[1])
        if unit:
            return Header(_clean_name(marked[1]), unit, doubt)
    if text.lower() not in _NOT_UNITS_INSIDE and len(text) > 2 and _resolve_unit(text)[0] and not _is_unlikely_currency(text):
        return Header(_clean_name(text), text)
    first, _, last = text.rpartition(" ")
    if first and last.lower() not in _NOT_UNITS_INSIDE and _resolve_unit(last, first)[0] and not _is_unlikely_currency(last):
        return Header(_clean_name(first), *_resolve_unit(last, first))
    return Header(_clean_name(text))


def _has_other_unit(words: list[str]) -> bool:
    """Return whether one of the last words is another unit, as in "Torque Nm at (rpm)", so that the unit is ambiguous.

    A unit after a number belongs to a condition: "Consumption at 90 km/h (L/100km)".
    """
    for at, word in enumerate(words):
        if at >= len(words) - 2 and 1 < len(word) < 5 and word.lower() not in _NOT_UNITS_INSIDE and _is_unit(word):
            return unit_registry.find_unit(word).name == word and not (at and words[at - 1].isdigit())
    return False


def _is_unlikely_currency(text: str) -> bool:
    """Return whether a word is a currency code that usually means something else."""
    return len(text) == 3 and text not in _COMMON_CURRENCIES and bool(currency_of(unit_registry.find_unit(text)))


def _parse_snake_case(text: str) -> Header:
    """Parse a name such as weight_in_lbs, memory_bandwidth_gb_s or pack_capacity_kwh_net."""
    prefix = text.rpartition(".")[0].replace(".", " ")
    words = [word for word in text.rpartition(".")[2].split("_") if word]
    whole = " ".join(words)
    if len(words) > 1 and whole.lower() not in _NOT_UNITS_INSIDE and _resolve_unit(whole.lower())[0]:
        return Header(_clean_name(f"{prefix} {whole}"), whole.lower())
    for size in (3, 2, 1):
        if len(words) <= size:
            continue
        rest, tail = words[:-size], words[-size:]
        for joined in _unit_spellings(tail):
            if joined in ("a", "A") and not _CURRENT_WORDS.isdisjoint(map(str.lower, rest)):
                return Header(_clean_name(" ".join([prefix, *rest])), "A", f"the letter {joined} is read as ampere")
            unit, doubt = _resolve_unit(joined, " ".join(rest))
            if unit and joined.lower() not in _NOT_UNITS_AT_END:
                if len(joined) == 1:
                    doubt = doubt or f"the letter {joined} is read as a unit of {unit_registry.find_unit(unit).dimension}"
                return Header(_clean_name(" ".join([prefix, *_drop_in(rest)])), unit, doubt)
    for at in range(len(words) - 2, 0, -1):
        unit, doubt = _resolve_unit(words[at], " ".join(words[:at]))
        if unit and words[at].lower() not in _NOT_UNITS_INSIDE:
            return Header(_clean_name(" ".join([prefix, *_drop_in(words[:at]), *words[at + 1 :]])), unit, doubt)
    return Header(_clean_name(f"{prefix} {' '.join(words)}"))


def _unit_spellings(words: list[str]) -> list[str]:
    """List how the last words of a name may be written as one unit: gb_s is gb/s, but kmh_s is not kmh/s."""
    if len(words) == 1:
        return words
    if "per" in words[1:-1]:
        return [" ".join(words)]
    if len(words) == 2 and words[1].lower() in _RATES and unit_registry.is_listed_unit("/".join(words)):
        return ["/".join(words)]
    return []


def _drop_in(words: list[str]) -> list[str]:
    return words[:-1] if len(words) > 1 and words[-1].lower() == "in" else words


def _clean_name(text: str) -> str:
    """Split a name into words: SensorWidth becomes Sensor Width."""
    text = text.strip(" ,;:-–/")
    return " ".join(re.split(r"[\s_.]+", text if " " in text else _CAMEL.sub(" ", text)))
