"""Run Alembic's migrations in one transaction, so that a killed upgrade leaves the database unchanged."""

from typing import Any

from alembic import context
from sqlalchemy import Column, Text
from sqlalchemy.ext.compiler import compiles
from sqlmodel import SQLModel

from specdb.database import models  # noqa: F401  declares the tables


@compiles(Text, "postgresql")
def text_in_order_of_bytes(_type: Text, _compiler: Any, **given: Any) -> str:
    """Compile the type of a text column, sorted by bytes as in SQLite, whatever the collation of the database."""
    column = isinstance(given.get("type_expression"), Column)
    return 'TEXT COLLATE "C"' if column else "TEXT"


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
