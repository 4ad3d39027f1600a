"""The report of differences: between two changesets, two databases, or before and after an undo."""

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


def diff(before: View, after: View, title: str = "") -> Table:
    """Return the differences between two views, which are matched by slugs and keys.

    Args:
        before: The first view.
        after: The second view, often of another database.
        title: Title of the table.

    Returns:
        One row for each difference, grouped by product, attribute and so on.
    """
    return difference_table(differences.databases(before, after), title)


def diff_changesets(view: View, before: View, after: View, ids: tuple[int, int], title: str = "") -> Table:
    """Return the differences between two changesets of one database.

    Only products that were changed between the changesets are read.

    Args:
        view: The present state of the database.
        before: The view as of the first changeset.
        after: The view as of the second changeset.
        ids: Ids of both changesets.
        title: Title of the table.
    """
    changed = changesets.products_between(view, *ids)
    slugs = {product.slug for side in (before, after) for product in side.products_of(changed)}
    return difference_table(differences.databases(before, after, slugs), title)


def difference_table(found: Iterable[Difference], title: str = "") -> Table:
    """Return differences as a table, grouped by the product, attribute or other record that they are about."""
    rows = [
        Row(
            (Cell(difference.change, difference.change), *(Cell(text, text or None) for text in difference[2:])),
            f"{difference.kind} {difference.name}",
        )
        for difference in found
    ]
    return Table(_COLUMNS, rows, title=title, grouped_by="of", remarks=[] if rows else ["No differences."])
