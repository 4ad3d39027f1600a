"""All that was ever stated of one attribute of a product: when, by whom and why it was added and retracted."""

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
    """Each spec that was ever added or retracted, the latest change first; also of what was removed.

    Of all questions of the attribute that have at least these qualifiers (as `core.qualifiers.to_text` writes them).
    """
    about, what = changesets.any_product(view, product), changesets.any_attribute(view, attribute)
    found = spec_history.spec_history(view, about.id, what.id, qualifiers)
    events = [(one.added, "added", one.spec) for one in found]
    events += [(one.retracted, "retracted", one.spec) for one in found if one.retracted is not None]
    events.sort(key=lambda event: (-event[0], event[2].qualifiers, event[1] != "added", event[2].id))
    record = {one.id: one for one in changesets.changesets(view, {id for id, *_ in events})}
    sources = view.sources({one.spec.source_id for one in found})
    rows = []
    for id, change, spec in events:
        made = record[id]
        cells = {
            "changeset": Cell(f"@{id}", id),
            "at": Cell(changesets.moment(made.at), made.at),
            "value": formatting.with_qualifiers(spec, formatting.format_spec(spec, view.unit)),
            "spec": Cell(str(spec.id), spec.id),
        }
        stated = format_citation(sources[spec.source_id], spec.as_of, spec.locator)
        texts = {"author": made.author, "change": change, "stated": stated, "rank": spec.rank, "reason": made.reason}
        cells |= {key: Cell(text, text) for key, text in texts.items()}
        rows.append(Row(tuple(cells[column.key] for column in _COLUMNS)))
    remarks = [] if rows else [f"{about.slug} never had a spec of {what.key}."]
    return Table(_COLUMNS, rows, title=f"{about.name}: {what.name}", remarks=remarks)
