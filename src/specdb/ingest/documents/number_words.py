"""Counts in a word: "dual microphones", "quad-die", "third-generation"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.ingest.documents import counted_nouns, lexicon
from specdb.ingest.documents.tagged_figure import TaggedFigure

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence


ORDINALS = {
    word: str(value)
    for value, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}


def multiple_at(sentence: Sentence, at: int) -> TaggedFigure | None:
    """ "dual microphones", "quad-die": a count in a word."""
    found = sentence.tokens
    word = found[at].text.lower()
    if word not in lexicon.multiples() or (found[at].glued and at and found[at - 1].text != "("):
        return None
    noun = counted_nouns.noun_at(sentence, at + 1)
    if noun is None or not noun.listed:
        return None
    end = found[noun.after - 1].end
    text = sentence.text[found[at].start : end]
    return TaggedFigure(
        found[at].start, end, text, (str(lexicon.multiples()[word]),), None, "exact", noun.words, found[at].start, 0.6
    )


def ordinal_at(sentence: Sentence, at: int) -> TaggedFigure | None:
    """ "third-generation": the number of a generation."""
    found = sentence.tokens
    i = at + 2 if at + 1 < len(found) and found[at + 1].text == "-" else at + 1
    if found[at].text.lower() not in ORDINALS or i >= len(found) or found[i].text.lower() not in ("generation", "gen"):
        return None
    start, end = found[at].start, found[i].end
    return TaggedFigure(
        start, end, sentence.text[start:end], (ORDINALS[found[at].text.lower()],), None, "exact", "generation", start, 0.5
    )
