"""Constants that mark a specdb database and bound how long a write waits."""

from __future__ import annotations

APPLICATION_ID = 0x73706462
"""The application id in the header of a SQLite file: "spdb". The first migration writes it."""

SCHEMA_VERSION = 6
"""The number of the newest migration; SQLite keeps it in user_version, PostgreSQL in alembic_version."""

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another writer, or for a server to answer."""
