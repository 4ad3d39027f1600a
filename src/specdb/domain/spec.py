"""Products, attributes and specs as plain tuples, with everything that a row of output needs.

Annotations are not postponed here: a NamedTuple would compile each of them, which is half the cost of its definition.
"""

from typing import NamedTuple

KINDS = ("quantity", "date", "flag", "choice", "text", "reference")
"""The kinds of attributes."""


def is_money(dimension: str) -> bool:
    """Return whether values of a dimension are amounts of a currency, also per something: prices, monthly fees."""
    return dimension.startswith("currency")


class Attribute(NamedTuple):
    """What is measured.

    Attributes:
        id: Row id.
        key: Key that commands and files use: "battery-capacity".
        name: Name for people.
        kind: One of KINDS.
        unit: Display unit; '' for none.
        dimension: Dimension of the display unit: "mass".
        better: higher, lower, or '' where neither is better.
        group: Heading in reports.
        many: Whether all specs of a product are shown, not only the preferred spec.
        signed: Whether values may be negative.
    """

    id: int
    key: str
    name: str
    kind: str
    unit: str
    dimension: str
    better: str
    group: str
    many: bool
    signed: bool

    @property
    def is_money(self) -> bool:
        """Whether each spec of the attribute keeps its own currency."""
        return is_money(self.dimension)


class Product(NamedTuple):
    """What specs are about: a device, component, market and so on; `category` is the category's key."""

    id: int
    slug: str
    name: str
    category_id: int
    category: str


class Spec(NamedTuple):
    """One statement by one source.

    Attributes:
        product_id: Id of the product.
        id: Row id, unique within the product.
        attribute_id: Id of the attribute.
        qualifiers: Qualifiers in canonical form; '' for none.
        kind: Kind of the attribute, or unknown or not_applicable.
        modifier: Modifier of a quantity; see domain/quantity.py.
        number: Decimal digits of a quantity as written, "30..40" for a range.
        unit: Unit of a quantity as written.
        value_unit: Unit that lo, nominal and hi are in.
        lo: Lowest value: in `value_unit`, a day ordinal for a date, 0 or 1 for a flag.
        nominal: Nominal value, as `lo`.
        hi: Highest value, as `lo`.
        text: Text of a date, choice or text.
        target: Slug of a referenced product.
        target_name: Name of a referenced product.
        printed: The figure as printed in the source.
        source_id: Id of the source.
        locator: Line, page or cell in the source.
        as_of: Date that the statement is about; '' for the source's own date.
        rank: preferred, normal or deprecated.
        shown: Whether reports show this spec rather than another of the same question.
        place: Position among the specs of the product, ascending.
    """

    product_id: int
    id: int
    attribute_id: int
    qualifiers: str
    kind: str
    modifier: str
    number: str
    unit: str
    value_unit: str
    lo: float
    nominal: float
    hi: float
    text: str
    target: str
    target_name: str
    printed: str
    source_id: int
    locator: str
    as_of: str
    rank: str
    shown: bool
    place: int = 0
