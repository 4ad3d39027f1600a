from __future__ import annotations

import pytest

from specdb.core.table import Cell
from specdb.render.marks import legend, reference


@pytest.mark.parametrize(("notes", "text"), [((), ""), ((1,), "[1]"), ((1, 12), "[1,12]")])
def test_reference(notes: tuple[int, ...], text: str) -> None:
    assert reference(Cell("40 g", 40.0, notes=notes)) == text


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ({""}, ""),
        ({"", "certain"}, "★ best"),
        ({"likely"}, "☆ probably best"),
        ({"likely", "certain"}, "★ best  ☆ probably best"),
    ],
)
def test_legend_names_the_stars_in_use(seen: set[str], text: str) -> None:
    assert legend(seen) == text
