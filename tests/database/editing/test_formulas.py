"""Claims, rules and ranges that cannot be computed are rejected with line and hint."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.database_backends import digest_of
from helpers.lamp_changesets import add_units
from specdb.analysis.build_view import build_view
from specdb.bundles.save import save_bundle
from specdb.database import create
from specdb.database.connection import connect
from specdb.database.metadata import claims, plausible, rules
from specdb.database.repository import Repository
from specdb.editing.edit_session import run_edit
from specdb.editing.load import load
from specdb.editing.spec_edits import retract_spec
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession

pytestmark = pytest.mark.both_dialects

LINE = 3
CLAIM = "claims:\n- {about: a1, source: dingtalk-a1-pro, printed: x, "
RULE = "rules:\n- {key: new, name: new, category: device, "
ATTRIBUTE = "attributes:\n- {key: new, name: new, "

REFUSED = [
    # operands that do not exist
    (CLAIM + "expression: batery of a1, value: 1 mAh}", "there is no attribute 'batery'", "did you mean battery"),
    (CLAIM + "expression: battery of a11, value: 1 mAh}", "there is no product 'a11'", "did you mean a1"),
    (
        CLAIM + "expression: battery of dingtalk a1, value: 1 mAh}",
        "unexpected 'a1' at column 21",
        "expected an operator or the end",
    ),
    (CLAIM + "expression: battery, value: 1 mAh}", "battery does not name a product", "write battery of PRODUCT"),
    (
        CLAIM + "expression: touchscreen of a1, value: 1 x}",
        "touchscreen is a flag, not a number",
        "use quantities and dates",
    ),
    (CLAIM + "expression: battery of a1, value: weight of a1}", "cannot combine current × time with mass", ""),
    (CLAIM + "expression: battery of a1, value: batery of a1}", "there is no attribute 'batery'", "did you mean battery"),
    (CLAIM + "expression: 30g, value: 1 g}", "there is no attribute '30g'", "for a figure, write 30 g"),
    # expressions without end or sense
    (
        CLAIM + f"expression: '{'(' * 10_000}', value: 1 g}}",
        "expression of 10000 characters",
        "an expression has at most 1000 characters",
    ),
    (CLAIM + f"expression: '{'(' * 500}1{')' * 400}', value: 1 g}}", "more than 40 nested brackets", "shorten the expression"),
    (CLAIM + f"expression: {'+'.join('1' * 499)}, value: 499}}", "more than 100 figures", "shorten the expression"),
    (CLAIM + "expression: __import__('os'), value: 1}", "column 1", "expected "),
    (CLAIM + "expression: 2 ** 3, value: 8}", "'* 3' at column 4", "expected "),
    (CLAIM + "expression: battery of a1, value: about 1 mAh}", "column 7", "expected an operator or the end"),
    # division
    (CLAIM + "expression: 1 / 0, value: 1}", "can be zero", "compare products"),
    # dimensions
    (
        CLAIM + "expression: battery of a1, value: 660 g}",
        "cannot combine current × time with mass",
        "use figures of the same dimension",
    ),
    (
        CLAIM + "expression: battery of a1 + recording of a1, value: 660 mAh}",
        "cannot combine",
        "use figures of the same dimension",
    ),
    (
        CLAIM + "expression: battery of a1, value: 660}",
        "cannot combine current × time with a plain number",
        "use figures of the same dimension",
    ),
    (CLAIM + "expression: battery of a1, value: 660 xyz}", "unknown unit 'xyz'", ""),
    # claims that say nothing
    (CLAIM.rstrip(", ") + "}", "a claim has no expression", "add one, or why: with the reason why it cannot be checked"),
    (
        CLAIM + "expression: battery of a1}",
        "a claim has an expression but no value",
        "add value: with what the expression is compared with",
    ),
    (
        CLAIM + "expression: battery of a1, value: 1 mAh, relation: roughly}",
        "unknown relation 'roughly'",
        "use one of equals, about",
    ),
    (CLAIM + "why: x, value: twice}", "there is no attribute 'twice'", ""),
    # rules
    (RULE + "expression: batery / weight, plausible: 1 x}", "there is no attribute 'batery'", "did you mean battery"),
    (
        RULE + "expression: battery / recording, plausible: 1..20 mV}",
        "cannot combine",
        "use figures of the same dimension",
    ),
    (
        RULE + "expression: battery / recording, plausible: 1..20}",
        "cannot combine current with a plain number",
        "use figures of the same dimension",
    ),
    (RULE + "expression: battery + weight, plausible: 1..20 g}", "cannot combine", "use figures of the same dimension"),
    (RULE + "expression: battery / 0, plausible: 1..20 mAh}", "can be zero", "compare products"),
    (
        RULE + "expression: touchscreen * 2, plausible: 1..2 x}",
        "touchscreen is a flag, not a number",
        "use quantities and dates",
    ),
    (RULE + "expression: battery, plausible: much}", "'much' is not a figure", "write a number and a unit"),
    (RULE + "expression: battery, plausible: 1..2 xyz}", "unknown unit 'xyz'", ""),
    (RULE + "expression: battery /, plausible: 1 mAh}", "unexpected the end of the expression at column 10", "expected "),
    (RULE + "expression: battery of a11, plausible: 1 mAh}", "there is no product 'a11'", "did you mean a1"),
    # plausible ranges of attributes
    (
        ATTRIBUTE + "kind: quantity, unit: g, plausible: 1..2 mm}",
        "cannot convert mm (length) to g (mass)",
        "use a unit of mass",
    ),
    (
        ATTRIBUTE + "kind: quantity, unit: g, plausible: 1..2}",
        "cannot convert a bare count (count) to g (mass)",
        "use a unit of mass",
    ),
    (ATTRIBUTE + "kind: quantity, unit: g, plausible: 2..1 g}", "ends below its start", "write the smaller number first"),
    (
        ATTRIBUTE + "kind: quantity, unit: g, plausible: -2..1 g}",
        "is negative",
        "this attribute is not signed: correct the figure, or declare the attribute signed",
    ),
    # computed attributes
    (ATTRIBUTE + "kind: flag, expression: battery * 2}", "new is a flag and cannot have an expression", "remove expression"),
    (ATTRIBUTE + "kind: quantity, unit: g, many: yes, expression: weight}", "cannot have many values", "remove many"),
    (ATTRIBUTE + "kind: quantity, unit: g, expression: wieght * 2}", "there is no attribute 'wieght'", "did you mean weight"),
    (
        ATTRIBUTE + "kind: quantity, unit: g, expression: weight *}",
        "unexpected the end of the expression at column 9",
        "expected ",
    ),
    (ATTRIBUTE + "kind: quantity, unit: g, expression: battery * 2}", "but new has mass", "change the expression or the unit"),
    (
        ATTRIBUTE + "kind: quantity, unit: g, expression: new * 2}",
        "circular definition: new from new",
        "compute it from attributes with specs",
    ),
    (ATTRIBUTE + "kind: flag, plausible: 1..2}", "new is a flag and cannot have a plausible range", "remove plausible"),
]


@pytest.mark.parametrize(("text", "problem", "hint"), REFUSED, ids=[text.split("\n")[1][:90] for text, _, _ in REFUSED])
def test_refused_and_nothing_changed(database: Location, tmp_path: Path, text: str, problem: str, hint: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(f"specdb: 1\n{text}\n", encoding="utf-8")
    before = digest_of(database)
    with pytest.raises(ValidationError) as caught:
        load(database, file)
    (fault,) = caught.value.issues
    assert fault.line == LINE
    assert problem in fault.problem
    assert hint in fault.hint
    assert digest_of(database) == before


UNCHECKED = [
    ("expression: weight of a1, value: 1 g", "a1 has no weight"),
    ("expression: 1 g, value: weight of a1", "a1 has no weight"),
    ("expression: 'compute[precision=FP8] of h20', value: 1 PFLOPS", "h20 has no compute (precision=FP8)"),
    ("expression: battery of a1 / recording of a1-pro, value: 1 mA", "division by a value that can be zero"),
    ("expression: 1 / (battery of a1 - battery of a1), value: 1 count/mAh", "can be zero"),
    ("expression: price of a1 / price of h20, value: 1", "a1 has no price"),
]
"""Claims that would be refused if they made no sense; that a figure is not there, or is what it is, can change."""


@pytest.mark.parametrize(("text", "why"), UNCHECKED)
def test_keeps_claims_that_cannot_be_checked(database: Location, tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "open.yaml"
    file.write_text(f"specdb: 1\n{CLAIM}{text}}}\n", encoding="utf-8")
    (remark,) = load(database, file).remarks
    assert remark.startswith("the claim “x” about a1 cannot be checked: ")
    assert why in remark


def gone(work: EditSession) -> list[str]:
    retract_spec(work, "a1", "battery", {})
    return []


def test_what_an_edit_leaves_open_is_saved_and_loaded(database: Location, new_place: Location, tmp_path: Path) -> None:
    run_edit(database, gone, "gone")
    file = tmp_path / "all.yaml"
    with closing(connect(database)) as connection:
        file.write_text(save_bundle(connection), encoding="utf-8")
    assert create.create(new_place, add_units)
    assert [remark for remark in load(new_place, file).remarks if "a1 has no battery" in remark]
    with closing(connect(new_place)) as connection:
        assert save_bundle(connection) == file.read_text(encoding="utf-8")


def test_reports_all_errors_at_once(database: Location, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    claim = "- {about: a1, source: dingtalk-a1-pro, expression: battery of a1, value: "
    file.write_text(f"specdb: 1\nclaims:\n{claim}1 g}}\n{claim}1 mAh}}\n{claim}1 h}}\n", encoding="utf-8")
    with pytest.raises(ValidationError) as caught:
        load(database, file)
    assert [fault.line for fault in caught.value.issues] == [3, 5]


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        (CLAIM + "expression: battery of a1, value: 0.66 Ah}", ["battery of a1"]),
        (CLAIM + "expression: battery of dingtalk-a1, value: 660 mAh}", ["battery of dingtalk-a1"]),  # an alias
        (CLAIM + "expression: 'launch[status=past] of a1-pro - launch[status=past] of a1', value: 260 day}", None),
        (CLAIM + "why: nobody knows}", [""]),
        (RULE + "expression: battery / (recording - 3 h), plausible: 1..20 mA}", None),  # three hours stand for no product's
        (RULE + "expression: weight / (die-count - 3), plausible: 1..20 g}", None),
        (RULE + "expression: 'battery * 3.7 V / weight', plausible: 1..400 Wh/kg}", None),
        (ATTRIBUTE + "kind: quantity, unit: g, plausible: 0.001..2 kg}", None),
        (ATTRIBUTE + "kind: quantity, unit: g, plausible: ≤ 2 kg}", None),
    ],
)
def test_taken(database: Location, tmp_path: Path, text: str, expressions: list[str] | None) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(f"specdb: 1\n{text}\n", encoding="utf-8")
    before = _numbers(database)
    load(database, file)
    assert sum(_numbers(database)) == sum(before) + 1
    if expressions is not None:
        with closing(connect(database)) as connection:
            view = build_view(Repository(connection))
            assert [claim.expression for claim in claims(view, [view.product("a1").id])][-1:] == expressions


def _numbers(database: Location) -> tuple[int, int, int]:
    """How many claims, rules and plausible ranges there are."""
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        ids = [product.id for product in view.products()]
        return len(claims(view, ids)), len(rules(view)), len(plausible(view))
