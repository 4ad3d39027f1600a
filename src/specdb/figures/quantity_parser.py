"""Parse a printed figure ("approximately 40g", "30%-40%", "$55,000", "5+ years") into a Quantity."""

from __future__ import annotations

import re

from specdb.domain.quantity import Quantity, out_of_range
from specdb.errors import InvalidValueError

_WORDS = {
    "about": ("approximately", "approx.", "approx", "about", "around", "roughly", "circa", "ca.", "≈", "~"),
    "at_most": ("up to", "at most", "no more than", "maximum", "max.", "max", "≤", "<="),
    "less_than": ("less than", "fewer than", "below", "under", "<"),
    "at_least": ("at least", "no less than", "minimum", "min.", "from", "≥", ">="),
    "more_than": ("more than", "over", "above", "exceeding", ">"),
    "plus_minus": ("±", "+/-"),
}
_MODIFIER_OF = {word: modifier for modifier, words in _WORDS.items() for word in words}
_AFTER = {"+": "at_least", "or more": "at_least", "or less": "at_most"}
_MAGNITUDES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_OF_MONEY = {"k": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12, "tn": 12}
"""Magnitudes that can only be told from units beside a sign of money: $1.2M and 1.2M USD are no metres."""

_NUMBER = r"[-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?"
_CURRENCIES = "€£￥₩₹₽₺₫₦₪₱฿₴"
_FIGURE = rf"""
    (?:(?P<before>(?ai:{"|".join(sorted(map(re.escape, _MODIFIER_OF), key=len, reverse=True))}))\s*
      |(?P<between>(?ai:between))\s+)?
    (?P<prefix>(?:US|CN|JP)?[$¥]|[{_CURRENCIES}]|(?ai:[A-Z]{{3}})\s)?\s*
    (?P<first>{_NUMBER})
    (?:\s?(?P<shared>[^-+\d\s.–—]{{1,12}})?(?:\s*(?:-|–|—|\.\.|~)\s*|\s+(?ai:to|(?(between)and|to))\s+)
      (?:(?P=prefix)\s*)?(?P<second>{_NUMBER}))?
    (?P<plus>\+)?
    (?:\s*(?P<magnitude>(?ai:{"|".join(_MAGNITUDES)}))\b)?
    \s*(?P<unit>(?!(?ai:or\ (?:more|less)\b))(?:[^\W\d_]|[×°℃℉%‰'’′"”″$¥{_CURRENCIES}]).*?|)
    (?:\s+(?P<after>(?ai:or\ more|or\ less)))?"""
"""What `parse` reads; its words in any case of ASCII letters (Unicode's would take ſ for s). To compile it takes a
millisecond, so that is left to the first figure which needs it."""

_SUM = rf"((?ai:{'|'.join(sorted(_OF_MONEY, key=len, reverse=True))}))\.? ?([A-Z]{{3}}|[$¥{_CURRENCIES}])"
"""A unit that may be a magnitude and a currency."""

_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"

_PLAIN = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([A-Za-z]*)"
"""The commonest figures, as in "20g" or "14.9 kg"."""

LONGEST_TEXT = 96
LONGEST_NUMBER = 32


def parse_quantity(text: str) -> Quantity:
    """The Quantity that `text` prints ("approximately 40g", "30%-40%", "$55,000", "5+ years"); ValueFault if it is none.

    The unit is split off, not looked up. `parse_quantity(str(quantity)) == quantity`.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidValueError(f"a figure of {len(text)} characters", f"a figure has at most {LONGEST_TEXT} characters")
    plain = re.fullmatch(_PLAIN, text)
    if plain and plain[2].lower() not in _MAGNITUDES:
        return Quantity("exact", (plain[1],), plain[2])
    found = re.fullmatch(_FIGURE, text.strip(), re.VERBOSE)
    if not found or re.search(_CONTROL, text.strip()):
        raise InvalidValueError(
            f"{text!r} is not a figure", 'write a number and a unit, as in "14.9 g", "≤ 180 h" or "30..40 %"'
        )
    after, word = found["unit"], (found["magnitude"] or "").lower()
    letter = _OF_MONEY.get(after.lower(), 0) if found["prefix"] and not word else 0
    if not (letter or word or found["prefix"]) and (sum := re.fullmatch(_SUM, after)) and _is_currency(sum[2]):
        letter, after = _OF_MONEY[sum[1].lower()], sum[2]
    unit = (found["prefix"] or after).strip()
    if (found["prefix"] and after and not letter) or found["shared"] not in (None, after if letter else unit):
        raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit")
    power = letter or _MAGNITUDES.get(word, 0)
    numbers = tuple(_digits(found[part], power) for part in ("first", "second") if found[part])
    quantity = Quantity(_modifier(text, found), numbers, unit)
    if len(str(quantity)) > LONGEST_TEXT:
        raise InvalidValueError(f"{text!r} is too long when written out", f"a figure has at most {LONGEST_TEXT} characters")
    return quantity


def _is_currency(text: str) -> bool:
    from specdb.domain.unit import currency_of
    from specdb.figures import unit_registry

    return len(text) == 1 or any(map(currency_of, unit_registry.matching_units(text)))


def _modifier(text: str, found: re.Match[str]) -> str:
    """The one modifier of a figure, from the words before and after it."""
    if found["between"] and not found["second"]:
        raise InvalidValueError(f"{text!r} has one end only", 'write "between 30 and 40 g"')
    before = _MODIFIER_OF[found["before"].lower()] if found["before"] else None
    after = _AFTER[(found["plus"] or found["after"]).lower()] if found["plus"] or found["after"] else None
    given = [modifier for modifier in (before, after, "range" if found["second"] else None) if modifier]
    if len(given) > 1:
        raise InvalidValueError(f"{text!r} has two modifiers", "keep one of them")
    return given[0] if given else "exact"


def _digits(number: str, magnitude: int) -> str:
    """A printed number as plain decimal text: no separators, no exponent, multiplied by ten to the power of `magnitude`."""
    if len(number) > LONGEST_NUMBER:
        raise InvalidValueError(f"a number of {len(number)} characters", f"a number has at most {LONGEST_NUMBER} characters")
    plain = number.replace(",", "").replace("−", "-").removeprefix("+").lower()
    mantissa, _, exponent = plain.partition("e")
    power = int(exponent or 0) + magnitude
    if not power:
        return mantissa
    if abs(power) > LONGEST_NUMBER:
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
    if len(digits) > LONGEST_NUMBER:
        raise out_of_range(number)
    return digits
