"""Measures `specdb import`: specs a second from CSV, beside a bare executemany of the same finished rows, and memory.

python benchmarks/import.py [--rows 50000] [--rounds 3]: each round imports a fresh CSV of 20 columns into a fresh database
and then loads the rows that came of it into another one, so that both meet the same machine.
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


def _clock() -> float:
    """Seconds of the processor that this process has had: what others do on the machine does not count."""
    return time.process_time()


def mapping() -> str:
    """The mapping of the table: figures in several units, and texts."""
    columns = [f"  Weight {i} (g): weight-{i}" for i in range(QUANTITIES)] + [f"  Colour {i}: colour-{i}" for i in range(TEXTS)]
    attributes = [
        f"- {{key: weight-{i}, name: weight {i}, kind: quantity, unit: {('g', 'kg')[i % 2]}}}" for i in range(QUANTITIES)
    ]
    attributes += [f"- {{key: colour-{i}, name: colour {i}, kind: text}}" for i in range(TEXTS)]
    return MAPPING.format(columns="\n".join(columns), attributes="\n".join(attributes))


def write(path: Path, rows: int) -> None:
    """A CSV of `rows` products: most figures bare, some with a unit, a modifier or a range, one in twenty missing."""
    randomly = random.Random(SEED)  # noqa: S311  figures, not secrets
    with path.open("w", encoding="utf-8") as out:
        heads = [f"Weight {i} (g)" for i in range(QUANTITIES)] + [f"Colour {i}" for i in range(TEXTS)]
        out.write(",".join(["Maker", "Model", *heads]) + "\n")
        for row in range(rows):
            cells = [_cell(randomly) for _ in range(QUANTITIES)]
            cells += [f"colour {randomly.randrange(200)}" for _ in range(TEXTS)]
            out.write(",".join([f"Maker {row % 50}", f"Model {row}", *cells]) + "\n")


def _cell(randomly: random.Random) -> str:
    figure = f"{randomly.randrange(1, 20_000) / 10:.1f}"
    dice = randomly.random()
    if dice < 0.8:
        return figure
    if dice < 0.85:
        return "-"
    return f"{figure} g" if dice < 0.9 else f"~ {figure}" if dice < 0.95 else f"{figure}-{float(figure) + 5:.1f} g"


def load_bare(rows: list[tuple[object, ...]], path: Path) -> float:
    """Seconds that a bare executemany takes to load the same rows into the same table."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    started = _clock()
    connection.execute("BEGIN IMMEDIATE")
    places = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO spec ({', '.join(COLUMNS)}) VALUES ({places})", rows)
    connection.execute("COMMIT")
    taken = _clock() - started
    connection.close()
    return taken


def measure(folder: Path, rows: int) -> tuple[int, float, float]:
    """The number of specs, the seconds that their import took and those of a bare load."""
    table, described = folder / "table.csv", folder / "mapping.yaml"
    write(table, rows)
    described.write_text(mapping(), encoding="utf-8")
    place, other = folder / "import.db", folder / "bare.db"
    for one in (place, other):
        one.unlink(missing_ok=True)
        create_seeded(one)
    started = _clock()
    report, _ = import_files(place, [table], ImportOptions(described, create_attributes=True), lambda _: True)
    taken = _clock() - started
    connection = sqlite3.connect(place)
    last = connection.execute("SELECT MAX(id) FROM changeset").fetchone()[0]
    columns = ", ".join(COLUMNS)
    made = connection.execute(f"SELECT {columns} FROM spec WHERE added_id = ? ORDER BY product_id, id", [last]).fetchall()
    connection.close()
    return report.total("new"), taken, load_bare(made, other)


def main() -> None:
    """Prints what was measured."""
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
