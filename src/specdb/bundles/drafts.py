"""What every reader produces: drafts, still text, each with the line it came from. Their fields are the keys of our YAML."""

from __future__ import annotations

from typing import NamedTuple


class CategoryDraft(NamedTuple):
    """A category; `required` and `attributes` (also expected) are attribute keys, in the order they are to be shown."""

    key: str
    name: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    description: str = ""
    required: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    line: int = 0


class AttributeDraft(NamedTuple):
    """An attribute; `plausible` is a range with a unit, `inverse` what a reference is called from the other side.

    One with an `expression` is computed from others (see docs/reference/expressions.md), and nothing is stated of it.
    """

    key: str
    name: str
    kind: str
    unit: str | None = None
    better: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()
    plausible: str = ""
    many: bool = False
    signed: bool = False
    choices: tuple[str, ...] = ()
    inverse: str = ""
    expression: str = ""
    description: str = ""
    line: int = 0


class SourceKindDraft(NamedTuple):
    """A kind of sources, such as data-sheet, and the whole number by which it goes before or after others."""

    kind: str
    precedence: str
    line: int = 0


class SourceDraft(NamedTuple):
    """An article or data sheet; `sha256` is of its text, `precedence` a whole number (higher is shown first)."""

    slug: str
    title: str
    publisher: str = ""
    kind: str = "article"
    date: str = ""
    url: str = ""
    sha256: str = ""
    precedence: str = "0"
    line: int = 0


class RateDraft(NamedTuple):
    """An exchange rate: on this `day` one of the currency `base` was worth `rate` of `quote`, by the word of `source`."""

    day: str
    base: str
    quote: str
    rate: str
    source: str
    line: int = 0


class RuleDraft(NamedTuple):
    """What must hold of every product of `category`: an `expression` over its specs lies in the range `plausible`."""

    key: str
    name: str
    category: str
    expression: str
    plausible: str
    description: str = ""
    line: int = 0


class SpecDraft(NamedTuple):
    """A statement about the product it stands under: a `value` or a `state` (unknown, not-applicable), and its place.

    `printed` is the figure as the source prints it, the value's own text if ''; `as_of` the source's date if ''.
    """

    attribute: str
    qualifiers: dict[str, str] = {}  # noqa: RUF012  a NamedTuple's default, never written to
    value: str | None = None
    state: str = ""
    printed: str = ""
    source: str = ""
    at: str = ""
    as_of: str = ""
    rank: str = "normal"
    line: int = 0


class ProductDraft(NamedTuple):
    """A product and its specs."""

    slug: str
    name: str
    category: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    specs: tuple[SpecDraft, ...] = ()
    line: int = 0


class ClaimDraft(NamedTuple):
    """What a source says about figures of `about`: its `expression` compared by `relation` with `value`, or `why` not."""

    about: str
    expression: str = ""
    relation: str = "equals"
    value: str = ""
    printed: str = ""
    source: str = ""
    at: str = ""
    why: str = ""
    line: int = 0


class Bundle(NamedTuple):
    """All of a file in our form."""

    categories: tuple[CategoryDraft, ...] = ()
    attributes: tuple[AttributeDraft, ...] = ()
    rules: tuple[RuleDraft, ...] = ()
    source_kinds: tuple[SourceKindDraft, ...] = ()
    sources: tuple[SourceDraft, ...] = ()
    rates: tuple[RateDraft, ...] = ()
    products: tuple[ProductDraft, ...] = ()
    claims: tuple[ClaimDraft, ...] = ()
