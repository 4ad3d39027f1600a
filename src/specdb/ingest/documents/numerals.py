"""Convert printed numbers to plain decimal text: digits, number words, magnitudes and counting words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.figures.vocabulary import MAGNITUDES
from specdb.ingest.documents import counted_nouns, lexicon
from specdb.ingest.documents.tagged_figure import TaggedFigure

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tokens import Token

_GROUP_SEPARATORS = ", \u00a0\u202f\u2009"
"""Characters between the thousands of a number."""

MAX_DIGITS = 24
"""Maximum digits of a number."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: value for value, word in enumerate(_ONES.split())}
NUMBER_WORDS |= {word: (value + 2) * 10 for value, word in enumerate(_TENS.split())}
MAGNITUDE_WORDS = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_POWERS = MAGNITUDES | {"mn": 6, "bn": 9, "tn": 12, "lakh": 5, "crore": 7}
_LETTERS = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "B": 9, "b": 9, "bn": 9, "T": 12, "tn": 12, "Mn": 6, "Bn": 9}


def plain_decimal(printed: str) -> str:
    """Return a number token as plain decimal text: "2980" for "2,980", "3.5" for "3,5"; '' if it is too long."""
    if len(printed) > MAX_DIGITS:
        return ""
    head, comma, tail = printed.rpartition(",")
    if comma and len(tail) < 3 and "." not in tail:
        printed = f"{head}.{tail}"
    text = "".join(str(int(char)) if char.isdecimal() else char for char in printed if char not in _GROUP_SEPARATORS)
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def shift_decimal(digits: str, power: int) -> str:
    """Multiply decimal text by ten to the given power."""
    whole, _, fraction = digits.partition(".")
    fraction = fraction.ljust(power, "0")
    return plain_decimal(f"{whole}{fraction[:power]}.{fraction[power:]}".rstrip("."))


def magnitude_at(tokens: list[Token], at: int) -> tuple[int, int]:
    """Return the power of ten of "million" or "× 10^6" at `at` and the index after it; (0, at) if there is none."""
    scientific = [token.text for token in tokens[at : at + 4]]
    if (
        len(scientific) == 4
        and scientific[0] in ("×", "x", "*", "·")
        and scientific[1:3] == ["10", "^"]
        and scientific[3].isdecimal()
    ):
        power = int(scientific[3]) if len(scientific[3]) < 3 else 0
        return (power, at + 4) if 0 < power < MAX_DIGITS else (0, at)
    step = at + 1 if at < len(tokens) and tokens[at].text == "-" and tokens[at].adjacent else at
    if step < len(tokens) and tokens[step].kind == "w":
        word = tokens[step].text
        power = _POWERS.get(word.lower() if len(word) > 2 else word, 0)
        if power:
            return power, step + 1
    return 0, at


def magnitude_letter(token: Token) -> int:
    """Return the power of ten of a letter joined to a number ("17k", "$1.2B"); 0 if it has none."""
    return _LETTERS.get(token.text, 0) if token.adjacent else 0


def number_words_at(tokens: list[Token], at: int) -> tuple[str, int]:
    """Return the number spelled by the words at `at` and the index after them; ('', at) if there is none.

    Examples: "twenty-two", "two hundred", "half a million", "a dozen", "one and a half".
    """
    word = tokens[at].text.lower()
    half = word == "half"
    i = at + 1 if half else at
    if word == "half" or word in ("a", "an"):
        if half and i < len(tokens) and tokens[i].text.lower() in ("a", "an"):
            i += 1
        elif not half:
            i = at + 1
        group = MAGNITUDE_WORDS.get(tokens[i].text.lower()) if i < len(tokens) else None
        if half and i < len(tokens) and tokens[i].text.lower() in ("day", "hour"):
            return "0.5", i
        if group is None:
            return ("0.5", i) if half and i > at + 1 else ("", at)  # "half an hour"
        return _multiply_by_words(group // 2 if half else group, tokens, i + 1)
    if word not in NUMBER_WORDS:
        return "", at
    value = NUMBER_WORDS[word]
    i = at + 1
    if value >= 20 and i < len(tokens):
        step = i + 1 if tokens[i].text == "-" and tokens[i].adjacent else i
        unit = NUMBER_WORDS.get(tokens[step].text.lower(), 0) if step < len(tokens) else 0
        if 0 < unit < 10:
            value, i = value + unit, step + 1
    if [token.text.lower() for token in tokens[i : i + 3]] == ["and", "a", "half"]:
        return f"{value}.5", i + 3
    return _multiply_by_words(value, tokens, i)


def _multiply_by_words(value: int, tokens: list[Token], i: int) -> tuple[str, int]:
    """Multiply `value` by the words that follow: "hundred thousand"."""
    for _ in range(2):
        group = MAGNITUDE_WORDS.get(tokens[i].text.lower()) if i < len(tokens) else None
        if group is None or (group == 12 and value > 99):
            break
        value, i = value * group, i + 1
    return str(value), i


ORDINALS = {
    word: str(value)
    for value, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}


def multiple_at(sentence: Sentence, at: int) -> TaggedFigure | None:
    """Return the figure of a counting word: "dual microphones", "quad-die"; None if there is none."""
    tokens = sentence.tokens
    word = tokens[at].text.lower()
    if word not in lexicon.multiple_words() or (tokens[at].adjacent and at and tokens[at - 1].text != "("):
        return None
    noun = counted_nouns.noun_at(sentence, at + 1)
    if noun is None or not noun.listed:
        return None
    end = tokens[noun.after - 1].end
    text = sentence.text[tokens[at].start : end]
    return TaggedFigure(
        tokens[at].start, end, text, (str(lexicon.multiple_words()[word]),), None, "exact", noun.words, tokens[at].start, 0.6
    )


def ordinal_at(sentence: Sentence, at: int) -> TaggedFigure | None:
    """Return the number of a generation: "third-generation"; None if there is none."""
    tokens = sentence.tokens
    i = at + 2 if at + 1 < len(tokens) and tokens[at + 1].text == "-" else at + 1
    if tokens[at].text.lower() not in ORDINALS or i >= len(tokens) or tokens[i].text.lower() not in ("generation", "gen"):
        return None
    start, end = tokens[at].start, tokens[i].end
    return TaggedFigure(
        start, end, sentence.text[start:end], (ORDINALS[tokens[at].text.lower()],), None, "exact", "generation", start, 0.5
    )
