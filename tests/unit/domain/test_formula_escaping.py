"""Formula escaping adds an apostrophe, and unescaping removes it from any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain.formula_escaping import escape_formula, unescape_formula


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("=1+1", "'=1+1"),
        ("-5 mm", "'-5 mm"),
        (" @x", "' @x"),
        ("plain", "plain"),
        ("'quoted'", "'quoted'"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("", ""),
        ("'", "'"),
        ("'\n", "''\n"),
    ],
)
def test_apostrophes(text: str, made: str) -> None:
    assert escape_formula(text) == made
    assert unescape_formula(made) == text


@given(st.one_of(st.text(), st.text("'=+-@ \t\nx＝")))
def test_every_text_comes_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
