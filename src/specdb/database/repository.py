"""Read products, attributes, specs, sources and units: SQL text with parameters, over any DB-API connection."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from specdb.domain.spec import KINDS, Attribute, Product, Spec
from specdb.errors import AmbiguousNameError, DatabaseError, InvalidValueError, NotFoundError, UnknownKeyError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from specdb.database.protocols import Connection
    from specdb.domain.source import Source
    from specdb.domain.unit import Unit

ATTRIBUTE = """
SELECT a.id, a.key, a.name, a.kind, COALESCE(a.unit, ''), COALESCE(u.dimension, ''), a.better, a."group", a.many, a.signed
FROM attribute a LEFT JOIN unit u ON u.name = a.unit
"""
_PRODUCT = "SELECT p.id, p.slug, p.name, p.category_id, c.key FROM product p JOIN category c ON c.id = p.category_id"
_SOURCE = "SELECT id, slug, title, publisher, date, url, sha256 FROM source"
SPEC = """s.product_id, s.id, s.attribute_id, s.qualifiers, s.kind, s.modifier, s.number, s.unit, s.value_unit, s.lo, s.nominal,
       s.hi, s.text, COALESCE(t.slug, ''), COALESCE(t.name, ''), s.printed, s.source_id, s.locator, s.as_of, s.rank, s.shown,
       COALESCE(s.restores_id, s.id)"""
"""The columns of a Spec: s is the row of spec, t the product that it refers to."""

SPEC_ORDER = itemgetter(*map(Spec._fields.index, ("attribute_id", "qualifiers", "place")))
"""The sort key of specs: attribute, then qualifiers, then the order in which they were added."""

_make_spec = partial(tuple.__new__, Spec)  # takes a third of the time of Spec._make
_SPEC = f"SELECT {SPEC} FROM spec s LEFT JOIN product t ON t.id = s.target_id"
_DESCENDANTS = """
WITH RECURSIVE below(id) AS (
    VALUES (CAST(? AS INTEGER)) UNION SELECT category.id FROM category JOIN below ON category.parent_id = below.id
)
SELECT id FROM below
"""


_CHUNK = 5000
"""The most parameters of one statement; SQLite's default limit is 32,766 (SQLITE_MAX_VARIABLE_NUMBER)."""

_PORTION = 1000
"""The approximate number of products that `portions` yields at a time."""


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Split ids or names into portions that fit in one statement."""
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def placeholders(count: int) -> str:
    """Return the placeholders of an IN list; NULL for an empty list, which PostgreSQL rejects."""
    return ", ".join("?" * count) or "NULL"


class ById(dict[int, Any]):
    """Rows by id. A missing id raises DatabaseError: only a damaged database refers to missing rows."""

    def __missing__(self, row_id: int) -> Any:
        raise DatabaseError(f"the database is damaged: it refers to the missing row {row_id}", "restore it from a backup")


def read_attribute(row: tuple[Any, ...]) -> Attribute:
    """Return the attribute of a row; a kind that does not exist is damage, such as a flipped bit."""
    attribute = Attribute(*row)
    if attribute.kind not in KINDS:
        problem = f"the database is damaged: attribute {attribute.key} has the unknown kind {attribute.kind!r}"
        raise DatabaseError(problem, "restore it from a backup")
    return attribute


class Repository:
    """Reads the stored rows of an open database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.connection.execute(sql, parameters).fetchall()

    def column(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return the first column of a query."""
        return [row[0] for row in self.connection.execute(sql, parameters)]

    def product(self, name: str, target_of: Attribute | None = None) -> Product:
        """Return the product with this slug, alias, or unique part of a slug, name or alias; case is ignored.

        Args:
            name: The name as written.
            target_of: A reference attribute; a part must then be unique only among the products that it refers to.

        Raises:
            NotFoundError: No product has such a name.
            AmbiguousNameError: The name is part of the names of several products.
        """
        folded = name.casefold()
        other = "p.id = (SELECT product_id FROM alias WHERE scope = 'product' AND name = ?)"
        exact = f"{_PRODUCT} WHERE p.removed_id IS NULL AND (p.slug = ? OR {other}) ORDER BY p.slug <> ?"
        found = self.rows(exact, (folded, folded, folded))[:1]
        if not found and folded.strip():
            part = f"%{escape_like(folded)}%"
            alias = "SELECT product_id FROM alias WHERE scope = 'product' AND name LIKE ? ESCAPE '!'"
            named = f"p.slug LIKE ? ESCAPE '!' OR LOWER(p.name) LIKE ? ESCAPE '!' OR p.id IN ({alias})"
            partly = f"{_PRODUCT} WHERE p.removed_id IS NULL AND ({named})"
            parameters: tuple[object, ...] = (part, f"%{escape_like(name.lower())}%", part)
            if target_of:
                partly += " AND p.id IN (SELECT target_id FROM spec WHERE attribute_id = ? AND target_id IS NOT NULL)"
                parameters += (target_of.id,)
            found = self.rows(f"{partly} ORDER BY p.slug", parameters)
        if not found:
            raise NotFoundError(
                f"there is no product {name!r}", nearest(name, self.names("product")) or "see specdb list products"
            )
        if len(found) > 1:
            listed = ", ".join(row[1] for row in found[:8]) + (", …" if len(found) > 8 else "")
            raise AmbiguousNameError(f"{name!r} is part of the names of {len(found)} products", f"write one of {listed}")
        return Product(*found[0])

    def names(self, scope: str) -> list[str]:
        """Return all keys or slugs and aliases of categories, attributes or products: the `scope` in the singular."""
        own = "slug" if scope == "product" else "key"
        sql = f"SELECT {own} FROM {scope} WHERE removed_id IS NULL UNION ALL SELECT name FROM alias WHERE scope = ?"
        return self.column(sql, (scope,))

    def aliases(self, scope: str) -> dict[str, list[str]]:
        """Return the aliases of each category, attribute or product (the `scope`), by its key or slug."""
        own = "slug" if scope == "product" else "key"
        found: dict[str, list[str]] = {}
        sql = f"SELECT s.{own}, a.name FROM alias a JOIN {scope} s ON s.id = a.{scope}_id WHERE a.scope = ? ORDER BY a.name"
        for key, name in self.rows(sql, (scope,)):
            found.setdefault(key, []).append(name)
        return found

    def products(self, categories: Sequence[int] = ()) -> list[Product]:
        """Return the products of these categories (all if empty), by category and id."""
        where = f" AND p.category_id IN ({placeholders(len(categories))})" if categories else ""
        sql = f"{_PRODUCT} WHERE p.removed_id IS NULL{where} ORDER BY p.category_id, p.id"
        return [Product(*row) for row in self.rows(sql, categories)]

    def portions(self, categories: Sequence[int] = ()) -> Iterator[list[Product]]:
        """Yield the products of these categories (all if empty) in portions, to limit the memory needed."""
        sql = f"{_PRODUCT} WHERE p.removed_id IS NULL AND p.category_id = ? AND p.id > ? ORDER BY p.id LIMIT {_PORTION}"
        portion: list[Product] = []
        for category in sorted(categories or self.column("SELECT id FROM category")):
            part = self.rows(sql, (category, 0))
            while part:
                portion += map(Product._make, part)
                if len(portion) >= _PORTION:
                    yield portion
                    portion = []
                part = self.rows(sql, (category, part[-1][0])) if len(part) == _PORTION else []
        if portion:
            yield portion

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Return the products of these ids, in no particular order."""
        return [
            Product(*row)
            for part in chunks(ids)
            for row in self.rows(f"{_PRODUCT} WHERE p.id IN ({placeholders(len(part))})", part)
        ]

    def category(self, name: str) -> list[int]:
        """Return the ids of the category with this key or alias and of all categories below it; NotFoundError if unknown."""
        folded = name.casefold()
        own = (
            "SELECT id FROM category WHERE key = ? AND removed_id IS NULL"
            " UNION SELECT category_id FROM alias WHERE scope = 'category' AND name = ?"
        )
        found = self.rows(own, (folded, folded))
        if not found:
            hint = nearest(name, self.names("category")) or "see specdb list categories"
            raise NotFoundError(f"there is no category {name!r}", hint)
        return self.below(found[0][0])

    def root(self) -> str:
        """Return the key of the first root category; '' if there is no category."""
        return next(iter(self.column("SELECT key FROM category WHERE parent_id IS NULL ORDER BY id LIMIT 1")), "")

    def below(self, category: int) -> list[int]:
        """Return the ids of a category and of all categories below it."""
        return self.column(_DESCENDANTS, (category,))

    def attribute(self, name: str) -> Attribute:
        """Return the attribute with this key or alias; UnknownKeyError with the nearest keys if unknown."""
        found = self.find_attribute(name)
        if found is None:
            keys = self.names("attribute")
            if name.casefold() in keys:  # listed, but the index does not find it
                raise DatabaseError(f"the database is damaged: attribute {name} cannot be read", "restore it from a backup")
            hint = nearest(name, keys) or "see specdb list attributes"
            raise UnknownKeyError(f"there is no attribute {name!r}", hint)
        return found

    def find_attribute(self, name: str) -> Attribute | None:
        """Return the attribute with this key or alias; None if unknown."""
        folded = name.casefold()
        alias = "SELECT attribute_id FROM alias WHERE scope = 'attribute' AND name = ?"
        found = self.rows(f"{ATTRIBUTE} WHERE a.removed_id IS NULL AND (a.key = ? OR a.id = ({alias}))", (folded, folded))
        return read_attribute(found[0]) if found else None

    def attributes(self, ids: Iterable[int] | None = None) -> dict[int, Attribute]:
        """Return attributes by id, in their order: those of `ids`, also removed ones, or all that are not removed."""
        wanted = None if ids is None else tuple(ids)
        where = " WHERE a.removed_id IS NULL" if wanted is None else f" WHERE a.id IN ({placeholders(len(wanted))})"
        return ById({row[0]: read_attribute(row) for row in self.rows(f"{ATTRIBUTE}{where} ORDER BY a.id", wanted or ())})

    def stored_specs(self, products: Sequence[int], attributes: Sequence[int] | None = None) -> list[Spec]:
        """Return the current specs of these products as stored, of all attributes or these, by attribute and qualifiers."""
        only = "" if attributes is None else f" AND s.attribute_id IN ({placeholders(len(attributes))})"
        found: list[Spec] = []
        for part in chunks(products):
            sql = f"{_SPEC} WHERE s.product_id IN ({placeholders(len(part))}) AND s.retracted_id IS NULL{only}"
            found += map(_make_spec, self.connection.execute(sql, (*part, *(attributes or ()))))
        found.sort(key=SPEC_ORDER)
        return found

    def expressions(self) -> dict[int, str]:
        """Return the expression of each computed attribute, by the attribute's id."""
        return dict(self.rows("SELECT id, expression FROM attribute WHERE expression <> '' AND removed_id IS NULL"))

    def sources(self, ids: Iterable[int] | None = None) -> dict[int, Source]:
        """Return sources by id: those of `ids`, also removed ones, or all that are not removed."""
        from specdb.domain.source import Source

        wanted = None if ids is None else tuple(ids)
        where = " WHERE removed_id IS NULL" if wanted is None else f" WHERE id IN ({placeholders(len(wanted))})"
        return ById({row[0]: Source(*row) for row in self.rows(f"{_SOURCE}{where} ORDER BY id", wanted or ())})

    def source(self, name: str) -> Source:
        """Return the source with this slug; NotFoundError if unknown."""
        from specdb.domain.source import Source

        found = self.rows(f"{_SOURCE} WHERE removed_id IS NULL AND slug = ?", (name.casefold(),))
        if not found:
            slugs = [source.slug for source in self.sources().values()]
            raise NotFoundError(f"there is no source {name!r}", nearest(name, slugs) or "see specdb list sources")
        return Source(*found[0])

    def dimensions(self) -> dict[str, str]:
        """Return the dimension of each unit, by its name and its aliases."""
        aliases = "SELECT a.name, u.dimension FROM alias a JOIN unit u ON u.name = a.unit"
        return dict(self.rows(f"SELECT name, dimension FROM unit UNION ALL {aliases}"))

    def unit(self, text: str) -> Unit:
        """Return the unit with this name or alias; InvalidValueError if unknown. Units that are not stored need Pint."""
        from fractions import Fraction

        from specdb.domain.unit import Unit

        sql = """
        SELECT name, dimension, factor, "offset", imperial, metric, powers FROM unit
        WHERE name = ? OR name = (SELECT unit FROM alias WHERE scope = 'unit' AND name = ?)
        """
        found = self.rows(sql, (text, text))
        if not found:
            from specdb.figures import unit_registry

            return unit_registry.resolve_unit(text)
        name, dimension, factor, offset, *rest = found[0]
        return Unit(name, dimension, Fraction(factor), Fraction(offset), *rest)


MAX_SEARCH_LENGTH = 5000
"""The longest text to search for. SQLite limits a LIKE pattern to 50,000 bytes (SQLITE_MAX_LIKE_PATTERN_LENGTH)."""


def escape_like(text: str) -> str:
    """Escape a text for LIKE with ESCAPE '!'; InvalidValueError if SQLite cannot search for it."""
    if len(text) > MAX_SEARCH_LENGTH or "\0" in text:
        shown = f"{len(text):,} characters" if len(text) > MAX_SEARCH_LENGTH else repr(text)
        raise InvalidValueError(f"cannot search for {shown}", f"use at most {MAX_SEARCH_LENGTH:,} characters, without NUL")
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
