"""Drafts as a Table: one a row, for people and for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.ingest.documents.tagged_figure import FigureDraft

_COLUMNS = ("line", "printed", "product", "attribute", "confidence", "new", "modifier", "numbers", "unit", "qualifiers")


def draft_table(files: Iterable[tuple[str, list[FigureDraft]]]) -> Table:
    """The drafts of each file, under its name where there are several."""
    given = list(files)
    columns = [Column(name, name, numeric=name in ("line", "confidence")) for name in _COLUMNS]
    many = len(given) > 1
    rows = (_row(draft, file if many else "") for file, drafts in given for draft in drafts)
    count = sum(len(drafts) for _, drafts in given)
    known = sum(draft.product_known and draft.attribute_known for _, drafts in given for draft in drafts)
    remark = f"{count} {'figure' if count == 1 else 'figures'}, {known} of a known product and attribute"
    return Table(columns, rows, grouped_by="file" if many else "", remarks=[remark])


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
