"""Products, attributes, sources and aliases are edited, renamed, merged and removed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from helpers.editing import apply_yaml, change_lines, draft, run_change, saved_yaml, select_rows
from specdb.analysis.build_view import build_view
from specdb.analysis.specs import read_specs
from specdb.bundles.drafts import AttributeDraft, Bundle, ProductDraft, SourceDraft
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing import entities, entity_names
from specdb.editing.spec_edits import add_spec
from specdb.errors import AmbiguousNameError, ConflictError, NotFoundError, SpecdbError, UsageError
from specdb.query import Condition, query
from specdb.reports.compare import compare

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.both_dialects

FEES = Bundle(attributes=(AttributeDraft("fee", "fee", "quantity", "USD/month"),))
ONE = Bundle(products=(ProductDraft("one", "One", "glasses", ("uno",)),))


def answers(path: Path, *products: str) -> list[Any]:
    """All values of a comparison."""
    with closing(connect(path)) as connection:
        return [list(row) for row in compare(build_view(Repository(connection)), products).flat().values()]


@pytest.mark.parametrize(
    ("table", "name", "fields", "expected"),
    [
        ("product", "a1", {"name": "A-1"}, ["a1 name: DingTalk A1 -> A-1"]),
        ("product", "a1", {"name": "DingTalk A1"}, []),
        ("product", "a1", {"category": "phone"}, ["a1 category: ai-recorder -> phone"]),
        ("product", "dingtalk-a1", {"description": ""}, None),
        ("attribute", "weight", {"unit": "kg"}, ["weight unit: g -> kg"]),
        ("attribute", "weight", {"better": "", "group": "body"}, None),
        ("attribute", "thickness", {"many": True}, ["thickness many: - -> yes"]),
        ("source", "dingtalk-a1-pro", {"precedence": "2"}, ["dingtalk-a1-pro precedence: 0 -> 2"]),
        ("source", "dingtalk-a1-pro", {"publisher": "somebody"}, ["dingtalk-a1-pro publisher: - -> somebody"]),
    ],
)
def test_edit(database: Path, table: str, name: str, fields: dict[str, Any], expected: list[str] | None) -> None:
    outcome = run_change(database, entities.edit_entity, table, name, fields)
    assert expected is None or change_lines(outcome) == expected
    assert run_change(database, entities.edit_entity, table, name, fields).lines == []
    assert apply_yaml(database, saved_yaml(database)).lines == []


@pytest.mark.parametrize(
    ("table", "name", "fields", "problem"),
    [
        ("product", "a1", {}, "nothing to change"),
        ("product", "a1", {"category": "phones"}, "there is no category 'phones'"),
        ("product", "a1", {"name": "  "}, "the product a1 has no name"),
        ("attribute", "weight", {"unit": "furlong"}, "weight: unknown unit 'furlong'"),
        ("attribute", "weight", {"unit": "m"}, "weight: cannot convert g (mass) to m (length)"),
        ("attribute", "weight", {"unit": "m", "plausible": ""}, "specs do not fit the changed attribute weight"),
        ("attribute", "weight", {"kind": "text", "unit": None, "plausible": ""}, "weight is a text and cannot have unit"),
        ("attribute", "touchscreen", {"kind": "text"}, "specs do not fit the changed attribute touchscreen"),
        ("attribute", "weight", {"many": True}, "some expressions could not be evaluated any more"),
        ("attribute", "recording", {"expression": "3 * standby"}, "not fit the changed attribute recording"),
        ("attribute", "mean-current", {"expression": "hours-per-gram * battery"}, "mean-current"),
        ("attribute", "hours-per-gram", {"expression": "hours-per-gram * 2"}, "circular definition"),
        ("attribute", "origin", {"choices": ("foreign",)}, "not fit the changed attribute origin"),
        ("source", "dingtalk-a1-pro", {"date": "yesterday"}, "dingtalk-a1-pro: 'yesterday' is not a date"),
        ("source", "dingtalk-a1-pro", {"url": "ftp://x"}, "is not a web address"),
    ],
)
def test_what_cannot_be_edited(database: Path, table: str, name: str, fields: dict[str, Any], problem: str) -> None:
    before = saved_yaml(database)
    with pytest.raises(SpecdbError) as caught:
        run_change(database, entities.edit_entity, table, name, fields)
    assert problem in caught.value.problem
    assert saved_yaml(database) == before


def test_what_is_in_the_way_is_listed(database: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        run_change(database, entities.edit_entity, "attribute", "weight", {"unit": "m", "plausible": ""})
    listed = caught.value.hint.splitlines()
    assert any("a1-pro, approximately 40g: cannot convert g (mass) to m (length)" in line for line in listed)
    assert listed[-1].startswith("set or unset them first")


@pytest.mark.parametrize("unit", ["kg", "oz", "t"])
def test_another_unit_rebuilds_all_numbers(database: Path, unit: str) -> None:
    sql = "SELECT id, lo, nominal, hi FROM spec s WHERE attribute_id = (SELECT id FROM attribute WHERE key = 'weight')"
    run_change(database, add_spec, "a1-pro", draft("weight", "41 g"))  # so that there is a retracted one
    before = {entity_id: rest for entity_id, *rest in select_rows(database, sql)}
    run_change(database, entities.edit_entity, "attribute", "weight", {"unit": unit})
    factor = {"kg": 1e-3, "oz": 1 / 28.349523125, "t": 1e-6}[unit]
    for entity_id, *found in select_rows(database, sql):
        assert found == pytest.approx([end * factor for end in before[entity_id]])
    assert {one for (one,) in select_rows(database, sql.replace("id, lo, nominal, hi", "DISTINCT value_unit"))} == {unit}
    ((low, high),) = select_rows(database, "SELECT plausible_lo, plausible_hi FROM attribute WHERE key = 'weight'")
    run_change(database, entities.edit_entity, "attribute", "weight", {"unit": "g"})
    assert {entity_id: rest for entity_id, *rest in select_rows(database, sql)} == before
    assert select_rows(database, "SELECT plausible_lo, plausible_hi FROM attribute WHERE key = 'weight'") == [
        (pytest.approx(low / factor), pytest.approx(high / factor))
    ]


def test_another_category_takes_the_specs_along(database: Path) -> None:
    run_change(database, entities.edit_entity, "product", "a1-pro", {"category": "phone"})
    with closing(connect(database)) as connection:
        found = query(build_view(Repository(connection)), [Condition("max", "weight", "50g")])
        assert ["a1-pro", "phone"] in [row[:1] + row[2:3] for row in map(list, found.flat().values())]


def test_precedence_changes_what_is_shown(database: Path) -> None:
    run_change(database, add_spec, "a1-pro", draft("weight", "39 g", "optimus"))
    sql = "SELECT printed FROM spec WHERE shown AND printed IN ('39 g', 'approximately 40g')"
    assert select_rows(database, sql) == [("approximately 40g",)]
    run_change(database, entities.edit_entity, "source", "optimus", {"precedence": "1"})
    assert select_rows(database, sql) == [("39 g",)]


def test_specs_follow_the_date_of_their_source(database: Path) -> None:
    run_change(database, add_spec, "a1-pro", draft("weight", "41 g", as_of="2026-05-01"))
    outcome = run_change(database, entities.edit_entity, "source", "dingtalk-a1-pro", {"date": "2026-04-29"})
    sql = "SELECT DISTINCT as_of FROM spec JOIN source o ON o.id = source_id WHERE slug = ? AND retracted_id IS NULL"
    assert {one for (one,) in select_rows(database, sql, "dingtalk-a1-pro")} == {"2026-04-29", "2026-05-01"}
    assert len(outcome.lines) > 100
    assert apply_yaml(database, saved_yaml(database)).lines == []


@pytest.mark.parametrize(
    ("table", "name", "to"),
    [
        ("product", "a1", "a-one"),
        ("product", "a1", "dingtalk-a1"),  # one of its aliases
        ("attribute", "weight", "heft"),
    ],
)
def test_a_renamed_one_answers_to_its_old_name(database: Path, table: str, name: str, to: str) -> None:
    before = answers(database, "a1", "a1-pro")
    run_change(database, entities.rename_entity, table, name, to)
    after = answers(database, "a1", "a1-pro")
    assert [row[1:] for row in after] == [[to if value == name else value for value in row[1:]] for row in before]
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        find = view.product if table == "product" else view.attribute
        assert find(name) == find(to)
    assert apply_yaml(database, saved_yaml(database)).lines == []


@pytest.mark.parametrize(
    ("table", "name", "to", "problem"),
    [
        ("product", "a1", "a1", "a1 already has that name"),
        ("product", "a1", "a1-pro", "there is already a product a1-pro"),
        ("product", "a1", "dingtalk-a1-pro", "there is already a product dingtalk-a1-pro"),
        ("product", "a1", "A One", "'A One' is not a valid product name"),
        ("product", "nothing", "x", "there is no product 'nothing'"),
        ("attribute", "weight", "battery", "there is already an attribute battery"),
    ],
)
def test_what_cannot_be_renamed(database: Path, table: str, name: str, to: str, problem: str) -> None:
    with pytest.raises(SpecdbError) as caught:
        run_change(database, entities.rename_entity, table, name, to)
    assert problem in caught.value.problem


def test_a_merged_product_answers_under_both_names(database: Path) -> None:
    run_change(database, entity_names.apply_drafts, ONE, new=True)
    run_change(database, add_spec, "one", draft("weight", "1 kg", "moonix"))
    run_change(
        database, add_spec, "one", draft("weight", "≈ 40 g", "dingtalk-a1-pro", at="line 139", printed="approximately 40g")
    )
    run_change(database, add_spec, "a1", draft("variant-of", "one", "dingtalk-a1-pro"))
    outcome = run_change(database, entities.merge_products, "one", "a1-pro")
    assert outcome.remarks == ["1 spec was dropped: a1-pro already has them or would refer to itself"]
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        assert {view.product(name).slug for name in ("one", "uno", "a1-pro")} == {"a1-pro"}
        assert "one" not in [product.slug for product in view.products()]
        printed = [
            spec.printed
            for spec in read_specs(view, [view.product("one").id])
            if spec.attribute_id == view.attribute("weight").id
        ]
        assert printed == ["approximately 40g", "1 kg"]
    assert select_rows(
        database,
        "SELECT COUNT(*) FROM spec WHERE retracted_id IS NULL AND target_id IN (SELECT id FROM product WHERE removed_id > 0)",
    ) == [(0,)]
    assert apply_yaml(database, saved_yaml(database)).lines == []


def test_a_merged_attribute_answers_under_both_names(database: Path) -> None:
    new = AttributeDraft("heft", "heft", "quantity", unit="kg")
    run_change(database, entity_names.apply_drafts, Bundle(attributes=(new,)), new=True)
    before = answers(database, "a1-pro", "moonix")
    outcome = run_change(database, entities.merge_attributes, "weight", "heft")
    assert outcome.remarks == []
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        assert {view.attribute(name).key for name in ("weight", "mass", "heft")} == {"heft"}
        product, heft = view.product("a1-pro"), view.attribute("weight")
        (spec,) = read_specs(view, [product.id], [heft.id])
        assert (spec.number, spec.unit, spec.nominal, spec.value_unit) == ("40", "g", 0.04, "kg")
    assert len(answers(database, "a1-pro", "moonix")) == len(before)
    assert apply_yaml(database, saved_yaml(database)).lines == []


@pytest.mark.parametrize(
    ("name", "into", "problem"),
    [
        ("weight", "battery", "weight is a quantity of mass, battery is a quantity"),
        ("weight", "touchscreen", "weight is a quantity of mass, touchscreen is a flag"),
        ("weight", "mass", "weight and mass are the same attribute"),
        ("price", "fee", "price is a quantity of currency CNY, fee is a quantity of currency USD / time"),
        ("weight", "nothing", "there is no attribute 'nothing'"),
    ],
)
def test_what_cannot_be_merged(database: Path, name: str, into: str, problem: str) -> None:
    run_change(database, entity_names.apply_drafts, FEES, new=True)
    with pytest.raises(UsageError) as caught:
        run_change(database, entities.merge_attributes, name, into)
    assert problem in caught.value.problem


def test_a_removed_product_is_gone_and_comes_back_without_its_specs(database: Path) -> None:
    run_change(database, entity_names.apply_drafts, ONE, new=True)
    run_change(database, add_spec, "one", draft("weight", "1 g", "moonix"))
    ((entity_id,),) = select_rows(database, "SELECT id FROM product WHERE slug = 'one'")
    run_change(database, entities.remove_product, "uno")
    with closing(connect(database)) as connection:
        view = build_view(Repository(connection))
        for name in ("one", "uno"):
            with pytest.raises(NotFoundError):
                entity_names.find_product(view, name)
        assert "one" not in view.names("product")
        assert "one" not in [row[0] for row in query(view).flat().values()]
        assert "one" not in [row[0] for row in query(view, [Condition("max", "weight", "2g")]).flat().values()]
    assert "slug: one" not in saved_yaml(database)
    run_change(database, entity_names.apply_drafts, ONE, new=True)
    assert select_rows(database, "SELECT id, removed_id FROM product WHERE slug = 'one'") == [(entity_id, None)]
    assert select_rows(database, "SELECT COUNT(*) FROM spec WHERE product_id = ? AND retracted_id IS NULL", entity_id) == [(0,)]


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("h20", "benchmarked-against of ascend-950pr"),
        ("dingtalk", "maker of a1-pro"),
        ("950pr", "rule order-value"),
    ],
)
def test_what_is_referred_to_is_not_removed(database: Path, name: str, listed: str) -> None:
    before = saved_yaml(database)
    with pytest.raises(ConflictError) as caught:
        run_change(database, entities.remove_product, name)
    assert listed in caught.value.hint
    assert saved_yaml(database) == before


def test_a_removed_products_slug_can_be_given_to_another(database: Path) -> None:
    run_change(database, entity_names.apply_drafts, ONE, new=True)
    run_change(database, entities.remove_product, "one")
    run_change(database, entity_names.apply_drafts, Bundle(products=(ProductDraft("two", "Two", "glasses"),)), new=True)
    run_change(database, entities.rename_entity, "product", "two", "one")
    with closing(connect(database)) as connection:
        assert build_view(Repository(connection)).product("one").name == "Two"


def test_new_names_must_be_new(database: Path) -> None:
    for made in (
        ONE,
        Bundle(sources=(SourceDraft("dingtalk-a1-pro", "x", date="2026"),)),
        Bundle(products=(ProductDraft("a1", "x", "glasses"),)),
    ):
        if made is ONE:
            run_change(database, entity_names.apply_drafts, made, new=True)
        with pytest.raises(UsageError, match=r"is used twice|2 issues"):
            run_change(database, entity_names.apply_drafts, made, new=True)


@pytest.mark.parametrize(
    ("name", "alias", "of", "expected"),
    [
        ("a1", "My Recorder", "", ["a1 alias: - -> my recorder"]),
        ("weight", "heft", "", ["weight alias: - -> heft"]),
        ("glasses", "specs", "", ["ai-glasses alias: - -> specs"]),
        ("memory", "ram", "attribute", ["memory alias: - -> ram"]),
        ("a1", "dingtalk-a1", "", []),
    ],
)
def test_aliases_come_and_go(database: Path, name: str, alias: str, of: str, expected: list[str]) -> None:
    assert change_lines(run_change(database, entities.add_alias, name, alias, of)) == expected
    if expected:
        before, after = expected[0].rsplit("- -> ", 1)
        assert change_lines(run_change(database, entities.remove_alias, alias)) == [f"{before}{after} -> -"]


@pytest.mark.parametrize(
    ("change", "arguments", "error", "problem"),
    [
        (entities.add_alias, ("memory", "ram"), AmbiguousNameError, "'memory' is the name of an attribute and a category"),
        (entities.add_alias, ("nothing", "x"), NotFoundError, "there is no product, attribute or category 'nothing'"),
        (entities.add_alias, ("a1", "a1-pro"), UsageError, "there is already a product a1-pro"),
        (entities.add_alias, ("a1", " "), UsageError, "' ' is not a valid alias"),
        (entities.add_alias, ("a1", "x", "unit"), UsageError, "'unit' has no aliases"),
        (entities.remove_alias, ("a1",), NotFoundError, "there is no alias 'a1'"),
        (entities.remove_alias, ("mass", "product"), NotFoundError, "there is no alias 'mass'"),
    ],
)
def test_what_is_no_alias(
    database: Path, change: Any, arguments: tuple[str, ...], error: type[SpecdbError], problem: str
) -> None:
    with pytest.raises(error) as caught:
        run_change(database, change, *arguments)
    assert problem in caught.value.problem


def test_a_name_that_claims_use_stays(database: Path) -> None:
    run_change(database, entities.rename_entity, "product", "a1", "a-one")
    with pytest.raises(ConflictError, match="a1 is used in expressions") as caught:
        run_change(database, entities.remove_alias, "a1")
    assert "claim about a1-pro: battery of a1" in caught.value.hint
