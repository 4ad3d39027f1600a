"""Loading a file: all of it or nothing, and all errors at once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.bundles import bundle
from specdb.bundles.save import save_bundle
from specdb.database import transaction
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import load, read_text
from specdb.errors import DatabaseError, SpecdbError, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

ADDITION = """specdb: 1
categories:
- {key: ring, name: smart rings, parent: wearable, aliases: [Smart-Ring], required: [weight], attributes: [finger-count]}
attributes:
- {key: finger-count, name: fingers, kind: quantity, unit: count, aliases: [FINGERS]}
- {key: power-density, name: power density, kind: quantity, unit: W/cm^2}
sources:
- {slug: acme-r1, title: Acme R1 data sheet, publisher: Acme, kind: data sheet, date: 2026-10-01, precedence: 3}
products:
- slug: r1
  name: Acme R1
  category: ring
  aliases: [Größe, ' R-One ']
  specs:
  - {attribute: maker, value: acme, source: acme-r1, at: page 1}
  - {attribute: weight, value: approximately 3g, source: acme-r1, at: page 2}
  - {attribute: finger-count, value: '1', source: acme-r1, as_of: 2026-11}
  - {attribute: weight, qualifiers: {size: '12'}, value: 0.0035 kg, source: dingtalk-a1-pro}
  - {attribute: power-density, value: 5 W/cm², source: acme-r1}
  - {attribute: touchscreen, value: 'no', source: acme-r1}
  - {attribute: battery, state: unknown, printed: to be announced, source: acme-r1}
- slug: acme
  name: Acme
  category: organisation
claims:
- {about: r1, expression: battery of a1-pro / battery of a1, relation: more_than, value: '1', printed: more, source: acme-r1}
"""


def written(folder: Path, text: str | bytes, name: str = "file.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_an_addition_refers_to_what_is_there(database: Location, new_place: Location, tmp_path: Path) -> None:
    with closing(connect(database)) as connection:
        before = build_view(Repository(connection)).products()
    assert load(database, written(tmp_path, ADDITION), "a new ring") == (2, 7, [])
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        r1 = view.product("r-one")
        assert {view.product(name) for name in ("R1", "GRÖSSE", "größe", "acme r1")} == {r1}
        assert view.attribute("fingers").key == "finger-count"
        assert r1.category_id in view.category("wearable")
        assert view.category("smart-ring") == [r1.category_id]
        specs = {view.attributes()[spec.attribute_id].key + spec.qualifiers: spec for spec in read_specs(view, [r1.id])}
        assert (specs["weight"].printed, specs["weight"].modifier, specs["weight"].hi) == ("approximately 3g", "about", 3.15)
        assert (specs["weightsize=12"].nominal, specs["weightsize=12"].unit) == (3.5, "kg")
        assert (specs["maker"].target, specs["battery"].kind, specs["touchscreen"].nominal) == ("acme", "unknown", 0.0)
        assert (specs["weight"].as_of, specs["finger-count"].as_of) == ("2026-10-01", "2026-11")
        assert all(spec.shown for spec in specs.values())
        assert view.unit(view.attribute("power-density").unit) == view.unit("W/cm^2")
        assert [product for product in view.products() if product.id not in (r1.id, r1.id + 1)] == before
        last = connection.execute("SELECT author <> '', reason FROM changeset ORDER BY id DESC LIMIT 1").fetchone()
        assert last == (1, "a new ring")
        text = save_bundle(connection)
    assert load_again(text, new_place, tmp_path) == text


@pytest.mark.sqlite
def test_statistics_are_fresh(database: Path, tmp_path: Path) -> None:
    load(database, written(tmp_path, ADDITION))
    with closing(connect(database)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = connection.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'product' AND idx = 'product_category'")
        assert int(counted.fetchone()[0].split()[0]) == len(build_view(Repository(connection)).products())


def load_again(text: str, new_place: Location, folder: Path) -> str:
    """What is saved of a database that was made of this text."""
    from specdb.database import create

    def nothing(_: object) -> None:
        """Fills a database with nothing."""

    assert create.create(new_place, nothing)
    load(new_place, written(folder, text, "again.yaml"))
    with closing(connect(new_place)) as connection:
        return save_bundle(connection)


def test_the_same_addition_twice_clashes(database: Location, tmp_path: Path) -> None:
    file = written(tmp_path, ADDITION)
    load(database, file)
    before = digest_of(database)
    with pytest.raises(ValidationError) as caught:
        load(database, file)
    assert [(fault.line, fault.problem) for fault in caught.value.issues] == [
        (3, "the category name ring is used twice"),
        (3, "the category name smart-ring is used twice"),
        (5, "the attribute name finger-count is used twice"),
        (5, "the attribute name fingers is used twice"),
        (6, "the attribute name power-density is used twice"),
        (8, "the source name acme-r1 is used twice"),
        (10, "the product name grösse is used twice"),
        (10, "the product name r-one is used twice"),
        (10, "the product name r1 is used twice"),
        (22, "the product name acme is used twice"),
    ]
    assert digest_of(database) == before


EVERYTHING = """specdb: 1
products:
- slug: new
  name: new
  category: ai-recorder
  colour: red
  aliases: [' ', new, Two, TWO]
  specs:
  - {attribute: weight, value: 5 g, value: 6 g, source: dingtalk-a1-pro}
  - {attribute: wieght, value: 5 g, source: dingtalk-a1-pro}
  - {atribute: weight, value: 5 h, source: dingtalk-a1-pro}
  - {attribute: weight, value: 5 h, source: dingtalk-a1-pro, colour: red}
  - {attribute: weight, value: !!float 5 h, source: dingtalk-a1-pro}
  - {attribute: weight, value: [5 g], source: dingtalk-a1-pro}
  - {attribute: weight, value: &five 5 stonez, source: dingtalk-a1-pro}
  - {attribute: weight, value: "5 g\\0", source: dingtalk-a1-pro}
  - {attribute: weight, value: 10**10**10 g, source: dingtalk-a1-pro}
  - {attribute: weight, value: 1e40 g, source: dingtalk-a1-pro}
  - {attribute: weight, value: -5 g, source: dingtalk-a1-pro}
  - {attribute: weight, value: 5 g, source: dingtalk-a1-pro, as_of: 2026-Q1}
  - {attribute: weight, value: 5 g}
  - weight 5 g
- name: without a slug
  category: ai-recordr
  specs: [{attribute: weight, value: 5 h, source: dingtalk-a1-pro}]
- {slug: '', name: '', category: ''}
- {slug: no-category, name: ' '}
sources:
- {slug: when, title: when, date: 2026-H1, precedence: high, url: 'javascript:x', sha256: ABC}
- {slug: undated, title: undated}
attributes:
- {key: kindless, name: kindless, unit: g}
- {key: shy, name: shy, kind: flag, many: perhaps}
- {key: wide, name: wide, kind: quantity, unit: g, plausible: 5..1 g}
- {key: long, name: long, kind: quantity, unit: g, plausible: 1..5 mm}
claims:
- {expression: 1 / 0, value: '1', printed: x, source: dingtalk-a1-pro}
rules:
- {key: heavy, name: heavy, category: ai-recorder}
colours: []
"""


def test_faults_of_shape_and_of_meaning_at_once(database: Location, tmp_path: Path) -> None:
    before = digest_of(database)
    with pytest.raises(ValidationError) as caught:
        load(database, written(tmp_path, EVERYTHING))
    assert [(fault.line, fault.problem) for fault in caught.value.issues] == [
        (3, "an empty alias of the product new"),
        (3, "the product name new is used twice"),
        (3, "the product name two is used twice"),
        (6, "an item of products has the unknown key colour"),
        (9, "duplicate key value"),
        (10, "there is no attribute 'wieght'"),
        (11, "an item of specs has no attribute"),
        (11, "an item of specs has the unknown key atribute"),
        (12, "an item of specs has the unknown key colour"),
        (12, "weight: cannot convert h (time) to g (mass)"),
        (13, "a tag (tag:yaml.org,2002:float)"),
        (13, "weight: cannot convert h (time) to g (mass)"),
        (14, "value is not a single text"),
        (15, "an anchor (&)"),
        (15, "weight: unknown unit 'stonez'"),
        (16, "value contains a NUL character"),
        (17, "weight: '10**10**10 g' is not a figure"),
        (18, "weight: 1e40 is out of range"),
        (19, "weight: -5 g is negative"),
        (20, "weight: '2026-Q1' is not a day, month or year"),
        (21, "there is no source ''"),
        (22, "an item of specs is not a mapping"),
        (23, "an item of products has no slug"),
        (23, "there is no category 'ai-recordr'"),
        (25, "weight: cannot convert h (time) to g (mass)"),
        (26, "an item of products has an empty category"),
        (26, "an item of products has an empty name"),
        (26, "an item of products has an empty slug"),
        (27, "an item of products has an empty name"),
        (27, "an item of products has no category"),
        (29, "when: '2026-H1' is not a day, month or year"),
        (29, "when: 'ABC' is not a SHA-256"),
        (29, "when: 'javascript:x' is not a web address"),
        (29, "when: the precedence 'high' is not a whole number"),
        (30, "undated: '' is not a date"),
        (32, "an item of attributes has no kind"),
        (33, "many is neither yes nor no"),
        (34, "wide: 5..1 g ends below its start"),
        (35, "long: cannot convert mm (length) to g (mass)"),
        (37, "an item of claims has no about"),
        (39, "an item of rules has no expression"),
        (39, "an item of rules has no plausible"),
        (40, "the file has the unknown key colours"),
    ]
    assert all(fault.hint for fault in caught.value.issues)
    assert digest_of(database) == before
    assert str(caught.value).splitlines()[0].endswith("43 issues; nothing was changed")


def test_returns_drafts_of_invalid_files_on_request_only() -> None:
    text = "specdb: 1\nproducts:\n- {slug: a, name: b, category: c, colour: d}\n"
    with pytest.raises(ValidationError):
        bundle.parse_bundle(text, "it")
    spare: list[object] = []
    found = bundle.parse_bundle(text, "it", spare)  # type: ignore[arg-type]
    assert [product.slug for product in found.products] == ["a"]
    assert len(spare) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 0"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"specdb: 1\nproducts: []\n---\nspecdb: 1\n", "a second document"),
        (b"specdb: 1\nproducts:\n- {slug: \xff}\n", "line 3: invalid UTF-8"),
        (b"specdb: 1\nproducts:\n- slug: a\0\n", "line 3: invalid YAML: a forbidden character"),
        (b"specdb: 1\r\nproducts:\r\n- slug: a\r\n", "line 3: an item of products has no name"),
        ("specdb: 1".encode("utf-16"), "line 1: invalid UTF-8"),
        (b"PK\x03\x04" + bytes(60), "invalid YAML"),
        (b"specdb: 1\nproducts:\n- {slug: a, name: b, category: c, description: " + b"x" * 65_537 + b"}", "65,537 characters"),
    ],
)
def test_rejects_other_files_and_changes_nothing(content: bytes, problem: str, database: Location, tmp_path: Path) -> None:
    before = digest_of(database)
    with pytest.raises(ValidationError) as caught:
        load(database, written(tmp_path, content))
    assert problem.removeprefix("line 0") in str(caught.value)
    assert digest_of(database) == before


def test_as_many_characters_as_are_allowed(database: Location, tmp_path: Path) -> None:
    text = f"specdb: 1\nproducts:\n- {{slug: long, name: '{'é' * 65_536}', category: standard}}\n"
    assert load(database, written(tmp_path, text)) == (1, 0, [])
    with closing(connect(database)) as connection:
        assert len(build_view(Repository(connection)).product("long").name) == 65_536


@pytest.mark.parametrize(("name", "said"), [("missing.yaml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read(name: str, said: str, database: Location, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        load(database, tmp_path / name)
    assert said in caught.value.problem


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specdb.editing.load.LONGEST", 1000)
    file = written(tmp_path, b"x" * 100_000)
    assert len(read_text(file)) == 4001


def test_a_byte_order_mark_is_let_pass(database: Location, tmp_path: Path) -> None:
    text = "\ufeffspecdb: 1\nproducts:\n- {slug: new, name: new, category: standard}\n"
    assert load(database, written(tmp_path, text)) == (1, 0, [])


@pytest.mark.parametrize(
    "claim",
    [
        "- {about: a1, expression: weight of a1 + battery of a1, value: 1 g, printed: x, source: dingtalk-a1-pro}",
        "- {about: a1, expression: maker of acme, value: 1 g, printed: x, source: dingtalk-a1-pro}",
    ],
)
def test_faults_found_after_the_rows_are_in_take_them_back(claim: str, database: Location, tmp_path: Path) -> None:
    text = f"specdb: 1\nproducts:\n- {{slug: acme, name: Acme, category: organisation}}\nclaims:\n{claim}\n"
    before = digest_of(database)
    with pytest.raises(SpecdbError):
        load(database, written(tmp_path, text))
    assert digest_of(database) == before


def test_reports_a_database_that_is_being_written(database: Location, tmp_path: Path) -> None:
    file = written(tmp_path, "specdb: 1\nproducts:\n- {slug: new, name: new, category: standard}\n")
    with pytest.MonkeyPatch.context() as patched, transaction.write_transaction(database):
        patched.setattr("specdb.database.dialects.sqlite.BUSY_TIMEOUT", 0.05)
        patched.setattr("specdb.database.dialects.postgres.BUSY_TIMEOUT", 0.05)
        with pytest.raises(DatabaseError, match="another program is writing to"):
            load(database, file)
    assert load(database, file) == (1, 0, [])


KINDS = "specdb: 1\nsource_kinds:\n- {kind: data-sheet, precedence: 3}\n- {kind: blog, precedence: -1}\n"


def test_kinds_of_sources_are_data(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "kinds.yaml"
    for text in (KINDS, KINDS.replace("3", "4")):
        file.write_text(text, encoding="utf-8")
        load(database, file)
    with closing(connect(database)) as connection:
        assert connection.execute("SELECT kind, precedence FROM source_kind ORDER BY kind").fetchall() == [
            ("blog", -1),
            ("data-sheet", 4),
        ]
        assert "source_kinds:\n- {kind: blog, precedence: -1}\n- {kind: data-sheet, precedence: 4}\n" in save_bundle(connection)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("{kind: a, precedence: high}", "a: the precedence 'high' is not a whole number"),
        ("{kind: a, precedence: 1}, {kind: a, precedence: 2}", "duplicate kind of sources a"),
        ("{kind: a}", "has no precedence"),
    ],
)
def test_kinds_of_sources_with_faults(database: Path, tmp_path: Path, items: str, said: str) -> None:
    file = tmp_path / "kinds.yaml"
    file.write_text(f"specdb: 1\nsource_kinds: [{items}]\n", encoding="utf-8")
    with pytest.raises(ValidationError, match=said):
        load(database, file)
