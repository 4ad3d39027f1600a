from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import HOSTILE, hostile_table
from specdb.domain.formula_escaping import escape_formula
from specdb.domain.table import Cell, Column, Row, Scalar, Table
from specdb.render.csv import render


def written(columns: list[str], rows: list[list[Scalar]]) -> str:
    out = StringIO(newline="")
    cells = [Row(tuple(Cell(str(value), value) for value in row)) for row in rows]
    render(Table([Column(key, key.title()) for key in columns], cells), out)
    return out.getvalue()


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (2980.0, "2980"),
        (-12.5, "-12.5"),
        (-3, "-3"),
        (0, "0"),
        (float("inf"), ""),
        ("USB-C", "USB-C"),
        ("-12.5", "'-12.5"),
        ("=1+1", "'=1+1"),
        (" \u200b=1", "' \u200b=1"),
        ("＝1+1", "'＝1+1"),
        ("\tx", "'\tx"),
        ("(a) -b", "(a) -b"),
        ('say "a, b"', '"say ""a, b"""'),
        ({"precision": "FP4", "status": "target"}, "precision=FP4;status=target"),
        ({"=a": "b"}, "'=a=b"),
    ],
)
def test_field(value: Scalar, field: str) -> None:
    assert written(["a", "b"], [["x", value]]) == f"a,b\nx,{field}\n"


def test_header_is_keys_and_made_harmless() -> None:
    assert written(["weight [g]", "=evil", "compute [PFLOPS] (precision=FP4)"], []) == (
        "weight [g],'=evil,compute [PFLOPS] (precision=FP4)\n"
    )


def test_a_lone_empty_field_is_still_a_row() -> None:
    assert read(written(["a"], [[None], ["x"]])) == [["a"], [""], ["x"]]


def test_hostile_text_reads_back() -> None:
    out = StringIO(newline="")
    render(hostile_table(), out)
    assert [row[1] for row in read(out.getvalue())[1:]] == [escape_formula(text) for text in HOSTILE]


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=2, max_size=2)))
def test_any_text_reads_back(rows: list[list[str]]) -> None:
    back = read(written(["a", "b"], [list(row) for row in rows]))[1:]
    for row, fields in zip(rows, back, strict=True):
        for text, field in zip(row, fields, strict=True):
            assert field in (text, f"'{text}")
            assert not field.strip().startswith(("=", "+", "-", "@"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_reads_back(number: float) -> None:
    assert float(read(written(["a", "b"], [["x", number]]))[1][1]) == number


def test_a_terminal_is_shown_controls_not_sent_them() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal(newline="")
    render(Table([Column("a", "A")], [Row((Cell("", "\x1b[2J\u202e"),))]), out)
    assert out.getvalue() == "a\n␛[2J�\n"
