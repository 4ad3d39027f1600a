"""The command line as documented: each promise of the README and of docs/ is a case."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from specdb.reports.export import LONG_FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location


def rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines() if line]


def products(text: str) -> list[str]:
    """The first column of a TSV, without its heading."""
    return [row[0] for row in rows(text)[1:]]


def test_compare(run: Run) -> None:
    found = {row[0]: row[1:] for row in rows(run("compare", "a1", "a1-pro", check=True).stdout)}
    assert found["battery capacity"] == ["660 mAh", "2,980 mAh ★ ✓", "+2,320 mAh, 4.5x"]
    assert found["continuous recording"] == ["45 h", "≤ 180 h ☆ ✓", "≤ +135 h, ≤ 4.0x"]
    assert found["weight"] == ["—", "≈ 40 g", ""]
    assert found["power bank"] == ["no", "yes", ""]
    assert found["3C certified"] == ["—", "yes", ""]
    assert found["price"] == ["—", "1,299 CNY", ""]


def test_compare_never_sets_fp4_against_fp8(run: Run) -> None:
    found = {row[0]: row[1:] for row in rows(run("compare", "ascend-950", "950pr", "h20", "h200", check=True).stdout)}
    assert found["compute (precision=FP4)"][0] == "—"
    assert found["compute (precision=FP8)"][0].startswith("≈ 1.0 PFLOPS")
    assert "4.5 PFLOPS ★" in " ".join(found["compute (precision=FP8)"])


@pytest.mark.parametrize(
    ("words", "row"),
    [
        (
            ["moonix", "moonix-pro", "--units", "imperial", "-a", "weight"],
            ["weight", "0.526 oz ★", "0.631 oz", "+0.106 oz, 1.2x"],
        ),
        (
            ["moonix", "moonix-pro", "--unit", "weight=mg", "-a", "weight"],
            ["weight", "14,900 mg ★", "17,900 mg", "+3,000 mg, 1.2x"],
        ),
        (
            ["a1", "a1-pro", "--units", "as-printed", "-a", "battery"],
            ["battery capacity", "660mAh", "2,980mAh ★ ✓", "+2,320 mAh, 4.5x"],
        ),
        (
            ["a1", "a1-pro", "--baseline", "a1-pro", "-a", "battery"],
            ["battery capacity", "660 mAh", "-2,320 mAh, 0.22x", "2,980 mAh ★ ✓"],
        ),
        (["moonix", "meta-ray-ban-display", "-a", "weight"], ["weight", "14.9 g ★ ✓", "69.0 g", "+54.1 g, 4.6x"]),
        (["moonix", "a1", "-a", "price"], []),
        (["moonix", "moonix-pro", "-a", "price"], ["price", "unknown", "unknown", ""]),
    ],
    ids=lambda value: " ".join(value),
)
def test_compare_shows(run: Run, words: list[str], row: list[str]) -> None:
    found = [one for one in rows(run("compare", *words, check=True).stdout)[1:] if not one[0].startswith("[")]
    assert (found[0] if found else []) == row


def test_compare_across_categories_says_what_is_left_out(run: Run) -> None:
    result = run("compare", "a1", "moonix", check=True)
    assert "omitted attributes that only one product states" in result.stderr
    assert all(row[1] != "—" and row[2] != "—" for row in rows(result.stdout)[1:])


def test_compare_diff_keeps_what_differs(run: Run) -> None:
    names = {row[0] for row in rows(run("compare", "a1", "a1-pro", "--diff", check=True).stdout)}
    assert "battery capacity" in names
    assert "maker" not in names


def test_compare_sources_name_source_date_and_place(run: Run) -> None:
    text = run("compare", "950pr", "h20", "--sources", "-a", "compute", check=True).stdout
    assert "[1] Article on the Huawei Ascend 950 orders, 2026-04, line 183" in text
    assert "1.56 PFLOPS / 0.54 PFLOPS = 2.889 x [2.853, 2.925] ≟ 2.87 x: holds within rounding" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--category", "glasses", "--max-weight", "20g"], ["moonix", "moonix-pro"]),
        (["--category", "glasses", "--max-weight", "0.7oz"], ["moonix", "moonix-pro"]),
        (["--category", "glasses", "--max-weight", "14.9g"], ["moonix"]),
        (["--category", "glasses", "--max-weight", "0.0149kg"], ["moonix"]),
        (["--category", "glasses", "--max-weight", "14900mg"], ["moonix"]),
        (["--category", "wearable", "--min-weight", "60g"], ["meta-ray-ban-display"]),
        (["--min-battery", "600mAh"], ["a1", "a1-pro"]),
        (["--min-battery-capacity=2980mAh"], ["a1-pro"]),
        (["--touchscreen"], ["a1-pro"]),
        (["--no-touchscreen"], ["a1"]),
        (["--microphone", "mems"], ["a1-pro"]),
        (["--max-price", "1500 RMB"], ["a1-pro"]),
        (["--maker", "dingtalk", "--category", "ai-recorder"], ["a1", "a1-pro", "a1-pro-enterprise"]),
        (["--min-recording", "100h", "--match", "certain"], []),
        (["--min-recording", "100h", "--match", "possible"], ["a1-pro"]),
        (["--category", "glasses", "--sort", "-weight", "--limit", "2"], ["meta-ray-ban-display", "moonix-pro"]),
        (["--category", "glasses", "--sort", "weight", "--offset", "1"], ["moonix-pro", "meta-ray-ban-display"]),
        (["--where", "category = ai-recorder and not touchscreen", "--match", "certain"], ["a1"]),
        (["--where", "launch in 2026-Q2..2026-Q4 and price is unknown"], ["moonix", "moonix-pro"]),
        (["--where", 'maker ~ "ding" and microphone in (MEMS, array)'], ["a1-pro"]),
        (["--where", "compute[precision=FP4] >= 1 PFLOPS or memory > 100 GB"], ["ascend-950pr", "hibl-1"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_query_finds(run: Run, words: list[str], found: list[str]) -> None:
    assert products(run("query", *words, check=True).stdout) == found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--category", "glasses", "--max-weight", "20"], "weight: 20 is read as 20 g"),
        (["--category", "glasses", "--max-weight", "1g"], "no product matches"),
        (["--category", "glasses", "--min-battery", "1 mAh"], "3 of 3 products of category glasses do not state battery"),
        (["--where", "not touchscreen"], "do not state touchscreen: neither a test nor its negation matches them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_query_says_on_stderr(run: Run, words: list[str], said: str) -> None:
    result = run("query", *words)
    assert (result.returncode, said in result.stderr) == (0, True), result.stderr


def test_query_tells_why_a_match_is_not_certain(run: Run) -> None:
    assert rows(run("query", "--min-recording", "100h", check=True).stdout)[1][-1] == "likely (up to)"


def test_show(run: Run) -> None:
    found = {row[0]: row[1:] for row in rows(run("show", "a1-pro", check=True).stdout)}
    assert found["slug"][0] == "a1-pro"
    assert found["category"][0] == "device > ai-recorder"
    assert found["weight"] == ["≈ 40 g", "dingtalk-a1-pro, line 139"]
    assert found["required"][0] == "6 of 6 answered"
    assert found["dingtalk-a1-pro"][1].endswith("specs")


@pytest.mark.parametrize(
    ("what", "known"),
    [
        ("products", "a1-pro"),
        ("categories", "device"),
        ("attributes", "weight"),
        ("sources", "dingtalk-a1-pro"),
        ("units", "mAh"),
    ],
)
def test_list(run: Run, what: str, known: str) -> None:
    assert known in products(run("list", what, check=True).stdout)


def test_export_long_is_the_same_in_csv_and_json(run: Run) -> None:
    as_json = json.loads(run("export", "a1-pro", "moonix", "--layout", "long", "-f", "json", check=True).stdout)
    as_csv = list(
        csv.DictReader(io.StringIO(run("export", "a1-pro", "moonix", "--layout", "long", "-f", "csv", check=True).stdout))
    )
    assert tuple(as_json[0]) == LONG_FIELDS
    assert len(as_json) == len(as_csv) > 100
    by_key = {(row["product"], row["attribute"], row["printed"]): row for row in as_json}
    battery = by_key["a1-pro", "battery", "2,980mAh"]
    assert (battery["value"], battery["low"], battery["high"], battery["unit"]) == (2980, 2980, 2980, "mAh")
    recording = by_key["a1-pro", "recording", "up to 180 hours"]
    assert (recording["value"], recording["low"], recording["high"], recording["modifier"]) == (180, None, 180, "at_most")
    weight = by_key["a1-pro", "weight", "approximately 40g"]
    assert (weight["value"], weight["low"], weight["high"], weight["modifier"]) == (40, 38, 42, "about")
    price = next(row for row in as_json if row["product"] == "moonix" and row["attribute"] == "price")
    assert (price["kind"], price["value"]) == ("unknown", None)
    launch = next(row for row in as_json if row["product"] == "moonix" and row["attribute"] == "launch")
    assert (launch["value"], launch["low"], launch["high"]) == ("2026-06", "2026-06-01", "2026-06-30")
    assert launch["qualifiers"] == {"status": "planned"}
    assert {row["qualifiers"] for row in as_csv if row["product"] == "moonix" and row["attribute"] == "launch"} == {
        "status=planned"
    }


def test_export_wide_heads(run: Run) -> None:
    head, *lines = csv.reader(io.StringIO(run("export", "--category", "ai-accelerator", "-f", "csv", check=True).stdout))
    assert head[:3] == ["product", "product_name", "category"]
    assert {"compute [PFLOPS] (precision=FP4)", "memory [GB]", "price [CNY] (edition=standard)"} <= set(head)
    found = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert found["ascend-950pr"]["compute [PFLOPS] (precision=FP4)"] == "1.56"
    assert found["h200"]["compute [PFLOPS] (precision=FP8)"] == "4.5"


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "md", "html", "xlsx"])
def test_output_file(run: Run, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"chips.{ending}"
    result = run("export", "--category", "ai-accelerator", "-o", str(file), check=True)
    assert result.stdout == ""
    assert file.stat().st_size > 500


def test_version_and_help(run: Run) -> None:
    assert run("--version", check=True).stdout.startswith("specdb 0.")
    assert "compare" in run("--help", check=True).stdout


def test_first_run_needs_no_step(run: Run, tmp_path: Path) -> None:
    url = {"SPECDB_URL": "", "XDG_DATA_HOME": str(tmp_path)}
    first = run("list", "sources", env=url, check=True)
    assert "Created " in first.stderr
    assert (tmp_path / "specdb" / "specdb.db").stat().st_mode & 0o077 == 0
    assert run("list", "sources", env=url, check=True).stderr == ""


ACME = """specdb: 1
attributes:
- {key: drift, name: drift, kind: quantity, unit: mm, signed: yes}
sources:
- {slug: acme-r1, title: Acme R1 data sheet, date: 2026-10-01}
products:
- slug: acme
  name: '=1+1'
  category: organisation
- slug: acme-r1
  name: "[red]Acme\\e[31m R1"
  category: ai-recorder
  aliases: [r1]
  specs:
  - {attribute: maker, value: acme, source: acme-r1, at: page 1}
  - {attribute: drift, value: -5 mm, source: acme-r1, at: page 2}
  - {attribute: recording, value: ≤ 60 h, printed: up to 60 hours, source: acme-r1, at: page 2}
  - {attribute: power-bank, state: not-applicable, printed: n/a, source: acme-r1, at: page 2}
"""


def test_a_product_is_added_and_shown(run: Run, database: Location, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(ACME, encoding="utf-8")
    own = {"SPECDB_URL": str(database)}
    assert run("db", "load", str(file), env=own, check=True).stdout.startswith("Added 2 products and 4 specs")
    found = {row[0]: row[1:] for row in rows(run("compare", "a1", "r1", env=own, check=True).stdout)}
    assert found["power bank"] == ["no", "n/a", ""]
    assert found["touchscreen"] == ["no", "—", ""]
    assert found["drift"] == ["—", "-5 mm", ""]
    assert found[""][1] == "[red]Acme␛[31m R1"
    head, line = csv.reader(io.StringIO(run("export", "r1", "-f", "csv", env=own, check=True).stdout))
    cells = dict(zip(head, line, strict=True))
    assert (cells["drift [mm]"], cells["product_name"], cells["power-bank"]) == ("-5", "[red]Acme\x1b[31m R1", "not applicable")
    listed = csv.DictReader(io.StringIO(run("list", "products", "-f", "csv", env=own, check=True).stdout))
    assert "'=1+1" in {row["name"] for row in listed}
    again = run("db", "load", str(file), env=own)
    assert again.returncode == 1
    assert "the product name acme is used twice" in again.stderr
