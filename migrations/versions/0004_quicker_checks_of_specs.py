"""Write the checks of a spec without IN, whose list SQLite builds again for each row; the conditions stay the same."""

from alembic import op

revision = "0004"
down_revision = "0003"

_CHECKS = {
    "kind IN ('quantity', 'date', 'flag', 'choice', 'text', 'reference', 'unknown', 'not_applicable')": (
        "kind = 'quantity' OR kind = 'text' OR kind = 'date' OR kind = 'flag' OR kind = 'choice' OR kind = 'reference'"
        " OR kind = 'unknown' OR kind = 'not_applicable'"
    ),
    "rank IN ('preferred', 'normal', 'deprecated')": "rank = 'normal' OR rank = 'preferred' OR rank = 'deprecated'",
    "kind NOT IN ('quantity', 'date') OR (lo IS NOT NULL AND nominal IS NOT NULL AND hi IS NOT NULL AND lo <= hi)": (
        "kind <> 'quantity' AND kind <> 'date' OR lo IS NOT NULL AND nominal IS NOT NULL AND hi IS NOT NULL AND lo <= hi"
    ),
}


def upgrade() -> None:
    """Upgrade the schema."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL builds the list only once
    op.execute("PRAGMA user_version = 4")
    # The procedure of https://sqlite.org/lang_altertable.html for changes that do not affect stored data.
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    for before, after in _CHECKS.items():
        change = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'spec'"
        connection.exec_driver_sql(change, (before, after))
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
