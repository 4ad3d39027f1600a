"""Save a database as YAML: loading the text gives the same database, and saving that gives the same text."""

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
from specdb.database import dump
from specdb.domain import qualifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.protocols import Connection


def save_bundle(connection: Connection) -> str:
    """Return all current contents of a database as YAML."""
    return bundle.format_bundle(DraftReader(connection).bundle())


class DraftReader:
    """Read the rows of a database as drafts, in the order in which they were added."""

    def __init__(self, connection: Connection) -> None:
        """Read the names that the rows refer to."""
        self.connection = connection
        self.keys = {table: dump.keys(connection, table) for table in ("category", "attribute")}
        self.slugs = {table: dump.slugs(connection, table) for table in ("source", "product")}
        self.source_dates = dump.source_dates(connection)

    def bundle(self) -> Bundle:
        """Return everything that is current."""
        return Bundle(
            tuple(self.categories()),
            tuple(self.attributes()),
            tuple(self.rules()),
            tuple(SourceKindDraft(kind, str(precedence)) for kind, precedence in dump.source_kinds(self.connection)),
            tuple(self.sources()),
            tuple(RateDraft(**row) for row in dump.rates(self.connection)),
            tuple(map(self._product, dump.products(self.connection))),
            tuple(map(self._claim, dump.claims(self.connection))),
        )

    def product(self, product_id: int) -> Bundle:
        """Return a product with its specs, and the claims about it."""
        return Bundle(
            products=tuple(map(self._product, dump.products(self.connection, product_id))),
            claims=tuple(map(self._claim, dump.claims(self.connection, product_id))),
        )

    def categories(self) -> Iterator[CategoryDraft]:
        """Iterate over the categories, with their own attributes."""
        for row in dump.categories(self.connection):
            required, expected = (
                tuple(
                    self.keys["attribute"][attribute_id]
                    for attribute_id in dump.category_members(self.connection, row["id"], required=flag)
                )
                for flag in (True, False)
            )
            parent = self.keys["category"].get(row["parent_id"], "")
            aliases = dump.aliases(self.connection, "category", row["id"])
            yield CategoryDraft(row["key"], row["name"], parent, aliases, row["description"], required, expected)

    def attributes(self) -> Iterator[AttributeDraft]:
        """Iterate over the attributes."""
        for row in dump.attributes(self.connection):
            fields = ("key", "name", "kind", "better", "group", "plausible", "expression", "description")
            yield AttributeDraft(
                **{name: row[name] for name in fields},
                unit="count" if row["unit"] == "" else row["unit"],
                aliases=dump.aliases(self.connection, "attribute", row["id"]),
                many=bool(row["many"]),
                signed=bool(row["signed"]),
                choices=values.parse_choices(row["choices"], row["key"]),
                inverse=row["inverse"] or "",
            )

    def rules(self) -> Iterator[RuleDraft]:
        """Iterate over the rules."""
        for row in dump.rules(self.connection):
            fields = {name: row[name] for name in ("key", "name", "expression", "plausible", "description")}
            yield RuleDraft(category=self.keys["category"][row["category_id"]], **fields)

    def sources(self) -> Iterator[SourceDraft]:
        """Iterate over the sources."""
        for row in dump.sources(self.connection):
            yield SourceDraft(**{**row, "precedence": str(row["precedence"])})

    def _product(self, row: dict[str, Any]) -> ProductDraft:
        specs = tuple(map(self._spec, dump.specs(self.connection, row["id"])))
        category = self.keys["category"][row["category_id"]]
        aliases = dump.aliases(self.connection, "product", row["id"])
        return ProductDraft(row["slug"], row["name"], category, aliases, row["description"], specs)

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
            as_of="" if row["as_of"] == self.source_dates[row["source_id"]] else row["as_of"],
            rank=row["rank"],
        )

    def _claim(self, row: dict[str, Any]) -> ClaimDraft:
        fields = {name: row[name] for name in ("expression", "relation", "value", "why", "printed")}
        about, source = self.slugs["product"][row["product_id"]], self.slugs["source"][row["source_id"]]
        return ClaimDraft(about=about, source=source, at=row["locator"], **fields)
