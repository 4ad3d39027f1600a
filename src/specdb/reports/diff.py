"""What differs, as a table: between two changesets, two databases, or before and after an undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import changesets, differences
from specdb.domain.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.database.differences import Difference
    from specdb.database.view import View

_COLUMNS = [
    Column("change", "change"),
    Column("field", "field"),
    Column("before", "before"),
    Column("after", "after"),
    Column("stated_before", "stated before in"),
    Column("stated_after", "stated in"),
]


def diff(one: View, other: View, title: str = "") -> Table:
    """What differs from one view to another, by names: slugs and keys."""
    return table(differences.databases(one, other), title)


def between(now: View, one: View, other: View, ids: tuple[int, int], title: str = "") -> Table:
    """The same for one database, `one` and `other` as of the changesets `ids`; what was not touched between is not read."""
    touched = changesets.products_between(now, *ids)
    slugs = {product.slug for of in (one, other) for product in of.products_of(touched)}
    return table(differences.databases(one, other, slugs), title)


def table(found: Iterable[Difference], title: str = "") -> Table:
    """Differences, those of one product, attribute ... below each other."""
    rows = [
        Row((Cell(one.change, one.change), *(Cell(text, text or None) for text in one[2:])), f"{one.kind} {one.name}")
        for one in found
    ]
    return Table(_COLUMNS, rows, title=title, grouped_by="of", remarks=[] if rows else ["Nothing differs."])
