"""Makes large databases to measure with: python benchmarks/big.py FILE SPECS.

Twenty attributes a product, skewed categories, modifiers and ranges in it; a seed fixes it all.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from math import inf, nextafter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, create, name_index
from specdb.editing.load import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

PER_PRODUCT = 20
QUANTITIES = 14
SEED = 20261124

_CATEGORIES = [("robots", 60), ("phones", 25), ("watches", 10), ("scales", 4), ("lamps", 1)]
"""Names with their share of the products in per cent."""

_COLUMNS = (
    *("product_id", "id", "attribute_id", "category_id", "qualifiers", "kind", "modifier", "number", "unit", "value_unit"),
    *("lo", "nominal", "hi", "text", "target_id", "printed", "source_id", "locator", "as_of", "rank", "shown", "added_id"),
)

_HEAD = """specdb: 1
categories:
- {key: goods, name: goods}
"""


def schema() -> str:
    """Categories, attributes and the source, in our YAML."""
    lines = [_HEAD.rstrip()]
    lines += [f"- {{key: {name}, name: {name}, parent: goods}}" for name, _ in _CATEGORIES]
    lines.append("attributes:")
    lines += [
        f"- {{key: q{i}, name: q{i}, kind: quantity, unit: g, better: {('higher', 'lower')[i % 2]}}}" for i in range(QUANTITIES)
    ]
    lines += ["- {key: f0, name: f0, kind: flag}", "- {key: f1, name: f1, kind: flag}"]
    lines += ["- {key: c0, name: c0, kind: choice, choices: [a, b, c]}", "- {key: t0, name: t0, kind: text}"]
    lines += ["- {key: d0, name: d0, kind: date}", "- {key: t1, name: t1, kind: text}"]
    lines += ["sources:", "- {slug: sheet, title: data sheet, date: 2026-01-01}"]
    return "\n".join(lines) + "\n"


def make(path: Path, specs: int) -> None:
    """A database of about `specs` specs at `path`."""

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="benchmark", reason="units")
        drafts = bundle.parse_bundle(schema(), "schema")
        rows = resolve.resolve(drafts, name_index.NameIndex(connection), "schema")
        changeset_writer.add_rows(connection, rows, author="benchmark", reason="schema")
        ids = {row["key"]: row["id"] for row in rows["category"]}
        raw: Any = connection.connection.driver_connection
        randomly = random.Random(SEED)  # noqa: S311  figures, not secrets
        products = _products(specs // PER_PRODUCT, ids, randomly)
        raw.executemany("INSERT INTO product (id, slug, name, category_id, description) VALUES (?, ?, ?, ?, '')", products)
        places = ", ".join("?" * len(_COLUMNS))
        of_product = raw.execute("SELECT id, category_id FROM product ORDER BY id").fetchall()
        raw.executemany(f"INSERT INTO spec ({', '.join(_COLUMNS)}) VALUES ({places})", _specs(of_product, randomly))

    create.create(path, fill)


def _products(count: int, ids: dict[str, int], randomly: random.Random) -> Iterator[tuple[object, ...]]:
    names = [name for name, share in _CATEGORIES for _ in range(share)]
    for number in range(1, count + 1):
        name = names[randomly.randrange(100)]
        yield number, f"{name}-{number}", f"{name.title()} {number}", ids[name]


def _specs(products: list[tuple[int, int]], randomly: random.Random) -> Iterator[tuple[object, ...]]:
    """Each product's twenty specs, as rows of the spec table."""
    product_id = 0
    start = date(2020, 1, 1).toordinal()
    for product, category in products:
        for attribute in range(1, PER_PRODUCT + 1):
            product_id += 1
            head = (product, product_id, attribute, category, "")
            tail = (None, "printed", 1, f"row {product}", "2026-01-01", "normal", 1, 2)
            if attribute <= QUANTITIES:
                modifier, number, lo, nominal, hi = _figure(randomly)
                yield (*head, "quantity", modifier, number, "g", "g", lo, nominal, hi, "", *tail)
            elif attribute <= QUANTITIES + 2:
                flag = float(randomly.random() < 0.3)
                yield (*head, "flag", "exact", "", "", "", flag, flag, flag, "", *tail)
            elif attribute == QUANTITIES + 3:
                yield (*head, "choice", "exact", "", "", "", None, None, None, randomly.choice("abc"), *tail)
            elif attribute == QUANTITIES + 5:
                day = float(start + randomly.randrange(2500))
                yield (*head, "date", "exact", "", "", "", day, day, day, date.fromordinal(int(day)).isoformat(), *tail)
            else:
                yield (*head, "text", "exact", "", "", "", None, None, None, f"text {randomly.randrange(1000)}", *tail)


def _figure(randomly: random.Random) -> tuple[str, str, float, float, float]:
    """A quantity's modifier, digits and bounds: seven in ten exact."""
    tenths = randomly.randrange(1, 100_000)
    value, dice = tenths / 10, randomly.random()
    text = f"{value:.1f}"
    if dice < 0.70:
        return "exact", text, value, value, value
    if dice < 0.85:
        return "about", text, value * 0.95, value, value * 1.05
    if dice < 0.92:
        return "at_most", text, 0.0, value, value
    if dice < 0.95:
        return "more_than", text, nextafter(value, inf), value, inf
    wide = value + 10
    return "range", f"{text}..{wide:.1f}", value, value + 5, wide


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
