"""Split text into numbers, words and signs, with one regular expression that does not backtrack."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"(\d++(?:[,\u00a0\u202f\u2009]\d{3}(?!\d))*+(?: 000(?![\d.,]))*+(?:\.\d++|,\d{1,2}(?![\d,]))?+)"
    r"|([^\W\d_]++)|(\S)"
)
"""A number with group separators and decimals, a word, or a sign. Possessive quantifiers keep the time linear."""


class Token(NamedTuple):
    """A token.

    Attributes:
        kind: "n" for a number, "w" for a word, "s" for a sign.
        text: The text of the token.
        start: The offset of the token.
        end: The offset after the token.
        adjacent: Whether no space separates the token from the one before it.
    """

    kind: str
    text: str
    start: int
    end: int
    adjacent: bool


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of text[start:end]; offsets refer to the whole text."""
    tokens: list[Token] = []
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
            tokens.append(Token("w", text[first : until - 1], first, until - 1, True))  # "34cmx31cm"
            first = last = until - 1
            tokens.append(Token("w", text[first], first, until, True))
            last = until
            continue
        tokens.append(Token(" nws"[match.lastindex or 0], match[0], first, until, first == last))
        last = until
    return tokens
