"""Times queries, a comparison and a wide export on large databases: python benchmarks/query.py [--sizes 100000,1000000].

Each is run beside the same question put by hand: SQL on bare sqlite3, DuckDB on the same rows (if it is installed), and
`sqlite-utils query` as a whole process (if it is on the path, or named by --sqlite-utils). Each takes turns with specdb,
round by round, but for DuckDB; medians are printed, with the rows found and the ratio to the SQL by hand.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import big

from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.database import condition_compiler
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.domain.conditions import LIKELY
from specdb.query import Condition, QueryOptions, query
from specdb.query.condition_reader import ConditionReader
from specdb.render import write
from specdb.reports.compare import compare
from specdb.reports.export import export
from specdb.reports.show import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.view import View
    from specdb.domain.table import Table

CATEGORY = "robots"
EDITS = 10
"""How many specs are edited, a changeset each, before reads as of the changeset before them are measured."""

EDITED_AFTER = 2
"""The changeset before these edits: 1 has the units, 2 the specs."""

_BY_HAND = """
SELECT DISTINCT s0.product_id FROM spec s0{joins}
WHERE s0.category_id = {category} AND s0.attribute_id = {first} AND s0.shown
AND s0.nominal <= {bound} AND s0.lo <= {bound}{others}
"""


class Question(NamedTuple):
    """Something to ask: conditions on attributes, whether to sort by the first, and a limit."""

    name: str
    bounds: tuple[tuple[str, float], ...]
    sort: str = ""
    limit: int | None = None


QUESTIONS = [
    Question("one filter", (("q0", 1000.0),)),
    Question("two filters", (("q0", 1000.0), ("q1", 5000.0))),
    Question("three filters", (("q0", 1000.0), ("q1", 5000.0), ("q2", 5000.0))),
    Question("filter, limit 20", (("q0", 5000.0),), limit=20),
    Question("rare filter, limit 20", (("q0", 50.0),), limit=20),
    Question("filter, sort, limit 20", (("q0", 1000.0),), sort="q0", limit=20),
]


def main() -> None:
    """Makes the databases that are not there, and prints a table for each."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="100000,1000000", help="specs, with commas")
    arguments.add_argument("--folder", type=Path, default=Path("build/benchmarks"), help="where the databases are kept")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--sqlite-utils", default=shutil.which("sqlite-utils"), help="the program, to compare with")
    given = arguments.parse_args()
    gc.set_threshold(100_000)  # as the console script does
    given.folder.mkdir(parents=True, exist_ok=True)
    for size in map(int, given.sizes.split(",")):
        path = given.folder / f"{size}.db"
        if not path.exists():
            start = time.perf_counter()
            big.make(path, size)
            print(f"made {path} in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        measure(path, size, given.rounds, given.sqlite_utils)


def measure(path: Path, size: int, rounds: int, sqlite_utils: str | None) -> None:
    """Prints one table: a line a question, a column a way to ask it."""
    view = build_view(Repository(connect(path)))
    print(f"\n{size:,} specs, {path.stat().st_size / size:.0f} bytes each on disk; medians of {rounds}, in milliseconds")
    print(f"{'':24}{'specdb':>10}{'sqlite3':>10}{'ratio':>8}{'DuckDB':>10}{'rows':>9}")
    duck = _duck(path)
    for question in QUESTIONS:
        ways: dict[str, Callable[[], int]] = {"specdb": _ours(view, question), "sqlite3": _by_hand(view, question)}
        if duck:
            ways["DuckDB"] = _with_duck(duck, view, question)
        _print(question.name, ways, rounds)
    ids = _some(view, 5)
    five = [f"{CATEGORY}-{product_id}" for product_id in ids]
    by_hand = _read_five(view, ids)
    _print("read five products", {"specdb": lambda: len(read_specs(view, ids)), "sqlite3": by_hand}, rounds)
    _print("compare five", {"specdb": lambda: 5 * len(list(compare(view, five).rows)), "sqlite3": by_hand}, rounds)
    _export(view)
    _measure_as_of(path, rounds)
    if sqlite_utils:
        _print("one filter, process", _processes(path, view, sqlite_utils), min(rounds, 5))


def _print(name: str, ways: dict[str, Callable[[], int]], rounds: int) -> None:
    """Runs the first two ways in turn, then the others; prints medians, the ratio of the two and the rows all agree on."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    rows = {way: run() for way, run in ways.items()}
    for group in (list(ways)[:2], list(ways)[2:]):  # DuckDB in between would empty the processor's caches for both
        for way in group * rounds:
            start = time.perf_counter()
            ways[way]()
            times[way].append(time.perf_counter() - start)
    medians = {way: median(seconds) * 1000 for way, seconds in times.items()}
    ours, hand, *_ = medians.values()
    others = "".join(f"{medians[way]:>10.2f}" for way in list(ways)[2:]) or " " * 10
    agreed = f"{rows['specdb']:,}" if len(set(rows.values())) == 1 else " / ".join(map(str, rows.values()))
    print(f"{name:24}{ours:>10.2f}{hand:>10.2f}{ours / hand:>8.2f}{others}{agreed:>9}")


def _ours(view: View, question: Question) -> Callable[[], int]:
    """The question as specdb asks it, its words and units looked up before, as the SQL by hand has its numbers."""
    categories = view.category(CATEGORY)
    reader = ConditionReader(view)
    nodes = [reader.option(Condition("max", key, f"{bound} g")) for key, bound in question.bounds]
    order = [condition_compiler.Order(view.attribute(question.sort))] if question.sort else []
    return lambda: len(condition_compiler.find_products(view, categories, nodes, LIKELY, order, question.limit))


def _sql(view: View, question: Question) -> str:
    """The question as a person would write it in SQL, the values in the text."""
    (category,) = view.category(CATEGORY)
    ids = [view.attribute(key).id for key, _ in question.bounds]
    joins = "".join(f" JOIN spec s{place} ON s{place}.product_id = s0.product_id" for place in range(1, len(ids)))
    others = "".join(
        f" AND s{place}.attribute_id = {attr} AND s{place}.shown AND s{place}.nominal <= {bound} AND s{place}.lo <= {bound}"
        for place, (attr, (_, bound)) in enumerate(zip(ids, question.bounds, strict=True))
        if place
    )
    sql = _BY_HAND.format(joins=joins, category=category, first=ids[0], bound=question.bounds[0][1], others=others)
    if question.sort:
        sql = sql.replace("DISTINCT s0.product_id", "s0.product_id") + " ORDER BY s0.nominal, s0.product_id"
    elif question.limit is None:
        sql += " ORDER BY s0.product_id"
    return f"{sql} LIMIT {question.limit}" if question.limit is not None else sql


def _by_hand(view: View, question: Question) -> Callable[[], int]:
    sql = _sql(view, question)
    return lambda: len(view.connection.execute(sql).fetchall())


def _duck(path: Path) -> Any:
    """DuckDB with the specs of the database, in memory; None where it is not installed."""
    if not importlib.util.find_spec("duckdb"):
        return None
    duck = importlib.import_module("duckdb").connect()
    with sqlite3.connect(path) as source:
        columns = ("product_id", "category_id", "attribute_id", "shown", "lo", "nominal", "hi")
        integers = "product_id BIGINT, category_id INT, attribute_id INT, shown BOOL"
        duck.execute(f"CREATE TABLE spec ({integers}, lo DOUBLE, nominal DOUBLE, hi DOUBLE)")
        rows = source.execute(f"SELECT {', '.join(columns)} FROM spec")
        while part := rows.fetchmany(100_000):
            import pandas

            frame = pandas.DataFrame(part, columns=list(columns))
            duck.register("frame", frame)
            duck.execute(
                "INSERT INTO spec SELECT product_id, category_id, attribute_id, shown <> 0, lo, nominal, hi FROM frame"
            )
    return duck


def _with_duck(duck: Any, view: View, question: Question) -> Callable[[], int]:
    sql = _sql(view, question)
    return lambda: len(duck.execute(sql).fetchall())


def _some(view: View, count: int) -> list[int]:
    """The ids of some products, spread over the category."""
    (category,) = view.category(CATEGORY)
    ids = [product_id for (product_id,) in view.rows("SELECT id FROM product WHERE category_id = ? ORDER BY id", (category,))]
    return [ids[len(ids) * place // count] for place in range(count)]


def _read_five(view: View, ids: list[int]) -> Callable[[], int]:
    """The specs of five products, read by hand: what a comparison cannot do without."""
    sql = f"""
    SELECT s.product_id, s.attribute_id, s.qualifiers, s.kind, s.modifier, s.number, s.unit, s.value_unit, s.lo, s.nominal,
           s.hi, s.text, t.slug, t.name, s.printed, s.source_id, s.locator, s.as_of, s.rank, s.shown
    FROM spec s LEFT JOIN product t ON t.id = s.target_id
    WHERE s.product_id IN ({", ".join("?" * len(ids))}) AND s.retracted_id IS NULL ORDER BY s.attribute_id, s.qualifiers
    """
    return lambda: len(view.connection.execute(sql, ids).fetchall())


def _export(view: View) -> None:
    """The wide CSV of the category: specs a second, beside a bare stream that is pivoted in Python."""
    (category,) = view.category(CATEGORY)
    ((specs,),) = view.rows("SELECT COUNT(*) FROM spec WHERE category_id = ? AND shown", (category,))
    start = time.perf_counter()
    write(export(view, category=CATEGORY), "csv", os.devnull)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    _pivot(view, category)
    bare = time.perf_counter() - start
    print(f"{'wide CSV':24}{specs / ours:>10,.0f}{specs / bare:>10,.0f}{ours / bare:>8.2f}{'specs/s':>10}{specs:>9,}")


def _measure_as_of(path: Path, rounds: int) -> None:
    """Prints reads as of the changeset before the last edits beside the same reads without --as-of, and the ratio.

    Each is a request of its own: it opens a connection and builds the view once.
    """
    edited = path.with_name(f"{path.stem}-edited.db")
    if not edited.exists():
        shutil.copy(path, edited)
        with connect(edited) as connection:
            products = [slug for (slug,) in connection.execute("SELECT slug FROM product ORDER BY id LIMIT ?", (EDITS,))]
        for slug in products:
            _run(edited, "set", slug, "q0", "1 g", "--source", "sheet")
    moment = EDITED_AFTER

    def request(read: Callable[[View], int], *, as_of: bool) -> None:
        """Reads as a command does: on a connection of its own, through a view that is built once."""
        with closing(connect(edited)) as connection:
            read(build_view(Repository(connection), as_of=moment if as_of else ""))

    view = _view_of(edited)
    product, *others = [row.slug for row in view.products_of(_some(view, 5))]
    reads: dict[str, Callable[[View], int]] = {
        "show": lambda view: len(list(show(view, product).rows)),
        "compare five": lambda view: len(list(compare(view, [product, *others]).rows)),
        "one filter": lambda view: _asked(view, ["q0"]),
        "two filters": lambda view: _asked(view, ["q0", "q1"]),
        "filter, sort, limit 20": lambda view: _asked(view, ["q0"], QueryOptions(CATEGORY, sort=("q0",), limit=20)),
        "long CSV of lamps": lambda view: _written(export(view, category="lamps", layout="long")),
        "wide CSV of lamps": lambda view: _written(export(view, category="lamps")),
    }
    print(f"\nas of @{moment}, before the last {EDITS} edits; medians of {rounds}, in milliseconds of processor time")
    print(f"{'':24}{'as of':>10}{'now':>10}{'ratio':>8}")
    for name, read in reads.items():
        times: dict[bool, list[float]] = {True: [], False: []}
        for as_of in (True, False) * (rounds + 1):
            start = time.process_time()
            request(read, as_of=as_of)
            times[as_of].append(time.process_time() - start)
        _print_ratio(name, times[True][1:], times[False][1:])
    for name, command in {"show, process": ("show", product), "query, process": ("query", "--max-q0", "50g")}.items():
        spent: dict[bool, list[float]] = {True: [], False: []}
        for as_of in (True, False) * (rounds + 1):
            spent[as_of].append(_run(edited, *command, *(("--as-of", f"@{moment}") if as_of else ())))
        _print_ratio(name, spent[True][1:], spent[False][1:])


def _view_of(path: Path) -> View:
    return build_view(Repository(connect(path)))


def _asked(view: View, keys: list[str], options: QueryOptions | None = None) -> int:
    """A query that a person asks, up to its rows."""
    conditions = [Condition("max", key, "1000 g") for key in keys]
    return len(list(query(view, conditions, options or QueryOptions(CATEGORY)).rows))


def _written(table: Table) -> int:
    write(table, "csv", os.devnull)
    return 0


def _print_ratio(name: str, ours: list[float], others: list[float]) -> None:
    first, second = median(ours) * 1000, median(others) * 1000
    print(f"{name:24}{first:>10.2f}{second:>10.2f}{first / second:>8.2f}")


def _run(path: Path, *command: str) -> float:
    """Runs a command as a process; the seconds of CPU time that it took."""
    before = os.times()
    environment = {**os.environ, "SPECDB_URL": str(path)}
    subprocess.run([sys.executable, "-m", "specdb", *command], env=environment, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _pivot(view: View, category: int) -> None:
    """The least that a wide CSV takes: a stream of values, a row a product."""
    sql = "SELECT product_id, attribute_id, nominal, text FROM spec WHERE category_id = ? AND shown ORDER BY product_id"
    with Path(os.devnull).open("w") as out:
        at = 0
        row: dict[int, str] = {}
        for product, attribute, nominal, text in view.connection.execute(sql, (category,)):
            if product != at:
                out.write(",".join(row.values()) + "\n")
                at, row = product, {}
            row[attribute] = text if nominal is None else repr(nominal)


def _processes(path: Path, view: View, sqlite_utils: str) -> dict[str, Callable[[], int]]:
    """One filter as whole processes, both writing CSV."""
    environment = {**os.environ, "SPECDB_URL": str(path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ours = [sys.executable, "-m", "specdb", "query", "-c", CATEGORY, "--max-q0", "50g", "-f", "csv"]
    question = QUESTIONS[4]._replace(limit=None)
    theirs = [sqlite_utils, "query", str(path), _sql(view, question), "--csv"]

    def run(command: list[str]) -> int:
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.count(b"\n") - 1

    return {"specdb": lambda: run(ours), "sqlite3": lambda: run(theirs)}


if __name__ == "__main__":
    main()
