"""The marks that every format for people shares: best values and references to footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.core.table import Cell

BEST = {"": "", "certain": "★", "likely": "☆"}
LEGEND = {"certain": "★ best", "likely": "☆ probably best"}


def reference(cell: Cell) -> str:
    """The cell's footnotes as `[1,2]`, '' without any."""
    return f"[{','.join(map(str, cell.notes))}]" if cell.notes else ""


def legend(seen: set[str]) -> str:
    """What the stars in use mean, '' where none is."""
    return "  ".join(text for best, text in LEGEND.items() if best in seen)
