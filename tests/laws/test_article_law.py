"""Properties of extraction from any text: no crash, correct spans in order, and bounded work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.examples import scaled
from specdb.errors import InvalidValueError
from specdb.ingest.documents.extraction import MAX_TEXT_LENGTH, extract

if TYPE_CHECKING:
    from specdb.database.view import View


pytestmark = pytest.mark.both_dialects

MODIFIERS = {"exact", "about", "at_least", "more_than", "at_most", "less_than", "range", "plus_minus"}
PIECES = [
    "12", "3.5", "1,299", "2,5", "two", "a dozen", "half a million", "10^6", "g", " kg", "mAh", "%", "°C", '"', "x", "×", "±",
    "-", "–", " to ", "/", " per second", "$", "NT$", "RMB", "up to ", "about ", "+", " or more", "cores", "-core", "DOF",
    " degrees of freedom", "between ", " and ", ", ", ". ", "\n", "\n\n", "| ", "\t", "- ", "# ", "•", "“", "”", "The Arden 5 ",
    "DingTalk A1 Pro ", "M4", "Wi-Fi 7", "2026", "April 30, ", "K", "P", "FP8 ", "dense TFLOPS", "'", "’s ", "(", ")", "İ", "٣",
]  # fmt: skip

texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@settings(max_examples=scaled(3))
@given(texts)
def test_every_text(view: View, text: str) -> None:
    end = 0
    for draft in extract(text, view):
        assert draft.printed == text[draft.start : draft.end]
        assert end <= draft.start < draft.end
        assert draft.sentence[0] <= draft.start
        assert draft.end <= draft.sentence[1]
        assert draft.line == text.count("\n", 0, draft.start) + 1
        assert draft.modifier in MODIFIERS
        assert 0 <= draft.confidence <= 1
        assert draft.digits
        assert all(float(digits) == number for digits, number in zip(draft.digits, draft.numbers, strict=True))
        end = draft.end


LONG_TABLE = pytest.param("| 1 g", marks=pytest.mark.long)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "piece", ["1234567890", "1,", "1-", "1 - ", "1, ", "±1/", '5" "', "((1)(", "up to of ", "\n", LONG_TABLE]
)
def test_hard_texts_end(view: View, piece: str) -> None:
    assert len(extract(piece * (20_000 // len(piece)), view)) < 20_000


@pytest.mark.sqlite
def test_a_text_has_its_limit_of_characters(view: View) -> None:
    with pytest.raises(InvalidValueError, match="characters"):
        extract("a" * (MAX_TEXT_LENGTH + 1), view)


@pytest.mark.long
@pytest.mark.sqlite
def test_a_text_has_its_limit_of_figures(view: View) -> None:
    with pytest.raises(InvalidValueError, match="figures"):
        extract("1 g\n" * 50_001, view)
