"""The marks that every format for people shares: best values, checked claims and references to footnotes."""

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
    "✓": "a source's claim about it holds",
    "✗": "a source's claim about it fails",
}
MARKS = tuple(_MEANING)


def cell_marks(cell: Cell) -> str:
    """The cell's marks: a star for the best value, a tick or cross for a checked claim."""
    return " ".join(filter(None, (_BEST.get(cell.best, ""), _CLAIM.get(cell.claim, ""))))


def note_references(cell: Cell) -> str:
    """The cell's footnotes as `[1,2]`, '' without any."""
    return f"[{','.join(map(str, cell.notes))}]" if cell.notes else ""


def explain_marks(marks: Iterable[str]) -> str:
    """What the marks in use mean, '' where none is; `marks` are texts of `of`."""
    seen = set(" ".join(marks).split())
    return "  ".join(f"{mark} {meaning}" for mark, meaning in _MEANING.items() if mark in seen)
