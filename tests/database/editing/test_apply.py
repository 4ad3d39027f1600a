"""Applying a file: differences are added, changed or retracted; applying it again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from helpers.bundle_strategies import bundles
from helpers.editing import apply_yaml, change_lines, draft, run_change, saved_yaml, select_rows
from helpers.examples import scaled
from specdb.bundles import bundle
from specdb.database import changeset_writer, create
from specdb.editing import entity_names
from specdb.editing.apply import apply_bundle
from specdb.editing.load import unit_rows
from specdb.editing.spec_edits import add_spec
from specdb.errors import ConflictError, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from specdb.bundles.drafts import Bundle

pytestmark = pytest.mark.both_dialects

MOONIX_APP = """specdb: 1
products:
- slug: moonix-app
  name: Moonix app
  category: app
  specs:
"""
WEIGHT = "- {key: weight, name: weight, kind: quantity, unit: g, better: lower, group: body, aliases: [mass], plausible: "


def changed(path: Path, old: str, new: str) -> str:
    """The saved database with one text in place of another."""
    text = saved_yaml(path)
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # a spec changed, added, retracted
        ("value: ≈ 40 g, printed: approximately 40g", "value: 41 g", ["a1-pro weight: ≈ 40 g -> 41 g"]),
        (", source: dingtalk-a1-pro, at: line 139}", ", source: dingtalk-a1-pro, at: page 1}", None),
        (
            "  - {attribute: weight, value: ≈ 40 g, printed: approximately 40g, source: dingtalk-a1-pro, at: line 139}\n",
            "",
            ["a1-pro weight: ≈ 40 g -> -"],
        ),
        (
            "  - {attribute: weight, value: ≈ 40 g",
            "  - {attribute: weight, value: 9 g, source: moonix}\n  - {attribute: weight, value: ≈ 40 g",
            ["a1-pro weight: - -> 9 g"],
        ),
        # fields of a product, an attribute, a category, a source
        ("  name: DingTalk A1 Pro\n", "  name: A1 Pro\n", ["a1-pro name: DingTalk A1 Pro -> A1 Pro"]),
        ("aliases: [dingtalk-a1-pro]", "aliases: [a1p]", ["a1-pro alias: dingtalk-a1-pro -> -", "a1-pro alias: - -> a1p"]),
        (
            "  required: [recording, battery, weight]\n",
            "  required: [recording, battery]\n",
            None,
        ),
        ("title: Launch article on the Moonix AI glasses", "title: Moonix", None),
        # a category below another
        ("  name: phones\n  parent: device\n", "  name: phones\n  parent: wearable\n", ["phone parent: device -> wearable"]),
        # a claim
        (", printed: larger battery,", ", printed: a larger battery,", None),
        # what is new
        ("categories:\n", "categories:\n- {key: toy, name: toys, parent: device, aliases: [plaything]}\n", None),
        ("sources:\n", "sources:\n- {slug: extra, title: Extra, date: 2026}\n", None),
    ],
)
def test_what_differs_is_done_and_no_more(database: Path, old: str, new: str, expected: list[str] | None) -> None:
    text = changed(database, old, new)
    outcome = apply_yaml(database, text)
    assert 1 <= len(outcome.lines) <= 4
    assert expected is None or change_lines(outcome) == expected
    again = apply_yaml(database, text)
    assert (again.lines, again.changeset) == ([], 0)
    # what comes anew stands after what was there; else it is the file
    assert sorted(saved_yaml(database).splitlines()) == sorted(
        bundle.format_bundle(bundle.parse_bundle(text, "it")).splitlines()
    )


def test_what_is_not_named_is_left_alone(database: Path) -> None:
    before = saved_yaml(database)
    apply_yaml(database, MOONIX_APP.removesuffix("  specs:\n"))
    after = saved_yaml(database)
    assert before.split("- slug: moonix-app\n")[0] == after.split("- slug: moonix-app\n")[0]
    assert select_rows(
        database,
        "SELECT COUNT(*) FROM spec s JOIN product p ON p.id = product_id WHERE slug = 'moonix-app' AND retracted_id IS NULL",
    ) == [(0,)]


def test_a_file_may_name_things_by_their_aliases(database: Path) -> None:
    text = MOONIX_APP + "  - {attribute: brand, value: dingtalk-a1, source: moonix}\n"
    outcome = apply_yaml(database, text)
    assert "moonix-app maker: - -> a1" in change_lines(outcome)


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("value: ≈ 40 g, printed", "value: ≈ 40 m, printed", ["weight: cannot convert m (length) to g (mass)"]),
        ("- slug: a1-pro\n", "- slug: dingtalk-a1-pro\n", ["the product name dingtalk-a1-pro is used twice"]),
        ("aliases: [dingtalk-a1-pro]", "aliases: [a1]", ["the product name a1 is used twice"]),
        ("  parent: device\n", "  parent: ai-glasses\n", ["the category wearable is its own ancestor"]),
        ("battery of a1-pro, relation", "batery of a1-pro, relation", ["there is no attribute 'batery'"]),
        ("battery of a1-pro, relation", "weight of a1, relation", ["cannot combine"]),
        (
            "source: dingtalk-a1-pro, at: line 139}",
            "source: dingtalc, at: line 139, rank: best}",
            ["there is no source 'dingtalc'", "unknown rank 'best'"],
        ),
    ],
)
def test_reports_all_errors_and_changes_nothing(database: Path, old: str, new: str, faults: list[str]) -> None:
    before = saved_yaml(database)
    text = changed(database, old, new)
    with pytest.raises(ValidationError) as caught:
        apply_yaml(database, text)
    for fault in faults:
        assert any(fault in found.problem for found in caught.value.issues)
    assert all(found.line for found in caught.value.issues)
    assert saved_yaml(database) == before


def test_a_category_of_the_file_is_not_below_itself_by_way_of_the_database(database: Path) -> None:
    with pytest.raises(ValidationError, match="the category device is its own ancestor"):
        apply_yaml(database, "specdb: 1\ncategories:\n- {key: device, name: devices, parent: ai-glasses}\n")


def test_an_attribute_and_its_specs_may_change_together(database: Path) -> None:
    """Another dimension is refused while specs of the old one stand, and taken where the file changes them too."""
    run_change(
        database,
        lambda work: entity_names.apply_drafts(
            work,
            bundle.parse_bundle("specdb: 1\nattributes:\n- {key: hollow, name: hollow, kind: quantity, unit: g}\n", "it"),
            new=True,
        ),
    )
    run_change(database, add_spec, "moonix-app", draft("hollow", "3 g", "moonix"))
    change = "specdb: 1\nattributes:\n- {key: hollow, name: hollow, kind: quantity, unit: mm}\n"
    with pytest.raises(ConflictError, match="1 spec does not fit the changed attribute hollow"):
        apply_yaml(database, change)
    spec = "  - {attribute: hollow, value: 3 mm, source: moonix}\n"
    outcome = apply_yaml(database, change + MOONIX_APP.removeprefix("specdb: 1\n") + spec)
    assert "moonix-app hollow: 3 g -> 3 mm" in change_lines(outcome)


def test_a_rate_of_a_day_is_replaced(database: Path) -> None:
    head = "specdb: 1\nrates:\n- {day: 2026-11-20, base: TWD, quote: USD, source: bank, rate: "
    assert change_lines(apply_yaml(database, head + "0.031}\n")) == ["TWD/USD 2026-11-20: - -> 0.031"]
    assert change_lines(apply_yaml(database, head + "0.031}\n")) == []
    assert change_lines(apply_yaml(database, head + "0.032}\n")) == [
        "TWD/USD 2026-11-20: 0.031 -> -",
        "TWD/USD 2026-11-20: - -> 0.032",
    ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing but the units."""
    path: Path = tmp_path_factory.mktemp("apply") / "empty.db"

    def fill(connection: Connection) -> None:
        changeset_writer.add_rows(connection, unit_rows(), author="test", reason="units")

    assert create.create(path, fill)
    return path


def loaded(empty: Path, path: Path, text: str) -> Path:
    """A database made of this text."""
    path.write_bytes(empty.read_bytes())
    run_change(path, lambda work: apply_bundle(work, bundle.parse_bundle(text, "it"), "it", new=True))
    return path


@settings(max_examples=scaled(0.4))
@given(bundles(), bundles())
def test_applying_is_idempotent(empty: Path, first: Bundle, second: Bundle) -> None:
    """apply(save(db)) changes nothing; after a file has been applied, what it names is as it says, and stays so."""
    path = loaded(empty, empty.with_name("law.db"), bundle.format_bundle(first))
    assert apply_yaml(path, saved_yaml(path)).lines == []
    text = bundle.format_bundle(second)
    apply_yaml(path, text)
    assert apply_yaml(path, text).lines == []
    assert apply_yaml(path, saved_yaml(path)).lines == []
    fresh = loaded(empty, empty.with_name("fresh.db"), text)
    assert meaning(saved_yaml(path)) == meaning(saved_yaml(fresh))


def meaning(text: str) -> list[Any]:
    """What a text says, in whatever order."""
    found = bundle.parse_bundle(text, "it")
    products = [
        [one._replace(specs=(), line=0), *sorted(repr(spec._replace(line=0)) for spec in one.specs)] for one in found.products
    ]
    rest = [[repr(one._replace(line=0)) for one in getattr(found, name)] for name in bundle.SECTIONS if name != "products"]
    return [sorted(products, key=repr), *map(sorted, rest)]
