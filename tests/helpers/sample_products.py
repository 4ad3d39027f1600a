"""Sample products with every kind of spec: each modifier, each of the five states, hostile text, conflicting sources."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from specdb.editing.load import load

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.domain.table import Cell, Table

HOSTILE_NAME = "[red]T3[/red] \x1b[31mred\x1b[0m [/x]"

SAMPLE_YAML = """specdb: 1
categories:
- {key: torch, name: torches, parent: device, aliases: [flashlight], required: [beam, price]}
- {key: head-torch, name: head torches, parent: torch}
- {key: stove, name: stoves, parent: device}
attributes:
- {key: beam, name: beam distance, kind: quantity, unit: m, better: higher, group: light, aliases: [throw]}
- {key: drift, name: drift, kind: quantity, unit: mm, signed: yes, group: light}
- {key: dimmable, name: dimmable, kind: flag, group: light}
- {key: strobe, name: strobe, kind: flag, group: light}
- {key: lens, name: lens, kind: choice, group: light, choices: [glass, plastic lens, none]}
- {key: remark, name: remarks, kind: text, group: words, many: yes}
- {key: on-sale, name: on sale, kind: date, group: words}
sources:
- {slug: sheet, title: Torch sheet, publisher: Torch Ltd, date: 2026-01-02, precedence: 1}
- {slug: review, title: Torch review, date: 2026-02}
products:
- slug: t1
  name: Torch One
  category: torch
  aliases: [first-torch]
  description: the plain one
  specs:
  - {attribute: beam, value: 100 m, printed: 100m, source: sheet, at: page 1}
  - {attribute: beam, value: 80 m, printed: 80 metres, source: review, at: page 9}
  - {attribute: weight, value: 40 g, source: sheet, at: page 1}
  - {attribute: battery, value: 1000 mAh, source: sheet}
  - {attribute: recording, value: ≤ 180 h, printed: up to 180 hours, source: sheet}
  - {attribute: template-count, value: '> 10000', printed: 'over 10,000', source: sheet}
  - {attribute: drift, value: -5 mm, source: sheet}
  - {attribute: compute, qualifiers: {precision: FP4}, value: 2 PFLOPS, source: sheet}
  - {attribute: dimmable, value: yes, source: sheet}
  - {attribute: strobe, value: no, source: sheet}
  - {attribute: price, value: 20 EUR, source: sheet}
  - {attribute: lens, value: glass, source: sheet}
  - {attribute: on-sale, value: 2026-05, printed: May 2026, source: sheet}
  - {attribute: remark, value: '=1+1', source: sheet}
  - {attribute: remark, value: plain, source: sheet}
- slug: t2
  name: Torch Two
  category: torch
  specs:
  - {attribute: beam, value: ≈ 0.25 km, printed: about 0.25 km, source: sheet, at: page 2}
  - {attribute: weight, value: 1.5 oz, source: sheet}
  - {attribute: battery, value: 4.5 Ah, source: sheet}
  - {attribute: recording, value: 45 h, source: sheet}
  - {attribute: template-count, value: 5, source: sheet}
  - {attribute: compute, qualifiers: {precision: FP8}, value: 4 PFLOPS, source: sheet}
  - {attribute: dimmable, value: no, source: sheet}
  - {attribute: strobe, state: unknown, printed: to be announced, source: sheet}
  - {attribute: price, value: 20 USD, source: sheet}
  - {attribute: lens, value: plastic lens, source: sheet}
  - {attribute: on-sale, value: 2026-05-03, source: sheet}
- slug: t3
  name: "[red]T3[/red] \\e[31mred\\e[0m [/x]"
  category: head-torch
  specs:
  - {attribute: beam, value: 30..40 m, printed: 30-40 m, source: sheet}
  - {attribute: strobe, state: not-applicable, printed: n/a, source: sheet}
  - {attribute: remark, value: "=gl\\e[31mass, \\"quoted\\"", source: sheet}
- slug: s1
  name: Stove
  category: stove
  specs:
  - {attribute: weight, value: < 2 kg, source: sheet}
  - {attribute: dimmable, value: yes, source: sheet}
  - {attribute: lens, value: none, source: sheet}
"""


def add_sample_products(place: Location) -> Location:
    """Add the sample products to a database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "torches.yaml"
        file.write_text(SAMPLE_YAML, encoding="utf-8")
        load(place, file)
    return place


def row_texts(table: Table) -> dict[str, list[str]]:
    """Return the texts of each row by the text of its first cell."""
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}


def cells_of_row(table: Table, heading: str) -> list[Cell]:
    """Return the cells of the row with this heading, without the heading."""
    return next([*one.cells[1:]] for one in table.rows if one.cells[0].text == heading)
