"""Measure the extraction of specs from articles: python benchmarks/extract.py [--seed TEXT].

Print the time for an article of about 1,000 words, within a running process and as a command, then the time and memory
for hard texts of 1, 2 and 4 MB: a linear time doubles from one column to the next. The times within the process are CPU
times, so that other programs do not affect them.
With --seed, the text that data/seed.yaml was made from, print how many of its quantities are found, by value and unit.

Run it with the Python of the environment in which specdb is installed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import tracemalloc
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from specdb.analysis.build_view import build_view
from specdb.bundles import bundle
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import create_seeded
from specdb.errors import InvalidValueError, SpecdbError
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity
from specdb.ingest.documents.extraction import extract
from specdb.resources import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.view import View
    from specdb.ingest.documents.tagged_figure import FigureDraft

PARAGRAPH = (
    "The Arden 5 weighs about 310 g and costs $249. Its 4,200mAh battery lasts up to 18 hours, and charges at 45W in 50 to "
    "55 minutes. The 6.1-inch screen shows 2400 x 1080 pixels at 120Hz and reaches 1,400 nits. Two speakers and four "
    "microphones are built in, and the aluminium body, which is thinner than that of the model before, has been tested to "
    "withstand falls from a height of 1.5 metres. Its makers say that they have listened to what owners asked for, and that "
    "they will go on to do so; how well this will work out remains to be seen. "
)
HARD = {
    "digits": "1234567890",
    "1-1-1-": "1-",
    "1 - 1 - 1": "1 - ",
    "1, 1, 1": "1, ",
    "±1/2/": "±1/",
    "quotes": '5" "',
    "lines": "1 x\n",
    "headings": "A1\n\n",
    "names": "A1 weighs A2 ",
}


def main() -> None:
    """Parse the command line, measure and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=Path, metavar="TEXT", help="the text that data/seed.yaml was made from")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "specdb.db"
        create_seeded(database)
        view = build_view(Repository(connect(database)))
        _speed(view, Path(folder), database)
        _hard(view)
        if args.seed:
            _seed(view, args.seed.read_text(encoding="utf-8"))


def _speed(view: View, folder: Path, database: Path) -> None:
    text = PARAGRAPH * (1000 // len(PARAGRAPH.split()) + 1)
    article = folder / "article.txt"
    article.write_text(text)
    extract(text, view)
    running = median(_time(lambda: extract(text, view), time.process_time) for _ in range(15))
    command = [str(Path(sys.executable).with_name("specdb")), "--db", str(database), "extract", str(article), "-f", "json"]
    command_time = median(_time(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(9))
    print(
        f"{len(text.split()):,} words: {running * 1000:.1f} ms in a running process, {command_time * 1000:.0f} ms as a command"
    )


def _time(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def _hard(view: View) -> None:
    print(f"{'hard text':12} {'1 MB':>8} {'2 MB':>8} {'4 MB':>8}   peak at 1 MB")
    for name, piece in HARD.items():
        times = []
        for size in (1, 2, 4):
            text = piece * (size * 1_000_000 // len(piece))
            times.append(_time(partial(_extract_if_small, text, view), time.process_time))
        text = piece * (1_000_000 // len(piece))
        tracemalloc.start()
        _extract_if_small(text, view)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:12} " + " ".join(f"{each:7.2f}s" for each in times) + f"   {peak / 1e6:5.0f} MB")


def _extract_if_small(text: str, view: View) -> None:
    try:
        extract(text, view)
    except InvalidValueError:  # more figures than a text may have
        return


def _seed(view: View, text: str) -> None:
    """Print how many quantities of the packaged specs are drafted in a line that their locator names."""
    drafts: dict[int, list[FigureDraft]] = {}
    for draft in extract(text, view):
        drafts.setdefault(draft.line, []).append(draft)
    seed = bundle.parse_bundle(SEED.read_text(encoding="utf-8"), "seed")
    attributes = {attribute.key: attribute for attribute in seed.attributes}
    found, missed = 0, []
    for product in seed.products:
        for spec in product.specs:
            if attributes[spec.attribute].kind != "quantity" or spec.value is None:
                continue
            lines = [int(number) for number in re.findall(r"\d+", spec.at.split(";")[0])]
            candidates = [draft for line in lines for draft in drafts.get(line, [])]
            if any(_same_quantity(spec.value, draft) for draft in candidates):
                found += 1
            else:
                missed.append(f"{product.slug}: {spec.attribute} {spec.value} ({spec.printed})")
    print(
        f"seed text: {found} of {found + len(missed)} quantities found by value and unit ({found / (found + len(missed)):.1%})"
    )
    print(*missed, sep="\n")


def _same_quantity(value: str, draft: FigureDraft) -> bool:
    """Whether a draft has the numbers and the unit of a spec's value."""
    figure = parse_quantity(value)
    unit = unit_registry.resolve_unit(figure.unit)
    try:
        draft_unit = unit_registry.resolve_unit(draft.unit or "")
    except SpecdbError:
        return False
    if draft_unit.dimension != unit.dimension:
        return False
    numbers = {Fraction(digits) * draft_unit.factor for digits in draft.digits}
    return all(Fraction(digits) * unit.factor in numbers for digits in figure.numbers)


if __name__ == "__main__":
    main()
