from __future__ import annotations

import json
from io import StringIO
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import HOSTILE, hostile_table
from specdb.domain.table import Cell, Column, Row, Scalar, Table
from specdb.render import json as json_format
from specdb.render import jsonl

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dictionaries(st.text(), st.text()))


def table(*values: Scalar) -> Table:
    return Table([Column("key", "Title")], [Row((Cell("text", value),)) for value in values])


def as_json(source: Table) -> str:
    out = StringIO()
    json_format.render(source, out)
    return out.getvalue()


def as_lines(source: Table) -> str:
    out = StringIO()
    jsonl.render(source, out)
    return out.getvalue()


def test_a_row_is_a_line() -> None:
    assert as_json(table(2980.0, "≈", None)) == '[\n  {"key": 2980},\n  {"key": "≈"},\n  {"key": null}\n]\n'
    assert as_lines(table(2980.0, "≈", None)) == '{"key":2980}\n{"key":"≈"}\n{"key":null}\n'


def test_no_rows() -> None:
    assert as_json(table()) == "[]\n"
    assert as_lines(table()) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "null"),
        (float("-inf"), "null"),
        (-14.9, "-14.9"),
        (False, "false"),
        ({"precision": "FP4"}, '{"precision":"FP4"}'),
        ("\x1b[31m\u202e\x9b", '"\\u001b[31m\\u202e\\u009b"'),
        ("half \ud800 pair", '"half \\ud800 pair"'),
    ],
)
def test_value(value: Scalar, text: str) -> None:
    assert as_lines(table(value)) == f'{{"key":{text}}}\n'


def test_hostile_text_reads_back() -> None:
    rows = [{"name": f"row {n}", "text": text} for n, text in enumerate(HOSTILE)]
    assert json.loads(as_json(hostile_table())) == rows
    assert [json.loads(line) for line in as_lines(hostile_table()).splitlines()] == rows


@given(st.lists(SCALARS))
def test_any_value_reads_back(values: list[Scalar]) -> None:
    rows = [{"key": None if isinstance(value, float) and not isfinite(value) else value} for value in values]
    assert json.loads(as_json(table(*values))) == rows
    assert [json.loads(line) for line in as_lines(table(*values)).splitlines()] == rows
