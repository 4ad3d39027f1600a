"""Qualifiers: the conditions that a figure applies to, such as `precision=FP4` or `edition=premium`."""

from __future__ import annotations

import re

from specdb.errors import InvalidValueError

_KEY = r"[a-z][a-z0-9-]*"
_VALUE = r"[^;=\[\],\x00-\x1f\x7f]+"
_QUALIFIED_KEY = re.compile(r"\s*(?P<key>[^][]*[^][\s])\s*(?:\[(?P<qualifiers>[^][]*)\]\s*)?")


def to_text(qualifiers: dict[str, str]) -> str:
    """Return the canonical text of qualifiers, sorted by key: `edition=premium;status=target`; '' for none."""
    for key, value in qualifiers.items():
        if not re.fullmatch(_KEY, key):
            raise InvalidValueError(f"invalid qualifier key {key!r}", "use lower-case letters, digits and hyphens")
        if not re.fullmatch(_VALUE, value) or value != value.strip():
            raise InvalidValueError(f"invalid value {value!r} of the qualifier {key}", "remove ; = , and brackets")
    return ";".join(f"{key}={qualifiers[key]}" for key in sorted(qualifiers))


def from_text(text: str) -> dict[str, str]:
    """Parse the text that `to_text` returns; commas may replace semicolons."""
    pairs = (part.partition("=") for part in text.replace(",", ";").split(";") if part.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def parse_qualified_key(text: str) -> tuple[str, str | None]:
    """Parse `KEY` or `KEY[qualifier=value,...]`, as attributes are written in queries, criteria and expressions.

    Returns:
        The key as written and the canonical text of the qualifiers: '' for empty brackets, None without brackets.

    Raises:
        InvalidValueError: Brackets are unbalanced, or a qualifier is invalid or given twice.
    """
    found = _QUALIFIED_KEY.fullmatch(text)
    if not found:
        raise InvalidValueError(f"invalid attribute {text!r}", "write KEY or KEY[qualifier=value]")
    if found["qualifiers"] is None:
        return found["key"], None
    given = from_text(found["qualifiers"])
    if len(given) < found["qualifiers"].count("="):
        raise InvalidValueError(f"{text!r} has the same qualifier twice", "keep one of them")
    return found["key"], to_text(given)


def split_keys(text: str) -> tuple[str, ...]:
    """Split a list of qualified keys at its commas, except those within brackets."""
    return tuple(item.strip() for item in re.split(r",(?![^[]*\])", text) if item.strip())


def is_subset(required: str, given: str) -> bool:
    """Return whether qualifiers contain at least the required ones; both in canonical form."""
    return given == required or not required or set(required.split(";")) <= set(given.split(";"))
