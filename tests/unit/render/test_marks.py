from __future__ import annotations

import pytest

from specdb.domain.table import Cell
from specdb.render.marks import cell_marks, explain_marks, note_references


@pytest.mark.parametrize(("notes", "text"), [((), ""), ((1,), "[1]"), ((1, 12), "[1,12]")])
def test_reference(notes: tuple[int, ...], text: str) -> None:
    assert note_references(Cell("40 g", 40.0, notes=notes)) == text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([Cell("a")], ""),
        ([Cell("a"), Cell("a", best="certain")], "★ best"),
        ([Cell("a", best="likely")], "☆ probably best"),
        ([Cell("a", best="likely"), Cell("a", best="certain")], "★ best  ☆ probably best"),
        ([Cell("a", best="likely", claim="holds")], "☆ probably best  ✓ the source's claim holds"),
        ([Cell("a", claim="fails")], "✗ the source's claim fails"),
    ],
)
def test_legend_names_the_marks_in_use(cells: list[Cell], text: str) -> None:
    assert explain_marks(map(cell_marks, cells)) == text
