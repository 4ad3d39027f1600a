"""Candidates for product names: runs of capitalised words, shortened to the part that a text repeats."""

from __future__ import annotations

import re

from specdb.ingest.documents import lexicon

VARIANTS = "Pro|Max|Ultra|Plus|Mini|Lite|Air|SE|Ti|Super|Neo|Edge|Performance|Standard|XL|EVO|Evo"
"""Words that distinguish the variants of a product, as a regular expression."""

NAME_WORD = re.compile(r"[^\W_]++(?:[-+./’'][^\W_]++)*+")

BRAND_BEFORE = re.compile(r"(?:(?<=\s)[A-Z][\w™®]*+\s){0,3}$")
"""Capitalised words before a name, which may be the name of its maker."""

_VERSION = re.compile(r"(?:v|ver|gen|mk|rev)\.?\d[\d.]*$", re.IGNORECASE)


def names_pattern(names: dict[str, str]) -> re.Pattern[str]:
    """Return a pattern that matches these names as whole words, longer names first."""
    parts = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{parts})(?![\w])")


def may_be_name(name: str) -> bool:
    """Whether capitalised words may name a product: not a sentence opener, a single letter or a standard."""
    word = name.lower()
    lists = lexicon.word_lists()
    known = any(word in lists[key] for key in ("stops", "openers", "column_heads", "product_tables"))
    return len(word) > 1 and not known and word.rstrip("0123456789") not in lists["named"]


def is_common_noun(name: str) -> bool:
    """Whether all words of a name are common nouns: "Battery", "Main Board"."""
    lists = [lexicon.word_lists()[key] for key in ("devices", "generic", "measures", "starters")]
    return all(any(word in listed for listed in lists) or lexicon.is_counted_noun(word) for word in name.lower().split())


def is_numbered_item(name: str) -> bool:
    """Whether a word with a number names an item of a series, not a model: "Section 4", "June 5", "Bluetooth 5"."""
    word, _, number = name.rpartition(" ")
    lists = lexicon.word_lists()
    last = word.split()[-1].lower() if word and number[0].isdigit() else ""
    series = lists["named"] - lists["lines"] | lists["months"] | lists["stops"]
    return last in series or (bool(last) and len(number) > 3)


def count_occurrences(text: str, name: str) -> int:
    """Return how often a name occurs in a text as whole words."""
    return len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def title_names(text: str) -> list[str]:
    """Return the names in a title: runs of capitalised words without generic title words."""
    runs: list[list[str]] = [[]]
    last = 0
    for match in NAME_WORD.finditer(text):
        word = match[0].removesuffix("’s").removesuffix("'s")
        gap = text[last : match.start()].strip("™® \t")
        last = match.end()
        is_participle = "-" in word and word.endswith("ed")  # "M2-powered"
        is_name_word = (
            word[0].isupper() or any(char.isdigit() for char in word) or any(char.isupper() for char in word[1:])
        ) and (
            word.lower() not in lexicon.word_lists()["generic"]
            or (runs[-1] and word.lower() in lexicon.word_lists()["variant"])
        )
        if gap and runs[-1]:
            runs.append([])
        if not is_name_word or is_participle:
            runs.append([])
            continue
        runs[-1].append(word)
        if match[0] != word:
            runs.append([])
    return [name for run in runs if run for name in shorten_name(run) if name[0].isalpha()]


def shorten_name(run: list[str]) -> list[str]:
    """Shorten a run of name words to the part that the text most likely repeats: from the model number on, if any."""
    for i, word in enumerate(run):
        if i and _VERSION.match(word):
            return [" ".join(run)]
        if (
            any(char.isdigit() for char in word)
            and any(char.isalpha() for char in word)
            and word.lower() not in lexicon.word_lists()["no_model"]
        ):
            return [" ".join(run[max(0, i - (len(word) < 3 or word[0].isdigit())) :])]
        if i and word.replace(".", "").isdigit():
            while i > 1 and run[i - 1].lower() in lexicon.word_lists()["variant"]:
                i -= 1
            return [" ".join(run[i - 1 :])]
    return [" ".join(run)]
