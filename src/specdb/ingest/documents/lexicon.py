"""The tagger's word lists: units as articles print them (units.txt) and words with a meaning for figures (words.txt)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from specdb.ingest.documents.tokens import tokenize

MAX_FORM_TOKENS = 6
"""A written form has at most this many tokens."""


class UnitForm(NamedTuple):
    """A unit's written form: the unit's name, and whether it is too short to be sure of."""

    unit: str
    doubtful: bool = False


def _list_lines(name: str) -> list[tuple[str, list[str]]]:
    """The lines of a list, each its head and its items."""
    sign = "=" if name == "units.txt" else ":"
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    rows = [line.split(sign, 1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(head.strip(), [item.strip() for item in items.split(", ") if item.strip()]) for head, items in rows]


@cache
def unit_forms() -> dict[str, UnitForm]:
    """Each written form, with plurals of words, and folded ones of three letters or more where one unit is left."""
    exact: dict[str, UnitForm] = {}
    folded: dict[str, set[str]] = {}
    for name, forms in _list_lines("units.txt"):
        for written in forms:
            form = written.rstrip("!")
            found = UnitForm(name, written != form)
            exact.setdefault(form, found)
            if (
                form.isascii()
                and form.replace(" ", "").replace("-", "").isalpha()
                and len(form) > 3
                and form.split()[-1].islower()
            ):
                exact.setdefault(form + "s", found)
            if len(form) > 2 or form.lower() in ("kg", "km", "cm", "mm", "mw", "ah"):
                folded.setdefault(form.lower(), set()).add(name)
                folded.setdefault(form.lower() + "s", set()).add(name)
    for form, names in folded.items():
        if len(names) == 1:
            exact.setdefault(form, UnitForm(next(iter(names))))
    return exact


@cache
def units_unknown_to_registry() -> frozenset[str]:
    """The units that core has not."""
    text = Path(__file__).with_name("units.txt").read_text(encoding="utf-8").partition("# others")[2]
    return frozenset(line.split(" = ")[0] for line in text.splitlines()[1:] if line)


@cache
def unit_form_starts() -> frozenset[str]:
    """The first word or sign of each written form, in lower case."""
    return frozenset(form_tokens(form)[0] for form in unit_forms())


def form_tokens(form: str) -> list[str]:
    """The tokens of a written form, in lower case."""
    return [token.text.lower() for token in tokenize(form)]


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """The word lists by name, in lower case."""
    return {name: frozenset(word.lower() for word in items) for name, items in _list_lines("words.txt")}


@cache
def multiple_words() -> dict[str, int]:
    """ "dual" and the like, with their numbers."""
    return {word: int(number) for word, number in (item.split("=") for item in word_lists()["multiples"])}


def is_counted_noun(noun: str) -> bool:
    """Whether a noun, singular or plural, is one that figures count."""
    nouns = word_lists()["counted"]
    return any(form in nouns for form in singular_forms(noun.lower()))


def singular_forms(noun: str) -> tuple[str, ...]:
    """The forms that a noun may have in a list of singulars: "batteries" is there as "battery"."""
    if noun.endswith("ies"):
        return noun, noun[:-3] + "y"
    if noun.endswith("es"):
        return noun, noun[:-1], noun[:-2]
    return (noun, noun[:-1]) if noun.endswith("s") else (noun,)
