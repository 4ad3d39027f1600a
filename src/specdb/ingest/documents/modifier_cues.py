"""Find the modifier of a figure in the words before and after it: about, at least, more than, at most, less than."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from specdb.figures.vocabulary import MODIFIER_BEFORE
from specdb.ingest.documents import lexicon


class ModifierCue(NamedTuple):
    """A modifier, and where its words start before a figure or end after it."""

    modifier: str
    place: int


Cues = dict[str, tuple[tuple[str, str], ...]]


_AMBIGUOUS_IN_TEXT = frozenset(("from", "c."))
"""Modifiers of typed figures that are not cues in a text: "from" usually starts a range, and "c." may end a sentence."""


@cache
def _cues(place: str) -> Cues:
    """Return the cues "before" a figure by their last character, or "behind" it by their first, longest first."""
    modifiers = dict(MODIFIER_BEFORE) if place == "before" else {}
    for name, words in lexicon.word_lists().items():
        if name.startswith(f"{place} "):
            modifiers |= dict.fromkeys(words, name.removeprefix(f"{place} "))
    by_character: dict[str, list[tuple[str, str]]] = {}
    for cue in sorted(modifiers.keys() - _AMBIGUOUS_IN_TEXT, key=len, reverse=True):
        by_character.setdefault(cue[-1] if place == "before" else cue[0], []).append((cue, modifiers[cue]))
    return {character: tuple(cues) for character, cues in by_character.items()}


_EXCEED_MEASURE = re.compile(r"exceed(?:s|ed|ing)?( an?(?: total| maximum| combined)? \w{4,12} of\s*)$")
"""Words between "exceed" and its figure: "must not exceed a total weight of"."""

_MARKUP = {ord(sign): " " for sign in '`*_“"'}
"""Emphasis signs that may separate a cue from its figure."""

_NAME_WORDS = ("max", "maximum", "min", "minimum")
"""Cues after a figure that belong to a name or the next figure if a word follows: "1 m/s maximum speed"."""

_NEGATIONS = ("no ", "not ")
_OPPOSITE = {"more_than": "at_most", "less_than": "at_least"}


def cue_before(text: str, start: int, at: int) -> ModifierCue | None:
    """Return the cue that ends right before offset `at` and starts at `start` or later; a bound overrides "about"."""
    rest = text[max(start, at - 60) : at].lower().replace("\n", " ").translate(_MARKUP)
    modifier_cue: ModifierCue | None = None
    end = len(rest.rstrip(" (\u00a0"))
    for _ in range(5):
        measured = _EXCEED_MEASURE.search(rest, 0, end)
        end = measured.start(1) if measured else end
        preceding = rest[:end].rstrip(" (\u00a0-" if not rest[:end].endswith(("sub-", "+-", "/-")) else " ")
        hit = _cue_at_end(preceding)
        if hit:
            cue, modifier = hit
            place = at - (len(rest) - (len(preceding) - len(cue)))
            if modifier_cue is None or modifier_cue.modifier == "about":
                modifier_cue = ModifierCue(modifier, place)
            end = len(preceding) - len(cue)
            continue
        word = preceding.rsplit(" ", 1)[-1]
        if word not in lexicon.word_lists()["fillers"]:
            break
        end = len(preceding) - len(word)
    return modifier_cue


def _cue_at_end(preceding: str) -> tuple[str, str] | None:
    for cue, modifier in _cues("before").get(preceding[-1:], ()):
        if not preceding.endswith(cue):
            continue
        left = preceding[: -len(cue)]
        if cue[0].isalnum() and left and (left[-1].isalnum() or left[-1] in "-'’"):
            continue
        if cue in ("min", "min.", "max", "max.") and left.rstrip()[-1:].isdigit():
            continue
        for negation in _NEGATIONS:
            if modifier in _OPPOSITE and left.endswith((f" {negation}", negation)):
                return negation + cue, _OPPOSITE[modifier]
        return cue, modifier
    return None


def cue_after(text: str, at: int, end: int) -> ModifierCue | None:
    """Return the cue that starts right after offset `at`; None if there is none."""
    if text[at : at + 1] == "+" and not text[at + 1 : at + 2].isalnum():
        return ModifierCue("at_least", at + 1)
    following = text[at : min(end, at + 20)].lower()
    bare = following.lstrip(" (-\u00a0")
    for cue, modifier in _cues("behind").get(bare[:1], ()):
        rest = bare[len(cue) :]
        if (
            bare.startswith(cue)
            and not rest[:1].isalpha()
            and len(following) - len(bare) <= 2
            and not (cue in _NAME_WORDS and rest[:1] == " " and rest[1:2].isalnum())
        ):
            return ModifierCue(modifier, at + len(following) - len(bare) + len(cue))
    return None
