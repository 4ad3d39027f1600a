"""Products, attributes and specs as reads give them: plain tuples, with all that a row of output needs.

Annotations are not postponed here: a NamedTuple would compile each of them again, which is half of what it costs to define.
"""

from typing import NamedTuple

KINDS = ("quantity", "date", "flag", "choice", "text", "reference")
"""What an attribute can be."""


class Attribute(NamedTuple):
    """What is measured. `unit` is the display unit ('' where it has none), `dimension` what that unit measures.

    `better` is higher, lower or ''; several specs of an attribute that is `many` are all shown.
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
        """Whether its specs keep a currency of their own each."""
        return self.dimension.startswith("currency")


class Product(NamedTuple):
    """What specs are about; `category` is the category's key."""

    id: int
    slug: str
    name: str
    category_id: int
    category: str


class Spec(NamedTuple):
    """One statement by one source.

    `kind` is the attribute's, or unknown or not_applicable. A quantity's lo, nominal and hi are floats in `value_unit`;
    its `number` and `unit` are as written. A date's are ordinals of days and its `text` the date; a flag's nominal is 0
    or 1; a choice or text has its `text`; a reference its `target`, a slug. `place` is its place among those of its product:
    the earlier is less.
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
