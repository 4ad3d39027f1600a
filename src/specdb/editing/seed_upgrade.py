"""Upgrade a database to the packaged seed of a newer version: changes of the seed come in, edits by people stay.

Three states of each row are compared: as the last seed left it (recorded in the seed's changesets), as the new seed has
it, and as it is stored. A row follows the new seed only if it is stored as the last seed left it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from specdb import __version__, resources
from specdb.bundles import bundle, resolve
from specdb.database import name_lookup, seed_history
from specdb.database.changeset_writer import primary_key_json
from specdb.database.name_index import NameIndex
from specdb.database.propagation import recompute_columns
from specdb.database.reconcile import (
    add_specs,
    rate_key,
    retract_specs,
    select_all,
    select_rows,
    statement_identity,
    table_named,
)
from specdb.editing.apply import names_by_table
from specdb.editing.edit_session import run_edit
from specdb.editing.load import read_text
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.bundles.drafts import Bundle
    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession, Outcome
    from specdb.errors import Issue

    Row = dict[str, Any]
    Key = tuple[Any, ...]

_ENTITIES = ("category", "attribute", "rule", "source", "product")
_OWNED = ("source_kind", "category_attribute", "relation", "alias")
_QUESTION_COLUMNS = ("product_id", "attribute_id", "qualifiers", "source_id")


def merge_seed(location: Location) -> Outcome:
    """Upgrade the database at `location` to the packaged seed, as one changeset."""
    text = read_text(resources.SEED)

    def change(session: EditSession) -> list[str]:
        return upgrade_seed(session, text, str(resources.SEED))

    reason = f"packaged seed of specdb {__version__}"
    return run_edit(location, change, reason, origin="seed", digest=text_digest(text))


def upgrade_seed(session: EditSession, text: str, path: str) -> list[str]:
    """Upgrade a database to a seed; do nothing in a database without a seed, or with this one.

    Args:
        session: The edit that this is part of; its changeset must have the origin "seed".
        text: The YAML text of the seed.
        path: The name of its file, for error messages.

    Returns:
        Remarks on what edits by people have kept unchanged.

    Raises:
        ValidationError: The seed does not fit the database, for instance because a name in it is taken.
    """
    digests = seed_history.seed_digests(session.repository.connection, session.changeset.id)
    if not digests or digests[-1] == text_digest(text):
        return []
    issues: list[Issue] = []
    drafts = bundle.parse_bundle(text, path, issues)
    upgrade = _SeedUpgrade(session)
    rows = resolve.resolve(drafts, upgrade.index_names(drafts), path, issues)
    specs = upgrade.retract_specs(rows.get("spec", []))  # before their attribute may change
    session.changeset.add({"unit": rows.get("unit", [])})
    for table in (*_ENTITIES, *_OWNED):
        upgrade.merge_rows(table, rows.get(table, []))
    upgrade.add_specs(specs)
    upgrade.merge_claims(rows.get("claim", []))
    upgrade.merge_rates(rows.get("rate", []))
    upgrade.remove_dropped()
    return upgrade.remarks


def text_digest(text: str) -> str:
    """Return the SHA-256 of the text of a seed, by which it is identified."""
    return sha256(text.encode()).hexdigest()


class _SeedUpgrade:
    """An upgrade in progress.

    Attributes:
        remarks: What was kept because a person has edited it.
    """

    def __init__(self, session: EditSession) -> None:
        connection, number = session.repository.connection, session.changeset.id
        self.session = session
        self.changeset = session.changeset
        self.remarks: list[str] = []
        self.seed_changesets = seed_history.seed_changesets(connection, number)
        self.base = seed_history.seed_rows(connection, number)
        self.dropped: dict[str, list[Row]] = defaultdict(list)
        self.names: dict[str, dict[int, str]] = {}

    def index_names(self, drafts: Bundle) -> NameIndex:
        """Return an index in which the seed's rows have the names that the seed gave them, even if renamed since."""
        index = NameIndex(self.changeset.connection)
        for table in _ENTITIES:
            column = "slug" if table in ("source", "product") else "key"
            index.ids[table] |= {row[column]: row["id"] for row in self.base[table].values()}
        index.ids["source"] |= {
            slug: row_id for slug, row_id in self._renamed_sources(drafts) if slug not in index.ids["source"]
        }
        for table, keys in names_by_table(drafts).items():
            index.release(table, keys)
            for key in keys:  # the alias that a merge by a person has left
                if key in index.ids[table]:
                    index.names[table].pop(key, None)
        for row in self.base["alias"].values():
            index.names[row["scope"]].pop(row["name"], None)
        index.rates.clear()
        self.names = {table: {row_id: name for name, row_id in index.ids[table].items()} for table in _ENTITIES}
        return index

    def _renamed_sources(self, drafts: Bundle) -> Iterator[tuple[str, int]]:
        """Find the sources that have a new slug in the seed: those with the same title and text."""
        slugs = {draft.slug for draft in drafts.sources}
        missing = {(row["title"], row["sha256"]): row["id"] for row in self.base["source"].values() if row["slug"] not in slugs}
        return (
            (draft.slug, missing[draft.title, draft.sha256])
            for draft in drafts.sources
            if (draft.title, draft.sha256) in missing
        )

    def merge_rows(self, table: str, rows: list[Row]) -> None:
        """Merge the rows of a table of entities or owned rows, column by column."""
        stored = {primary_key_json(table, row): row for row in select_all(self.changeset, table)}
        wanted = {primary_key_json(table, row): row for row in rows}
        new = [row for key, row in wanted.items() if key not in stored and key not in self.base[table]]
        self.changeset.add({table: [row for row in new if not self._owner_is_removed(row)]})
        for key, row in wanted.items():
            if key in stored:
                self._merge_row(table, row, self.base[table].get(key), stored[key])
        for key, row in self.base[table].items():
            if key not in wanted and key in stored and all(stored[key].get(name) == value for name, value in row.items()):
                self.dropped[table].append(stored[key])
                if table in _OWNED:
                    self.changeset.change(table, json.loads(key), None)

    def _merge_row(self, table: str, wanted: Row, base: Row | None, stored: Row) -> None:
        """Change the columns that the seed has changed and nobody has edited."""
        if (removed_id := stored.get("removed_id")) is not None:
            if removed_id in self.seed_changesets:  # the seed had dropped the row and has it again
                self.changeset.change(table, {"id": stored["id"]}, {**wanted, "removed_id": None})
            return
        changed = {}
        for column, value in wanted.items():
            if base is None:
                kept = stored[column] != value
            elif base.get(column, stored[column]) != value and stored[column] == base.get(column, stored[column]):
                changed[column], kept = value, False
            else:
                kept = base.get(column) != value != stored[column]
            if kept and table in _ENTITIES:
                name = self.names[table][stored["id"]]
                self.remarks.append(f"kept your {column.removesuffix('_id')} of the {table} {name}")
        if changed:
            self.changeset.change(table, json.loads(primary_key_json(table, stored)), changed)

    def _owner_is_removed(self, row: Row) -> bool:
        """Return whether a row belongs to a removed product or attribute."""
        owners = [(table, row.get(f"{table}_id")) for table in ("product", "attribute")]
        return any(
            owner["removed_id"] is not None
            for table, row_id in owners
            if row_id is not None
            for owner in select_rows(self.changeset, table, [row_id])
        )

    def retract_specs(self, wanted: list[Row]) -> list[Row]:
        """Retract the specs that the seed no longer has, question by question; return the specs to add."""
        before, after = _by_question(self._seed_statements("spec")), _by_question(wanted)
        spec = table_named("spec").c
        products = {row["product_id"] for row in wanted}
        by_people = (spec.retracted_id.is_(None), spec.added_id.not_in(self.seed_changesets))
        edited = _by_question(select_rows(self.changeset, "spec", products, "product_id", *by_people))
        added: list[Row] = []
        for question in dict.fromkeys([*after, *before]):
            old, new = _differences("spec", before[question], after[question])
            current = [row for row in old if row["retracted_id"] is None]
            replaced = [row for row in old if row["retracted_id"] is not None]
            retract_specs(self.changeset, current)
            kept = new[len(current) :] if edited[question] and (replaced or not old) else []
            stated = {statement_identity("spec", row) for row in edited[question]}
            for row in kept:
                if statement_identity("spec", row) not in stated:
                    self._remark_kept(row)
            added += new[: len(new) - len(kept)]
        return added

    def add_specs(self, specs: list[Row]) -> None:
        """Add specs to their products and attributes, which may have been renamed, merged or given another unit."""
        products = {row["id"]: row for row in select_all(self.changeset, "product")}
        attributes = {row["id"]: row for row in select_all(self.changeset, "attribute")}
        added = []
        for row in specs:
            product = self._current_row("product", products, row["product_id"])
            attribute = self._current_row("attribute", attributes, row["attribute_id"])
            if product is None or attribute is None:
                self._remark_kept(row)
                continue
            place = {"product_id": product["id"], "category_id": product["category_id"], "attribute_id": attribute["id"]}
            numbers = recompute_columns([{**row, "product": product["slug"], "retracted_id": None}], attribute)
            added.append({**row, **place, **numbers[row["id"]]})
        add_specs(self.changeset, added)

    def _current_row(self, table: str, rows: dict[int, Row], row_id: int) -> Row | None:
        """Return a row, or the row that it was merged into; None if it was removed."""
        row = rows[row_id]
        if row["removed_id"] is None:
            return row
        owner = name_lookup.alias_owner(self.session.repository.connection, table, self.names[table][row_id])
        return None if owner is None else rows[owner]

    def merge_claims(self, wanted: list[Row]) -> None:
        """Merge claims; a claim that a person has retracted stays retracted."""
        old, new = _differences("claim", self._seed_statements("claim"), wanted)
        self.changeset.retract("claim", [row["id"] for row in old])
        products = {row["id"]: row for row in select_all(self.changeset, "product")}
        current = select_all(self.changeset, "claim", table_named("claim").c.retracted_id.is_(None))
        stored = {statement_identity("claim", row) for row in current}
        placed = [(row, self._current_row("product", products, row["product_id"])) for row in new]
        rows = [{**row, "product_id": product["id"]} for row, product in placed if product]
        self.changeset.add({"claim": [row for row in rows if statement_identity("claim", row) not in stored]})

    def merge_rates(self, wanted: list[Row]) -> None:
        """Merge exchange rates; a rate that a person has set for a day and pair stays."""
        old, new = _differences("rate", self._seed_statements("rate"), wanted)
        self.changeset.retract("rate", [row["id"] for row in old])
        current = select_all(self.changeset, "rate", table_named("rate").c.retracted_id.is_(None))
        stored = {rate_key(row): row for row in current}
        self.changeset.add({"rate": [row for row in new if rate_key(row) not in stored]})
        for row in new:
            existing = stored.get(rate_key(row))
            if existing and statement_identity("rate", existing) != statement_identity("rate", row):
                pair = f"{row['base']} in {row['quote']} on {row['day']}"
                self.remarks.append(f"kept your rate of {pair}; the packaged seed has {row['rate']}")

    def remove_dropped(self) -> None:
        """Remove products and attributes that the seed no longer has, unless something still refers to them."""
        references = {
            "product": (("spec", "product_id"), ("spec", "target_id"), ("claim", "product_id")),
            "attribute": (("spec", "attribute_id"), ("category_attribute", "attribute_id")),
        }
        for table, columns in references.items():
            for row in self.dropped[table]:
                if any(self._is_referenced(*reference, row["id"]) for reference in columns):
                    name = self.names[table][row["id"]]
                    self.remarks.append(f"kept the {table} {name}, which is no longer in the packaged seed")
                    continue
                for alias in select_rows(self.changeset, "alias", [row["id"]], f"{table}_id"):
                    self.changeset.change("alias", {"scope": table, "name": alias["name"]}, None)
                self.changeset.change(table, {"id": row["id"]}, {"removed_id": self.changeset.id})
        for row in self.dropped["rule"]:
            self.changeset.change("rule", {"id": row["id"]}, None)

    def _is_referenced(self, table: str, column: str, row_id: int) -> bool:
        """Return whether a current row of `table` refers to this id."""
        columns = table_named(table).c
        current = [columns.retracted_id.is_(None)] if "retracted_id" in columns else []
        return bool(select_rows(self.changeset, table, [row_id], column, *current))

    def _remark_kept(self, row: Row) -> None:
        """Remark that a figure of the seed was not added."""
        label = formatting.format_label(self.names["attribute"][row["attribute_id"]], row["qualifiers"])
        product = self.names["product"][row["product_id"]]
        self.remarks.append(f"kept your {label} of {product}; the packaged seed has {row['printed']}")

    def _seed_statements(self, table: str) -> list[Row]:
        """Return the statements of the last seed: added by a seed, and not retracted by one."""
        rows = select_all(self.changeset, table, table_named(table).c.added_id.in_(self.seed_changesets))
        return [row for row in rows if row["retracted_id"] not in self.seed_changesets]


def _by_question(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    questions: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        questions[tuple(row[name] for name in _QUESTION_COLUMNS)].append(row)
    return questions


def _differences(table: str, before: list[Row], after: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the statements that are only in `before`, and those only in `after`."""
    unmatched: dict[Key, list[Row]] = defaultdict(list)
    for row in before:
        unmatched[statement_identity(table, row)].append(row)
    new = []
    for row in after:
        equal = unmatched[statement_identity(table, row)]
        if equal:
            equal.pop(0)
        else:
            new.append(row)
    return [row for rows in unmatched.values() for row in rows], new
