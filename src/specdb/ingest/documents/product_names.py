"""Find names of unknown products in titles, headings and the sentences about them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from specdb.ingest.documents import lexicon
from specdb.ingest.documents.capitalized_names import (
    NAME_WORD,
    VARIANTS,
    count_occurrences,
    is_common_noun,
    is_numbered_item,
    may_be_name,
    names_pattern,
    title_names,
)
from specdb.ingest.documents.competitors import MAX_NAMES, PRODUCT_VERBS, find_competitors

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence


_SECTION = re.compile(r"([A-Z][A-Za-z]{1,14})(?:-[A-Z]\w*|[ -]?\d\w{0,4}(?: \w+)?)")

_DEFINITION = re.compile(r"\s*(?:The )?((?:[A-Z][\w-]{1,20} ){1,3}[A-Z]{0,3}\d{1,4}[A-Za-z]{0,3}) is (?:an?|the|our) ")

_HEADING_WITH_KIND = re.compile(r"[A-Z][A-Za-z ]{1,24}: (?=\D*\d)([A-Z][\w.+-]*(?: (?:-|[A-Z][\w.+-]*|\d\w*)){0,7})")
"""A heading with the kind of product before its name."""

_HEADING_DEFINED_BELOW = re.compile(
    r"^[#*]{0,6} ?((?:[A-Z][\w-]*+ ){0,3}[A-Z][\w-]*+)[*:]*+\n++(?:The )?\1(?: \([^()\n]{1,60}\))? is (?:an?|the|our)\b",
    re.MULTILINE,
)
"""A heading that the text below it defines."""

_CAPTION = re.compile(r"^[*_\s>-]{0,8}((?:[A-Z][\w.+-]*+ ){2,6})[-–—] (?:[a-z]+ )?([a-z]+): ?[~≈]?\d", re.MULTILINE)
"""A line with a name and one of its measures: "Motor Mount - weight: 5 g"."""

_SIZED_MODEL = re.compile(r"(?<![\w.-])\d{1,2}(?:\.\d)?-inch(?:(?: (?:[A-Z]|i[A-Z])\w*+){1,3}| (?:model|version)\b)")

_MAX_OCCURRENCES = 20

_LABEL_COLON = re.compile(r"[*_`]{0,3}:")

_MAKER_VERB_AFTER = re.compile(
    r",? (?:(?:has|is|today|will|may|is (?:about|set|expected) to|\w+ly) )?"
    r"(?:unveil|launch|announc|introduc|reveal|debut|releas|present|confirm|claim|say|said)"
    r"(?:s|es|ed|ing|e)? (?!(?:in|on|at|with|for|from|as|this|next|today|to|by)\b)[\w\"'“]|[’']s? (?:CEO|founder|president)\b",
    re.IGNORECASE,
)
"""What follows the name of a maker."""

_MODEL = re.compile(r"([A-Z][A-Za-z]*-?)(\d{1,4})[A-Z]{0,2}")
"""A model of letters and digits: "MI300X", "P20", "HX-2"."""


def main_product(text: str, sentences: list[Sentence], names: dict[str, str], background: set[str]) -> str:
    """Return the main product of a text: the name in its first headings that it uses most.

    Args:
        text: The text.
        sentences: Its headings and first sentences.
        names: The names of known products in the text, with their slugs.
        background: The slugs of products that are not the main one where others are named.

    Returns:
        The slug of a known product, else a name as printed; '' if there is none.
    """
    heads = [text[sentence.start : sentence.end] for sentence in sentences if sentence.line.kind == "heading"][:3]
    heads = heads or [text[:200]]
    opening = [text[sentence.start : sentence.end] for sentence in sentences if sentence.line.kind != "heading"][:2]
    main = _known_main_product((*heads, *opening), names, background) or _device_title(text, sentences)
    if main:
        return main
    best = _most_used_name(text, heads, opening)
    if not best:
        return _title_without_product(text, sentences)
    return _model_in_definition(text, sentences, best) or _repeated_part(text, best)


def _known_main_product(texts: tuple[str, ...], names: dict[str, str], background: set[str]) -> str:
    """Return the slug of the first known product named in the parts of a text; '' if there is none."""
    for text in texts if names else ():
        for match in names_pattern(names).finditer(text):
            if names[match[0]] not in background:
                return names[match[0]]
    return ""


def _most_used_name(text: str, heads: list[str], opening: list[str]) -> str:
    """Return the name in the headings and first sentences with the highest score; '' if there is none.

    The score is the number of uses in the text, up to 12, weighted by position; names with a digit count double, makers less.
    """
    counts: Counter[str] = Counter(NAME_WORD.findall(text))
    best, most = "", 0.0
    for rank, passage in enumerate((*heads, *opening)):
        for name in title_names(passage):
            if not may_be_name(name) or (rank >= len(heads) and _LABEL_COLON.match(passage, passage.find(name) + len(name))):
                continue
            score = min(max(1, *(counts[word] for word in name.split())), 12) * (1.0, 0.9, 0.8, 0.6, 0.5)[min(rank, 4)]
            score *= 2 if any(char.isdigit() for char in name) else 1
            if _is_maker(text, name):
                score *= 0.3
            if rank >= len(heads):
                score *= 0.6
            elif not rank and counts[name.split()[-1]] > 1:
                score *= 1.5
            if score > most:
                best, most = name, score
    return best


def _is_maker(text: str, name: str) -> bool:
    """Whether a name is that of a maker: a known one, one that launches products, or one with a word for a company."""
    if name.lower() in lexicon.word_lists()["makers"]:
        return True
    first, *others = name.split()
    maker = first if others and others[-1].lower() in lexicon.word_lists()["companies"] else name
    at = -1
    for _ in range(_MAX_OCCURRENCES):
        at = text.find(maker, at + 1)
        if at < 0:
            break
        if _MAKER_VERB_AFTER.match(text, at + len(maker)):
            return True
    return maker != name


def _model_in_definition(text: str, sentences: list[Sentence], name: str) -> str:
    """Return the model that the first sentences define, where the title has no digits: "Vela 300 is a robot"."""
    if any(char.isdigit() for char in name):
        return ""
    for sentence in [sentence for sentence in sentences if sentence.line.kind != "heading"][:2]:
        match = _DEFINITION.match(text, sentence.start, sentence.end)
        if match and not set(match[1].lower().split()).isdisjoint(name.lower().split()):
            return match[1]
    return ""


def _device_title(text: str, sentences: list[Sentence]) -> str:
    """Return the title of a page about a device named by common words: "Active marker deck", "Range deck v2"."""
    first = next((sentence.line for sentence in sentences[:1] if sentence.line.kind == "heading"), None)
    words = text[first.start : first.end].strip("# \t*").split() if first else []
    plain = [word.lower() for word in words if not any(char.isdigit() for char in word)]
    small = any(word.isalpha() and word.islower() for word in words)
    known = bool(plain) and plain[-1] in lexicon.word_lists()["devices"] and lexicon.word_lists()["stops"].isdisjoint(plain)
    return " ".join(words) if known and small and 1 < len(words) < 6 else ""


def _title_without_product(text: str, sentences: list[Sentence]) -> str:
    """Return the title of a text that names no product, without its article: "The Drone"."""
    first = next((text[sentence.start : sentence.end] for sentence in sentences[:1] if sentence.line.kind == "heading"), "")
    words = [word for word in NAME_WORD.findall(first) if word.lower() not in lexicon.word_lists()["stops"]]
    return " ".join(words) if len(words) < 4 else ""


def _repeated_part(text: str, name: str) -> str:
    """Return the part of a name that the text repeats: "Aero One" of "Meet Aero One"."""
    words = name.split()
    if count_occurrences(text, name) > 1:
        return name
    generic = lexicon.word_lists()["generic"]
    for length in range(min(len(words) - 1, 5), 0, -1):
        for first in range(len(words) - length + 1):
            candidate = words[first : first + length]
            left = [*words[:first], *words[first + length :]]
            if not any(char.isdigit() for word in left for char in word) and not all(
                word.lower() in generic for word in candidate
            ):
                shorter = " ".join(candidate)
                if count_occurrences(text, shorter) > 2:
                    return shorter
    return name


def product_family(text: str, main: str, names: dict[str, str], sentences: list[Sentence]) -> dict[str, str]:
    """Return the names of the main product, its variants and its competitors, with the product each stands for.

    Args:
        text: The text.
        main: The main product.
        names: The names of known products in the text, with their slugs.
        sentences: The headings and first sentences of the text.
    """
    is_new = bool(main) and main not in names.values()
    family = _names_like_main(text, main) if is_new else {}
    for name in _names_in_headings(text, sentences, is_new) if count_occurrences(text, main) < 3 else ():
        family.setdefault(name, name)
    for name in (*_section_models(text, sentences), *_caption_names(text), *sized_models(text), *find_competitors(text, main)):
        family.setdefault(name, name)
    heads = (
        {
            name
            for sentence in sentences
            if sentence.line.kind == "heading"
            for name in title_names(text[sentence.start : sentence.end])
        }
        if is_new
        else set()
    )
    for name in sorted(name for name in heads if name.startswith(main + " ") and len(name.split()) < 6)[:MAX_NAMES]:
        if text.count(name) > 1:
            family.setdefault(name, name)
    return family


def _names_like_main(text: str, main: str) -> dict[str, str]:
    """Return the short names of the main product and the names that share a word with it."""
    family = {main: main}
    first = main.split()[0]
    if len(first) > 2:
        family.setdefault(first, main)
        for name in sorted({*_models_with_first_word(text, first), *_variants(text, main)})[:MAX_NAMES]:
            family.setdefault(name, name)
        family = _variant_nicknames(text, family) | family
    for word in main.split():
        if _MODEL.fullmatch(word):
            family.setdefault(word, main)
            for name in _models_with_letters(text, word):
                family.setdefault(name, name)
    return family


def _variants(text: str, main: str) -> list[str]:
    """Return names with the last word of a name without digits: "Mavic Mini" and "Mini SE" next to "DJI Mini"."""
    head, _, model = main.rpartition(" ")
    lists = lexicon.word_lists()
    if not head or any(char.isdigit() for char in main) or model.lower() in lists["devices"] | lists["generic"]:
        return []
    named = rf"(?<![\w-])(?:([A-Z]\w+) )?{re.escape(model)}(?: (?:\d\w{{0,3}}|{VARIANTS})\b)*(?![\w-])"
    counts = Counter(
        match[0] if not match[1] or may_be_name(match[1]) else match[0].removeprefix(f"{match[1]} ")  # "The Mini SE"
        for match in re.finditer(named, text)
    )
    return [name for name, count in counts.items() if count > 1 and name not in (model, main) and " " in name]


def _models_with_first_word(text: str, first: str) -> list[str]:
    """Return models with the first word of the main product: "Vela 2", "Vela Watch 3 Max", "Vela X Pro"."""
    word = rf"{VARIANTS}|[A-Z]{{1,3}}\d\w{{0,4}}|One|Two|Three|[A-Z](?= (?:{VARIANTS}|{PRODUCT_VERBS})\b)"
    model = rf"\d[\w.]{{0,5}}(?<!\.)(?! (?:g|kg|mm|cm|m|mAh|[WVA]|[MGT]B|Hz|hours?|inch)\b)|{word}"
    kind = r"(?: [A-Z][a-z]{2,14}(?= [A-Z]{0,3}\d))?"
    return re.findall(rf"(?<![\w-])({re.escape(first)}{kind}(?: (?:{model}))+)(?!\w)", text)


def _models_with_letters(text: str, word: str) -> list[str]:
    """Return models with the same letters ("MI250", "MI300X"); with one letter, also as many digits ("P10", "P20")."""
    letters = word.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789")
    figures = rf"\d{{{sum(char.isdigit() for char in word)}}}" if len(letters) == 1 else r"\d+"
    names = re.findall(rf"(?<![\w-])({re.escape(letters)}{figures}[A-Z]*(?: (?:{VARIANTS})\b)*)(?!\w)", text)
    return sorted(set(names))[:MAX_NAMES]


def _variant_nicknames(text: str, names: dict[str, str]) -> dict[str, str]:
    """Return the short names that stand for one variant: "the Plus", "The Pro"."""
    ends: dict[str, set[str]] = {}
    for name in names.values():
        ends.setdefault(name.split()[-1], set()).add(name)
    matches = re.findall(rf"(?<!\w)([Tt]he ({VARIANTS}))(?= (?:is|model|version|{PRODUCT_VERBS})\b)", text)
    return {words: next(iter(ends[last])) for words, last in matches if len(ends.get(last, ())) == 1}


def _names_in_headings(text: str, sentences: list[Sentence], models: bool) -> list[str]:
    """Return the names in numbered headings ("2. Vela X3"), else, with `models`, the models in any heading."""
    lines = dict.fromkeys(sentence.line for sentence in sentences if sentence.line.kind == "heading")
    heads = [text[line.start : line.end].strip("# \t*") for line in lines]
    names = [title_names(re.sub(r"^\d+[.)]\s*", "", head)) for head in heads if re.match(r"\d+[.)]\s", head)]
    if len(names) < 2 and models:
        with_figures = [
            [name for name in title_names(head) if re.search(r"\d", name) and not is_numbered_item(name)] for head in heads[1:]
        ]
        names = [found_names[:1] for found_names in with_figures if found_names]
    return [name for group in names[:MAX_NAMES] for name in group] if len(names) > 1 else []


def _section_models(text: str, sentences: list[Sentence]) -> list[str]:
    """Return the models that several similar headings consist of: "TF-Mini" and "TF-Nova", "GPS: Vela N8"."""
    alike: dict[str, set[str]] = {}
    for sentence in sentences:
        head = text[sentence.start : sentence.end].strip("# \t*:") if sentence.line.kind == "heading" else ""
        model, kind = _SECTION.fullmatch(head), _HEADING_WITH_KIND.fullmatch(head)
        if model and not is_numbered_item(head) and may_be_name(model[1]):
            alike.setdefault(model[1], set()).add(head)
        elif kind:
            alike.setdefault(":", set()).add(kind[1])
    defined = [match[1] for match in _HEADING_DEFINED_BELOW.finditer(text) if not is_common_noun(match[1])]
    return [*defined[:MAX_NAMES], *[name for names in alike.values() if len(names) > 1 for name in sorted(names)][:MAX_NAMES]]


def _caption_names(text: str) -> list[str]:
    """Return the names in caption lines: "Motor Mount" of "Motor Mount - weight: 5 g"."""
    names = [match[1].strip() for match in _CAPTION.finditer(text) if match[2] in lexicon.word_lists()["measures"]]
    return list(dict.fromkeys(names))[:MAX_NAMES]


def sized_models(text: str) -> list[str]:
    """Return names that begin with a size, if the size distinguishes models: "11-inch Vela" and "13-inch Vela"."""
    counts = Counter(match[0] for match in _SIZED_MODEL.finditer(text))
    sizes = {name.partition(" ")[0] for name in counts}
    return list(counts)[:MAX_NAMES] if len(sizes) > 1 and sum(counts.values()) > 3 else []
