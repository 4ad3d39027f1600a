"""The way a request looks at a database."""

from __future__ import annotations

from specdb.database.repository import Repository

View = Repository
