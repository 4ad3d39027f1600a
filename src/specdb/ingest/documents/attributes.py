"""Find the attribute of a figure, from cue words near it, the words next to it and the known attributes."""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from specdb.domain.spec import is_money
from specdb.ingest.documents import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.domain.spec import Attribute
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tagged_figure import TaggedFigure

_WINDOW = 90
_PLURALS = {"axis": "axes", "die": "dies", "battery": "batteries", "person": "people", "switch": "switches", "lens": "lenses"}
_WORD = re.compile(r"[^\W_]++(?:[-/.’'+][^\W_]++)*+")
_OF_PHRASE = re.compile(r"\s*(?:of|in)\s+(?:the |its |an? |total )?")


class AttributeChoice(NamedTuple):
    """The attribute chosen for a figure.

    Attributes:
        name: The key of a known attribute, else the words of the text.
        known: Whether the attribute is known.
        sure: Confidence, from 0 to 1.
        kind: The words before the counted noun, which say which of the things is counted.
    """

    name: str
    known: bool
    sure: float
    kind: str = ""


class _AttributeCues(NamedTuple):
    name: str
    cues: tuple[str, ...]
    default: bool


@cache
def attribute_cues() -> tuple[dict[str, str], dict[str, list[_AttributeCues]]]:
    """Return the kind of each unit, and the attributes of each kind with their cues (attributes.txt)."""
    kinds: dict[str, str] = {}
    cues: dict[str, list[_AttributeCues]] = {}
    for line in Path(__file__).with_name("attributes.txt").read_text(encoding="utf-8").splitlines():
        if " | " in line and not line.startswith("#"):
            kind, name, listed = line.split(" | ")
            items = [item.lower() for item in listed.split(", ")]
            cues.setdefault(kind, []).append(_AttributeCues(name, tuple(item for item in items if item != "*"), "*" in items))
        elif " = " in line and not line.startswith("#"):
            kind, units = line.split(" = ")
            kinds |= {unit.replace("_", " "): kind for unit in units.split()}
    return kinds, cues


class _AttributeName(NamedTuple):
    """A name of a known attribute: its significant words without plural s, its word count, and their singulars."""

    words: tuple[str, ...]
    length: int
    forms: frozenset[str]
    attribute: Attribute


def _attribute_name(name: str, attribute: Attribute) -> _AttributeName:
    words = name.split()
    telling = tuple(word.removesuffix("s") for word in words if word not in lexicon.word_lists()["stops"])
    return _AttributeName(telling, len(words), _singular_forms(words), attribute)


def _singular_forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in lexicon.singular_forms(word))


class AttributeMatcher:
    """Matches figures with the known attributes and with those of attributes.txt."""

    def __init__(self, attributes: Iterable[Attribute], aliases: dict[str, list[str]], dimensions: dict[str, str]) -> None:
        """Index the known attributes by name.

        Args:
            attributes: The known attributes that are stored, not computed.
            aliases: The aliases of attributes, by key.
            dimensions: The dimension of each unit, by name or symbol.
        """
        self._dimensions = dimensions
        self._of: dict[str, Attribute] = {}
        self._named: dict[str, list[_AttributeName]] = {}
        for attribute in attributes:
            if attribute.kind != "quantity":
                continue
            names = {
                attribute.key.replace("-", " "),
                attribute.name.lower(),
                *(alias.replace("-", " ") for alias in aliases.get(attribute.key, ())),
            }
            for name in names:
                self._of.setdefault(name, attribute)
            self._named.setdefault(self._group(attribute.dimension), []).extend(
                _attribute_name(name, attribute) for name in sorted(names)
            )

    def rate(self, key: str) -> str | None:
        """Return the unit of a known attribute that is a rate of counts (units per year); None for other attributes."""
        return next(
            (attribute.unit for attribute in self._of.values() if attribute.key == key and attribute.dimension == "count rate"),
            None,
        )

    def _dimension(self, unit: str | None) -> str:
        """Return the dimension of a unit, ignoring case where only one dimension matches."""
        return (self._dimensions.get(unit) or self._folded.get(unit.lower(), "")) if unit else "count"

    @cached_property
    def _folded(self) -> dict[str, str]:
        dimensions_by_form: dict[str, set[str]] = {}
        for form, dimension in self._dimensions.items():
            dimensions_by_form.setdefault(form.lower(), set()).add(dimension)
        return {form: next(iter(of)) for form, of in dimensions_by_form.items() if len(of) == 1}

    @staticmethod
    def _group(dimension: str) -> str:
        return "currency" if is_money(dimension) else dimension

    def choose(self, sentence: Sentence, figure: TaggedFigure, acronyms: dict[str, str], row: str = "") -> AttributeChoice:
        """Return the attribute of a figure.

        Args:
            sentence: The sentence of the figure.
            figure: The figure.
            acronyms: The full names of the acronyms that the text defines.
            row: The labels of the row and column of a figure in a table; '' elsewhere.
        """
        context = _FigureContext(sentence, figure, row)
        dimension = "ratio" if figure.unit in ("times", "%") else self._group(self._dimension(figure.unit))
        known = self._by_name(context, dimension, figure)
        if figure.unit is None:
            return known or self._counted(figure, acronyms)
        kinds, cues = attribute_cues()
        kind = kinds.get(figure.unit, "")
        listed, cue = _nearest_cue(context, cues.get(kind, []))
        if known and (listed is None or listed.sure < 0.9 or known.sure > 0.75):
            return known
        sides = len(figure.digits) if kind == "length" and re.search("[x×*X]", figure.printed) else 0
        if sides > 2 or (sides == 2 and (listed is None or listed.sure < 0.6)):
            listed = AttributeChoice("dimensions", False, 0.95)
        elif figure.unit == "inch" and figure.printed.startswith("1/"):
            listed = AttributeChoice("sensor size", False, 0.95)
        choice = _from_label(context, kind, listed, cue) or _from_adjacent_words(context, kind, listed) or listed
        return self._keyed(choice, dimension) if choice else AttributeChoice(kind, False, 0.2)

    def _keyed(self, choice: AttributeChoice, dimension: str) -> AttributeChoice:
        """Replace a name with the key of the known attribute of that name and dimension."""
        attribute = self._of.get(choice.name.lower())
        if attribute and self._group(attribute.dimension) == dimension:
            return choice._replace(name=attribute.key, known=True)
        return choice

    def _by_name(self, context: _FigureContext, dimension: str, figure: TaggedFigure) -> AttributeChoice | None:
        """Return the known attribute whose full name is nearest to the figure."""
        best: AttributeChoice | None = None
        counted = _singular_forms(re.split(r"[\s-]+", figure.noun.lower())) if figure.unit is None else frozenset()
        for group in (dimension, "count rate") if dimension == "count" else (dimension,):
            for words, count, forms, attribute in self._named.get(group, ()):
                if dimension == "ratio" and (figure.unit == "times") != (attribute.unit == "x"):
                    continue
                if group == "count" and counted.isdisjoint(forms):
                    continue
                near = 1.0
                for word in words:
                    near = min(near, context.near(word))
                    if not near:
                        break
                if near > 0.35 and (count > 1 or near > 0.6) and (best is None or near + count / 20 > best.sure):
                    best = AttributeChoice(attribute.key, True, min(0.95, near + count / 20))
        return best

    def _counted(self, figure: TaggedFigure, acronyms: dict[str, str]) -> AttributeChoice:
        """Return the counted noun in the plural; the words before it become its kind."""
        words = figure.noun.split()
        if not words:
            return AttributeChoice("", False, 0.0)
        pair = " ".join(words[-2:])
        head = pair if len(words) > 1 and lexicon.is_counted_noun(pair) else words[-1]
        if figure.noun == "lines":
            return AttributeChoice("resolution", False, 0.5)
        if figure.noun == "in a row":
            return AttributeChoice("", False, 0.0)
        if figure.noun == "degrees of freedom":
            head = figure.noun
        if head == "ratio":
            return AttributeChoice(figure.noun.lower(), False, 0.8)
        kind = figure.noun[: -len(head)].strip() if figure.noun.endswith(head) else ""
        full = acronyms.get(head.rstrip("s"), "").lower()
        head = _plural(full if lexicon.is_counted_noun(full) else head)
        attribute = self._of.get(head.lower()) or self._of.get(f"{figure.noun.lower()}")
        if attribute and attribute.dimension == "count":
            return AttributeChoice(attribute.key, True, 0.8, kind)
        return AttributeChoice(_lowercase_name(head.split()), False, 0.6, kind)


def _plural(noun: str) -> str:
    """Return the plural of a counted noun."""
    head, space, last = noun.rpartition(" ")
    head = head.lower() if not any(char.isupper() for char in head[1:]) else head
    return (
        head + space + (_PLURALS.get(last.lower()) or (last if last.endswith("s") or last.lower() == "people" else f"{last}s"))
    )


class _FigureContext:
    """The words around a figure, in lower case, and how near each of them is."""

    def __init__(self, sentence: Sentence, figure: TaggedFigure, row: str) -> None:
        text = sentence.text
        self.raw = (
            text[max(sentence.start, figure.cue - _WINDOW) : figure.cue],
            text[figure.end : min(sentence.end, figure.end + _WINDOW)],
        )
        self.before, self.after = (text.lower() for text in self.raw)
        self.heading = sentence.heading.lower()
        self.tabled = bool(row)
        self.label = re.sub(r"\([^)]*\)", "", row or sentence.label).strip()
        self.row = self.label.lower() if row else ""
        self.over = "" if row else self.label.lower()
        self.opens = not any(char.isdigit() for char in text[sentence.start : figure.cue])
        self.adjacent = False
        self.all = "\n".join((self.row, self.over, self.before, self.after, self.heading))

    def near(self, cue: str) -> float:
        """Return how near a cue is, from 0 to 1; a digit or clause boundary between cue and figure reduces it."""
        if self.row and _find_word_start(self.row, cue) >= 0:
            return 1.0
        best = 0.0
        at = _find_word_start(self.after, cue)
        if at >= 0:
            best = _proximity(self.after[:at], 0.95)
        at = _find_word_start(self.before, cue, last=True)
        if at >= 0:
            best = max(best, _proximity(self.before[at + len(cue) :], 0.95))
        if best < 0.75 and self.over and _find_word_start(self.over, cue) >= 0:
            best = 0.75
        if best < 0.3 and _find_word_start(self.heading, cue) >= 0:
            best = 0.3
        return best


def _find_word_start(text: str, cue: str, *, last: bool = False) -> int:
    """Return the index of a word that starts with `cue`; -1 if there is none."""
    find = text.rfind if last else text.find
    at = find(cue)
    for _ in range(4):
        if at <= 0 or not text[at - 1].isalnum() or not cue[0].isalnum():
            return at
        at = text.rfind(cue, 0, at) if last else text.find(cue, at + 1)
    return -1


def _proximity(between: str, most: float) -> float:
    """Return the proximity for the text between cue and figure: lower with each character, digit or clause boundary."""
    value = most - 0.012 * len(between)
    if any(char.isdigit() for char in between):
        value -= 0.3
    if ";" in between or ", " in between or " and " in between:
        value -= 0.15
    return max(value, 0.0)


def _nearest_cue(context: _FigureContext, listed: list[_AttributeCues]) -> tuple[AttributeChoice | None, str]:
    """Return the attribute with the nearest cue, the longer cue on a tie, and that cue.

    Without a cue, return the default attribute of the kind and ''.
    """
    best, best_proximity, best_cue = "", 0.0, ""
    for attribute in listed:
        proximity, nearest_cue = 0.3 if attribute.default else 0.0, ""
        for cue in attribute.cues:
            if cue not in context.all:
                continue
            cue_proximity = context.near(cue)
            if cue_proximity > 0.1 and cue_proximity + len(cue) / 100 > proximity:
                proximity, nearest_cue = cue_proximity + len(cue) / 100, cue
        if proximity > best_proximity:
            best, best_proximity, best_cue = attribute.name, proximity, nearest_cue
    return (AttributeChoice(best, False, min(best_proximity, 0.95)) if best else None), best_cue


@cache
def _kinds_by_last_word() -> dict[str, frozenset[str]]:
    """Return the kinds that have an attribute with a given last word; "power" cannot name a current."""
    kinds_by_word: dict[str, set[str]] = {}
    for kind, listed in attribute_cues()[1].items():
        for attribute in listed:
            kinds_by_word.setdefault(attribute.name.rpartition(" ")[2].lower(), set()).add(kind)
    return {last: frozenset(kinds) for last, kinds in kinds_by_word.items()}


def _may_name_kind(words: str, kind: str) -> bool:
    """Whether words can name an attribute of a kind: their last word does not belong to other kinds only."""
    last = words.rpartition(" ")[2]
    if last in lexicon.unit_forms() and last not in lexicon.word_lists()["measures"]:
        return False  # "FP8 TFLOPS"
    last = last.lower()
    if not kind or last in ("precision", "accuracy", "sensitivity", "repeatability", "area"):
        return True
    return kind in _kinds_by_last_word().get(last, (kind,))


def is_measure(words: str) -> bool:
    """Whether the last word names a measure: "max speed", "weight"."""
    return words.rpartition(" ")[2].lower() in lexicon.word_lists()["measures"]


def _from_label(context: _FigureContext, kind: str, listed: AttributeChoice | None, cue: str) -> AttributeChoice | None:
    """Return the label of a row or line as the attribute, unless the words next to the figure are more specific."""
    words = _lowercase_name(_WORD.findall(context.label)[:5])
    if not words or not _may_name_kind(words, kind):
        return None
    sure = listed.sure if listed else 0.0
    if context.tabled:
        beside = cue and _find_word_start(context.row, cue) < 0 and sure >= 0.85
        spoken = _from_adjacent_words(context, kind, listed) if context.raw[1][:4] == " of " else None
        if spoken or beside:
            return spoken
        phrase = "" if is_measure(words) else _adjacent_phrase(context)  # "| Drive wheels | 4 inch diameter |"
        more = phrase and context.adjacent and is_measure(phrase) and _may_name_kind(phrase, kind)
        return AttributeChoice(f"{words} {phrase}" if more else words, False, 0.7)
    if is_measure(words) and (context.opens or sure < 0.6 or (cue and cue in context.over and sure < 0.85)):
        return AttributeChoice(words, False, 0.85)
    if sure <= 0.3 and listed and listed.name not in words and context.opens:
        return AttributeChoice(f"{words} {listed.name}", False, 0.5)
    return None


def _from_adjacent_words(context: _FigureContext, kind: str, listed: AttributeChoice | None) -> AttributeChoice | None:
    """Return the words next to a figure as its attribute, if they name a measure or there is nothing better."""
    phrase = _adjacent_phrase(context)
    if not phrase or not _may_name_kind(phrase, kind):
        return None
    measures = is_measure(phrase)
    if listed is None or (measures and (listed.sure < 0.85 or context.adjacent)) or (listed.sure < 0.3 and not listed.known):
        return AttributeChoice(phrase, False, 0.7 if measures else 0.4)
    return None


def _adjacent_phrase(context: _FigureContext) -> str:
    """Return the noun phrase next to a figure: "9TB of NP", "500 W NP", "NP of 9TB", "NP: 9TB"."""
    before, after = context.raw
    of = _OF_PHRASE.match(after)
    words = _leading_phrase(after[of.end() :] if of else after.lstrip(" -")) if of or after[:1] in " -" else []
    if words:
        context.adjacent = True
        return _lowercase_name(words)
    before = before.rstrip(" :=(~")
    for tail in (" of", " is", " are", " at", " to", " with"):
        if before.endswith(tail):
            before = before.removesuffix(tail)
            context.adjacent = tail in (" of", " is", " are")
    trailing_words = _trailing_phrase(before)
    context.adjacent = (context.adjacent or before.endswith(":")) and bool(trailing_words)
    return _lowercase_name(trailing_words)


def _lowercase_name(words: list[str]) -> str:
    """Join words to the name of an attribute, in lower case except abbreviations."""
    return " ".join(word if any(char.isupper() or char.isdigit() for char in word[1:]) else word.lower() for word in words)


def _leading_phrase(text: str) -> list[str]:
    words: list[str] = []
    last = 0
    for match in _WORD.finditer(text):
        if text[last : match.start()].strip(" ") or len(words) == 5 or match[0][0].isdigit():
            break
        if match[0].lower() in lexicon.word_lists()["stops"] and not (
            match[0] == "of" and words[-1:] and words[-1] in ("field", "angle", "depth", "state", "range")
        ):
            break
        if words or match[0].lower() not in lexicon.word_lists()["conditions"]:
            words.append(match[0])
        last = match.end()
    ends = [i for i, word in enumerate(words) if word.lower() in lexicon.word_lists()["measures"]]
    return words[: ends[-1] + 1] if ends else words[:3]


def _trailing_phrase(text: str) -> list[str]:
    words: list[str] = []
    last = len(text)
    for match in reversed(list(_WORD.finditer(text, max(0, len(text) - 50)))):
        if (
            text[match.end() : last].strip(" ")
            or match[0].lower() in lexicon.word_lists()["stops"]
            or len(words) == 2
            or match[0][0].isdigit()
        ):
            break
        words.insert(0, match[0])
        last = match.start()
    return words
