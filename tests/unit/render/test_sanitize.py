from __future__ import annotations

import json
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.render.sanitize import escape_controls, escape_json, one_line

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("≈ 40 g, 3.8 mm ★ 磨合 é", "≈ 40 g, 3.8 mm ★ 磨合 é"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b2J", "�2J"),
        ("abc\u202egpj.exe", "abc�gpj.exe"),
        ("pay\u200bpal\ufeff", "pay�pal�"),
        ("a\u2028b\u2029c", "a�b�c"),
        ("half \ud800 pair", "half � pair"),
        ("two\nlines\tand", "two␊lines␉and"),
        ("no-break\u00a0space", "no-break\u00a0space"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert escape_controls(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("a\r\nb\nc\td\re", "a b c d e"), ("a\x1bb", "a␛b"), ("plain", "plain")])
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(ANY)
def test_nothing_hidden_is_left(text: str) -> None:
    for shown in (escape_controls(text), one_line(text)):
        assert not {category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(escape_controls(text)) == len(text)


@given(st.text())
def test_escaped_json_means_the_same(text: str) -> None:
    line = escape_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(line) == text
    assert escape_controls(line) == line
