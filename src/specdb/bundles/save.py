"""A database as the one YAML text of our form: loading it gives the same database, saving that the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.bundles import bundle, values
from specdb.bundles.drafts import (
    AttributeDraft,
    Bundle,
    CategoryDraft,
    ClaimDraft,
    ProductDraft,
    RateDraft,
    RuleDraft,
    SourceDraft,
    SourceKindDraft,
    SpecDraft,
)
from specdb.domain import qualifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.connection import Connection


def save_bundle(connection: Connection) -> str:
    """The YAML text of all that is current in the database."""
    return bundle.format_bundle(DraftReader(connection).bundle())


class DraftReader:
    """Reads a database's rows as drafts, in the order of their ids."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.keys = {table: dict(self._pairs(f"SELECT id, key FROM {table}")) for table in ("category", "attribute")}
        self.slugs = {table: dict(self._pairs(f"SELECT id, slug FROM {table}")) for table in ("source", "product")}
        self.as_of = dict(self._pairs("SELECT id, date FROM source"))

    def bundle(self) -> Bundle:
        """All of it."""
        return Bundle(
            tuple(self.categories()),
            tuple(self.attributes()),
            tuple(self.rules()),
            tuple(self.source_kinds()),
            tuple(self.sources()),
            tuple(self._rates()),
            tuple(self._products("removed_id IS NULL")),
            tuple(self._claims("retracted_id IS NULL")),
        )

    def product(self, id: int) -> Bundle:
        """One product with its specs, and the claims about it."""
        claims = tuple(self._claims("retracted_id IS NULL AND product_id = ?", id))
        return Bundle(products=tuple(self._products("id = ?", id)), claims=claims)

    def _pairs(self, sql: str) -> list[tuple[Any, Any]]:
        return self.connection.execute(sql).fetchall()

    def _rows(self, sql: str, *bound: object) -> Iterator[dict[str, Any]]:
        cursor = self.connection.execute(sql, bound)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def _aliases(self, scope: str, id: int) -> tuple[str, ...]:
        sql = f"SELECT name FROM alias WHERE scope = ? AND {scope}_id = ? ORDER BY position"
        return tuple(name for (name,) in self.connection.execute(sql, (scope, id)))

    def categories(self) -> Iterator[CategoryDraft]:
        """All categories, each with its members."""
        for row in list(self._rows("SELECT * FROM category WHERE removed_id IS NULL ORDER BY id")):
            sql = "SELECT attribute_id FROM category_attribute WHERE category_id = ? AND required = ? ORDER BY position"
            required, expected = (
                tuple(self.keys["attribute"][id] for (id,) in self.connection.execute(sql, (row["id"], flag)))
                for flag in (True, False)
            )
            parent = self.keys["category"].get(row["parent_id"], "")
            aliases = self._aliases("category", row["id"])
            yield CategoryDraft(row["key"], row["name"], parent, aliases, row["description"], required, expected)

    def attributes(self) -> Iterator[AttributeDraft]:
        """All attributes."""
        sql = "SELECT attribute.*, inverse FROM attribute LEFT JOIN relation ON attribute_id = id"
        sql += " WHERE removed_id IS NULL ORDER BY id"
        for row in list(self._rows(sql)):
            fields = ("key", "name", "kind", "better", "group", "plausible", "expression", "description")
            yield AttributeDraft(
                **{name: row[name] for name in fields},
                unit="count" if row["unit"] == "" else row["unit"],
                aliases=self._aliases("attribute", row["id"]),
                many=bool(row["many"]),
                signed=bool(row["signed"]),
                choices=values.parse_choices(row["choices"], row["key"]),
                inverse=row["inverse"] or "",
            )

    def rules(self) -> Iterator[RuleDraft]:
        """All rules."""
        for row in self._rows("SELECT * FROM rule ORDER BY id"):
            same = {name: row[name] for name in ("key", "name", "expression", "plausible", "description")}
            yield RuleDraft(category=self.keys["category"][row["category_id"]], **same)

    def source_kinds(self) -> Iterator[SourceKindDraft]:
        for kind, precedence in self._pairs("SELECT kind, precedence FROM source_kind ORDER BY kind"):
            yield SourceKindDraft(kind, str(precedence))

    def sources(self) -> Iterator[SourceDraft]:
        """All sources."""
        for row in self._rows("SELECT * FROM source WHERE removed_id IS NULL ORDER BY id"):
            del row["id"], row["removed_id"]
            yield SourceDraft(**{**row, "precedence": str(row["precedence"])})

    def _rates(self) -> Iterator[RateDraft]:
        for row in self._rows("SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY id"):
            yield RateDraft(**row)

    def _products(self, where: str, *bound: object) -> Iterator[ProductDraft]:
        for row in list(self._rows(f"SELECT * FROM product WHERE {where} ORDER BY id", *bound)):
            sql = "SELECT * FROM spec WHERE product_id = ? AND retracted_id IS NULL ORDER BY COALESCE(restores_id, id)"
            specs = tuple(self._spec(spec) for spec in self._rows(sql, row["id"]))
            category = self.keys["category"][row["category_id"]]
            aliases = self._aliases("product", row["id"])
            yield ProductDraft(row["slug"], row["name"], category, aliases, row["description"], specs)

    def _spec(self, row: dict[str, Any]) -> SpecDraft:
        states = {kind: state for state, kind in values.STATES.items()}
        state = states.get(row["kind"], "")
        value = None if state else values.canonical_text(row, self.slugs["product"])
        return SpecDraft(
            attribute=self.keys["attribute"][row["attribute_id"]],
            qualifiers=qualifiers.from_text(row["qualifiers"]),
            value=value,
            state=state,
            printed="" if row["printed"] == (value or "") else row["printed"],
            source=self.slugs["source"][row["source_id"]],
            at=row["locator"],
            as_of="" if row["as_of"] == self.as_of[row["source_id"]] else row["as_of"],
            rank=row["rank"],
        )

    def _claims(self, where: str, *bound: object) -> Iterator[ClaimDraft]:
        for row in self._rows(f"SELECT * FROM claim WHERE {where} ORDER BY id", *bound):
            same = {name: row[name] for name in ("expression", "relation", "value", "why", "printed")}
            about, source = self.slugs["product"][row["product_id"]], self.slugs["source"][row["source_id"]]
            yield ClaimDraft(about=about, source=source, at=row["locator"], **same)
