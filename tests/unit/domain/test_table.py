from __future__ import annotations

import builtins
from typing import Any

import pytest

from specdb.api import ResultTable
from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import UsageError

COLUMNS = [Column("attribute", ""), Column("a1", "A1")]
ROWS = [
    Row((Cell("battery", "battery [mAh]"), Cell("660 mAh", 660.0)), "power"),
    Row((Cell("touchscreen", "touchscreen"), Cell("—", None, "not-stated")), "display"),
    Row((Cell("power bank", "power-bank"), Cell("no", False, "no")), ""),
]


def table(**given: Any) -> Table:
    return Table(COLUMNS, ROWS, **given)


def test_records() -> None:
    assert list(table().records()) == [
        {"attribute": "battery [mAh]", "a1": 660.0},
        {"attribute": "touchscreen", "a1": None},
        {"attribute": "power-bank", "a1": False},
    ]


def test_records_have_the_group_where_it_has_a_name() -> None:
    grouped = table(grouped_by="group", title="A1", remarks=["r"], footnotes=["f"])
    assert [record["group"] for record in grouped.records()] == ["power", "display", None]
    flat = grouped.flat()
    assert [column.key for column in flat.columns] == ["group", "attribute", "a1"]
    assert (flat.title, flat.remarks, flat.footnotes, flat.grouped_by) == ("A1", ["r"], ["f"], "")
    assert flat.flat() is flat


def test_a_table_of_plain_values() -> None:
    columns = [Column(key, key) for key in ("slug", "weight", "bound", "note")]
    made = Table.of_values(columns, [("a1", 40.0, {"edition": "x", "status": "y"}, None), ("b", 14.9, {}, True)])
    assert list(made.records()) == [
        {"slug": "a1", "weight": 40.0, "bound": {"edition": "x", "status": "y"}, "note": None},
        {"slug": "b", "weight": 14.9, "bound": {}, "note": True},
    ]
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["a1", "40", "edition=x;status=y", ""],
        ["b", "14.9", "", "True"],
    ]


def test_rows_may_stream() -> None:
    streamed = Table(COLUMNS, (row for row in ROWS))
    assert len(list(streamed.records())) == 3
    assert list(streamed.records()) == []


def test_to_pandas() -> None:
    frame = ResultTable.from_table(table()).to_pandas()
    assert list(frame.columns) == ["attribute", "a1"]
    assert frame["attribute"].tolist() == ["battery [mAh]", "touchscreen", "power-bank"]
    assert frame["a1"].tolist() == [660.0, None, False]
    assert list(ResultTable(COLUMNS, []).to_pandas().columns) == ["attribute", "a1"]


def test_without_pandas_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    there = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return there(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError) as caught:
        ResultTable.from_table(table()).to_pandas()
    assert caught.value.hint == "pip install 'product-specdb[pandas]'"


def test_a_notebook_gets_html() -> None:
    result = ResultTable.from_table(table(title="<A1>"))
    html = result._repr_html_()
    assert "<table" in html
    assert "660 mAh" in html
    assert "<A1>" not in html
    assert "660 mAh" in repr(result)
    assert "battery" in result.render("csv")
