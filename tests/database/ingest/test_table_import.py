"""Imports of tables: repeated, after corrections, with editions, sources, labels and columns of products."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from specdb.database import changeset_writer, name_index, transaction, undo
from specdb.database.connection import connect
from specdb.errors import SpecdbError, UsageError, ValidationError
from specdb.ingest.tables.import_files import ImportOptions, import_files

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.ingest.tables.import_report import ImportReport

HEAD = """mapping: 1
source: {slug: sheet-x, title: Sheet X, date: 2026-01-31}
category: ai-glasses
"""
LAMPS = (
    HEAD
    + """name: "{Maker} {Model}"
columns:
  Weight (g): weight
  Battery: {attribute: battery, unit: mAh}
"""
)
TABLE = 'Maker,Model,Weight (g),Battery,Colour\nAcme,One,40,900,red\nAcme,Two,~ 35,"1,200 mAh",blue\nAcme,Three,heavy,-,\n'


class Lab:
    """A database, and files to import into it."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def take(self, text: str, mapping: str, name: str = "table.csv", **wishes: Any) -> tuple[ImportReport, bool]:
        described = self.file("mapping.yaml", mapping)
        return import_files(self.database, [self.file(name, text)], ImportOptions(described, **wishes), lambda _: True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(connect(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def specs(self, product: str, more: str = "") -> list[tuple[Any, ...]]:
        """Attribute, qualifiers, what was printed and where, of the current specs that are shown."""
        return self.rows(
            "SELECT a.key, s.qualifiers, s.printed, s.locator FROM spec s JOIN attribute a ON a.id = s.attribute_id"
            f" JOIN product p ON p.id = s.product_id WHERE p.slug = '{product}' AND s.shown AND s.retracted_id IS NULL {more}"
            " ORDER BY a.key, s.id"
        )


@pytest.fixture
def lab(database: Path, tmp_path: Path) -> Lab:
    return Lab(database, tmp_path)


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    return {key: (one.new, one.unchanged, one.changed, one.refused) for key, one in report.tallies.items()}


def test_figures_with_their_places(lab: Lab) -> None:
    report, done = lab.take(TABLE, LAMPS)
    assert (done, report.products, report.matched, report.made) == (True, 3, 0, {"sources": 1})
    assert counts(report) == {"weight": (2, 0, 0, 1), "battery": (2, 0, 0, 0)}
    reason = "'heavy' has no number: add it to missing: in the mapping if it means that there is none"
    assert [tuple(problem) for problem in report.first] == [("table.csv", "", 4, "Weight (g)", "heavy", reason)]
    assert report.remarks == ["not mapped: Colour"]
    assert lab.specs("acme-one") == [
        ("battery", "", "900 mAh", "row 2, Battery"),
        ("weight", "", "40 g", "row 2, Weight (g)"),
    ]
    assert lab.specs("acme-two") == [
        ("battery", "", "1,200 mAh", "row 3, Battery"),
        ("weight", "", "~ 35 g", "row 3, Weight (g)"),
    ]
    (changeset,) = lab.rows("SELECT origin, reason, digest FROM changeset ORDER BY id DESC LIMIT 1")
    assert changeset[:2] == ("import", "imported table.csv")
    assert len(changeset[2]) == 64
    assert lab.rows("SELECT DISTINCT as_of FROM spec WHERE locator LIKE 'row %'") == [("2026-01-31",)]


def test_the_same_file_again_adds_nothing(lab: Lab) -> None:
    lab.take(TABLE, LAMPS)
    before = lab.rows("SELECT COUNT(*), MAX(id) FROM changeset")
    report, done = lab.take(TABLE, LAMPS)
    assert (done, report.products, report.matched) == (False, 0, 3)
    assert counts(report) == {"weight": (0, 2, 0, 1), "battery": (0, 2, 0, 0)}
    assert lab.rows("SELECT COUNT(*), MAX(id) FROM changeset") == before


def test_a_figure_that_changed_in_the_file_takes_the_place_of_the_old_one(lab: Lab) -> None:
    lab.take(TABLE, LAMPS)
    report, done = lab.take(TABLE.replace("One,40", "One,41"), LAMPS)
    assert (done, counts(report)["weight"]) == (True, (0, 1, 1, 1))
    assert ("weight", "", "41 g", "row 2, Weight (g)") in lab.specs("acme-one")
    assert lab.rows("SELECT COUNT(*) FROM spec WHERE printed = '40 g' AND retracted_id IS NOT NULL") == [(1,)]


def correct(lab: Lab, printed: str | None) -> None:
    """A person retracts the weight of acme-one, and states another one in its place if `printed` says which."""
    made = transaction.engine(lab.database)
    with made.begin() as connection:
        edit = changeset_writer.ChangesetWriter(connection, author="me", reason="corrected")
        sql = "SELECT s.* FROM spec s JOIN product p ON p.id = s.product_id WHERE slug = 'acme-one' AND printed = '40 g'"
        row = dict(connection.exec_driver_sql(sql).mappings().one())
        edit.retract_specs([(row["product_id"], row["id"])])
        if printed:
            row |= {"id": name_index.NameIndex(connection).next_id("spec"), "printed": printed, "number": printed.split()[0]}
            del row["retracted_id"]
            edit.add({"spec": [row]})
        edit.finish()


def weights(lab: Lab) -> list[str]:
    return [printed for key, _, printed, _ in lab.specs("acme-one") if key == "weight"]


@pytest.mark.parametrize("printed", ["44 g", None])
def test_what_a_person_corrected_is_not_undone(lab: Lab, printed: str | None) -> None:
    lab.take(TABLE, LAMPS)
    correct(lab, printed)
    wanted = [printed] if printed else []
    assert weights(lab) == wanted
    report, done = lab.take(TABLE, LAMPS)
    assert (done, counts(report)["weight"]) == (False, (0, 2, 0, 1))
    assert weights(lab) == wanted
    lab.take(TABLE.replace("One,40", "One,41"), LAMPS)  # but the source says something new
    assert weights(lab) == ["41 g"]
    assert lab.take(TABLE.replace("One,40", "One,41"), LAMPS)[1] is False


def test_an_import_that_was_undone_can_be_done_again(lab: Lab) -> None:
    lab.take(TABLE, LAMPS)
    undo.undo_changeset(lab.database, None)
    assert lab.specs("acme-one") == []
    report, done = lab.take(TABLE, LAMPS)
    assert (done, report.products, counts(report)["weight"]) == (True, 3, (2, 0, 0, 1))
    assert weights(lab) == ["40 g"]
    lab.take(TABLE.replace("One,40", "One,41"), LAMPS)
    undo.undo_changeset(lab.database, None)  # brings the old figure back
    assert weights(lab) == ["40 g"]
    assert lab.take(TABLE, LAMPS)[1] is False
    report, _ = lab.take(TABLE.replace("One,40", "One,42"), LAMPS)
    assert (weights(lab), counts(report)["weight"]) == (["42 g"], (0, 1, 1, 1))


def test_a_product_that_a_person_removed_stays_away(lab: Lab) -> None:
    lab.take(TABLE, LAMPS)
    made = transaction.engine(lab.database)
    with made.begin() as connection:
        edit = changeset_writer.ChangesetWriter(connection, author="me", reason="removed")
        row_id = name_index.NameIndex(connection).ids["product"]["acme-one"]
        for spec in connection.exec_driver_sql(f"SELECT id FROM spec WHERE product_id = {row_id}").scalars().all():
            edit.retract_specs([(row_id, spec)])
        edit.change("product", {"id": row_id}, {"removed_id": edit.id})
        edit.finish()
    report, done = lab.take(TABLE, LAMPS)
    assert (done, report.first[0].reason[:43]) == (False, "the product 'Acme One' was removed: undo th")


def test_a_row_that_repeats_a_product_is_refused_or_an_edition(lab: Lab) -> None:
    twice = "Name,Kind,Weight (g)\nLamp,Pro,40\nLamp,Air,30\nLamp,Air,30\n"
    by_name = HEAD + 'name: "{Name}"\ncolumns: {Weight (g): weight, Kind: remark-kind}\n'
    attribute = "attributes: [{key: remark-kind, name: kind, kind: text}]\n"
    report, _ = lab.take(twice, by_name + attribute, create_attributes=True)
    assert [problem.row for problem in report.first] == [3, 4]
    assert report.first[0].reason.startswith(
        "row 2 also names this product: add edition: or slug: to the mapping to distinguish them"
    )
    assert report.first[0].text == "Lamp 30 Air"
    report, _ = lab.take(twice, HEAD + 'name: "{Name}"\nslug: "{Name} 2"\nedition: "{Kind}"\ncolumns: {Weight (g): weight}\n')
    assert report.first == []
    assert [spec[1:3] for spec in lab.specs("lamp-2")] == [("edition=Pro", "40 g"), ("edition=Air", "30 g")]


def test_two_editions_in_one_cell(lab: Lab) -> None:
    mapping = HEAD + 'name: "{Name}"\ncolumns: {Weight (g): weight}\n'
    lab.take("Name,Weight (g)\nLamp,30/40\n", mapping)
    assert [spec[1:] for spec in lab.specs("lamp")] == [
        ("edition=30 g", "30/40 g", "row 2, Weight (g), part 1"),
        ("edition=40 g", "30/40 g", "row 2, Weight (g), part 2"),
    ]
    assert lab.take("Name,Weight (g)\nLamp,30/40\n", mapping)[1] is False
    report, _ = lab.take("Name,Weight (g)\nLamp,30/45\n", mapping)
    assert counts(report) == {"weight": (0, 0, 2, 0)}
    assert [spec[1] for spec in lab.specs("lamp")] == ["edition=30 g", "edition=45 g"]


def test_products_are_found_by_slug_alias_and_name(lab: Lab) -> None:
    names = lab.rows("SELECT name FROM product WHERE slug = 'a1-pro'")
    text = f"Name,Weight (g)\na1,40\n{names[0][0].upper()},41\n"
    report, _ = lab.take(text, HEAD + 'name: "{Name}"\ncolumns: {Weight (g): weight}\n')
    assert (report.products, report.matched) == (0, 2)


def test_plus_is_part_of_a_name(lab: Lab) -> None:
    text = "Name,Weight (g)\nLamp S,40\nLamp S+,41\n灯,42\n"
    report, _ = lab.take(text, HEAD + 'name: "{Name}"\naliases: ["the {Name}"]\ncolumns: {Weight (g): weight}\n')
    assert (report.products, report.first) == (3, [])
    assert lab.rows("SELECT slug FROM product ORDER BY id DESC LIMIT 2")[1] == ("lamp-s-plus",)
    assert ("the lamp s+",) in lab.rows("SELECT name FROM alias WHERE scope = 'product'")


def test_category_source_and_date_of_a_row(lab: Lab) -> None:
    mapping = """mapping: 1
source: {slug: "{Site}", title: "{Site}", url: "{Link}", date: "{Seen}"}
category: "{Type}"
categories: {specs: glasses}
name: "{Name}"
columns: {Weight (g): {attribute: weight, as_of: "{Since}"}}
"""
    text = (
        "Name,Type,Site,Link,Seen,Since,Weight (g)\n"
        "L1,Specs,Lamp Site,https://lamp.example,5 May 2026,2025-03,40\n"
        "L2,robots,Other,https://o.example,2026-01-02,,41\n"
        "L3,Spoons,Other,https://o.example,2026-01-02,,42\n"
        "L4,Specs,Third,ftp://o.example,2026-01-02,,42\n"
    )
    report, _ = lab.take(text, mapping)
    assert [(problem.row, problem.reason[:31]) for problem in report.first] == [
        (4, "unknown category 'Spoons': did "),
        (5, "third: 'ftp://o.example' is not"),
    ]
    found = lab.rows(
        "SELECT p.slug, c.key, o.slug, o.url, o.date, s.as_of FROM spec s JOIN product p ON p.id = s.product_id"
        " JOIN category c ON c.id = s.category_id JOIN source o ON o.id = s.source_id"
        " WHERE p.slug IN ('l1', 'l2') ORDER BY p.id"
    )
    assert found == [
        ("l1", "ai-glasses", "lamp-site", "https://lamp.example", "2026-05-05", "2025-03"),
        ("l2", "robot", "other", "https://o.example", "2026-01-02", "2026-01-02"),
    ]


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("units: 2\n", "Name,Weight,Battery\n,g,mAh\nLamp,40,900\n"),
        ("header: '2'\nunits: 3\n", "A table of lamps,,\nName,Weight,Battery\n,g,mAh\nLamp,40,900\n"),
        ("header: 1 2\n", "Name,Weight,Battery\n,(g),(mAh)\nLamp,40,900\n"),
        ("layout: columns\n", "Name,Lamp\nWeight,40 g\nBattery,900 mAh\n"),
        ("delimiter: '|'\n", "Name|Weight (g)|Battery\nLamp|40|900 mAh\n"),
        ("", "Name;Weight (g);Battery\nLamp;40;900 mAh\n"),
        ("", "\ufeffName\tWeight\u00a0(g)¹\tBattery\nLamp\t40\t900 mAh\n"),
        (
            "layout: labels\nlabel: What\nvalue: Value\nunit: Unit\n",
            "Name,What,Value,Unit\nLamp,Weight,40,g\nLamp,Battery,900,mAh\n",
        ),
        ("layout: labels\nlabel: What\nvalue: Value\n", "Name,What,Value\nLamp,Weight,40 g\nLamp,Battery,900 mAh\nLamp,x,y\n"),
    ],
)
def test_how_a_table_lies(lab: Lab, layout: str, text: str) -> None:
    columns = {"Weight": "weight", "Battery": "battery"}
    if "Weight (g)" in text or "¹" in text or "1 2" in layout:
        columns = {"Weight (g)": "weight", "Battery (mAh)" if "1 2" in layout else "Battery": "battery"}
    mapping = HEAD + layout + 'name: "{Name}"\ncolumns: ' + json.dumps(columns) + "\n"
    report, _ = lab.take(text, mapping)
    assert report.first == []
    assert [spec[:3:2] for spec in lab.specs("lamp")] == [("battery", "900 mAh"), ("weight", "40 g")]
    assert lab.take(text, mapping)[1] is False


def test_rows_that_contradict_each_other_stay_refused(lab: Lab) -> None:
    mapping = HEAD + 'name: "{Name}"\nlayout: labels\nlabel: What\nvalue: Value\ncolumns: {Weight: weight}\n'
    text = "Name,What,Value\nLamp,Weight,40 g\nLamp,Weight,41 g\n"
    for expected in ((1, 0, 0, 1), (0, 1, 0, 1), (0, 1, 0, 1)):
        report, done = lab.take(text, mapping)
        assert (done, counts(report)["weight"]) == (expected[0] == 1, expected)
        assert report.first[0].reason.startswith(
            ("row 2, Weight states another value", "another table or row states another value")
        )
    assert [spec[2] for spec in lab.specs("lamp")] == ["40 g"]


def test_a_number_keeps_its_decimal_point_in_a_file_of_another_locale(lab: Lab) -> None:
    mapping = HEAD + 'name: "{name}"\nlocale: de\ncolumns: {w: {attribute: weight, unit: g}}\n'
    text = '[{"name": "L1", "w": 1.125}, {"name": "L2", "w": "1.125"}, {"name": "L3", "w": "1,5"}, {"name": "L4", "w": 7}]'
    report, _ = lab.take(text, mapping, "lamps.json")
    assert report.first == []
    numbers = (
        "SELECT p.slug, s.nominal FROM spec s JOIN product p ON p.id = s.product_id WHERE p.slug LIKE 'l_' ORDER BY p.slug"
    )
    assert lab.rows(numbers) == [("l1", 1.125), ("l2", 1125), ("l3", 1.5), ("l4", 7)]


def test_empty_cells_that_say_what_the_one_above_does_and_notes_below(lab: Lab) -> None:
    mapping = HEAD + 'name: "{Maker} {Model}"\nfill: [Maker]\ncolumns: {Weight (g): weight}\n'
    text = "Maker,Model,Weight (g)\nAcme,One,40\n,Two,41\nZenit,Ray,42\n,Ray 2,43\n* measured by us,,\n"
    report, _ = lab.take(text, mapping)
    assert (report.products, report.first) == (4, [])
    assert [row[0] for row in lab.rows("SELECT name FROM product WHERE name LIKE 'Zenit%' ORDER BY id")] == [
        "Zenit Ray",
        "Zenit Ray 2",
    ]


def test_reports_ignored_cells(lab: Lab) -> None:
    text = 'Name,Battery\nL1,Li-Ion 900 mAh\nL2,Li-Ion\nL3,-\nL4,"Li-Po 1,000 mAh"\n'
    columns = ('{attribute: battery, take: "{n} mAh"}', '[{attribute: battery, take: "{n} mAh"}, material]')
    for column, remarks in zip(columns, (["Battery: take: does not match 'Li-Ion'"], []), strict=True):
        report, _ = lab.take(text, HEAD + f'name: "{{Name}}"\ncolumns: {{Battery: {column}}}\n')
        assert (report.total("refused"), report.remarks) == (0, remarks)


def test_skipped_rows_and_values(lab: Lab) -> None:
    mapping = (
        HEAD
        + """name: "{Name}"
skip_rows: {State: [lost, cancelled]}
columns:
  Weight (g): {attribute: weight, missing: ['0'], qualifiers: {status: "{State}"}}
  Screen: {attribute: touchscreen, values: {mit: 'yes', ohne: 'no'}}
"""
    )
    text = "Name,State,Weight (g),Screen\nL1,Cancelled,40,mit\nL2,sold; used,0,Ohne\nL3,sold,41,mit\n"
    report, _ = lab.take(text, mapping)
    assert (report.products, report.first) == (2, [])
    assert lab.specs("l2") == [("touchscreen", "", "no", "row 3, Screen")]
    assert lab.specs("l3")[1][1:3] == ("status=sold", "41 g")


def test_creates_attributes_on_request(lab: Lab) -> None:
    mapping = LAMPS + "  Colour: hue\nattributes: [{key: hue, name: hue, kind: text}]\n"
    with pytest.raises(ValidationError, match="new attributes: hue \\(check them, then add --create-attributes\\)"):
        lab.take(TABLE, mapping)
    assert lab.rows("SELECT COUNT(*) FROM product WHERE slug = 'acme-one'") == [(0,)]
    report, _ = lab.take(TABLE, mapping, create_attributes=True)
    assert report.made == {"attributes": 1, "sources": 1}
    assert lab.take(TABLE, mapping)[1] is False  # they are there now
    other = mapping.replace("kind: text", "kind: quantity, unit: g")
    with pytest.raises(ValidationError, match="the attribute hue exists as a text"):
        lab.take(TABLE, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Weight (g): weight", "Wieght (g): weight"), r"no column 'Wieght \(g\)' \(did you mean Weight \(g\)\?\)"),
        (("Weight (g): weight", "Weight (g): wieght"), "unknown attribute 'wieght' \\(did you mean weight"),
        (("{Maker} {Model}", "{Maker} {Modell}"), "no column 'Modell' \\(did you mean Model"),
        (("unit: mAh", "unit: g"), "Battery: battery is measured in mAh \\(electric charge\\), not in g"),
        (("unit: mAh", "unit: mAhh"), "Battery: unknown unit 'mAhh'"),
        (("  Battery: {attribute: battery, unit: mAh}", "  Battery: {unit: mAh}"), "the column Battery has no attribute"),
        (
            ("  Battery: {attribute: battery, unit: mAh}", "  Battery: weight"),
            r"columns Weight \(g\) and Battery both state w",
        ),
        (("unit: mAh", "locale: xx"), "Battery: unknown locale 'xx'"),
        (("unit: mAh", "dates: ymd"), "Battery: invalid dates: 'ymd' \\(write dmy or mdy\\)"),
        (("category: ai-glasses\n", ""), "missing category"),
        (("mapping: 1\n", ""), "missing key mapping"),
        (("category:", "layout: diagonal\ncategory:"), "unknown layout 'diagonal'"),
        (("category:", "header: first\ncategory:"), "header: 'first' is not a row number"),
        (("category:", "catgory: x\ncategory:"), "the unknown key catgory \\(did you mean category"),
        (("date: 2026-01-31", "dte: 1"), "the unknown key dte"),
    ],
)
def test_what_is_wrong_with_a_mapping(lab: Lab, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        lab.take(TABLE, LAMPS.replace(*change))
    assert lab.rows("SELECT COUNT(*) FROM product WHERE slug LIKE 'acme-%'") == [(0,)]


def test_strict_refuses_the_file(lab: Lab) -> None:
    with pytest.raises(SpecdbError, match="1 rejected; nothing was changed"):
        lab.take(TABLE, LAMPS, strict=True)
    assert lab.specs("acme-one") == []
    assert lab.take(TABLE.replace("heavy", "45"), LAMPS, strict=True)[1] is True


def test_a_refusal_to_decide_changes_nothing(lab: Lab) -> None:
    described = lab.file("m.yaml", LAMPS)
    report, done = import_files(lab.database, [lab.file("t.csv", TABLE)], ImportOptions(described), lambda _: False)
    assert (done, report.total("new")) == (False, 4)
    assert lab.specs("acme-one") == []


def test_every_problem_is_heard(lab: Lab) -> None:
    heard: list[Any] = []
    rows = "".join(f"Acme,M{number},heavy,{number}\n" for number in range(50))
    described, file = lab.file("m.yaml", LAMPS), lab.file("t.csv", "Maker,Model,Weight (g),Battery\n" + rows)
    report, _ = import_files(lab.database, [file], ImportOptions(described), lambda _: True, heard.append)
    assert (len(heard), len(report.first), heard[-1].row) == (50, 20, 51)


def test_several_files_are_one_changeset(lab: Lab) -> None:
    described = lab.file("m.yaml", LAMPS)
    files = [lab.file("one.csv", TABLE), lab.file("two.csv", TABLE.replace("Acme", "Apex"))]
    before = lab.rows("SELECT COUNT(*) FROM changeset")[0][0]
    report, _ = import_files(lab.database, files, ImportOptions(described), lambda _: True)
    assert (report.products, lab.rows("SELECT COUNT(*) FROM changeset")[0][0]) == (6, before + 1)
    assert import_files(lab.database, files, ImportOptions(described), lambda _: True)[1] is False


@pytest.mark.sqlite
def test_large_imports_rebuild_indexes(lab: Lab) -> None:
    before = lab.rows("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'spec' ORDER BY name")
    rows = "".join(f"Acme,M{number},{number},{number}\n" for number in range(30_000))
    report, _ = lab.take("Maker,Model,Weight (g),Battery\n" + rows, LAMPS)
    assert report.total("new") == 60_000
    after = lab.rows("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'spec' ORDER BY name")
    assert [name for name, _ in after] == [name for name, _ in before]
    assert [sql.split() for _, sql in after if sql] == [sql.split() for _, sql in before if sql]


def test_a_file_without_a_mapping_is_answered(lab: Lab) -> None:
    with pytest.raises(UsageError, match="needs a mapping"):
        import_files(lab.database, [lab.file("t.csv", TABLE)], ImportOptions(), lambda _: True)
