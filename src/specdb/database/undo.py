"""Undoing a changeset by another one: what it added is retracted, what it retracted stated again, rows are as before."""

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
"""The columns that two statements share of which the later one stands in the place of the earlier."""

_SAID = ("kind", "modifier", "number", "unit", "text", "target_id", "nominal")
"""What specs of an attribute with many values must share as well."""


_FEW = 3
"""So many of the things in the way are told of each later changeset."""


class UndoResult(NamedTuple):
    """What an undo did, or would do: its changeset's number (0 where it is not kept), that of the undone one, what differs."""

    changeset: int
    number: int
    differences: list[Difference]


def undo_changeset(path: Location, number: int | None, reason: str = "", *, dry_run: bool = False) -> UndoResult:
    """Undoes changeset `number` (the last if None) of the database at `path`, whole or not at all."""
    with transaction.write_transaction(path) as connection:
        repository = Repository(transaction.driver_connection(connection))
        chosen = _chosen(connection, number)
        products = changesets.change_summaries(repository, [chosen["id"]])[chosen["id"]].products
        before = differences.state(repository, products)
        edit = write_undo(connection, chosen["id"], author=changeset_writer.current_author(), reason=reason)
        found = list(differences.between(before, differences.state(repository, products)))
        if dry_run and (started := connection.get_transaction()):
            started.rollback()
    return UndoResult(0 if dry_run else edit.id, chosen["id"], found)


def write_undo(connection: Connection, number: int, *, author: str, reason: str = "") -> changeset_writer.ChangesetWriter:
    """Undoes a changeset in the open transaction; the changeset that does so, finished.

    NotFound where there is none. InTheWay where it cannot be undone: it came with specdb or did nothing, or later
    changesets stand on it, which the hint lists.
    """
    undone = _chosen(connection, number)
    why = reason or f"undo of @{number}: {undone['reason']}"
    edit = changeset_writer.ChangesetWriter(connection, author=author, reason=why, origin="undo", undoes=number)
    work = _Undoing(edit, number)
    work.run()
    if work.later:
        lines = [f"@{id} {_few(list(dict.fromkeys(whats)))}" for id, whats in sorted(work.later.items())]
        hint = "\n".join([*lines, "undo what was later first, the last one before all"])
        raise ConflictError(f"later changesets stand on @{number}; nothing was changed", hint)
    if not work.done:
        raise ConflictError(f"@{number} did nothing that can be undone", "see specdb log")
    edit.finish()
    return edit


def _chosen(connection: Connection, number: int | None) -> Row:
    """The changeset to undo."""
    table = _table("changeset")
    last = connection.scalar(select(func.max(table.c.id))) or 0
    wanted = last if number is None else number
    where = table.c.id == (wanted if 0 < wanted <= last else 0)
    found = connection.execute(select(table).where(where)).mappings().one_or_none()
    if found is None:
        raise NotFoundError(f"there is no changeset @{wanted}", f"the last is @{last}; see specdb log")
    if found["origin"] == "seed":
        raise ConflictError(f"@{wanted} came with specdb and cannot be undone", "name another one, or another --db")
    return dict(found)


class _Undoing:
    """The work of one undo: how much was `done`, and in `later` what is in the way, by the changesets that did it."""

    def __init__(self, edit: changeset_writer.ChangesetWriter, number: int) -> None:
        self.edit = edit
        self.connection = edit.connection
        self.number = number
        self.later: dict[int, list[str]] = defaultdict(list)
        self.done = 0

    def run(self) -> None:
        """What it added goes first, since rows go only when nothing current refers to them; what it retracted comes last."""
        for table in STATEMENTS:
            self._retract(table)
        change = _table("change")
        made = select(change).where(change.c.changeset_id == self.number).order_by(change.c.position.desc())
        for one in self.connection.execute(made).mappings().all():
            before, after = (json.loads(one[name]) if one[name] else None for name in ("before", "after"))
            self._restore(one["relation"], json.loads(one["key"]), before, after)
        for table in STATEMENTS:
            self._state_again(table)

    def _retract(self, name: str) -> None:
        """Retracts what it added; that some of it is not current any more is in the way."""
        table = _table(name)
        added = table.c.added_id == self.number
        gone = select(table.c.retracted_id, func.count()).where(added, table.c.retracted_id > self.number)
        for later, count in self.connection.execute(gone.group_by(table.c.retracted_id)):
            self.later[later].append(f"retracted {count:,} {name}{'s' * (count > 1)} of it")
        current = and_(added, table.c.retracted_id.is_(None))
        if name == "spec":
            self.edit.touched |= set(self.connection.scalars(select(table.c.product_id).where(current).distinct()))
        self.done += self.edit.retract_where(name, added)

    def _restore(self, relation: str, key: Row, before: Row | None, after: Row | None) -> None:
        """Makes a row what it was before, if it is what the changeset made of it."""
        now = self._there(relation, key)
        self.done += 1
        unsaid = dict.fromkeys({"removed_id"} & (now or {}).keys())  # by the record of a new row
        left = {**(now or {}), **unsaid, **(after or {})}
        if (now or {}) != left or (now is None) != (after is None):
            self._changed_later(relation, key)
            return
        if before is None:
            self._remove(relation, key)
            return
        current = before.get("removed_id") is None
        self._named_later(relation, before, current)
        self._orphaned_later(relation, before, current)
        if not current and after and after.get("removed_id") is None:  # it had come back
            self._referred(relation, key)
        if self.later:  # nothing will be kept, and what was made no room for would clash
            return
        if after is None:
            self.edit.add({relation: [before]})
        else:
            self.edit.change(relation, key, before)

    def _named_later(self, relation: str, row: Row, current: bool) -> None:
        """What has been given the name of a row that comes back is in the way."""
        table = _table(relation)
        if relation == "alias":
            owner = _table(row["scope"])
            called = owner.c["slug" if "slug" in owner.c else "key"] == row["name"]
            for id in self.connection.scalars(select(owner.c.id).where(called, owner.c.removed_id.is_(None))):
                self._changed_later(row["scope"], {"id": id})
        for name in {"slug", "key"} & row.keys():
            for id in self.connection.scalars(select(table.c.id).where(table.c[name] == row[name], table.c.id != row["id"])):
                self._changed_later(relation, {"id": id})
            alias = {"scope": relation, "name": row[name]}
            if current and self._there("alias", alias):
                self._changed_later("alias", alias)

    def _orphaned_later(self, relation: str, row: Row, current: bool) -> None:
        """That what a row that comes back belongs to was removed is in the way."""
        for column in _table(relation).columns:
            for key in column.foreign_keys:
                owner = key.column.table
                if "removed_id" in owner.c and row.get(column.name) is not None:
                    found = self._there(owner.name, {"id": row[column.name]})
                    if found is None or (current and found["removed_id"] is not None):
                        self._changed_later(owner.name, {"id": row[column.name]})

    def _there(self, relation: str, key: Row) -> Row | None:
        """The row of this primary key as it is now."""
        table = _table(relation)
        row = self.connection.execute(select(table).where(_is(table, key))).mappings().one_or_none()
        return None if row is None else dict(row)

    def _changed_later(self, relation: str, key: Row) -> None:
        """A later change of this row is in the way."""
        for later in self._changes(relation, key):
            self.later[later].append(f"changed {self._named(relation, key)}")

    def _changes(self, relation: str, key: Row) -> list[int]:
        """The later changesets that changed this row, in order."""
        change = _table("change")
        same = and_(change.c.relation == relation, change.c.key == changeset_writer.primary_key_json(relation, key))
        since = and_(change.c.changeset_id > self.number, change.c.changeset_id < self.edit.id)
        found = select(change.c.changeset_id).where(same, since).distinct().order_by(change.c.changeset_id)
        return list(self.connection.scalars(found))

    def _remove(self, relation: str, key: Row) -> None:
        """Takes away a row that it added; one that retracted statements refer to stays, marked as removed."""
        kept = self._referred(relation, key)
        if not self.later:
            self.edit.change(relation, key, {"removed_id": self.edit.id} if kept else None)

    def _referred(self, relation: str, key: Row) -> bool:
        """Whether anything refers to a row that is to go; what does and is current is in the way."""
        kept = False
        for table, column in _references(relation):
            refers = table.c[column] == key["id"]
            kept |= self.connection.execute(select(table.c[column]).where(refers).limit(1)).first() is not None
            if "retracted_id" in table.c:
                current = select(table.c.added_id).where(refers, table.c.retracted_id.is_(None)).distinct()
                for later in self.connection.scalars(current):
                    self.later[later].append(f"states something of {self._named(relation, key)}")
            elif table.name != "rejected":
                standing = table.c.removed_id.is_(None) if "removed_id" in table.c else true()
                for row in self.connection.execute(select(table).where(refers, standing)).mappings():
                    self._changed_later(table.name, {one.name: row[one.name] for one in table.primary_key})
        return kept

    def _state_again(self, name: str) -> None:
        """Adds copies of what it retracted; what a later changeset says in its place, or has removed, is in the way."""
        table = _table(name)
        gone = and_(table.c.retracted_id == self.number, table.c.added_id != self.number)
        for later, what in (*self._said_later(name, gone), *self._removed_later(name, gone)):
            self.later[later].append(what)
        rows = [dict(row) for row in self.connection.execute(select(table).where(gone).order_by(table.c.id)).mappings()]
        if not rows or self.later:
            return
        self.edit.add({name: list(self._copies(rows)) if name == "spec" else [_but(row, "id") for row in rows]})
        self.done += len(rows)

    def _copies(self, rows: list[Row]) -> Iterator[Row]:
        """Specs that say the same as these, as their product and attribute are now, each in the place of its original."""
        product, attribute = (_table(name) for name in ("product", "attribute"))
        products = {row["id"]: row for row in self.connection.execute(select(product)).mappings()}
        attributes = {row["id"]: dict(row) for row in self.connection.execute(select(attribute)).mappings()}
        for id, row in enumerate(rows, name_index.last_spec_id(self.connection) + 1):
            about = products[row["product_id"]]
            measured = {**row, "retracted_id": None, "product": about["slug"]}
            fitted = propagation.recompute_columns([measured], attributes[row["attribute_id"]])[row["id"]]
            restores = row["restores_id"] or row["id"]
            yield {
                **row,
                **fitted,
                "restores_id": restores,
                "id": id,
                "category_id": about["category_id"],
                "retracted_id": None,
            }

    def _said_later(self, name: str, gone: Any) -> Iterator[tuple[int, str]]:
        """The later changesets that state something in the place of what is to come back."""
        table = _table(name)
        other = table.alias()
        same = [table.c[column] == other.c[column] for column in _QUESTION[name]]
        if name == "spec":
            attribute = _table("attribute")
            alike = and_(*(table.c[column].is_not_distinct_from(other.c[column]) for column in _SAID))
            one = select(attribute.c.id).where(attribute.c.id == table.c.attribute_id, attribute.c.many.is_(False))
            same.append(or_(alike, one.exists()))
        if name == "rate":
            pair, turned = ((other.c.base, other.c.quote), (other.c.quote, other.c.base))
            same.append(or_(*(and_(table.c.base == one[0], table.c.quote == one[1]) for one in (pair, turned))))
        later = and_(other.c.added_id > self.number, other.c.added_id < self.edit.id, other.c.retracted_id.is_(None))
        query = select(other.c.added_id, func.count()).select_from(table.join(other, and_(*same)))
        for id, count in self.connection.execute(query.where(gone, later).group_by(other.c.added_id)):
            yield id, f"states {count:,} {name}{'s' * (count > 1)} in the place of what it retracted"

    def _removed_later(self, name: str, gone: Any) -> Iterator[tuple[int, str]]:
        """The later changesets that removed what statements that are to come back are about."""
        table = _table(name)
        for column in table.columns:
            for key in column.foreign_keys:
                about = key.column.table
                if "removed_id" in about.c:
                    query = select(about.c.id).join(table, column == about.c.id).distinct()
                    for id in self.connection.scalars(query.where(gone, about.c.removed_id.is_not(None))):
                        # Not its removed_id: an undo that brings a removal back leaves the number that it had at first.
                        for later in self._changes(about.name, {"id": id})[-1:]:
                            yield later, f"removed {self._named(about.name, {'id': id})}"

    def _named(self, relation: str, key: Row) -> str:
        """A row as people call it: "product a1-pro"."""
        table = _table(relation)
        called = next((table.c[name] for name in ("slug", "key", "name", "kind") if name in table.c), None)
        name = key.get("name") or key.get("kind")
        if name is None and called is not None:
            name = self.connection.scalar(select(called).where(_is(table, key)))
        return f"the {relation.replace('_', ' ')} {name}" if name else f"a row of {relation}"


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def _but(row: Row, *names: str) -> Row:
    """A retracted row as one that is to be added, without these columns."""
    return {name: value for name, value in row.items() if name not in names} | {"retracted_id": None}


def _few(whats: list[str]) -> str:
    """The first few of what a changeset did, and how much more there is."""
    more = f" and {len(whats) - _FEW} other things" if len(whats) > _FEW + 1 else ""
    return ", ".join(whats[:_FEW] if more else whats) + more


def _is(table: Any, key: Row) -> Any:
    """That a row of `table` has this primary key."""
    return and_(*(table.c[name] == value for name, value in key.items()))


def _references(relation: str) -> list[tuple[Any, str]]:
    """The tables and columns that refer to rows of a table by their id."""
    return [
        (table, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == f"{relation}.id" for key in column.foreign_keys)
    ]
