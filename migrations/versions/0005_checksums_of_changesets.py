"""A checksum of what each changeset has written, by which damage is found."""

import sqlalchemy as sa
from alembic import op

from specdb.store import create, written

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 5")
    op.add_column("changeset", sa.Column("checksum", sa.Integer(), server_default=sa.text("0"), nullable=False))
    # Of the columns that there are now: a later migration that changes those of these tables has to sum, and this one not.
    rows = [{"id": id, "checksum": checksum} for id, checksum in written.sums(create.reading(connection)).items()]
    if rows:
        connection.execute(sa.text("UPDATE changeset SET checksum = :checksum WHERE id = :id"), rows)
