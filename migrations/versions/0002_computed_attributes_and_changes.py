"""Add computed attributes, recorded changes of rows without a history, and rejected figures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Upgrade the schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")
    op.add_column("attribute", sa.Column("expression", sa.Text(), server_default=sa.text("''"), nullable=False))
    for table, column in (("attribute", "removed_id"), ("product", "removed_id"), ("changeset", "undoes_id")):
        column_ = sa.Column(column, sa.Integer(), sa.ForeignKey("changeset.id"), nullable=True)
        op.add_column(table, column_, inline_references=True)
    op.add_column("changeset", sa.Column("origin", sa.Text(), server_default=sa.text("'edit'"), nullable=False))
    op.add_column("changeset", sa.Column("digest", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "change",
        sa.Column("changeset_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["changeset_id"], ["changeset.id"]),
        sa.PrimaryKeyConstraint("changeset_id", "position"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("change_row", "change", ["relation", "key"])
    op.create_table(
        "rejected",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_id"], ["changeset.id"]),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id", "locator", "printed"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
