"""Edits of a database, and reads of the result."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from specdb.bundles import bundle
from specdb.bundles.drafts import SpecDraft
from specdb.bundles.save import save_bundle
from specdb.database.connection import connect
from specdb.editing.apply import apply_bundle
from specdb.editing.edit_session import run_edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession, Outcome


def run_change(path: Location, change: Callable[..., Any], *arguments: Any, dry_run: bool = False, **named: Any) -> Outcome:
    """Run `change(session, *arguments)` as one edit and return its outcome."""

    def changed(work: EditSession) -> list[str]:
        found = change(work, *arguments, **named)
        return found if isinstance(found, list) else []

    return run_edit(path, changed, "a test", dry_run=dry_run)


def apply_yaml(path: Location, text: str) -> Outcome:
    """Apply a YAML text and return the outcome."""
    return run_change(path, lambda work: apply_bundle(work, bundle.parse_bundle(text, "it"), "it"))


def change_lines(outcome: Outcome) -> list[str]:
    """Return the changes of an edit as lines: `a1-pro weight: ≈ 40 g -> ≈ 41 g`."""
    return [f"{line.name} {line.field}: {line.before or '-'} -> {line.after or '-'}" for line in outcome.lines]


def saved_yaml(path: Location) -> str:
    """Return the current content as YAML."""
    with closing(connect(path)) as connection:
        return save_bundle(connection)


def select_rows(path: Location, sql: str, *bound: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with closing(connect(path)) as connection:
        return connection.execute(sql, bound).fetchall()


def draft(attribute: str, value: str | None = None, source: str = "", **fields: Any) -> SpecDraft:
    """Return a draft of a spec."""
    return SpecDraft(attribute, value=value, source=source, **fields)
