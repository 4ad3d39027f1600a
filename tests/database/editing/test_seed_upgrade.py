"""A new seed: its changes are applied, and changes by people are kept."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from helpers.editing import change_lines, draft, run_change, saved_yaml, select_rows
from specdb import resources
from specdb.analysis.build_view import build_view
from specdb.bundles.drafts import Bundle, ProductDraft, RateDraft
from specdb.bundles.exchange_rates import set_rate
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing import entities, entity_names
from specdb.editing.edit_session import EditSession, Outcome, run_edit
from specdb.editing.seed_upgrade import merge_seed, text_digest, upgrade_seed
from specdb.editing.spec_edits import add_spec, retract_spec, set_rank

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.both_dialects

SEED = resources.SEED.read_text(encoding="utf-8")
WEIGHT = "value: ≈ 40 g, printed: approximately 40g"
OTHER = "value: ≈ 45 g, printed: approximately 45g"
LINE = f"  - {{attribute: weight, {WEIGHT}, source: dingtalk-a1-pro, at: line 139}}\n"


def upgraded(path: Path, text: str) -> Outcome:
    """What came of a new seed."""

    def change(work: EditSession) -> list[str]:
        return upgrade_seed(work, text, "seed")

    return run_edit(path, change, "a new seed", origin="seed", digest=text_digest(text))


RENAMED = SEED.replace("slug: dingtalk-a1-pro,", "slug: other,").replace("source: dingtalk-a1-pro", "source: other")


def rated(rate: str) -> str:
    """The seed with a rate."""
    item = f"- {{day: 2026-04-30, base: USD, quote: CNY, rate: '{rate}', source: bank}}\n"
    return SEED.replace("products:\n", f"rates:\n{item}products:\n", 1)


def seed(old: str, new: str) -> str:
    """The seed with one text in place of another."""
    assert old in SEED
    return SEED.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SEED, []),
        (SEED + "\n", []),  # another text that says the same
        (seed(WEIGHT, OTHER), ["a1-pro weight: ≈ 40 g -> ≈ 45 g"]),
        (seed(LINE, ""), ["a1-pro weight: ≈ 40 g -> -"]),
        (
            seed(LINE, LINE + "  - {attribute: weight, value: 39 g, source: moonix}\n"),
            ["a1-pro weight: - -> 39 g"],
        ),
        (seed("  name: DingTalk A1 Pro\n", "  name: A1 Pro\n"), ["a1-pro name: DingTalk A1 Pro -> A1 Pro"]),
        (seed("aliases: [dingtalk-a1-pro]", "aliases: [dingtalk-a1-pro, a1p]"), ["a1-pro alias: - -> a1p"]),
        (
            seed("aliases: [dingtalk-a1-pro]\n", "aliases: [a1p]\n"),
            ["a1-pro alias: - -> a1p", "a1-pro alias: dingtalk-a1-pro -> -"],
        ),
        (RENAMED, ["other slug: dingtalk-a1-pro -> other"]),
        (rated("7.25"), ["USD/CNY 2026-04-30: - -> 7.25"]),
        (seed("unit: g, better: lower", "unit: kg, better: lower"), ["weight unit: g -> kg"]),
        (seed(", printed: larger battery,", ", printed: a larger battery,"), None),
        (seed("products:\n", "products:\n- {slug: new, name: New, category: phone}\n"), None),
        (seed("required: [recording, battery, weight]", "required: [recording, battery]"), None),
        (seed("sources:\n", "source_kinds:\n- {kind: article, precedence: 3}\nsources:\n"), ["article precedence: - -> 3"]),
    ],
)
def test_a_new_seed_comes_in(database: Path, text: str, expected: list[str] | None) -> None:
    outcome = upgraded(database, text)
    assert outcome.remarks == []
    assert change_lines(outcome) == expected if expected is not None else outcome.lines
    assert upgraded(database, text).lines == []
    assert upgraded(database, SEED).remarks == []
    assert sorted(saved_yaml(database).splitlines()) == sorted(SEED.splitlines())  # and goes again


MINE: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("corrected", add_spec, ("a1-pro", draft("weight", "41 g"))),
    ("retracted", retract_spec, ("a1-pro", "weight", {})),
]


@pytest.mark.parametrize(("change", "arguments"), [one[1:] for one in MINE], ids=[one[0] for one in MINE])
def test_the_same_raw_text_is_left_alone(database: Path, change: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    run_change(database, change, *arguments)
    before = saved_yaml(database)
    outcome = upgraded(database, SEED + "\n")
    assert (outcome.lines, outcome.remarks) == ([], [])
    assert saved_yaml(database) == before


@pytest.mark.parametrize(
    ("change", "arguments", "text", "expected", "remarks"),
    [
        # a person's figure stays, and what the seed says is told
        (
            add_spec,
            ("a1-pro", draft("weight", "41 g")),
            seed(WEIGHT, OTHER),
            [],
            ["kept your weight of a1-pro; the packaged seed has approximately 45g"],
        ),
        # unless it is what the seed has come to say
        (add_spec, ("a1-pro", draft("weight", "≈ 45 g", printed="approximately 45g")), seed(WEIGHT, OTHER), [], []),
        # what was retracted and is otherwise now comes in
        (retract_spec, ("a1-pro", "weight", {}), seed(WEIGHT, OTHER), ["a1-pro weight: - -> ≈ 45 g"], []),
        # gone from the seed: what a person put in its place stays
        (add_spec, ("a1-pro", draft("weight", "41 g")), seed(LINE, ""), [], []),
        # another source's figure is no part of it
        (add_spec, ("a1-pro", draft("weight", "41 g", "moonix")), seed(WEIGHT, OTHER), ["a1-pro weight: ≈ 40 g -> ≈ 45 g"], []),
        # fields, one by one
        (
            entities.edit_entity,
            ("product", "a1-pro", {"name": "Mine"}),
            seed("  name: DingTalk A1 Pro\n", "  name: A1 Pro\n"),
            [],
            ["kept your name of the product a1-pro"],
        ),
        (
            entities.edit_entity,
            ("product", "a1-pro", {"description": "mine"}),
            seed("  name: DingTalk A1 Pro\n", "  name: A1 Pro\n"),
            ["a1-pro name: DingTalk A1 Pro -> A1 Pro"],
            [],
        ),
        (
            entities.edit_entity,
            ("attribute", "weight", {"unit": "kg"}),
            seed(WEIGHT, OTHER),
            ["a1-pro weight: ≈ 40 g -> ≈ 45 g"],
            [],
        ),
        # a renamed product is still the seed's
        (entities.rename_entity, ("product", "a1-pro", "pro"), seed(WEIGHT, OTHER), ["pro weight: ≈ 40 g -> ≈ 45 g"], []),
        (entities.rename_entity, ("attribute", "weight", "heft"), seed(WEIGHT, OTHER), ["a1-pro heft: ≈ 40 g -> ≈ 45 g"], []),
        # a merged one lives on in the other
        (
            entities.merge_products,
            ("moonix-pro", "moonix"),
            seed("- slug: moonix-pro\n", "- slug: moonix-pro\n").replace(
                "  - {attribute: maker, value: moonix-maker", "  - {attribute: maker, value: moonix-maker", 1
            ),
            [],
            [],
        ),
        # an alias that was taken away stays away
        (entities.remove_alias, ("dingtalk-a1-pro",), seed(WEIGHT, OTHER), ["a1-pro weight: ≈ 40 g -> ≈ 45 g"], []),
    ],
)
def test_what_a_person_changed_stays(
    database: Path, change: Callable[..., Any], arguments: tuple[Any, ...], text: str, expected: list[str], remarks: list[str]
) -> None:
    run_change(database, change, *arguments)
    outcome = upgraded(database, text)
    assert (change_lines(outcome), outcome.remarks) == (expected, remarks)


def test_a_figure_in_another_unit_of_the_attribute(database: Path) -> None:
    run_change(database, entities.edit_entity, "attribute", "weight", {"unit": "kg"})
    upgraded(database, seed(WEIGHT, OTHER))
    sql = "SELECT nominal, value_unit FROM spec WHERE printed = 'approximately 45g' AND shown"
    assert select_rows(database, sql) == [(0.045, "kg")]


def test_a_rank_that_was_given_is_kept(database: Path) -> None:
    ((row_id,),) = select_rows(database, "SELECT id FROM spec WHERE printed = 'approximately 40g'")
    run_change(database, set_rank, row_id, "deprecated")
    assert upgraded(database, seed(WEIGHT, OTHER)).remarks == [
        "kept your weight of a1-pro; the packaged seed has approximately 45g"
    ]


def test_a_merged_product_receives_new_specs(database: Path) -> None:
    run_change(database, entities.merge_products, "a1-pro-enterprise", "a1-pro")
    more = "  category: ai-recorder\n  aliases: [dingtalk-a1-pro-enterprise]\n"
    at = SEED.index("  specs:\n", SEED.index(more)) + len("  specs:\n")
    text = f"{SEED[:at]}  - {{attribute: weight, value: 44 g, source: dingtalk-a1-pro}}\n{SEED[at:]}"
    assert change_lines(upgraded(database, text)) == ["a1-pro weight: - -> 44 g"]


def test_a_removed_product_stays_removed(database: Path) -> None:
    run_change(database, entity_names.apply_drafts, Bundle(products=(ProductDraft("mine", "Mine", "phone"),)), new=True)
    name = next(
        slug for (slug,) in select_rows(database, "SELECT slug FROM product ORDER BY id DESC") if removed(database, slug)
    )
    run_change(database, entities.remove_product, name)
    at = SEED.index("  specs:\n", SEED.index(f"- slug: {name}\n")) + len("  specs:\n")
    text = f"{SEED[:at]}  - {{attribute: weight, value: 44 g, source: dingtalk-a1-pro}}\n{SEED[at:]}"
    outcome = upgraded(database, text)
    assert (outcome.lines, outcome.remarks) == ([], [f"kept your weight of {name}; the packaged seed has 44 g"])
    assert f"slug: {name}\n" not in saved_yaml(database)
    assert "slug: mine\n" in saved_yaml(database)


def removed(database: Path, slug: str) -> bool:
    """Whether a product with specs can be removed."""
    from specdb.errors import ConflictError

    if slug == "mine" or f"- slug: {slug}\n" not in SEED:
        return False
    try:
        run_change(database, entities.remove_product, slug, dry_run=True)
    except ConflictError:
        return False
    return bool(select_rows(database, "SELECT 1 FROM spec JOIN product p ON p.id = product_id WHERE p.slug = ?", slug))


def test_removes_products_dropped_by_the_seed(database: Path) -> None:
    text = seed("products:\n", "products:\n- {slug: new, name: New, category: phone, aliases: [fresh]}\n")
    upgraded(database, text)
    upgraded(database, SEED)
    with closing(connect(database)) as connection:
        assert {"new", "fresh"}.isdisjoint(build_view(Repository(connection)).names("product"))
    upgraded(database, text)
    run_change(database, add_spec, "new", draft("weight", "1 g", "moonix"))
    outcome = upgraded(database, SEED)
    assert outcome.remarks == ["kept the product new, which is no longer in the packaged seed"]
    assert "slug: new\n" in saved_yaml(database)


def test_a_rate_follows_the_seed_unless_a_person_has_set_it(database: Path) -> None:
    upgraded(database, rated("7.25"))
    again = ["USD/CNY 2026-04-30: 7.25 -> -", "USD/CNY 2026-04-30: - -> 7.3"]
    assert change_lines(upgraded(database, rated("7.3"))) == again
    set_rate(database, RateDraft("2026-04-30", "CNY", "USD", "0.14", "mine"))
    outcome = upgraded(database, rated("7.4"))
    assert (outcome.lines, outcome.remarks) == ([], ["kept your rate of USD in CNY on 2026-04-30; the packaged seed has 7.4"])
    assert select_rows(database, "SELECT base, rate FROM rate WHERE retracted_id IS NULL") == [("CNY", "0.14")]


def test_loads_the_packaged_seed_once(database: Path) -> None:
    upgraded(database, seed(WEIGHT, OTHER))
    outcome = merge_seed(database)
    assert change_lines(outcome) == ["a1-pro weight: ≈ 45 g -> ≈ 40 g"]
    assert select_rows(database, "SELECT origin FROM changeset WHERE id = ?", outcome.changeset) == [("seed",)]
    assert merge_seed(database).changeset == 0
