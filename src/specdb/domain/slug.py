"""Make slugs and keys from names."""

from __future__ import annotations

import re
from unicodedata import normalize

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d"}
)
_SEPARATORS = re.compile("[^a-z0-9]+")


def make_slug(name: str, max_length: int = 100) -> str:
    """Return a slug of lower-case ASCII letters, digits and hyphens: "Straße 5+" becomes "strasse-5-plus".

    A slug that would be longer than `max_length` is cut and ends in a hash of the name; a name without any ASCII letter
    or digit becomes "p-" and a hash.
    """
    slug = _SEPARATORS.sub("-", to_ascii(name.replace("+", " plus ")).lower()).strip("-")
    if slug and len(slug) <= max_length:
        return slug
    from hashlib import sha256

    digest = sha256(name.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{slug[: max_length - 11].rstrip('-')}-{digest}" if slug else f"p-{digest}"


def to_ascii(text: str) -> str:
    """Return a text in ASCII: letters without accents, ß as ss; other characters are dropped."""
    if text.isascii():
        return text
    return normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
