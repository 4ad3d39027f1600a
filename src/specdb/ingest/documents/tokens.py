"""Text to tokens: numbers, words and signs, by one expression that never goes back."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"(\d++(?:[,\u00a0\u202f\u2009]\d{3}(?!\d))*+(?: 000(?![\d.,]))*+(?:\.\d++|,\d{1,2}(?![\d,]))?+)"
    r"|([^\W\d_]++)|(\S)"
)
"""A number with its commas and its decimals, a word, or a sign. Possessive: each character is looked at a few times."""


class Token(NamedTuple):
    """A number ("n"), word ("w") or sign ("s") and where it stands; `glued` where nothing parts it from the one before."""

    kind: str
    text: str
    start: int
    end: int
    glued: bool


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of text[start:end]; their places are those in `text`."""
    found: list[Token] = []
    last = -1
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        first, until = match.span()
        if (
            match.lastindex == 2
            and first == last
            and until - first > 1
            and match[0][-1] in "xX"
            and text[until : until + 1].isdigit()
        ):
            found.append(Token("w", text[first : until - 1], first, until - 1, True))  # "34cmx31cm"
            first = last = until - 1
            found.append(Token("w", text[first], first, until, True))
            last = until
            continue
        found.append(Token(" nws"[match.lastindex or 0], match[0], first, until, first == last))
        last = until
    return found
