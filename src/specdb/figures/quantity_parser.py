"""Parse a printed figure ("approximately 40g", "30%-40%", "$55,000", "5+ years") into a Quantity."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from specdb.domain.quantity import Quantity, is_dot_ambiguous
from specdb.errors import InvalidValueError
from specdb.figures.printed_numbers import (
    MAX_NUMBER_LENGTH,
    NUMBER,
    SIGN_OF_FRACTION,
    SUPERSCRIPTS,
    is_slash_fraction,
    to_decimal,
)
from specdb.figures.vocabulary import (
    COUNTING_WORDS,
    CURRENCIES_OF_SIGN,
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    MAGNITUDES,
    MODIFIER_AFTER,
    MODIFIER_BEFORE,
    MONEY_MAGNITUDES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

__all__ = ("MAX_NUMBER_LENGTH", "MAX_TEXT_LENGTH", "parse_quantity")

MAX_TEXT_LENGTH = 96

_PLAIN = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([A-Za-z]*)"
"""The pattern of the most common figures: "20g", "14.9 kg"."""

_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"
_EXPONENT = re.compile(r"[0-9][eE][-+−0-9]|[\^×·⋅*]")
_RULER_DENOMINATORS = ("2", "4", "8", "16", "32", "64")
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""The currencies with three decimals."""


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern of any of these words, the longest first, in any case of ASCII letters.

    In Unicode, ſ would match s.
    """
    return rf"(?ai:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns of a figure; compiling takes milliseconds, so the first figure that is not plain does it."""
    sign = f"[{CURRENCY_SIGNS}]"
    magnitudes = _alternatives(COUNTING_WORDS)
    unit = (
        rf"(?!(?ai:or\ (?:more|less)\b))(?:(?![{SUPERSCRIPTS}{SIGN_OF_FRACTION}])[^\W\d_]|[×°℃℉%‰∆'’′\"”″{CURRENCY_SIGNS}]"
        r"|\([A-Z]{3}\)$).*?"
    )
    return {
        "before": re.compile(rf"(?P<word>{_alternatives(MODIFIER_BEFORE)})(?:(?<![A-Za-z])|(?![A-Za-z]))\s*(?=\S)"),
        "after": re.compile(
            rf"(?P<figure>.*\S)(?:\s*(?P<plus>\+)|,?\s+(?P<word>{_alternatives(set(MODIFIER_AFTER) - {'+'})})"
            rf"|\s*\((?P<bracketed>{_alternatives(set(MODIFIER_AFTER) - {'+'})})\))"
        ),
        "tax": re.compile(r"(?ai:\s*[,(]?\s*(?:incl?\.?|including|inc\.?)\s(?:[0-9]{1,2}\s?%\s)?(?:vat|tax|taxes|gst)\)?)$"),
        "figure": re.compile(
            rf"""(?P<prefix>(?:[A-Z]{{1,3}}\s?)?{sign}|(?ai:[A-Z]{{3}})\s|[A-Z]{{3}}(?=[0-9.]))?\s*
            (?P<first>{NUMBER})
            (?:\s?(?P<shared>(?!(?ai:to|and)\s)[^-+\d\s.–—](?:[^-+\d.–—]{{0,14}}[^-+\d\s.–—])?)?
              (?:\s*(?:-|–|—|\.\.|~)\s*|\s+(?ai:to|and)\s+)(?:(?P=prefix)\s*)?(?P<second>{NUMBER}))?
            (?P<plus>\+)?
            (?:\s*(?P<magnitude>{magnitudes})(?![A-Za-z]))?
            (?:\s*|(?<=[\d{SIGN_OF_FRACTION}])-(?=[^\W\d_]))(?P<unit>{unit}|)""",
            re.VERBOSE,
        ),
        "tolerance": re.compile(
            rf"(?P<middle>{NUMBER})\s?(?P<unit>[^\d±()]*?)\s*(?P<bracket>\()?\s*(?:±|\+/[-−]|\+-)\s*(?P<off>{NUMBER})\s?"
            r"(?P<off_unit>[^\d±()]*)(?(bracket)\))"
        ),
        "part": re.compile(rf"(?:\s*(?:,\s*|(?ai:and)\s+)?)(?P<number>{NUMBER})\s?(?P<unit>[A-Za-z]+\.?|''|['’′\"”″]|(?=$))"),
        "money": re.compile(
            rf"(?:(?P<magnitude>{_alternatives(MONEY_MAGNITUDES)})\.?)?\s?(?P<code>[A-Z]{{3}}|{sign}|\([A-Z]{{3}}\))?"
        ),
    }


def parse_quantity(text: str, *, decimal_dot: bool = False) -> Quantity:
    """Parse a printed figure; `parse_quantity(str(quantity)) == quantity`.

    Args:
        text: A figure such as "approximately 40g", "30%-40%", "$55,000", "5+ years", "5 1/2 in" or "500 g ± 5 g".
        decimal_dot: Whether the dot of "€1.299" is known to be a decimal point; otherwise such an amount is ambiguous.

    Returns:
        The quantity. Its unit is the text after the number, not looked up: it may be no unit. A tolerance is a range; a figure
        in several units ("1 h 30 min") is in the smallest of them.

    Raises:
        InvalidValueError: The text is not one figure, or it has two readings.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidValueError(f"figure of {len(text)} characters", f"a figure has at most {MAX_TEXT_LENGTH} characters")
    plain = re.fullmatch(_PLAIN, text)
    if (
        plain
        and plain[2].lower() not in MAGNITUDES
        and (decimal_dot or plain[1][-4:-3] != "." or not _is_currency_name(plain[2]))
    ):
        return Quantity("exact", (plain[1],), plain[2])
    figure = _parse_general(text)
    is_code = len(figure.unit) == 3 and figure.unit.isupper()
    if not decimal_dot and not (is_code and _EXPONENT.search(text)):
        _check_dot(figure, text)
    return figure


def _parse_general(text: str) -> Quantity:
    written = text.strip()
    if re.search(_CONTROL, written):
        raise _no_figure(text)
    body = re.sub(r"\.\.\.|…", "..", written)
    body = re.sub(r"(?ai:\b(?:minus|negative)\s+)(?=[0-9.])", "-", body)
    body = _patterns()["tax"].sub("", body)
    before = between = after = ""
    if body[:8].lower() == "between ":
        body, between = body[8:].lstrip(), "between"
    elif found := _patterns()["before"].match(body):
        body, before = body[found.end() :], found["word"].lower()
    if found := _patterns()["after"].fullmatch(body):
        word = (found["plus"] or found["word"] or found["bracketed"]).lower()
        if word not in ("min", "min.") or not found["figure"][-1].isdigit() or found["bracketed"]:
            body, after = found["figure"].removesuffix(","), word
    quantity = _parse_composed(body) or _parse_tolerance(body, text) or _parse_single(body, text, between)
    if between and len(quantity.numbers) < 2:
        raise InvalidValueError(f"{text!r} has only one end", 'write "between 30 and 40 g"')
    quantity = quantity._replace(modifier=_modifier(text, quantity, before, after))
    if len(str(quantity)) > MAX_TEXT_LENGTH:
        raise InvalidValueError(f"{text!r} is too long when written out", f"a figure has at most {MAX_TEXT_LENGTH} characters")
    return quantity


def _no_figure(text: str) -> InvalidValueError:
    """Return the error for a text that is not a figure, with the reason where it is plain."""
    if re.search(r"[0-9]−[0-9]", text):
        return InvalidValueError(
            f"{text!r} may be a power of ten that lost its superscript, or a range", 'write "10^-5 mbar" or "5..10 mbar"'
        )
    if re.search(r"[0-9][^\S\n][0-9]{3}(?![0-9])", text):
        return InvalidValueError(f"{text!r} has spaces in its number", "write the number without spaces: 1299")
    if re.search(r"[0-9],[0-9]", text):
        return InvalidValueError(
            f"{text!r} is not a figure", "write a decimal point and no separators, or thousands with commas: 1,234.5"
        )
    return InvalidValueError(f"{text!r} is not a figure", 'write a number and a unit, as in "14.9 g", "≤ 180 h" or "30..40 %"')


def _modifier(text: str, quantity: Quantity, before: str, after: str) -> str:
    """Return the modifier of a figure from the words before and after it."""
    own = "" if quantity.modifier == "exact" else quantity.modifier
    if before == "from" and own == "range" and not after:
        return own
    given = [modifier for modifier in (MODIFIER_BEFORE.get(before), own, MODIFIER_AFTER.get(after)) if modifier]
    if len(given) > 1:
        raise InvalidValueError(f"{text!r} has two modifiers", "keep one of them")
    return given[0] if given else "exact"


def _parse_single(body: str, text: str, between: str) -> Quantity:
    """Parse a number or a range with its unit or currency; the result is exact, a range, or at least for a plus."""
    found = _patterns()["figure"].fullmatch(body)
    if not found or (not between and re.search(r"(?ai:\sand\s)", body[: found.end("second")] if found["second"] else "")):
        raise _no_figure(text)
    if found["plus"] and found["second"]:
        raise InvalidValueError(f"{text!r} has two modifiers", "keep one of them")
    word, suffix = (found["magnitude"] or "").lower(), found["unit"].strip()
    if suffix[-1:] == "." and len(suffix) > 1:
        suffix = suffix[:-1]
    prefix = (found["prefix"] or "").replace(" ", "").strip()
    unit, money_power = _money_unit(prefix, suffix, word, text)
    power = money_power or COUNTING_WORDS.get(word, 0)
    if is_slash_fraction(found["first"]):
        _check_fraction(found["first"], unit if not found["second"] else "", text)
    numbers = tuple(to_decimal(found[part], power) for part in ("first", "second") if found[part])
    for number in filter(None, (found["first"], found["second"])):
        _check_apostrophe(number, unit, text)
    if found["shared"] not in (None, suffix if money_power else unit):
        numbers, unit = _range_in_one_unit(numbers, found["shared"], unit, text)
    return Quantity("at_least" if found["plus"] else "range" if found["second"] else "exact", numbers, unit)


def _check_apostrophe(number: str, unit: str, text: str) -> None:
    """Reject a number with an apostrophe that may separate thousands or stand for feet."""
    if re.search("['’]", number) and (
        not unit or unit[0] in "'’′\"”″" or unit.lower() in ("in", "inch", "inches", "ft", "feet")
    ):
        feet, inches = re.split("['’]", number, maxsplit=1)
        raise InvalidValueError(
            f"{text!r} may be {feet}{inches} (thousands as in Switzerland) or {feet} ft {inches} in",
            f"write {feet}{inches} and its unit",
        )


def _check_dot(figure: Quantity, text: str) -> None:
    """Reject an amount of money with a dot that may separate thousands: "€1.299"."""
    unit = figure.unit
    if not any(map(is_dot_ambiguous, figure.numbers)) or not (unit[-1:] in tuple(CURRENCY_SIGNS) or _is_currency_name(unit)):
        return
    if unit.upper() in _THREE_DECIMALS:
        return
    number = next(filter(is_dot_ambiguous, figure.numbers))
    grouped = number.replace(".", "")
    raise InvalidValueError(f"{text!r} may be {number} or {grouped} {unit}", f"write {grouped} {unit} or {number}0 {unit}")


def _check_fraction(number: str, unit: str, text: str) -> None:
    """Reject a slash that may separate two figures: "8/12 GB"."""
    above, _, below = number.replace("⁄", "/").lstrip("-+−–").partition("/")
    ruler = below in _RULER_DENOMINATORS and int(above) % 2 and int(above) < int(below)
    shutter = above == "1" and unit.lower() in ("s", "sec", "second", "seconds")
    data = re.fullmatch(r"(?ai:[kmgtp]?i?b(?:ytes?|its?)?|[kmgtp](?:iga|ega|era|ilo)?(?:bytes?|bits?))", unit)
    if not unit or data or not (ruler or shutter):
        raise InvalidValueError(
            f"{text!r} may be a fraction or two figures, {above} and {below}", "write the fraction as a decimal number"
        )


def _money_unit(prefix: str, suffix: str, magnitude_word: str, text: str) -> tuple[str, int]:
    """Return the unit of a figure and the power of ten of a money magnitude from what stands before and after the number."""
    money = _patterns()["money"].fullmatch(suffix)
    short = money["magnitude"] if money and not magnitude_word else None
    code = (money["code"] or "").strip("()") if money else ""
    power = MONEY_MAGNITUDES[short.lower()] if short else 0
    if not prefix:
        return (code, power) if power and code and _is_currency(code) else (suffix, 0)
    letters, sign = prefix.rstrip(CURRENCY_SIGNS), prefix.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    if sign and len(letters) == 3:  # CAD $5
        if letters not in CURRENCIES_OF_SIGN.get(sign, ()):
            raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit")
        prefix = letters
    if not suffix or (short and not code):
        return prefix, power
    if not money or (magnitude_word and short) or not _is_same_money(prefix, code):
        raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit")
    return code if len(code) == 3 else prefix, power


def _is_same_money(prefix: str, code: str) -> bool:
    """Return whether a currency before a figure and another form behind it are the same: $ and MXN, US$ and USD."""
    if code in CURRENCIES_OF_SIGN.get(prefix, ()) or prefix == code or prefix in CURRENCIES_OF_SIGN.get(code, ()):
        return True
    from specdb.figures import unit_registry

    try:
        return bool(code) and len(prefix) > 1 and unit_registry.find_unit(prefix) == unit_registry.find_unit(code)
    except InvalidValueError:
        return False


def _is_currency(text: str) -> bool:
    from specdb.domain.unit import currency_of
    from specdb.figures import unit_registry

    return len(text) == 1 or any(map(currency_of, unit_registry.units_ignoring_case(text)))


def _is_currency_name(unit: str) -> bool:
    """Return whether a unit is the code or the word of a currency, without looking for a unit that is not like one."""
    return unit.lower() in CURRENCY_WORDS or (
        len(unit) == 3 and unit.isalpha() and (unit.isupper() or unit.islower()) and _is_currency(unit)
    )


def _range_in_one_unit(numbers: tuple[str, ...], first: str, second: str, text: str) -> tuple[tuple[str, ...], str]:
    """Return the ends of a range in one unit: "20 Hz - 20 kHz" is 20..20000 Hz."""
    from fractions import Fraction

    from specdb.domain.unit import convert, currency_of
    from specdb.figures import unit_registry

    try:
        low, high = unit_registry.find_unit(first), unit_registry.find_unit(second)
        if currency_of(low) or currency_of(high):
            raise InvalidValueError(text)
        converted = _plain_decimal(convert(Fraction(numbers[1]), high, low))
        if converted:
            return (numbers[0], converted), first
        converted = _plain_decimal(convert(Fraction(numbers[0]), low, high))
    except InvalidValueError:
        converted = ""
    if not converted:
        raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit") from None
    return (converted, numbers[1]), second


def _plain_decimal(value: Fraction, least: int = 0) -> str:
    """Return a number as text with as few decimals as are exact, but `least`; '' if it is not finite or too long."""
    from specdb.domain.quantity import format_decimal

    for decimals in range(least, MAX_NUMBER_LENGTH):
        if 10**decimals % value.denominator == 0:
            digits = format_decimal(value, decimals)
            return digits if len(digits) <= MAX_NUMBER_LENGTH else ""
    return ""


def _parse_tolerance(body: str, text: str) -> Quantity | None:
    """Parse a figure with a tolerance as a range: "500 g ± 5 g", "12 V (±10 %)"."""
    found = _patterns()["tolerance"].fullmatch(body) if "±" in body or "+" in body else None
    if not found:
        return None
    from fractions import Fraction

    unit, off_unit = found["unit"].strip(), found["off_unit"].strip()
    written = to_decimal(found["middle"]), to_decimal(found["off"])
    least = max(len(number.partition(".")[2]) for number in written)
    middle, off = map(Fraction, written)
    if off_unit == "%" and unit not in ("%", ""):
        off *= abs(middle) / 100
    elif off_unit not in ("", unit) and unit:
        off *= _ratio(off_unit, unit, text)
    numbers = _plain_decimal(middle - off, least), _plain_decimal(middle + off, least)
    if off < 0 or not all(numbers):
        raise _no_figure(text)
    return Quantity("range", numbers, unit or off_unit)


def _ratio(unit: str, target: str, text: str) -> Fraction:
    """Return the size of a unit in another unit, without their offsets."""
    from specdb.figures import unit_registry

    try:
        found, wanted = unit_registry.find_unit(unit), unit_registry.find_unit(target)
        if found.dimension == wanted.dimension:
            return found.factor / wanted.factor
    except InvalidValueError:
        pass
    raise InvalidValueError(f"{text!r} has two units", "write one figure with one unit")


_PART_SIZES = {
    **dict.fromkeys(("day", "days", "d"), ("time", 86400, "day")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), ("time", 3600, "h")),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "m"), ("time", 60, "min")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("time", 1, "s")),
    **dict.fromkeys(("ft", "foot", "feet", "'", "’", "′"), ("length", 12, "ft")),
    **dict.fromkeys(("in", "inch", "inches", '"', "”", "″", "''"), ("length", 1, "in")),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("mass", 16, "lb")),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("mass", 1, "oz")),
}
"""The units that are written together, as in 5 ft 11 in: what they measure, their size, and their name."""

_NEXT_PART = {"h": "min", "ft": "in"}
"""The unit of a last number without a unit: 1h30."""


def _parse_composed(body: str) -> Quantity | None:
    """Parse a figure in several units, large to small: 6 ft 2 in, 1h30m, 1 h 30 min."""
    parts: list[tuple[str, str, int, str]] = []
    position = 0
    while position < len(body) and len(parts) < 4:
        found = _patterns()["part"].match(body, position)
        if not found or found["number"][0] in "-+−–":
            return None
        word = found["unit"].lower().rstrip(".") or (_NEXT_PART.get(parts[-1][3], "") if parts else "")
        if word not in _PART_SIZES:
            return None
        measured, size, name = _PART_SIZES[word]
        if parts and (parts[-1][0] != measured or parts[-1][2] <= size or not parts[-1][1].isdecimal()):
            return None
        digits = to_decimal(found["number"])
        if parts and float(digits) * size >= parts[-1][2]:
            return None
        parts.append((measured, digits, size, name))
        position = found.end()
    if len(parts) < 2 or position < len(body):
        return None
    smallest = parts[-1][2]
    whole, dot, decimals = parts[-1][1].partition(".")
    total = int(whole) + sum(int(digits) * size // smallest for _, digits, size, _ in parts[:-1])
    return Quantity("exact", (f"{total}{dot}{decimals}",), parts[-1][3])
