"""Find the figures in a sentence: numbers grouped to ranges, sizes and lists, each with one unit and one modifier."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from specdb.ingest.documents import counted_nouns, lexicon, modifier_cues, numerals
from specdb.ingest.documents.number_groups import MAX_NUMBERS, NumberGroup, has_word_before, number_group_at
from specdb.ingest.documents.number_spans import CURRENCIES, NumberSpan, has_certain_unit, number_span_at
from specdb.ingest.documents.numerals import ORDINALS, multiple_at, ordinal_at
from specdb.ingest.documents.shared_units import share_bounds, share_units
from specdb.ingest.documents.tagged_figure import TaggedFigure

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence


def scan_figures(sentence: Sentence) -> list[TaggedFigure]:
    """Return the figures of a sentence, in order and without overlap."""
    figures: list[TaggedFigure] = []
    if not _numeric_pattern().search(sentence.text, sentence.start, sentence.end):
        return figures
    at = 0
    while at < len(sentence.tokens):
        token = sentence.tokens[at]
        if not (token.kind == "n" or _may_start(token.text)):
            at += 1
            continue
        figure, at = _figure_at(sentence, at)
        if figure:
            previous = figures[-1] if figures else None
            if figure.unit == "m" and previous and previous.unit == "h" and figure.start - previous.end < 2:
                figure = figure._replace(unit="min")  # "2h 30m"
            figures.append(figure)
    shared = list(share_bounds(sentence, share_units(sentence, figures)))
    return shared[1:] if len(shared) > 1 and _starts_with_condition(sentence, shared[0], shared[1]) else shared


def _starts_with_condition(sentence: Sentence, first: TaggedFigure, second: TaggedFigure) -> bool:
    """Whether the first figure of a list item is a condition: "* 10 MHz to 50 MHz: 5 dBm to 15 dBm"."""
    text = sentence.text
    opens = sentence.line.kind == "item" and not text[sentence.line.start : first.start].strip(" \t*•-")
    return opens and text[first.end : second.start].strip() == ":" and first.unit != second.unit


def _may_start(text: str) -> bool:
    return text in _MONEY_PREFIXES or text in "±+-−–$€£¥￥₩₹₽" or text.lower() in _number_starting_words()


@cache
def _number_starting_words() -> frozenset[str]:
    """Return the words that a figure may start with."""
    return frozenset({*numerals.NUMBER_WORDS, "a", "an", "half", *ORDINALS, *lexicon.multiple_words()})


@cache
def _numeric_pattern() -> re.Pattern[str]:
    """Return the pattern of a digit or number word, which a sentence with a figure must contain."""
    words = "|".join(sorted({*_number_starting_words(), *numerals.MAGNITUDE_WORDS} - {"a", "an"}))
    return re.compile(rf"\d|\b(?:{words})\b", re.IGNORECASE)


_MONEY_PREFIXES = frozenset(
    [*CURRENCIES, "US", "NT", "HK", "CN", "AU", "CA", "NZ", "MX", "RMB", "NTD", "Rs", "S", "A", "C", "R"]
)


def _figure_at(sentence: Sentence, at: int) -> tuple[TaggedFigure | None, int]:
    """Return the figure at token `at` or None, and the index of the token to continue at."""
    tokens = sentence.tokens
    word = tokens[at].text.lower()
    if tokens[at].kind == "w" and (word in lexicon.multiple_words() or word in ORDINALS):
        worded = multiple_at(sentence, at) or ordinal_at(sentence, at)
        if worded or word not in numerals.NUMBER_WORDS:
            return worded, at + 1
    signs = _plus_minus_tokens(sentence, at)
    tolerance = signs > 0
    number = number_span_at(sentence, at + signs, chained=tolerance, signed=tolerance)
    if number is None:
        return None, _skip_name(sentence, at)
    if number.sure < 0:
        return None, number.after
    group = number_group_at(sentence, number, signed=tolerance)
    last = group.parts[-1]
    if len(group.parts) > MAX_NUMBERS or _names_test(group):
        return None, last.after
    ratio = _contrast_ratio(sentence, group)
    if ratio:
        return ratio, last.after + 2
    return _build_figure(sentence, group, tokens[at].start if tolerance else -1), max(last.after, at + 1)


def _plus_minus_tokens(sentence: Sentence, at: int) -> int:
    """Return the number of tokens at `at` that spell plus-minus."""
    start = sentence.tokens[at].start
    return next((len(sign) for sign in ("±", "+/-", "+-") if sentence.text.startswith(sign, start)), 0)


def _names_test(group: NumberGroup) -> bool:
    """Whether a range names a test: 0-100 km/h, 0 to 60 mph."""
    first, last = group.parts[0], group.parts[-1]
    return (
        group.joined == "range"
        and first.digits == "0"
        and (last.digits, last.unit) in (("100", "km/h"), ("60", "mph"), ("62", "mph"))
    )


def _skip_name(sentence: Sentence, at: int) -> int:
    """Return the index after a number that is part of a name and after the tokens joined to it."""
    tokens = sentence.tokens
    at += 1
    if tokens[at - 1].kind == "s":
        return at
    while at < len(tokens) and tokens[at].adjacent and tokens[at - 1].kind != "w":
        if (tokens[at].kind == "s" and tokens[at].text not in ".-:_") or (
            tokens[at].kind == "n" and has_certain_unit(sentence, at)
        ):
            break
        at += 1
    return at


def _contrast_ratio(sentence: Sentence, group: NumberGroup) -> TaggedFigure | None:
    """Return a ratio such as "10000:1"; an aspect ratio such as 16:9 is not a figure."""
    tokens, last = sentence.tokens, group.parts[-1]
    i = last.after
    if len(group.parts) > 1 or last.unit or i + 1 >= len(tokens) or tokens[i].text != ":" or tokens[i + 1].text != "1":
        return None
    if not tokens[i].adjacent or not last.digits.isdigit() or int(last.digits) < 20:
        return None
    start, end = last.start, tokens[i + 1].end
    noun = counted_nouns.noun_at(sentence, i + 2)
    words = noun.words if noun else "contrast ratio" if sentence.has("picture_cue") else "ratio"
    cue = modifier_cues.cue_before(sentence.text, sentence.start, start)
    return TaggedFigure(
        start,
        end,
        sentence.text[start:end],
        (last.digits,),
        None,
        cue.modifier if cue else "exact",
        words,
        cue.place if cue else start,
        0.8,
    )


def _build_figure(sentence: Sentence, group: NumberGroup, signs: int) -> TaggedFigure | None:
    """Return the figure of a number group; None for a bare number that counts nothing.

    `signs` is the offset of a "±", -1 for none.
    """
    text, tokens, parts = sentence.text, sentence.tokens, group.parts
    first, last = parts[0], parts[-1]
    unit = next((number.unit for number in reversed(parts) if number.unit), "")
    start, after = first.start if signs < 0 else signs, last.after
    noun, sure = last.noun, last.sure if last.unit else max(number.sure for number in parts)
    if not unit and group.joined == "size":
        unit, after, noun = _pixel_unit(sentence, parts, noun)
        sure = 0.8 if unit else 0.5
        if not unit and not noun:
            return None
    elif not unit:
        freedom = counted_nouns.degrees_of_freedom_at(sentence, after)
        if freedom:
            noun, sure = freedom.words, 0.9
        elif not noun and len(parts) == 1 and _counted_in_label(sentence, first):
            noun, sure = _counted_in_label(sentence, first), 0.6
        elif _counts_nothing(sentence, group):
            return None
    elif _is_elapsed_time(sentence, group, unit):
        return None
    end = tokens[after - 1].end
    cue = modifier_cues.cue_before(text, sentence.start, start)
    tail = modifier_cues.cue_after(text, end, sentence.end)
    modifier, is_after = _group_modifier(group, cue, tail, signed=signs >= 0)
    if tail and is_after and text[end] == "+":
        end = tail.place
    if noun == "" and unit:
        behind = counted_nouns.noun_at(sentence, after)
        noun = behind.words if behind and behind.listed else ""
    digits = tuple(number.digits for number in parts)
    return TaggedFigure(
        start, end, text[start:end], digits, unit if unit != "" else None, modifier, noun, cue.place if cue else start, sure
    )


def _group_modifier(
    group: NumberGroup, cue: modifier_cues.ModifierCue | None, tail: modifier_cues.ModifierCue | None, *, signed: bool
) -> tuple[str, bool]:
    """Return the modifier of a figure, and whether it is that of the cue after the figure (`tail`)."""
    if group.joined == "tolerance" or signed:
        return "plus_minus", False
    if group.joined == "range":
        return "range", False
    if group.parts[-1].plus:
        return "at_least", False
    if tail and (cue is None or cue.modifier == "about"):
        return tail.modifier, True
    return cue.modifier if cue else "exact", False


_LABEL = re.compile(r"[\s|*•-]*+([A-Za-z][\w /-]{1,40})[:|\t]\s*\Z")


def _counted_in_label(sentence: Sentence, number: NumberSpan) -> str:
    """Return the noun that a label before a bare number names: "Cores: 64"; '' if there is none."""
    if number.start - sentence.start > 60 or sentence.tokens[number.first].kind != "n":
        return ""
    label = _LABEL.match(sentence.text, sentence.start, number.start)
    words = label[1].split() if label else []
    if [word.lower() for word in words[-2:]] == ["of", "freedom"]:
        return "degrees of freedom"
    return " ".join(words[-2:]) if words and lexicon.is_counted_noun(words[-1]) else ""


def _pixel_unit(sentence: Sentence, parts: list[NumberSpan], noun: str) -> tuple[str, int, str]:
    """Return the unit, end and noun of a size without unit: pixels in a sentence about pictures."""
    tokens, after = sentence.tokens, parts[-1].after
    for i in range(after, min(after + 2, len(tokens))):
        if tokens[i].text.lower() in ("pixels", "pixel", "px"):
            return "pixel", i + 1, ""
    big = all("." not in number.digits and len(number.digits) > 2 for number in parts)
    return ("pixel", after, "") if big and sentence.has("picture_cue") and len(parts) == 2 else ("", after, noun)


def _counts_nothing(sentence: Sentence, group: NumberGroup) -> bool:
    """Whether a number without a unit is not a figure: it counts no known thing, or it is a year."""
    last = group.parts[-1]
    token = sentence.tokens[last.first]
    if not last.noun or last.noun == "cents":
        return True
    if token.kind == "n" and len(token.text) == 4 and token.text[:2] in ("19", "20"):
        return True
    if token.kind == "w" and last.sure < 0.7:
        return int(float(last.digits)) < 12
    return last.digits == "1" and token.kind == "w" and not has_word_before(sentence, last, "just")


def _is_elapsed_time(sentence: Sentence, group: NumberGroup, unit: str) -> bool:
    """Whether a duration says when something happened: "two years ago", "the last 5 years"."""
    if unit not in ("day", "week", "month", "year", "h", "min", "s"):
        return False
    tokens, lists = sentence.tokens, lexicon.word_lists()
    first, last = group.parts[0], group.parts[-1]
    following = [token.text.lower() for token in tokens[last.after : last.after + 2]]
    before = tokens[first.first - 1].text.lower() if first.first else ""
    if "experience" in following:
        return True
    if before == "for" and any(token.text == "been" for token in tokens[max(0, first.first - 5) : first.first]):
        return True  # "they have been around for six years"
    day = (following[:1] == ["a"] and following[-1] in ("day", "week", "month", "year")) or following[:1] == ["read"]
    return (
        day
        or (bool(following) and following[0] in lists["elapsed"])
        or (before in lists["span_before"] and unit not in ("s", "min", "h"))
    )
