"""Drafts: what every reader produces, as text with line numbers. Their fields are the keys of specdb's YAML."""

from __future__ import annotations

from typing import NamedTuple


class CategoryDraft(NamedTuple):
    """A category; `required` and `attributes` (expected) are keys of attributes, in the order in which they are shown."""

    key: str
    name: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    description: str = ""
    required: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    line: int = 0


class AttributeDraft(NamedTuple):
    """An attribute; `plausible` is a range with a unit, `inverse` the name of a reference seen from its target.

    An attribute with an `expression` is computed from others and has no specs.
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
    """A kind of sources, such as data-sheet; `precedence` is a whole number, and higher ones are shown first."""

    kind: str
    precedence: str
    line: int = 0


class SourceDraft(NamedTuple):
    """An article or data sheet; `sha256` is of its text, `precedence` a whole number, and higher ones are shown first."""

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
    """An exchange rate: on `day`, 1 `base` was worth `rate` `quote`, as published by `source`."""

    day: str
    base: str
    quote: str
    rate: str
    source: str
    line: int = 0


class RuleDraft(NamedTuple):
    """A rule for the products of `category`: `expression` over their specs lies in the range `plausible`."""

    key: str
    name: str
    category: str
    expression: str
    plausible: str
    description: str = ""
    line: int = 0


class SpecDraft(NamedTuple):
    """A spec of the product that contains it: a `value` or a `state` (unknown, not-applicable), and its place.

    `printed` is the figure as the source prints it, "" if it equals the value; `as_of` is "" for the source's date.
    """

    attribute: str
    qualifiers: dict[str, str] = {}  # noqa: RUF012 - the default of a NamedTuple, never mutated
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
    """What a source says about figures of `about`: `expression`, `relation` and `value`, or `why` it cannot be checked."""

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
    """The contents of a YAML file."""

    categories: tuple[CategoryDraft, ...] = ()
    attributes: tuple[AttributeDraft, ...] = ()
    rules: tuple[RuleDraft, ...] = ()
    source_kinds: tuple[SourceKindDraft, ...] = ()
    sources: tuple[SourceDraft, ...] = ()
    rates: tuple[RateDraft, ...] = ()
    products: tuple[ProductDraft, ...] = ()
    claims: tuple[ClaimDraft, ...] = ()
