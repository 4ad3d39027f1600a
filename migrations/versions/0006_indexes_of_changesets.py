"""Indexes that find the products whose specs changed after a changeset, so that a read as of it need not scan all specs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Upgrade the schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 6")
    retracted = sa.text("retracted_id IS NOT NULL")
    op.create_index("spec_added", "spec", ["added_id"])
    op.create_index("spec_retracted", "spec", ["retracted_id"], sqlite_where=retracted, postgresql_where=retracted)
