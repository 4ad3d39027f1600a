"""An import's report as tables for people: counts by attribute, and refused cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.ingest.tables.import_report import ImportReport, RefusedCell

_SHOWN = 60
"""Characters of a refused cell that are shown to people."""

_COUNTS = ("new", "unchanged", "changed", "refused")
PROBLEM_COLUMNS = tuple(Column(name, name, name == "row") for name in ("file", "table", "row", "column", "text", "reason"))


def counts_table(report: ImportReport, title: str) -> Table:
    """How many specs of each attribute are new, unchanged, changed and refused; whole rows refused stand last."""
    columns = [Column("attribute", "attribute"), *(Column(name, name, True) for name in _COUNTS)]
    named = sorted((key, tally) for key, tally in report.tallies.items() if key)
    rows = [(key, [getattr(tally, name) for name in _COUNTS]) for key, tally in named]
    if "" in report.tallies:
        rows.append(("(whole rows)", [getattr(report.tallies[""], name) for name in _COUNTS]))
    rows.append(("all", [report.total(name) for name in _COUNTS]))
    made = (Row((Cell(key, key), *(Cell(f"{count:,}" if count else "", count) for count in numbers))) for key, numbers in rows)
    return Table(columns, made, title=title)


def refused_cells_table(problems: Iterable[RefusedCell], title: str = "") -> Table:
    """Refused cells with their places, texts and reasons; a column that says nothing is left out for people."""
    kept = list(problems)
    names = [column.key for column in PROBLEM_COLUMNS]
    texts = [{one[at] for one in kept} for at in range(len(names))]
    shown = [at for at, name in enumerate(names) if texts[at] - {""} and (name not in ("file", "table") or len(texts[at]) > 1)]
    rows = [Row(tuple(Cell(_shorten(str(one[at]), names[at]), one[at]) for at in shown)) for one in kept]
    return Table([PROBLEM_COLUMNS[at] for at in shown], rows, title=title)


def _shorten(text: str, name: str) -> str:
    return f"{text[:_SHOWN]}…" if name == "text" and len(text) > _SHOWN else text


def all_refused_cells(problems: Iterable[RefusedCell]) -> Table:
    """The same for programs: every column, streamed."""
    return Table.of_values(PROBLEM_COLUMNS, problems)


def format_summary(report: ImportReport) -> str:
    """One line: what the import adds."""
    parts = [f"{_format_count(report.products, 'new products')} ({report.matched:,} known)"]
    parts += [_format_count(count, f"new {what}") for what, count in report.made.items() if count]
    parts.append(_format_count(report.total("new") + report.total("changed"), "specs"))
    return ", ".join(parts)


def _format_count(count: int, what: str) -> str:
    """A number of things: "1 new source", "2 new sources"."""
    singular = what.removesuffix("ies") + "y" if what.endswith("ies") else what.removesuffix("s")
    return f"{count:,} {singular if count == 1 else what}"
