"""The word lists of the document readers: printed forms of units (units.txt) and words with a meaning (words.txt)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from specdb.ingest.documents.tokens import tokenize

MAX_FORM_TOKENS = 6
"""Maximum number of tokens of a printed unit."""


class UnitForm(NamedTuple):
    """A printed form of a unit: the name of the unit, and whether the form alone is ambiguous."""

    unit: str
    doubtful: bool = False


def _list_lines(name: str) -> list[tuple[str, list[str]]]:
    """Return the name and the items of each line of a list."""
    sign = "=" if name == "units.txt" else ":"
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    rows = [line.split(sign, 1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(head.strip(), [item.strip() for item in items.split(", ") if item.strip()]) for head, items in rows]


@cache
def unit_forms() -> dict[str, UnitForm]:
    """Return the unit of each printed form, with plurals, and without case where it is unambiguous."""
    exact: dict[str, UnitForm] = {}
    folded: dict[str, set[str]] = {}
    for name, forms in _list_lines("units.txt"):
        for written in forms:
            form = written.rstrip("!")
            unit_form = UnitForm(name, written != form)
            exact.setdefault(form, unit_form)
            if (
                form.isascii()
                and form.replace(" ", "").replace("-", "").isalpha()
                and len(form) > 3
                and form.split()[-1].islower()
            ):
                exact.setdefault(form + "s", unit_form)
            if len(form) > 2 or form.lower() in ("kg", "km", "cm", "mm", "mw", "ah"):
                folded.setdefault(form.lower(), set()).add(name)
                folded.setdefault(form.lower() + "s", set()).add(name)
    for form, names in folded.items():
        if len(names) == 1:
            exact.setdefault(form, UnitForm(next(iter(names))))
    return exact


@cache
def units_unknown_to_registry() -> frozenset[str]:
    """Return the units of units.txt that the unit registry does not have."""
    text = Path(__file__).with_name("units.txt").read_text(encoding="utf-8").partition("# others")[2]
    return frozenset(line.split(" = ")[0] for line in text.splitlines()[1:] if line)


@cache
def unit_form_starts() -> frozenset[str]:
    """Return the first word or sign of each printed unit, in lower case."""
    return frozenset(form_tokens(form)[0] for form in unit_forms())


def form_tokens(form: str) -> list[str]:
    """Return the tokens of a printed form, in lower case."""
    return [token.text.lower() for token in tokenize(form)]


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """Return the word lists by name, in lower case."""
    return {name: frozenset(word.lower() for word in items) for name, items in _list_lines("words.txt")}


@cache
def multiple_words() -> dict[str, int]:
    """Return words such as "dual" with their numbers."""
    return {word: int(number) for word, number in (item.split("=") for item in word_lists()["multiples"])}


def is_counted_noun(noun: str) -> bool:
    """Whether a noun, singular or plural, is in the list of counted nouns."""
    nouns = word_lists()["counted"]
    return any(form in nouns for form in singular_forms(noun.lower()))


def singular_forms(noun: str) -> tuple[str, ...]:
    """Return a noun and its possible singulars: "batteries" may be listed as "battery"."""
    if noun.endswith("ies"):
        return noun, noun[:-3] + "y"
    if noun.endswith("es"):
        return noun, noun[:-1], noun[:-2]
    return (noun, noun[:-1]) if noun.endswith("s") else (noun,)
