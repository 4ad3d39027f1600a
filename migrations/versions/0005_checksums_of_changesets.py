"""Add the checksums of changesets, by which damage is detected; 0 until the upgrade has calculated them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Upgrade the schema."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 5")
    op.add_column("changeset", sa.Column("checksum", sa.Integer(), server_default=sa.text("0"), nullable=False))
