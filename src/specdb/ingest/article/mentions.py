"""Products in a text: the known ones by name, and others by headings, titles and names; and whom a figure is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.core.specs import Product
    from specdb.ingest.article.sentences import Sentence

_WORD = re.compile(r"[^\W_]++(?:[-+./’'][^\W_]++)*+")
_GENERIC = frozenset(
    "hardware manual guide architecture overview specs specifications specification datasheet data sheet review launch launches launched "
    "announces announced unveils unveiled introduces introducing official officially new the a an for with and of in to from at on by "
    "series microarchitecture instances instance accelerators accelerator chips chip products product home news features key about "
    "is are its first look hands hands-on preview technical details price pricing release date all everything what how why vs versus "
    "user quick start getting started documentation docs page model family line lineup platform system systems edition version "
    "redefines redefining enters meets brings gets goes reveals debuts unveiling announcement now available next more into exceed exceeds "
    "high performance humanoid robot robots drone drones quadcopter smartphone phone tablet laptop glasses smartwatch headset gpu cpu "
    "electric vehicle car suv server servers processor processors ultra-light technology".split()
)
_VARIANT = frozenset("pro max plus ultra mini lite air standard premium base enterprise developer kit edition version model".split())
_VARIANTS = "Pro|Max|Ultra|Plus|Mini|Lite|Air|SE|Ti|Super|Neo|Edge|Performance|Standard|XL|EVO|Evo"
_COMPARED = re.compile(
    r"(?:compared (?:to|with)|relative to|versus|vs\.?|against|using|uses?|with|based on|powered by|driven by|pairs? with|via)\s+"
    r"(?:the |an? |its |\w+[’']s )?$|\b(?:than|unlike|previous|prior|earlier|predecessors?|replac\w+|older|compared)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_BRAND = re.compile(r"(?:(?<=\s)[A-Z][\w™®]*+\s){0,3}$")
_CLAUSE = re.compile(r"(?:^|[,;:—–(]|\bwhile|\bwhereas|\band|\bbut|\bthe)\s*(?:the |an? |its |\w+[’']s )?$", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[.;!?]\s|\n)\s*(?:(?:the|each|an?|its|previous|original|older|new|standard|base|current|last)\s+){0,3}$", re.IGNORECASE)
_TELLS = re.compile(
    r"[’']s\b|[’']\s|\s+(?:\w+ly\s+)?(?:is|are|has|have|weighs?|measures?|offers?|delivers?|reach(?:es)?|features?|comes?|starts?|costs?|"
    r"packs?|uses?|provides?|supports?|runs?|gets?|draws?|consumes?|achieves?|boasts?|carr(?:y|ies)|can|will|was|were|needs?|adds?|"
    r"integrates?|includes?|consists?|contains?|holds?|demonstrates?|sports?|triples?|doubles?|handles?|lasts?|charges?|ships?|sells?|"
    r"retails?|tops?|exceeds?|hits?|generates?|produces?|combines?|integrate)\b",
    re.IGNORECASE,
)


_BACKGROUND = frozenset({"organisation", "market", "event", "standard", "award"})
"""Categories of what an article names beside the products that its figures are about."""


_RIVAL = re.compile(
    r"(?:(?<=[.;,(—] )|(?<=while )|(?<=whereas )|(?<=and )|(?<=[Tt]he )|(?<=[’']s )|(?<=\n))"
    r"([A-Z][A-Za-z]{0,8}-?\d{2,4}[A-Za-z]{0,3}" rf"(?: (?:{_VARIANTS})){{0,2}})"
    r"(?= (?:only |also |now )?(?:delivers|offers|weighs|measures|reaches|costs|packs|provides|lasts|draws|achieves|boasts|starts|manages|hits)\b)"
)
_PART = re.compile(
    r"(?:\b(?:is|are|uses?|using|by|on|via|from|with|featuring|features|dual|the new|chip|chipset|processor|sensor|called)\s+(?:the |an? )?)$",
    re.IGNORECASE,
)


_MOST_RIVALS = 40
_LOOKED_BACK = 40
"""So many mentions are looked through, so that the time stays linear in the text's length."""


class Mention(NamedTuple):
    """Where a product is named: by which name or slug, whether it is known, and how strongly it is what is spoken of.

    `weight` is 2 where it is the subject of its clause, 1 where it is only named, 0 where something is compared with it.
    """

    start: int
    end: int
    product: str
    known: bool
    weight: int


class Mentions:
    """The products of one text, and the one that a place in it is about."""

    def __init__(self, text: str, found: list[Sentence], products: list[tuple[Product, list[str]]], given: str = "") -> None:
        self.text = text
        self._given = given
        names = {} if given else _known(text, products)
        self._background = {product.slug for product, _ in products if product.category in _BACKGROUND}
        self.main = given or _main(text, found, names, self._background)
        family = {} if given else _family(text, self.main, names, found)
        self.known = set(names.values()) | ({given} if given else set())
        self.places: list[Mention] = []
        if not given:
            self.places = sorted(self._mentions(family | names), key=lambda one: (one.start, -one.end))
        self._starts = [place.start for place in self.places]

    def _mentions(self, names: dict[str, str]) -> Iterable[Mention]:
        if not names:
            return
        last = -1
        for match in _finder(names).finditer(self.text):
            if match.start() < last:
                continue
            last = match.end()
            product = names[match[0]]
            before = _BRAND.sub("", self.text[max(0, match.start() - 48) : match.start()])
            after = self.text[match.end() : match.end() + 24]
            tells = _TELLS.match(after) is not None
            weight = 2 if tells and not re.search(r"\b(?:from|than)\s+(?:the )?$", before) else 0 if _COMPARED.search(before) else 1
            if _OPENS.search(before) or (weight and _CLAUSE.search(before[-16:])):
                weight = 2
            if product in self._background:
                weight = 0
            yield Mention(match.start(), match.end(), product, product in self.known, weight)

    def about(self, sentence: Sentence, place: int) -> tuple[str, float]:
        """The product that a sentence names for the figure at `place`, and 0 to 1 how sure; '' where it names none.

        The last subject before the figure, else the last product named before it, else a subject behind it.
        """
        if self._given:
            return self._given, 1.0
        here = [one for one in self.within(sentence.start, sentence.end) if one.weight]
        before = [one for one in here if one.start < place]
        subject = [one for one in before if one.weight == 2] or before
        if subject:
            return subject[-1].product, 0.9 if subject[-1].weight == 2 else 0.8
        following = [one for one in here if one.weight == 2]
        return (following[0].product, 0.75) if following else ("", 0.0)

    def subject_before(self, place: int, since: int) -> str:
        """The last product that was a subject between `since` and `place`; '' where none was."""
        at = bisect_right(self._starts, place - 1)
        for one in reversed(self.places[max(0, at - _LOOKED_BACK) : at]):
            if one.start < since:
                break
            if one.weight == 2:
                return one.product
        return ""

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that start in text[start:end]."""
        first = bisect_right(self._starts, start - 1)
        return self.places[first : bisect_right(self._starts, end - 1)]


def _finder(names: dict[str, str]) -> re.Pattern[str]:
    parts = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{parts})(?![\w])")


def _known(text: str, products: list[tuple[Product, list[str]]]) -> dict[str, str]:
    """The names of known products that this text uses, each with its slug.

    A name without its maker ("H20"), an alias of one word or a slug counts only where the text has the maker or a full name.
    """
    folded = _Folded(text)
    found: dict[str, str] = {}
    shorter: list[tuple[str, str]] = []
    for product, aliases in products:
        maker, _, rest = product.name.partition(" ")
        full = [name for name in (product.name, *(alias.replace("-", " ") for alias in aliases)) if " " in name]
        here = [name for name in full if name in folded]
        if not rest and maker in folded:
            here.append(maker)
        model = rest if any(char.isdigit() for char in rest) else ""
        if len(model) > 2 and maker in folded:
            here.append(model)
        for name in here:
            for form in folded.forms(name):
                found.setdefault(form, product.slug)
        if here and rest:
            shorter += [(name, product.slug) for name in (model, product.slug, *aliases) if len(name) > 1 and "-" not in name]
    for name, slug in shorter:
        for form in folded.forms(name):
            if form[0].isupper() or form[0].isdigit():
                found.setdefault(form, slug)
    return found


class _Folded:
    """A text to look up names in, whatever their case."""

    def __init__(self, text: str) -> None:
        lower = text.lower()
        self._text = text
        self._lower = lower if len(lower) == len(text) else text

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._lower

    def forms(self, name: str) -> set[str]:
        """The ways in which a name is printed, as a word of its own; of the first hundred places."""
        found = set()
        at = -1
        for _ in range(100):
            at = self._lower.find(name.lower(), at + 1)
            if at < 0:
                break
            end = at + len(name)
            if not (self._text[at - 1 : at].isalnum() or self._text[at - 1 : at] == "-" or self._text[end : end + 1].isalnum()):
                found.add(self._text[at:end])
        return found


def _main(text: str, found: list[Sentence], names: dict[str, str], background: set[str]) -> str:
    """What a text is mostly about: the name in its first headings that it uses most."""
    heads = [text[one.start : one.end] for one in found if one.line.kind == "heading"][:3] or [text[:200]]
    opening = [text[one.start : one.end] for one in found if one.line.kind != "heading"][:2]
    for part in (*heads, *opening) if names else ():
        for hit in _finder(names).finditer(part):
            if names[hit[0]] not in background:
                return names[hit[0]]
    counts: Counter[str] = Counter(_WORD.findall(text))
    best, most = "", 0.0
    for rank, part in enumerate((*heads, *opening)):
        for name in _names(part):
            score = min(max(counts[word] for word in name.split()), 12) * (1.0, 0.9, 0.8, 0.6, 0.5)[min(rank, 4)]
            score *= 1.5 if any(char.isdigit() for char in name) else 1
            if rank >= len(heads):
                score *= 0.6
            if score > most:
                best, most = name, score
    return best


def _names(part: str) -> list[str]:
    """The names in a title: runs of capitalised words, without the words that every title has."""
    runs: list[list[str]] = [[]]
    last = 0
    for match in _WORD.finditer(part):
        word = match[0].removesuffix("’s").removesuffix("'s")
        gap = part[last : match.start()].strip("™® \t")
        last = match.end()
        named = (word[0].isupper() or any(char.isdigit() for char in word) or any(char.isupper() for char in word[1:])) and (
            word.lower() not in _GENERIC or (runs[-1] and word.lower() in _VARIANT)
        )
        if gap and runs[-1]:
            runs.append([])
        if not named:
            runs.append([])
            continue
        runs[-1].append(word)
        if match[0] != word:
            runs.append([])
    return [name for run in runs if run for name in _short(run) if name[0].isalpha()]


_NO_MODELS = frozenset("3d 5g 4k 8k ec2 mp3 h264 1080p 2d".split())


def _short(run: list[str]) -> list[str]:
    """A run of name words as the text will most likely repeat it: from the word with a figure on, else the whole."""
    for i, word in enumerate(run):
        if any(char.isdigit() for char in word) and any(char.isalpha() for char in word) and word.lower() not in _NO_MODELS:
            return [" ".join(run[max(0, i - (len(word) < 3)) :])]
        if i and word.replace(".", "").isdigit():
            return [" ".join(run[i - 1 :])]
    return [" ".join(run)]


def _family(text: str, main: str, names: dict[str, str], found: list[Sentence]) -> dict[str, str]:
    """The names of the text's main product and its kin: the same word with another ending ("MI300X"), and headings."""
    if not main or main in names.values():
        stem = ""
    else:
        stem = re.match(r"[^\W\d_]*\d*", main.split()[0])[0] if any(char.isdigit() for char in main.split()[0]) else main.split()[0]  # type: ignore[index]
    family: dict[str, str] = {}
    if main and main not in names.values():
        family[main] = main
        first = main.split()[0]
        if len(first) > 2:
            family.setdefault(first, main)
            kin = re.compile(rf"(?<![\w-]){re.escape(first)}(?: (?:\d[\w.]{{0,5}}|{_VARIANTS}|[A-Z]{{1,3}}\d\w{{0,4}}))+(?!\w)")
            for name in sorted(set(kin.findall(text)))[:_MOST_RIVALS]:
                family.setdefault(name, name)
    if stem and any(char.isdigit() for char in stem):
        letters = re.match(r"[^\W\d_]*", stem)[0]  # type: ignore[index]
        if len(letters) > 1:
            for word in sorted(set(re.findall(rf"(?<![\w-]){re.escape(letters)}\d+[A-Z]*\b", text))):
                family.setdefault(word, word)
    for name in _rivals(text):
        family.setdefault(name, name)
    heads = {name for one in found if one.line.kind == "heading" for name in _names(text[one.start : one.end])} if stem else set()
    for name in sorted(name for name in heads if name.startswith(main + " ") and len(name.split()) < 6)[:_MOST_RIVALS]:
        if text.count(name) > 1:
            family.setdefault(name, name)
    return family


def _rivals(text: str) -> list[str]:
    """Other products that a text gives figures of: models that do something, and were not brought in as a part."""
    seen: dict[str, bool] = {}
    for match in _RIVAL.finditer(text):
        name = match[1]
        if name not in seen and len(seen) < _MOST_RIVALS:
            first = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w])", text)
            before = text[max(0, first.start() - 40) : first.start()] if first else ""
            seen[name] = not _PART.search(_BRAND.sub("", before))
    return [name for name, rival in seen.items() if rival]
