"""The one shape that every output renders: columns, rows, cells with marks, and notes.

These classes are NamedTuples, not dataclasses: a dataclass costs about 1 ms to define, six times as much, and a
command defines them all each time it starts. Annotations are not postponed here, since a NamedTuple would compile each.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas

Scalar = str | int | float | bool | dict[str, str] | None
Values = Sequence[Scalar]


class Column(NamedTuple):
    """A column: `key` for machines, `title` for people; numbers are set to the right.

    A `difference` column holds how the column before it differs from the baseline; a terminal may fold it into that one.
    """

    key: str
    title: str
    numeric: bool = False
    difference: bool = False


class Cell(NamedTuple):
    """What a person reads (`text`), what a program reads (`value`) and what is to be marked.

    `state` is '' for a plain value, else yes, no, unknown, not-applicable, not-stated; `best` is '', 'certain' or 'likely';
    `claim` is '', 'holds' or 'fails', by what came of a source's claim about it; `notes` are 1-based numbers into the
    table's footnotes.
    """

    text: str
    value: Scalar = None
    state: str = ""
    best: str = ""
    claim: str = ""
    notes: tuple[int, ...] = ()


class Row(NamedTuple):
    """A row of cells, one a column, under the heading `group` ('' for none)."""

    cells: tuple[Cell, ...]
    group: str = ""


class Table:
    """Columns and rows, a title, remarks that go to stderr (`remarks`) and footnotes that go with the table.

    A row's group is a heading for people; where `grouped_by` names it, programs get it as a column of that name.

    `rows` may be any iterable, also one that streams from a cursor and can be read only once.
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
        """A table of plain values, a tuple a row: programs get them as they are, cells are made only for people."""
        table = cls(columns, (Row(tuple(map(_cell, row))) for row in values))
        table._values = values
        return table

    def flat(self) -> "Table":
        """The table for programs: with the group as its first column, where that has a name."""
        if not self.grouped_by:
            return self
        rows = (Row((Cell(row.group, row.group or None), *row.cells)) for row in self.rows)
        columns = [Column(self.grouped_by, self.grouped_by), *self.columns]
        return Table(columns, rows, title=self.title, remarks=self.remarks, footnotes=self.footnotes)

    def values(self) -> Iterable[Values]:
        """The rows as plain values; of a flat table."""
        return self._values if self._values is not None else ([cell.value for cell in row.cells] for row in self.rows)

    def records(self) -> Iterator[dict[str, Scalar]]:
        """Each row as a mapping from column key to the cell's value."""
        flat = self.flat()
        keys = [column.key for column in flat.columns]
        for row in flat.values():
            yield dict(zip(keys, row, strict=True))

    def render(self, format: str = "html") -> str:
        """The table as text in `format` (table, csv, json, jsonl, markdown or html)."""
        text: str = import_module("specdb.render").to_text(self, format)
        return text

    def _repr_html_(self) -> str:
        return self.render("html")

    def __repr__(self) -> str:
        return self.render("table")

    def to_pandas(self) -> "pandas.DataFrame":
        """A DataFrame of the cells' values, one column a column key; needs the extra pandas."""
        from specdb.errors import missing_extra

        try:
            import pandas
        except ImportError as error:
            raise missing_extra("pandas", "pandas") from error
        frame: Any = pandas.DataFrame(self.records(), columns=[column.key for column in self.flat().columns])
        result: pandas.DataFrame = frame
        return result


def _cell(value: Scalar) -> Cell:
    """A plain value as a cell."""
    if isinstance(value, dict):
        return Cell(";".join(f"{key}={text}" for key, text in value.items()), value)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)), value)
    return Cell("" if value is None else str(value), value)
