"""What Alembic runs: one transaction for all of an upgrade, so that a killed one leaves the database as it was."""

from alembic import context
from sqlmodel import SQLModel

from specdb.store import models  # noqa: F401  declares the tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
