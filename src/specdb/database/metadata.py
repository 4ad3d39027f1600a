"""Reads about the database's own make-up: names, counts, the category tree, relations seen from their other side."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from specdb.database.repository import ATTRIBUTE, chunks, placeholders
from specdb.domain.source import Claim, Rule
from specdb.domain.spec import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.repository import Repository
    from specdb.domain.spec import Product

_TREE = """
WITH RECURSIVE tree(id, depth, place) AS (
    SELECT id, 0, CAST(1000000000 + id AS TEXT) FROM category WHERE parent_id IS NULL AND removed_id IS NULL
    UNION ALL
    SELECT c.id, tree.depth + 1, tree.place || '.' || CAST(1000000000 + c.id AS TEXT)
    FROM category c JOIN tree ON c.parent_id = tree.id WHERE c.removed_id IS NULL
)
SELECT c.id, tree.depth, c.key, c.name, (SELECT COUNT(*) FROM product p WHERE p.category_id = c.id AND p.removed_id IS NULL)
FROM tree JOIN category c ON c.id = tree.id ORDER BY tree.place
"""
_ABOVE = """
WITH RECURSIVE above(id, depth) AS (
    VALUES (CAST(? AS INTEGER), 0)
    UNION ALL
    SELECT c.parent_id, above.depth + 1 FROM category c JOIN above ON c.id = above.id WHERE c.parent_id IS NOT NULL
)
"""


def aliases(repository: Repository, scope: str, id: int) -> list[str]:
    """The other names of a category, attribute or product."""
    sql = f"SELECT name FROM alias WHERE scope = ? AND {scope}_id = ? ORDER BY position"
    return repository.column(sql, (scope, id))


def about(repository: Repository, product: Product) -> tuple[str, list[str]]:
    """A product's description, and its category's key after those above it."""
    ((description,),) = repository.rows("SELECT description FROM product WHERE id = ?", (product.id,))
    path = f"{_ABOVE} SELECT c.key FROM above JOIN category c ON c.id = above.id ORDER BY depth DESC"
    return description, repository.column(path, (product.category_id,))


def required(repository: Repository, category: int) -> list[Attribute]:
    """The attributes that a category requires, those inherited first."""
    sql = f"""{_ABOVE} {ATTRIBUTE}
    JOIN category_attribute m ON m.attribute_id = a.id AND m.required
    JOIN above ON above.id = m.category_id ORDER BY above.depth DESC, m.position"""
    return list(dict.fromkeys(Attribute(*row) for row in repository.rows(sql, (category,))))


def referrers(repository: Repository, product: Product) -> dict[str, list[tuple[str, str]]]:
    """What refers to a product: the relation's name from its side, with the slugs and names of those that refer to it."""
    sql = """
    SELECT DISTINCT r.inverse, p.slug, p.name, s.attribute_id, p.id FROM spec s
    JOIN relation r ON r.attribute_id = s.attribute_id JOIN product p ON p.id = s.product_id
    WHERE s.target_id = ? AND s.shown ORDER BY s.attribute_id, p.id
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for inverse, slug, name, *_ in repository.rows(sql, (product.id,)):
        found.setdefault(inverse, []).append((slug, name))
    return found


def claims(repository: Repository, products: Sequence[int]) -> list[Claim]:
    """What sources say about figures of these products, in the order of the claims."""
    sql = """
    SELECT k.id, p.slug, k.expression, k.relation, k.value, k.why, k.printed, k.source_id, k.locator
    FROM claim k JOIN product p ON p.id = k.product_id WHERE k.retracted_id IS NULL AND k.product_id IN
    """
    rows = [row for part in chunks(products) for row in repository.rows(f"{sql} ({placeholders(len(part))})", part)]
    return [Claim(*row[1:]) for row in sorted(rows)]


def quoted(repository: Repository, source: int) -> list[tuple[str, str, str, str, str]]:
    """Of each current spec of a source: the product's slug, the attribute's key, qualifiers, as printed, locator."""
    sql = """
    SELECT p.slug, a.key, s.qualifiers, s.printed, s.locator FROM spec s JOIN product p ON p.id = s.product_id
    JOIN attribute a ON a.id = s.attribute_id WHERE s.source_id = ? AND s.retracted_id IS NULL ORDER BY s.product_id, s.id
    """
    return [(slug, key, bound, printed, locator) for slug, key, bound, printed, locator in repository.rows(sql, (source,))]


def rejected(repository: Repository, sha256: str) -> set[tuple[str, str]]:
    """Of each figure that was rejected in a review of the text with this SHA-256: its locator, as printed."""
    sql = """
    SELECT r.locator, r.printed FROM rejected r JOIN source s ON s.id = r.source_id
    WHERE s.sha256 = ? AND s.removed_id IS NULL
    """
    return {(locator, printed) for locator, printed in repository.rows(sql, (sha256,))}


def claimed(repository: Repository, source: int) -> list[tuple[str, str, str]]:
    """Of each claim of a source: the product's slug, as printed, locator."""
    sql = """
    SELECT p.slug, k.printed, k.locator FROM claim k JOIN product p ON p.id = k.product_id
    WHERE k.source_id = ? AND k.retracted_id IS NULL ORDER BY k.id
    """
    return [(slug, printed, locator) for slug, printed, locator in repository.rows(sql, (source,))]


def rules(repository: Repository) -> list[Rule]:
    """All rules."""
    return [Rule(*row) for row in repository.rows("SELECT key, name, category_id, expression, plausible FROM rule ORDER BY id")]


def plausible(repository: Repository) -> dict[int, tuple[str, float, float]]:
    """The plausible range of each attribute that has one: as written, and its ends in the attribute's unit."""
    sql = "SELECT id, plausible, plausible_lo, plausible_hi FROM attribute WHERE plausible <> ''"
    return {id: (text, lo, hi) for id, text, lo, hi in repository.rows(sql)}


def category_tree(repository: Repository) -> list[tuple[int, int, str, str, int]]:
    """Each category's id, depth, key, name and number of products of its own, below the one it belongs to."""
    return [(id, depth, key, name, products) for id, depth, key, name, products in repository.rows(_TREE)]


def spec_counts(repository: Repository, column: str, categories: Sequence[int] = ()) -> dict[int, int]:
    """How many current specs there are by product_id, attribute_id or source_id, in these categories or all."""
    where = f" AND category_id IN ({placeholders(len(categories))})" if categories else ""
    sql = f"SELECT {column}, COUNT(*) FROM spec WHERE retracted_id IS NULL{where} GROUP BY {column}"
    return dict(repository.rows(sql, categories))


def rates(repository: Repository) -> list[tuple[str, str, str, str, str]]:
    """Each rate of the user's own: day, base, quote, rate and source, the latest day first."""
    sql = "SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY day DESC, id"
    return [(day, base, quote, rate, source) for day, base, quote, rate, source in repository.rows(sql)]


def currencies(repository: Repository) -> list[str]:
    """Return the codes of all currencies."""
    return repository.column("SELECT name FROM unit WHERE dimension = 'currency ' || name")


def unit_aliases(repository: Repository) -> dict[str, str]:
    """Return the name of each unit by its other written forms."""
    return dict(repository.rows("SELECT name, unit FROM alias WHERE scope = 'unit'"))


def money_units(repository: Repository, attribute: int) -> set[str]:
    """Return the first and the last unit, by name, that shown specs of an attribute state money in: one, if all are alike."""
    ends = [repository.column(MONEY_UNIT.format(direction), (attribute,)) for direction in ("ASC", "DESC")]
    return {unit for end in ends for unit in end}


MONEY_UNIT = """
SELECT value_unit FROM spec
WHERE attribute_id = ? AND shown AND value_unit GLOB '[A-Z][A-Z][A-Z]*' ORDER BY value_unit {} LIMIT 1
"""
"""The first unit of money of an attribute in a direction, looked up in an index."""


def money_dates(
    repository: Repository, products: Sequence[int], attributes: Sequence[int], *, shown: bool
) -> list[tuple[str, str]]:
    """Return each unit and as-of date of quantities of these attributes.

    Args:
        repository: The database.
        products: Ids of products, not more than one statement can bind.
        attributes: Ids of attributes.
        shown: Whether only shown specs count; all current ones otherwise.
    """
    sql = f"""
    SELECT DISTINCT value_unit, as_of FROM spec WHERE product_id IN ({placeholders(len(products))}) AND kind = 'quantity'
    AND attribute_id IN ({placeholders(len(attributes))}) AND {"shown" if shown else "retracted_id IS NULL"}
    """
    return [(unit, as_of) for unit, as_of in repository.rows(sql, (*products, *attributes))]


def nominal_ranges(
    repository: Repository, categories: Sequence[int], attributes: Sequence[int]
) -> dict[tuple[int, str, str], tuple[float, float]]:
    """Return the least and the greatest nominal value of stored quantities and dates in categories.

    They are by attribute id, qualifiers and unit.
    """
    sql = f"""
    SELECT attribute_id, qualifiers, value_unit, MIN(nominal), MAX(nominal) FROM spec
    WHERE attribute_id IN ({placeholders(len(attributes))}) AND category_id IN ({placeholders(len(categories))}) AND shown
    AND kind IN ('quantity', 'date') GROUP BY attribute_id, qualifiers, value_unit
    """
    rows = repository.rows(sql, (*attributes, *categories))
    return {(attribute, qualifiers, unit): (least, most) for attribute, qualifiers, unit, least, most in rows}


def unit_names(repository: Repository) -> list[tuple[str, str, str]]:
    """Each unit's name, dimension and other written forms, by dimension."""
    written: dict[str, list[str]] = {}
    for unit, alias in repository.rows("SELECT unit, name FROM alias WHERE scope = 'unit' ORDER BY unit, position"):
        written.setdefault(unit, []).append(alias)
    units = repository.rows("SELECT name, dimension FROM unit ORDER BY dimension, name")
    return [(name or "(none)", dimension, ", ".join(written.get(name, ()))) for name, dimension in units]


def answers(repository: Repository, products: Sequence[int], *, apart: bool = True) -> Iterator[tuple[Any, ...]]:
    """What is shown of these products: product, attribute, modifier ('' if it has none), value, text, qualifiers, value_unit.

    The value is the number of a quantity (nominal) or a flag (0.0 or 1.0); where that is None there is a text, or a product's
    slug. Only what is stored; no Spec is made of it, so that a large export need not pay for that, nor for qualifiers and
    value_unit, which are left out where answers are not told `apart` by them.
    """
    sql = f"""
    SELECT product_id, attribute_id,
           CASE kind WHEN 'quantity' THEN modifier ELSE '' END,
           CASE kind WHEN 'quantity' THEN nominal WHEN 'flag' THEN nominal END,
           CASE kind WHEN 'quantity' THEN NULL WHEN 'unknown' THEN 'unknown' WHEN 'not_applicable' THEN 'not applicable'
                     WHEN 'reference' THEN (SELECT slug FROM product WHERE id = target_id) ELSE text END
           {", qualifiers, value_unit" if apart else ""}
    FROM spec WHERE shown AND product_id IN
    """
    # What an undo brought back stands where it stood; without one the rows come in this order by themselves.
    undone = repository.rows("SELECT 1 FROM changeset WHERE origin = 'undo' LIMIT 1")
    order = "COALESCE(restores_id, id)" if undone else "id"
    query = f"{sql} ({{}}) ORDER BY product_id, {order}"
    read = repository.connection.execute
    return chain.from_iterable(read(query.format(placeholders(len(part))), part) for part in chunks(products))


def digits(repository: Repository, products: Sequence[int], attributes: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Of each quantity shown of these products: attribute, qualifiers, value_unit, modifier, number and unit as written.

    Only what is stored, as with `answers`.
    """
    sql = f"""
    SELECT attribute_id, qualifiers, value_unit, modifier, number, unit FROM spec
    WHERE shown AND kind = 'quantity' AND attribute_id IN ({placeholders(len(attributes))}) AND product_id IN
    """
    for part in chunks(products):
        yield from repository.connection.execute(f"{sql} ({placeholders(len(part))})", (*attributes, *part))


def questions(repository: Repository, products: Sequence[int]) -> list[tuple[int, str, str, bool]]:
    """What shown specs of these products answer: attribute id, qualifiers, unit ('' but for a quantity), any not exact."""
    found: dict[tuple[int, str, str], bool] = {}
    for part in chunks(products):
        sql = f"""
        SELECT DISTINCT attribute_id, qualifiers, value_unit, kind <> 'quantity' OR modifier = 'exact'
        FROM spec WHERE product_id IN ({placeholders(len(part))}) AND shown
        """
        for attribute, bound, unit, exact in repository.rows(sql, part):
            found[attribute, bound, unit] = found.get((attribute, bound, unit), False) or not exact
    return [(*key, inexact) for key, inexact in sorted(found.items())]
