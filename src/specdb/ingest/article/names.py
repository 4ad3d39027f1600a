"""Names of products that nobody told us: from titles and headings, and by what a text says of them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from specdb.ingest.article import lexicon

if TYPE_CHECKING:
    from specdb.ingest.article.sentences import Sentence


_WORD = re.compile(r"[^\W_]++(?:[-+./’'][^\W_]++)*+")


_VARIANTS = "Pro|Max|Ultra|Plus|Mini|Lite|Air|SE|Ti|Super|Neo|Edge|Performance|Standard|XL|EVO|Evo"


BRAND = re.compile(r"(?:(?<=\s)[A-Z][\w™®]*+\s){0,3}$")


_SPEAKS = "delivers|offers|offered|weighs|measures|reaches|costs|packs|provides|lasts|draws|achieves|boasts|starts|manages|hits"

_DOES = f"{_SPEAKS}|has|features|comes|sports|gets|adds|runs|uses"
"""What a text says of a product, once that is known to be kin of the main one."""


_RIVAL = re.compile(
    rf"(?<![\w-])((?:[A-Z][A-Za-z]++ ){{0,2}}[A-Z][A-Za-z]{{0,12}}(?:-?|-v| )"
    rf"\d{{1,4}}[A-Za-z]{{0,3}}(?: (?:{_VARIANTS})){{0,2}})"
    r"(?:,[^,.\n]{1,20},)?(?: [A-Z][a-z]{1,12}){0,2}(?: [a-z]{2,12})?"
    rf"(?= (?:{_SPEAKS})\b)"
)
_PLAIN_RIVAL = re.compile(
    r"(?:^|[.;:,]\s|\bwhile |\band )[Tt]he ([A-Z][a-z]{2,14}) (?:weighs|measures|costs|packs|lasts|boasts|flies)\b",
    re.MULTILINE,
)

_STARTS = re.compile(r"(?:^|[.;:,(—–|\n]\s*|\b(?:while|whereas|and|but|the|The|each|Each|previous)\s|[’']s\s)$")


_PART = re.compile(
    r"(?:\b(?:is|are|uses?|using|by|on|via|from|with|featuring|features|dual|the new|chip|chipset|processor|sensor|called)\s+"
    r"(?:the |an? )?)$",
    re.IGNORECASE,
)


_SECTION = re.compile(r"([A-Z][A-Za-z]{1,14})(?:-[A-Z]\w*|[ -]?\d\w{0,4}(?: \w+)?)")

_DEFINED = re.compile(r"\s*(?:The )?((?:[A-Z][\w-]{1,20} ){1,3}[A-Z]{0,3}\d{1,4}[A-Za-z]{0,3}) is (?:an?|the|our) ")

_LAUNCHES = re.compile(
    r",? (?:has |is |today )?(?:unveil|launch|announc|introduc|reveal|debut|releas|present)(?:s|es|ed|ing|e)? [\w\"'“]",
    re.IGNORECASE,
)

_MODEL = re.compile(r"([A-Z][A-Za-z]*-?)(\d{1,4})[A-Z]{0,2}")
"""A model of letters and figures, "MI300X", "P20", "HX-2"."""

_MOST_RIVALS = 40

_VERSION = re.compile(r"(?:v|ver|gen|mk|rev)\.?\d[\d.]*$", re.IGNORECASE)


def finder(names: dict[str, str]) -> re.Pattern[str]:
    parts = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{parts})(?![\w])")


def main_product(text: str, found: list[Sentence], names: dict[str, str], background: set[str]) -> str:
    """What a text is mostly about: the name in its first headings that it uses most."""
    heads = [text[one.start : one.end] for one in found if one.line.kind == "heading"][:3] or [text[:200]]
    opening = [text[one.start : one.end] for one in found if one.line.kind != "heading"][:2]
    for part in (*heads, *opening) if names else ():
        for hit in finder(names).finditer(part):
            if names[hit[0]] not in background:
                return names[hit[0]]
    device = _device(text, found)
    if device:
        return device
    counts: Counter[str] = Counter(_WORD.findall(text))
    best, most = "", 0.0
    for rank, part in enumerate((*heads, *opening)):
        for name in _names(part):
            if not _may_name(name):
                continue
            score = min(max(counts[word] for word in name.split()), 12) * (1.0, 0.9, 0.8, 0.6, 0.5)[min(rank, 4)]
            score *= 2 if any(char.isdigit() for char in name) else 0.5 if _attributive(part, name) else 1
            if _LAUNCHES.match(part, part.find(name) + len(name)):
                score *= 0.3  # a maker
            if rank >= len(heads):
                score *= 0.6
            elif not rank and counts[name.split()[-1]] > 1 and not _attributive(part, name):
                score *= 1.5
            if score > most:
                best, most = name, score
    return _defined(text, found, best) or _repeated(text, best) if best else _title(text, found)


def _defined(text: str, found: list[Sentence], name: str) -> str:
    """The model that the text's first words define, where the title has its name without figures: "Vela 300 is a robot"."""
    if any(char.isdigit() for char in name):
        return ""
    for one in [one for one in found if one.line.kind != "heading"][:2]:
        match = _DEFINED.match(text, one.start, one.end)
        if match and not set(match[1].lower().split()).isdisjoint(name.lower().split()):
            return match[1]
    return ""


def _may_name(name: str) -> bool:
    """Whether capitalised words may be a product's name: not a word that opens a sentence, a letter, or a standard."""
    word = name.lower()
    lists = lexicon.words()
    known = any(word in lists[key] for key in ("stops", "openers", "column_heads", "product_tables"))
    return len(word) > 1 and not known and word.rstrip("0123456789") not in lists["named"]


def _device(text: str, found: list[Sentence]) -> str:
    """The title of a page about a device that is named by common words: "Active marker deck", "Range deck v2"."""
    first = next((one.line for one in found[:1] if one.line.kind == "heading"), None)
    words = text[first.start : first.end].strip("# \t*").split() if first else []
    plain = [word.lower() for word in words if not any(char.isdigit() for char in word)]
    small = any(word.isalpha() and word.islower() for word in words)
    known = bool(plain) and plain[-1] in lexicon.words()["devices"] and lexicon.words()["stops"].isdisjoint(plain)
    return " ".join(words) if known and small and 1 < len(words) < 6 else ""


def _attributive(part: str, name: str) -> bool:
    """Whether a name in a title only tells of the word behind it: "Tesla killer", "Google-powered"."""
    following = re.match(r"(?:-| )([a-z]{3,})", part[part.find(name) + len(name) :])
    lists = lexicon.words()
    return following is not None and following[1] not in lists["generic"] and following[1] not in lists["stops"]


def _title(text: str, found: list[Sentence]) -> str:
    """The title of a text that names no product, without its article: "The Drone"."""
    first = next((text[one.start : one.end] for one in found[:1] if one.line.kind == "heading"), "")
    words = [word for word in _WORD.findall(first) if word.lower() not in lexicon.words()["stops"]]
    return " ".join(words) if len(words) < 4 else ""


def _repeated(text: str, name: str) -> str:
    """A name without the words at its ends that a text never repeats ("Aero One AR" glasses, "Meet Aero One")."""
    words = name.split()
    if _count(text, name) > 1:
        return name
    generic = lexicon.words()["generic"]
    for length in range(min(len(words) - 1, 5), 0, -1):
        for first in range(len(words) - length + 1):
            part = words[first : first + length]
            left = [*words[:first], *words[first + length :]]
            if all(word.isalpha() for word in left) and not all(word.lower() in generic for word in part):
                shorter = " ".join(part)
                if _count(text, shorter) > 2:
                    return shorter
    return name


def _count(text: str, name: str) -> int:
    """How often a text has a name, as words of its own."""
    return len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def _names(part: str) -> list[str]:
    """The names in a title: runs of capitalised words, without the words that every title has."""
    runs: list[list[str]] = [[]]
    last = 0
    for match in _WORD.finditer(part):
        word = match[0].removesuffix("’s").removesuffix("'s")
        gap = part[last : match.start()].strip("™® \t")
        last = match.end()
        named = (word[0].isupper() or any(char.isdigit() for char in word) or any(char.isupper() for char in word[1:])) and (
            word.lower() not in lexicon.words()["generic"] or (runs[-1] and word.lower() in lexicon.words()["variant"])
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


def _short(run: list[str]) -> list[str]:
    """A run of name words as the text will most likely repeat it: from the word with a figure on, else the whole."""
    for i, word in enumerate(run):
        if i and _VERSION.match(word):
            return [" ".join(run)]
        if (
            any(char.isdigit() for char in word)
            and any(char.isalpha() for char in word)
            and word.lower() not in lexicon.words()["no_model"]
        ):
            return [" ".join(run[max(0, i - (len(word) < 3)) :])]
        if i and word.replace(".", "").isdigit():
            return [" ".join(run[i - 1 :])]
    return [" ".join(run)]


def family(text: str, main: str, names: dict[str, str], found: list[Sentence]) -> dict[str, str]:
    """The names of the text's main product and its kin: the same word with another ending ("MI300X"), and headings."""
    family: dict[str, str] = {}
    own = bool(main) and main not in names.values()
    if own:
        family[main] = main
        first = main.split()[0]
        if len(first) > 2:
            family.setdefault(first, main)
            for name in sorted({*_kin(text, first), *_variants(text, main), *_sisters(text, first)})[:_MOST_RIVALS]:
                family.setdefault(name, name)
            family = _alone(text, family) | family
        for word in main.split():
            if _MODEL.fullmatch(word):
                family.setdefault(word, main)
                for name in _alike(text, word):
                    family.setdefault(name, name)
    for name in _numbered(text, found) if _count(text, main) < 3 else ():
        family.setdefault(name, name)
    for name in (*_sections(text, found), *_rivals(text)):
        family.setdefault(name, name)
    heads = (
        {name for one in found if one.line.kind == "heading" for name in _names(text[one.start : one.end])} if own else set()
    )
    for name in sorted(name for name in heads if name.startswith(main + " ") and len(name.split()) < 6)[:_MOST_RIVALS]:
        if text.count(name) > 1:
            family.setdefault(name, name)
    return family


def _variants(text: str, main: str) -> list[str]:
    """Names around the last word of a name without figures: beside "DJI Mini" stand "Mavic Mini" and "Mini SE"."""
    head, _, model = main.rpartition(" ")
    lists = lexicon.words()
    if not head or any(char.isdigit() for char in main) or model.lower() in lists["devices"] | lists["generic"]:
        return []
    named = rf"(?<![\w-])(?:([A-Z]\w+) )?{re.escape(model)}(?: (?:\d\w{{0,3}}|{_VARIANTS})\b)*(?![\w-])"
    found = Counter(
        match[0] if not match[1] or _may_name(match[1]) else match[0].removeprefix(f"{match[1]} ")  # "The Mini SE"
        for match in re.finditer(named, text)
    )
    return [name for name, count in found.items() if count > 1 and name not in (model, main) and " " in name]


def _kin(text: str, first: str) -> list[str]:
    """Names of models that begin as the main product's: "Vela 2", "Vela Watch 3 Max", "Vela X Pro", "Vela Two"."""
    word = rf"{_VARIANTS}|[A-Z]{{1,3}}\d\w{{0,4}}|One|Two|Three|[A-Z](?= (?:{_VARIANTS}|{_DOES})\b)"
    model = rf"\d[\w.]{{0,5}}(?! (?:g|kg|mm|cm|m|mAh|[WVA]|[MGT]B|Hz|hours?|inch)\b)|{word}"
    kind = r"(?: [A-Z][a-z]{2,14}(?= [A-Z]{0,3}\d))?"
    return re.findall(rf"(?<![\w-])({re.escape(first)}{kind}(?: (?:{model}))+)(?!\w)", text)


def _alike(text: str, word: str) -> list[str]:
    """Models with the letters of this one ("MI250", "MI300X"); where it is one letter, with as many figures ("P10", "P20")."""
    letters = word.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789")
    figures = rf"\d{{{sum(char.isdigit() for char in word)}}}" if len(letters) == 1 else r"\d+"
    names = re.findall(rf"(?<![\w-])({re.escape(letters)}{figures}[A-Z]*(?: (?:{_VARIANTS})\b)*)(?!\w)", text)
    return sorted(set(names))[:_MOST_RIVALS]


def _sisters(text: str, first: str) -> list[str]:
    """Names without figures that begin as the main product's, and that a text says something of: "Vela Dash", "Vela Dot"."""
    found = re.findall(rf"(?<![\w-]){re.escape(first)} [A-Z][a-z]{{1,14}}(?= (?:{_DOES})\b)", text)
    nouns = lexicon.words()["devices"] | lexicon.words()["generic"] | lexicon.words()["measures"]
    last = {name: name.split()[-1].lower() for name in found}
    named = [name for name in last if last[name] not in nouns and not lexicon.counted(last[name])]
    return named if len(named) > 1 else [name for name in named if _count(text, name) > 1]


def _alone(text: str, names: dict[str, str]) -> dict[str, str]:
    """The last words that stand for one of several kin: "the Plus", "The Pro"."""
    ends: dict[str, set[str]] = {}
    for name in names.values():
        ends.setdefault(name.split()[-1], set()).add(name)
    said = re.findall(rf"(?<!\w)([Tt]he ({_VARIANTS}))(?= (?:is|model|version|{_DOES})\b)", text)
    return {words: next(iter(ends[last])) for words, last in said if len(ends.get(last, ())) == 1}


def _numbered(text: str, found: list[Sentence]) -> list[str]:
    """The names in the numbered headings of a text that goes through several products: "2. Vela X3"."""
    lines = dict.fromkeys(one.line for one in found if one.line.kind == "heading")
    heads = [text[line.start : line.end].strip() for line in lines]
    names = [_names(re.sub(r"^\d+[.)]\s*", "", head)) for head in heads if re.match(r"\d+[.)]\s", head)]
    return [name for here in names[:_MOST_RIVALS] for name in here] if len(names) > 1 else []


def _sections(text: str, found: list[Sentence]) -> list[str]:
    """The models that headings consist of, where several begin alike: "TF-Mini" and "TF-Nova", "Arm 5" and "Arm 10"."""
    alike: dict[str, set[str]] = {}
    for one in found:
        head = _SECTION.fullmatch(text[one.start : one.end].strip("# \t*:")) if one.line.kind == "heading" else None
        if head and not _counted_off(head[0]) and _may_name(head[1]):
            alike.setdefault(head[1], set()).add(head[0])
    return [name for names in alike.values() if len(names) > 1 for name in sorted(names)][:_MOST_RIVALS]


def _counted_off(name: str) -> bool:
    """Whether a word with a number behind it is no model, but one of a series: "Section 4", "June 5", "Bluetooth 5"."""
    word, _, number = name.rpartition(" ")
    lists = lexicon.words()
    last = word.split()[-1].lower() if word and number[0].isdigit() else ""
    return last in lists["named"] or last in lists["months"] or last in lists["stops"] or (bool(last) and len(number) > 3)


def _rivals(text: str) -> list[str]:
    """Other products that a text gives figures of: models that do something, and were not brought in as a part."""
    seen: dict[str, bool] = {}
    for match in _RIVAL.finditer(text):
        name = match[1].removeprefix("The ").removeprefix("While ").removeprefix("Each ")
        starts = _STARTS.search(text, max(0, match.start() - 12), match.start())
        if name not in seen and starts and len(seen) < _MOST_RIVALS and not _counted_off(name):
            first = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w])", text)
            before = text[max(0, first.start() - 40) : first.start()] if first else ""
            seen[name] = not _PART.search(BRAND.sub("", before))
    return [name for name, rival in seen.items() if rival] + _plain_rivals(text)


def _plain_rivals(text: str) -> list[str]:
    """Products that are named by a word, and that a text gives figures of: "The Strix weighs", if "the Strix" is said too."""
    said = {name for name in _PLAIN_RIVAL.findall(text) if _may_name(name)}
    lists = lexicon.words()
    nouns = lists["devices"] | lists["generic"] | lists["measures"] | lists["starters"]
    kept = [name for name in sorted(said) if name.lower() not in nouns and not lexicon.counted(name)][:_MOST_RIVALS]
    return [
        name
        for name in kept
        if re.search(rf"[a-z,] (?:the )?{name}\b", text) and not re.search(rf"(?<![\w-]){name.lower()}s?\b", text)
    ]
