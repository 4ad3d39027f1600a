"""Other products that a text names: those that it tells figures of, compares with, or says to be launched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specdb.ingest.documents import lexicon
from specdb.ingest.documents.name_candidates import BRAND, VARIANTS, common, count, counted_off, may_name, short

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEAKS = (
    "delivers|offers|offered|weighs?|weighed|measures|measured|reaches|costs|packs|provides|lasts|draws|achieves|boasts|starts|"
    "manages|hits|sits at|retails|sells|goes for|are (?:all |both )?(?:good|rated) for|is (?:priced|rated)|flies|carried"
)
"""What a text says of a product that it gives figures of."""

_WILL = "cost|weigh|offer|deliver|come|last|reach|measure|sell|retail|start|be priced"

DOES = f"{SPEAKS}|has|features|comes|sports|gets|adds|runs|uses"
"""What a text says of a product, once that is known to be kin of the main one."""

PART = re.compile(
    r"(?:\b(?:is|are|uses?|using|by|on|via|from|with|featuring|features|dual|the new|chip|chipset|processor|sensor|called)\s+"
    r"(?:the |an? )?)$",
    re.IGNORECASE,
)
"""What stands before the name of a part, where a text brings it in."""

_NUMBER = r"\d{1,4}(?:[A-Z]{1,2}|[aexi])?(?![\w%-]|[.,]\d| (?:g|kg|mm|cm|m|mAh|[WVA]|[MGT]B|Hz|[Hh]ours?|inch)\b)"
_NAME = re.compile(rf"(?<![\w-])(?:[A-Z]|i[A-Z])[\w+-]*+(?: (?:(?:[A-Z]|i[A-Z])[\w+-]*+|{_NUMBER})){{0,4}}")

_FIGURE = r"(?:[$€£¥]?\d[\d.,]*[ -]?[A-Za-z/]*\s+)?"
_STARTS = re.compile(
    r"(?:^|[.;:,(—–|\n]\s*|\b(?:while|whereas|and|or|but|even|each|previous)\s|[’']s\s(?:[a-z]+\s)?)"
    rf"(?:(?:the|an?)\s(?:[a-z]+\s)?)?{_FIGURE}$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?:,[^,.\n]{1,40},|,)?(?: [a-z]{2,12})?(?: \w+ly| (?:by|in) \w+)? "
    rf"(?:(?:{SPEAKS})\b|(?:will|can) (?:{_WILL})\b|is (?:just |only )?[~$€£]?\d)"
)
_TOLD_OF = re.compile(rf"(?: [a-z]{{2,12}})?,? (?:which|that)(?: \w+ly)? (?:{SPEAKS}|is|has|had)\b")
"""The same behind a name that need not begin a clause: "like the Arden 5, which costs"."""

_DETERMINER = r"(?:(?:the|an?|its|their|existing|original|older?|current|new(?:er)?|previous|latest|last|\w+[’']s)\s+){0,3}"
_BESIDE = re.compile(
    r"\b(?:than|unlike|versus|vs\.?|against|beats?|replac\w+|succeed\w*|rival(?:s|ing)?|"
    r"(?:compared|similar|successor|sibling|cousin|rival|alternative|replacement|competitor) (?:to|with|of|for)|"
    r"(?:improvement|upgrade|gain)s? (?:over|on|from)|"
    r"(?:predecessor|successor|sibling|cousin|brother|rival|comparison|flagship)s?,|"
    rf"dubbed|(?:unveil|launch|announc|introduc|reveal)\w*)\s+{_DETERMINER}{_FIGURE}$",
    re.IGNORECASE,
)
_OWNED = re.compile(r"[’']s?\s+$")
_OWNED_WITH = re.compile(r"[’']s?\s+\d[\d.,]*[ -]?[A-Za-z]+\s+$")
_COUNTED = re.compile(r"\d\s+$")
_THE = re.compile(rf"(?:\b(?:[Tt]he|[Ii]ts)|[’']s?)\s+(?:[a-z]+\s+)?{_FIGURE}$")

_CAMEL = re.compile(r"[a-z][A-Z]")
_TELLING = re.compile(r"\d| [A-Z]s?$")
_ITEM = re.compile(
    r"^[-*•] +[*_]{0,3}((?:[A-Z]|i[A-Z])[\w+-]*+(?: [A-Z\d][\w+-]*+){0,4})(?: \([^()\n]{1,16}\))?[*_]{0,3}:", re.MULTILINE
)

MOST_RIVALS = 40
_MOST_NAMES = 2000
_BEFORE, _AFTER, _LONGEST = 64, 48, 60


def competitors(text: str, main: str) -> list[str]:
    """The names, in the order of the text; `main` is what it is mostly about."""
    seen: dict[str, bool] = {}
    for start, end in _runs(text):
        name = text[start:end]
        if name not in seen and len(seen) < _MOST_NAMES:
            said = _said(text, start, end, main)
            if said is not None:
                seen[name] = said
    return [name for name, rival in seen.items() if rival][:MOST_RIVALS] + _items(text)


def _said(text: str, start: int, end: int, main: str) -> bool | None:
    """Whether what stands around a name says that it is a product (True) or a part (False); None where it says nothing."""
    name, before = text[start:end], text[max(0, start - _BEFORE) : start]
    unbranded = BRAND.sub("", before)
    told = _TOLD.match(text, end, end + _AFTER) is not None and _STARTS.search(unbranded) is not None
    if told or _BESIDE.search(unbranded) or _TOLD_OF.match(text, end, end + _AFTER):
        if _is_model(name) or (told and _CAMEL.search(name)):
            return True
        kin = not set(name.split()).isdisjoint(main.split())
        times = 1 if kin or (told and _OWNED.search(before)) else 2
        return _THE.search(before) is not None and _is_name(text, name, times)
    if _OWNED_WITH.search(before):
        return _is_model(name) or _is_name(text, name, 1)
    return False if PART.search(unbranded) or _COUNTED.search(before) else None


def _items(text: str) -> list[str]:
    """The models that the items of a list are about: "- Vela X3 (2024): 40 g", where there are several."""
    found = dict.fromkeys(short(match[1].split())[0] for match in _ITEM.finditer(text))
    models = [name for name in found if _is_model(name)]
    return models[:MOST_RIVALS] if len(models) > 2 else []


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """The spans of runs of capitalised words, without words at their ends that are no part of a name."""
    lists = lexicon.words()
    opens = lists["openers"] | lists["stops"]
    for match in _NAME.finditer(text):
        if len(match[0]) > _LONGEST:
            continue
        words = match[0].split(" ")
        counted = _COUNTED.search(text, max(0, match.start() - 8), match.start())
        while words and (words[0].lower() in opens or (counted and words[0] in lexicon.units())):
            words.pop(0)
        start = match.end() - len(" ".join(words))
        while words and not set(lexicon.singulars(words[-1].lower())).isdisjoint(lists["generic"]):
            words.pop()
        name = " ".join(words)
        model = short(words)[-1] if words else ""
        if name and model:
            yield start + len(name) - len(model), start + len(name)


def _is_model(name: str) -> bool:
    """Whether a name tells by itself that it is one of a product: "X3", "Mate X", "Watch SE"."""
    model = _TELLING.search(name) is not None or (" " in name and name.split()[-1] in VARIANTS.split("|"))
    return model and not counted_off(name) and may_name(name) and name.lower() not in lexicon.words()["formats"]


def _is_name(text: str, name: str, times: int) -> bool:
    """Whether a name without figures is one of a product: it is said so often, and never in small letters."""
    return not common(name) and may_name(name) and count(text, name) >= times and not count(text, name.lower())
