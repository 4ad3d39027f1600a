"""Sources, the claims that they make about their figures, and plausibility rules."""

from typing import NamedTuple


class Source(NamedTuple):
    """A document that states specs, such as an article or a data sheet; `date` is a date text as in figures/dates.py."""

    id: int
    slug: str
    title: str
    publisher: str
    date: str
    url: str
    sha256: str


def format_citation(source: Source, as_of: str, locator: str) -> str:
    """Format where a figure is stated: source, date, locator; the date only where it differs from the source's date."""
    return ", ".join(filter(None, (source.slug, as_of if as_of != source.date else "", locator)))


class Claim(NamedTuple):
    """A statement of a source about its own figures, such as "2.87x", that can be recomputed.

    Attributes:
        product: Slug of the product that the claim is about.
        expression: Expression over specs that recomputes the claimed figure.
        relation: Comparison between the expression and `value`.
        value: The claimed figure as text.
        why: Explanation for readers.
        printed: The claim as printed.
        source_id: Id of the source.
        locator: Place in the source.
    """

    product: str
    expression: str
    relation: str
    value: str
    why: str
    printed: str
    source_id: int
    locator: str


class Rule(NamedTuple):
    """A plausibility rule: `expression` lies in the range `plausible` for each product of the category."""

    key: str
    name: str
    category_id: int
    expression: str
    plausible: str
