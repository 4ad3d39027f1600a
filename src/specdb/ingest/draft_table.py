"""The table of drafts that `specdb extract` prints, with one draft per row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.ingest.documents.tagged_figure import FigureDraft

_COLUMNS = ("line", "printed", "product", "attribute", "confidence", "new", "modifier", "numbers", "unit", "qualifiers")


def draft_table(files: Iterable[tuple[str, list[FigureDraft]]]) -> Table:
    """Return a table with one draft per row.

    Args:
        files: The name and the drafts of each file; with several files the rows are grouped by name.
    """
    drafts_by_file = list(files)
    columns = [Column(name, name, numeric=name in ("line", "confidence")) for name in _COLUMNS]
    grouped = len(drafts_by_file) > 1
    rows = (_row(draft, file if grouped else "") for file, drafts in drafts_by_file for draft in drafts)
    count = sum(len(drafts) for _, drafts in drafts_by_file)
    known_count = sum(draft.product_known and draft.attribute_known for _, drafts in drafts_by_file for draft in drafts)
    remark = f"{count} {'figure' if count == 1 else 'figures'}, {known_count} of a known product and attribute"
    return Table(columns, rows, grouped_by="file" if grouped else "", remarks=[remark])


def _row(draft: FigureDraft, group: str) -> Row:
    return Row(tuple(_cells(draft)), group)


def _cells(draft: FigureDraft) -> Iterator[Cell]:
    new = " ".join(
        name for name, known in (("product", draft.product_known), ("attribute", draft.attribute_known)) if not known
    )
    yield Cell(str(draft.line), draft.line)
    yield from map(_cell, (" ".join(draft.printed.split()), draft.product, draft.attribute))
    yield Cell(f"{draft.confidence:.2f}", draft.confidence)
    yield from map(_cell, (new, draft.modifier.replace("_", " "), " ".join(draft.digits), draft.unit or ""))
    yield Cell("; ".join(f"{key}={text}" for key, text in draft.qualifiers.items()), draft.qualifiers or None)


def _cell(text: str) -> Cell:
    return Cell(text, text or None)
