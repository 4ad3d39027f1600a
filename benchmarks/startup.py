"""Times whole commands from start to exit: python benchmarks/startup.py [--rounds N] [--peers DIR] [--instructions].

All commands take turns, round by round, after one that is not counted. Printed are the median time, the median of its
multiples of `python -c pass` in the same round, and the goal. Beside ours stand `sqlite-utils query`, `datasette --get`
and `csvsql --query`, asked for the same products on what specdb exports; --peers names the virtual environment that
holds them. --instructions counts instead of timing: it repeats within 0.3 % on any machine, and needs valgrind.

Run it with the Python of the environment that specdb is installed in.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SPECDB = str(Path(sys.executable).with_name("specdb"))
COMPARE = [SPECDB, "compare", "a1", "a1-pro"]
QUERY = [SPECDB, "query", "--category", "glasses", "--max-weight", "20g"]
PEERS = ("sqlite-utils", "datasette", "csvkit")
BASE = "python -c pass"
FLOOR = "import typer, rich.table, rich.console, sqlite3"
FOUND = ("moonix", "moonix-pro")
_COLUMNS = 'product, product_name, category, "weight [g]"'
_SQL = f'SELECT {_COLUMNS} FROM glasses WHERE "weight [g]" <= 20'


class Job(NamedTuple):
    """A command, what must be in its output, and the goal: a multiple of `python -c pass`, or None."""

    name: str
    command: list[str]
    shown: tuple[str, ...] = ()
    goal: float | None = None
    extra: Mapping[str, str] = {}


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="startup.py [options]"
    )
    parser.add_argument("--rounds", type=int, default=21, metavar="N", help="how often each command is timed (21)")
    parser.add_argument(
        "--peers", type=Path, metavar="DIR", help="a virtual environment for the peers; made where it is missing"
    )
    parser.add_argument("--instructions", action="store_true", help="count instructions with valgrind instead of timing")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not Path(SPECDB).exists():
        parser.error(f"{SPECDB} is missing: install specdb beside this Python")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        environment = _environment(place / "specdb.db")
        _run(Job("made", [SPECDB, "list", "products"]), environment)
        if given.instructions:
            _instructions(environment)
        else:
            jobs = _ours() + (_theirs(given.peers, place, environment) if given.peers else [])
            _times(jobs, given.rounds, place, environment)
            if not given.peers:
                print("\nThe peers were left out; --peers DIR runs them too.")


def _environment(database: Path) -> dict[str, str]:
    """The environment of what is measured: as here, but with bytecode cached and a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "SPECDB_URL": str(database), "COLUMNS": "100"}


def _ours() -> list[Job]:
    completion = {"_SPECDB_COMPLETE": "complete_bash", "COMP_WORDS": "specdb compare moon", "COMP_CWORD": "2"}
    return [
        Job(BASE, [sys.executable, "-c", "pass"]),
        Job("compare a1 a1-pro", [*COMPARE, "-f", "table"], ("2,980 mAh",), 10),
        Job("query, table", [*QUERY, "-f", "table"], FOUND, 10),
        Job("query, csv", [*QUERY, "-f", "csv"], FOUND, 6.5),
        Job("--help", [SPECDB, "--help"], ("compare",)),
        Job("completion", [SPECDB], FOUND, 6, completion),
    ]


def _theirs(peers: Path, place: Path, environment: dict[str, str]) -> list[Job]:
    """The peers' jobs: the glasses of at most 20 g, from a table that holds what specdb exports of all glasses."""
    programs = peers.resolve() / "bin"
    if not all((programs / name).exists() for name in ("sqlite-utils", "datasette", "csvsql")):
        venv.create(peers, with_pip=True)
        subprocess.run([str(programs / "python"), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    sheet, table = place / "glasses.csv", place / "glasses.db"
    _run(Job("exported", [SPECDB, "export", "--category", "glasses", "-f", "csv", "-o", str(sheet)]), environment)
    _fill(table, sheet)
    url = "/glasses.csv?sql=" + _SQL.replace(" ", "+").replace("[", "%5B").replace("]", "%5D")
    return [
        Job("sqlite-utils query", [str(programs / "sqlite-utils"), "query", str(table), _SQL, "--csv"], FOUND),
        Job("datasette --get", [str(programs / "datasette"), str(table), "--get", url], FOUND),
        Job("csvsql --query", [str(programs / "csvsql"), "--tables", "glasses", "--query", _SQL, str(sheet)], FOUND),
    ]


def _fill(table: Path, sheet: Path) -> None:
    """A table of the CSV's rows, whose numbers are numbers."""
    with sheet.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    typed = ", ".join(f'"{name}" {"REAL" if " [" in name else "TEXT"}' for name in header)
    with closing(sqlite3.connect(table)) as connection:
        connection.execute(f"CREATE TABLE glasses ({typed})")
        connection.executemany(f"INSERT INTO glasses VALUES ({', '.join('?' * len(header))})", rows)
        connection.commit()


def _run(job: Job, environment: dict[str, str]) -> float:
    """Seconds from start to exit; RuntimeError where the command fails or does not show what it must."""
    start = time.perf_counter()
    done = subprocess.run(job.command, env={**environment, **job.extra}, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode or not all(text in done.stdout for text in job.shown):
        raise RuntimeError(f"{job.name} answered {done.returncode}: {done.stdout}{done.stderr}")
    return taken


def _times(jobs: list[Job], rounds: int, place: Path, environment: dict[str, str]) -> None:
    """Times all jobs in turn, and a first run in a fresh directory each round."""
    taken: dict[str, list[float]] = {job.name: [] for job in jobs}
    first: list[float] = []
    for number in range(rounds + 1):
        seconds = {job.name: _run(job, environment) for job in jobs}
        fresh = {"SPECDB_URL": str(place / f"first-{number}" / "specdb.db")}
        made = _run(Job("first run", [*COMPARE, "-f", "table"], ("2,980 mAh",), extra=fresh), environment)
        if number:
            first.append(made)
            for name, one in seconds.items():
                taken[name].append(one)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {rounds} rounds\n")
    print(f"{'command':22}{'ms':>8}{'times pass':>12}{'goal':>8}")
    for job in jobs:
        multiple = median(one / base for one, base in zip(taken[job.name], taken[BASE], strict=True))
        goal = "" if job.goal is None else f"≤ {job.goal:g}"
        print(f"{job.name:22}{median(taken[job.name]) * 1000:8.0f}{multiple:12.1f}{goal:>8}")
    print(f"\nfirst run, which creates the database: {median(first):.2f} s (goal: under 2.5)")


def _instructions(environment: dict[str, str]) -> None:
    """Counts the instructions of a table and a CSV, as multiples of importing what a table cannot do without."""
    if not shutil.which("valgrind"):
        sys.exit("--instructions needs valgrind: apt install valgrind")
    floor = _count([sys.executable, "-c", FLOOR], environment)
    print(f"floor, {FLOOR}: {floor / 1e6:.1f} million instructions\n")
    print(f"{'command':22}{'millions':>10}{'floors':>8}{'goal':>8}")
    for name, command, goal in (
        ("compare, table", [*COMPARE, "-f", "table"], 1.40),
        ("query, table", [*QUERY, "-f", "table"], 1.40),
        ("query, csv", [*QUERY, "-f", "csv"], 0.75),
    ):
        counted = _count([sys.executable, *command], environment)
        print(f"{name:22}{counted / 1e6:10.1f}{counted / floor:8.3f}  ≤ {goal:.2f}")


def _count(command: list[str], environment: dict[str, str]) -> int:
    """Instructions of one run, after one that caches the bytecode."""
    fixed = {**environment, "PYTHONHASHSEED": "0"}
    subprocess.run(command, env=fixed, capture_output=True, check=True)
    counter = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command]
    said = subprocess.run(counter, env=fixed, capture_output=True, text=True, check=True).stderr
    found = re.search(r"I\s+refs:\s+([\d,]+)", said)
    if not found:
        raise RuntimeError(f"valgrind counted nothing: {said}")
    return int(found[1].replace(",", ""))


if __name__ == "__main__":
    main()
