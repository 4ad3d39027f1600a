"""Drafts in review, and the decisions in the database."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from helpers.article_drafts import ARTICLE, write_drafts
from helpers.editing import change_lines, run_change, select_rows
from specdb.analysis.build_view import build_view
from specdb.database import transaction, undo
from specdb.database.connection import connect
from specdb.database.metadata import rejected
from specdb.database.repository import Repository
from specdb.errors import UsageError, ValidationError
from specdb.ingest import review

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.editing.edit_session import Outcome
    from specdb.ingest.review import DraftSheet


def opened(place: Location, drafts: Path, *articles: Path) -> DraftSheet:
    with closing(connect(place)) as connection:
        return review.open_draft_sheet(build_view(Repository(connection)), drafts, [str(one) for one in articles])


def stored(place: Location, sheet: DraftSheet, accepted: list[int], refused: list[int]) -> Outcome:
    some, others = ([sheet.items[index] for index in chosen] for chosen in (accepted, refused))
    return run_change(place, review.store_decisions, sheet, some, others)


def test_each_draft_has_its_sentence(seeded: Location, tmp_path: Path) -> None:
    sheet = opened(seeded, write_drafts(seeded, tmp_path))
    passages = [item.passage for item in sheet.items]
    assert [passage and passage.figure for passage in passages] == ["310 g", "$249", "$279", "2,990mAh", "190 hours"]
    assert ["".join(passage) for passage in passages if passage][1:3] == [
        "The Arden 5 weighs about 310 g and costs $249.",
        "The DingTalk A1 Pro costs $279.",
    ]
    assert all(item.comment[:2] == "0." for item in sheet.items)
    assert (sheet.stored, sheet.rejected, sheet.sources_without_text) == (0, 0, [])


def test_the_article_may_have_moved(seeded: Location, tmp_path: Path) -> None:
    drafts = write_drafts(seeded, tmp_path)
    moved = (tmp_path / "field-test.txt").rename(tmp_path / "moved.txt")
    lost = opened(seeded, drafts)
    assert (lost.sources_without_text, {item.passage for item in lost.items}) == (["field-test"], {None})
    assert opened(seeded, drafts, moved).sources_without_text == []
    (tmp_path / "field-test.txt").write_text(ARTICLE + "More.")
    assert opened(seeded, drafts).sources_without_text == ["field-test"]
    with pytest.raises(UsageError, match=r"no source in .* has the text of"):
        opened(seeded, drafts, tmp_path / "field-test.txt")


@pytest.mark.parametrize(
    ("old", "new", "figure"),
    [
        ("printed: $279", "printed: costs", "costs"),  # no figure of the tagger's, but in the line
        ("printed: $279", "printed: nowhere", ""),
        ("at: line 4}  # 0.9", "at: line 4}  # 0.9 ", "$279"),
    ],
)
def test_a_draft_of_ones_own(seeded: Location, tmp_path: Path, old: str, new: str, figure: str) -> None:
    drafts = write_drafts(seeded, tmp_path)
    drafts.write_text(drafts.read_text().replace(old, new))
    passage = next(item.passage for item in opened(seeded, drafts).items if item.spec.value == "279 USD")
    assert passage is not None
    assert passage.figure == figure
    assert "costs $279" in "".join(passage)


def test_what_is_accepted_goes_in_beside_what_is_there(database: Location, tmp_path: Path) -> None:
    before = select_rows(database, "SELECT COUNT(*) FROM spec WHERE retracted_id IS NULL")[0][0]
    outcome = stored(database, opened(database, write_drafts(database, tmp_path)), [0, 2, 3], [4])
    assert [line for line in change_lines(outcome) if not line.startswith("field-test")] == [
        "arden-5 category: - -> device",
        "arden-5 name: - -> Arden 5",
        "a1-pro price: - -> 279 USD",
        "a1-pro battery: - -> 2990 mAh",
        "arden-5 weight: - -> ≈ 310 g",
    ]
    assert "field-test rejected: - -> 190 hours, line 4" in change_lines(outcome)
    assert select_rows(database, "SELECT COUNT(*) FROM spec WHERE retracted_id IS NULL") == [(before + 3,)]
    again = opened(database, tmp_path / "drafts.yaml")
    assert ([item.printed for item in again.items], again.stored, again.rejected) == (["$249"], 3, 1)


def test_only_what_is_new_in_what_was_accepted_is_made(database: Location, tmp_path: Path) -> None:
    outcome = stored(database, opened(database, write_drafts(database, tmp_path)), [2], [])
    assert not any("arden" in line for line in change_lines(outcome))


def test_a_second_time_adds_nothing(database: Location, tmp_path: Path) -> None:
    sheet = opened(database, write_drafts(database, tmp_path))
    stored(database, sheet, [0, 3], [1])
    assert stored(database, sheet, [0, 3], [1]).changeset == 0


def test_an_edited_draft_keeps_what_was_printed(database: Location, tmp_path: Path) -> None:
    drafts = write_drafts(database, tmp_path)
    drafts.write_text(drafts.read_text().replace("value: ≈ 310 g, printed: 310 g", "value: 310 g"))
    item = opened(database, drafts).items[0]
    assert item.spec.printed == ""
    record = {"product": "a1-pro", "attribute": "mass", "qualifiers": {"case": "yes"}, "value": "≥ 310 g"}
    changed = review.apply_record(item, record)
    sheet = opened(database, tmp_path / "drafts.yaml")
    outcome = run_change(database, review.store_decisions, sheet, [changed], [])
    assert "a1-pro weight (case=yes): - -> ≥ 310 g" in change_lines(outcome)
    assert select_rows(database, "SELECT printed FROM spec WHERE qualifiers = 'case=yes'") == [("310 g",)]


def test_a_rejection_is_undone_done_again_and_looked_back_on(database: Location, tmp_path: Path) -> None:
    sheet = opened(database, write_drafts(database, tmp_path))
    number = stored(database, sheet, [2], [4]).changeset

    def remembered(as_of: str = "") -> set[tuple[str, str]]:
        with closing(connect(database)) as connection:
            view = build_view(Repository(connection), as_of=as_of)
            return rejected(view, sheet.sources["field-test"].sha256)

    assert remembered() == {("line 4", "190 hours")}
    assert remembered(f"@{number - 1}") == set()
    with transaction.write_transaction(database) as connection:
        undone = undo.write_undo(connection, number, author="a test").id
    assert remembered() == set()
    assert remembered(f"@{number}") == {("line 4", "190 hours")}
    with transaction.write_transaction(database) as connection:
        undo.write_undo(connection, undone, author="a test")
    assert remembered() == {("line 4", "190 hours")}


def test_a_file_with_more_than_drafts(seeded: Location, tmp_path: Path) -> None:
    drafts = write_drafts(seeded, tmp_path)
    drafts.write_text(drafts.read_text() + "claims:\n- {about: a1-pro, printed: x, source: field-test, why: y}\n")
    with pytest.raises(ValidationError) as raised:
        opened(seeded, drafts)
    assert [fault.problem for fault in raised.value.issues] == ["not a draft of a spec"]


def test_a_text_that_is_of_several_sources(seeded: Location, view: View, tmp_path: Path) -> None:
    drafts = write_drafts(seeded, tmp_path)
    text = drafts.read_text()
    digest = view.source("moonix").sha256
    old = next(line for line in text.split() if line.startswith(("sha256:",)))
    here = text[text.index(old) + len(old) :].split("}")[0].strip()
    drafts.write_text(text.replace(here, digest))
    with pytest.raises(ValidationError) as raised:
        opened(seeded, drafts)
    assert [fault.problem for fault in raised.value.issues] == ["4 sources have this text"]
    drafts.write_text(text.replace(here, digest).replace("field-test", "moonix"))
    assert {item.spec.source for item in opened(seeded, drafts).items} == {"moonix"}
