"""What a figure is bound to: `precision=FP4`, `edition=premium`; part of what is compared."""

from __future__ import annotations

import re

from specdb.errors import InvalidValueError

_KEY = r"[a-z][a-z0-9-]*"
_VALUE = r"[^;=\[\],\x00-\x1f\x7f]+"


def to_text(qualifiers: dict[str, str]) -> str:
    """The one text of these qualifiers, sorted by key: `edition=premium;status=target`; '' for none."""
    for key, value in qualifiers.items():
        if not re.fullmatch(_KEY, key):
            raise InvalidValueError(f"{key!r} is no qualifier", "write lower-case letters, digits and hyphens")
        if not re.fullmatch(_VALUE, value) or value != value.strip():
            raise InvalidValueError(f"{value!r} cannot be the value of the qualifier {key}", "leave out ; = , and brackets")
    return ";".join(f"{key}={qualifiers[key]}" for key in sorted(qualifiers))


def from_text(text: str) -> dict[str, str]:
    """The qualifiers that `to_text` wrote; also reads `k=v,k=v`."""
    pairs = (part.partition("=") for part in text.replace(",", ";").split(";") if part.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def within(some: str, all: str) -> bool:
    """Whether qualifiers (in their one form) have at least these ones."""
    return all == some or not some or set(some.split(";")) <= set(all.split(";"))
