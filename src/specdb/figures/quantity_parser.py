"""Parse a printed figure ("approximately 40g", "30%-40%", "$55,000", "5+ years") into a Quantity."""

from __future__ import annotations

import re

from specdb.domain.quantity import Quantity, out_of_range
from specdb.errors import InvalidValueError
from specdb.figures.vocabulary import CURRENCY_SIGNS, MAGNITUDES, MODIFIER_AFTER, MODIFIER_BEFORE, MONEY_MAGNITUDES

_NUMBER = r"[-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?"
_FIGURE = rf"""
    (?:(?P<before>(?ai:{"|".join(sorted(map(re.escape, MODIFIER_BEFORE), key=len, reverse=True))}))\s*
      |(?P<between>(?ai:between))\s+)?
    (?P<prefix>(?:US|CN|JP)?[$¥]|[{CURRENCY_SIGNS}]|(?ai:[A-Z]{{3}})\s)?\s*
    (?P<first>{_NUMBER})
    (?:\s?(?P<shared>[^-+\d\s.–—]{{1,12}})?(?:\s*(?:-|–|—|\.\.|~)\s*|\s+(?ai:to|(?(between)and|to))\s+)
      (?:(?P=prefix)\s*)?(?P<second>{_NUMBER}))?
    (?P<plus>\+)?
    (?:\s*(?P<magnitude>(?ai:{"|".join(MAGNITUDES)}))\b)?
    \s*(?P<unit>(?!(?ai:or\ (?:more|less)\b))(?:[^\W\d_]|[×°℃℉%‰'’′"”″{CURRENCY_SIGNS}]).*?|)
    (?:\s+(?P<after>(?ai:or\ more|or\ less)))?"""
"""The pattern of a figure. Words match in any case of ASCII letters; in Unicode, ſ would match s. Compiling takes a
millisecond, so the first figure that needs the pattern compiles it."""

_MAGNITUDE_AND_CURRENCY = (
    rf"((?ai:{'|'.join(sorted(MONEY_MAGNITUDES, key=len, reverse=True))}))\.? ?([A-Z]{{3}}|[{CURRENCY_SIGNS}])"
)
"""The pattern of a unit that may be a magnitude and a currency: "M USD"."""

_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"

_PLAIN = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([A-Za-z]*)"
"""The pattern of the most common figures: "20g", "14.9 kg"."""

MAX_TEXT_LENGTH = 96
MAX_NUMBER_LENGTH = 32


def parse_quantity(text: str) -> Quantity:
    """Parse a printed figure; `parse_quantity(str(quantity)) == quantity`.

    Args:
        text: A figure such as "approximately 40g", "30%-40%", "$55,000" or "5+ years".

    Returns:
        The quantity. Its unit is the text after the number, not looked up: it may be no unit.

    Raises:
        InvalidValueError: The text is not one figure.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidValueError(f"figure of {len(text)} characters", f"a figure has at most {MAX_TEXT_LENGTH} characters")
    plain = re.fullmatch(_PLAIN, text)
    if plain and plain[2].lower() not in MAGNITUDES:
        return Quantity("exact", (plain[1],), plain[2])
    return _parse_general(text)


def _parse_general(text: str) -> Quantity:
    found = re.fullmatch(_FIGURE, text.strip(), re.VERBOSE)
    if not found or re.search(_CONTROL, text.strip()):
        raise InvalidValueError(
            f"{text!r} is not a figure", 'write a number and a unit, as in "14.9 g", "≤ 180 h" or "30..40 %"'
        )
    prefix, suffix, word = found["prefix"], found["unit"], (found["magnitude"] or "").lower()
    money_power = MONEY_MAGNITUDES.get(suffix.lower(), 0) if prefix and not word else 0
    if not (money_power or word or prefix):
        amount = re.fullmatch(_MAGNITUDE_AND_CURRENCY, suffix)
        if amount and _is_currency(amount[2]):
            money_power, suffix = MONEY_MAGNITUDES[amount[1].lower()], amount[2]
    unit = (prefix or suffix).strip()
    if (prefix and suffix and not money_power) or found["shared"] not in (None, suffix if money_power else unit):
        raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit")
    power = money_power or MAGNITUDES.get(word, 0)
    numbers = tuple(_digits(found[part], power) for part in ("first", "second") if found[part])
    quantity = Quantity(_modifier(text, found), numbers, unit)
    if len(str(quantity)) > MAX_TEXT_LENGTH:
        raise InvalidValueError(f"{text!r} is too long when written out", f"a figure has at most {MAX_TEXT_LENGTH} characters")
    return quantity


def _is_currency(text: str) -> bool:
    from specdb.domain.unit import currency_of
    from specdb.figures import unit_registry

    return len(text) == 1 or any(map(currency_of, unit_registry.units_ignoring_case(text)))


def _modifier(text: str, found: re.Match[str]) -> str:
    """Return the modifier of a figure from the words before and after it."""
    if found["between"] and not found["second"]:
        raise InvalidValueError(f"{text!r} has only one end", 'write "between 30 and 40 g"')
    before = MODIFIER_BEFORE[found["before"].lower()] if found["before"] else None
    after = MODIFIER_AFTER[(found["plus"] or found["after"]).lower()] if found["plus"] or found["after"] else None
    given = [modifier for modifier in (before, after, "range" if found["second"] else None) if modifier]
    if len(given) > 1:
        raise InvalidValueError(f"{text!r} has two modifiers", "keep one of them")
    return given[0] if given else "exact"


def _digits(number: str, magnitude: int) -> str:
    """Return a printed number times ten to the power of `magnitude` as plain decimal text, without separators or exponent."""
    if len(number) > MAX_NUMBER_LENGTH:
        raise InvalidValueError(f"number of {len(number)} characters", f"a number has at most {MAX_NUMBER_LENGTH} characters")
    plain = number.replace(",", "").replace("−", "-").removeprefix("+").lower()
    mantissa, _, exponent = plain.partition("e")
    power = int(exponent or 0) + magnitude
    if not power:
        return mantissa
    if abs(power) > MAX_NUMBER_LENGTH:
        raise out_of_range(number)
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, part = mantissa.removeprefix("-").partition(".")
    if power > 0:
        part = part.ljust(power, "0")
        whole, part = whole + part[:power], part[power:]
    else:
        whole = whole.rjust(1 - power, "0")
        whole, part = whole[:power], whole[power:] + part
    digits = f"{sign}{whole.lstrip('0') or '0'}{'.' + part if part else ''}"
    if len(digits) > MAX_NUMBER_LENGTH:
        raise out_of_range(number)
    return digits
