"""Read the metadata of stored specs: names, counts, the category tree, claims, rules, rates, references to a product."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from specdb.database.repository import ATTRIBUTE, chunks, placeholders, read_attribute
from specdb.domain.source import Claim, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.repository import Repository
    from specdb.domain.spec import Attribute, Product

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


def aliases(repository: Repository, scope: str, entity: int) -> list[str]:
    """Return the aliases of a category, attribute or product (the `scope`) of this id."""
    sql = f"SELECT name FROM alias WHERE scope = ? AND {scope}_id = ? ORDER BY position"
    return repository.column(sql, (scope, entity))


def about(repository: Repository, product: Product) -> tuple[str, list[str]]:
    """Return a product's description, and the keys of the categories from the root to its own."""
    ((description,),) = repository.rows("SELECT description FROM product WHERE id = ?", (product.id,))
    path = f"{_ABOVE} SELECT c.key FROM above JOIN category c ON c.id = above.id ORDER BY depth DESC"
    return description, repository.column(path, (product.category_id,))


def required(repository: Repository, category: int) -> list[Attribute]:
    """Return the attributes that a category requires, inherited ones first."""
    sql = f"""{_ABOVE} {ATTRIBUTE}
    JOIN category_attribute m ON m.attribute_id = a.id AND m.required
    JOIN above ON above.id = m.category_id ORDER BY above.depth DESC, m.position"""
    return list(dict.fromkeys(read_attribute(row) for row in repository.rows(sql, (category,))))


def referrers(repository: Repository, product: Product) -> dict[str, list[tuple[str, str]]]:
    """Return slugs and names of the products that refer to a product, by the inverse name of the relation."""
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
    """Return the current claims about these products, in the order of their ids."""
    sql = """
    SELECT k.id, p.slug, k.expression, k.relation, k.value, k.why, k.printed, k.source_id, k.locator
    FROM claim k JOIN product p ON p.id = k.product_id WHERE k.retracted_id IS NULL AND k.product_id IN
    """
    rows = [row for part in chunks(products) for row in repository.rows(f"{sql} ({placeholders(len(part))})", part)]
    return [Claim(*row[1:]) for row in sorted(rows)]


def quoted(repository: Repository, source: int) -> list[tuple[str, str, str, str, str]]:
    """Return slug, attribute key, qualifiers, printed text and locator of each current spec of a source."""
    sql = """
    SELECT p.slug, a.key, s.qualifiers, s.printed, s.locator FROM spec s JOIN product p ON p.id = s.product_id
    JOIN attribute a ON a.id = s.attribute_id WHERE s.source_id = ? AND s.retracted_id IS NULL ORDER BY s.product_id, s.id
    """
    return [
        (slug, key, qualifiers, printed, locator) for slug, key, qualifiers, printed, locator in repository.rows(sql, (source,))
    ]


def rejected(repository: Repository, sha256: str) -> set[tuple[str, str]]:
    """Return locator and printed text of each figure rejected in a review of the text with this SHA-256."""
    sql = """
    SELECT r.locator, r.printed FROM rejected r JOIN source s ON s.id = r.source_id
    WHERE s.sha256 = ? AND s.removed_id IS NULL
    """
    return {(locator, printed) for locator, printed in repository.rows(sql, (sha256,))}


def claimed(repository: Repository, source: int) -> list[tuple[str, str, str]]:
    """Return slug, printed text and locator of each current claim of a source."""
    sql = """
    SELECT p.slug, k.printed, k.locator FROM claim k JOIN product p ON p.id = k.product_id
    WHERE k.source_id = ? AND k.retracted_id IS NULL ORDER BY k.id
    """
    return [(slug, printed, locator) for slug, printed, locator in repository.rows(sql, (source,))]


def rules(repository: Repository) -> list[Rule]:
    """Return all rules."""
    return [Rule(*row) for row in repository.rows("SELECT key, name, category_id, expression, plausible FROM rule ORDER BY id")]


def plausible(repository: Repository) -> dict[int, tuple[str, float, float]]:
    """Return the plausible range of each attribute that has one, by id: as text, and its ends in the attribute's unit."""
    sql = "SELECT id, plausible, plausible_lo, plausible_hi FROM attribute WHERE plausible <> ''"
    return {attribute: (text, lo, hi) for attribute, text, lo, hi in repository.rows(sql)}


def category_tree(repository: Repository) -> list[tuple[int, int, str, str, int]]:
    """Return id, depth, key, name and number of own products of each category, each below its parent."""
    return [(category, depth, key, name, products) for category, depth, key, name, products in repository.rows(_TREE)]


def spec_counts(repository: Repository, column: str, categories: Sequence[int] = ()) -> dict[int, int]:
    """Count the current specs of these categories, or all, by product_id, attribute_id or source_id (the `column`)."""
    where = f" AND category_id IN ({placeholders(len(categories))})" if categories else ""
    sql = f"SELECT {column}, COUNT(*) FROM spec WHERE retracted_id IS NULL{where} GROUP BY {column}"
    return dict(repository.rows(sql, categories))


def rates(repository: Repository) -> list[tuple[str, str, str, str, str]]:
    """Return day, base, quote, rate and source of each stored exchange rate, the latest day first."""
    sql = "SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY day DESC, id"
    return [(day, base, quote, rate, source) for day, base, quote, rate, source in repository.rows(sql)]


def currencies(repository: Repository) -> list[str]:
    """Return the codes of all currencies."""
    return repository.column("SELECT name FROM unit WHERE dimension = 'currency ' || name")


def unit_aliases(repository: Repository) -> dict[str, str]:
    """Return the name of each unit by its other written forms."""
    return dict(repository.rows("SELECT name, unit FROM alias WHERE scope = 'unit'"))


def money_units(repository: Repository, attribute: int) -> set[str]:
    """Return the first and the last unit, by name, of the shown prices of an attribute: one unit if all prices share it."""
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
        products: Ids of products, at most as many as fit in one statement.
        attributes: Ids of attributes.
        shown: Whether to read only shown specs; otherwise all current specs.
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

    Returns:
        The two values by attribute id, qualifiers and unit.
    """
    sql = f"""
    SELECT attribute_id, qualifiers, value_unit, MIN(nominal), MAX(nominal) FROM spec
    WHERE attribute_id IN ({placeholders(len(attributes))}) AND category_id IN ({placeholders(len(categories))}) AND shown
    AND kind IN ('quantity', 'date') GROUP BY attribute_id, qualifiers, value_unit
    """
    rows = repository.rows(sql, (*attributes, *categories))
    return {(attribute, qualifiers, unit): (least, most) for attribute, qualifiers, unit, least, most in rows}


def unit_names(repository: Repository) -> list[tuple[str, str, str]]:
    """Return name, dimension and other written forms of each unit, by dimension."""
    written: dict[str, list[str]] = {}
    for unit, alias in repository.rows("SELECT unit, name FROM alias WHERE scope = 'unit' ORDER BY unit, position"):
        written.setdefault(unit, []).append(alias)
    units = repository.rows("SELECT name, dimension FROM unit ORDER BY dimension, name")
    return [(name or "(none)", dimension, ", ".join(written.get(name, ()))) for name, dimension in units]


def answers(repository: Repository, products: Sequence[int], *, apart: bool = True) -> Iterator[tuple[Any, ...]]:
    """Yield the shown specs of these products as tuples, as stored; large exports avoid the cost of Spec objects.

    Args:
        repository: The database.
        products: Ids of products.
        apart: Whether to add qualifiers and value_unit to each tuple.

    Returns:
        Product id, attribute id, modifier ('' for other kinds than quantities), number, text. The number is the nominal value
        of a quantity, or 0.0 or 1.0 of a flag; where it is None, the text is the value, or the slug of a product.
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
    # Specs that an undo restored keep their position; without an undo, the index has this order.
    undone = repository.rows("SELECT 1 FROM changeset WHERE origin = 'undo' LIMIT 1")
    order = "COALESCE(restores_id, id)" if undone else "id"
    query = f"{sql} ({{}}) ORDER BY product_id, {order}"
    read = repository.connection.execute
    return chain.from_iterable(read(query.format(placeholders(len(part))), part) for part in chunks(products))


def digits(repository: Repository, products: Sequence[int], attributes: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield attribute id, qualifiers, value_unit, modifier, number and unit as written of each shown, stored quantity."""
    sql = f"""
    SELECT attribute_id, qualifiers, value_unit, modifier, number, unit FROM spec
    WHERE shown AND kind = 'quantity' AND attribute_id IN ({placeholders(len(attributes))}) AND product_id IN
    """
    for part in chunks(products):
        yield from repository.connection.execute(f"{sql} ({placeholders(len(part))})", (*attributes, *part))


def questions(repository: Repository, products: Sequence[int]) -> list[tuple[int, str, str, bool]]:
    """Return attribute id, qualifiers, unit (of quantities) and whether a spec is not exact, for each of these combinations."""
    found: dict[tuple[int, str, str], bool] = {}
    for part in chunks(products):
        # Of a view of spec, SQLite reads the inner columns only; with DISTINCT outside alone it would read them all.
        sql = f"""
        SELECT DISTINCT attribute_id, qualifiers, value_unit, exact FROM (
            SELECT attribute_id, qualifiers, value_unit, kind <> 'quantity' OR modifier = 'exact' AS exact
            FROM spec WHERE product_id IN ({placeholders(len(part))}) AND shown
        ) answered
        """
        for attribute, qualifiers, unit, exact in repository.rows(sql, part):
            found[attribute, qualifiers, unit] = found.get((attribute, qualifiers, unit), False) or not exact
    return [(*key, inexact) for key, inexact in sorted(found.items())]
