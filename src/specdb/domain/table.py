"""The table that every report returns and every renderer takes: columns, rows, cells with marks, and notes.

These classes are NamedTuples because a dataclass takes six times as long to define (about 1 ms), at each start of a
command. Annotations are not postponed here: a NamedTuple would compile each of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Scalar = str | int | float | bool | dict[str, str] | None
Values = Sequence[Scalar]


class Column(NamedTuple):
    """A column.

    Attributes:
        key: Name for programs.
        title: Heading for people.
        numeric: Whether cells are right-aligned.
        difference: Whether cells state how the previous column differs from the baseline; a terminal may merge the two.
    """

    key: str
    title: str
    numeric: bool = False
    difference: bool = False


class Cell(NamedTuple):
    """A cell.

    Attributes:
        text: Text for people.
        value: Value for programs.
        state: '' for a plain value, else yes, no, unknown, not-applicable or not-stated.
        best: Whether the value is the best of its row: '', certain or likely.
        claim: Result of checking the source's claim about the value: '', holds or fails.
        notes: 1-based numbers of the table's footnotes.
    """

    text: str
    value: Scalar = None
    state: str = ""
    best: str = ""
    claim: str = ""
    notes: tuple[int, ...] = ()


class Row(NamedTuple):
    """A row with one cell per column, under the heading `group` ('' for none)."""

    cells: tuple[Cell, ...]
    group: str = ""


class Table:
    """Columns and rows with a title, remarks and footnotes.

    Args:
        columns: The columns.
        rows: The rows; may be an iterator that streams from a cursor and can be read only once.
        title: Heading above the table; '' for none.
        grouped_by: Name of the column that row groups become for programs; '' to drop groups there.
        remarks: Messages for stderr.
        footnotes: Notes that are part of the table.
    """

    __slots__ = ("_values", "columns", "footnotes", "grouped_by", "remarks", "rows", "title")

    def __init__(
        self,
        columns: Iterable[Column],
        rows: Iterable[Row],
        *,
        title: str = "",
        grouped_by: str = "",
        remarks: Iterable[str] = (),
        footnotes: Iterable[str] = (),
    ) -> None:
        self.columns = tuple(columns)
        self.rows = rows
        self.title = title
        self.grouped_by = grouped_by
        self.remarks = list(remarks)
        self.footnotes = list(footnotes)
        self._values: Iterable[Values] | None = None

    @classmethod
    def of_values(cls, columns: Iterable[Column], values: Iterable[Values]) -> "Table":
        """Build a table from plain values, one sequence per row; cells are created only when people read it."""
        table = cls(columns, (Row(tuple(map(_cell, row))) for row in values))
        table._values = values
        return table

    def flat(self) -> "Table":
        """Return the table for programs: row groups become the first column, named `grouped_by`."""
        if not self.grouped_by:
            return self
        rows = (Row((Cell(row.group, row.group or None), *row.cells)) for row in self.rows)
        columns = [Column(self.grouped_by, self.grouped_by), *self.columns]
        return Table(columns, rows, title=self.title, remarks=self.remarks, footnotes=self.footnotes)

    def values(self) -> Iterable[Values]:
        """Return the rows of a flat table as plain values."""
        return self._values if self._values is not None else ([cell.value for cell in row.cells] for row in self.rows)

    def records(self) -> Iterator[dict[str, Scalar]]:
        """Yield each row as a mapping from column key to value."""
        flat = self.flat()
        keys = [column.key for column in flat.columns]
        for row in flat.values():
            yield dict(zip(keys, row, strict=True))


def _cell(value: Scalar) -> Cell:
    """Return the cell of a plain value."""
    if isinstance(value, dict):
        return Cell(";".join(f"{key}={text}" for key, text in value.items()), value)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)), value)
    return Cell("" if value is None else str(value), value)
