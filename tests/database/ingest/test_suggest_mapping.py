"""A suggested mapping names its evidence and doubts, and can be imported unchanged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from specdb.errors import UsageError
from specdb.ingest.tables import mapping
from specdb.ingest.tables.import_files import ImportOptions, import_files
from specdb.ingest.tables.suggest_mapping import suggest_mapping

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """Manufacturer,Model,Weight (g),Battery,memory_size_gb,TDP,Launched,Lit,Colour,Notes,Link,Void,id
Acme,One,40,900 mAh,8,35-54W,2026-05,yes,red,"#1: it's, well, red",https://acme.example/1,-,1
Acme,Two,~ 35,"1,200 mAh",16,40 W,2026-06-01,no,blue,,https://acme.example/2,N/A,2
Acme,Three,heavy,1000 mAh,8,15/25W,May 2026,no,blue,x,https://acme.example/3,,3
"""


def suggested(database: Path, folder: Path, text: str, name: str = "table.csv") -> list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return suggest_mapping(database, file).splitlines()


def test_message_texts(database: Path, tmp_path: Path) -> None:
    lines = suggested(database, tmp_path, TABLE)
    assert [re.sub(r"date: [0-9-]+", "date: DAY", line) for line in lines] == [
        "mapping: 1",
        "source: {slug: table, title: table.csv, kind: data set, date: DAY}"
        "  # unsure: the date is that of the file; add publisher: and url:",
        'missing: ["-", "–", "—", "?", N/A, NA, "None", "null", NaN, no data]',
        'category: device  # unsure: use a key of specdb list categories, or a column as in "{Type}"',
        'name: "{Manufacturer} {Model}"',
        "columns:",
        "  Weight (g): weight  # unsure: only 2 of 3 cells are readable; not 'heavy'",
        "  Battery: battery",
        "  memory_size_gb: {attribute: memory-size, unit: GB}  # unsure: gb is read as bytes; bits would be Gbit",
        "  TDP: {attribute: tdp, unit: W}",
        "  Launched: launched",
        "  Lit: lit",
        "  Colour: colour",
        "  Notes: notes",
        "skip:",
        "- Link  # probably an identifier or address",
        "- Void  # all cells are empty or missing",
        "- id  # probably an identifier or address",
        "# New attributes, created only with --create-attributes. "
        "To use an existing attribute, write its key above (specdb list attributes).",
        "attributes:",
        "- {key: memory-size, name: memory size, kind: quantity, unit: GB}",
        "- {key: tdp, name: TDP, kind: quantity, unit: W}",
        "- {key: launched, name: launched, kind: date}",
        "- {key: lit, name: lit, kind: flag}",
        "- {key: colour, name: colour, kind: text}",
        "- {key: notes, name: notes, kind: text}",
    ]


LABELS = "Product,Property,Value,Unit\nLamp,Weight,40,g\nLamp,Battery,900,mAh\nTorch,Weight,41,g\nTorch,Hue,red,\n"
ACROSS = "Spec,Lamp,Torch\nWeight (g),40,41\nBattery (mAh),900,800\nHue,red,blue\n"
UNITS = "Name,Weight,Battery\n,g,mAh\nLamp,40,900\nTorch,41,800\n"
HOSTILE = 'Name,"a: b # c","{x}","- y","\n",yes,"""q""",\x1b[31m\nLamp,1,2,3,4,5,6,7\n'
TITLED = "Lamps of 2026,,,\n,,,\nModel,Size,,Price (EUR)\n,L [mm],W [mm],\nLamp,40,41,9\nTorch,42,43,8\n"
CODES = "Name,Isc,Voc,K\nUnits,A,V,1/W\n[0],x_isc,x_voc,x_k\nLamp,5.1,40,-0.2\nTorch,6,41,-0.3\nRay,7,42,1\n"
GERMAN = "Name;Länge (mm);Gewicht (kg);Generator (V/A);Maße (mm)\nLamp;26,5;1,5;12/50;1 x 2\nTorch;27,25;2;12/60;3 x 4,5\n"
MERGED = "Hersteller,Modell,Gewicht (g),Lasts (h)\nAcme,One,40,5; 6\n,Two,41,7\n,Three,42,8;9\n"
SECTIONS = (
    "<table><tr><th>Name<th>Weight (g)<th>Power (W)</tr><tr><th colspan=3>Small</tr><tr><td>Lamp<td>40<td>5</tr>"
    "<tr><th>Name<th>Weight (g)<th>Power (W)</tr><tr><td>Torch<td>41<td>6</tr></table>"
)
PAGE = (
    "<table><tr><th>Name<th>Weight (g)</tr><tr><td>Lamp<td>40</tr></table>"
    "<table><caption># one: two</caption><tr><th>Name<th>Battery</tr><tr><td>Lamp<td>900 mAh</tr></table>"
)


@pytest.mark.parametrize(
    ("name", "text", "says", "specs"),
    [
        ("table.csv", TABLE.replace("heavy", "41"), "", 24),
        ("labels.csv", LABELS, "layout: labels", 4),
        ("across.csv", ACROSS, "layout: columns", 6),
        ("units.csv", UNITS, "units: 2", 4),
        ("titled.csv", TITLED, "header: 3 4", 6),
        ("codes.csv", CODES, "units: 2", 9),
        ("codes.csv", CODES, 'skip_rows: {Name: ["[0]"]}', 9),
        ("codes.csv", CODES, "unit: count, signed: yes", 9),
        ("german.csv", GERMAN, "locale: de", 12),
        ("german.csv", GERMAN, "{parts: [generator-v, generator-a]}", 12),
        ("german.csv", GERMAN, '(mm)": {parts: [masse-1, masse-2]}', 12),
        ("merged.csv", MERGED, "fill: [Hersteller]", 8),
        ("merged.csv", MERGED, 'separator: ";"', 8),
        ("sections.html", SECTIONS, "skip_rows: {Name: [Small, Name]}", 4),
        ("twice.csv", "Name,Weight (g),Weight (oz)\nLamp,40,1.4\n", "- Weight (oz)  # another column is weight", 1),
        (
            "rockets.json",
            '[{"company": "X", "rocket_name": "R", "mass": {"kg": 4.5, "lb": 9.9}}]',
            "{company} {rocket_name}",
            1,
        ),
        (
            "in.json",
            '{"of": 2, "data": {"items": [{"name": "A", "w_g": 4}, {"name": "B", "w_g": 5}]}}',
            "records: data.items",
            2,
        ),
        ("keys.json", '{"a": {"w_g": 4}, "b": {"w_g": 5}}', 'records: "."', 2),
        ("measure.json", '[{"name": "A", "w": {"value": 4.5, "unit": "kg"}}]', "w: {attribute: w, unit: kg}", 1),
        (
            "box.csv",
            "Name;Maße\nA;10,5 x 20 x 30 cm\nB;11 x 21 x 31,5 cm\n",
            "{parts: [masse-1, masse-2, masse-3], unit: cm}",
            6,
        ),
        ("hostile.csv", HOSTILE, "", 7),
        ("page.html", PAGE, "- table: 2", 2),
        ("lamps.json", '[{"name": "Lamp", "size": {"weight_g": 40}}]', "size.weight_g", 1),
    ],
)
def test_it_can_be_imported(database: Path, tmp_path: Path, name: str, text: str, says: str, specs: int) -> None:
    lines = suggested(database, tmp_path, text, name)
    assert says in "\n".join(lines)
    written = tmp_path / "mapping.yaml"
    written.write_text("\n".join(lines), encoding="utf-8")
    assert mapping.parse_mapping("\n".join(lines), "m")
    report, done = import_files(database, [tmp_path / name], ImportOptions(written, create_attributes=True), lambda _: True)
    assert (done, report.first, report.total("new")) == (True, [], specs)


def test_numbers_without_a_unit_are_pointed_at(database: Path, tmp_path: Path) -> None:
    lines = suggested(database, tmp_path, "Name,Weight,Wheels\nLamp,40,4\n")
    assert "  Weight: weight  # unsure: numbers without a unit: add unit: g or another" in lines
    assert "  Wheels: {attribute: wheels, unit: count}  # unsure: numbers without a unit: a count?" in lines


def test_a_file_that_is_not_utf_8_is_pointed_at(database: Path, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("Modell;Höhe (mm);Preis\nA;10;5 €\nB;11;6 €\n".encode("cp1252"))
    lines = suggest_mapping(database, tmp_path / "old.csv").splitlines()
    assert "encoding: cp1252  # unsure: the file is not UTF-8" in lines
    assert '  "Höhe (mm)": {attribute: hohe, unit: mm}' in lines


def test_what_may_be_thousands_is_pointed_at(database: Path, tmp_path: Path) -> None:
    lines = suggested(database, tmp_path, "Name;Hubraum (cm³);Price\nLamp;2.531;1.299 €\nTorch;2.454;1.399 €\n")
    assert any(line.endswith("# unsure: 2.531 is read as a decimal number: if it is 2531, add locale: de") for line in lines)
    assert any(
        line.endswith("# unsure: 1.299 € is read as a decimal number: if it is 1299 €, add locale: de") for line in lines
    )


def test_names_that_repeat_are_pointed_at(database: Path, tmp_path: Path) -> None:
    lines = suggested(database, tmp_path, "Name,Weight (g)\nLamp 2,40\nLamp-2,41\n")
    assert 'name: "{Name}"  # unsure: several rows have the same name; add edition: or more columns' in lines
    lines = suggested(database, tmp_path, "Name,Trim,Weight (g)\nLamp,S,40\nLamp,L,41\n")
    assert (
        'name: "{Name}"  # unsure: several rows have the same name; {Trim} in edition:, slug: or name: distinguishes them'
        in lines
    )


def test_what_has_no_table(database: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no table"):
        suggested(database, tmp_path, "")
    with pytest.raises(UsageError, match="is YAML, which needs no mapping"):
        suggested(database, tmp_path, "specdb: 1", "a.yaml")
