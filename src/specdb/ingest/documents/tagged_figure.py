"""What the tagger says: figures as they stand in a text, and what each is a spec of.

Annotations are not postponed here, since a NamedTuple would compile each.
"""

from typing import NamedTuple

Number = int | float


class TaggedFigure(NamedTuple):
    """A figure in a text: its span in code points, its numbers and unit, and how it is meant.

    `digits` are the numbers as plain decimal text, multiplied out ("1.5 million" is "1500000"). `unit` is a name of
    units.txt, "times" for a factor, None for a bare count. `noun` are the words that say what is counted or measured,
    where they stand right behind the figure. `cue` is the span from its modifier's words on. `sure` is 0 to 1: how
    certainly this is a figure of that unit.
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
        """The numbers; whole ones as int."""
        return tuple(parse_plain_number(text) for text in self.digits)


class FigureDraft(NamedTuple):
    """A draft: a figure, and the product, attribute and qualifiers that it is taken to belong to.

    `start` and `end` are code points of the text, and `text[start:end] == printed`; `line` is 1-based; `sentence` is the
    span of the sentence around it. `product` is the slug of a known product (`product_known`), else a name as the text
    has it, '' where there is none; `attribute` likewise a key, or the words themselves. `confidence` is 0 to 1.
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
        """The draft as JSON has it."""
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
    """The number that plain decimal text says; whole ones as int."""
    return float(digits) if "." in digits else int(digits)
