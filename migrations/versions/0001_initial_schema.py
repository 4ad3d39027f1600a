"""Create the initial schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LOWER = """
DO $$ BEGIN
    EXECUTE format('CREATE FUNCTION specdb_lower(text) RETURNS text LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS '
        '$of$SELECT pg_catalog.lower($1 COLLATE pg_catalog.%I) COLLATE pg_catalog."C"$of$', (
            SELECT collname FROM pg_collation WHERE collname IN ('pg_unicode_fast', 'und-x-icu', 'pg_c_utf8', 'C.utf8', 'C')
            ORDER BY array_position(ARRAY['pg_unicode_fast', 'und-x-icu', 'pg_c_utf8', 'C.utf8', 'C'], collname::text) LIMIT 1
        ));
END $$
"""
"""Create specdb_lower: with text sorted by bytes, PostgreSQL's LOWER covers ASCII only."""


def upgrade() -> None:
    """Upgrade the schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA application_id = 0x73706462")  # "spdb"
        op.execute("PRAGMA user_version = 1")
    else:
        op.execute("COMMENT ON TABLE alembic_version IS 'specdb'")
        op.execute(LOWER)
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_strict=True,
    )
    op.create_table(
        "changeset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("offset", sa.Text(), nullable=False),
        sa.Column("imperial", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("powers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("many", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("plausible", sa.Text(), nullable=False),
        sa.Column("plausible_lo", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("plausible_hi", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'quantity') = (unit IS NOT NULL)", name="attribute_unit"),
        sa.CheckConstraint("better IN ('', 'higher', 'lower')", name="attribute_better"),
        sa.CheckConstraint("kind IN ('quantity', 'date', 'flag', 'choice', 'text', 'reference')", name="attribute_kind"),
        sa.ForeignKeyConstraint(["unit"], ["unit.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_strict=True,
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
        sqlite_strict=True,
    )
    op.create_index("product_category", "product", ["category_id"], unique=False)

    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("plausible", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_strict=True,
    )
    op.create_table(
        "alias",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("attribute_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(scope = 'category') = (category_id IS NOT NULL) AND (scope = 'attribute') = (attribute_id IS NOT NULL) AND (scope = 'product') = (product_id IS NOT NULL) AND (scope = 'unit') = (unit IS NOT NULL) AND scope IN ('category', 'attribute', 'product', 'unit')",
            name="alias_of_one",
        ),
        sa.ForeignKeyConstraint(["attribute_id"], ["attribute.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["unit"], ["unit.name"]),
        sa.PrimaryKeyConstraint("scope", "name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "category_attribute",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("attribute_id", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attribute_id"], ["attribute.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"]),
        sa.PrimaryKeyConstraint("category_id", "attribute_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=False),
        sa.Column("retracted_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["retracted_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("claim_product", "claim", ["product_id"], unique=False)
    op.create_table(
        "rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=False),
        sa.Column("retracted_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("base <> quote", name="rate_of_two"),
        sa.ForeignKeyConstraint(["added_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["base"], ["unit.name"]),
        sa.ForeignKeyConstraint(["quote"], ["unit.name"]),
        sa.ForeignKeyConstraint(["retracted_id"], ["changeset.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )

    op.create_table(
        "relation",
        sa.Column("attribute_id", sa.Integer(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attribute_id"], ["attribute.id"]),
        sa.PrimaryKeyConstraint("attribute_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "spec",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attribute_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("qualifiers", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("modifier", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value_unit", sa.Text(), nullable=False),
        sa.Column("lo", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("nominal", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("hi", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=False),
        sa.Column("retracted_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'reference') = (target_id IS NOT NULL)", name="spec_target"),
        sa.CheckConstraint(
            "kind IN ('quantity', 'date', 'flag', 'choice', 'text', 'reference', 'unknown', 'not_applicable')",
            name="spec_kind",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('quantity', 'date') OR (lo IS NOT NULL AND nominal IS NOT NULL AND hi IS NOT NULL AND lo <= hi)",
            name="spec_interval",
        ),
        sa.CheckConstraint("rank IN ('preferred', 'normal', 'deprecated')", name="spec_rank"),
        sa.ForeignKeyConstraint(["added_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["attribute_id"], ["attribute.id"]),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["retracted_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["product.id"]),
        sa.PrimaryKeyConstraint("product_id", "id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "spec_hi",
        "spec",
        ["category_id", "attribute_id", "hi", "product_id"],
        unique=False,
        sqlite_where=sa.text("shown AND hi IS NOT NULL"),
        postgresql_where=sa.text("shown AND hi IS NOT NULL"),
    )
    op.create_index(
        "spec_lo",
        "spec",
        ["category_id", "attribute_id", "lo", "product_id"],
        unique=False,
        sqlite_where=sa.text("shown AND lo IS NOT NULL"),
        postgresql_where=sa.text("shown AND lo IS NOT NULL"),
    )
    op.create_index(
        "spec_nominal",
        "spec",
        ["category_id", "attribute_id", "nominal", "product_id", "lo", "hi", "shown"],
        unique=False,
        sqlite_where=sa.text("shown AND nominal IS NOT NULL"),
        postgresql_where=sa.text("shown AND nominal IS NOT NULL"),
    )
    op.create_index(
        "spec_target",
        "spec",
        ["target_id"],
        unique=False,
        sqlite_where=sa.text("target_id IS NOT NULL"),
        postgresql_where=sa.text("target_id IS NOT NULL"),
    )
    op.create_index(
        "spec_currency",
        "spec",
        ["attribute_id", "value_unit"],
        unique=False,
        sqlite_where=sa.text("shown AND value_unit GLOB '[A-Z][A-Z][A-Z]*'"),
        postgresql_where=sa.text("shown AND value_unit ~ '^[A-Z]{3}'"),
    )
