"""All errors of a file are reported at once, each with line and hint, and nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from specdb.bundles import bundle
from specdb.editing.load import load
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

FAULTY = """specdb: 1
categories:
- {key: ring-a, name: a, parent: ring-b}
- {key: ring-b, name: b, parent: ring-a}
attributes:
- {key: heft, name: heft, kind: quantity, unit: stonez}
- {key: hue, name: hue, kind: choice}
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: mood, name: mood, kind: feeling}
- {key: Big, name: big, kind: flag, aliases: [mass]}
sources:
- {slug: sheet, title: data sheet, date: 2026-02-30}
products:
- slug: a1
  name: again
  category: ai-recorder
- slug: new
  name: new
  category: ai-recrder
  aliases: [a1-pro]
  specs:
  - {attribute: wieght, value: 5 g, source: dingtalk-a1-pro}
  - {attribute: weight, value: 5 h, source: dingtalk-a1-pro}
  - {attribute: weight, value: heavy, source: dingtalk-a1-pro}
  - {attribute: weight, value: 5 g, source: dingtalk-a1-por}
  - {attribute: weight, value: 5 g, state: unknown, source: dingtalk-a1-pro}
  - {attribute: weight, source: dingtalk-a1-pro}
  - {attribute: weight, state: perhaps, source: dingtalk-a1-pro}
  - {attribute: weight, value: 5 g, source: dingtalk-a1-pro, rank: best}
  - {attribute: weight, value: 5 g, source: dingtalk-a1-pro, as_of: soon}
  - {attribute: weight, value: 5 g, source: dingtalk-a1-pro, qualifiers: {edition: a=b}}
  - {attribute: touchscreen, value: maybe, source: dingtalk-a1-pro}
  - {attribute: microphone, value: mems, source: dingtalk-a1-pro}
  - {attribute: maker, value: dingtak, source: dingtalk-a1-pro}
  - {attribute: launch, value: 2026-13, source: dingtalk-a1-pro}
claims:
- {about: a1, expression: battery of a1 +, relation: equals, value: 3, printed: x, source: dingtalk-a1-pro}
- {about: a1, expression: batery of a2, relation: equals, value: 3, printed: x, source: dingtalk-a1-pro}
- {about: a1, relation: like, printed: x, source: dingtalk-a1-pro}
"""

EXPECTED = [
    (3, "is its own ancestor"),
    (4, "is its own ancestor"),
    (6, "heft: unknown unit 'stonez'"),
    (7, "hue is a choice and needs choices"),
    (8, "the attribute name weight is used twice"),
    (9, "unknown kind of attribute 'feeling'"),
    (10, "'Big' is not a valid attribute name"),
    (10, "the attribute name mass is used twice"),
    (12, "'2026-02-30' is not in the calendar"),
    (14, "the product name a1 is used twice"),
    (17, "there is no category 'ai-recrder' (did you mean ai-recorder"),
    (17, "the product name a1-pro is used twice"),
    (22, "there is no attribute 'wieght' (did you mean weight"),
    (23, "cannot convert h (time) to g (mass)"),
    (24, "'heavy' is not a figure"),
    (25, "there is no source 'dingtalk-a1-por' (did you mean dingtalk-a1-pro"),
    (26, "a spec needs either a value or a state"),
    (27, "a spec needs either a value or a state"),
    (28, "unknown state 'perhaps'"),
    (29, "unknown rank 'best'"),
    (30, "'soon' is not a date"),
    (31, "invalid value 'a=b' of the qualifier edition"),
    (32, "'maybe' is neither yes nor no"),
    (33, "unknown choice 'mems' of microphone"),
    (34, "there is no product 'dingtak' (did you mean dingtalk"),
    (35, "'2026-13' is not in the calendar"),
    (37, "unexpected the end of the expression at column"),
    (38, "there is no attribute 'batery'"),
    (38, "there is no product 'a2'"),
    (39, "unknown relation 'like'"),
    (39, "a claim has no expression"),
]


def test_all_faults_at_once(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(FAULTY, encoding="utf-8")
    before = digest_of(database)
    with pytest.raises(ValidationError) as raised:
        load(database, file)
    said = [(fault.line, str(fault)) for fault in raised.value.issues]
    missing = [(line, text) for line, text in EXPECTED if not any(at == line and text in words for at, words in said)]
    extra = [one for one in said if not any(one[0] == line and text in one[1] for line, text in EXPECTED)]
    assert (missing, extra) == ([], [])
    assert f"{file}, line 22: there is no attribute 'wieght'" in str(raised.value)
    assert digest_of(database) == before


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "the file is empty"),
        ("- a\n", 1, "is not a mapping"),
        ("products: []\n", 1, "missing key specdb"),
        ("specdb: 2\n", 1, "unsupported format version '2'"),
        ("specdb: 1\nprodukts: []\n", 2, "unknown key produkts (did you mean products"),
        ("specdb: 1\nproducts: yes\n", 2, "products is not a list"),
        ("specdb: 1\nproducts:\n- {slug: a, name: b}\n", 3, "has no category"),
        ("specdb: 1\nproducts:\n- {slug: a, name: b, category: c, colour: d}\n", 3, "unknown key colour"),
        ("specdb: 1\nproducts:\n- {slug: a, slug: b, name: c, category: d}\n", 3, "duplicate key slug"),
        ("specdb: 1\nproducts:\n- {slug: [a], name: c, category: d}\n", 3, "slug is not a single text"),
        ("specdb: 1\nproducts:\n- {slug: a, name: c, category: d, aliases: e}\n", 3, "aliases has the wrong type"),
        ("specdb: 1\nattributes:\n- {key: a, name: b, kind: flag, many: perhaps}\n", 3, "many is neither yes nor no"),
        ("specdb: 1\nproducts: &x []\nclaims: *x\n", 2, "an anchor"),
        ("specdb: 1\nproducts: !!python/object:os.system {}\n", 2, "a tag"),
        ("specdb: 1\nproducts: [" + "[" * 50, 2, "levels deep"),
        ("specdb: 1\nproducts: [\n", 3, "invalid YAML"),
        ("specdb: 1\n---\nspecdb: 1\n", 2, "a second document"),
        ('specdb: 1\nproducts:\n- {slug: a, name: "x\\0y", category: d}\n', 3, "NUL"),
        ("specdb: 1\nproducts:\n- {slug: a, name: " + "x" * 70_000 + ", category: d}\n", 3, "name has 70,000 characters"),
        ("specdb: 1\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", 2, "an anchor"),
    ],
)
def test_shape(text: str, line: int, said: str) -> None:
    with pytest.raises(ValidationError) as raised:
        bundle.parse_bundle(text, "file.yaml")
    assert any(fault.line == line and said in str(fault) for fault in raised.value.issues), str(raised.value)


def test_a_byte_that_is_no_text(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("specdb: 1\nproducts:\n- {slug: a, name: café}\n".encode("latin-1"))
    with pytest.raises(ValidationError, match="line 3: invalid UTF-8"):
        load(database, file)
