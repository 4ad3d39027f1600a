"""Read one number with its currency sign, magnitude and unit, and recognise numbers that are part of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon, numerals, printed_units
from specdb.ingest.documents.counted_nouns import noun_at

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tokens import Token

_CURRENCY_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "₩": "KRW",
    "₹": "INR",
    "₽": "RUB",
    "₪": "ILS",
    "฿": "THB",
}
_DOLLAR_PREFIXES = {
    "NT": "TWD",
    "HK": "HKD",
    "S": "SGD",
    "A": "AUD",
    "AU": "AUD",
    "C": "CAD",
    "CA": "CAD",
    "NZ": "NZD",
    "R": "BRL",
    "MX": "MXN",
}
CURRENCIES = (
    "USD",
    "CNY",
    "EUR",
    "GBP",
    "JPY",
    "KRW",
    "INR",
    "TWD",
    "HKD",
    "SGD",
    "AUD",
    "CAD",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "THB",
)
"""Currency codes that may be printed before or after an amount."""

_CURRENCY_CODES = {code: code for code in CURRENCIES}
_CURRENCY_CODES |= {"RMB": "CNY", "NTD": "TWD", "Rs": "INR", "CN": "CNY", "US": "USD", "EURO": "EUR"}
_MINUS = "-−–"
_VIDEO_LINES = frozenset({"480", "540", "576", "720", "1080", "1440", "2160", "4320"})


class NumberSpan(NamedTuple):
    """A number at tokens[first:after].

    Attributes:
        digits: The number as plain decimal text.
        start: The offset in the text.
        first: The index of its first token.
        after: The index of the token after it.
        unit: The name of the unit, '' for none, "times" for a factor.
        sure: Confidence in the unit, from 0 to 1; negative if the number is only part of a name.
        noun: What a number without a unit counts.
        money: Whether a currency sign or code is before the number.
        plus: Whether a plus sign follows, as in "200+ models".
        power: The power of ten that a word such as "million" stands for.
    """

    digits: str
    start: int
    first: int
    after: int
    unit: str = ""
    sure: float = 0.0
    noun: str = ""
    money: bool = False
    plus: bool = False
    power: int = 0


def number_span_at(sentence: Sentence, at: int, *, chained: bool = False, signed: bool = False) -> NumberSpan | None:
    """Return the number at token `at`; None if there is none or it is part of a name.

    Args:
        sentence: The sentence.
        at: The index of the first token.
        chained: Whether the number continues a figure, so that the tokens before it need no check.
        signed: Whether a plus-minus sign is before the number.
    """
    tokens = sentence.tokens
    i, money = _currency_before(tokens, at)
    minus = False
    if (
        i < len(tokens)
        and tokens[i].text in ("+", *_MINUS)
        and i + 1 < len(tokens)
        and tokens[i + 1].adjacent
        and _is_sign(tokens, i, chained)
    ):
        minus, i = tokens[i].text in _MINUS, i + 1
        if not money:
            i, money = _currency_before(tokens, i)
    if i >= len(tokens) or (tokens[i].kind != "n" and (tokens[i].kind != "w" or money)):
        return None
    start = tokens[at].start
    if tokens[i].kind == "w":
        digits, after = numerals.number_words_at(tokens, i)
        if not digits or (tokens[i].adjacent and not chained):
            return None
        return _with_unit(sentence, NumberSpan(digits, start, at, after))
    digits = numerals.plain_decimal(tokens[i].text)
    if (
        not digits
        or (not chained and i == at and not money and _is_part_of_name(sentence, i))
        or _is_version_or_date(tokens, i)
    ):
        return None
    power, after = numerals.magnitude_at(tokens, i + 1)
    digits = numerals.shift_decimal(digits, power) if power else digits
    digits = f"-{digits}" if minus and digits != "0" else digits
    number = NumberSpan(digits, start, at, after, money, 0.95 if money else 0.0, money=bool(money), power=power)
    return _with_currency_after(sentence, number) if money else _with_unit(sentence, number, signed=signed)


def _currency_before(tokens: list[Token], at: int) -> tuple[int, str]:
    """Return the index after a currency sign or code at token `at`, and the currency; (at, '') if there is none."""
    text = tokens[at].text if at < len(tokens) else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None:
        return at, ""
    if text in _CURRENCY_SIGNS:
        return at + 1, _CURRENCY_SIGNS[text]
    if (
        following.text in _CURRENCY_SIGNS
        and following.adjacent
        and at + 2 < len(tokens)
        and text in ("US", "JP", *_DOLLAR_PREFIXES, *_CURRENCY_CODES)
    ):
        if following.text == "¥":
            return at + 2, "JPY" if text == "JP" else "CNY"
        return at + 2, _DOLLAR_PREFIXES.get(text) or _CURRENCY_CODES[text]
    if text == "Rs" and following.text == "." and following.adjacent and tokens[at + 2 : at + 3] and tokens[at + 2].kind == "n":
        return at + 2, "INR"
    if text in _CURRENCY_CODES and text not in ("CN", "US") and following.kind == "n":
        return at + 1, _CURRENCY_CODES[text]
    return at, ""


def _with_currency_after(sentence: Sentence, number: NumberSpan) -> NumberSpan:
    """Add a magnitude letter ("$1.2B") or a second currency ("$20 US") to an amount."""
    tokens, i = sentence.tokens, number.after
    if i < len(tokens) and tokens[i].kind == "w":
        power = numerals.magnitude_letter(tokens[i])
        if power:
            number, i = number._replace(digits=numerals.shift_decimal(number.digits, power), after=i + 1, power=power), i + 1
    if i < len(tokens) and (tokens[i].text in _CURRENCY_CODES or tokens[i].text.lower() in ("dollars", "yuan")):
        return number._replace(after=i + 1, unit=_CURRENCY_CODES.get(tokens[i].text, number.unit))
    if i + 1 < len(tokens) and tokens[i].text in ("/", "per") and tokens[i + 1].text == "kWh":
        return number._replace(after=i + 2, unit=f"{number.unit}/kWh")
    return number


def _with_unit(sentence: Sentence, number: NumberSpan, *, signed: bool = False) -> NumberSpan:
    """Add the unit, the factor or the noun after a number."""
    tokens, i = sentence.tokens, number.after
    if i + 1 < len(tokens) and tokens[i].text == "+" and tokens[i].adjacent and not tokens[i + 1].adjacent:
        number, i = number._replace(after=i + 1, plus=True), i + 1
    elif i + 1 < len(tokens) and tokens[i].text == "-" and tokens[i + 1].text.lower() == "plus":
        number, i = number._replace(after=i + 2, plus=True), i + 2
    unit = printed_units.unit_at(sentence, i, number.digits, signed=signed)
    if unit:
        return number._replace(after=unit.after, unit=unit.name, sure=unit.sure)
    if i >= len(tokens):
        return number
    token = tokens[i]
    text = token.text.lower()
    if (
        token.text == "X"
        and token.adjacent
        and len(number.digits) > 3
        and (i + 1 >= len(tokens) or not tokens[i + 1].text.islower())
    ):
        return number._replace(sure=-1.0, after=i + 1)  # "7800X"
    if text in ("x", "×") and token.adjacent:
        return _with_factor(sentence, number)
    if text in ("times", "fold", "-fold") or (text == "-" and i + 1 < len(tokens) and tokens[i + 1].text == "fold"):
        return number._replace(after=i + 1 + (text == "-"), unit="times", sure=0.8)
    if token.kind == "w" and token.adjacent and tokens[i - 1].kind == "n":
        return _with_letter(sentence, number)
    noun = noun_at(sentence, i)
    return number._replace(noun=noun.words, sure=0.7 if noun.listed else 0.4) if noun else number


def _with_factor(sentence: Sentence, number: NumberSpan) -> NumberSpan:
    """Read the "x" after a number as part of a size, before a counted noun ("8x GX100"), or as a factor."""
    tokens, i = sentence.tokens, number.after
    if i + 1 < len(tokens) and tokens[i + 1].adjacent and tokens[i + 1].kind != "s":
        return number
    noun = noun_at(sentence, i + 1)
    if noun and noun.listed and (noun.words.endswith("s") or _opens_line(sentence, number, noun.after)):
        return number._replace(after=i + 1, noun=noun.words, sure=0.7)
    model = tokens[i + 1 : i + 3]
    if len(model) == 2 and model[0].text[:1].isupper() and model[1].kind == "n" and model[1].adjacent and not model[0].adjacent:
        return number._replace(after=i + 1, noun=model[0].text + model[1].text, sure=0.5)  # "8x GX100"
    if model and model[0].text.isupper() and len(model[0].text) > 2 and not model[0].adjacent:
        return number._replace(after=i + 1, noun=model[0].text, sure=0.5)  # "1x HDMI"
    return number._replace(after=i + 1, unit="times", sure=0.8) if number.digits != "0" else number


def _opens_line(sentence: Sentence, number: NumberSpan, after: int) -> bool:
    """Whether a count opens its line with only a sign or joining word after its noun: "- 4x Motor with gears"."""
    tokens = sentence.tokens
    first = tokens[number.first]
    opens = not sentence.text[sentence.line.start : first.start].strip(" \t-*•+|")
    return opens and (after >= len(tokens) or tokens[after].kind != "w" or tokens[after].text.lower() in ("with", "and", "for"))


def _with_letter(sentence: Sentence, number: NumberSpan) -> NumberSpan:
    """Read a number with a letter that is not a unit: "17k logic cells", "1080p"; `sure` is -1 for a name ("3D")."""
    tokens, i = sentence.tokens, number.after
    if tokens[i].text.lower() == "dof":
        return number._replace(after=i + 1, noun="DOF", sure=0.9)
    if tokens[i].text in ("p", "i") and number.digits in _VIDEO_LINES:
        return number._replace(after=i + 1, noun="lines", sure=0.4)
    if number.digits.isdigit() and len(number.digits) > 2 and tokens[i].text in ("st", "nd", "rd", "th"):
        return number._replace(after=i + 1, noun="in a row", sure=0.3)
    power = numerals.magnitude_letter(tokens[i])
    noun = noun_at(sentence, i + 1) if power else None
    small = tokens[i].text == "K" and number.digits.isdigit() and int(number.digits) <= 16  # the 4K of pictures
    plus = i + 1 < len(tokens) and tokens[i + 1].text == "+"
    if power and not small and tokens[i].text != "m" and ((noun and noun.listed) or (plus and power)):
        return number._replace(
            digits=numerals.shift_decimal(number.digits, power), after=i + 1, noun=noun.words if noun else "", sure=0.7
        )
    return number._replace(after=i + 1, sure=-1.0)


def _is_sign(tokens: list[Token], i: int, chained: bool) -> bool:
    """Whether the plus or minus at `i` is a sign and not a hyphen: it does not touch a token on its left."""
    return chained or i == 0 or not tokens[i].adjacent or tokens[i - 1].text in "(|[/"


def _is_version_or_date(tokens: list[Token], i: int) -> bool:
    """Whether the number at `i` continues as a version, date, time or address: "5.3.1", "2026-04-30", "10:30"."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    further = tokens[i + 2] if i + 2 < len(tokens) else None
    if tokens[i].text.startswith("802."):
        return True  # a standard such as 802.11
    if after is None or further is None or not after.adjacent or not further.adjacent:
        return False
    if after.text == "." and further.kind == "n":
        return True
    if after.text == ":" and further.kind == "n":
        return further.text != "1" or len(tokens[i].text) < 2
    return after.text == "-" and further.kind == "n" and _is_hyphen_chain(tokens, i)


def _is_hyphen_chain(tokens: list[Token], i: int) -> bool:
    """Whether numbers are joined by two hyphens, as in a date or part number: 2026-04-30, 1-1-1-1."""
    return (
        i + 4 < len(tokens)
        and tokens[i + 3].text == "-"
        and tokens[i + 3].adjacent
        and tokens[i + 4].kind == "n"
        and tokens[i + 4].adjacent
    )


def _is_part_of_name(sentence: Sentence, i: int) -> bool:
    """Whether the tokens before the number at `i` make it part of a name."""
    tokens = sentence.tokens
    if i == 0:
        return False
    before = tokens[i - 1]
    if _is_unit(sentence, i - 1) or (before.text in "/-–" and _is_unit(sentence, i - 2)):
        return False  # "24V 15A", "5V/3A", "660mAh2,980mAh"
    if not tokens[i].adjacent:
        return _follows_name(sentence, i)
    if before.kind == "w":
        return not (
            _is_table_cell(before.text)
            and printed_units.unit_at(sentence, i + 1, numerals.plain_decimal(tokens[i].text) or "0")
        )
    if before.text in "_#№§'’.\\":
        return before.text != "." or i == 1 or tokens[i - 1].adjacent
    if before.text in "=&" or (before.text in "-+/" and i > 1 and before.adjacent and tokens[i - 2].kind != "s"):
        if before.text == "-" and tokens[i - 2].text.lower() in ("sub", "under", "to", "up", "mid", "or"):
            return False
        if before.text == "/" and tokens[i - 2].text in ("typ", "min", "max", "idle", "nominal", "peak"):
            return False
        return not has_certain_unit(sentence, i)
    return False


def has_certain_unit(sentence: Sentence, i: int) -> bool:
    """Whether a number joined to a name is a figure because of its unit: "DDR5-6400 MT/s"."""
    tokens = sentence.tokens
    if len(tokens[i].text) < 4 or i + 1 >= len(tokens) or tokens[i + 1].adjacent:
        return False
    unit = printed_units.unit_at(sentence, i + 1, numerals.plain_decimal(tokens[i].text) or "0")
    return unit is not None and unit.sure >= 0.9


def _is_unit(sentence: Sentence, i: int) -> bool:
    """Whether token `i` is the unit of the number before it."""
    tokens = sentence.tokens
    if i < 1 or tokens[i].text not in lexicon.unit_forms() or tokens[i].text == "in":
        return False
    hyphen = tokens[i - 1].text == "-" and tokens[i - 1].adjacent and i > 1
    number = i - 1 - hyphen
    joined_to_word = (
        tokens[number].adjacent
        and number > 0
        and tokens[number - 1].kind == "w"
        and not _is_table_cell(tokens[number - 1].text)
    )
    return tokens[number].kind == "n" and not joined_to_word and (tokens[i].adjacent or len(tokens[i].text) > 1)


def _is_table_cell(word: str) -> bool:
    """Whether a word joined to a number is a cell of its own, in a table that lost its lines: "Capacity660mAh"."""
    return len(word) > 3 and word[1:].islower()


def _follows_name(sentence: Sentence, i: int) -> bool:
    """Whether the word before a number makes it a version or part number; numbers with a unit are not."""
    tokens = sentence.tokens
    before = tokens[i - 1]
    word = before.text.lower()
    if before.kind != "w":
        return before.text in "™®#"
    last = i
    while last + 2 < len(tokens) and last < i + 6 and tokens[last + 2].kind == "n" and tokens[last + 1].text in "-–~x×/":
        last += 2  # the unit follows the last number of a range or size
    unit = printed_units.unit_at(sentence, last + 1, numerals.plain_decimal(tokens[last].text) or "0")
    if unit and (unit.sure > 0.8 or word not in lexicon.word_lists()["named"]):
        return word in ("gen", "generation", "pcie") and unit.sure < 0.9
    if word in lexicon.word_lists()["months"]:
        return True
    if word in lexicon.word_lists()["named"]:
        return not (i + 1 < len(tokens) and tokens[i + 1].text.lower() in ("x", "×") and tokens[i + 1].adjacent) and (
            before.text[0].isupper()
            or word not in ("core", "thread", "channel", "level", "mode", "build", "tensor", "pixel", "day")
        )
    counts = i + 1 < len(tokens) and tokens[i + 1].text == "-" and noun_at(sentence, i + 1) is not None
    return before.text[0].isupper() and word not in lexicon.word_lists()["starters"] and len(tokens[i].text) < 4 and not counts
