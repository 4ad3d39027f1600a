"""A small database of lamps with a history: helpers that record one changeset each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text
from sqlmodel import SQLModel

from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, create, name_index, transaction, undo
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.location import Location

LAMPS_YAML = """specdb: 1
categories:
- {key: lamp, name: lamps, required: [weight]}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g, better: lower}
- {key: output, name: light output, kind: quantity, unit: W}
- {key: colour, name: colours, kind: text, many: yes}
sources:
- {slug: sheet, title: Lamp sheet, kind: data-sheet, date: 2026-01-02}
- {slug: review, title: Lamp review, kind: review, date: 2026-02-03}
- {slug: blog, title: Lamp blog, kind: blog, date: 2026-02-03}
products:
- slug: l1
  name: Lamp One
  category: lamp
  aliases: [first-lamp]
  specs:
  - {attribute: weight, value: ≈ 40 g, printed: about 40g, source: sheet, at: page 1}
  - {attribute: weight, value: 41 g, source: review}
  - {attribute: weight, value: 55 g, source: blog}
  - {attribute: colour, value: red, source: sheet}
  - {attribute: output, qualifiers: {mode: high}, value: 9 W, source: sheet}
- {slug: l2, name: Lamp Two, category: lamp}
"""

MORE_YAML = """specdb: 1
categories: [{key: torch, name: torches, parent: lamp, aliases: [flashlight]}]
sources: [{slug: extra, title: Extra, date: 2026-03}]
products:
- slug: t9
  name: Torch Nine
  category: torch
  specs: [{attribute: weight, value: 90 g, source: extra}, {attribute: weight, value: 91 g, source: sheet}]
claims: [{about: t9, expression: weight of t9, value: 90 g, printed: ninety grams, source: extra}]
"""

WEIGHT_COLUMNS = {"kind": "quantity", "unit": "g", "value_unit": "g", "attribute_id": 1, "product_id": 1, "category_id": 1}


def add_units(connection: Connection) -> None:
    """Add the units, in changeset @1."""
    changeset_writer.add_rows(connection, unit_rows(), author="specdb", reason="units", origin="seed")


def create_lamps(path: Location, content: str = LAMPS_YAML) -> Location:
    """Create a database from a YAML text, in changesets @1 (units) and @2."""

    def fill(connection: Connection) -> None:
        add_units(connection)
        rows = resolve.resolve(bundle.parse_bundle(content, "it"), name_index.NameIndex(connection), "it")
        changeset_writer.add_rows(connection, rows, author="specdb", reason="packaged seed", origin="seed")

    assert create.create(path, fill)
    return path


def record(path: Location, change: Callable[[ChangesetWriter], None], reason: str = "because", author: str = "ada") -> int:
    """Record one changeset and return its number."""
    with transaction.write_transaction(path) as connection:
        edit = changeset_writer.ChangesetWriter(connection, author=author, reason=reason)
        change(edit)
        edit.finish()
    return edit.id


def load_yaml(path: Location, content: str = MORE_YAML) -> int:
    """Load a YAML text and return the number of the changeset."""

    def change(edit: ChangesetWriter) -> None:
        edit.add(resolve.resolve(bundle.parse_bundle(content, "more"), name_index.NameIndex(edit.connection), "more"))

    return record(path, change, "more lamps")


def undo_changeset(path: Location, number: int | None = None) -> int:
    """Undo a changeset and return the number of the undo."""
    return undo.undo_changeset(path, number).changeset


def set_date(path: Location, number: int, at: str) -> None:
    """Set the time of a changeset."""
    with transaction.write_transaction(path) as connection:
        connection.execute(text("UPDATE changeset SET at = :at WHERE id = :id"), {"at": at, "id": number})


def set_weight(grams: float, source: int = 1, **columns: Any) -> Callable[[ChangesetWriter], None]:
    """Return an edit that replaces the weight of l1 stated by the source with this id."""

    def change(edit: ChangesetWriter) -> None:
        spec = SQLModel.metadata.tables["spec"]
        said = select(spec.c.id).where(spec.c.attribute_id == 1, spec.c.source_id == source, spec.c.product_id == 1)
        edit.retract_specs([(1, spec_id) for spec_id in edit.connection.scalars(said)])
        last = max(edit.connection.scalars(select(spec.c.id)))
        figure = {"number": f"{grams:g}", "lo": grams, "nominal": grams, "hi": grams, "printed": f"{grams:g} g"}
        row = {
            **WEIGHT_COLUMNS,
            "id": last + 1,
            "source_id": source,
            "as_of": "2026-01-02",
            "shown": False,
            **figure,
            **columns,
        }
        edit.add({"spec": [row]})

    return change
