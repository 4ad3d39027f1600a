"""Measure `specdb import`: specs per second from CSV, compared with a bare executemany of the same rows, and memory.

python benchmarks/import.py [--rows 50000] [--rounds 3]: each round imports a CSV of 20 columns into a new database
and then loads the resulting rows into another one, so that both run under the same load.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from specdb.database.changeset_writer import SPEC_COLUMNS
from specdb.editing.load import create_seeded
from specdb.ingest.tables.import_files import ImportOptions, import_files

COLUMNS = (*SPEC_COLUMNS, "shown", "added_id")
QUANTITIES = 15
TEXTS = 5
SEED = 20261124

MAPPING = """mapping: 1
source: {{slug: sheet, title: data sheet, date: 2026-01-01}}
category: device
name: "{{Maker}} {{Model}}"
columns:
{columns}
attributes:
{attributes}
"""


def _cpu_seconds() -> float:
    """Return the processor time of this process in seconds, which other processes do not affect."""
    return time.process_time()


def mapping() -> str:
    """Return the mapping of the table: figures in several units, and texts."""
    columns = [f"  Weight {i} (g): weight-{i}" for i in range(QUANTITIES)] + [f"  Colour {i}: colour-{i}" for i in range(TEXTS)]
    attributes = [
        f"- {{key: weight-{i}, name: weight {i}, kind: quantity, unit: {('g', 'kg')[i % 2]}}}" for i in range(QUANTITIES)
    ]
    attributes += [f"- {{key: colour-{i}, name: colour {i}, kind: text}}" for i in range(TEXTS)]
    return MAPPING.format(columns="\n".join(columns), attributes="\n".join(attributes))


def write(path: Path, rows: int) -> None:
    """Write a CSV of `rows` products: most figures bare, some with a unit, modifier or range, 5 % missing."""
    generator = random.Random(SEED)  # noqa: S311  not a secret
    with path.open("w", encoding="utf-8") as out:
        heads = [f"Weight {i} (g)" for i in range(QUANTITIES)] + [f"Colour {i}" for i in range(TEXTS)]
        out.write(",".join(["Maker", "Model", *heads]) + "\n")
        for row in range(rows):
            cells = [_cell(generator) for _ in range(QUANTITIES)]
            cells += [f"colour {generator.randrange(200)}" for _ in range(TEXTS)]
            out.write(",".join([f"Maker {row % 50}", f"Model {row}", *cells]) + "\n")


def _cell(generator: random.Random) -> str:
    figure = f"{generator.randrange(1, 20_000) / 10:.1f}"
    draw = generator.random()
    if draw < 0.8:
        return figure
    if draw < 0.85:
        return "-"
    return f"{figure} g" if draw < 0.9 else f"~ {figure}" if draw < 0.95 else f"{figure}-{float(figure) + 5:.1f} g"


def load_bare(rows: list[tuple[object, ...]], path: Path) -> float:
    """Return the seconds that a bare executemany takes to load the same rows into the same table."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    started = _cpu_seconds()
    connection.execute("BEGIN IMMEDIATE")
    places = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO spec ({', '.join(COLUMNS)}) VALUES ({places})", rows)
    connection.execute("COMMIT")
    taken = _cpu_seconds() - started
    connection.close()
    return taken


def measure(folder: Path, rows: int) -> tuple[int, float, float]:
    """Return the number of specs, the seconds of their import and those of a bare load."""
    table, described = folder / "table.csv", folder / "mapping.yaml"
    write(table, rows)
    described.write_text(mapping(), encoding="utf-8")
    place, other = folder / "import.db", folder / "bare.db"
    for database in (place, other):
        database.unlink(missing_ok=True)
        create_seeded(database)
    started = _cpu_seconds()
    report, _ = import_files(place, [table], ImportOptions(described, create_attributes=True), lambda _: True)
    taken = _cpu_seconds() - started
    connection = sqlite3.connect(place)
    last = connection.execute("SELECT MAX(id) FROM changeset").fetchone()[0]
    columns = ", ".join(COLUMNS)
    made = connection.execute(f"SELECT {columns} FROM spec WHERE added_id = ? ORDER BY product_id, id", [last]).fetchall()
    connection.close()
    return report.total("new"), taken, load_bare(made, other)


def main() -> None:
    """Print one line of results per round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    gc.set_threshold(100_000)  # as the console script does
    with TemporaryDirectory() as folder:
        for _ in range(given.rounds):
            specs, taken, bare = measure(Path(folder), given.rows)
            print(
                f"{specs:,} specs: import {specs / taken:,.0f}/s, bare executemany {specs / bare:,.0f}/s, "
                f"share {bare / taken:.2f}, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
