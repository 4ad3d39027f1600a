"""Read what earlier versions of the packaged seed wrote to a database."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specdb.database.protocols import Connection


def seed_digests(connection: Connection, before: int) -> list[str]:
    """Return the digests of the seeds that changesets before `before` wrote, in order."""
    sql = "SELECT digest FROM changeset WHERE origin = 'seed' AND id < ? ORDER BY id"
    return [digest for (digest,) in connection.execute(sql, (before,)).fetchall()]


def seed_changesets(connection: Connection, before: int) -> list[int]:
    """Return the numbers of the changesets before `before` that wrote a seed, in order."""
    sql = "SELECT id FROM changeset WHERE origin = 'seed' AND id < ? ORDER BY id"
    return [number for (number,) in connection.execute(sql, (before,)).fetchall()]


def seed_rows(connection: Connection, before: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows as the last seed before changeset `before` left them, by table and primary key (JSON)."""
    sql = """
    SELECT relation, key, after FROM change JOIN changeset ON changeset.id = changeset_id
    WHERE origin = 'seed' AND changeset_id < ? ORDER BY changeset_id, position
    """
    rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for table, key, after in connection.execute(sql, (before,)).fetchall():
        rows[table].pop(key, None)
        if after and (row := json.loads(after)).get("removed_id") is None:
            rows[table][key] = row
    return rows
