"""Find the other products that a text names: those it gives figures of, compares with or announces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specdb.ingest.documents import lexicon
from specdb.ingest.documents.capitalized_names import (
    BRAND_BEFORE,
    VARIANTS,
    count_occurrences,
    is_common_noun,
    is_numbered_item,
    may_be_name,
    shorten_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FIGURE_VERBS = (
    "delivers|offers|offered|weighs?|weighed|measures|measured|reaches|costs|packs|provides|lasts|draws|achieves|boasts|starts|"
    "manages|hits|sits at|retails|sells|goes for|are (?:all |both )?(?:good|rated) for|is (?:priced|rated)|flies|carried"
)
"""Verbs between a product and its figures, as a regular expression."""

_FUTURE_VERBS = "cost|weigh|offer|deliver|come|last|reach|measure|sell|retail|start|be priced"

PRODUCT_VERBS = f"{FIGURE_VERBS}|has|features|comes|sports|gets|adds|runs|uses"
"""Verbs after a name that is related to the main product, as a regular expression."""

_COMPONENT_BEFORE = re.compile(
    r"(?:\b(?:is|are|uses?|using|by|on|via|from|with|featuring|features|dual|the new|chip|chipset|processor|sensor|called)\s+"
    r"(?:the |an? )?)$",
    re.IGNORECASE,
)
"""Words before the name of a component."""

_NUMBER = r"\d{1,4}(?:[A-Z]{1,2}|[aexi])?(?![\w%-]|[.,]\d| (?:g|kg|mm|cm|m|mAh|[WVA]|[MGT]B|Hz|[Hh]ours?|inch)\b)"
_CAPITALIZED_RUN = re.compile(rf"(?<![\w-])(?:[A-Z]|i[A-Z])[\w+-]*+(?: (?:(?:[A-Z]|i[A-Z])[\w+-]*+|{_NUMBER})){{0,4}}")

_FIGURE = r"(?:[$€£¥]?\d[\d.,]*[ -]?[A-Za-z/]*\s+)?"
_CLAUSE_START = re.compile(
    r"(?:^|[.;:,(—–|\n]\s*|\b(?:while|whereas|and|or|but|even|each|previous)\s|[’']s\s(?:[a-z]+\s)?)"
    rf"(?:(?:the|an?)\s(?:[a-z]+\s)?)?{_FIGURE}$",
    re.IGNORECASE,
)
_FIGURE_VERB_AFTER = re.compile(
    r"(?:,[^,.\n]{1,40},|,)?(?: [a-z]{2,12})?(?: \w+ly| (?:by|in) \w+)? "
    rf"(?:(?:{FIGURE_VERBS})\b|(?:will|can) (?:{_FUTURE_VERBS})\b|is (?:just |only )?[~$€£]?\d)"
)
_RELATIVE_CLAUSE_AFTER = re.compile(rf"(?: [a-z]{{2,12}})?,? (?:which|that)(?: \w+ly)? (?:{FIGURE_VERBS}|is|has|had)\b")
"""A verb after a name that need not begin its clause: "like the Arden 5, which costs"."""

_DETERMINER = r"(?:(?:the|an?|its|their|existing|original|older?|current|new(?:er)?|previous|latest|last|\w+[’']s)\s+){0,3}"
_COMPARISON_BEFORE = re.compile(
    r"\b(?:than|unlike|versus|vs\.?|against|beats?|replac\w+|succeed\w*|rival(?:s|ing)?|"
    r"(?:compared|similar|successor|sibling|cousin|rival|alternative|replacement|competitor) (?:to|with|of|for)|"
    r"(?:improvement|upgrade|gain)s? (?:over|on|from)|"
    r"(?:predecessor|successor|sibling|cousin|brother|rival|comparison|flagship)s?,|"
    rf"dubbed|(?:unveil|launch|announc|introduc|reveal)\w*)\s+{_DETERMINER}{_FIGURE}$",
    re.IGNORECASE,
)
_POSSESSIVE_BEFORE = re.compile(r"[’']s?\s+$")
_POSSESSIVE_FIGURE_BEFORE = re.compile(r"[’']s?\s+\d[\d.,]*[ -]?[A-Za-z]+\s+$")
_DIGIT_BEFORE = re.compile(r"\d\s+$")
_ARTICLE_BEFORE = re.compile(rf"(?:\b(?:[Tt]he|[Ii]ts)|[’']s?)\s+(?:[a-z]+\s+)?{_FIGURE}$")

_CAMEL_CASE = re.compile(r"[a-z][A-Z]")
_MODEL_MARK = re.compile(r"\d| [A-Z]s?$")
_LIST_ITEM_NAME = re.compile(
    r"^[-*•] +[*_]{0,3}((?:[A-Z]|i[A-Z])[\w+-]*+(?: [A-Z\d][\w+-]*+){0,4})(?: \([^()\n]{1,16}\))?[*_]{0,3}:", re.MULTILINE
)

MAX_NAMES = 40
_MAX_CANDIDATES = 2000
_BEFORE, _AFTER, _LONGEST = 64, 48, 60
"""Find the other products that a text names: those it gives figures of, compares with or announces."""


def find_competitors(text: str, main: str) -> list[str]:
    """Return the names of other products, in the order of the text.

    Args:
        text: The text.
        main: The name of the product that the text is mostly about.
    """
    candidates: dict[str, bool] = {}
    for start, end in _capitalized_runs(text):
        name = text[start:end]
        if name not in candidates and len(candidates) < _MAX_CANDIDATES:
            is_product = _is_product_in_context(text, start, end, main)
            if is_product is not None:
                candidates[name] = is_product
    return [name for name, rival in candidates.items() if rival][:MAX_NAMES] + _list_item_models(text)


def _is_product_in_context(text: str, start: int, end: int, main: str) -> bool | None:
    """Whether the words around a name show a product (True) or a component (False); None if neither."""
    name, before = text[start:end], text[max(0, start - _BEFORE) : start]
    unbranded = BRAND_BEFORE.sub("", before)
    has_figure_verb = (
        _FIGURE_VERB_AFTER.match(text, end, end + _AFTER) is not None and _CLAUSE_START.search(unbranded) is not None
    )
    if has_figure_verb or _COMPARISON_BEFORE.search(unbranded) or _RELATIVE_CLAUSE_AFTER.match(text, end, end + _AFTER):
        if _is_model(name) or (has_figure_verb and _CAMEL_CASE.search(name)):
            return True
        shares_word = not set(name.split()).isdisjoint(main.split())
        times = 1 if shares_word or (has_figure_verb and _POSSESSIVE_BEFORE.search(before)) else 2
        return _ARTICLE_BEFORE.search(before) is not None and _is_repeated_name(text, name, times)
    if _POSSESSIVE_FIGURE_BEFORE.search(before):
        return _is_model(name) or _is_repeated_name(text, name, 1)
    return False if _COMPONENT_BEFORE.search(unbranded) or _DIGIT_BEFORE.search(before) else None


def _list_item_models(text: str) -> list[str]:
    """Return the models that list items are about, if there are several: "- Vela X3 (2024): 40 g"."""
    names = dict.fromkeys(shorten_name(match[1].split())[0] for match in _LIST_ITEM_NAME.finditer(text))
    models = [name for name in names if _is_model(name)]
    return models[:MAX_NAMES] if len(models) > 2 else []


def _capitalized_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of runs of capitalised words, without words at either end that cannot be part of a name."""
    lists = lexicon.word_lists()
    opens = lists["openers"] | lists["stops"]
    for match in _CAPITALIZED_RUN.finditer(text):
        if len(match[0]) > _LONGEST:
            continue
        words = match[0].split(" ")
        counted = _DIGIT_BEFORE.search(text, max(0, match.start() - 8), match.start())
        while words and (words[0].lower() in opens or (counted and words[0] in lexicon.unit_forms())):
            words.pop(0)
        start = match.end() - len(" ".join(words))
        while words and not set(lexicon.singular_forms(words[-1].lower())).isdisjoint(lists["generic"]):
            words.pop()
        name = " ".join(words)
        model = shorten_name(words)[-1] if words else ""
        if name and model:
            yield start + len(name) - len(model), start + len(name)


def _is_model(name: str) -> bool:
    """Whether a name looks like a model by itself: "X3", "Mate X", "Watch SE"."""
    model = _MODEL_MARK.search(name) is not None or (" " in name and name.split()[-1] in VARIANTS.split("|"))
    return model and not is_numbered_item(name) and may_be_name(name) and name.lower() not in lexicon.word_lists()["formats"]


def _is_repeated_name(text: str, name: str, times: int) -> bool:
    """Whether a name without digits is a product name: it occurs often enough, and never in lower case."""
    return (
        not is_common_noun(name)
        and may_be_name(name)
        and count_occurrences(text, name) >= times
        and not count_occurrences(text, name.lower())
    )
