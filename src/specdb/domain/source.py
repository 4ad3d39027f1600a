"""Sources, what they claim about their figures, and the rules that figures must keep: what a plain query has no need of."""

from typing import NamedTuple


class Source(NamedTuple):
    """An article or data sheet."""

    id: int
    slug: str
    title: str
    publisher: str
    date: str
    url: str
    sha256: str


def place(source: Source, as_of: str, locator: str) -> str:
    """Where something is stated, for people: the source, the date where it is not the source's own, the place in it."""
    return ", ".join(filter(None, (source.slug, as_of if as_of != source.date else "", locator)))


class Claim(NamedTuple):
    """What a source says about its figures; `product` is the slug of the one it speaks of."""

    product: str
    expression: str
    relation: str
    value: str
    why: str
    printed: str
    source_id: int
    locator: str


class Rule(NamedTuple):
    """What must hold of the products of a category: an expression over their specs lies in the range `plausible`."""

    key: str
    name: str
    category_id: int
    expression: str
    plausible: str
