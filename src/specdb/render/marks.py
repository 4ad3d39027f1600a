"""Marks in the formats for people: best values, checked claims and references to footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.domain.table import Cell

_BEST = {"certain": "★", "likely": "☆"}
_CLAIM = {"holds": "✓", "fails": "✗"}
_MEANING = {
    "★": "best",
    "☆": "probably best",
    "✓": "the source's claim holds",
    "✗": "the source's claim fails",
}
MARKS = (*_MEANING, "*", "(*)")
"""Marks as drawn, those of an ASCII terminal included."""


def cell_marks(cell: Cell) -> str:
    """Return the marks of a cell: a star for the best value, a tick or cross for a checked claim."""
    return " ".join(filter(None, (_BEST.get(cell.best, ""), _CLAIM.get(cell.claim, ""))))


def note_references(cell: Cell) -> str:
    """Return the numbers of a cell's footnotes as `[1,2]`, '' if it has none."""
    return f"[{','.join(map(str, cell.notes))}]" if cell.notes else ""


def explain_marks(marks: Iterable[str]) -> str:
    """Return the meaning of the marks in use, '' if there are none; `marks` are results of `cell_marks`."""
    used = set(" ".join(marks).split())
    return "  ".join(f"{mark} {meaning}" for mark, meaning in _MEANING.items() if mark in used)
