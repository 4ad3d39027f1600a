"""Build tables from the report of an import: counts by attribute, and rejected cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.ingest.tables.import_report import ImportReport, RefusedCell

_SHOWN = 60
"""Maximum number of characters of a rejected cell that people see."""

_COUNTS = ("new", "unchanged", "changed", "refused")
PROBLEM_COLUMNS = tuple(Column(name, name, name == "row") for name in ("file", "table", "row", "column", "text", "reason"))


def counts_table(report: ImportReport, title: str) -> Table:
    """Return the number of new, unchanged, changed and rejected specs of each attribute; rejected rows come last."""
    columns = [Column("attribute", "attribute"), *(Column(name, name, True) for name in _COUNTS)]
    named = sorted((key, tally) for key, tally in report.tallies.items() if key)
    rows = [(key, [getattr(tally, name) for name in _COUNTS]) for key, tally in named]
    if "" in report.tallies:
        rows.append(("(whole rows)", [getattr(report.tallies[""], name) for name in _COUNTS]))
    rows.append(("all", [report.total(name) for name in _COUNTS]))
    table_rows = (
        Row((Cell(key, key), *(Cell(f"{count:,}" if count else "", count) for count in numbers))) for key, numbers in rows
    )
    return Table(columns, table_rows, title=title)


def refused_cells_table(problems: Iterable[RefusedCell], title: str = "") -> Table:
    """Return rejected cells for people with their places, texts and reasons, without empty columns."""
    kept = list(problems)
    names = [column.key for column in PROBLEM_COLUMNS]
    texts = [{refused[at] for refused in kept} for at in range(len(names))]
    shown = [at for at, name in enumerate(names) if texts[at] - {""} and (name not in ("file", "table") or len(texts[at]) > 1)]
    rows = [Row(tuple(Cell(_shorten(str(refused[at]), names[at]), refused[at]) for at in shown)) for refused in kept]
    return Table([PROBLEM_COLUMNS[at] for at in shown], rows, title=title)


def _shorten(text: str, name: str) -> str:
    return f"{text[:_SHOWN]}…" if name == "text" and len(text) > _SHOWN else text


def all_refused_cells(problems: Iterable[RefusedCell]) -> Table:
    """Return rejected cells for programs: all columns, streamed."""
    return Table.of_values(PROBLEM_COLUMNS, problems)


def format_summary(report: ImportReport) -> str:
    """Return one line on what the import adds."""
    parts = [f"{_format_count(report.products, 'new products')} ({report.matched:,} known)"]
    parts += [_format_count(count, f"new {what}") for what, count in report.made.items() if count]
    parts.append(_format_count(report.total("new") + report.total("changed"), "specs"))
    return ", ".join(parts)


def _format_count(count: int, what: str) -> str:
    """Format a count with its noun: "1 new source", "2 new sources"."""
    singular = what.removesuffix("ies") + "y" if what.endswith("ies") else what.removesuffix("s")
    return f"{count:,} {singular if count == 1 else what}"
