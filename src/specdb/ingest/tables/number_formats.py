"""Number formats of locales: rewrite 1.339,69 and 1 339,69 as the figure parser reads them, 1339.69."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import InvalidValueError, UsageError, nearest

if TYPE_CHECKING:
    from re import Match

_LANGUAGES = {
    "en": ",.", "zh": ",.", "ja": ",.", "ko": ",.", "he": ",.", "th": ",.",
    "de": ".,", "es": ".,", "it": ".,", "nl": ".,", "da": ".,", "pt": ".,", "id": ".,", "tr": ".,", "el": ".,", "ro": ".,",
    "hr": ".,", "sl": ".,", "vi": ".,", "sr": ".,", "ca": ".,",
    "fr": " ,", "ru": " ,", "pl": " ,", "cs": " ,", "sk": " ,", "sv": " ,", "fi": " ,", "nb": " ,", "no": " ,", "uk": " ,",
    "hu": " ,", "bg": " ,", "et": " ,", "lv": " ,", "lt": " ,",
    "de-ch": "'.", "fr-ch": "'.", "it-ch": "'.", "ch": "'.", "de-at": " ,", "es-mx": ",.", "en-za": " ,",
}  # fmt: skip
"""The thousands separator and the decimal mark of each language. Source: Unicode CLDR."""

_SPACES = str.maketrans("\u00a0\u202f\u2009\u2007\u2008’", "     '")


class NumberFormat(NamedTuple):
    """The thousands separator and decimal mark of a locale, and the pattern of its numbers."""

    locale: str
    pattern: re.Pattern[str]
    thousands: str
    decimal: str


def number_format(locale: str) -> NumberFormat | None:
    """Return the number format of a locale such as de or fr_CH; None for the English format, which needs no rewriting."""
    key = locale.strip().lower().replace("_", "-").partition(".")[0]
    marks = _LANGUAGES.get(key) or _LANGUAGES.get(key.partition("-")[0])
    if not marks:
        raise UsageError(f"unknown locale {locale!r}", nearest(key, _LANGUAGES) or "use a language code such as de, fr or en")
    thousands, decimal = marks[0], marks[1]
    if marks == ",.":
        return None
    group = "[ .]" if thousands == "." else f"[{re.escape(thousands)} ]"
    pattern = rf"(?<![\d.,])\d{{1,3}}(?:{group}\d{{3}})+(?:{re.escape(decimal)}\d+)?(?![\d])|\d+(?:[.,]\d+)*"
    return NumberFormat(key, re.compile(pattern), thousands, decimal)


def number_pattern(number_format: NumberFormat | None) -> str:
    """Return the pattern of a number in this format; None is the English format."""
    if number_format is None:
        return r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d])"
    return rf"[-+−]?(?:{number_format.pattern.pattern})"


def to_plain_numbers(text: str, number_format: NumberFormat) -> str:
    """Rewrite the numbers in a text with a decimal point and without thousands separators.

    Raises:
        InvalidValueError: A number is not valid in the locale.
    """

    def to_plain(match: Match[str]) -> str:
        number = match[0]
        whole, _, fraction = number.partition(number_format.decimal)
        bare = re.sub(r"[ .']" if number_format.thousands == "." else rf"[{re.escape(number_format.thousands)} ]", "", whole)
        if (
            not bare.isdigit()
            or (fraction and not fraction.isdigit())
            or (len(bare) < len(whole) and not _has_valid_groups(whole))
        ):
            shown = f"1{number_format.thousands}234{number_format.decimal}5"
            raise InvalidValueError(
                f"{number!r} is not a number in the locale {number_format.locale}", f"write it like {shown}"
            )
        return f"{bare}.{fraction}" if fraction else bare

    return number_format.pattern.sub(to_plain, text.translate(_SPACES))


def _has_valid_groups(whole: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:[ .']\d{3})+", whole))
