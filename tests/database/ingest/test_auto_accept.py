"""Drafts that are accepted without review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.article_drafts import ARTICLE, SHA256, extracted_figures
from helpers.editing import change_lines, draft, run_change, select_rows
from specdb.analysis.build_view import build_view
from specdb.bundles.drafts import SourceDraft
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.spec_edits import add_spec, retract_spec
from specdb.errors import AmbiguousNameError, UsageError
from specdb.ingest.auto_accept import accept_drafts
from specdb.ingest.source_matching import find_source, resolve_source

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.editing.edit_session import Outcome

TEST = SourceDraft("field-test", "A field test", date="2026-03-02", sha256=SHA256)


def accepted(place: Location, least: float = 0.8, text: str = ARTICLE, dry_run: bool = False) -> Outcome:
    drafts = extracted_figures(place, text)
    return run_change(place, lambda work: accept_drafts(work, drafts, TEST, least), dry_run=dry_run)


def stated(outcome: Outcome) -> list[str]:
    return [line for line in change_lines(outcome) if not line.startswith("field-test")]


@pytest.mark.parametrize(
    ("text", "least", "expected", "remarks"),
    [
        (
            ARTICLE,
            0.8,
            ["a1-pro price: - -> 279 USD", "a1-pro battery: - -> 2990 mAh", "a1-pro recording: - -> ≤ 190 h"],
            ["2 figures left for review: 1 below the confidence threshold, 1 of a new product or attribute"],
        ),
        (
            ARTICLE,
            0.5,
            ["a1-pro price: - -> 279 USD", "a1-pro battery: - -> 2990 mAh", "a1-pro recording: - -> ≤ 190 h"],
            ["2 figures left for review: 2 of a new product or attribute"],
        ),
        (ARTICLE, 1.0, [], ["5 figures left for review: 5 below the confidence threshold"]),
        (
            "DingTalk A1 Pro\n\nThe DingTalk A1 Pro costs $249 in one shop. The DingTalk A1 Pro costs $259 in another.",
            0.5,
            [],
            ["2 figures left for review: 2 in conflict with another figure of this source"],
        ),
        (
            "DingTalk A1 Pro\n\nThe DingTalk A1 Pro costs $249. In short: the DingTalk A1 Pro costs $249.",
            0.5,
            ["a1-pro price: - -> 249 USD"],
            [],
        ),
        ("DingTalk A1 Pro\n\nNo figure.", 0.5, [], []),
    ],
)
def test_what_goes_in(database: Location, text: str, least: float, expected: list[str], remarks: list[str]) -> None:
    outcome = accepted(database, least, text)
    assert (stated(outcome), outcome.remarks) == (expected, remarks)


def test_it_has_its_place_and_its_source(database: Location) -> None:
    accepted(database)
    sql = """
    SELECT o.slug, o.title, o.date, o.sha256, s.locator, s.printed FROM spec s JOIN source o ON o.id = s.source_id
    WHERE o.slug = 'field-test' ORDER BY s.id
    """
    source = ("field-test", "A field test", "2026-03-02", SHA256)
    assert select_rows(database, sql) == [
        (*source, "line 4", "$279"),
        (*source, "line 4", "2,990mAh"),
        (*source, "line 4", "190 hours"),
    ]


def test_a_second_time_adds_nothing(database: Location) -> None:
    assert accepted(database).changeset > 0
    again = accepted(database)
    assert (again.changeset, again.lines) == (0, [])
    assert again.remarks == [
        "2 figures left for review: 1 below the confidence threshold, 1 of a new product or attribute",
        "3 figures already stored",
    ]


def test_what_a_person_corrected_or_retracted_stays_so(database: Location) -> None:
    accepted(database)
    run_change(database, retract_spec, "a1-pro", "price", {}, source="field-test")
    run_change(database, add_spec, "a1-pro", draft("battery", "3000 mAh", "field-test"))
    assert accepted(database).lines == []


def test_a_dry_run_leaves_nothing(database: Location) -> None:
    assert len(stated(accepted(database, dry_run=True))) == 3
    assert select_rows(database, "SELECT COUNT(*) FROM source WHERE slug = 'field-test'") == [(0,)]


@pytest.mark.parametrize(
    ("sha256", "name", "expected"),
    [("f" * 64, "", None), ("f" * 64, "unheard-of", None)],
)
def test_no_stored_source(view: View, sha256: str, name: str, expected: None) -> None:
    assert find_source(view, sha256, name) is expected


def test_the_stored_source_of_a_text(view: View) -> None:
    same = view.source("moonix").sha256
    with pytest.raises(AmbiguousNameError, match="4 sources have this text"):
        find_source(view, same)
    named = find_source(view, same, "moonix")
    assert named is not None
    assert named.slug == "moonix"
    with pytest.raises(UsageError, match="source moonix has another text"):
        find_source(view, "f" * 64, "moonix")


@pytest.mark.parametrize(
    ("name", "date", "said"),
    [
        ("", "", "needs --source and --date\nadd --source launch-day --date 2026-03-02 (the first date in the text)"),
        ("mine", "", "needs --date\nadd --source mine --date 2026-03-02 (the first date in the text)"),
        ("", "2026-05", "needs --source\nadd --source launch-day --date 2026-05"),
    ],
)
def test_no_source_is_made_up(view: View, name: str, date: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        resolve_source(view, "some/Launch day.txt", ARTICLE, SHA256, name, date)
    assert str(raised.value).endswith(said)


def test_a_new_source(view: View) -> None:
    made = resolve_source(view, "x.txt", ARTICLE, SHA256, "mine", "2026-05")
    assert made == SourceDraft("mine", "Arden 5 goes on sale", date="2026-05", sha256=SHA256)


def test_is_kept_as_the_view_has_it(database: Location) -> None:
    accepted(database)
    connection = connect(database)
    try:
        view = build_view(Repository(connection))
        assert resolve_source(view, "renamed.txt", ARTICLE, SHA256).slug == "field-test"
    finally:
        connection.close()
