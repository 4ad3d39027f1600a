"""The schema as SQLModel classes. Alembic migrates it (migrations/); reads use plain SQL (repository.py).

category ──< category_attribute >── attribute ──1 relation
   │                                   │
product ─────────────< spec >──────────┘      unit, alias: independent
                         │
                  source, changeset ──< claim, rate, change, rejected
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import REAL, Boolean, CheckConstraint, Double, Float, Index, Integer, Text, text
from sqlmodel import AutoString, Field, SQLModel

_STRICT = {"sqlite_strict": True}
_EMPTY = {"server_default": text("''")}


class CategoryRow(SQLModel, table=True):
    """A node of the category tree, whose attributes are inherited downwards. A removed row is kept for old specs."""

    __tablename__ = "category"

    __table_args__ = (_STRICT,)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    parent_id: int | None = Field(default=None, foreign_key="category.id")
    description: str = ""
    removed_id: int | None = Field(default=None, foreign_key="changeset.id")


class AttributeRow(SQLModel, table=True):
    """What is measured.

    `unit` is the display unit, also of its specs' lo, nominal and hi, and None unless it is a quantity. `better` is higher,
    lower or ''; `choices` a JSON list; `plausible_lo` and `plausible_hi` are in `unit`, `plausible` is their text. If `many`,
    a product has several values at once, and all are shown. An attribute with an `expression` is computed from others when
    it is read, and has no specs. A removed row is kept for old specs.
    """

    __tablename__ = "attribute"

    __table_args__ = (
        CheckConstraint("kind IN ('quantity', 'date', 'flag', 'choice', 'text', 'reference')", name="attribute_kind"),
        CheckConstraint("better IN ('', 'higher', 'lower')", name="attribute_better"),
        CheckConstraint("(kind = 'quantity') = (unit IS NOT NULL)", name="attribute_unit"),
        _STRICT,
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    kind: str
    unit: str | None = Field(default=None, foreign_key="unit.name")
    better: str = ""
    group: str = ""
    description: str = ""
    many: bool = False
    signed: bool = False
    choices: str = "[]"
    plausible: str = ""
    plausible_lo: float | None = None
    plausible_hi: float | None = None
    expression: str = Field(default="", sa_column_kwargs=_EMPTY)
    removed_id: int | None = Field(default=None, foreign_key="changeset.id")


class CategoryAttributeRow(SQLModel, table=True):
    """An attribute of a category's products, with its position, and whether it is required."""

    __tablename__ = "category_attribute"
    __table_args__ = ({**_STRICT, "sqlite_with_rowid": False},)
    category_id: int = Field(primary_key=True, foreign_key="category.id")
    attribute_id: int = Field(primary_key=True, foreign_key="attribute.id")
    required: bool
    position: int


class RelationRow(SQLModel, table=True):
    """The name of a reference attribute seen from its target: the inverse of variant-of is "variants"."""

    __tablename__ = "relation"

    __table_args__ = (_STRICT,)
    attribute_id: int = Field(primary_key=True, foreign_key="attribute.id")
    inverse: str


class ProductRow(SQLModel, table=True):
    """What specs are about. A removed row is kept for old specs."""

    __tablename__ = "product"

    __table_args__ = (Index("product_category", "category_id"), _STRICT)
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    category_id: int = Field(foreign_key="category.id")
    description: str = ""
    removed_id: int | None = Field(default=None, foreign_key="changeset.id")


class AliasRow(SQLModel, table=True):
    """Another name of a category, attribute, product or unit; casefolded, except for units."""

    __tablename__ = "alias"

    __table_args__ = (
        CheckConstraint(
            "(scope = 'category') = (category_id IS NOT NULL) AND (scope = 'attribute') = (attribute_id IS NOT NULL)"
            " AND (scope = 'product') = (product_id IS NOT NULL) AND (scope = 'unit') = (unit IS NOT NULL)"
            " AND scope IN ('category', 'attribute', 'product', 'unit')",
            name="alias_of_one",
        ),
        {**_STRICT, "sqlite_with_rowid": False},
    )
    scope: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    position: int = 0
    category_id: int | None = Field(default=None, foreign_key="category.id")
    attribute_id: int | None = Field(default=None, foreign_key="attribute.id")
    product_id: int | None = Field(default=None, foreign_key="product.id")
    unit: str | None = Field(default=None, foreign_key="unit.name")


class UnitRow(SQLModel, table=True):
    """A unit: x of it are x * factor + offset of its dimension's base unit; both are exact, "numerator/denominator"."""

    __tablename__ = "unit"

    __table_args__ = ({**_STRICT, "sqlite_with_rowid": False},)
    name: str = Field(primary_key=True)
    dimension: str
    factor: str
    offset: str
    imperial: str = ""
    metric: str = ""
    powers: str = ""


class RuleRow(SQLModel, table=True):
    """A rule for the products of a category and its descendants: an expression over their specs, and its plausible range."""

    __tablename__ = "rule"

    __table_args__ = (_STRICT,)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    category_id: int = Field(foreign_key="category.id")
    expression: str
    plausible: str
    description: str = ""


class SourceRow(SQLModel, table=True):
    """An article or data sheet. If sources differ, the one with the higher `precedence`, then that of its kind, is shown.

    A removed row is kept for old specs.
    """

    __tablename__ = "source"

    __table_args__ = (_STRICT,)
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    publisher: str = ""
    kind: str = "article"
    date: str
    url: str = ""
    sha256: str = ""
    precedence: int = 0
    removed_id: int | None = Field(default=None, foreign_key="changeset.id")


class SourceKindRow(SQLModel, table=True):
    """The precedence of a kind of sources: the higher one is shown. Other kinds have 0."""

    __tablename__ = "source_kind"
    __table_args__ = ({**_STRICT, "sqlite_with_rowid": False},)
    kind: str = Field(primary_key=True)
    precedence: int


class ChangesetRow(SQLModel, table=True):
    """One edit or import: who, when (UTC), why, and with which version of specdb.

    `origin` is edit, import, seed or undo; `digest` the SHA-256 of the file it read in; `undoes_id` the undone changeset.
    `checksum` covers what it added and retracted, and detects damage (checksum.py).
    """

    __tablename__ = "changeset"

    __table_args__ = (_STRICT,)
    id: int | None = Field(default=None, primary_key=True)
    at: str
    author: str
    reason: str
    tool: str
    origin: str = Field(default="edit", sa_column_kwargs={"server_default": text("'edit'")})
    digest: str = Field(default="", sa_column_kwargs=_EMPTY)
    undoes_id: int | None = Field(default=None, foreign_key="changeset.id")
    checksum: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class ChangeRow(SQLModel, table=True):
    """A change of a row of a table without retracted_id: the row before and after, as JSON.

    `before` is '' for a new row, `after` for a deleted one; `key` is the primary key as JSON.
    """

    __tablename__ = "change"

    __table_args__ = (Index("change_row", "relation", "key"), {**_STRICT, "sqlite_with_rowid": False})
    changeset_id: int = Field(primary_key=True, foreign_key="changeset.id")
    position: int = Field(primary_key=True)
    relation: str
    key: str
    before: str
    after: str


class SpecRow(SQLModel, table=True):
    """One statement by one source. It is never overwritten: a changeset adds it, another may retract it.

    Clustered by product. `category_id` repeats the product's, so that one index covers a category and a range. `shown` is
    derived: it marks the spec that is shown among the current ones for a question (product, attribute, qualifiers). lo,
    nominal and hi of a quantity are in `value_unit` (the attribute's unit; for money the spec's own currency), of a date
    ordinals of days, of a flag 0 or 1. `number` keeps the digits, `unit` the unit as written. `restores_id` is the original
    of a spec that an undo restored, whose place it takes.
    """

    __tablename__ = "spec"

    __table_args__ = (
        # Without IN, whose list SQLite builds again for each new row, half of the time of an insert.
        CheckConstraint(
            "kind = 'quantity' OR kind = 'text' OR kind = 'date' OR kind = 'flag' OR kind = 'choice' OR kind = 'reference'"
            " OR kind = 'unknown' OR kind = 'not_applicable'",
            name="spec_kind",
        ),
        CheckConstraint("rank = 'normal' OR rank = 'preferred' OR rank = 'deprecated'", name="spec_rank"),
        CheckConstraint(
            "kind <> 'quantity' AND kind <> 'date' OR lo IS NOT NULL AND nominal IS NOT NULL AND hi IS NOT NULL AND lo <= hi",
            name="spec_interval",
        ),
        CheckConstraint("(kind = 'reference') = (target_id IS NOT NULL)", name="spec_target"),
        # Likely and certain matches use the nominal value, with a covering index; possible ones use an end.
        *(
            Index(
                f"spec_{columns[0]}",
                "category_id",
                "attribute_id",
                columns[0],
                "product_id",
                *columns[1:],
                sqlite_where=text(f"shown AND {columns[0]} IS NOT NULL"),
                postgresql_where=text(f"shown AND {columns[0]} IS NOT NULL"),
            )
            for columns in (("hi",), ("lo",), ("nominal", "lo", "hi", "shown"))
        ),
        Index(
            "spec_target",
            "target_id",
            sqlite_where=text("target_id IS NOT NULL"),
            postgresql_where=text("target_id IS NOT NULL"),
        ),
        # They find the products whose specs changed after a changeset, for a read as of it.
        Index("spec_added", "added_id"),
        Index(
            "spec_retracted",
            "retracted_id",
            sqlite_where=text("retracted_id IS NOT NULL"),
            postgresql_where=text("retracted_id IS NOT NULL"),
        ),
        Index(
            "spec_currency",
            "attribute_id",
            "value_unit",
            sqlite_where=text("shown AND value_unit GLOB '[A-Z][A-Z][A-Z]*'"),
            postgresql_where=text("shown AND value_unit ~ '^[A-Z]{3}'"),
        ),
        {**_STRICT, "sqlite_with_rowid": False},
    )
    product_id: int = Field(primary_key=True, foreign_key="product.id")
    id: int = Field(primary_key=True)
    attribute_id: int = Field(foreign_key="attribute.id")
    category_id: int = Field(foreign_key="category.id")
    qualifiers: str = ""
    kind: str
    modifier: str = "exact"
    number: str = ""
    unit: str = ""
    value_unit: str = ""
    lo: float | None = None
    nominal: float | None = None
    hi: float | None = None
    text: str = ""
    target_id: int | None = Field(default=None, foreign_key="product.id")
    printed: str = ""
    source_id: int = Field(foreign_key="source.id")
    locator: str = ""
    as_of: str
    rank: str = "normal"
    shown: bool
    added_id: int = Field(foreign_key="changeset.id")
    retracted_id: int | None = Field(default=None, foreign_key="changeset.id")
    restores_id: int | None = None


class ClaimRow(SQLModel, table=True):
    """What a source says about its figures ("2.87x"), with the expression that recalculates it, or ''."""

    __tablename__ = "claim"

    __table_args__ = (Index("claim_product", "product_id"), _STRICT)
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    expression: str = ""
    relation: str
    value: str = ""
    why: str = ""
    printed: str
    source_id: int = Field(foreign_key="source.id")
    locator: str = ""
    added_id: int = Field(foreign_key="changeset.id")
    retracted_id: int | None = Field(default=None, foreign_key="changeset.id")


class RateRow(SQLModel, table=True):
    """An exchange rate of the user: on a day (ISO), 1 `base` was worth `rate` `quote`, as decimal text."""

    __tablename__ = "rate"

    __table_args__ = (CheckConstraint("base <> quote", name="rate_of_two"), _STRICT)
    id: int | None = Field(default=None, primary_key=True)
    day: str
    base: str = Field(foreign_key="unit.name")
    quote: str = Field(foreign_key="unit.name")
    rate: str
    source: str
    added_id: int = Field(foreign_key="changeset.id")
    retracted_id: int | None = Field(default=None, foreign_key="changeset.id")


class RejectedRow(SQLModel, table=True):
    """A figure that a person rejected in a review of the drafts from a source."""

    __tablename__ = "rejected"

    __table_args__ = ({**_STRICT, "sqlite_with_rowid": False},)
    source_id: int = Field(primary_key=True, foreign_key="source.id")
    locator: str = Field(primary_key=True)
    printed: str = Field(primary_key=True)
    added_id: int = Field(foreign_key="changeset.id")


_PORTABLE: dict[type, Any] = {
    AutoString: Text(),
    Float: Double().with_variant(REAL(), "sqlite"),
    Boolean: Boolean().with_variant(Integer(), "sqlite"),
}
for _table in SQLModel.metadata.tables.values():  # a STRICT table accepts only SQLite's own type names
    for _column in _table.columns:
        _column.type = _PORTABLE.get(type(_column.type), _column.type)
