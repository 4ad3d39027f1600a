"""What an import finds: counts by attribute, and the cells that it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEPT_REFUSALS = 20
"""Refused cells that are kept to be shown; all of them go to whoever listens."""


class RefusedCell(NamedTuple):
    """A refused cell, or a whole row where `column` is '': its place, its text and the reason."""

    file: str
    table: str
    row: int
    column: str
    text: str
    reason: str


class Tally:
    """How many specs of an attribute are new, as they were, changed in the file, and refused."""

    __slots__ = ("changed", "new", "refused", "unchanged")

    def __init__(self) -> None:
        self.new = 0
        self.unchanged = 0
        self.changed = 0
        self.refused = 0


class ImportReport:
    """The counts of an import, by attribute's key ('' for whole rows), its first refused cells, and remarks."""

    def __init__(self, listen: Callable[[RefusedCell], None] | None = None) -> None:
        self.tallies: dict[str, Tally] = {}
        self.first: list[RefusedCell] = []
        self.products = 0
        self.matched = 0
        self.made: dict[str, int] = {}
        self.remarks: list[str] = []
        self._listen = listen

    def tally(self, key: str) -> Tally:
        """The counts of an attribute."""
        found = self.tallies.get(key)
        if found is None:
            found = self.tallies[key] = Tally()
        return found

    def refuse(self, key: str, problem: RefusedCell) -> None:
        """Counts a refused cell, keeps it if it is one of the first, and tells it."""
        self.tally(key).refused += 1
        if len(self.first) < MAX_KEPT_REFUSALS:
            self.first.append(problem)
        if self._listen:
            self._listen(problem)

    def total(self, what: str) -> int:
        """The sum of new, unchanged, changed or refused."""
        return sum(getattr(tally, what) for tally in self.tallies.values())

    @property
    def changes(self) -> bool:
        """Whether the import adds anything at all."""
        return bool(self.total("new") or self.total("changed") or self.products or any(self.made.values()))
