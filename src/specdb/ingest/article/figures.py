"""Figures in a sentence: numbers joined to ranges, sizes and lists, with one unit and one modifier each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.article import lexicon, modifiers, nouns, numerals
from specdb.ingest.article.draft import Figure
from specdb.ingest.article.parts import Part, part_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.ingest.article.sentences import Sentence

MOST_NUMBERS = 8
"""A figure of more numbers is none: a row of a matrix, a part number."""

_ORDINALS = {word: str(value) for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)}
_DASHES = "-–—~〜−～‑"
_GAIN = frozenset(
    "increased increase increases increasing boosted boost boosts up grew grow grows rose rises raised raises raise dropped drop "
    "drops cut cuts reduced reduce reduces reducing lowered falls fell jumped jumps jump improved improves improve upgraded "
    "upgrade expanded expands doubled went shrunk shrinks slashed".split()
)
_LISTED = frozenset("with is are was has have a an the at for using from which that while weighs its it by on runs than be".split())


class _Chain(NamedTuple):
    """The parts of one figure and what joins them: '' (one number), range, size, list or tolerance."""

    parts: list[Part]
    joined: str


def figures(sentence: Sentence) -> list[Figure]:
    """The figures of a sentence, in order, no two of which overlap."""
    found: list[Figure] = []
    at = 0
    while at < len(sentence.tokens):
        token = sentence.tokens[at]
        if not (token.kind == "n" or _may_start(token.text)):
            at += 1
            continue
        figure, at = _figure(sentence, at)
        if figure:
            minutes = figure.unit == "m" and found and found[-1].unit == "h" and figure.start - found[-1].end < 2  # "2h 30m"
            found.append(figure._replace(unit="min") if minutes else figure)
    return list(_with_shared_bounds(sentence, _with_shared_units(sentence, found)))


def _may_start(text: str) -> bool:
    lower = text.lower()
    return (
        lower in numerals.WORDS
        or lower in ("a", "an", "half")
        or text in _MONEY
        or text in "±+-−–$€£¥￥₩₹₽"
        or lower in _ORDINALS
        or lower in lexicon.multiples()
    )


_MONEY = frozenset("US NT HK CN AU CA NZ MX RMB USD CNY EUR GBP JPY KRW INR TWD NTD HKD SGD AUD CAD CHF SEK NOK DKK THB Rs S A C R".split())


def _figure(sentence: Sentence, at: int) -> tuple[Figure | None, int]:
    """The figure at token `at`, and the index to go on from."""
    found = sentence.tokens
    word = found[at].text.lower()
    if found[at].kind == "w" and (word in lexicon.multiples() or word in _ORDINALS):
        worded = _multiple(sentence, at) or _ordinal(sentence, at)
        if worded or word not in numerals.WORDS:
            return worded, at + 1
    tolerance = found[at].text == "±"
    part = part_at(sentence, at + 1 if tolerance else at, chained=tolerance, signed=tolerance)
    if part is None:
        return None, _behind_name(sentence, at)
    if part.sure < 0:
        return None, part.after
    chain = _chain(sentence, part, signed=tolerance)
    last = chain.parts[-1]
    if len(chain.parts) > MOST_NUMBERS or _test(chain):
        return None, last.after
    ratio = _ratio(sentence, chain)
    if ratio:
        return ratio, last.after + 2
    return _made(sentence, chain, tolerance), max(last.after, at + 1)


def _test(chain: _Chain) -> bool:
    """Whether a range is only the name of a test: 0-100 km/h, 0 to 60 mph."""
    first, last = chain.parts[0], chain.parts[-1]
    return chain.joined == "range" and first.digits == "0" and (last.digits, last.unit) in (("100", "km/h"), ("60", "mph"), ("62", "mph"))


def _behind_name(sentence: Sentence, at: int) -> int:
    """The index behind a number that is part of a name, with all that is glued to it."""
    found = sentence.tokens
    at += 1
    while at < len(found) and found[at].glued and (found[at].kind != "s" or found[at].text in ".-:_") and found[at - 1].kind != "w":
        at += 1
    return at


def _multiple(sentence: Sentence, at: int) -> Figure | None:
    """ "dual microphones", "quad-die": a count in a word."""
    found = sentence.tokens
    word = found[at].text.lower()
    if word not in lexicon.multiples() or (found[at].glued and at and found[at - 1].text != "("):
        return None
    noun = nouns.noun_at(sentence, at + 1)
    if noun is None or not noun.listed:
        return None
    end = found[noun.after - 1].end
    text = sentence.text[found[at].start : end]
    return Figure(found[at].start, end, text, (str(lexicon.multiples()[word]),), None, "exact", noun.words, found[at].start, 0.6)


def _ordinal(sentence: Sentence, at: int) -> Figure | None:
    """ "third-generation": the number of a generation."""
    found = sentence.tokens
    i = at + 2 if at + 1 < len(found) and found[at + 1].text == "-" else at + 1
    if found[at].text.lower() not in _ORDINALS or i >= len(found) or found[i].text.lower() not in ("generation", "gen"):
        return None
    start, end = found[at].start, found[i].end
    return Figure(start, end, sentence.text[start:end], (_ORDINALS[found[at].text.lower()],), None, "exact", "generation", start, 0.5)


def _chain(sentence: Sentence, part: Part, *, signed: bool) -> _Chain:
    """The number at the start of `part` with all that are joined to it."""
    parts, joined = [part], ""
    while len(parts) <= MOST_NUMBERS:
        link = _link(sentence, parts, joined, signed=signed)
        if link is None:
            break
        following, how = link
        if joined and how != joined and not (joined == "list" and how == "list"):
            break
        parts.append(following)
        joined = how
        if how == "range":
            break
    return _Chain(parts, joined)


def _link(sentence: Sentence, parts: list[Part], joined: str, *, signed: bool) -> tuple[Part, str] | None:
    """The next number and how it is joined to the last of `parts`; None where the figure ends."""
    found = sentence.tokens
    last = parts[-1]
    # "8x 150mAh" was read as a factor, "2 x 150" was not
    times = last.unit == "times" and found[last.after - 1].text.lower() in ("x", "×")
    i = last.after - 1 if times else last.after
    if i >= len(found):
        return None
    sign = found[i].text
    lower = sign.lower()
    close = found[i].start - found[i - 1].end <= 1
    step = i + 1
    if lower in ("x", "×", "*", "by") and close:
        how = "size"
    elif sign in _DASHES:
        how = "range"
        if sign == "-" and not (found[i].glued and step < len(found) and found[step].glued) and not _spaced_dash(found, i):
            return None
    elif lower in ("to", "through") or (lower == "up" and step < len(found) and found[step].text.lower() == "to"):
        how, step = "range", step + (lower == "up")
    elif lower == "and" and _cue_before(sentence, parts[0], "between"):
        how = "range"
    elif sign == "/" and found[i].glued:
        how = "list"
    elif lower == "±" or sentence.text.startswith("+/-", found[i].start):
        how, step = "tolerance", step + (2 if sign == "+" else 0)
    elif lower in (",", "or", "and", "/"):
        how = "list"
        if lower == "," and step < len(found) and found[step].text.lower() in ("or", "and"):
            step += 1
    else:
        return None
    following = part_at(sentence, step, chained=True, signed=signed)
    if following is None or following.sure < 0 or not _fits(sentence, parts, following, how, sign):
        return None
    if times:
        parts[-1] = last._replace(unit="", after=last.after - 1, sure=0.5)
    return following, how


def _spaced_dash(found: list, i: int) -> bool:  # type: ignore[type-arg]
    """Whether a hyphen has a space on both sides, as in "20 - 30 W"."""
    return not found[i].glued and i + 1 < len(found) and not found[i + 1].glued


def _cue_before(sentence: Sentence, part: Part, cue: str) -> bool:
    before = sentence.text[max(sentence.start, part.start - 24) : part.start].lower().split()
    return cue in before[-3:]


def _fits(sentence: Sentence, parts: list[Part], following: Part, how: str, sign: str) -> bool:
    """Whether `following` goes on the figure of `parts`: one unit, or none but the last's."""
    last = parts[-1]
    same = last.unit == following.unit or last.unit in ("", "times") or (last.unit == "degree" and following.unit in ("°C", "°F"))
    if how == "size":
        return same and not last.noun
    if how == "tolerance":
        return same or not following.unit
    if how == "range":
        if last.noun and not (following.noun or following.unit):
            return False
        if last.unit and not following.unit:
            return not following.noun and _cue_before(sentence, parts[0], "from") and sign.lower() in ("to", "up")
        spaced = sign in "–—" and sentence.tokens[last.after].start > sentence.tokens[last.after - 1].end
        known = bool(following.unit or following.noun)
        return same and (known if spaced or sign.lower() in ("to", "and", "through", "up") else True) and not _changed(sentence, parts[0])
    if sign in ("/", "or"):
        return (same and not last.noun and bool(following.unit or following.noun or sign == "/")) or (
            bool(last.unit) and last.unit == following.unit
        )
    return not last.unit and not last.noun and not last.money and len(last.digits) < 7


def _changed(sentence: Sentence, part: Part) -> bool:
    """Whether "from A to B" tells of a change: both are figures of their own."""
    before = sentence.text[max(sentence.start, part.start - 60) : part.start].lower().split()
    return "from" in before[-2:] and not _GAIN.isdisjoint(before)


def _ratio(sentence: Sentence, chain: _Chain) -> Figure | None:
    """ "10000:1": a contrast ratio; 16:9 is a name."""
    found, last = sentence.tokens, chain.parts[-1]
    i = last.after
    if len(chain.parts) > 1 or last.unit or i + 1 >= len(found) or found[i].text != ":" or found[i + 1].text != "1":
        return None
    if not found[i].glued or not last.digits.isdigit() or int(last.digits) < 20:
        return None
    start, end = last.start, found[i + 1].end
    noun = nouns.noun_at(sentence, i + 2)
    words = noun.words if noun else "contrast ratio" if sentence.has("picture_cue") else "ratio"
    cue = modifiers.before(sentence.text, sentence.start, start)
    return Figure(
        start, end, sentence.text[start:end], (last.digits,), None, cue.modifier if cue else "exact", words, cue.place if cue else start, 0.8
    )


def _made(sentence: Sentence, chain: _Chain, tolerance: bool) -> Figure | None:
    """The figure of a chain; None where it is a bare number that says nothing."""
    text, found, parts = sentence.text, sentence.tokens, chain.parts
    first, last = parts[0], parts[-1]
    unit = next((each.unit for each in reversed(parts) if each.unit), "")
    start, after = first.start - tolerance, last.after
    noun, sure = last.noun, last.sure if last.unit else max(each.sure for each in parts)
    if not unit and chain.joined == "size":
        unit, after, noun = _picture(sentence, parts, noun)
        sure = 0.8 if unit else 0.5
        if not unit and not noun:
            return None
    elif not unit:
        freedom = nouns.freedom_at(sentence, after)
        if freedom:
            noun, sure = freedom.words, 0.9
        elif _no_count(sentence, chain):
            return None
    elif _elapsed(sentence, chain, unit):
        return None
    end = found[after - 1].end
    cue = modifiers.before(text, sentence.start, start)
    tail = modifiers.behind(text, end, sentence.end)
    modifier = "range" if chain.joined == "range" else "exact"
    if chain.joined == "tolerance" or tolerance:
        modifier = "plus_minus"
    elif last.plus and modifier == "exact":
        modifier = "at_least"
    elif tail and modifier == "exact" and (cue is None or cue.modifier == "about"):
        modifier = tail.modifier
        end = tail.place if text[end] == "+" else end
    elif cue and modifier == "exact":
        modifier = cue.modifier
    if noun == "" and unit:
        behind = nouns.noun_at(sentence, after)
        noun = behind.words if behind and behind.listed else ""
    digits = tuple(each.digits for each in parts)
    return Figure(start, end, text[start:end], digits, unit if unit != "" else None, modifier, noun, cue.place if cue else start, sure)


def _picture(sentence: Sentence, parts: list[Part], noun: str) -> tuple[str, int, str]:
    """The unit of a size without one: pixels where the sentence is about pictures, with words between ("RGB pixels")."""
    found, after = sentence.tokens, parts[-1].after
    for i in range(after, min(after + 2, len(found))):
        if found[i].text.lower() in ("pixels", "pixel", "px"):
            return "pixel", i + 1, ""
    big = all("." not in each.digits and len(each.digits) > 2 for each in parts)
    return ("pixel", after, "") if big and sentence.has("picture_cue") and len(parts) == 2 else ("", after, noun)


def _no_count(sentence: Sentence, chain: _Chain) -> bool:
    """Whether a number without a unit is no figure: it counts nothing that is known, or is a year."""
    last = chain.parts[-1]
    token = sentence.tokens[last.first]
    if not last.noun or last.noun == "cents":
        return True
    if token.kind == "n" and len(token.text) == 4 and token.text[:2] in ("19", "20"):
        return True
    if token.kind == "w" and last.sure < 0.7:
        return int(float(last.digits)) < 12
    return last.digits == "1" and token.kind == "w" and not _cue_before(sentence, last, "just")


def _elapsed(sentence: Sentence, chain: _Chain, unit: str) -> bool:
    """Whether a time tells when something was: "two years ago", "the last 5 years"."""
    if unit not in ("day", "week", "month", "year", "h", "min", "s"):
        return False
    found, lists = sentence.tokens, lexicon.words()
    first, last = chain.parts[0], chain.parts[-1]
    following = [token.text.lower() for token in found[last.after : last.after + 2]]
    before = found[first.first - 1].text.lower() if first.first else ""
    day = following == ["a", "day"]
    return day or (bool(following) and following[0] in lists["elapsed"]) or (before in lists["span_before"] and unit not in ("s", "min", "h"))


def _with_shared_units(sentence: Sentence, found: list[Figure]) -> list[Figure]:
    """Bare numbers of a list take the unit of its last: "158 FP8, 79 BF16 and 20 FP32 dense TFLOPS"."""
    tokens, formats = sentence.tokens, lexicon.words()["formats"]
    if not any(figure.unit and figure.unit.endswith(("flops", "OPS")) for figure in found) and sentence.words.isdisjoint(formats):
        return found
    shared = list(found)
    for i, token in enumerate(tokens):
        digits = numerals.plain(token.text) if token.kind == "n" and not token.glued else ""
        if not digits or i + 2 >= len(tokens) or (tokens[i + 1].text + tokens[i + 2].text).lower() not in formats:
            continue
        unit = next((tokens[j].text for j in range(i + 2, min(i + 28, len(tokens))) if tokens[j].text in lexicon.units()), "")
        name = lexicon.units()[unit].unit if unit else ""
        if name.endswith(("flops", "OPS")) and not any(figure.start <= token.start < figure.end for figure in shared):
            cue = modifiers.before(sentence.text, sentence.start, token.start)
            place = cue.place if cue else token.start
            shared.append(
                Figure(token.start, token.end, token.text, (digits,), name, cue.modifier if cue else "exact", "", place, 0.7)
            )
    return sorted(shared, key=lambda figure: figure.start)


def _with_shared_bounds(sentence: Sentence, found: list[Figure]) -> Iterator[Figure]:
    """A bound holds for all of a list: "up to 16GB of RAM and 1TB"."""
    before: Figure | None = None
    for figure in found:
        shared = figure
        if before and figure.modifier == "exact" and before.modifier in ("at_most", "at_least") and figure.cue == figure.start:
            gap = sentence.text[before.end : figure.start].lower()
            words = gap.replace(",", " , ").split()
            if words and len(words) <= 9 and words[-1] in ("and", ",", "or", "&") and _LISTED.isdisjoint(words) and "+" not in gap:
                shared = figure._replace(modifier=before.modifier)
        yield shared
        before = shared
