"""Edit products, attributes, sources and aliases: change fields, rename, merge and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from specdb.bundles.drafts import Bundle
from specdb.bundles.resolve import NAME
from specdb.bundles.save import DraftReader
from specdb.database import metadata, name_lookup
from specdb.database.propagation import conflict, recompute_columns
from specdb.database.reconcile import add_specs, retract_specs, select_rows, statement_identity, table_named
from specdb.domain.expression import operands
from specdb.domain.unit import is_compatible
from specdb.editing import entity_names
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, nearest
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from specdb.editing.edit_session import EditSession

    Row = dict[str, Any]

SCOPES = ("product", "attribute", "category")
"""The tables whose rows can have aliases."""


def edit_entity(session: EditSession, table: str, name: str, fields: Mapping[str, object]) -> None:
    """Change fields of a product, attribute or source, by the names of the fields of its draft.

    Args:
        session: The edit that this is part of.
        table: product, attribute or source.
        name: Its slug, key or alias.
        fields: New values by field; None leaves a field as it is.

    Raises:
        UsageError: No field has a new value, or a value is not valid.
    """
    draft, bundle = _read_draft(session, table, name)
    changed = {field: value for field, value in fields.items() if value is not None}
    if not changed:
        raise UsageError("nothing to change", "specify a field to change, such as --name or --description")
    entity_names.apply_drafts(session, bundle(draft._replace(**changed)))


def rename_entity(session: EditSession, table: str, name: str, new_name: str) -> None:
    """Change the slug of a product or the key of an attribute; the old name becomes an alias.

    Raises:
        UsageError: `new_name` is not valid, or is taken.
    """
    row_id, old_name = _find_entity(session, table, name)
    if not NAME.fullmatch(new_name):
        raise UsageError(f"{new_name!r} is not a valid {table} name", "use a-z, 0-9 and hyphens")
    if new_name == old_name:
        raise UsageError(f"{old_name} already has that name", "specify another name")
    own_aliases = metadata.aliases(session.repository, table, row_id)
    owner = name_lookup.name_owner(session.repository.connection, table, new_name)
    if owner is not None and new_name not in own_aliases:
        hint = f"specify another name, or see specdb {table} merge"
        raise UsageError(f"there is already {_with_article(table)} {new_name}", hint)
    if new_name in own_aliases:
        session.changeset.change("alias", {"scope": table, "name": new_name}, None)
    column = "slug" if table == "product" else "key"
    _release_removed_name(session, table, new_name, column)
    session.changeset.change(table, {"id": row_id}, {column: new_name})
    _append_alias(session, table, row_id, old_name)


def merge_products(session: EditSession, name: str, into: str) -> list[str]:
    """Move all statements and names of a product to another product, and remove it; return remarks.

    Raises:
        NotFoundError: There is no such product.
        UsageError: Both names are of one product.
    """
    old = entity_names.find_product(session.repository, name)
    new = entity_names.find_product(session.repository, into)
    if old == new:
        raise UsageError(f"{name} and {into} are the same product", "specify two products")

    def move(row: Row) -> Row | None:
        place = {"product_id": new.id, "category_id": new.category_id} if row["product_id"] == old.id else {}
        target = {"target_id": new.id} if row["target_id"] == old.id else {}
        copy = {**row, **place, **target}
        return None if copy["target_id"] == copy["product_id"] else copy  # it would refer to itself

    changeset = session.changeset
    current = table_named("spec").c.retracted_id.is_(None)
    rows = select_rows(changeset, "spec", [old.id], "product_id", current)
    rows += [row for row in select_rows(changeset, "spec", [old.id], "target_id", current) if row not in rows]
    dropped = _move_specs(session, rows, move)
    claims = select_rows(changeset, "claim", [old.id], "product_id", table_named("claim").c.retracted_id.is_(None))
    changeset.retract("claim", [row["id"] for row in claims])
    own_columns = {"id", "added_id", "retracted_id"}
    copies = [{**{name: row[name] for name in row if name not in own_columns}, "product_id": new.id} for row in claims]
    changeset.add({"claim": copies})
    _take_over_names(session, "product", old.id, old.slug, new.id)
    return [f"{_specs(dropped)} dropped: {new.slug} already has them or would refer to itself"] if dropped else []


def merge_attributes(session: EditSession, name: str, into: str) -> list[str]:
    """Move the specs and names of an attribute to another of the same kind, and remove it; return remarks.

    Raises:
        UsageError: Both names are of one attribute, one is computed, or they measure different things.
        ConflictError: Some specs do not fit the other attribute.
    """
    repository, changeset = session.repository, session.changeset
    old, new = (entity_names.require_not_computed(session, repository.attribute(key)) for key in (name, into))
    if old == new:
        raise UsageError(f"{name} and {into} are the same attribute", "specify two attributes")
    if old.kind != new.kind or not is_compatible(*(repository.unit(attribute.unit) for attribute in (old, new))):
        kinds = (f"{each.key} is a {each.kind}{f' of {each.dimension}' * bool(each.dimension)}" for each in (old, new))
        raise UsageError(", ".join(kinds), "merge attributes of the same kind and dimension")
    current = table_named("spec").c.retracted_id.is_(None)
    rows = select_rows(changeset, "spec", [old.id], "attribute_id", current)
    (attribute,) = select_rows(changeset, "attribute", [new.id])
    slugs = _product_slugs(session, rows)
    columns = recompute_columns([{**row, "product": slugs[row["product_id"]]} for row in rows], attribute)
    dropped = _move_specs(session, rows, lambda row: {**row, "attribute_id": new.id, **columns[row["id"]]})
    for member in select_rows(changeset, "category_attribute", [old.id], "attribute_id"):
        changeset.change("category_attribute", {"category_id": member["category_id"], "attribute_id": old.id}, None)
        is_new = table_named("category_attribute").c.attribute_id == new.id
        if not select_rows(changeset, "category_attribute", [member["category_id"]], "category_id", is_new):
            changeset.add({"category_attribute": [{**member, "attribute_id": new.id}]})
    for _ in select_rows(changeset, "relation", [old.id], "attribute_id"):
        changeset.change("relation", {"attribute_id": old.id}, None)
    _take_over_names(session, "attribute", old.id, old.key, new.id)
    return [f"{_specs(dropped)} dropped: {new.key} already has them"] if dropped else []


def remove_product(session: EditSession, name: str) -> None:
    """Retract all statements about a product, and remove it.

    Raises:
        NotFoundError: There is no such product.
        ConflictError: Other products, claims or rules refer to it.
    """
    changeset = session.changeset
    product = entity_names.find_product(session.repository, name)
    current = table_named("spec").c.retracted_id.is_(None)
    referring = [
        row for row in select_rows(changeset, "spec", [product.id], "target_id", current) if row["product_id"] != product.id
    ]
    lines = _describe_specs(session, referring) + _expressions_about(session, product.id, product.slug)
    if lines:
        hint = f"unset those first, or merge it into another: specdb product merge {product.slug} OTHER"
        raise conflict(f"{product.slug} is still referred to; nothing was changed", lines, hint)
    retract_specs(changeset, select_rows(changeset, "spec", [product.id], "product_id", current))
    claims = select_rows(changeset, "claim", [product.id], "product_id", table_named("claim").c.retracted_id.is_(None))
    changeset.retract("claim", [row["id"] for row in claims])
    for alias in metadata.aliases(session.repository, "product", product.id):
        changeset.change("alias", {"scope": "product", "name": alias}, None)
    changeset.change("product", {"id": product.id}, {"removed_id": changeset.id})


def add_alias(session: EditSession, name: str, alias: str, scope: str = "") -> None:
    """Add an alias to a product, attribute or category.

    Args:
        session: The edit that this is part of.
        name: Its slug, key or an alias.
        alias: The new alias.
        scope: product, attribute or category; needed if `name` is of several.

    Raises:
        UsageError: The alias is empty or taken.
        NotFoundError: Nothing has this name.
        AmbiguousNameError: Several have it.
    """
    table, row_id = _find_scope(session, name, scope)
    folded = normalize("NFC", alias).strip().casefold()
    if not folded:
        raise UsageError(f"{alias!r} is not a valid alias", "specify at least one character")
    owner = name_lookup.name_owner(session.repository.connection, table, folded)
    if owner is not None and owner != row_id:
        raise UsageError(f"there is already {_with_article(table)} {folded}", "specify another alias")
    if owner is None:
        _append_alias(session, table, row_id, folded)


def remove_alias(session: EditSession, alias: str, scope: str = "") -> None:
    """Remove an alias.

    Args:
        session: The edit that this is part of.
        alias: The alias.
        scope: product, attribute or category; needed if several have this alias.

    Raises:
        NotFoundError: There is no such alias.
        AmbiguousNameError: Several have it.
    """
    connection = session.repository.connection
    folded = alias.strip().casefold()
    scopes = [found for found in name_lookup.alias_scopes(connection, folded) if scope in ("", found)]
    if not scopes:
        hint = nearest(folded, name_lookup.all_aliases(connection)) or "a slug or key is not an alias: use rename instead"
        raise NotFoundError(f"there is no alias {alias!r}", hint)
    if len(scopes) > 1:
        hint = f"select one with --of: {', '.join(scopes)}"
        raise AmbiguousNameError(f"{alias!r} is an alias of {_join_articles(scopes)}", hint)
    session.changeset.change("alias", {"scope": scopes[0], "name": folded}, None)


def _read_draft(session: EditSession, table: str, name: str) -> tuple[Any, Callable[[Any], Bundle]]:
    """Return a product, attribute or source as a draft, and the function that puts an edited draft into a bundle."""
    reader = DraftReader(session.repository.connection)
    if table == "product":
        bundle = reader.product(entity_names.find_product(session.repository, name).id)
        return bundle.products[0], lambda draft: bundle._replace(products=(draft,))
    if table == "attribute":
        key = session.repository.attribute(name).key
        found = next(draft for draft in reader.attributes() if draft.key == key)
        return found, lambda draft: Bundle(attributes=(draft,))
    slug = session.repository.source(name).slug
    return next(draft for draft in reader.sources() if draft.slug == slug), lambda draft: Bundle(sources=(draft,))


def _find_entity(session: EditSession, table: str, name: str) -> tuple[int, str]:
    """Return the id and the slug or key of a product or attribute."""
    if table == "product":
        product = entity_names.find_product(session.repository, name)
        return product.id, product.slug
    attribute = session.repository.attribute(name)
    return attribute.id, attribute.key


def _find_scope(session: EditSession, name: str, scope: str) -> tuple[str, int]:
    """Return table and id of what has this name."""
    if scope and scope not in SCOPES:
        raise UsageError(f"{scope!r} has no aliases", f"use one of {', '.join(SCOPES)}")
    connection = session.repository.connection
    tables = [scope] if scope else SCOPES
    owners = {table: name_lookup.name_owner(connection, table, name.casefold()) for table in tables}
    found = [(table, row_id) for table, row_id in owners.items() if row_id is not None]
    if not found:
        names = [known for table in tables for known in session.repository.names(table)]
        raise NotFoundError(f"there is no {scope or 'product, attribute or category'} {name!r}", nearest(name, names))
    if len(found) > 1:
        matches = [table for table, _ in found]
        hint = f"select one with --of: {', '.join(matches)}"
        raise AmbiguousNameError(f"{name!r} is the name of {_join_articles(matches)}", hint)
    return found[0]


def _release_removed_name(session: EditSession, table: str, name: str, column: str) -> None:
    """Rename removed rows with this slug or key to a name that nobody can enter."""
    for row_id in name_lookup.removed_rows(session.repository.connection, table, name):
        session.changeset.change(table, {"id": row_id}, {column: f"{name} (removed {row_id})"})


def _append_alias(session: EditSession, table: str, row_id: int, name: str) -> None:
    position = name_lookup.next_alias_position(session.repository.connection, table, row_id)
    owner = {**dict.fromkeys(f"{scope}_id" for scope in SCOPES), f"{table}_id": row_id}
    session.changeset.add({"alias": [{"scope": table, "name": name, "position": position, **owner}]})


def _take_over_names(session: EditSession, table: str, old: int, name: str, new: int) -> None:
    """Make all names of `old` aliases of `new`, and remove `old`."""
    for alias in metadata.aliases(session.repository, table, old):
        session.changeset.change("alias", {"scope": table, "name": alias}, None)
        _append_alias(session, table, new, alias)
    session.changeset.change(table, {"id": old}, {"removed_id": session.changeset.id})
    _append_alias(session, table, new, name)


def _move_specs(session: EditSession, rows: list[Row], move: Callable[[Row], Row | None]) -> int:
    """Retract specs and add their moved copies unless they are already current; return how many were dropped."""
    copies = [move(row) for row in rows]
    retract_specs(session.changeset, rows)
    products = {copy["product_id"] for copy in copies if copy}
    current = table_named("spec").c.retracted_id.is_(None)
    stored = select_rows(session.changeset, "spec", products, "product_id", current)
    known = {statement_identity("spec", row) for row in stored}
    added = []
    for copy in copies:
        if copy and statement_identity("spec", copy) not in known:
            known.add(statement_identity("spec", copy))
            added.append(copy)
    add_specs(session.changeset, added)
    return len(rows) - len(added)


def _product_slugs(session: EditSession, specs: list[Row]) -> dict[int, str]:
    products = session.repository.products_of(sorted({row["product_id"] for row in specs}))
    return {product.id: product.slug for product in products}


def _describe_specs(session: EditSession, rows: list[Row]) -> list[str]:
    """Describe each spec in one line."""
    slugs = _product_slugs(session, rows)
    keys = {attribute.id: attribute.key for attribute in session.repository.attributes().values()}
    return [f"spec {row['id']}: {keys[row['attribute_id']]} of {slugs[row['product_id']]}" for row in rows]


def _expressions_about(session: EditSession, product_id: int, slug: str) -> list[str]:
    """List claims about other products, rules and computed attributes whose expressions use this product."""
    names = {slug, *metadata.aliases(session.repository, "product", product_id)}
    return [
        f"{label}: {text}"
        for label, text, value in name_lookup.expressions(session.repository.connection, product_id)
        if any(operand.product in names for side in (text, value) for operand in operands(parse_expression(side)))
    ]


def _specs(count: int) -> str:
    return "1 spec was" if count == 1 else f"{count} specs were"


def _with_article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _join_articles(words: list[str]) -> str:
    return " and ".join(map(_with_article, words))
