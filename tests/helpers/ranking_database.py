"""Databases for the tests of rank, similar and Pareto: a small schema and products given as a table of values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from specdb.analysis.build_view import build_view
from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, create, name_index
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from specdb.database.location import Location
    from specdb.database.view import View

SCHEMA = """specdb: 1
categories:
- {key: goods, name: goods}
- {key: lamp, name: lamps, parent: goods, aliases: [light]}
- {key: desk-lamp, name: desk lamps, parent: lamp}
- {key: organisation, name: organisations}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g, better: lower}
- {key: output, name: light output, kind: quantity, unit: lm, better: higher}
- {key: price, name: price, kind: quantity, unit: CNY, better: lower}
- {key: switches, name: switches, kind: quantity, unit: count}
- {key: offset, name: offset, kind: quantity, unit: mm, better: higher, signed: yes}
- {key: launch, name: launch, kind: date}
- {key: dimmable, name: dimmable, kind: flag}
- {key: socket, name: socket, kind: choice, choices: [E14, E27]}
- {key: note, name: note, kind: text}
- {key: maker, name: maker, kind: reference, inverse: makes}
- {key: seller, name: sellers, kind: reference, many: yes, inverse: sells}
sources:
- {slug: sheet, title: data sheet, date: 2026-01-01}
products:
- {slug: acme, name: Acme, category: organisation}
- {slug: bolt, name: Bolt, category: organisation}
"""


def lamp_view(path: Location, products: Mapping[str, Mapping[str, str]]) -> View:
    """Return a view of lamps: slugs (with `@category` for another category) to attributes, `key[k=v]`, to values.

    The value `unknown` or `not-applicable` is that state; several values are separated by " + ".
    """
    lines = []
    for slug, specs in products.items():
        name, _, category = slug.partition("@")
        lines += [f"- slug: {name}", f"  name: {name.title()}", f"  category: {category or 'lamp'}"]
        lines += ["  specs:"] if specs else []
        for key, values in specs.items():
            lines += [f"  - {{{_fields(key, value)}, source: sheet, at: line 1}}" for value in values.split(" + ")]
    text = SCHEMA + "\n".join(lines) + "\n"

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="test", reason="units")
        rows = resolve.resolve(bundle.parse_bundle(text, "lamps"), name_index.NameIndex(connection), "lamps")
        changeset_writer.add_rows(connection, rows, author="test", reason="lamps")

    assert create.create(path, fill)
    return build_view(Repository(connect(path)))


def _fields(key: str, value: str) -> str:
    attribute, _, bound = key.partition("[")
    pairs = [pair.split("=") for pair in bound.rstrip("]").split(",") if pair]
    qualifiers = ", ".join(f"{name}: {json.dumps(text)}" for name, text in pairs)
    state = value if value in ("unknown", "not-applicable") else ""
    given = f"state: {state}, printed: tba" if state else f"value: {value if value in ('yes', 'no') else json.dumps(value)}"
    return f"attribute: {attribute}, {f'qualifiers: {{{qualifiers}}}, ' if qualifiers else ''}{given}"
