"""Share units and bounds in lists of figures: the unit printed after the last, the bound printed before the first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from specdb.ingest.documents import lexicon, modifier_cues, numerals
from specdb.ingest.documents.attributes import attribute_cues
from specdb.ingest.documents.tagged_figure import TaggedFigure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tagged_figure import FigureDraft


def share_units(sentence: Sentence, figures: list[TaggedFigure]) -> list[TaggedFigure]:
    """Give bare numbers of a list the unit of the last: "158 FP8, 79 BF16 and 20 FP32 dense TFLOPS"."""
    tokens, formats = sentence.tokens, lexicon.word_lists()["formats"]
    if sentence.words.isdisjoint(_compute_unit_forms()):
        return figures
    shared = list(figures)
    for i, token in enumerate(tokens):
        digits = (
            numerals.plain_decimal(token.text)
            if token.kind == "n" and (not token.adjacent or tokens[i - 1].text in "~≈∼")
            else ""
        )
        if not digits or i + 2 >= len(tokens) or (tokens[i + 1].text + tokens[i + 2].text).lower() not in formats:
            continue
        unit = next(
            (tokens[j].text for j in range(i + 2, min(i + 28, len(tokens))) if tokens[j].text in lexicon.unit_forms()), ""
        )
        name = lexicon.unit_forms()[unit].unit if unit else ""
        if name.endswith(("flops", "OPS")) and not any(figure.start <= token.start < figure.end for figure in shared):
            cue = modifier_cues.cue_before(sentence.text, sentence.start, token.start)
            place = cue.place if cue else token.start
            shared.append(
                TaggedFigure(
                    token.start, token.end, token.text, (digits,), name, cue.modifier if cue else "exact", "", place, 0.7
                )
            )
    return sorted(shared, key=lambda figure: figure.start)


def is_conversion(text: str, before: TaggedFigure | FigureDraft, figure: TaggedFigure | FigureDraft) -> bool:
    """Whether a figure repeats the one before it in another unit: "about 19 g (0.7 oz)"."""
    kinds = attribute_cues()[0]
    kind = kinds.get(figure.unit or "")
    return text[before.end : figure.start].strip() == "(" and kind is not None and kind == kinds.get(before.unit or "")


_BOUNDS = ("about", "at_most", "at_least", "more_than", "less_than")


@cache
def _compute_unit_forms() -> frozenset[str]:
    """Return the printed forms of units of computing power, in lower case."""
    return frozenset(form.lower() for form, unit in lexicon.unit_forms().items() if unit.unit.endswith(("flops", "OPS")))


def share_bounds(sentence: Sentence, figures: list[TaggedFigure]) -> Iterator[TaggedFigure]:
    """Give the figures of a list the bound of the first: "up to 16GB of RAM and 1TB"."""
    before: TaggedFigure | None = None
    for figure in figures:
        shared = figure
        if before and figure.modifier == "exact" and is_conversion(sentence.text, before, figure):
            shared = figure._replace(modifier=before.modifier if before.modifier in _BOUNDS else "exact")
        if before and figure.modifier == "exact" and before.modifier in ("at_most", "at_least") and figure.cue == figure.start:
            gap = sentence.text[before.end : figure.start].lower()
            words = gap.replace(",", " , ").split()
            if (
                words
                and len(words) <= 9
                and words[-1] in ("and", ",", "or", "&")
                and lexicon.word_lists()["clause"].isdisjoint(words)
                and "+" not in gap
            ):
                shared = figure._replace(modifier=before.modifier)
        yield shared
        before = shared
