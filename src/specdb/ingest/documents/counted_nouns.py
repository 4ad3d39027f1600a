"""Find the noun phrase after a number: "40 compute units", "3-axis", "two added sensors"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence

_MAX_WORDS = 6
_SINGULAR_ENDINGS = ("ss", "us", "is", "ous")


class CountedNoun(NamedTuple):
    """A counted noun phrase.

    Attributes:
        words: The words of the phrase.
        after: The index of the token after it.
        listed: Whether the noun is in the list of counted nouns.
    """

    words: str
    after: int
    listed: bool


def noun_at(sentence: Sentence, at: int) -> CountedNoun | None:
    """Return the noun phrase at token `at`: up to its last listed noun, else up to a plural; None if there is none."""
    tokens = sentence.tokens
    if at >= len(tokens) or tokens[at].start - tokens[at - 1].end > 2:
        return None
    if tokens[at].text in "-‑" and tokens[at].adjacent:
        return _hyphenated(sentence, at)
    best: CountedNoun | None = None
    first: CountedNoun | None = None
    i = at
    for _ in range(_MAX_WORDS):
        if not _is_noun_word(sentence, i, at):
            break
        until = _word_end(sentence, i)
        word = tokens[until - 1].text if tokens[until - 1].kind == "w" else tokens[i].text
        hidden = tokens[until].text if until < len(tokens) else ""
        words = sentence.text[tokens[at].start : tokens[until - 1].end]
        if (
            lexicon.is_counted_noun(word) and (until == i + 1 or word.endswith("s") or not words.endswith(f"-{word}"))
        ) or _ends_in_listed_pair(sentence, i, until):
            best = CountedNoun(words, until, True)
            first = best if i == at else first
        elif _is_plural_acronym(word):
            best = CountedNoun(words, until, True)
        elif _is_plural(word) and (best is None or not best.words.endswith("s")):
            best = CountedNoun(words, until, best is not None)
        if hidden == "," and "-" in words and until + 2 < len(tokens) and tokens[until + 2].text == "-":
            until += 1  # "high-bandwidth, low-latency links"
        elif hidden and hidden in ",.;:()":
            break
        i = until
    attributive = first and first.words.lower() in ("axis", "dof", "phase", "channel", "pin", "lane")
    return first if best and first and (attributive or not best.words.endswith("s")) else best  # "6 axis XYZ sensor"


def _is_noun_word(sentence: Sentence, i: int, at: int) -> bool:
    """Whether token `i` can be part of the noun phrase that starts at token `at`."""
    tokens = sentence.tokens
    if i >= len(tokens) or not (tokens[i].kind == "w" or _is_model_number(sentence, i, at)):
        return False
    return tokens[i].text.lower() not in lexicon.word_lists()["stops"]


def _word_end(sentence: Sentence, i: int) -> int:
    """Return the index after the word at token `i`, with the tokens joined to it and its trademark signs."""
    tokens = sentence.tokens
    until = i + 1
    while until < len(tokens) and tokens[until].adjacent and (tokens[until].kind != "s" or _is_inside_word(sentence, until)):
        until += 1
    while until < len(tokens) and tokens[until].text in "™®" and tokens[until].adjacent:
        until += 1
    return until


def _is_model_number(sentence: Sentence, i: int, at: int) -> bool:
    """Whether a number after a name is part of it: "Ascend 950PR cards"."""
    tokens = sentence.tokens
    adjacent = i + 1 < len(tokens) and tokens[i + 1].adjacent and tokens[i + 1].kind == "w"
    return i > at and tokens[i].kind == "n" and adjacent and tokens[i - 1].text[:1].isupper()


def _is_inside_word(sentence: Sentence, at: int) -> bool:
    """Whether a sign joins two parts of a word: "I/O", "high-speed", "user's"."""
    tokens = sentence.tokens
    return tokens[at].text in "-/'’&+‑" and at + 1 < len(tokens) and tokens[at + 1].adjacent and tokens[at + 1].kind != "s"


def _ends_in_listed_pair(sentence: Sentence, i: int, until: int) -> bool:
    """Whether the words end in a listed noun of two words: "compute units", "degrees of freedom"."""
    tokens = sentence.tokens
    text = sentence.text[tokens[max(0, i - 1)].start : tokens[until - 1].end].lower()
    return lexicon.is_counted_noun(" ".join(text.split()))


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(_SINGULAR_ENDINGS) and word[:-1].isalpha()


def _is_plural_acronym(word: str) -> bool:
    """Whether a word is an acronym in the plural: "GCDs"."""
    return len(word) > 2 and word[-1] == "s" and word[:-1].isupper() and word[:-1].isalpha()


def _hyphenated(sentence: Sentence, at: int) -> CountedNoun | None:
    """Return a listed noun after a hyphen: "3-axis", "8-GPU", "10-core"."""
    tokens = sentence.tokens
    if at + 1 >= len(tokens) or not tokens[at + 1].adjacent or tokens[at + 1].kind != "w":
        return None
    words, until = tokens[at + 1].text, at + 2
    if words.lower() == "degree" and sentence.text.startswith(("degree-of-freedom", "Degree-of-Freedom"), tokens[at + 1].start):
        return CountedNoun("degrees of freedom", at + 6, True)
    return CountedNoun(words, until, True) if lexicon.is_counted_noun(words) else None


def degrees_of_freedom_at(sentence: Sentence, at: int) -> CountedNoun | None:
    """Return "degrees of freedom" at token `at`, also as "degrees of leg freedom" or "degrees of movement"."""
    tokens = sentence.tokens
    text = [token.text.lower() for token in tokens[at : at + 4]]
    until = next((i for i in (2, 3) if text[i : i + 1] in (["freedom"], ["movement"])), 0)
    return (
        CountedNoun("degrees of freedom", at + until + 1, True)
        if until and text[:2] in (["degrees", "of"], ["degree", "of"])
        else None
    )
