"""Single specs are set, retracted and ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from helpers.editing import change_lines, draft, run_change, saved_yaml, select_rows
from specdb.editing.spec_edits import add_spec, retract_spec, set_rank
from specdb.errors import AmbiguousNameError, DimensionError, NotFoundError, SpecdbError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.bundles.drafts import SpecDraft


pytestmark = pytest.mark.both_dialects


@pytest.mark.parametrize(
    ("product", "given", "expected"),
    [
        # the same source and question: replaced; place, date and rank stay where they are not given
        ("a1-pro", draft("weight", "41 g", "dingtalk-a1-pro"), ["a1-pro weight: ≈ 40 g -> 41 g"]),
        ("a1-pro", draft("weight", "41 g"), ["a1-pro weight: ≈ 40 g -> 41 g"]),  # the source of what stands
        ("dingtalk-a1-pro", draft("mass", "41 g"), ["a1-pro weight: ≈ 40 g -> 41 g"]),  # by aliases
        # the identical thing, said otherwise
        ("a1-pro", draft("weight", "approximately 40g", "dingtalk-a1-pro"), []),
        ("a1-pro", draft("weight", "~40 g", "dingtalk-a1-pro", at="line 139"), []),
        ("a1-pro", draft("weight", "≈ 40 g", at="line 140"), ["a1-pro weight: ≈ 40 g, line 139 -> ≈ 40 g, line 140"]),
        ("a1-pro", draft("weight", "≈ 40 g", as_of="2026-05"), ["a1-pro weight: ≈ 40 g, 2026-04-30 -> ≈ 40 g, 2026-05"]),
        # the same number in another unit is another statement
        ("a1-pro", draft("weight", "≈ 0.04 kg"), ["a1-pro weight: ≈ 40 g -> ≈ 0.04 kg"]),
        # another source stands beside
        ("a1-pro", draft("weight", "41 g", "moonix"), ["a1-pro weight: - -> 41 g"]),
        # qualifiers are questions of their own
        (
            "ascend-950pr",
            draft("compute", "1.57 PFLOPS", qualifiers={"precision": "FP4"}),
            ["ascend-950pr compute (precision=FP4): 1.56 PFLOPS -> 1.57 PFLOPS"],
        ),
        (
            "a1-pro",
            draft("weight", "50 g", "dingtalk-a1-pro", qualifiers={"edition": "gold"}),
            ["a1-pro weight (edition=gold): - -> 50 g"],
        ),
        # several statements of one source: by value or by place
        ("a1-pro", draft("recording", "180 h", "dingtalk-a1-pro"), []),
        (
            "a1-pro",
            draft("recording", "170 h", "dingtalk-a1-pro", at="line 111"),
            ["a1-pro recording: ≤ 180 h -> 170 h"],
        ),
        # of an attribute that is many each value is one
        ("a1-pro", draft("first-of-kind", "x", "dingtalk-a1-pro"), ["a1-pro first-of-kind: - -> x"]),
        # states, and a text that reads like one
        ("a1-pro", draft("weight", state="unknown"), ["a1-pro weight: ≈ 40 g -> unknown"]),
        (
            "a1-pro",
            draft("colour-count", state="not-applicable", source="dingtalk-a1-pro"),
            ["a1-pro colour-count: - -> not applicable"],
        ),
        ("a1-pro", draft("material", "unknown", "dingtalk-a1-pro"), ["a1-pro material: - -> unknown"]),
        # a reference by any name
        ("a1-pro", draft("variant-of", "DingTalk-A1", "dingtalk-a1-pro"), ["a1-pro variant-of: - -> a1"]),
    ],
)
def test_state(database: Path, product: str, given: SpecDraft, expected: list[str]) -> None:
    before = len(select_rows(database, "SELECT id FROM spec"))
    outcome = run_change(database, add_spec, product, given)
    assert change_lines(outcome) == expected
    assert bool(outcome.changeset) == bool(expected)
    assert len(select_rows(database, "SELECT id FROM spec")) == before + len(expected)  # nothing is overwritten
    assert run_change(database, add_spec, product, given).lines == []  # and a second time nothing changes


@pytest.mark.parametrize(
    ("product", "given", "error", "problem", "hint"),
    [
        (
            "a1-por",
            draft("weight", "1 g", "dingtalk-a1-pro"),
            NotFoundError,
            "there is no product 'a1-por'",
            "did you mean a1-pro",
        ),
        ("a1-p", draft("weight", "1 g", "dingtalk-a1-pro"), NotFoundError, "there is no product 'a1-p'", "a1-pro"),
        (
            "moonix-a",
            draft("weight", "1 g", "dingtalk-a1-pro"),
            NotFoundError,
            "there is no product 'moonix-a'",
            "moonix, moonix-app",
        ),
        (
            "moonix-ap",
            draft("weight", "1 g", "dingtalk-a1-pro"),
            NotFoundError,
            "no product 'moonix-ap'",
            "edits need the complete slug or alias",
        ),
        ("a1-pro", draft("wieght", "1 g", "dingtalk-a1-pro"), UnknownKeyError, "there is no attribute 'wieght'", "weight"),
        (
            "a1-pro",
            draft("weight", "1 g", "dingtalk-a1-por"),
            NotFoundError,
            "there is no source 'dingtalk-a1-por'",
            "did you mean dingtalk-a1-pro",
        ),
        ("a1-pro", draft("weight", "1 m", "dingtalk-a1-pro"), UsageError, "weight: cannot convert m (length)", "unit of mass"),
        ("a1-pro", draft("weight", "1 gg", "dingtalk-a1-pro"), UsageError, "'gg'", ""),
        ("a1-pro", draft("weight", "-1 g", "dingtalk-a1-pro"), UsageError, "-1 g is negative", ""),
        (
            "a1-pro",
            draft("weight", "heavy", "dingtalk-a1-pro"),
            UsageError,
            "'heavy' is not a figure",
            "write a number and a unit",
        ),
        ("a1-pro", draft("touchscreen", "perhaps", "dingtalk-a1-pro"), UsageError, "neither yes nor no", "use yes or no"),
        ("a1-pro", draft("maker", "acme", "dingtalk-a1-pro"), UsageError, "there is no product 'acme'", "add it"),
        ("a1-pro", draft("weight", "1 g", "dingtalk-a1-pro", as_of="soon"), UsageError, "'soon' is not a date", "2026-04-30"),
        (
            "a1-pro",
            draft("weight", "1 g", "dingtalk-a1-pro", qualifiers={"A": "b"}),
            UsageError,
            "invalid qualifier key 'A'",
            "",
        ),
        ("a1", draft("weight", "1 g"), UsageError, "no source given for weight of a1", "specdb source add"),
        ("a1-pro", draft("recording", "1 h"), AmbiguousNameError, "dingtalk-a1-pro states recording of a1-pro 2 times", "--at"),
    ],
)
def test_what_cannot_be_stated(
    database: Path, product: str, given: SpecDraft, error: type[SpecdbError], problem: str, hint: str
) -> None:
    before = saved_yaml(database)
    with pytest.raises(error) as caught:
        run_change(database, add_spec, product, given)
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert saved_yaml(database) == before
    assert select_rows(database, "SELECT COUNT(*) FROM changeset") == [(2,)]


def test_a_source_is_asked_for_where_several_state_it(database: Path) -> None:
    run_change(database, add_spec, "a1-pro", draft("weight", "39 g", "moonix"))
    with pytest.raises(UsageError, match="2 sources state weight of a1-pro") as caught:
        run_change(database, add_spec, "a1-pro", draft("weight", "38 g"))
    assert "dingtalk-a1-pro, moonix" in caught.value.hint


def test_a_remark_says_that_others_state_it_too(database: Path) -> None:
    outcome = run_change(database, add_spec, "a1-pro", draft("weight", "39 g", "moonix"))
    assert outcome.remarks == ["dingtalk-a1-pro also states it; that is unchanged"]


@pytest.mark.parametrize(
    ("product", "key", "bound", "named", "expected"),
    [
        ("a1-pro", "weight", {}, {}, ["a1-pro weight: ≈ 40 g -> -"]),
        ("a1-pro", "recording", {}, {}, ["a1-pro recording: ≤ 180 h, preferred -> -", "a1-pro recording: 180 h -> -"]),
        ("a1-pro", "recording", {}, {"value": "180 hours"}, ["a1-pro recording: 180 h -> -"]),
        ("a1-pro", "recording", {}, {"at": "line 111"}, ["a1-pro recording: ≤ 180 h, preferred -> -"]),
        (
            "950pr",
            "compute",
            {"precision": "FP4"},
            {"source": "ascend"},
            ["ascend-950pr compute (precision=FP4): 1.56 PFLOPS -> -"],
        ),
    ],
)
def test_retract(
    database: Path, product: str, key: str, bound: dict[str, str], named: dict[str, Any], expected: list[str]
) -> None:
    outcome = run_change(database, retract_spec, product, key, bound, **named)
    assert sorted(change_lines(outcome)) == sorted(expected)
    retracted = select_rows(database, "SELECT COUNT(*) FROM spec WHERE retracted_id = ? AND NOT shown", outcome.changeset)
    assert retracted == [(len(expected),)]
    with pytest.raises(NotFoundError):
        run_change(database, retract_spec, product, key, bound, **named)


@pytest.mark.parametrize(
    ("key", "bound", "named", "problem", "hint"),
    [
        ("weight", {"edition": "x"}, {}, "a1-pro has no current weight (edition=x)", "it has weight with no -q"),
        ("benefit-value", {}, {}, "a1-pro has no current benefit-value", "with -q period=six months"),
        (
            "weight",
            {},
            {"value": "7 g"},
            "no current weight of a1-pro matches",
            "current: approximately 40g (dingtalk-a1-pro, line 139)",
        ),
        ("weight", {}, {"source": "moonix"}, "no current weight of a1-pro matches", "current: approximately 40g"),
        ("colour-count", {}, {}, "a1-pro has no current colour-count", ""),
    ],
)
def test_nothing_to_retract(
    database: Path, key: str, bound: dict[str, str], named: dict[str, Any], problem: str, hint: str
) -> None:
    with pytest.raises(SpecdbError) as caught:
        run_change(database, retract_spec, "a1-pro", key, bound, **named)
    assert problem in caught.value.problem
    assert hint in caught.value.hint


def test_claims_that_lose_a_figure_are_named(database: Path) -> None:
    outcome = run_change(database, retract_spec, "a1-pro", "battery", {})
    assert len(outcome.remarks) == 2
    assert outcome.remarks[0].endswith("about a1-pro cannot be checked: a1-pro has no battery")


def test_a_rank_is_a_new_copy(database: Path) -> None:
    ((spec_id,),) = select_rows(database, "SELECT id FROM spec WHERE printed = 'approximately 40g'")
    outcome = run_change(database, set_rank, spec_id, "deprecated")
    assert change_lines(outcome) == ["a1-pro weight: ≈ 40 g, normal -> ≈ 40 g, deprecated"]
    sql = "SELECT rank, shown, retracted_id, printed, locator FROM spec WHERE printed = 'approximately 40g' ORDER BY id"
    assert select_rows(database, sql) == [
        ("normal", 0, outcome.changeset, "approximately 40g", "line 139"),
        ("deprecated", 0, None, "approximately 40g", "line 139"),
    ]
    with pytest.raises(NotFoundError, match=f"spec {spec_id} has been retracted"):
        run_change(database, set_rank, spec_id, "normal")
    with pytest.raises(NotFoundError, match="there is no spec 999999"):
        run_change(database, set_rank, 999_999, "normal")
    with pytest.raises(UsageError, match="unknown rank 'best'"):
        run_change(database, set_rank, spec_id, "best")


def test_a_trial_leaves_no_trace(database: Path) -> None:
    before = saved_yaml(database)
    outcome = run_change(database, add_spec, "a1-pro", draft("weight", "41 g"), dry_run=True)
    assert (outcome.changeset, change_lines(outcome)) == (0, ["a1-pro weight: ≈ 40 g -> 41 g"])
    assert select_rows(database, "SELECT COUNT(*) FROM changeset") == [(2,)]
    assert saved_yaml(database) == before


def test_who_is_kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECDB_AUTHOR", "Ada")
    outcome = run_change(database, add_spec, "a1-pro", draft("weight", "41 g"))
    assert select_rows(database, "SELECT author, reason, origin FROM changeset WHERE id = ?", outcome.changeset) == [
        ("Ada", "a test", "edit")
    ]


def test_a_dimension_fault_is_a_usage_error() -> None:
    assert issubclass(DimensionError, UsageError)
