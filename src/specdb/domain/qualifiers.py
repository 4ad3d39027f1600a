"""Qualifiers: the conditions that a figure applies to, such as `precision=FP4` or `edition=premium`."""

from __future__ import annotations

import re

from specdb.errors import InvalidValueError

_KEY = r"[a-z][a-z0-9-]*"
_VALUE = r"[^;=\[\],\x00-\x1f\x7f]+"


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


def is_subset(required: str, given: str) -> bool:
    """Return whether qualifiers contain at least the required ones; both in canonical form."""
    return given == required or not required or set(required.split(";")) <= set(given.split(";"))
