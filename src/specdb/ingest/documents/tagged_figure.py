"""The results of the document readers: figures in a text, and the drafts of specs made from them.

Annotations are not postponed in this module: a NamedTuple would compile each of them at import.
"""

from typing import NamedTuple

Number = int | float


class TaggedFigure(NamedTuple):
    """A figure in a text.

    Attributes:
        start: The offset of the figure, in code points.
        end: The offset after the figure.
        printed: The figure as printed.
        digits: The numbers as plain decimal text, multiplied out: "1500000" for "1.5 million".
        unit: A name of units.txt, "times" for a factor, None for a count.
        modifier: exact, about, at_least, more_than, at_most, less_than, range or plus_minus.
        noun: The words after the figure that say what is counted or measured.
        cue: The offset at which the words of the modifier start.
        sure: Confidence that this is a figure of this unit, from 0 to 1.
    """

    start: int
    end: int
    printed: str
    digits: tuple[str, ...]
    unit: str | None
    modifier: str
    noun: str = ""
    cue: int = 0
    sure: float = 0.9

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers; whole numbers as int."""
        return tuple(parse_plain_number(text) for text in self.digits)


class FigureDraft(NamedTuple):
    """A figure with the product, attribute and qualifiers that it is taken to belong to.

    Attributes:
        start: The offset of the figure, in code points; text[start:end] == printed.
        end: The offset after the figure.
        printed: The figure as printed.
        digits: The numbers as plain decimal text.
        numbers: The numbers; whole numbers as int.
        unit: A name of units.txt, "times" for a factor, None for a count.
        modifier: exact, about, at_least, more_than, at_most, less_than, range or plus_minus.
        product: The slug of a known product, else a name as printed; '' for none.
        product_known: Whether the product is known.
        attribute: The key of a known attribute, else the words of the text.
        attribute_known: Whether the attribute is known.
        qualifiers: The qualifiers, by key.
        confidence: Confidence in the draft, from 0 to 1.
        line: The line of the figure, from 1.
        sentence: The span of the sentence.
    """

    start: int
    end: int
    printed: str
    digits: tuple[str, ...]
    numbers: tuple[Number, ...]
    unit: str | None
    modifier: str
    product: str
    product_known: bool
    attribute: str
    attribute_known: bool
    qualifiers: dict[str, str]
    confidence: float
    line: int
    sentence: tuple[int, int]

    def record(self) -> dict[str, object]:
        """Return the draft as an object for JSON."""
        return {
            "start": self.start,
            "end": self.end,
            "line": self.line,
            "sentence": list(self.sentence),
            "printed": self.printed,
            "numbers": list(self.numbers),
            "unit": self.unit,
            "modifier": self.modifier,
            "product": self.product,
            "new_product": not self.product_known,
            "attribute": self.attribute,
            "new_attribute": not self.attribute_known,
            "qualifiers": self.qualifiers,
            "confidence": self.confidence,
        }


def parse_plain_number(digits: str) -> Number:
    """Return the number of plain decimal text; whole numbers as int."""
    return float(digits) if "." in digits else int(digits)
