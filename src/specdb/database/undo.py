"""Undo a changeset by a new one: retract what it added, restore what it retracted, and set rows back."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, or_, select, true
from sqlmodel import SQLModel

from specdb.database import changeset_writer, changesets, differences, name_index, propagation, transaction
from specdb.database.changesets import STATEMENTS
from specdb.database.repository import Repository
from specdb.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from specdb.database.differences import Difference
    from specdb.database.location import Location

    Row = dict[str, Any]

_QUESTION = {
    "spec": ("product_id", "attribute_id", "qualifiers", "source_id"),
    "claim": ("product_id", "expression", "relation", "value", "printed", "source_id", "locator"),
    "rate": ("day",),
}
"""The columns that are equal in two statements of which the later one replaces the earlier one."""

_VALUE_COLUMNS = ("kind", "modifier", "number", "unit", "text", "target_id", "nominal")
"""The columns that are also equal if the attribute has many values."""

_MAX_REASONS = 3
"""Reasons that are listed for each later changeset."""


class UndoResult(NamedTuple):
    """The result of an undo.

    Attributes:
        changeset: The number of the new changeset; 0 in a dry run.
        number: The number of the undone changeset.
        differences: What the undo changed, or would change.
    """

    changeset: int
    number: int
    differences: list[Difference]


def undo_changeset(location: Location, number: int | None, reason: str = "", *, dry_run: bool = False) -> UndoResult:
    """Undo a changeset, whole or not at all.

    Args:
        location: The database.
        number: The number of the changeset; None for the last one.
        reason: The reason for the undo, shown by `specdb log`.
        dry_run: Write nothing.

    Raises:
        NotFoundError: There is no such changeset.
        ConflictError: It cannot be undone; the hint lists the later changesets that depend on it.
    """
    with transaction.write_transaction(location) as connection:
        repository = Repository(transaction.driver_connection(connection))
        chosen = _find_changeset(connection, number)
        products = changesets.change_summaries(repository, [chosen["id"]])[chosen["id"]].products
        before = differences.state(repository, products)
        changeset = write_undo(connection, chosen["id"], author=changeset_writer.current_author(), reason=reason)
        found = list(differences.between(before, differences.state(repository, products)))
        if dry_run and (started := connection.get_transaction()):
            started.rollback()
    return UndoResult(0 if dry_run else changeset.id, chosen["id"], found)


def write_undo(connection: Connection, number: int, *, author: str, reason: str = "") -> changeset_writer.ChangesetWriter:
    """Undo a changeset in the open transaction; return the finished changeset that does so.

    Raises:
        NotFoundError: There is no such changeset.
        ConflictError: It is packaged with specdb, changed nothing, or later changesets depend on it.
    """
    undone = _find_changeset(connection, number)
    why = reason or f"undo of @{number}: {undone['reason']}"
    changeset = changeset_writer.ChangesetWriter(connection, author=author, reason=why, origin="undo", undoes=number)
    undo = _Undo(changeset, number)
    undo.run()
    if undo.later:
        lines = [f"@{later} {_join_reasons(list(dict.fromkeys(reasons)))}" for later, reasons in sorted(undo.later.items())]
        hint = "\n".join([*lines, "undo those first, starting with the last one"])
        raise ConflictError(f"later changesets depend on @{number}; nothing was changed", hint)
    if not undo.done:
        raise ConflictError(f"@{number} changed nothing that can be undone", "see specdb log")
    changeset.finish()
    return changeset


def _find_changeset(connection: Connection, number: int | None) -> Row:
    """Return the changeset to undo, the last if None."""
    table = _table("changeset")
    last = connection.scalar(select(func.max(table.c.id))) or 0
    wanted = last if number is None else number
    where = table.c.id == (wanted if 0 < wanted <= last else 0)
    found = connection.execute(select(table).where(where)).mappings().one_or_none()
    if found is None:
        raise NotFoundError(f"there is no changeset @{wanted}", f"the last one is @{last}; see specdb log")
    if found["origin"] == "seed":
        raise ConflictError(
            f"@{wanted} is packaged with specdb and cannot be undone",
            "specify another changeset, or another database with --db",
        )
    return dict(found)


class _Undo:
    """An undo in progress.

    Attributes:
        done: The number of changes that were undone.
        later: What prevents the undo, by the number of the later changeset.
    """

    def __init__(self, changeset: changeset_writer.ChangesetWriter, number: int) -> None:
        self.changeset = changeset
        self.connection = changeset.connection
        self.number = number
        self.later: dict[int, list[str]] = defaultdict(list)
        self.done = 0

    def run(self) -> None:
        """Retract additions first, since only unreferenced rows can be deleted; restore retracted statements last."""
        for table in STATEMENTS:
            self._retract(table)
        change = _table("change")
        changes = select(change).where(change.c.changeset_id == self.number).order_by(change.c.position.desc())
        for record in self.connection.execute(changes).mappings().all():
            before, after = (json.loads(record[name]) if record[name] else None for name in ("before", "after"))
            self._restore(record["relation"], json.loads(record["key"]), before, after)
        for table in STATEMENTS:
            self._restate(table)

    def _retract(self, name: str) -> None:
        """Retract what the changeset added; additions that were retracted later prevent the undo."""
        table = _table(name)
        added = table.c.added_id == self.number
        gone = select(table.c.retracted_id, func.count()).where(added, table.c.retracted_id > self.number)
        for later, count in self.connection.execute(gone.group_by(table.c.retracted_id)):
            self.later[later].append(f"retracted {count:,} {name}{'s' * (count > 1)} that it added")
        current = and_(added, table.c.retracted_id.is_(None))
        if name == "spec":
            self.changeset.touched |= set(self.connection.scalars(select(table.c.product_id).where(current).distinct()))
        self.done += self.changeset.retract_where(name, added)

    def _restore(self, relation: str, key: Row, before: Row | None, after: Row | None) -> None:
        """Set a row back to what it was before, if nothing has changed it since."""
        now = self._current_row(relation, key)
        self.done += 1
        unrecorded = dict.fromkeys({"removed_id"} & (now or {}).keys())  # the record of a new row lacks it
        expected = {**(now or {}), **unrecorded, **(after or {})}
        if (now or {}) != expected or (now is None) != (after is None):
            self._record_later_changes(relation, key)
            return
        if before is None:
            self._delete(relation, key)
            return
        current = before.get("removed_id") is None
        self._check_names(relation, before, current)
        self._check_owners(relation, before, current)
        if not current and after and after.get("removed_id") is None:  # the changeset had restored it
            self._is_referenced(relation, key)
        if self.later:  # nothing will be written, and names may still be taken
            return
        if after is None:
            self.changeset.add({relation: [before]})
        else:
            self.changeset.change(relation, key, before)

    def _check_names(self, relation: str, row: Row, current: bool) -> None:
        """A row that has taken a name of the restored row prevents the undo."""
        table = _table(relation)
        if relation == "alias":
            owner = _table(row["scope"])
            same_name = owner.c["slug" if "slug" in owner.c else "key"] == row["name"]
            for row_id in self.connection.scalars(select(owner.c.id).where(same_name, owner.c.removed_id.is_(None))):
                self._record_later_changes(row["scope"], {"id": row_id})
        for name in {"slug", "key"} & row.keys():
            for row_id in self.connection.scalars(
                select(table.c.id).where(table.c[name] == row[name], table.c.id != row["id"])
            ):
                self._record_later_changes(relation, {"id": row_id})
            alias = {"scope": relation, "name": row[name]}
            if current and self._current_row("alias", alias):
                self._record_later_changes("alias", alias)

    def _check_owners(self, relation: str, row: Row, current: bool) -> None:
        """The removal of the owner of the restored row prevents the undo."""
        for column in _table(relation).columns:
            for key in column.foreign_keys:
                owner = key.column.table
                if "removed_id" in owner.c and row.get(column.name) is not None:
                    found = self._current_row(owner.name, {"id": row[column.name]})
                    if found is None or (current and found["removed_id"] is not None):
                        self._record_later_changes(owner.name, {"id": row[column.name]})

    def _current_row(self, relation: str, key: Row) -> Row | None:
        """Return the row with this primary key as it is now, or None."""
        table = _table(relation)
        row = self.connection.execute(select(table).where(_has_key(table, key))).mappings().one_or_none()
        return None if row is None else dict(row)

    def _record_later_changes(self, relation: str, key: Row) -> None:
        """Record that later changes of this row prevent the undo."""
        for later in self._later_changes(relation, key):
            self.later[later].append(f"changed {self._describe(relation, key)}")

    def _later_changes(self, relation: str, key: Row) -> list[int]:
        """Return the later changesets that changed this row, in order."""
        change = _table("change")
        same = and_(change.c.relation == relation, change.c.key == changeset_writer.primary_key_json(relation, key))
        since = and_(change.c.changeset_id > self.number, change.c.changeset_id < self.changeset.id)
        found = select(change.c.changeset_id).where(same, since).distinct().order_by(change.c.changeset_id)
        return list(self.connection.scalars(found))

    def _delete(self, relation: str, key: Row) -> None:
        """Delete a row that the changeset added; if retracted statements refer to it, mark it as removed."""
        kept = self._is_referenced(relation, key)
        if not self.later:
            self.changeset.change(relation, key, {"removed_id": self.changeset.id} if kept else None)

    def _is_referenced(self, relation: str, key: Row) -> bool:
        """Return whether anything refers to a row; current references prevent the undo."""
        kept = False
        for table, column in _references(relation):
            refers = table.c[column] == key["id"]
            kept |= self.connection.execute(select(table.c[column]).where(refers).limit(1)).first() is not None
            if "retracted_id" in table.c:
                current = select(table.c.added_id).where(refers, table.c.retracted_id.is_(None)).distinct()
                for later in self.connection.scalars(current):
                    self.later[later].append(f"states something about {self._describe(relation, key)}")
            elif table.name != "rejected":
                not_removed = table.c.removed_id.is_(None) if "removed_id" in table.c else true()
                for row in self.connection.execute(select(table).where(refers, not_removed)).mappings():
                    self._record_later_changes(table.name, {column.name: row[column.name] for column in table.primary_key})
        return kept

    def _restate(self, name: str) -> None:
        """Add copies of retracted statements; later replacements and removals of their entities prevent the undo."""
        table = _table(name)
        gone = and_(table.c.retracted_id == self.number, table.c.added_id != self.number)
        for later, what in (*self._replaced_later(name, gone), *self._owner_removed_later(name, gone)):
            self.later[later].append(what)
        rows = [dict(row) for row in self.connection.execute(select(table).where(gone).order_by(table.c.id)).mappings()]
        if not rows or self.later:
            return
        self.changeset.add({name: list(self._copies(rows)) if name == "spec" else [_without(row, "id") for row in rows]})
        self.done += len(rows)

    def _copies(self, rows: list[Row]) -> Iterator[Row]:
        """Copy specs, with the current category and unit; each copy takes the place of its original."""
        product, attribute = (_table(name) for name in ("product", "attribute"))
        products = {row["id"]: row for row in self.connection.execute(select(product)).mappings()}
        attributes = {row["id"]: dict(row) for row in self.connection.execute(select(attribute)).mappings()}
        for spec_id, row in enumerate(rows, name_index.last_spec_id(self.connection) + 1):
            about = products[row["product_id"]]
            measured = {**row, "retracted_id": None, "product": about["slug"]}
            fitted = propagation.recompute_columns([measured], attributes[row["attribute_id"]])[row["id"]]
            restores = row["restores_id"] or row["id"]
            yield {
                **row,
                **fitted,
                "restores_id": restores,
                "id": spec_id,
                "category_id": about["category_id"],
                "retracted_id": None,
            }

    def _replaced_later(self, name: str, gone: Any) -> Iterator[tuple[int, str]]:
        """Find later changesets with statements that replace those to restore."""
        table = _table(name)
        other = table.alias()
        same = [table.c[column] == other.c[column] for column in _QUESTION[name]]
        if name == "spec":
            attribute = _table("attribute")
            same_value = and_(*(table.c[column].is_not_distinct_from(other.c[column]) for column in _VALUE_COLUMNS))
            single_valued = select(attribute.c.id).where(attribute.c.id == table.c.attribute_id, attribute.c.many.is_(False))
            same.append(or_(same_value, single_valued.exists()))
        if name == "rate":
            pair, reverse = ((other.c.base, other.c.quote), (other.c.quote, other.c.base))
            same.append(
                or_(*(and_(table.c.base == currencies[0], table.c.quote == currencies[1]) for currencies in (pair, reverse)))
            )
        later = and_(other.c.added_id > self.number, other.c.added_id < self.changeset.id, other.c.retracted_id.is_(None))
        query = select(other.c.added_id, func.count()).select_from(table.join(other, and_(*same)))
        for number, count in self.connection.execute(query.where(gone, later).group_by(other.c.added_id)):
            yield number, f"added {count:,} {name}{'s' * (count > 1)} that replace{'s' * (count == 1)} what it retracted"

    def _owner_removed_later(self, name: str, gone: Any) -> Iterator[tuple[int, str]]:
        """Find later changesets that removed entities of the statements to restore."""
        table = _table(name)
        for column in table.columns:
            for key in column.foreign_keys:
                about = key.column.table
                if "removed_id" in about.c:
                    query = select(about.c.id).join(table, column == about.c.id).distinct()
                    for row_id in self.connection.scalars(query.where(gone, about.c.removed_id.is_not(None))):
                        # Not its removed_id: an undo that restores a removal keeps the number of the original one.
                        for later in self._later_changes(about.name, {"id": row_id})[-1:]:
                            yield later, f"removed {self._describe(about.name, {'id': row_id})}"

    def _describe(self, relation: str, key: Row) -> str:
        """Describe a row for people: "the product a1-pro"."""
        table = _table(relation)
        name_column = next((table.c[name] for name in ("slug", "key", "name", "kind") if name in table.c), None)
        name = key.get("name") or key.get("kind")
        if name is None and name_column is not None:
            name = self.connection.scalar(select(name_column).where(_has_key(table, key)))
        return f"the {relation.replace('_', ' ')} {name}" if name else f"a row of {relation}"


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def _without(row: Row, *names: str) -> Row:
    """Return a retracted row as a new one, without these columns."""
    return {name: value for name, value in row.items() if name not in names} | {"retracted_id": None}


def _join_reasons(reasons: list[str]) -> str:
    """Join the first reasons, with the number of the others."""
    more = f" and {len(reasons) - _MAX_REASONS} other changes" if len(reasons) > _MAX_REASONS + 1 else ""
    return ", ".join(reasons[:_MAX_REASONS] if more else reasons) + more


def _has_key(table: Any, key: Row) -> Any:
    """Return the condition that a row of `table` has this primary key."""
    return and_(*(table.c[name] == value for name, value in key.items()))


def _references(relation: str) -> list[tuple[Any, str]]:
    """Return the tables and columns with foreign keys to the ids of a table."""
    return [
        (table, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == f"{relation}.id" for key in column.foreign_keys)
    ]
