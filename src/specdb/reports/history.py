"""The history of an attribute of a product: when, by whom and why each spec was added and retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import changesets, spec_history
from specdb.domain.source import format_citation
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from specdb.database.view import View

_COLUMNS = [
    Column("changeset", "changeset"),
    Column("at", "when"),
    Column("author", "who"),
    Column("change", "change"),
    Column("value", "value"),
    Column("stated", "stated in"),
    Column("rank", "rank"),
    Column("reason", "why"),
    Column("spec", "spec", True),
]


def history(view: View, product: str, attribute: str, qualifiers: str = "") -> Table:
    """Return every addition and retraction of a spec, the latest first.

    Args:
        view: The view to read from.
        product: Name of the product, which may be removed.
        attribute: Name of the attribute, which may be removed.
        qualifiers: Qualifiers in the form of `domain.qualifiers.to_text`; specs must have at least these.
    """
    about, subject = changesets.any_product(view, product), changesets.any_attribute(view, attribute)
    stated = spec_history.spec_history(view, about.id, subject.id, qualifiers)
    events = [(entry.added, "added", entry.spec) for entry in stated]
    events += [(entry.retracted, "retracted", entry.spec) for entry in stated if entry.retracted is not None]
    events.sort(key=lambda event: (-event[0], event[2].qualifiers, event[1] != "added", event[2].id))
    by_id = {changeset.id: changeset for changeset in changesets.changesets(view, {event[0] for event in events})}
    sources = view.sources({entry.spec.source_id for entry in stated})
    rows = []
    for changeset_id, change, spec in events:
        changeset = by_id[changeset_id]
        cells = {
            "changeset": Cell(f"@{changeset_id}", changeset_id),
            "at": Cell(changesets.moment(changeset.at), changeset.at),
            "value": formatting.with_qualifiers(spec, formatting.format_spec(spec, view.unit)),
            "spec": Cell(str(spec.id), spec.id),
        }
        texts = {
            "author": changeset.author,
            "change": change,
            "stated": format_citation(sources[spec.source_id], spec.as_of, spec.locator),
            "rank": spec.rank,
            "reason": changeset.reason,
        }
        cells |= {key: Cell(text, text) for key, text in texts.items()}
        rows.append(Row(tuple(cells[column.key] for column in _COLUMNS)))
    remarks = [] if rows else [f"{about.slug} never had a spec of {subject.key}."]
    return Table(_COLUMNS, rows, title=f"{about.name}: {subject.name}", remarks=remarks)
