"""Group numbers to one figure: ranges, sizes, lists with one unit, tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon, numerals
from specdb.ingest.documents.number_spans import NumberSpan, number_span_at

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tokens import Token


MAX_NUMBERS = 8
"""Maximum numbers of a figure; longer groups are matrix rows or part numbers."""


_DASHES = "-–—~〜−～‑"


class NumberGroup(NamedTuple):
    """The numbers of one figure and how they are joined: '' (one number), range, size, list or tolerance."""

    parts: list[NumberSpan]
    joined: str


def number_group_at(sentence: Sentence, first: NumberSpan, *, signed: bool) -> NumberGroup:
    """Return the group that starts with the number `first`."""
    parts, joined = [first], ""
    while len(parts) <= MAX_NUMBERS:
        link = _next_number(sentence, parts, signed=signed)
        if link is None:
            break
        following, how = link
        if joined and how != joined and not (joined == "list" and how == "list"):
            break
        parts.append(following)
        joined = how
        if how == "range":
            break
    return NumberGroup(parts, joined)


def _next_number(sentence: Sentence, parts: list[NumberSpan], *, signed: bool) -> tuple[NumberSpan, str] | None:
    """Return the next number and how it is joined to the last of `parts`; None at the end of the figure."""
    tokens = sentence.tokens
    last = parts[-1]
    # "8x 150mAh" was read as a factor, "2 x 150" was not
    times = last.unit == "times" and tokens[last.after - 1].text.lower() in ("x", "×")
    i = last.after - 1 if times else last.after
    if i >= len(tokens):
        return None
    joiner = _joiner_at(sentence, parts, i)
    if joiner is None:
        return None
    how, step = joiner
    sign = tokens[i].text
    following = number_span_at(sentence, step, chained=True, signed=signed)
    if following is None or following.sure < 0 or not _may_join(sentence, parts, following, how, sign):
        return None
    if times:
        parts[-1] = last._replace(unit="", after=last.after - 1, sure=0.5)
    elif following.power and not last.power and how in ("range", "list") and _shares_magnitude(last, following):
        parts[-1] = last._replace(digits=numerals.shift_decimal(last.digits, following.power), power=following.power)
    return following, how


def _joiner_at(sentence: Sentence, parts: list[NumberSpan], i: int) -> tuple[str, int] | None:
    """Return how token `i` joins a number to `parts`, and the index of that number; None if it does not."""
    tokens = sentence.tokens
    sign = tokens[i].text
    lower = sign.lower()
    step = i + 1
    following = tokens[step].text.lower() if step < len(tokens) else ""
    if sign in _DASHES:
        is_hyphen = sign == "-" and not (tokens[i].adjacent and step < len(tokens) and tokens[step].adjacent)
        return None if is_hyphen and not _spaced_dash(tokens, i) else ("range", step)
    if lower == "±" or sentence.text.startswith("+/-", tokens[i].start):
        return "tolerance", step + (2 if sign == "+" else 0)
    if lower in ("x", "×", "*", "by"):
        return ("size", step) if tokens[i].start - tokens[i - 1].end <= 1 else None
    if lower in ("to", "through") or (lower == "up" and following == "to"):
        return "range", step + (lower == "up")
    if lower == "and" and has_word_before(sentence, parts[0], "between"):
        return "range", step
    if lower in (",", "or", "and", "/"):
        return "list", step + (lower == "," and following in ("or", "and"))
    return None


def _shares_magnitude(last: NumberSpan, following: NumberSpan) -> bool:
    """Whether a number has the magnitude of the next: "2 to 3 million", but not "900 to 1.2 million"."""
    most: float = 10**following.power
    return 0 < float(last.digits) < float(following.digits) / most


def _spaced_dash(tokens: list[Token], i: int) -> bool:
    """Whether a hyphen has a space on both sides, as in "20 - 30 W"."""
    return not tokens[i].adjacent and i + 1 < len(tokens) and not tokens[i + 1].adjacent


def has_word_before(sentence: Sentence, number: NumberSpan, cue: str) -> bool:
    """Whether a word is among the last three before a number."""
    before = sentence.text[max(sentence.start, number.start - 24) : number.start].lower().split()
    return cue in before[-3:]


def _may_join(sentence: Sentence, parts: list[NumberSpan], following: NumberSpan, how: str, sign: str) -> bool:
    """Whether `following` can continue the figure of `parts`: the units agree, or only the last number has one."""
    last = parts[-1]
    same = (
        last.unit == following.unit or last.unit in ("", "times") or (last.unit == "degree" and following.unit in ("°C", "°F"))
    )
    if how == "size":
        tokens, after = sentence.tokens, following.after
        further = not following.unit and not following.noun and after < len(tokens) and tokens[after].text in "x×*X"
        return (same or further) and not last.noun  # "700mm * 545 * 370mm"
    if how == "tolerance":
        return same or not following.unit
    if how == "range":
        if last.noun and not (following.noun or following.unit):
            return False
        if last.money and not following.unit:
            return not following.noun
        if last.unit and not following.unit:
            return not following.noun and has_word_before(sentence, parts[0], "from") and sign.lower() in ("to", "up")
        spaced = sign in "–—" and sentence.tokens[last.after].start > sentence.tokens[last.after - 1].end
        known = bool(following.unit or following.noun)
        return (
            same
            and (known if spaced or sign.lower() in ("to", "and", "through", "up") else True)
            and not _is_change(sentence, parts[0])
        )
    if sign in ("/", "or"):
        return (same and not last.noun and bool(following.unit or following.noun or sign == "/")) or (
            bool(last.unit) and last.unit == following.unit
        )
    return not last.unit and not last.noun and not last.money and len(last.digits) < 7


def _is_change(sentence: Sentence, number: NumberSpan) -> bool:
    """Whether "from A to B" reports a change, so that both are separate figures."""
    before = sentence.text[max(sentence.start, number.start - 60) : number.start].lower().split()
    return "from" in before[-2:] and not lexicon.word_lists()["changes"].isdisjoint(before)
