"""Printed numbers: digit groups, fractions and powers of ten, and their value as plain decimal text."""

from __future__ import annotations

import re

from specdb.domain.quantity import out_of_range
from specdb.errors import InvalidValueError

MAX_NUMBER_LENGTH = 32

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_VULGAR = {
    "½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅒": (1, 10), "⅓": (1, 3), "⅔": (2, 3), "⅙": (1, 6), "⅚": (5, 6),
}  # fmt: skip

SIGN_OF_FRACTION = "".join(_VULGAR)
"""The characters that are a fraction."""

SUPERSCRIPTS = f"{_SUPERSCRIPTS}⁻⁺"
"""The characters of a raised exponent."""

_MANTISSA = (
    r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,3}(?:['’][0-9]{3})+(?![0-9])|[0-9]+)"
    r"(?:\.[0-9]+)?|\.[0-9]+)"
)
_EXPONENT = rf"10(?:(?:\^|\*\*)(?:[-+−]?[0-9]{{1,3}}(?![0-9*^])|\([-+−]?[0-9]{{1,3}}\))|[⁻⁺]?[{_SUPERSCRIPTS}]{{1,3}})"
_FRACTION = (
    rf"(?:[0-9]{{1,6}}\s?[{SIGN_OF_FRACTION}]|[{SIGN_OF_FRACTION}]"
    r"|(?:[0-9]{1,6}(?:\s|-))?[0-9]{1,3}[/⁄][0-9]{1,6}(?![0-9./⁄]))"
)

NUMBER = rf"[-+−–]?(?:{_FRACTION}|{_EXPONENT}|{_MANTISSA}(?:[eE][-+−]?[0-9]{{1,3}}|\s?[x×·⋅*]\s?{_EXPONENT})?)"
"""The pattern of a number. It has no capturing groups; a verbose pattern may contain it."""

_POWER = re.compile(rf"(?P<mantissa>.*?)\s?[x×·⋅*]?\s?(?P<power>{_EXPONENT})")
_PARTS = re.compile(
    rf"(?P<whole>[0-9]+(?=\s?[{SIGN_OF_FRACTION}]|[\s-][0-9]))?[\s-]?"
    rf"(?:(?P<vulgar>[{SIGN_OF_FRACTION}])|(?P<above>[0-9]+)[/⁄](?P<below>[0-9]+))"
)
_RAISED_TO_PLAIN = str.maketrans(SUPERSCRIPTS, "0123456789-+")


def to_decimal(number: str, magnitude: int = 0) -> str:
    """Return a printed number times ten to the power of `magnitude` as plain decimal text.

    Args:
        number: A text that NUMBER matches: "1,299", "-.5", "1.5 × 10^6", "5 1/2".
        magnitude: Power of ten.

    Raises:
        InvalidValueError: The number has more than 32 characters or is a fraction without a finite decimal expansion.
    """
    if len(number) > MAX_NUMBER_LENGTH:
        raise InvalidValueError(f"number of {len(number)} characters", f"a number has at most {MAX_NUMBER_LENGTH} characters")
    sign = "-" if number[0] in "-−–" else ""
    plain = number.lstrip("-+−–")
    if plain.isdecimal() and not magnitude:
        return sign + plain
    fraction = _PARTS.fullmatch(plain)
    if fraction:
        return sign + _shift(_fraction_digits(fraction, number), magnitude, number)
    mantissa, exponent = plain.translate({ord(mark): None for mark in ",'’"}).lower(), 0
    power = _POWER.fullmatch(mantissa)
    if power:
        mantissa, exponent = power["mantissa"] or "1", _exponent(power["power"])
    elif "e" in mantissa:
        mantissa, _, written = mantissa.partition("e")
        exponent = int(written.replace("−", "-"))
    return sign + _shift(mantissa.rjust(len(mantissa) + (mantissa[0] == "."), "0"), exponent + magnitude, number)


def is_slash_fraction(number: str) -> bool:
    """Return whether a printed number is a fraction with a slash and without a whole number: "3/4"."""
    found = _PARTS.fullmatch(number.lstrip("-+−–"))
    return bool(found and found["above"] and not found["whole"])


def _exponent(power: str) -> int:
    """Return the exponent of a printed power of ten: -5 for "10^-5" and "10⁻⁵"."""
    return int(power[2:].translate(_RAISED_TO_PLAIN).replace("−", "-").strip("^*()"))


def _fraction_digits(found: re.Match[str], number: str) -> str:
    """Return the digits of a fraction, exactly."""
    above, below = _VULGAR[found["vulgar"]] if found["vulgar"] else (int(found["above"]), int(found["below"]))
    scaled, rest = divmod(above * 10**12, below) if below else (0, 1)
    if rest or (found["whole"] and above >= below):
        raise InvalidValueError(f"{number!r} is not a fraction with a finite decimal form", "write it as a decimal number")
    digits = f"{scaled:013d}"
    whole = int(found["whole"] or 0) + int(digits[:-12])
    return f"{whole}.{digits[-12:]}".rstrip("0").rstrip(".")


def _shift(mantissa: str, power: int, number: str) -> str:
    """Move the decimal point of a number without sign by `power` digits to the right."""
    if not power:
        return mantissa
    if abs(power) > MAX_NUMBER_LENGTH:
        raise out_of_range(number)
    whole, _, part = mantissa.partition(".")
    if power > 0:
        part = part.ljust(power, "0")
        whole, part = whole + part[:power], part[power:]
    else:
        whole = whole.rjust(1 - power, "0")
        whole, part = whole[:power], whole[power:] + part
    digits = f"{whole.lstrip('0') or '0'}{'.' + part if part else ''}"
    if len(digits) >= MAX_NUMBER_LENGTH + 1:
        raise out_of_range(number)
    return digits
