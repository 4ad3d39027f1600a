"""The report of an import: counts by attribute, and rejected cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEPT_REFUSALS = 20
"""Number of rejected cells that are kept for display; the listener gets all of them."""


class RefusedCell(NamedTuple):
    """A rejected cell, or a rejected row if `column` is '': its place, text and reason."""

    file: str
    table: str
    row: int
    column: str
    text: str
    reason: str


class Tally:
    """The number of specs of an attribute that are new, unchanged, changed in the file, and rejected."""

    __slots__ = ("changed", "new", "refused", "unchanged")

    def __init__(self) -> None:
        self.new = 0
        self.unchanged = 0
        self.changed = 0
        self.refused = 0


class ImportReport:
    """The counts of an import by attribute key ('' for whole rows), its first rejected cells, and remarks.

    Args:
        listen: Called with each rejected cell.
    """

    def __init__(self, listen: Callable[[RefusedCell], None] | None = None) -> None:
        self.tallies: dict[str, Tally] = {}
        self.first: list[RefusedCell] = []
        self.products = 0
        self.matched = 0
        self.made: dict[str, int] = {}
        self.remarks: list[str] = []
        self._listen = listen

    def tally(self, key: str) -> Tally:
        """Return the counts of an attribute."""
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = Tally()
        return tally

    def refuse(self, key: str, problem: RefusedCell) -> None:
        """Count a rejected cell, keep it if it is among the first, and pass it to the listener."""
        self.tally(key).refused += 1
        if len(self.first) < MAX_KEPT_REFUSALS:
            self.first.append(problem)
        if self._listen:
            self._listen(problem)

    def total(self, what: str) -> int:
        """Return the total of a count: new, unchanged, changed or refused."""
        return sum(getattr(tally, what) for tally in self.tallies.values())

    @property
    def changes(self) -> bool:
        """Whether the import adds anything."""
        return bool(self.total("new") or self.total("changed") or self.products or any(self.made.values()))
