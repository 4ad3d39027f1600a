"""Add what an undo needs (removed categories and sources, restored specs), and the precedence of kinds of sources."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Upgrade the schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 3")
    for table in ("category", "source"):
        column = sa.Column("removed_id", sa.Integer(), sa.ForeignKey("changeset.id"), nullable=True)
        op.add_column(table, column, inline_references=True)
    op.add_column("spec", sa.Column("restores_id", sa.Integer(), nullable=True))
    op.create_table(
        "source_kind",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
