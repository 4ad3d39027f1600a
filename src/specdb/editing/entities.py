"""Products, attributes, sources and aliases: added, edited, renamed, merged and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from specdb.bundles.drafts import Bundle
from specdb.bundles.resolve import NAME
from specdb.bundles.save import DraftReader
from specdb.database import metadata, reconcile
from specdb.database.propagation import blocking_specs, recompute_columns
from specdb.domain import expression
from specdb.domain.unit import is_compatible
from specdb.editing import entity_names
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, nearest
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from specdb.editing.edit_session import EditSession

SCOPES = ("product", "attribute", "category")
"""What has aliases."""


def edit_entity(work: EditSession, table: str, name: str, fields: Mapping[str, object]) -> None:
    """Gives a product, attribute or source other fields, as a draft of it has them; None leaves one as it is."""
    draft, bundle = _stored(work, table, name)
    wanted = {field: value for field, value in fields.items() if value is not None}
    if not wanted:
        raise UsageError("nothing to change", "name what is to be changed: --name, --description and the like")
    entity_names.apply_drafts(work, bundle(draft._replace(**wanted)))


def rename_entity(work: EditSession, table: str, name: str, to: str) -> None:
    """Gives a product or attribute another slug or key; it is still found by the old one, which becomes an alias."""
    id, old = _place(work, table, name)
    if not NAME.fullmatch(to):
        raise UsageError(f"{to!r} is no name of a {table}", "use a-z, 0-9 and hyphens")
    if to == old:
        raise UsageError(f"{old} has that name already", "give it another")
    own = metadata.aliases(work.repository, table, id)
    other = _owner(work, table, to)
    if other is not None and to not in own:
        raise UsageError(f"there is already {_a(table)} {to}", f"give it another name, or see specdb {table} merge")
    if to in own:
        work.edit.change("alias", {"scope": table, "name": to}, None)
    column = "slug" if table == "product" else "key"
    _make_room(work, table, to, column)
    work.edit.change(table, {"id": id}, {column: to})
    _add_alias(work, table, id, old)


def merge_products(work: EditSession, name: str, into: str) -> list[str]:
    """Moves all that is stated of a product to another, which takes over its names; the product is removed. Remarks."""
    old, new = entity_names.find_product(work.repository, name), entity_names.find_product(work.repository, into)
    if old == new:
        raise UsageError(f"{name} and {into} are one product", "name two")

    def moved(row: dict[str, Any]) -> dict[str, Any] | None:
        place = {"product_id": new.id, "category_id": new.category_id} if row["product_id"] == old.id else {}
        target = {"target_id": new.id} if row["target_id"] == old.id else {}
        copy = {**row, **place, **target}
        return None if copy["target_id"] == copy["product_id"] else copy  # it would refer to itself

    spec = reconcile.table_named("spec")
    current = spec.c.retracted_id.is_(None)
    rows = reconcile.select_rows(work.edit, "spec", [old.id], "product_id", current)
    rows += [row for row in reconcile.select_rows(work.edit, "spec", [old.id], "target_id", current) if row not in rows]
    dropped = _move(work, rows, moved)
    claim = reconcile.table_named("claim")
    claims = reconcile.select_rows(work.edit, "claim", [old.id], "product_id", claim.c.retracted_id.is_(None))
    work.edit.retract("claim", [row["id"] for row in claims])
    own = {"id", "added_id", "retracted_id"}
    copies = [{**{name: row[name] for name in row if name not in own}, "product_id": new.id} for row in claims]
    work.edit.add({"claim": copies})
    _take_over(work, "product", old.id, old.slug, new.id)
    return [f"{dropped} that the other has or that would refer to itself fell away"] if dropped else []


def merge_attributes(work: EditSession, name: str, into: str) -> list[str]:
    """Moves the specs of an attribute to another of the same kind, which takes over its names; it is removed. Remarks."""
    old, new = (entity_names.require_not_computed(work, work.repository.attribute(one)) for one in (name, into))
    if old == new:
        raise UsageError(f"{name} and {into} are one attribute", "name two")
    if old.kind != new.kind or not is_compatible(*(work.repository.unit(each.unit) for each in (old, new))):
        one, other = (f"{each.key} is a {each.kind}{f' of {each.dimension}' * bool(each.dimension)}" for each in (old, new))
        raise UsageError(f"{one}, {other}", "merge attributes that measure the same")
    spec = reconcile.table_named("spec")
    rows = reconcile.select_rows(work.edit, "spec", [old.id], "attribute_id", spec.c.retracted_id.is_(None))
    (attribute,) = reconcile.select_rows(work.edit, "attribute", [new.id])
    slugs = {one.id: one.slug for one in work.repository.products_of(sorted({row["product_id"] for row in rows}))}
    columns = recompute_columns([{**row, "product": slugs[row["product_id"]]} for row in rows], attribute)
    dropped = _move(work, rows, lambda row: {**row, "attribute_id": new.id, **columns[row["id"]]})
    for member in reconcile.select_rows(work.edit, "category_attribute", [old.id], "attribute_id"):
        key = {"category_id": member["category_id"], "attribute_id": old.id}
        work.edit.change("category_attribute", key, None)
        there = reconcile.table_named("category_attribute").c.attribute_id == new.id
        if not reconcile.select_rows(work.edit, "category_attribute", [member["category_id"]], "category_id", there):
            work.edit.add({"category_attribute": [{**member, "attribute_id": new.id}]})
    for _ in reconcile.select_rows(work.edit, "relation", [old.id], "attribute_id"):
        work.edit.change("relation", {"attribute_id": old.id}, None)
    _take_over(work, "attribute", old.id, old.key, new.id)
    return [f"{dropped} that {new.key} has too fell away"] if dropped else []


def remove_product(work: EditSession, name: str) -> None:
    """Retracts all that is stated of a product, and removes it; InTheWay where others refer to it."""
    product = entity_names.find_product(work.repository, name)
    spec = reconcile.table_named("spec")
    current = spec.c.retracted_id.is_(None)
    referring = [
        row
        for row in reconcile.select_rows(work.edit, "spec", [product.id], "target_id", current)
        if row["product_id"] != product.id
    ]
    lines = _referring(work, referring) + _spoken_of(work, product.id, product.slug)
    if lines:
        hint = f"unset those first, or merge it: specdb product merge {product.slug} OTHER"
        raise blocking_specs(f"{product.slug} is referred to; nothing was changed", lines, hint)
    stated = reconcile.select_rows(work.edit, "spec", [product.id], "product_id", current)
    reconcile.retract_specs(work.edit, stated)
    claim = reconcile.table_named("claim")
    claims = reconcile.select_rows(work.edit, "claim", [product.id], "product_id", claim.c.retracted_id.is_(None))
    work.edit.retract("claim", [row["id"] for row in claims])
    for alias in metadata.aliases(work.repository, "product", product.id):
        work.edit.change("alias", {"scope": "product", "name": alias}, None)
    work.edit.change("product", {"id": product.id}, {"removed_id": work.edit.id})


def add_alias(work: EditSession, name: str, alias: str, scope: str = "") -> None:
    """Gives a product, attribute or category another name; `scope` says which of them, where the name fits several."""
    table, id = _scoped(work, name, scope)
    folded = normalize("NFC", alias).strip().casefold()
    if not folded:
        raise UsageError(f"{alias!r} is no name", "write some letters")
    other = _owner(work, table, folded)
    if other is not None and other != id:
        raise UsageError(f"there is already {_a(table)} {folded}", "give it another alias")
    if other is None:
        _add_alias(work, table, id, folded)


def remove_alias(work: EditSession, alias: str, scope: str = "") -> None:
    """Takes an alias away; `scope` says whether a product's, an attribute's or a category's, where there are several."""
    folded = alias.strip().casefold()
    found = work.repository.column("SELECT scope FROM alias WHERE name = ? AND scope <> 'unit'", (folded,))
    found = [one for one in found if scope in ("", one)]
    if not found:
        known = work.repository.column("SELECT name FROM alias WHERE scope <> 'unit'")
        raise NotFoundError(
            f"there is no alias {alias!r}", nearest(folded, known) or "a slug or key is no alias: rename it instead"
        )
    if len(found) > 1:
        raise AmbiguousNameError(f"{alias!r} is an alias of {' and '.join(found)}", f"say which with --of: {', '.join(found)}")
    work.edit.change("alias", {"scope": found[0], "name": folded}, None)


def _stored(work: EditSession, table: str, name: str) -> tuple[Any, Callable[[Any], Bundle]]:
    """A product, attribute or source as a draft, and what puts an edited draft into a bundle."""
    saver = DraftReader(work.repository.connection)
    if table == "product":
        bundle = saver.product(entity_names.find_product(work.repository, name).id)
        return bundle.products[0], lambda draft: bundle._replace(products=(draft,))
    if table == "attribute":
        key = work.repository.attribute(name).key
        return next(one for one in saver.attributes() if one.key == key), lambda draft: Bundle(attributes=(draft,))
    slug = work.repository.source(name).slug
    return next(one for one in saver.sources() if one.slug == slug), lambda draft: Bundle(sources=(draft,))


def _place(work: EditSession, table: str, name: str) -> tuple[int, str]:
    """The id and the slug or key of a product or attribute."""
    if table == "product":
        product = entity_names.find_product(work.repository, name)
        return product.id, product.slug
    attribute = work.repository.attribute(name)
    return attribute.id, attribute.key


def _owner(work: EditSession, table: str, name: str) -> int | None:
    """The id of what has this slug, key or alias now."""
    column = "slug" if table == "product" else "key"
    current = " AND removed_id IS NULL" if table != "category" else ""
    sql = f"""
    SELECT id FROM {table} WHERE {column} = ?{current}
    UNION ALL SELECT {table}_id FROM alias WHERE scope = ? AND name = ?
    """
    return next(iter(work.repository.column(sql, (name, table, name))), None)


def _make_room(work: EditSession, table: str, name: str, column: str) -> None:
    """Gives a removed row another name than the one that is wanted: one nobody can write."""
    sql = f"SELECT id FROM {table} WHERE {column} = ? AND removed_id IS NOT NULL"
    for id in work.repository.column(sql, (name,)):
        work.edit.change(table, {"id": id}, {column: f"{name} (removed {id})"})


def _add_alias(work: EditSession, table: str, id: int, name: str) -> None:
    """Another name after those there are."""
    sql = f"SELECT COALESCE(MAX(position), -1) + 1 FROM alias WHERE scope = ? AND {table}_id = ?"
    ((position,),) = work.repository.rows(sql, (table, id))
    owner = {**dict.fromkeys(f"{scope}_id" for scope in SCOPES), f"{table}_id": id}
    work.edit.add({"alias": [{"scope": table, "name": name, "position": position, **owner}]})


def _take_over(work: EditSession, table: str, old: int, name: str, new: int) -> None:
    """Gives all names of `old` to `new`, and removes `old`."""
    for alias in metadata.aliases(work.repository, table, old):
        work.edit.change("alias", {"scope": table, "name": alias}, None)
        _add_alias(work, table, new, alias)
    work.edit.change(table, {"id": old}, {"removed_id": work.edit.id})
    _add_alias(work, table, new, name)


def _move(work: EditSession, rows: list[dict[str, Any]], moved: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
    """Retracts specs and adds what they become, but for what is there already; how many were not added."""
    copies = [(row, moved(row)) for row in rows]
    reconcile.retract_specs(work.edit, rows)
    spec = reconcile.table_named("spec")
    products = {copy["product_id"] for _, copy in copies if copy}
    there = reconcile.select_rows(work.edit, "spec", products, "product_id", spec.c.retracted_id.is_(None))
    said = {reconcile.statement_identity("spec", row) for row in there}
    added = []
    for _, copy in copies:
        if copy and reconcile.statement_identity("spec", copy) not in said:
            said.add(reconcile.statement_identity("spec", copy))
            added.append(copy)
    reconcile.add_specs(work.edit, added)
    return len(rows) - len(added)


def _referring(work: EditSession, rows: list[dict[str, Any]]) -> list[str]:
    """Specs of others that refer to a product, a line each."""
    slugs = {one.id: one.slug for one in work.repository.products_of(sorted({row["product_id"] for row in rows}))}
    keys = {one.id: one.key for one in work.repository.attributes().values()}
    return [f"spec {row['id']}: {keys[row['attribute_id']]} of {slugs[row['product_id']]}" for row in rows]


def _spoken_of(work: EditSession, id: int, slug: str) -> list[str]:
    """Claims about other products, and rules, whose expressions have figures of this one, a line each."""
    mine = {slug, *metadata.aliases(work.repository, "product", id)}
    sql = """
    SELECT 'claim about ' || p.slug, k.expression, k.value FROM claim k JOIN product p ON p.id = k.product_id
    WHERE k.retracted_id IS NULL AND k.product_id <> ? AND k.expression <> ''
    UNION ALL SELECT 'rule ' || key, expression, '0' FROM rule
    UNION ALL SELECT 'attribute ' || key, expression, '0' FROM attribute WHERE expression <> '' AND removed_id IS NULL
    """
    return [
        f"{what}: {text}"
        for what, text, value in work.repository.rows(sql, (id,))
        if any(one.product in mine for side in (text, value) for one in expression.operands(parse_expression(side)))
    ]


def _a(word: str) -> str:
    """A word with its article."""
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _scoped(work: EditSession, name: str, scope: str) -> tuple[str, int]:
    """The table and id of what has this name; Ambiguous where that may be several."""
    if scope and scope not in SCOPES:
        raise UsageError(f"{scope!r} has no aliases", f"write {', '.join(SCOPES)}")
    tables = [scope] if scope else SCOPES
    found = [(table, id) for table in tables if (id := _owner(work, table, name.casefold())) is not None]
    if not found:
        known = [one for table in tables for one in work.repository.names(table)]
        raise NotFoundError(f"there is no {scope or 'product, attribute or category'} {name!r}", nearest(name, known))
    if len(found) > 1:
        listed = [table for table, _ in found]
        raise AmbiguousNameError(
            f"{name!r} is the name of {' and '.join(map(_a, listed))}", f"say with --of: {', '.join(listed)}"
        )
    return found[0]
